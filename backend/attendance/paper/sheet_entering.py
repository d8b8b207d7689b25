"""Entering paper sheets: times, task and person are checked, photos and words sealed and durable, then the row is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from backend.adapters import settings
from backend.attendance.paper import rules, sealed
from backend.attendance.paper.deciding import same_again
from backend.attendance.paper.models import PaperSheet
from backend.attendance.paper.sealed import Owner, SealedFile
from backend.attendance.paper.sheets import KIND, note_in_ledger, owner_of
from backend.attendance.rules.moves import sent_to_site
from backend.attendance.sending import sending_at
from backend.clock import now
from backend.database import db
from backend.errors import Conflict, Invalid, NotFound
from backend.people import service as people
from backend.tasks import service as tasks
from backend.web.principal import Principal
from shared.i18n import Message
from shared.vocabulary import PaperReason, Role, SheetState, TaskState

_ = Message


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a sheet says, as it was entered."""

    person_id: UUID
    task_id: UUID
    came_at: datetime
    left_at: datetime
    reason: PaperReason
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A sheet that may be entered: everything checked and sealed, nothing written yet."""

    owner: Owner
    said: Said
    district_id: UUID
    outside_window: bool
    sealed_note: bytes
    photos: tuple[SealedFile, ...]
    content_hash: str


def known(sheet_id: UUID, manifest: bytes, photos: list[bytes], by: Principal) -> bool:
    """Whether this very sheet was entered before; the same id with other content is a conflict."""
    row = db.session().get(PaperSheet, sheet_id)
    if row is None:
        return False
    if row.entered_by != by.user_id or not same_again(owner_of(row), row.content_hash, manifest, photos):
        message = _(
            "There is a paper sheet {id} with other content: what was entered first stands; choose a new id."
        )
        raise Conflict(message.format(id=str(sheet_id)))
    return True


def prepare(sheet_id: UUID, said: Said, manifest: bytes, photos: list[bytes], by: Principal) -> Entry:
    """Check a sheet and seal it. Raises Invalid naming every field that cannot be used."""
    task = _task(said.task_id, by)
    expected = _expected(said, task)
    person_id = _person(said.person_id, by, expected=expected)
    errors = rules.stretch_errors(
        said.came_at,
        said.left_at,
        moment=now(),
        tolerance=timedelta(seconds=settings().future_tolerance_s),
        oldest=None if by.role is Role.ADMINISTRATOR else timedelta(days=settings().sheet_days_max),
    )
    if not expected:
        errors["person_id"] = [_("is not on this task: choose the task on which the person worked")]
    if errors:
        raise Invalid({f"sheet.{name}": texts for name, texts in errors.items()})
    owner = Owner(kind=KIND, id=sheet_id, person_id=person_id)
    return Entry(
        owner=owner,
        said=said,
        district_id=task.district_id,
        outside_window=rules.outside_window(
            said.came_at,
            said.left_at,
            starts_at=task.starts_at,
            ends_at=task.ends_at,
            slack=timedelta(minutes=settings().task_slack_min),
        ),
        sealed_note=sealed.seal_words(owner, "note", said.note),
        photos=sealed.seal_files(owner, photos),
        content_hash=sealed.content_hash(owner, manifest, photos),
    )


def enter(entry: Entry, by: Principal) -> None:
    """Write the row of a sheet whose photos are durable already."""
    said, moment = entry.said, now()
    sheet = PaperSheet(
        id=entry.owner.id,
        state=SheetState.ENTERED,
        person_id=said.person_id,
        task_id=said.task_id,
        district_id=entry.district_id,
        came_at=said.came_at,
        left_at=said.left_at,
        outside_window=entry.outside_window,
        reason=said.reason,
        sealed_note=entry.sealed_note,
        photo_hashes=[photo.sha256 for photo in entry.photos],
        content_hash=entry.content_hash,
        entered_by=by.user_id,
        entered_at=moment,
    )
    db.session().add(sheet)
    note_in_ledger("paper_sheet.entered", sheet, by, photos=len(entry.photos), evidence=entry.content_hash)


def _task(task_id: UUID, by: Principal) -> tasks.TaskForCheckIn:
    try:
        task = tasks.for_check_in(task_id, by)
    except NotFound as error:
        raise Invalid({"sheet.task_id": [error.detail]}) from error
    if by.role is Role.SUPERVISOR and not task.assigned:
        raise Invalid({"sheet.task_id": [_("was not handed to you: ask a dispatcher to enter the sheet")]})
    if task.state is TaskState.DRAFT:
        raise Invalid({"sheet.task_id": [_("is a draft that nobody has worked on: hand the task out first")]})
    return task


def _expected(said: Said, task: tasks.TaskForCheckIn) -> bool:
    """Whether the person was to be there by the task's list, or because the order had sent them to its site by then."""
    return said.person_id in task.person_ids or sent_to_site(
        sending_at(said.person_id, said.came_at), task.geofence_id
    )


def _person(person_id: UUID, by: Principal, *, expected: bool) -> UUID:
    """The person, in the principal's districts or expected on the task; one who moved away meanwhile loses nothing."""
    among = (person_id,) if expected else ()
    try:
        return people.require(person_id, by, "paper_sheets.create", or_among=among).id
    except NotFound as error:
        raise Invalid({"sheet.person_id": [error.detail]}) from error
