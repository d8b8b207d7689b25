"""Whoever changes cases does so alone: each act finds what the one before has left, and none waits for rows of another."""

from __future__ import annotations

from backend.database import hold_alone

CASES_LOCK = 0x51434153  # "QCAS"


def take_turn() -> None:
    """Wait until nobody else changes cases, and be the one who does until the transaction ends.

    To be called before anything of cases is read, and before a report is locked: an act on one case writes its other
    reports too, so whoever came with one of them locked would wait for somebody who waits for it.
    """
    hold_alone(CASES_LOCK)
