"""Names of streets as people type them: without case, spacing, dots and the word «street». Pure."""

from __future__ import annotations

import re

_WORDS = re.compile(r"[^\w-]+")
GENERIC = {
    "улица",
    "ул",
    "көшесі",
    "көш",
    "street",
    "st",
    "проспект",
    "пр",
    "просп",
    "даңғылы",
    "avenue",
    "ave",
}
LETTERS = str.maketrans("ё", "е")


def plain_name(name: str) -> str:
    """What is compared; empty for a name that says nothing."""
    words = _WORDS.split(name.casefold().translate(LETTERS))
    kept = [word for word in words if word and word not in GENERIC]
    return " ".join(kept or [word for word in words if word])
