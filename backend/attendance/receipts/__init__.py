"""Receipts: what a program measured, in plain words, and how to appeal."""
