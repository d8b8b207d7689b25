"""Searches in the street network: places, travel-time matrices, ways with their turns, tracks matched to streets. Pure."""
