"""Decisions by people on check-ins, and appeals against decisions."""
