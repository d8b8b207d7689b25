"""The public page about streets: a name is asked for and answered, without a login and without JavaScript."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request

from backend.adapters import settings
from backend.console.views import page, wished_language
from backend.database import transaction
from backend.errors import DomainError
from backend.extensions import limiter
from backend.winter import telling
from backend.winter.page_words import WORDS, card
from backend.winter.rules.telling import streets_of
from shared.i18n import Message, translate

_ = Message
NAME_MOST, PIECES_MOST = 255, 3000

blp = Blueprint(
    "pages",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/streets/static",
)


def public_rate() -> str:
    """The limit on questions from one address, from the settings."""
    return settings().public_rate


@blp.route("/streets")
@limiter.limit(public_rate)
def streets() -> Response:
    """When streets of a name were last cleared, gritted and hauled."""
    asked = " ".join(request.args.get("name", "")[:NAME_MOST].split())
    try:
        with transaction(read_only=True):
            attribution = telling.attribution()
            found = telling.pieces_of(asked, limit=PIECES_MOST) if len(asked) > 1 else []
    except DomainError as error:
        return _shown(asked, trouble=error.detail)
    if asked and not found:
        message = _("No street is called «{name}»: write it as the street sign does, or only a part of it.")
        return _shown(asked, trouble=message.format(name=asked), attribution=attribution)
    language, zone = wished_language(), ZoneInfo(settings().time_zone)
    cards = [card(each, language, zone) for each in streets_of(found)]
    return _shown(asked, found=cards, attribution=attribution)


def _shown(asked: str, *, trouble: Message | None = None, **values: Any) -> Response:
    words = {"trouble": translate(trouble, wished_language()) if trouble is not None else ""}
    usual: dict[str, Any] = {"found": [], "attribution": ""}
    response = page("streets.html", more_words=WORDS, asked=asked, **{**usual, **words, **values})
    response.headers["Cache-Control"] = "no-store"
    return response
