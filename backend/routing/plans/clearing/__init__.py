"""The winter night by streets: what must be cleared, gritted or swept, by which machines, and the way to release it as segment sheets."""
