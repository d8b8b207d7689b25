"""Defects of roads: what crews photograph, received and kept; what is made of the photos follows."""
