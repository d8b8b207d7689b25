"""Measures what is claimed of the phone app, against a real server: `python -m mobile.bench`."""
