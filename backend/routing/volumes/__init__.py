"""Hauled snow in numbers: what was planned, what drivers told, what the gates of dumps counted, side by side for each contractor."""
