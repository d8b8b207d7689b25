"""Receipts over HTTP."""

from __future__ import annotations

from backend.web.blueprint import Blueprint

blp = Blueprint(
    "receipts", __name__, description="Receipts: what a program measured, in plain words, and how to object"
)
