"""Cases for people: one case with everything that is known of it, undoing merges, joining cases by hand."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa

from backend.accounts.policy import districts_for
from backend.clock import now
from backend.database import db
from backend.errors import Conflict, Invalid, NotFound
from backend.roads.cases import joining
from backend.roads.cases.believing import street_index, views_of
from backend.roads.cases.citizens import words_of
from backend.roads.cases.copies import no_copy
from backend.roads.cases.models import CaseMerge, CaseRepair, CaseView, RoadCase
from backend.roads.cases.rules.life import JOINABLE, moves_of, next_states
from backend.roads.cases.telling import tell
from backend.roads.cases.turns import take_turn
from backend.roads.cases.words import explained
from backend.roads.cases.writing import keep_merge, open_case, refresh, step
from backend.roads.models import Defect
from backend.roads.words import STATES
from backend.streets.network import StreetClass, StreetName
from backend.web.language import current_language
from backend.web.paging import Page, paginate
from backend.web.principal import Principal
from shared.i18n import Message, listed
from shared.vocabulary import CaseState, Language, StreetSide

_ = Message
Row = TypeVar("Row")
SIDE_SURE = 0.75  # probability from which a side is told
NEIGHBOURS_MOST = 20


def get(case_id: UUID, by: Principal, action: str = "cases.read", *, lock: bool = False) -> RoadCase:
    """One case in the principal's scope; ``lock``: to be changed, by nobody else until the transaction ends."""
    if lock:
        take_turn()
    query = scoped(sa.select(RoadCase).where(RoadCase.id == case_id), by, action)
    case = db.session().scalar(query)
    if case is None:
        raise NotFound(_("case"), case_id)
    return case


def times_of(case_ids: Collection[UUID]) -> dict[UUID, tuple[datetime, datetime]]:
    """When cases last changed and until when they are to be repaired, for whoever follows a report of theirs; one query."""
    if not case_ids:
        return {}
    query = sa.select(RoadCase.id, RoadCase.changed_at, RoadCase.due_at).where(RoadCase.id.in_(set(case_ids)))
    return {row.id: (row.changed_at, row.due_at) for row in db.session().execute(query)}


def shown(case: RoadCase) -> dict[str, Any]:
    """A case as lists and maps show it."""
    names = (
        "id district_id state kind severity area_m2 length_m lat lon accuracy_m segment_id along_m views witnesses "
        "first_seen_at last_seen_at priority due_at task_id joined_into earlier_case_id returns opened_at changed_at version"
    )
    known = {name: getattr(case, name) for name in names.split()}
    return known | {
        "side": side_of(case.right),
        "street_class": None if case.street_class is None else StreetClass(case.street_class).name.lower(),
        "street": street_name(case.segment_id),
        "is_overdue": case.is_open and case.due_at < now(),
        "next_states": next_states(case.state),
    }


def told(case: RoadCase, by: Principal) -> dict[str, Any]:
    """One case with its views, merges, moves, repairs and neighbours, and the moves that the principal's role may make."""
    language = current_language()
    views = views_of(case)
    words = words_of(case, [each.defect_id for each in views], by)
    merges = db.session().scalars(
        sa.select(CaseMerge)
        .where(CaseMerge.case_id == case.id)
        .order_by(CaseMerge.made_at, CaseMerge.opened.desc(), CaseMerge.id)
    )
    earlier = (
        [] if case.earlier_case_id is None else db.session().get_one(RoadCase, case.earlier_case_id).repairs
    )
    return shown(case) | {
        "next_moves": [
            {"target": move.target, "needs": sorted(move.needs)} for move in moves_of(case.state, by.role)
        ],
        "seen": [_shown_view(each) | {"citizen": words.get(each.defect_id)} for each in views],
        "merges": [_shown_merge(each, language) for each in merges],
        "moves": case.moves,
        "repairs": case.repairs,
        "earlier_repairs": earlier,
        "streets": [
            {"segment_id": lane["segment_id"], "weight": round(lane["weight"], 3)}
            for lane in case.belief["lanes"]
        ],
        "neighbours": [shown(each) for each in neighbours(case)],
    }


def neighbours(case: RoadCase) -> list[RoadCase]:
    """Other open cases on the same piece of street, the nearest first."""
    if case.segment_id is None:
        return []
    query = sa.select(RoadCase).where(
        RoadCase.segment_id == case.segment_id, RoadCase.is_open.is_(True), RoadCase.id != case.id
    )
    found = db.session().scalars(query)
    return sorted(found, key=lambda each: abs((each.along_m or 0) - (case.along_m or 0)))[:NEIGHBOURS_MOST]


def list_repairs(
    by: Principal,
    *,
    contractor: str | None = None,
    returned: bool | None = None,
    segment_id: int | None = None,
    cursor: str | None = None,
    limit: int,
) -> Page:
    """Repairs of cases in the principal's scope, the newest first."""
    query = scoped(sa.select(CaseRepair).join(RoadCase, RoadCase.id == CaseRepair.case_id), by, "cases.read")
    if contractor is not None:
        query = query.where(CaseRepair.contractor == contractor.strip())
    if returned is not None:
        query = query.where(
            CaseRepair.returned_at.is_not(None) if returned else CaseRepair.returned_at.is_(None)
        )
    if segment_id is not None:
        query = query.where(RoadCase.segment_id == segment_id)
    return paginate(query, CaseRepair.recorded_at, CaseRepair.id, cursor=cursor, limit=limit)


def undo_merge(case_id: UUID, merge_id: UUID, by: Principal, *, reason: str) -> RoadCase:
    """Take a report out of a case again: it gets its own, and never joins this one by itself.

    Reports that came along when two cases were joined go back together. What is undone already is answered as it is.
    """
    case = get(case_id, by, "cases.change", lock=True)
    merge = db.session().get(CaseMerge, merge_id)
    if merge is None or merge.case_id != case_id:
        raise NotFound(_("merge"), merge_id)
    if merge.undone_at is not None:
        return case
    here = {view.defect_id for view in views_of(case)}
    if merge.defect_id not in here:
        raise Conflict(
            _("The report is no longer in this case: take it out of the case in which it is now, if any.")
        )
    leaving = [each for each in _leaving(merge) if each.defect_id in here]
    if len(leaving) == len(here):
        raise Conflict(_("This is all that the case has: reject the case instead."))
    for each in leaving:
        each.undone_by, each.undone_at, each.undone_reason = by.user_id, now(), reason
    index = street_index()
    views = [db.session().get_one(CaseView, each.defect_id) for each in leaving]
    for view in views:
        view.case_id, view.is_witness = None, True
        no_copy(db.session().get_one(Defect, view.defect_id, with_for_update=True, populate_existing=True))
    db.session().flush()
    back = None if merge.from_case_id is None else db.session().get_one(RoadCase, merge.from_case_id)
    if back is not None and back.state is CaseState.JOINED:
        for view in views:
            view.case_id = back.id
            keep_merge(back, view, opened=True, by=by.user_id, reason=reason)
        back.joined_into = None
        step(back, back.moves[-1].source, by=by.user_id, reason=reason)  # what it was before it was joined
        refresh(back, index)
    else:
        back = open_case(views, index, by=by.user_id)
    refresh(case, index)
    tell(
        "case.merge_undone",
        case,
        by=by.user_id,
        merge=str(merge.id),
        views=len(views),
        other=f"case:{back.id}",
        with_reason=bool(reason),
    )
    return case


def join_cases(case_id: UUID, other_id: UUID, by: Principal, *, reason: str) -> RoadCase:
    """A person says that two cases are one fault: the other's reports come here. The same again changes nothing."""
    if case_id == other_id:
        raise Invalid({"other_id": [_("must be another case than this one")]})
    case, other = (get(each, by, "cases.change", lock=True) for each in (case_id, other_id))
    if other.joined_into == case.id:
        return case
    for each, which in ((case, _("this case")), (other, _("the other case"))):
        joinable = JOINABLE | ({CaseState.PLANNED} if each is case else set())
        if each.state not in joinable:
            message = _("A case that is «{state}» cannot be joined: {which} must be one of {allowed}.")
            allowed = listed(STATES[state] for state in CaseState if state in joinable)
            raise Conflict(message.format(state=STATES[each.state], which=which, allowed=allowed))
    joining.join(case, other, street_index(), by=by.user_id, reason=reason)
    return case


def side_of(right: float | None) -> StreetSide | None:
    """The side that is told of a probability; None where it is not sure enough."""
    if right is None or 1 - SIDE_SURE < right < SIDE_SURE:
        return None
    return StreetSide.RIGHT if right >= SIDE_SURE else StreetSide.LEFT


def street_name(segment_id: int | None) -> str | None:
    """The name of a piece of street in the reader's language; None where it has none or is not in force."""
    index = street_index()
    at = index.place_of(segment_id)
    if at is None or index.network is None:
        return None
    return told_name(index.network.name(at))


def told_name(name: StreetName) -> str | None:
    """A street's name in the reader's language, or in another one that has it; None where none has."""
    language = current_language()
    own = {Language.RU: name.ru, Language.KK: name.kk, Language.EN: name.en}[language]
    return own or name.ru or name.kk or name.en or None


def _leaving(merge: CaseMerge) -> list[CaseMerge]:
    """The merges that are undone together with one."""
    if merge.from_case_id is None:
        return [merge]
    query = sa.select(CaseMerge).where(
        CaseMerge.case_id == merge.case_id,
        CaseMerge.from_case_id == merge.from_case_id,
        CaseMerge.made_at == merge.made_at,
        CaseMerge.undone_at.is_(None),
    )
    return list(db.session().scalars(query))


def _shown_view(view: CaseView) -> dict[str, Any]:
    names = (
        "defect_id lat lon accuracy_m heading_deg segment_id along_m seen_at kind severity cannot area_m2 length_m "
        "scale is_witness doubts"
    )
    return {name: getattr(view, name) for name in names.split()} | {"side": side_of(view.right)}


def _shown_merge(merge: CaseMerge, language: Language) -> dict[str, Any]:
    names = "id defect_id from_case_id opened probability evidence made_by made_at reason undone_by undone_at undone_reason"
    known = {name: getattr(merge, name) for name in names.split()}
    return known | {"why": explained(known, language)}


def scoped(query: sa.Select[Row], by: Principal, action: str) -> sa.Select[Row]:
    """What of a query of cases lies where the principal may do an action."""
    allowed = districts_for(by, action)
    return query if allowed is None else query.where(RoadCase.district_id.in_(allowed))
