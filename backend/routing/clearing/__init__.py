"""Clearing and gritting by streets: a capacitated arc routing problem with turns, deadlines, shifts and refills, and its solver. Pure."""
