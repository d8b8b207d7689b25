"""Frames of a driving vehicle with its positions, as a folder or as films with a track: those that show new road become reports, each once."""
