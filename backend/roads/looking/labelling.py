"""A person's word on a report: fault or none, its kind and severity, and the outlines that the person drew on its photos."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.clock import now
from backend.database import db
from backend.errors import Conflict, Invalid
from backend.ledger.service import record
from backend.roads import service as roads
from backend.roads.cases.intake import take_in
from backend.roads.cases.turns import take_turn
from backend.roads.looking.drawn import drawn_on, outlines_on
from backend.roads.looking.holding import owner
from backend.roads.looking.measuring import measured
from backend.roads.looking.models import DefectLabel, DefectPhoto
from backend.roads.looking.rules import worst_kept
from backend.roads.looking.service import SAYABLE, not_shown, photos_of
from backend.roads.models import Defect
from backend.web.principal import Principal
from shared.i18n import Message
from shared.vocabulary import Audience, DefectKind, DefectState, Severity

_ = Message


def labels(defect_id: UUID, by: Principal) -> list[DefectLabel]:
    """Everything that people said of a report, oldest first."""
    row = roads.get(defect_id, by)
    query = sa.select(DefectLabel).where(DefectLabel.defect_id == row.id)
    return list(db.session().scalars(query.order_by(DefectLabel.said_at, DefectLabel.id)))


def label(
    defect_id: UUID,
    label_id: UUID,
    by: Principal,
    *,
    fault: bool,
    kind: DefectKind | None = None,
    severity: Severity | None = None,
    outlines_right: bool | None = None,
    outlines: Sequence[Mapping[str, Any]] | None = None,
    note: str = "",
) -> DefectLabel:
    """Keep what a person says of a report, and let the report follow it. The same id with the same words changes nothing.

    ``outlines`` are of photos drawn on, {photo, faults: [{kind, ring}]} each: all faults in it, perhaps none. They stand in the
    place of the eye's, and name kind and severity where the word does not.
    """
    said = {"fault": fault, "outlines_right": outlines_right, "note": note.strip()}
    known = db.session().get(DefectLabel, label_id)
    if known is None:
        take_turn()
        known = db.session().get(DefectLabel, label_id)  # the same word at once may have had its turn first
    if known is not None:
        _require_same(known, defect_id, by, {**said, "kind": kind, "severity": severity}, outlines)
        return known
    row = roads.to_change(defect_id, by, "defects.confirm")
    if row.state not in SAYABLE:
        raise Conflict(
            _("Its repair is planned or done already: say it of the case, or report the fault anew.")
        )
    drawn = None if outlines is None else _drawn(row, outlines, fault=fault)
    if fault:
        kind, severity = _named(row, kind, severity, drawn)
        if kind is None:
            raise Invalid({"kind": [_("is missing: no model has named a kind, so say which fault it is")]})
    else:
        kind = severity = None
    new = DefectLabel(
        id=label_id,
        defect_id=row.id,
        said_by=by.user_id,
        said_at=now(),
        kind=kind,
        severity=severity,
        outlines=drawn,
        model=row.model,
        model_kind=row.kind if row.suggested else _model_said(row.id)[0],
        model_severity=row.severity if row.suggested else _model_said(row.id)[1],
        **said,
    )
    db.session().add(new)
    if fault:
        row.kind, row.severity, row.state = kind, severity, DefectState.CONFIRMED
    else:
        row.state = DefectState.REJECTED
    row.suggested = False
    row.version += 1
    record(
        "defect.confirmed" if fault else "defect.rejected",
        actor=by.actor,
        subject=owner(row.id),
        at=new.said_at,
        audience=Audience.OPERATIONS,
        district_id=row.district_id,
        kind=kind.value if kind else None,
        severity=severity.value if severity else None,
        model=row.model,
        model_kind=new.model_kind.value if new.model_kind else None,
        model_severity=new.model_severity.value if new.model_severity else None,
        outlines_right=outlines_right,
        photos_drawn=None if drawn is None else len(drawn),
        outlines_drawn=None if drawn is None else len(_faults_of(drawn)),
    )
    db.session().flush()  # what was drawn is what the report shows from here on
    take_in(row, by=by.user_id)
    return new


def _drawn(row: Defect, outlines: Sequence[Mapping[str, Any]], *, fault: bool) -> list[dict[str, Any]]:
    """The outlines as they are kept, measured; raises where there is nothing to draw on."""
    if not fault:
        raise Invalid({"outlines": [_("must be left out where there is no fault, or fault must be true")]})
    if row.held:
        raise Conflict(_("Nobody has let this request in yet: decide on it first, then draw."))
    photos = {photo.place: photo for photo in photos_of(row.id)}
    kept: list[dict[str, Any]] = []
    for number, each in enumerate(outlines):
        field, place = f"outlines[{number}].photo", each["photo"]
        if place not in photos:
            message = _("must be a photo of this report, from 0 to {last}, was {value}")
            raise Invalid({field: [message.format(last=len(photos) - 1, value=place)]})
        if any(place == other["photo"] for other in kept):
            message = _("stands twice, was {value}: send all faults of a photo together")
            raise Invalid({field: [message.format(value=place)]})
        kept.append({"photo": place, "faults": _faults_on(row, photos[place], each["faults"])})
    return kept


def _faults_on(row: Defect, photo: DefectPhoto, faults: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    if photo.view is None:
        raise not_shown(row)
    return [measured(DefectKind(each["kind"]), each["ring"], photo.finding, photo.pixels) for each in faults]


def _named(
    row: Defect, kind: DefectKind | None, severity: Severity | None, drawn: list[dict[str, Any]] | None
) -> tuple[DefectKind | None, Severity | None]:
    """Kind and severity as far as the word leaves them open: those of the report, or of what is outlined now that it was drawn on."""
    if drawn is None:
        return kind or row.kind, severity or row.severity
    earlier = drawn_on(row.id)
    anew = {each["photo"]: each["faults"] for each in drawn}
    shown = [
        outline
        for photo in photos_of(row.id)
        for outline in anew.get(photo.place, outlines_on(photo, earlier))
    ]
    if kind is None:
        is_shown = any(each["kind"] == row.kind for each in shown)
        kind = row.kind if is_shown or not shown else DefectKind(worst_kept(shown)["kind"])
    own = [each for each in shown if each["kind"] == kind]
    measured_as = Severity(worst_kept(own)["severity"]) if own else row.severity
    return kind, severity or measured_as


def _faults_of(kept: Iterable[Mapping[str, Any]] | None) -> list[tuple[int, str, list[Any]]]:
    """Photo, kind and ring of everything drawn."""
    return [
        (photo["photo"], str(each["kind"]), [list(corner) for corner in each["ring"]])
        for photo in kept or ()
        for each in photo["faults"]
    ]


def _require_same(
    known: DefectLabel,
    defect_id: UUID,
    by: Principal,
    said: Mapping[str, Any],
    outlines: Sequence[Mapping[str, Any]] | None,
) -> None:
    """Refuse another word under an id that is taken; a kind or severity left out was filled in the first time."""
    filled_in = {"kind", "severity"}
    same = (
        (known.defect_id, known.said_by) == (defect_id, by.user_id)
        and all(
            getattr(known, name) == value or (name in filled_in and value is None)
            for name, value in said.items()
        )
        and _photos_of(known.outlines) == _photos_of(outlines)
        and _faults_of(known.outlines) == _faults_of(outlines)
    )
    if not same:
        message = _("There is a word {id} with other content: what was said first stands; choose a new id.")
        raise Conflict(message.format(id=str(known.id)))


def _photos_of(kept: Iterable[Mapping[str, Any]] | None) -> list[int] | None:
    """Photos drawn on; also those found to be without a fault."""
    return None if kept is None else [each["photo"] for each in kept]


def _model_said(defect_id: UUID) -> tuple[DefectKind | None, Severity | None]:
    """What the last word before had against it: the model's own, which labels carry on."""
    query = sa.select(DefectLabel).where(DefectLabel.defect_id == defect_id).order_by(DefectLabel.said_at)
    first = db.session().scalar(query.limit(1))
    return (first.model_kind, first.model_severity) if first is not None else (None, None)
