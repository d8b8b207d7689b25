"""Measurements of streets on real files, for `qala evaluate streets`."""
