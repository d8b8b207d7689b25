"""The console's room for faults of roads: the frame and its words; what it shows comes over the API, to whoever is signed in."""

from __future__ import annotations

from flask import Blueprint, Response

from backend.adapters import settings
from backend.console.views import page
from backend.roads.page_words import KIND_WORDS, MODERATION_WORDS, STATE_WORDS, WORDS

blp = Blueprint(
    "road_pages",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/roads/static",
)


@blp.route("/roads")
def roads() -> Response:
    """Cases, citizens' requests and streets; without a session it says where to sign in."""
    return page(
        "roads.html",
        more_words=WORDS,
        kinds=KIND_WORDS,
        states=STATE_WORDS,
        moderations=MODERATION_WORDS,
        city_lat=settings().city_lat,
        city_lon=settings().city_lon,
    )
