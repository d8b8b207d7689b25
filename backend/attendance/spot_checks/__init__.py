"""Spot checks drawn at random for each shift."""
