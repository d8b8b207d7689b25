"""What the sync worker asks of the server: changes, and evidence with its photos, whole or, after a cut, in pieces."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import httpx

from mobile.answers import RetryLater, Why
from mobile.api_client import UNREACHABLE_S, ApiClient, Declined, NotNow
from mobile.sync_answer import Pulled, read_sync
from shared.contracts import DecodeError, parse_json

PIECE_BYTES = 65_536  # the most that the server takes
GONE_MOST = 2  # times that the server may have lost pieces (purged, evicted) within one sending
GAP, DAMAGED, INCOMPLETE = "upload-gap", "upload-damaged", "upload-incomplete"


class PhoneClient(ApiClient):
    """An ApiClient for the outbox and the local copy; every method raises Declined or NotNow."""

    piece_bytes = PIECE_BYTES  # smaller ones lose less to a very poor network

    def pull(self, cursor: str | None = None) -> Pulled:
        """What changed since the cursor of the last answer that was stored, as far as this app can read it."""
        said = self._object("GET", "/sync", params={"cursor": cursor} if cursor else {})
        try:
            pulled = read_sync(said)
        except DecodeError:
            raise NotNow(RetryLater(UNREACHABLE_S, Why.NOT_OURS)) from None
        self.clock_offset = pulled.answer.server_time - self.device_now()
        return pulled

    def send_evidence(
        self,
        path: str,
        manifest: tuple[str, bytes],
        signature: str,
        photos: tuple[str, Sequence[bytes]],
        *,
        in_pieces: bool = False,
    ) -> dict[str, Any]:
        """Send a signed manifest and its photos, each named as the form names it; the answer's JSON.

        ``in_pieces``: a whole request broke off before, so its photos travel in pieces that stay where they have arrived;
        first of all the server is asked whether only its answer was lost. Sending again is safe.
        """
        name, data = manifest
        parts: list[tuple[str, Any]] = [
            (name, (f"{name}.json", data, "application/json")),
            ("signature", (None, signature)),
        ]
        if in_pieces and sum(len(photo) for photo in photos[1]) > self.piece_bytes:
            return self._put_in_pieces(path, parts, photos[1])
        parts += [
            (photos[0], (f"{index}", photo, "application/octet-stream"))
            for index, photo in enumerate(photos[1])
        ]
        return self._object("PUT", path, files=parts)

    def _put_in_pieces(
        self, path: str, parts: list[tuple[str, Any]], photos: Sequence[bytes]
    ) -> dict[str, Any]:
        """Send the manifest that names the photos; where the server does not have them all, bring them and send it again."""
        hashes = [hashlib.sha256(photo).hexdigest() for photo in photos]
        named = [*parts, ("uploaded", (None, ",".join(hashes)))]
        for _ in range(1 + GONE_MOST):
            try:
                return self._object("PUT", path, files=named)
            except Declined as declined:
                if declined.problem.slug != INCOMPLETE:
                    raise
            for sha256, photo in zip(hashes, photos, strict=True):
                self._bring(sha256, photo)
        raise _unconfirmed(INCOMPLETE)

    def _bring(self, sha256: str, photo: bytes) -> None:
        """Send what the server does not have of one photo, piece after piece.

        A connection that breaks is taken up again as long as pieces arrive; the server may lose some, but not for ever.
        """
        address = f"/uploads/{sha256}"
        state, trouble, moves_on = self._object("GET", address), "", False
        for _ in range(3 * (1 + len(photo) // self.piece_bytes) + 2):
            if state.get("whole"):
                return
            have = state.get("have")
            if not isinstance(have, int) or not 0 <= have < len(photo):
                raise NotNow(RetryLater(UNREACHABLE_S, Why.NOT_OURS))
            piece = photo[have : have + self.piece_bytes]
            try:
                state = self._object(
                    "PUT",
                    f"{address}/{have}",
                    params={"total": len(photo)},
                    content=piece,
                    auth=_as_raw_bytes,
                )
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
            state = self._object("GET", address)
        if not state.get("whole"):
            raise _unconfirmed(trouble)

    def _object(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        """A request as the signed-in user, and the JSON object that answers it."""
        response = self._signed_in(method, path, **options)
        try:
            said = parse_json(response.content)
        except DecodeError:
            said = None
        if not isinstance(said, dict):
            raise NotNow(RetryLater(UNREACHABLE_S, Why.NOT_OURS))
        return said


def _as_raw_bytes(request: httpx.Request) -> httpx.Request:
    """httpx names no type for plain bytes."""
    request.headers["Content-Type"] = "application/octet-stream"
    return request


def _unconfirmed(detail: str) -> NotNow:
    return NotNow(RetryLater(UNREACHABLE_S, Why.UNCONFIRMED, detail))
