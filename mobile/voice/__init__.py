"""What the phone says aloud during a check-in, in the language of the person before it."""
