"""The report of a night by streets: what was planned, done, late and not done, why, and what proves it."""
