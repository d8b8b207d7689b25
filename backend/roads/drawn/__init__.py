"""Faults of roads that never were: drawn photos and reports of them, for a demo without any data."""
