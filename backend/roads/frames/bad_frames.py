"""What cannot be taken as a drive."""

from __future__ import annotations


class BadFrames(ValueError):
    """A folder, film or track that cannot be taken; the text names file, place in it and remedy."""
