"""Challenges: which movements of the head a phone asks for."""
