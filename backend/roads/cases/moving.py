"""Moving cases through their life: confirmed, planned, repaired with a proof, closed; who may, and what each move needs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, TypedDict
from uuid import UUID

from backend.accounts import service as accounts
from backend.adapters import settings
from backend.clock import new_id, now
from backend.database import db
from backend.errors import Conflict, Invalid, NotAllowed, NotFound
from backend.roads.cases import proofs, proving, service
from backend.roads.cases.believing import views_of
from backend.roads.cases.caring import care_in_force
from backend.roads.cases.intake import take_in
from backend.roads.cases.models import AskedCaseMove, CaseRepair, RoadCase
from backend.roads.cases.rules import life
from backend.roads.cases.rules.life import PLANNERS
from backend.roads.cases.rules.warranty import months_later
from backend.roads.cases.telling import tell
from backend.roads.cases.writing import step
from backend.roads.models import Defect
from backend.roads.words import ROLES, STATES
from backend.tasks import service as tasks
from backend.web.asked import move_once
from backend.web.principal import Principal
from shared.contracts import too_far_to_prove
from shared.geometry import Point
from shared.i18n import Message, listed
from shared.vocabulary import CaseState, Role

_ = Message


class Repair(TypedDict):
    """What is said of a repair."""

    contractor: str | None  # None: whoever moves it, which crews may say and planners may not
    repaired_at: datetime
    warranty_months: int | None  # None: the table's
    proof_id: UUID | None


def receive(
    move_id: UUID,
    case_id: UUID,
    by: Principal,
    *,
    to: CaseState,
    reason: str = "",
    repair: Repair | None = None,
) -> AskedCaseMove:
    """Move a case once under this id; Conflict when the id stands for another move."""

    def change(case: RoadCase) -> dict[str, Any]:
        before = case.state
        move(case, by, to=to, reason=reason, repair=repair)
        return {"case_id": case_id, "target": to, "changed": before is not to}

    said = {name: str(value) for name, value in (repair or {}).items()}
    content = {"case_id": str(case_id), "to": to.value, "reason": reason.strip(), **said}
    return move_once(
        AskedCaseMove,
        move_id,
        content,
        by,
        lock=lambda: service.get(case_id, by, "cases.move", lock=True),
        move=change,
    )


def move(
    case: RoadCase, by: Principal, *, to: CaseState, reason: str = "", repair: Repair | None = None
) -> RoadCase:
    """Move a case to another state; one that is there already stays as it is: the answer may have been lost."""
    state, reason = case.state, reason.strip()
    if state is to:
        return case
    wished = life.find_move(state, to)
    if wished is None:
        allowed = listed(STATES[each] for each in life.next_states(state))
        message = _(
            "A case cannot go from «{source}» to «{target}»; from «{source}» it can go to: {allowed}."
        )
        raise Conflict(message.format(source=STATES[state], target=STATES[to], allowed=allowed))
    _require_may(case, wished, by)
    if state is CaseState.REJECTED and not views_of(case):
        raise Conflict(_("No report is left in this case: a new report there opens a new one."))
    last = proving.last_repair(case)
    checks = [] if last is None or last.proof_check is None else [last.proof_check]
    errors = life.move_errors(wished, reason=reason, has_repair=repair is not None, checks=checks)
    if errors:
        raise Invalid(errors)
    if life.Need.REPAIR in wished.needs and repair is not None:
        _keep_repair(case, by, repair)
    elif repair is not None:
        message = _("goes with a move to «{state}» only: leave it out")
        raise Invalid({"repair": [message.format(state=STATES[CaseState.REPAIRED])]})
    if to is CaseState.CLOSED and last is not None:
        last.checked_by, last.checked_at = by.user_id, now()
    if to is CaseState.CONFIRMED:
        case.task_id = None
    step(case, to, by=by.user_id, reason=reason)
    if state is CaseState.REJECTED:  # a report that was called no fault shows one again
        for view in views_of(case):
            take_in(db.session().get_one(Defect, view.defect_id))
    return case


def _require_may(case: RoadCase, wished: life.Move, by: Principal) -> None:
    """Planners move cases of their districts; crews those whose repair is in their hands."""
    if by.role not in wished.roles:
        roles = listed(ROLES[each] for each in Role if each in wished.roles)
        message = _("Only these roles may move a case from «{source}» to «{target}»: {roles}.")
        raise NotAllowed(
            message.format(source=STATES[wished.source], target=STATES[wished.target], roles=roles)
        )
    if by.role in PLANNERS:
        return
    try:
        if case.task_id is not None:
            tasks.get(case.task_id, by)
            return
    except NotFound:
        pass
    raise NotAllowed(_("Only whoever has the task of the repair may move this case: ask a dispatcher."))


def _keep_repair(case: RoadCase, by: Principal, said: Repair) -> None:
    errors: dict[str, list[Message]] = {}
    contractor, repaired_at = said["contractor"], said["repaired_at"]
    if contractor is None and by.role in PLANNERS:
        errors["repair.contractor"] = [_("is missing: say who repaired it")]
    if repaired_at > now() + timedelta(seconds=settings().future_tolerance_s):
        message = _("must not lie in the future, was {value}: set the clock of the device")
        errors["repair.repaired_at"] = [message.format(value=repaired_at.isoformat())]
    if repaired_at < case.first_seen_at:
        message = _("must not lie before the fault was first seen at {start}, was {value}")
        errors["repair.repaired_at"] = [
            message.format(start=case.first_seen_at.isoformat(), value=repaired_at.isoformat())
        ]
    proof_id = said.get("proof_id")
    if proof_id is not None and (wrong := _wrong_proof(case, proof_id, repaired_at)) is not None:
        errors["repair.proof_id"] = [wrong]
    if errors:
        raise Invalid(errors)
    months = said.get("warranty_months")
    if months is None:
        months = care_in_force()[1].warranty_months
    row = CaseRepair(
        id=new_id(),
        case_id=case.id,
        contractor=(accounts.get_self(by).display_name if contractor is None else contractor).strip(),
        repaired_at=repaired_at,
        warranty_months=months,
        warranty_until=months_later(repaired_at, months),
        proof_id=proof_id,
        proof_check=None if proof_id is None else proofs.check_of(proof_id),
        task_id=case.task_id,
        recorded_by=by.user_id,
        recorded_at=now(),
        checked_by=None,
        checked_at=None,
        returned_at=None,
    )
    case.repairs.append(row)
    tell(
        "case.repaired",
        case,
        by=by.user_id,
        repair=str(row.id),
        warranty_months=months,
        proved=proof_id is not None,
    )


def _wrong_proof(case: RoadCase, proof_id: UUID, repaired_at: datetime) -> Message | None:
    """What is wrong with a report that is named as proof."""
    row = db.session().get(Defect, proof_id)
    if row is None:
        return _("must be a report with a photo of the repaired place, there is no {value}").format(
            value=str(proof_id)
        )
    if row.captured_at < repaired_at - timedelta(seconds=settings().future_tolerance_s):
        return _("must be photographed after the repair at {start}, was at {value}").format(
            start=repaired_at.isoformat(), value=row.captured_at.isoformat()
        )
    if row.lat is not None and row.lon is not None:
        taken, lies = Point(lat=row.lat, lon=row.lon), Point(lat=case.lat, lon=case.lon)
        away_m = too_far_to_prove(taken, row.accuracy_m or 0.0, lies, case.accuracy_m)
        if away_m is not None:
            message = _("must be photographed at the repaired place, was {away} m away")
            return message.format(away=round(away_m))
    return None
