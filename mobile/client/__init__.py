"""Talking to the server: the only HTTP of the phone, its key and session, and what answers mean."""
