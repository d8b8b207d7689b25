"""The index of a piece of street out of the faults that were seen on it. Pure."""
