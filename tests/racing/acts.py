"""What people, phones and citizens' apps do to road faults, each on whatever is there."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from backend.jobs import DAILY
from backend.roads.cases.models import CaseMerge, CaseView
from backend.roads.models import Defect
from shared.vocabulary import CaseState
from tests.factories import defect_draft
from tests.racing.race import Actor, Acts


def reports(actor: Actor) -> int:
    """A crew reports a fault, or a sound road."""
    place, moment = actor.place(), actor.race.app.extensions["qala_clock"]()
    fixes = [{"lat": place.lat, "lon": place.lon, "accuracy_m": 8.0, "taken_at": moment.isoformat()}]
    kind = actor.chance.choice(["pothole", "pothole", "crack_network", None])
    draft = defect_draft(
        actor.crew,
        moment,
        photos=[actor.photo()],
        fixes=fixes,
        heading_deg=None,
        kind_guess=kind,
        id=str(actor.new_id()),
    )
    status = draft.send(actor.crew).status_code
    actor.race.sent["defects"] += status == 200
    return status


def asks(actor: Actor) -> int:
    """A citizen's app reports, and half of the time sends it twice at once."""
    place, twice = actor.place(), 1 + actor.chance.randrange(2)
    photos = [actor.photo()] if actor.chance.random() < 0.6 else []
    said = {
        "service_code": "pothole",
        "lat": f"{place.lat:.6f}",
        "long": f"{place.lon:.6f}",
        "description": "яма",
    }

    def send(_again: int) -> tuple[int, Any]:
        media = [(io.BytesIO(each), "road.png") for each in photos]
        answer = actor.race.app.test_client().post("/open311/v2/requests.json", data=said | {"media": media})
        return answer.status_code, answer.json

    with ThreadPoolExecutor(twice if actor.race.at_once else 1) as pool:
        answers = list(pool.map(send, range(twice)))
    numbers = {body[0]["service_request_id"] for status, body in answers if status == 201}
    actor.race.sent["requests"] += 1
    actor.race.sent["defects"] += 1
    if len(numbers) != 1:
        actor.race.wrong.append(f"one report has the numbers {sorted(numbers)}")
    return answers[0][0]


def decides(actor: Actor) -> int | None:
    """A dispatcher lets a citizen's report in, or refuses it."""
    found = actor.dispatcher.get("/citizen-requests?moderation=waiting").json["items"]  # type: ignore[index]
    if not found:
        return None
    let_in = actor.chance.random() < 0.7
    path = f"/citizen-requests/{actor.chance.choice(found)['id']}/decisions"
    return actor.dispatcher.post(path, json={"let_in": let_in, "reason": "реклама"}).status_code


def says(actor: Actor) -> int | None:
    """A dispatcher says what a report shows."""
    defect_id = actor.any_of(Defect.id, Defect.held.is_(False))
    kind, fault = actor.chance.choice(["pothole", "crack_network", "snow_pile"]), actor.chance.random() < 0.8
    body = {"fault": True, "kind": kind, "severity": "high"} if fault else {"fault": False}
    path = f"/defects/{defect_id}/labels/{actor.new_id()}"
    return None if defect_id is None else actor.dispatcher.put(path, json=body).status_code


def puts(actor: Actor) -> int | None:
    """A dispatcher puts a report elsewhere."""
    defect_id, place = actor.any_of(Defect.id, Defect.held.is_(False)), actor.place()
    body = {"lat": place.lat, "lon": place.lon, "accuracy_m": 8.0, "because": "receiver_off"}
    return (
        None
        if defect_id is None
        else actor.dispatcher.put(f"/defects/{defect_id}/place", json=body).status_code
    )


def looks_again(actor: Actor) -> int | None:
    """A dispatcher wants a report looked at again."""
    defect_id = actor.any_of(Defect.id)
    return None if defect_id is None else actor.dispatcher.post(f"/defects/{defect_id}/looks").status_code


def joins(actor: Actor) -> int | None:
    """A dispatcher joins two cases."""
    states = (CaseState.REPORTED, CaseState.CONFIRMED, CaseState.PLANNED)
    case_id, other_id = actor.a_case(*states), actor.a_case(*states)
    if case_id is None or other_id is None:
        return None
    body = {"other_id": str(other_id), "reason": "одна яма"}
    return actor.dispatcher.post(f"/cases/{case_id}/join", json=body).status_code


def undoes(actor: Actor) -> int | None:
    """A dispatcher takes a report out of its case."""
    merge_id = actor.any_of(CaseMerge.id, CaseMerge.undone_at.is_(None), CaseMerge.opened.is_(False))
    if merge_id is None:
        return None
    case_id = actor.any_of(CaseMerge.case_id, CaseMerge.id == merge_id)
    path = f"/cases/{case_id}/merges/{merge_id}/undo"
    return actor.dispatcher.post(path, json={"reason": "другая яма"}).status_code


def plans(actor: Actor) -> int | None:
    """A dispatcher plans a case and its neighbours, and hands the task out."""
    case_id, begin = actor.a_case(CaseState.CONFIRMED), actor.race.app.extensions["qala_clock"]()
    if case_id is None:
        return None
    body = {
        "starts_at": begin.isoformat(),
        "ends_at": (begin + timedelta(days=1)).isoformat(),
        "assignee_ids": [actor.crew.tokens["user"]["id"]],
        "alone": actor.chance.random() < 0.3,
    }
    answer = actor.dispatcher.post(f"/cases/{case_id}/repair-task", json=body)
    if answer.status_code == 201:
        task_id = answer.json["task_id"]  # type: ignore[index]
        actor.dispatcher.post(f"/tasks/{task_id}/moves", json={"to": "assigned"})
    return answer.status_code


def confirms(actor: Actor) -> int | None:
    """A dispatcher confirms a case."""
    return actor.moved(CaseState.CONFIRMED, CaseState.REPORTED)


def rejects(actor: Actor) -> int | None:
    """A dispatcher turns a case down, or takes that back."""
    if actor.chance.random() < 0.5:
        return actor.moved(CaseState.REPORTED, CaseState.REJECTED)
    return actor.moved(CaseState.REJECTED, CaseState.REPORTED, CaseState.CONFIRMED)


def begins(actor: Actor) -> int | None:
    """A crew begins a repair, or a dispatcher takes the plan back."""
    if actor.chance.random() < 0.8:
        return actor.moved(CaseState.REPAIRING, CaseState.PLANNED, by=actor.crew)
    return actor.moved(CaseState.CONFIRMED, CaseState.PLANNED)


def ends(actor: Actor) -> int | None:
    """A crew has repaired a case; half of the time it names its proof."""
    moment = actor.race.app.extensions["qala_clock"]()
    said: dict[str, Any] = {"contractor": "ТОО Жол", "repaired_at": moment.isoformat()}
    if actor.chance.random() < 0.5:
        seen = actor.any_of(CaseView.defect_id)
        said |= {"proof_id": None if seen is None else str(seen)}
    return actor.moved(CaseState.REPAIRED, CaseState.REPAIRING, by=actor.crew, repair=said)


def closes(actor: Actor) -> int | None:
    """A dispatcher closes what is repaired, has it done again, or opens what was closed."""
    return actor.chance.choice(
        [
            lambda: actor.moved(CaseState.CLOSED, CaseState.REPAIRED),
            lambda: actor.moved(CaseState.CLOSED, CaseState.REPAIRED),
            lambda: actor.moved(CaseState.REPAIRING, CaseState.REPAIRED),
            lambda: actor.moved(CaseState.CONFIRMED, CaseState.CLOSED),
        ]
    )()


def days_pass(actor: Actor) -> int:
    """The daily work of roads comes."""
    with actor.race.app.app_context():
        DAILY[actor.chance.choice([name for name in DAILY if ".roads." in name])]()
    return 200


def syncs(actor: Actor) -> int:
    """The crew's phone asks what has become of its reports: another answer has another version."""
    answer = actor.crew.get("/sync")
    for each in answer.json["defects"]:  # type: ignore[index]
        before = actor.race.told.setdefault((each["id"], each["version"]), each)
        if before != each:
            actor.race.wrong.append(f"one version has two answers: {before} and {each}")
    return answer.status_code


ACTS: Acts = {
    reports: 30,
    asks: 6,
    decides: 8,
    says: 10,
    puts: 6,
    looks_again: 2,
    joins: 6,
    undoes: 6,
    plans: 8,
    confirms: 8,
    rejects: 5,
    begins: 8,
    ends: 8,
    closes: 8,
    days_pass: 3,
    syncs: 6,
}
