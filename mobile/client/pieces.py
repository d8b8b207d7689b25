"""Photos in pieces: what has arrived stays there, so that a cut costs one piece and no photo."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, Protocol

from mobile.client.answers import UNREACHABLE_S, Declined, NotNow, RetryLater, Why

PIECE_BYTES = 65_536  # the most that the server takes
GONE_MOST = 2  # times that the server may have lost pieces (purged, evicted) within one sending
GAP, DAMAGED, INCOMPLETE = "upload-gap", "upload-damaged", "upload-incomplete"
RAW = {"Content-Type": "application/octet-stream"}


class Ask(Protocol):
    """Sends a request as the signed-in user; the JSON object that answers it."""

    def __call__(self, method: str, path: str, **options: Any) -> dict[str, Any]: ...


def put_in_pieces(
    ask: Ask, path: str, parts: Sequence[tuple[str, Any]], photos: Sequence[bytes], piece_bytes: int
) -> dict[str, Any]:
    """Send the manifest that names the photos; where the server does not have them all, bring them and send it again."""
    hashes = [hashlib.sha256(photo).hexdigest() for photo in photos]
    named = [*parts, ("uploaded", (None, ",".join(hashes)))]
    for _ in range(1 + GONE_MOST):
        try:
            return ask("PUT", path, files=named)
        except Declined as declined:
            if declined.problem.slug != INCOMPLETE:
                raise
        for sha256, photo in zip(hashes, photos, strict=True):
            _bring(ask, sha256, photo, piece_bytes)
    raise _unconfirmed(INCOMPLETE)


def _bring(ask: Ask, sha256: str, photo: bytes, piece_bytes: int) -> None:
    """Send what the server does not have of one photo, piece after piece.

    A connection that breaks is taken up again as long as pieces arrive; the server may lose some, but not for ever.
    """
    address = f"/uploads/{sha256}"
    state, trouble, moves_on = ask("GET", address), "", False
    for _ in range(3 * (1 + len(photo) // piece_bytes) + 2):
        if state.get("whole"):
            return
        have = state.get("have")
        if not isinstance(have, int) or not 0 <= have < len(photo):
            raise NotNow(RetryLater(UNREACHABLE_S, Why.NOT_OURS))
        piece = photo[have : have + piece_bytes]
        try:
            state = ask("PUT", f"{address}/{have}", params={"total": len(photo)}, content=piece, headers=RAW)
            moves_on = True
            continue
        except Declined as declined:
            trouble = declined.problem.slug
            if trouble not in (DAMAGED, GAP):
                raise
        except NotNow as later:
            if later.end.why is not Why.UNREACHABLE or not moves_on:
                raise
            moves_on = False
        state = ask("GET", address)
    if not state.get("whole"):
        raise _unconfirmed(trouble)


def _unconfirmed(detail: str) -> NotNow:
    return NotNow(RetryLater(UNREACHABLE_S, Why.UNCONFIRMED, detail))
