"""Whole minutes since 1970: what a moment, a gap or a midnight is in them. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def moment_of(minute: int) -> datetime:
    """When a minute begins."""
    return EPOCH + minute * MINUTE


def floor(at: datetime) -> int:
    """The minute that holds a moment."""
    return (at - EPOCH) // MINUTE


def ceil(at: datetime) -> int:
    """The first minute that begins at a moment or after it."""
    return -((EPOCH - at) // MINUTE)


def outward(starts_at: datetime, ends_at: datetime) -> tuple[int, int]:
    """The minutes that a gap touches, half open: what is only partly proven is not."""
    return floor(starts_at), ceil(ends_at)
