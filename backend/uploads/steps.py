"""The steps of a request that brings files, each with transactions of its own: bytes are durable before rows name them.

What goes is deleted before its row is: a crash in between leaves a row that is found again, never a file that nobody knows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeVar
from uuid import UUID

from backend.adapters import blobs
from backend.database import transaction
from backend.errors import DomainError, Invalid, NotFound
from backend.uploads import evidence, service
from backend.uploads.evidence import SealedPhotos
from backend.uploads.service import Holding, Standing
from backend.web.once import create_once
from backend.web.principal import Principal
from shared.i18n import Message

_ = Message


class Submission(Protocol):
    """A report that may be received: everything checked and sealed, nothing written yet."""

    @property
    def photos(self) -> SealedPhotos: ...


S = TypeVar("S", bound=Submission)


def take_piece(sha256: str, offset: int, total: int, data: bytes, by: Principal) -> Standing:
    """Keep a piece of a file; where it is the last one, the whole file is held against its SHA-256."""
    holding = _holding(sha256, by) or _begun(sha256, total, by)
    if holding.total != total:
        message = _("must be what the first piece said, {total} bytes, was {value}")
        raise Invalid({"total": [message.format(total=holding.total, value=total)]})
    sealed = service.seal_piece(holding, offset, data)
    if sealed is not None:
        blobs().put(sealed.blob, sealed.data)
        create_once(lambda: service.add(sealed))
        holding = _holding(sha256, by) or holding
        if sealed.blob not in {blob for _offset, _length, blob in holding.pieces}:
            blobs().delete(sealed.blob)  # another request was first, with other bytes or another cut
        if holding.standing.whole and service.read(holding) is None:
            discard([sha256], by)
            raise service.damaged(sha256)
    return holding.standing


def whole_files(sha256s: Sequence[str], by: Principal) -> list[bytes]:
    """Files of the principal's device that have arrived whole; Conflict names the first that has not."""
    files = []
    for sha256 in sha256s:
        holding = _holding(sha256, by)
        if holding is None:
            raise service.incomplete(Standing(sha256=sha256, have=0, total=None))
        if not holding.standing.whole:
            raise service.incomplete(holding.standing)
        data = service.read(holding)
        if data is None:
            discard([sha256], by)
            raise service.incomplete(Standing(sha256=sha256, have=0, total=None))
        files.append(data)
    return files


def discard(sha256s: Sequence[str], by: Principal) -> None:
    """Forget files that a report has come to hold; those that are not there are no matter."""
    if sha256s:
        with transaction(read_only=True):
            going = service.blobs_of(sha256s, by)
        forget(going)


def forget(going: Mapping[UUID, Sequence[str]]) -> None:
    """Delete the blobs of uploads, then their rows."""
    if not going:
        return
    for names in going.values():
        for name in names:
            blobs().delete(name)
    with transaction():
        service.forget(list(going))


def receive_once(
    known: Callable[[], bool],
    prepare: Callable[[list[bytes]], S],
    receive: Callable[[S], None],
    read_photos: Callable[[], list[bytes]],
) -> None:
    """Receive a signed report: nothing is read of one that is known; photos are durable before the row is written."""
    with transaction(read_only=True):
        if known():
            return
    photos = read_photos()
    with transaction(read_only=True):
        submission = prepare(photos)
    evidence.keep(submission.photos)
    written = False

    def remember() -> None:
        nonlocal written
        written = not known()
        if written:
            evidence.remember(submission.photos)
            receive(submission)

    try:
        create_once(remember)
    except DomainError:  # refused at the last moment, and rolled back for certain
        evidence.drop(submission.photos)
        raise
    if not written:  # the same request was received a moment ago, with photos of its own
        evidence.drop(submission.photos)


def _holding(sha256: str, by: Principal) -> Holding | None:
    with transaction(read_only=True):
        return service.find(sha256, by)


def _begun(sha256: str, total: int, by: Principal) -> Holding:
    with transaction(read_only=True):
        going = service.to_give_way(total, by)
    forget(going)
    create_once(lambda: service.begin(sha256, total, by))
    holding = _holding(sha256, by)
    if holding is None:  # it had to give way to another request of the same device at once
        raise NotFound(_("upload"), sha256)
    return holding
