"""Everything that happens to road faults, at once and at random, and what must be true of it afterwards."""
