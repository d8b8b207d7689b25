"""Where a crew is during its shift: when it is recorded, how often, what goes into the outbox, and what of it the crew sees."""
