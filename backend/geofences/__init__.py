"""Geofences: the polygons where work may happen, and which of them hold a point."""
