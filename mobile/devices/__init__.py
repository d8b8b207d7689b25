"""What the phone senses and says, each device behind a Protocol; `platform` alone chooses between the versions."""
