"""The ledger over HTTP: pages of it, its anchors, and the live feed."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, request

from backend.clock import now
from backend.database import transaction
from backend.errors import Invalid
from backend.ledger import proof, service
from backend.ledger.passing import SOURCES, Sees
from backend.ledger.schemas import AnchorPage, EventPage, EventQuery, StreamQuery
from backend.web.blueprint import Blueprint
from backend.web.principal import Principal, current_principal
from shared.i18n import Message

_ = Message
blp = Blueprint("ledger", __name__, description="The record of everything accountable, and the live feed")


@blp.route("/events", action="ledger.read")
@blp.arguments(EventQuery, location="query")
@blp.response(200, EventPage)
def list_events(query: dict[str, Any]) -> dict[str, Any]:
    """A page of the ledger as far as the caller may see it."""
    viewer = current_principal()
    if "after" in query:
        return {"items": service.entries_after(query["after"], limit=query["limit"], viewer=viewer)}
    return {"items": service.entries_before(query.get("before"), limit=query["limit"], viewer=viewer)}


@blp.route("/events/stream", action="ledger.read", own_transactions=True, problems=(503,))
@blp.arguments(StreamQuery, location="query")
@blp.response(
    200,
    {"type": "string"},
    content_type="text/event-stream",
    description="Server-sent events; the id is the ledger's",
)
def stream_events(query: dict[str, Any]) -> Response:
    """The live feed; ``Last-Event-ID`` (or ``after``) replays what was missed. ``also`` adds where vehicles are."""
    feed = current_app.extensions["qala_feed"]
    after_id, viewer = _last_event_id(query), current_principal()
    sees = _opened(query["also"], viewer) if query["also"] else {}
    events = feed.stream(viewer, after_id, now().timestamp(), sees)
    return Response(
        events,
        content_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


@blp.route("/ledger/anchors", action="ledger.read")
@blp.response(200, AnchorPage)
def list_anchors() -> dict[str, Any]:
    """Signed statements to compare the ledger with, whoever keeps them."""
    return {"items": proof.anchors()}


def _opened(kinds: list[str], viewer: Principal) -> dict[str, Sees]:
    """The kinds of passing news that a viewer asks for; each looks at who may see it, and logs that somebody does."""
    unknown = sorted(set(kinds) - SOURCES.keys())
    if unknown:
        message = _("must be one of: {choices}")
        raise Invalid({"also": [message.format(choices=", ".join(sorted(SOURCES)))]})
    with transaction():
        return {kind: SOURCES[kind].open(viewer) for kind in kinds}


def _last_event_id(query: dict[str, Any]) -> int | None:
    header = request.headers.get("Last-Event-ID", "").strip()
    if not header:
        return query.get("after")
    if not header.isascii() or not header.isdigit() or len(header) > 15:
        raise Invalid(
            {
                "Last-Event-ID": [
                    _("must be the id of a ledger entry, was {value}; leave it out to start now").format(
                        value=header[:40]
                    )
                ]
            }
        )
    return int(header)
