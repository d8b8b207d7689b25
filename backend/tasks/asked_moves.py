"""Moves under an id that the phone has made: asked for again they get their first answer, whatever has become of the task."""

from __future__ import annotations

from uuid import UUID

from backend.blobs import sha256_hex
from backend.clock import now
from backend.database import db
from backend.errors import Conflict
from backend.tasks import service
from backend.tasks.models import AskedMove
from backend.web.principal import Principal
from shared.encoding import canonical_json
from shared.i18n import Message
from shared.vocabulary import TaskState

_ = Message


def receive(move_id: UUID, task_id: UUID, by: Principal, *, to: TaskState, reason: str = "") -> AskedMove:
    """Make a move once. A known id is answered as the first time, also when the task has left the principal's reach since.

    Conflict when the id stands for another move. What is refused is not kept: it may be asked for again under its id.
    """
    content_hash = sha256_hex(
        canonical_json({"task_id": str(task_id), "to": to.value, "reason": reason.strip()})
    )
    known = _known(move_id, content_hash, by)
    if known is not None:
        return known
    task = service.to_move(task_id, by)
    known = _known(move_id, content_hash, by)  # the same request at once may have waited for the task first
    if known is not None:
        return known
    before = task.state
    service.move(task, by, to=to, reason=reason)
    asked = AskedMove(
        id=move_id,
        task_id=task_id,
        target=to,
        content_hash=content_hash,
        asked_by=by.user_id,
        received_at=now(),
        changed=before is not to,
    )
    db.session().add(asked)
    return asked


def _known(move_id: UUID, content_hash: str, by: Principal) -> AskedMove | None:
    known = db.session().get(AskedMove, move_id)
    if known is not None and (known.asked_by, known.content_hash) != (by.user_id, content_hash):
        message = _(
            "There is a move {id} with other content: what was received first stands; choose a new id."
        )
        raise Conflict(message.format(id=str(move_id)))
    return known
