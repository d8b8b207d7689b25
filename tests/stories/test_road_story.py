"""A pothole's story: out of a phone's outbox into the index of its street, repaired, proved, closed, broken again and opened again."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from backend.database import transaction
from backend.streets import service as streets
from mobile.outbox.fault_moves import MovedFault
from mobile.outbox.ladder import ItemKind, ItemState, NewItem
from mobile.simulated.location import fixes_around
from shared.contracts import DefectReport, RoadFault, canonical_json, encode
from shared.geometry import Point
from shared.proofs import defect_message
from shared.vocabulary import CaseState, DefectKind, DefectState, ProofCheck, Role, Severity
from tests.conftest import Clock, make_user
from tests.contract.test_outbox_against_server import Handset, photos_of
from tests.fakes import road_photo
from tests.invented_streets import import_streets
from tests.phone import Phone
from tests.roads import beside, cases, one, report, wait

CUT, THROUGH = (lambda _request: True), (lambda _request: False)


@pytest.fixture
def handset(app: Flask, clock: Clock, tmp_path: Path, district_id: UUID) -> Iterator[tuple[Handset, UUID]]:
    """The real app's core in a crew's hand."""
    import_streets(app)
    user_id = make_user(app, "crew", Role.CREW, [district_id])
    phone = Handset(app, clock, tmp_path, "crew")
    yield phone, UUID(str(user_id))
    phone.client.close()
    phone.store.close()


def street_place(app: Flask) -> Point:
    """Between the first two points of a long piece of street."""
    with app.app_context(), transaction(read_only=True):
        network = streets.network()
        at = next(each for each in range(network.segments) if 150 < network.length_m[each] < 400)
        (west, south), (east, north) = network.line(at)[:2]
    return Point(lat=float(south + north) / 2, lon=float(west + east) / 2)


def photograph(phone: Handset, at: Point, picture: bytes, kind: DefectKind | None, **about: UUID) -> NewItem:
    """What the app does when the button is pressed: signed, sealed, in the outbox."""
    moment = phone.clock()
    photos = (picture,)
    manifest = DefectReport(
        id=uuid4(),
        device_id=phone.device_id,
        captured_at=moment,
        photos=photos_of(photos, moment),
        fixes=fixes_around(at, moment, random.Random(1), 4),
        heading_deg=None,
        kind_guess=kind,
    )
    return phone.put(ItemKind.DEFECT, canonical_json(encode(manifest)), defect_message, photos, **about)


def repair_by_phone(phone: Handset, fault: RoadFault, to: CaseState, proof_id: UUID | None = None) -> None:
    """What the app does when the repair is begun, or done."""
    repaired_at = phone.clock() if to is CaseState.REPAIRED else None
    moved = MovedFault(fault_id=fault.id, to=to, repaired_at=repaired_at, proof_id=proof_id)
    phone.put(ItemKind.FAULT_MOVE, moved.manifest(), None, fault=fault.id)


def test_a_pothole_from_the_outbox_to_the_index_and_back_again(
    app: Flask, clock: Clock, handset: tuple[Handset, UUID], staff: Callable[..., Phone]
) -> None:
    """Two people report it, one offline; everybody sees the same case, the street's index falls, rises and falls again."""
    phone, crew_id = handset
    dispatcher, other = staff(Role.DISPATCHER), staff(Role.CREW, login="other")
    hole = street_place(app)

    def move(to: str, **body: Any) -> None:
        path = f"/cases/{cases(dispatcher)[0]['id']}/moves/{uuid4()}"
        answer = dispatcher.put(path, json={"to": to, **body})
        assert answer.status_code == 200, answer.text

    def sync() -> None:
        phone.work()
        wait(clock, dispatcher, other)

    def index() -> float:
        answer = dispatcher.get(f"/street-segments/{case['segment_id']}/condition").json
        return float(answer["score"])  # type: ignore[index]

    # Photographed in a cellar of the network; it waits in the outbox and arrives hours later
    phone.cut = CUT
    item = photograph(phone, hole, road_photo(DefectKind.POTHOLE, Severity.HIGH, shot=1), DefectKind.POTHOLE)
    wait(clock, dispatcher, other, hours=2)
    report(app, other, beside(hole, east_m=4), clock(), photos=[road_photo(DefectKind.POTHOLE, shot=2)])
    phone.cut = THROUGH
    sync()
    assert ItemState.STORED is phone.kept(item.id).state
    (case,) = cases(dispatcher)
    assert (2, "pothole", "high") == (case["views"], case["kind"], case["severity"])
    broken = index()
    assert broken < 40

    # Confirmed, planned as a task of the crew, repaired with a proof out of the same outbox
    move("confirmed")
    window = {"starts_at": clock(), "ends_at": clock() + timedelta(days=2)}
    body = {name: at.isoformat() for name, at in window.items()} | {"assignee_ids": [str(crew_id)]}
    planned = dispatcher.post(f"/cases/{case['id']}/repair-task", json=body)
    assert planned.status_code == 201, planned.text
    task = f"/tasks/{planned.json['task_id']}/moves"
    assert dispatcher.post(task, json={"to": "assigned"}).status_code == 200
    sync()
    assert [planned.json["task_id"]] == [str(each.card.id) for each in phone.local.tasks()]
    known = phone.local.defect(item.id)
    assert known is not None
    assert (DefectState.PLANNED, case["id"]) == (known.state, str(known.case_id))
    given = phone.local.fault(UUID(case["id"]))
    assert given is not None
    assert (CaseState.PLANNED, DefectKind.POTHOLE) == (given.fault.state, given.fault.kind)
    assert phone.client.picture(f"/cases/{given.fault.id}/photo").startswith(b"\xff\xd8")
    phone.cut = CUT
    repair_by_phone(phone, given.fault, CaseState.REPAIRING)
    clock.advance(minutes=90)
    proof = photograph(phone, hole, road_photo(None, shot=3), None, fault=given.fault.id)
    repair_by_phone(phone, given.fault, CaseState.REPAIRED, proof.id)
    shown = phone.local.fault(given.fault.id)
    assert shown is not None
    assert (CaseState.REPAIRED, True) == (shown.fault.state, shown.unsent)
    phone.cut = THROUGH
    sync()
    sync()
    shown = phone.local.fault(given.fault.id)
    assert shown is not None
    assert (False, ProofCheck.CLEAN) == (shown.unsent, shown.fault.proof_check)
    move("closed")
    assert 100 == index()

    # Back within the warranty: the same case, with the repair that did not hold
    wait(clock, dispatcher, other, days=25)
    report(app, other, beside(hole, north_m=3), clock(), photos=[road_photo(DefectKind.POTHOLE, shot=4)])
    (again,) = cases(dispatcher)
    assert (case["id"], "confirmed", 1) == (again["id"], again["state"], again["returns"])
    (repair,) = one(dispatcher, case["id"])["repairs"]
    crew_name = staff(Role.ADMINISTRATOR).get(f"/users/{crew_id}").json["display_name"]
    assert (crew_name, "clean", str(proof.id)) == (
        repair["contractor"],
        repair["proof_check"],
        repair["proof_id"],
    )
    assert repair["returned_at"] is not None
    assert index() < 60
    sync()
    known = phone.local.defect(item.id)
    assert known is not None
    assert DefectState.CONFIRMED is known.state
    assert ["confirmed", "planned", "repairing", "repaired", "closed", "confirmed"] == [
        each["target"] for each in one(dispatcher, case["id"])["moves"]
    ]
    history = dispatcher.get(f"/street-segments/{case['segment_id']}/condition").json["history"]
    assert [100.0, index()] == [each["score"] for each in history]
    assert broken < 40
