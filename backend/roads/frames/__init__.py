"""Frames of a driving vehicle with its positions: those that show new road become reports, each once."""
