"""What a photo shows of a road: pure, from pixels to a finding; the only importer of the model's runtime."""
