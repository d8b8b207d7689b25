"""Streets for tests that need some: the invented city's, put in force, and the id of one piece."""

from __future__ import annotations

from flask import Flask

from backend.database import transaction
from backend.streets import service as streets
from backend.streets.invented import invented_city
from tests.phone import Phone


def import_streets(app: Flask) -> None:
    """Put the invented city's streets in force, unless they are."""
    with app.app_context(), transaction():
        if streets.newest_import() is None:
            invented = streets.Provenance(
                kind="invented", source="invented city", sha256="0" * 64, attribution="Invented"
            )
            streets.replace(invented_city(), invented, by="test")


def a_segment(phone: Phone) -> int:
    """The id of some piece of street."""
    page = phone.get("/street-segments?bbox=69.13,54.86,69.14,54.87&limit=1").json
    return int(page["features"][0]["id"])  # type: ignore[index]
