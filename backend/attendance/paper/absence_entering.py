"""Entering absences: days and person are checked, words and documents sealed and durable, then the row is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from backend.attendance.paper import rules, sealed
from backend.attendance.paper.absences import (
    KIND,
    AbsenceView,
    city_day,
    find,
    note_in_ledger,
    owner_of,
    require_open,
    view,
)
from backend.attendance.paper.deciding import same_again
from backend.attendance.paper.models import Absence, AbsenceDocument
from backend.attendance.paper.sealed import Document, Owner, SealedFile
from backend.blobs import sha256_hex
from backend.clock import now
from backend.database import db
from backend.errors import Conflict, Invalid, NotFound
from backend.people import service as people
from backend.web.principal import Principal
from shared.i18n import Message
from shared.vocabulary import AbsenceReason, AbsenceState

_ = Message
DOCUMENTS_MOST = 10  # of one absence, with those that were brought later


@dataclass(frozen=True, kw_only=True)
class Said:
    """An absence as it was entered."""

    person_id: UUID
    from_day: date
    until_day: date
    reason: AbsenceReason
    words: str = ""


@dataclass(frozen=True)
class SealedDocument:
    """A document on its way to the blob store."""

    file: SealedFile
    is_pdf: bool


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An absence that may be entered: everything checked and sealed, nothing written yet."""

    owner: Owner
    said: Said
    district_id: UUID
    sealed_words: bytes
    documents: tuple[SealedDocument, ...]
    content_hash: str


def known(absence_id: UUID, manifest: bytes, documents: Sequence[Document], by: Principal) -> bool:
    """Whether this very absence was entered before; the same id with other content is a conflict."""
    row = db.session().get(Absence, absence_id)
    if row is None:
        return False
    files = [document.data for document in documents]
    if row.entered_by != by.user_id or not same_again(owner_of(row), row.content_hash, manifest, files):
        message = _(
            "There is an absence {id} with other content: what was entered first stands; choose a new id."
        )
        raise Conflict(message.format(id=str(absence_id)))
    return True


def prepare(
    absence_id: UUID, said: Said, manifest: bytes, documents: Sequence[Document], by: Principal
) -> Entry:
    """Check an absence and seal it. Raises Invalid naming every field that cannot be used."""
    try:
        person = people.require(said.person_id, by, "absences.create")
    except NotFound as error:
        raise Invalid({"absence.person_id": [error.detail]}) from error
    errors = rules.absence_errors(said.from_day, said.until_day, today=city_day(now()))
    if errors:
        raise Invalid({f"absence.{name}": texts for name, texts in errors.items()})
    owner = Owner(kind=KIND, id=absence_id, person_id=person.id)
    return Entry(
        owner=owner,
        said=said,
        district_id=person.district_id,
        sealed_words=sealed.seal_words(owner, "words", said.words),
        documents=_seal(owner, documents),
        content_hash=sealed.content_hash(owner, manifest, [document.data for document in documents]),
    )


def keep(documents: Sequence[SealedDocument]) -> None:
    """Make sealed documents durable: before the row that names them, and outside any transaction."""
    sealed.keep_files([document.file for document in documents])


def enter(entry: Entry, by: Principal) -> None:
    """Write the row of an absence whose documents are durable already."""
    said = entry.said
    absence = Absence(
        id=entry.owner.id,
        state=AbsenceState.ENTERED,
        person_id=said.person_id,
        district_id=entry.district_id,
        from_day=said.from_day,
        until_day=said.until_day,
        reason=said.reason,
        sealed_words=entry.sealed_words,
        content_hash=entry.content_hash,
        entered_by=by.user_id,
        entered_at=now(),
    )
    db.session().add(absence)
    _append(absence, entry.documents, by)
    # The reason stays out of the ledger, which forgets nothing: an illness is personal
    note_in_ledger(
        "absence.entered", absence, by, documents=len(entry.documents), evidence=entry.content_hash
    )


def seal_more(absence_id: UUID, documents: Sequence[Document], by: Principal) -> tuple[SealedDocument, ...]:
    """Seal documents that are brought later, without those that are there already; nothing is written yet."""
    absence = find(absence_id, by, "absences.create")
    there = {document.sha256 for document in absence.documents}
    new = [document for document in documents if sha256_hex(document.data) not in there]
    if new:
        _require_room(absence, len(new))
        people.require(absence.person_id, by, "absences.create", or_among={absence.person_id})  # not erased
    return _seal(owner_of(absence), new) if new else ()


def add_documents(absence_id: UUID, documents: Sequence[SealedDocument], by: Principal) -> AbsenceView:
    """Add documents that are durable already; one that is there stays as it is: the answer may have been lost."""
    absence = find(absence_id, by, "absences.create", lock=True)
    there = {document.sha256 for document in absence.documents}
    new = [document for document in documents if document.file.sha256 not in there]
    if new:
        _require_room(absence, len(new))
        _append(absence, new, by)
        note_in_ledger("absence.document_added", absence, by, documents=len(new))
    return view(absence)


def _require_room(absence: Absence, new: int) -> None:
    """Refuse documents of an absence that was decided, or has enough."""
    require_open(absence)
    count = len(absence.documents)
    if count + new > DOCUMENTS_MOST:
        message = _("must be at most {most} for one absence, there are {count} already")
        raise Invalid({"document": [message.format(most=DOCUMENTS_MOST, count=count)]})


def _seal(owner: Owner, documents: Sequence[Document]) -> tuple[SealedDocument, ...]:
    files = sealed.seal_files(owner, [document.data for document in documents])
    return tuple(
        SealedDocument(file, document.is_pdf) for file, document in zip(files, documents, strict=True)
    )


def _append(absence: Absence, documents: Sequence[SealedDocument], by: Principal) -> None:
    first = len(absence.documents)
    absence.documents += [
        AbsenceDocument(
            position=first + index,
            sha256=document.file.sha256,
            is_pdf=document.is_pdf,
            added_by=by.user_id,
            added_at=now(),
        )
        for index, document in enumerate(documents)
    ]
