"""Phones without a screen: they drive a server for demonstrations and tests exactly as the app would."""
