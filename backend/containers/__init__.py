"""Container sites: what stands there, how fast it fills, when it was last emptied."""
