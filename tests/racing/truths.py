"""What must be true of road faults whatever has met: each a list of what is not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.database import db, transaction
from backend.ledger import proof
from backend.ledger.models import LedgerEntry
from backend.roads.cases.believing import street_index, views_of
from backend.roads.cases.intake import take_in
from backend.roads.cases.models import CaseMerge, CaseView, RoadCase
from backend.roads.cases.proofs import check_of
from backend.roads.cases.rules import life
from backend.roads.cases.turns import take_turn
from backend.roads.cases.writing import refresh
from backend.roads.condition.models import StreetCondition
from backend.roads.condition.reckoning import reckon
from backend.roads.looking.holding import not_in_cases
from backend.roads.looking.models import DefectPhoto, Looking
from backend.roads.models import Defect
from backend.roads.open311.models import CitizenRequest
from backend.uploads.models import EvidenceKey
from shared.vocabulary import CaseState, DefectKind, DefectState, LookState, Moderation

UNDONE_JOIN = {(CaseState.JOINED, CaseState.REPORTED), (CaseState.JOINED, CaseState.CONFIRMED)}
ALLOWED = {(each.source, each.target) for each in life.MOVES} | set(life.BY_ITSELF) | UNDONE_JOIN
NOT_RECKONED = {"version", "changed_at"}


class TakenBackError(Exception):
    """What was reckoned for comparison is not kept."""


def flaws(sent: Counter[str], blobs: Path) -> list[str]:
    """Everything that is wrong; to be asked in an application context, when nobody does anything any more."""
    found: list[str] = []
    for truth in TRUTHS:
        try:
            with transaction():
                take_turn()
                found += [f"{truth.__name__}: {each}" for each in truth()]
                raise TakenBackError
        except TakenBackError:
            pass
    with transaction(read_only=True):
        found += _nothing_is_lost(sent, blobs)
    flaw = proof.verify()
    return found + ([] if flaw is None else [f"the ledger: {flaw}"])


def _all(model: Any) -> list[Any]:
    return list(db.session().scalars(sa.select(model)))


def every_report_is_in_one_case_or_none_for_a_reason() -> Iterator[str]:
    """What a report says of itself, what its view says, and what its case says are one."""
    for left in not_in_cases():
        row = db.session().get_one(Defect, left)
        yield f"{left} ({row.source}, {row.state}, {row.kind}) was taken in by nobody"
    views, cases = (
        {getattr(each, key): each for each in _all(model)}
        for model, key in ((CaseView, "defect_id"), (RoadCase, "id"))
    )
    for row in _all(Defect):
        view = views.get(row.id)
        case = None if view is None or view.case_id is None else cases[view.case_id]
        if row.case_id != (None if case is None else case.id):
            yield f"{row.id} says case {row.case_id}, its view {None if view is None else view.case_id}"
        if case is None:
            if view is not None and view.kind is not None:
                yield f"{row.id} shows {view.kind} and is in no case"
            if row.state not in (DefectState.RECEIVED, DefectState.REJECTED, DefectState.CONFIRMED):
                yield f"{row.id} is {row.state} without a case"
            if (
                row.state is DefectState.CONFIRMED
                and row.kind is not DefectKind.SNOW_PILE
                and row.looked_at
                and not row.held
            ):
                yield f"{row.id} is a confirmed {row.kind} in no case"
        elif row.state is not life.OF_REPORTS[case.state] or case.state is CaseState.JOINED:
            yield f"{row.id} is {row.state} in a case that is {case.state}"


def every_job_is_done() -> Iterator[str]:
    """Each report was looked at, and each refused one was not shown."""
    for looking in _all(Looking):
        if looking.state is not LookState.DONE:
            yield f"{looking.id} is {looking.state}"
    refused = _refused()
    for photo in db.session().scalars(
        sa.select(DefectPhoto).where(DefectPhoto.defect_id.in_(refused), DefectPhoto.view.is_not(None))
    ):
        yield f"{photo.defect_id} was refused and has a view"
    kept = set(db.session().scalars(sa.select(EvidenceKey.owner)))
    for request_id in db.session().scalars(refused):
        if kept & {f"defect:{request_id}", f"defect_view:{request_id}"}:
            yield f"{request_id} was refused and its photos are kept"


def every_state_follows_from_the_moves_before() -> Iterator[str]:
    """The moves of a case lead from its report to its state by allowed steps, and the ledger tells the same."""
    told: dict[str, int] = Counter(
        db.session().scalars(sa.select(LedgerEntry.subject).where(LedgerEntry.kind == "case.moved"))
    )
    for case in _all(RoadCase):
        at = CaseState.REPORTED
        for number, move in enumerate(case.moves, start=1):
            if move.number != number or move.source is not at or (move.source, move.target) not in ALLOWED:
                yield f"{case.id}: move {move.number} from {move.source} to {move.target} after {at}"
            at = move.target
        if at is not case.state or case.is_open is not (case.state in life.OPEN):
            yield f"{case.id} is {case.state}, open: {case.is_open}, its moves end at {at}"
        if told[f"case:{case.id}"] != len(case.moves):
            yield f"{case.id} has {len(case.moves)} moves, the ledger {told[f'case:{case.id}']}"
        has_task = case.state in (CaseState.PLANNED, CaseState.REPAIRING, CaseState.REPAIRED)
        if has_task and case.task_id is None:
            yield f"{case.id} is {case.state} without a task"


def every_joined_case_is_empty_and_leads_to_another() -> Iterator[str]:
    """And none leads to itself; a case that has lost all its reports is rejected."""
    cases = {each.id: each for each in _all(RoadCase)}
    for case in cases.values():
        if (case.state is CaseState.JOINED) is not (case.joined_into is not None):
            yield f"{case.id} is {case.state} and joined into {case.joined_into}"
        count = len(views_of(case))
        if case.state is CaseState.JOINED and count:
            yield f"{case.id} is joined and has {count} reports"
        if not count and case.state not in (CaseState.JOINED, CaseState.REJECTED):
            yield f"{case.id} is {case.state} and has no reports"
        seen, at = {case.id}, case
        while at.joined_into is not None:
            at = cases[at.joined_into]
            if at.id in seen:
                yield f"{case.id} is joined into itself"
                break
            seen.add(at.id)


def every_merge_is_explained_once() -> Iterator[str]:
    """A report that is in a case has one merge that stands and brought it there; undone ones name who."""
    standing: dict[tuple[UUID, UUID], int] = defaultdict(int)
    for merge in _all(CaseMerge):
        standing[merge.defect_id, merge.case_id] += merge.undone_at is None
    for view in _all(CaseView):
        if view.case_id is not None and not standing[view.defect_id, view.case_id]:
            yield f"{view.defect_id} is in {view.case_id} and nothing says why"


def every_photo_has_one_witness() -> Iterator[str]:
    """Of reports with the very same photo in one case one counts, unless a person took one out and put it back."""
    parted = set(db.session().scalars(sa.select(CaseMerge.defect_id).where(CaseMerge.undone_at.is_not(None))))
    came = set(
        db.session().scalars(sa.select(CaseMerge.defect_id).where(CaseMerge.from_case_id.is_not(None)))
    )
    query = sa.select(DefectPhoto.sha256, CaseView).join(
        CaseView, CaseView.defect_id == DefectPhoto.defect_id
    )
    witnesses: dict[tuple[str, UUID], list[UUID]] = defaultdict(list)
    for sha256, view in db.session().execute(query):
        if view.case_id is not None and view.is_witness and view.defect_id not in parted | came:
            witnesses[sha256, view.case_id].append(view.defect_id)
    yield from (f"{ids} have one photo" for ids in witnesses.values() if len(ids) > 1)


def every_later_report_says_whose_photo_it_has() -> Iterator[str]:
    """Of two reports with the very same photo the one received later names an earlier one, once it was looked at."""
    holders: dict[str, list[Defect]] = defaultdict(list)
    query = sa.select(Defect).where(Defect.looked_at.is_not(None)).order_by(Defect.received_at, Defect.id)
    for row in db.session().scalars(query):
        for sha256 in row.photo_hashes:
            holders[sha256].append(row)
    for rows in holders.values():
        yield from (f"{row.id} names no earlier report" for row in rows[1:] if row.same_photo_as is None)


def the_ledger_tells_everything_once() -> Iterator[str]:
    """What was opened, merged, looked at and deleted stands in it as often as it happened."""

    def told(kind: str) -> list[str]:
        return sorted(db.session().scalars(sa.select(LedgerEntry.subject).where(LedgerEntry.kind == kind)))

    by_itself = sa.select(CaseMerge).where(
        CaseMerge.opened.is_(False), CaseMerge.made_by.is_(None), CaseMerge.from_case_id.is_(None)
    )
    gone = sa.select(Looking.id).where(Looking.originals_gone_at.is_not(None))
    refused = {f"defect:{each}" for each in db.session().scalars(_refused())}  # gone before, or by that
    for kind, happened in (
        ("case.opened", [f"case:{each.id}" for each in _all(RoadCase)]),
        ("case.merged", [f"case:{each.case_id}" for each in db.session().scalars(by_itself)]),
        ("defect.received", [f"defect:{each.id}" for each in _all(Defect)]),
        ("defect.original_deleted", [f"defect:{each}" for each in db.session().scalars(gone)]),
    ):
        found, must = Counter(told(kind)), Counter(happened)
        if kind == "defect.original_deleted":
            must = Counter(each for each in happened if each not in refused or found[each])
        if found != must:
            yield f"{kind}: {found - must} too often, {must - found} not"


def _refused() -> sa.Select[Any]:
    return sa.select(CitizenRequest.id).where(CitizenRequest.moderation == Moderation.REFUSED)


def reckoning_cases_anew_changes_nothing() -> Iterator[str]:
    """Place, kind, severity, counts and belief of each case are what its reports say."""
    index = street_index()
    for case in _all(RoadCase):
        if all(view.kind is None for view in views_of(case)):
            continue  # people have said of all of them that there is no fault: it was left as it was
        before = _columns(case)
        refresh(case, index)
        after = _columns(case)
        yield from (
            f"{case.id} ({case.state}): {name} was {before[name]!r}, is {after[name]!r}"
            for name in before
            if before[name] != after[name]
        )


def taking_reports_in_again_changes_nothing() -> Iterator[str]:
    """What cases know of a report is what it says now."""
    rejected = set(db.session().scalars(sa.select(RoadCase.id).where(RoadCase.state == CaseState.REJECTED)))
    for row in _all(Defect):
        if row.case_id in rejected:
            continue  # it shows no fault as long as its case is none
        view = db.session().get(CaseView, row.id)
        before = None if view is None else _columns(view)
        versions = {each.id: each.version for each in _all(RoadCase)}
        take_in(row)
        db.session().flush()
        view = db.session().get(CaseView, row.id)
        after = None if view is None else _columns(view)
        if before != after:
            said = (
                after
                if before is None or after is None
                else {name: (before[name], after[name]) for name in after if before[name] != after[name]}
            )
            yield f"{row.id} ({row.source}, {row.state}) was not taken in as it is: {said}"
        for case in _all(RoadCase):
            if versions.get(case.id) != case.version:
                yield f"{case.id} ({case.state}) learns of {row.id}"


def every_proof_is_what_its_report_shows() -> Iterator[str]:
    """What a repair says of its proof is what is known of it."""
    for case in _all(RoadCase):
        for repair in case.repairs:
            if repair.proof_id is not None and repair.proof_check is not check_of(repair.proof_id):
                yield f"{case.id}: the proof is {check_of(repair.proof_id)}, was taken for {repair.proof_check}"


def every_street_has_one_condition_that_is_true() -> Iterator[str]:
    """One newest row for each piece of street, and reckoning it anew changes nothing."""
    newest = list(db.session().scalars(sa.select(StreetCondition).where(StreetCondition.is_newest.is_(True))))
    for segment_id, count in Counter(each.segment_id for each in newest).items():
        if count > 1:
            yield f"{segment_id} has {count} newest conditions"
    for each in newest:
        before = (each.id, each.score, each.photos, each.assessed, each.faults)
        now = reckon(each.segment_id)
        if now is None or (now.id, now.score, now.photos, now.assessed, now.faults) != before:
            yield f"{each.segment_id}: {before} is {now and (now.id, now.score, now.photos, now.assessed, now.faults)}"


def _nothing_is_lost(sent: Counter[str], blobs: Path) -> Iterator[str]:
    """As many reports as were received; every sealed photo has its key, every key its photos."""
    for name, model in (("defects", Defect), ("requests", CitizenRequest)):
        count = db.session().scalar(sa.select(sa.func.count()).select_from(model))
        if count != sent[name]:
            yield f"{sent[name]} {name} were received, {count} are there"
    named = {name for each in _all(EvidenceKey) for name in each.blobs}
    lying = {each.name for each in blobs.rglob("*") if each.is_file()}
    if named - lying:
        yield f"{len(named - lying)} photos are gone whose keys are kept"
    if lying - named:
        yield f"{len(lying - named)} photos lie there whose keys nobody has"


def _columns(row: Any) -> dict[str, Any]:
    return {
        each.key: getattr(row, each.key)
        for each in sa.inspect(type(row)).column_attrs
        if each.key not in NOT_RECKONED
    }


TRUTHS: tuple[Callable[[], Iterator[str]], ...] = (
    every_report_is_in_one_case_or_none_for_a_reason,
    every_job_is_done,
    every_state_follows_from_the_moves_before,
    every_joined_case_is_empty_and_leads_to_another,
    every_merge_is_explained_once,
    every_photo_has_one_witness,
    every_proof_is_what_its_report_shows,
    every_later_report_says_whose_photo_it_has,
    the_ledger_tells_everything_once,
    every_street_has_one_condition_that_is_true,
    reckoning_cases_anew_changes_nothing,
    taking_reports_in_again_changes_nothing,
)
