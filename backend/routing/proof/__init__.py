"""Proof of work: what was planned, driven and reported of a route, held against each other; facts, never accusations."""
