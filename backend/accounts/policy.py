"""The one role × action table. Deny by default: an action without a row, or a role without a cell, may not.

A cell says how far a role reaches: ALL districts, its own DISTRICTs, or only what is its OWN (its tasks, its devices).
"""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from backend.web.principal import Principal
from shared.vocabulary import Audience, Role


class Scope(StrEnum):
    """How far a permission reaches."""

    NONE = "none"
    OWN = "own"
    DISTRICT = "district"
    ALL = "all"


ADMIN, DISPATCHER, SUPERVISOR, CREW, PROBATION = (
    Role.ADMINISTRATOR,
    Role.DISPATCHER,
    Role.SUPERVISOR,
    Role.CREW,
    Role.PROBATION_OFFICER,
)
ALL, DISTRICT, OWN = Scope.ALL, Scope.DISTRICT, Scope.OWN
EVERYONE_OWN = dict.fromkeys(Role, OWN)
EVERYONE_ALL = dict.fromkeys(Role, ALL)  # what is public anyway
EVERYONE_DISTRICT = {ADMIN: ALL, **dict.fromkeys((DISPATCHER, SUPERVISOR, CREW, PROBATION), DISTRICT)}

POLICY: dict[str, dict[Role, Scope]] = {
    "me.read": EVERYONE_OWN,
    "me.change": EVERYONE_OWN,
    "users.read": {ADMIN: ALL, DISPATCHER: DISTRICT},
    "users.change": {ADMIN: ALL},
    "devices.read": {ADMIN: ALL, **dict.fromkeys((DISPATCHER, SUPERVISOR, CREW, PROBATION), OWN)},
    "devices.revoke": {ADMIN: ALL, **dict.fromkeys((DISPATCHER, SUPERVISOR, CREW, PROBATION), OWN)},
    "districts.read": EVERYONE_DISTRICT,
    "districts.change": {ADMIN: ALL},
    "ledger.read": EVERYONE_DISTRICT,
    "geofences.read": EVERYONE_DISTRICT,
    "geofences.change": {ADMIN: ALL, DISPATCHER: DISTRICT},
    "streets.read": EVERYONE_ALL,
    "people.read": {ADMIN: ALL, DISPATCHER: DISTRICT, SUPERVISOR: DISTRICT, PROBATION: DISTRICT},
    "people.change": {ADMIN: ALL, DISPATCHER: DISTRICT},
    "people.enrol": {ADMIN: ALL, DISPATCHER: DISTRICT, SUPERVISOR: DISTRICT},
    "people.erase": {ADMIN: ALL},
    "people.import": {ADMIN: ALL, DISPATCHER: DISTRICT},
    "orders.read": {ADMIN: ALL, DISPATCHER: DISTRICT, SUPERVISOR: DISTRICT, PROBATION: DISTRICT},
    "orders.change": {ADMIN: ALL, DISPATCHER: DISTRICT},
    "deadlines.read": {ADMIN: ALL, DISPATCHER: DISTRICT, PROBATION: DISTRICT},
    "tasks.read": {ADMIN: ALL, DISPATCHER: DISTRICT, SUPERVISOR: OWN, CREW: OWN, PROBATION: DISTRICT},
    "tasks.change": {ADMIN: ALL, DISPATCHER: DISTRICT},
    "tasks.move": {ADMIN: ALL, DISPATCHER: DISTRICT, SUPERVISOR: OWN, CREW: OWN},
    "check_ins.create": {SUPERVISOR: OWN},
    "check_ins.read": {ADMIN: ALL, DISPATCHER: DISTRICT, SUPERVISOR: OWN, PROBATION: DISTRICT},
    "check_ins.evidence": {
        ADMIN: ALL,
        DISPATCHER: DISTRICT,
        PROBATION: DISTRICT,
    },  # dispatchers: while in review
    "challenges.create": {SUPERVISOR: OWN},
    "spot_checks.read": {ADMIN: ALL, DISPATCHER: DISTRICT, SUPERVISOR: OWN, PROBATION: DISTRICT},
    "reviews.read": {ADMIN: ALL, DISPATCHER: DISTRICT},
    "reviews.decide": {ADMIN: ALL, DISPATCHER: DISTRICT},
    "appeals.read": {ADMIN: ALL, DISPATCHER: DISTRICT, PROBATION: DISTRICT},
    "appeals.file": {ADMIN: ALL, DISPATCHER: DISTRICT, SUPERVISOR: DISTRICT, PROBATION: DISTRICT},
    "appeals.decide": {ADMIN: ALL, DISPATCHER: DISTRICT},
    "paper_sheets.create": {ADMIN: ALL, DISPATCHER: DISTRICT, SUPERVISOR: DISTRICT},
    "paper_sheets.read": {ADMIN: ALL, DISPATCHER: DISTRICT, SUPERVISOR: DISTRICT, PROBATION: DISTRICT},
    "paper_sheets.decide": {ADMIN: ALL, DISPATCHER: DISTRICT},
    "absences.create": {ADMIN: ALL, DISPATCHER: DISTRICT, SUPERVISOR: DISTRICT},
    "absences.read": {ADMIN: ALL, DISPATCHER: DISTRICT, SUPERVISOR: DISTRICT, PROBATION: DISTRICT},
    "absences.decide": {ADMIN: ALL, DISPATCHER: DISTRICT},
    "hours.read": {ADMIN: ALL, DISPATCHER: DISTRICT, SUPERVISOR: DISTRICT, PROBATION: DISTRICT},
    "hours.decide": {ADMIN: ALL, DISPATCHER: DISTRICT},
    "receipts.read": {ADMIN: ALL, DISPATCHER: DISTRICT, SUPERVISOR: OWN, PROBATION: DISTRICT},
    "uploads.create": {SUPERVISOR: OWN, CREW: OWN},
    "defects.create": {SUPERVISOR: OWN, CREW: OWN},
    "defects.read": {ADMIN: ALL, DISPATCHER: DISTRICT, SUPERVISOR: OWN, CREW: OWN},
    "defects.confirm": {ADMIN: ALL, DISPATCHER: DISTRICT},
    "defects.place": {ADMIN: ALL, DISPATCHER: DISTRICT},
    "cases.read": {ADMIN: ALL, DISPATCHER: DISTRICT, SUPERVISOR: DISTRICT, CREW: DISTRICT},
    "cases.change": {ADMIN: ALL, DISPATCHER: DISTRICT},
    "frames.stream": {},  # nobody who signs in: cameras of vehicles, by their tracker's id
    "citizen_requests.read": {ADMIN: ALL, DISPATCHER: DISTRICT},
    "citizen_requests.decide": {ADMIN: ALL, DISPATCHER: DISTRICT},
    "cases.move": {
        ADMIN: ALL,
        DISPATCHER: DISTRICT,
        SUPERVISOR: DISTRICT,
        CREW: DISTRICT,
    },  # crews: of their tasks
    "road_care.set": {ADMIN: ALL},
    "routes.read": {ADMIN: ALL, DISPATCHER: DISTRICT, CREW: OWN},
    "route_proofs.read": {ADMIN: ALL, DISPATCHER: DISTRICT, CREW: OWN},
    "routes.change": {ADMIN: ALL, DISPATCHER: DISTRICT},
    "routes.move": {ADMIN: ALL, DISPATCHER: DISTRICT, CREW: OWN},
    "plans.read": {ADMIN: ALL, DISPATCHER: DISTRICT},
    "plans.change": {ADMIN: ALL, DISPATCHER: DISTRICT},
    "gate_counts.enter": {ADMIN: ALL, DISPATCHER: DISTRICT, SUPERVISOR: DISTRICT},
    "gate_counts.read": {ADMIN: ALL, DISPATCHER: DISTRICT, SUPERVISOR: DISTRICT},
    "hauling.read": {ADMIN: ALL, DISPATCHER: DISTRICT},
    "stop_reports.create": {SUPERVISOR: OWN, CREW: OWN},
    "location_fixes.create": {CREW: OWN},
    "location_fixes.read": {ADMIN: ALL, DISPATCHER: DISTRICT, CREW: OWN},  # dispatchers: by route or shift
    "location_fixes.own": EVERYONE_OWN,
    "vehicles.positions": {ADMIN: ALL, DISPATCHER: DISTRICT},
    "shifts.read": {ADMIN: ALL, DISPATCHER: DISTRICT, CREW: OWN},
    "shifts.change": {ADMIN: ALL, DISPATCHER: DISTRICT},
    "shifts.import": {ADMIN: ALL, DISPATCHER: DISTRICT},
    "shifts.move": {ADMIN: ALL, DISPATCHER: DISTRICT, CREW: OWN},
    "trackers.read": {ADMIN: ALL, DISPATCHER: DISTRICT},
    "trackers.change": {ADMIN: ALL, DISPATCHER: DISTRICT},
    "vehicles.read": {ADMIN: ALL, DISPATCHER: DISTRICT, CREW: DISTRICT},
    "vehicles.change": {ADMIN: ALL, DISPATCHER: DISTRICT},
    "vehicles.import": {ADMIN: ALL, DISPATCHER: DISTRICT},
    "facilities.read": {ADMIN: ALL, DISPATCHER: DISTRICT, CREW: DISTRICT},
    "facilities.change": {ADMIN: ALL, DISPATCHER: DISTRICT},
    "facilities.import": {ADMIN: ALL, DISPATCHER: DISTRICT},
    "containers.read": {ADMIN: ALL, DISPATCHER: DISTRICT, CREW: DISTRICT},
    "containers.change": {ADMIN: ALL, DISPATCHER: DISTRICT},
    "containers.import": {ADMIN: ALL, DISPATCHER: DISTRICT},
    "winter.read": {ADMIN: ALL, DISPATCHER: DISTRICT, CREW: DISTRICT},
    "winter.set": {ADMIN: ALL},
    "snow_piles.measure": {ADMIN: ALL, DISPATCHER: DISTRICT, SUPERVISOR: DISTRICT, CREW: DISTRICT},
    "snowfalls.change": {ADMIN: ALL, DISPATCHER: DISTRICT},
    "sync.read": EVERYONE_OWN,
}

AUDIENCES: dict[Role, frozenset[Audience]] = {
    ADMIN: frozenset(Audience),
    DISPATCHER: frozenset({Audience.SUPERVISION, Audience.OPERATIONS}),
    SUPERVISOR: frozenset({Audience.SUPERVISION, Audience.OPERATIONS}),
    CREW: frozenset({Audience.OPERATIONS}),
    PROBATION: frozenset({Audience.SUPERVISION}),
}


def scope_of(role: Role, action: str) -> Scope:
    """How far a role may do an action."""
    return POLICY.get(action, {}).get(role, Scope.NONE)


def permits(role: Role, action: str) -> bool:
    """Whether a role may do an action at all."""
    return scope_of(role, action) is not Scope.NONE


def actions_of(role: Role) -> list[str]:
    """Everything that a role may do, somewhere."""
    return sorted(action for action in POLICY if permits(role, action))


def districts_for(principal: Principal, action: str) -> frozenset[UUID] | None:
    """The districts in which a principal may do an action; None means every one."""
    if scope_of(principal.role, action) is Scope.ALL:
        return None
    return principal.district_ids if principal.district_ids is not None else frozenset()


def owns_only(principal: Principal, action: str) -> bool:
    """Whether a principal may do an action only to what is its own."""
    return scope_of(principal.role, action) is Scope.OWN
