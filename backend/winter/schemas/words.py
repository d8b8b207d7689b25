"""Fields that several of them have."""

from __future__ import annotations

from typing import Any

from backend.web.wire import PLAIN_TEXT, fields, validate
from backend.winter.models import NOTE_MAX


def note(**options: Any) -> fields.String:
    """A few words, plain."""
    return fields.String(validate=[validate.Length(max=NOTE_MAX), PLAIN_TEXT], **options)
