"""Letting a tracker in by its secret id, sent as a bearer token; people are told what the policy says of them."""

from __future__ import annotations

from flask import Request, g

from backend.adapters import settings
from backend.database import transaction
from backend.errors import NotAllowed, NotAuthenticated
from backend.extensions import limiter
from backend.fleet.trackers import service
from backend.fleet.trackers.service import TrackerPrincipal
from backend.web import principal
from shared.i18n import Message

_ = Message
WHO = _(
    "Send «Authorization: Bearer …» with the id that was told when the camera was registered (POST /trackers); one that was "
    "revoked, or whose vehicle left the fleet, is registered anew."
)


def enter_camera(request: Request, action: str) -> None:
    """Let in a tracker that may send frames. Raises NotAuthenticated for one that is not known, NotAllowed for any other and for people."""
    kind, _space, token = request.headers.get("Authorization", "").partition(" ")
    found = None
    if kind.lower() == "bearer" and token.strip():
        with transaction(read_only=True):
            found = service.by_secret(token.strip())
    if found is None:
        _refuse(request, action)
        return
    if not found.sends_frames:
        raise NotAllowed(
            _(
                "This tracker may not send frames: register one with «sends_frames» for the camera (POST /trackers)."
            )
        )
    g.tracker = found


def current_tracker() -> TrackerPrincipal:
    """The tracker of this request."""
    found: TrackerPrincipal | None = g.get("tracker")
    if found is None:
        raise NotAuthenticated(WHO)
    return found


def _refuse(request: Request, action: str) -> None:
    """403 for who is signed in, 401 for nobody; guesses count for their address."""
    try:
        principal.enter(request, action)
    except NotAuthenticated as nobody:
        with limiter.limit(lambda: settings().public_rate):
            raise NotAuthenticated(WHO) from nobody
