"""`make crash`: the phone's storage and sync are killed at random moments; whatever was «saved» must be on the server once."""
