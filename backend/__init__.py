"""Qala's server: one Flask API, its workers and the web console, laid out by feature."""
