"""Emptying the outbox and keeping the local copy fresh."""
