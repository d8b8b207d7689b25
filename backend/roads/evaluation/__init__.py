"""Measuring eyes of roads: labelled photos, scores, a plain baseline, and the labels of crack kinds."""
