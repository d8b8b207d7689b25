"""The append-only, hash-chained record of every accountable act; also what the live feed shows."""
