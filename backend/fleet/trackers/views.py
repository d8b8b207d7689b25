"""Trackers over HTTP: for dispatchers their registration, for trackers the address to which they report."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request
from flask_limiter.util import get_remote_address

from backend.accounts.tokens import secret_hash
from backend.adapters import settings
from backend.database import transaction
from backend.errors import Invalid
from backend.extensions import limiter
from backend.fleet.trackers import service
from backend.fleet.trackers.osmand import Report, Unreadable, read_fields, read_json
from backend.fleet.trackers.schemas import NewTrackerSchema, TrackerQuery, TrackerRequest, TrackerSchema
from backend.web.blueprint import PUBLIC, Blueprint
from backend.web.paging import page_schema
from backend.web.principal import current_principal
from backend.web.problems import problem
from shared.contracts import DecodeError, parse_json
from shared.i18n import Message

_ = Message
blp = Blueprint("trackers", __name__, description="GPS trackers in vehicles")
NOTHING = {"description": "Taken in, or of no use: nothing to send again", "content": {}}


def public_rate() -> str:
    """The limit on reports with an unknown id, from the settings."""
    return settings().public_rate


def tracker_rate() -> str:
    """The limit on the reports of one tracker, from the settings."""
    return settings().tracker_rate


def tracker_or_address() -> str:
    """Reports count for the tracker that they name, so that vehicles behind one mobile gateway do not hinder each other."""
    said = request.args.get("id") or request.args.get("deviceid")
    return f"tracker:{secret_hash(said)}" if said else get_remote_address()


def is_refused(response: Response) -> bool:
    """Whether a report was not taken in: guesses at ids count for the address that they come from."""
    return response.status_code >= 400


@blp.route("/osmand", action=PUBLIC, methods=("GET", "POST"), own_transactions=True)
@limiter.limit(tracker_rate, key_func=tracker_or_address)
@limiter.limit(public_rate, deduct_when=is_refused)
@blp.doc(responses={200: NOTHING})
def report_position() -> Response:
    """The OsmAnd protocol of Traccar's clients: query, form or JSON. 200 without content; 400 for an id that is not known."""
    try:
        report = _report()
    except Unreadable as error:
        raise Invalid(dict(error.errors)) from error
    with transaction():
        known = service.receive(report)
    if known:
        return Response(status=200)
    detail = _(
        "No tracker is registered under this id: compare it with the one told at registration, or register anew."
    )
    return problem(400, "unknown-tracker", detail)


@blp.route("/trackers", action="trackers.read")
@blp.arguments(TrackerQuery, location="query")
@blp.response(200, page_schema(TrackerSchema))
def list_trackers(query: dict[str, Any]) -> Any:
    """Trackers, when each was heard last, and what became of its positions."""
    return service.list_trackers(current_principal(), **query)


@blp.route("/trackers", action="trackers.change", methods=("POST",))
@blp.arguments(TrackerRequest)
@blp.response(201, NewTrackerSchema)
def register_tracker(body: dict[str, Any]) -> Any:
    """Register a tracker in a vehicle; the answer alone holds the id that it must send."""
    tracker, secret = service.register(current_principal(), **body)
    names = TrackerSchema().fields
    return {**{name: getattr(tracker, name) for name in names}, "device_id": secret}


@blp.route("/trackers/<uuid:tracker_id>", action="trackers.read")
@blp.response(200, TrackerSchema)
def read_tracker(tracker_id: UUID) -> Any:
    """One tracker."""
    return service.get(tracker_id, current_principal())


@blp.route("/trackers/<uuid:tracker_id>", action="trackers.change", methods=("DELETE",))
@blp.response(204)
def revoke_tracker(tracker_id: UUID) -> None:
    """Take nothing more from a tracker: its id is known to others, or it is gone."""
    service.revoke(tracker_id, current_principal())


def _report() -> Report:
    """What this request says, in whichever form."""
    if request.is_json:
        try:
            return read_json(parse_json(request.get_data(cache=True)))
        except DecodeError as error:
            raise Invalid(dict(error.by_field()), slug="bad-json") from error
    return read_fields({**request.form.to_dict(), **request.args.to_dict()})
