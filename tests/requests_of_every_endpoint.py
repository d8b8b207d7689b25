"""One valid request for every endpoint of the API: what the policy test sends as each role, and what a new endpoint must add."""

from __future__ import annotations

import hashlib
import io
import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from werkzeug.test import TestResponse

from backend.database import transaction
from shared.geometry import Point
from shared.proofs import refresh_message
from shared.vocabulary import Role
from tests.conftest import PASSWORD, Clock, make_user
from tests.factories import (
    INSIDE,
    OUTSIDE,
    PARK,
    CheckInDraft,
    defect_draft,
    enrol,
    fixes_at,
    frames_of,
    location_batch,
    make_geofence,
    make_order,
    make_person,
    make_route,
    make_task,
    route_plan,
    stop_report_draft,
    valid_iin,
)
from tests.fakes import face_photo
from tests.fleet import (
    facility,
    make_facility,
    make_shift,
    make_site,
    make_tracker,
    make_vehicle,
    shift,
    site,
    vehicle,
)
from tests.invented_streets import a_segment, import_streets
from tests.missed_spot_check import gap_address
from tests.phone import Phone
from tests.plans import failed_plan
from tests.roads import report
from tests.winter import make_snowfall, pile, snowfall

WORKERS = (Role.SUPERVISOR, Role.CREW)


@dataclass
class World:
    """Two districts with one phone for each role in both; makes fresh things of the first district to be asked for."""

    app: Flask
    clock: Clock
    here: UUID
    there: UUID
    phones: dict[Role, Phone]
    strangers: dict[Role, Phone]
    serial: Any = field(default_factory=lambda: itertools.count(1))

    @property
    def admin(self) -> Phone:
        """Who sets things up."""
        return self.phones[Role.ADMINISTRATOR]

    def user(self) -> str:
        """A fresh user of the first district."""
        return str(make_user(self.app, f"fresh-{next(self.serial)}", Role.CREW, [self.here]))

    def person(self) -> str:
        """A fresh person of the first district."""
        return make_person(self.admin, self.here, seed=next(self.serial) * 100)

    def order(self) -> str:
        """A fresh order of a fresh person."""
        return make_order(self.admin, self.person())

    def enrolment(self) -> str:
        """The path of a fresh enrolment."""
        person_id, enrolment_id = self.person(), str(uuid4())
        photos = [face_photo(person_id, shot) for shot in range(3)]
        assert enrol(self.admin, person_id, photos, enrolment_id=enrolment_id).status_code == 200
        return f"{person_id}/face-templates/{enrolment_id}"

    def streets(self) -> str:
        """The address of the streets, which are there from now on."""
        import_streets(self.app)
        return "/streets"

    def snowfall(self) -> str:
        """The address of a fresh snowfall of the first district."""
        return f"/winter/snowfalls/{make_snowfall(self.admin, self.clock(), self.here)['id']}"

    def winter(self, what: str) -> str:
        """The address of what this night's streets need, or of the snow that lies there."""
        self.streets()
        return f"/winter/{what}?night={self.clock().date().isoformat()}"

    def district_boundary(self) -> str:
        """The address of the first district's boundary, which is drawn from now on."""
        path = f"/districts/{self.here}/boundary"
        assert self.admin.put(path, json={"boundary": PARK}).status_code == 200
        return path

    def citizen_request(self) -> str:
        """The address of a fresh report of a citizen in the first district."""
        self.district_boundary()
        lat, lon = INSIDE
        sent = {"service_code": "pothole", "lat": lat, "long": lon, "description": str(uuid4())}
        answer = self.app.test_client().post("/open311/v2/requests.json", data=sent)
        assert answer.status_code == 201, answer.text
        number = answer.json[0]["service_request_id"]  # type: ignore[index]
        waiting = self.admin.get("/citizen-requests?moderation=waiting&limit=100").json["items"]
        return f"/citizen-requests/{next(each['id'] for each in waiting if each['number'] == number)}"

    def geofence(self) -> str:
        """A fresh geofence of the first district."""
        return make_geofence(self.admin, self.here)

    def task(self, caller: Phone) -> str:
        """A fresh task of the first district: handed to the caller of that district who does tasks, else to its supervisor."""
        crew = self.role_of(caller) is Role.CREW
        worker = self.phones[Role.CREW if crew else Role.SUPERVISOR]
        return make_task(
            self.admin,
            self.here,
            start=self.clock(),
            geofence_id=self.geofence(),
            assignee_ids=[str(worker.tokens["user"]["id"])],
            person_ids=[] if crew else [self.person()],
            kind="waste" if crew else "public_works",
        )

    def draft(self, caller: Phone) -> CheckInDraft:
        """A check-in on a task of the first district, as the caller's device would send it."""
        supervisor = self.phones[Role.SUPERVISOR]
        person_id = self.person()
        task_id = make_task(
            self.admin,
            self.here,
            start=self.clock(),
            geofence_id=self.geofence(),
            assignee_ids=[str(supervisor.tokens["user"]["id"])],
            person_ids=[person_id],
        )
        return CheckInDraft(person_id, task_id, caller.device_id, self.clock(), frames_of(person_id))

    def check_in(self) -> str:
        """A fresh check-in of the first district's supervisor."""
        draft = self.draft(self.phones[Role.SUPERVISOR])
        assert draft.send(self.phones[Role.SUPERVISOR]).status_code == 200
        return draft.id

    def review(self) -> str:
        """A fresh check-in of the first district's supervisor without a challenge, so that a person decides."""
        draft = self.draft(self.phones[Role.SUPERVISOR])
        draft.asks = False
        assert draft.send(self.phones[Role.SUPERVISOR]).json["outcome"] == "to_review"  # type: ignore[index]
        return draft.id

    def enrolment_photo(self) -> str:
        """The address of an enrolment photo of somebody whose check-in is in review."""
        draft = self.draft(self.phones[Role.SUPERVISOR])
        draft.asks, enrolment_id = False, str(uuid4())
        photos = [face_photo(draft.person_id, shot) for shot in range(3)]
        assert enrol(self.admin, draft.person_id, photos, enrolment_id=enrolment_id).status_code == 200
        assert draft.send(self.phones[Role.SUPERVISOR]).json["outcome"] == "to_review"  # type: ignore[index]
        return f"/people/{draft.person_id}/face-templates/{enrolment_id}/photos/0"

    def objection(self) -> dict[str, Any]:
        """An appeal against a refusal in the first district, captured by somebody who has no phone here."""
        supervisor = self.double(self.phones[Role.SUPERVISOR])
        person_id = self.person()
        task_id = make_task(
            self.admin,
            self.here,
            start=self.clock(),
            geofence_id=self.geofence(),
            assignee_ids=[str(supervisor.tokens["user"]["id"])],
            person_ids=[person_id],
        )
        draft = CheckInDraft(
            person_id, task_id, supervisor.device_id, self.clock(), frames_of(person_id), at=OUTSIDE
        )
        assert draft.send(supervisor).json["outcome"] == "refused"  # type: ignore[index]
        return {
            "person_id": person_id,
            "about": {"kind": "check_in", "id": draft.id},
            "filed_by_person": "Сам",
            "filed_as": "spoken",
            "words": "Я был на месте.",
            "filed_on": self.clock().date().isoformat(),
        }

    def appeal(self, by: Phone | None = None) -> str:
        """The address of a fresh appeal in the first district, which an officer without a phone here wrote down, or ``by``."""
        path = f"/appeals/{uuid4()}"
        officer = by or self.double(self.phones[Role.PROBATION_OFFICER])
        assert officer.put(path, json=self.objection()).status_code == 200
        return path

    def gap(self) -> str:
        """The address of the minutes round a fresh missed spot check in the first district."""
        draft = self.draft(self.phones[Role.SUPERVISOR])
        return gap_address(self.app, draft, self.phones[Role.SUPERVISOR])

    def sheet(self) -> str:
        """The address of a fresh paper sheet of the first district, entered by its supervisor."""
        answer = _sheet(self, self.phones[Role.SUPERVISOR])
        assert answer.status_code == 200, answer.text
        return f"/paper-sheets/{answer.json['id']}"  # type: ignore[index]

    def absence(self) -> str:
        """The address of a fresh absence in the first district, entered by its supervisor."""
        answer = _absence(self, self.phones[Role.SUPERVISOR])
        assert answer.status_code == 200, answer.text
        return f"/absences/{answer.json['id']}"  # type: ignore[index]

    def defect(self, caller: Phone, **changes: Any) -> str:
        """The address of a fresh defect in the first district, reported by the caller of that district who reports, else by its crew."""
        supervises = self.role_of(caller) is Role.SUPERVISOR
        reporter = self.phones[Role.SUPERVISOR if supervises else Role.CREW]
        draft = defect_draft(reporter, self.clock(), **changes)
        assert draft.send(reporter).status_code == 200
        return f"/defects/{draft.id}"

    def case(self) -> str:
        """The address of a fresh case of the first district, far from all others."""
        return f"/cases/{self._case()}"

    def other_case(self) -> dict[str, Any]:
        """What is asked to join a fresh case to another."""
        return {"other_id": self._case(), "reason": "Одна и та же яма"}

    def merge(self) -> str:
        """The address of a fresh merge of two cases."""
        case = self.case()
        assert self.admin.post(f"{case}/join", json=self.other_case()).status_code == 200
        came = next(each for each in self.admin.get(case).json["merges"] if each["from_case_id"])  # type: ignore[index]
        return f"{case}/merges/{came['id']}"

    def _case(self) -> str:
        crew = self.phones[Role.CREW]
        number = next(self.serial)
        place = Point(lat=54.80 + 0.004 * (number % 40), lon=69.05 + 0.006 * (number // 40))
        defect_id = report(self.app, crew, place, self.clock())
        return str(self.admin.get(f"/defects/{defect_id}").json["case_id"])  # type: ignore[index]

    def route(self) -> dict[str, Any]:
        """A fresh route in the hands of the first district's crew."""
        crew = str(self.phones[Role.CREW].tokens["user"]["id"])
        return make_route(self.admin, self.here, start=self.clock(), assignee_ids=[crew])

    def facility(self) -> str:
        """The address of a fresh depot of the first district."""
        return f"/facilities/{make_facility(self.admin, self.here)['id']}"

    def snow_dump(self) -> str:
        """The address of a fresh snow dump of the first district."""
        return f"/facilities/{make_facility(self.admin, self.here, kind='snow_dump')['id']}"

    def gate_count(self) -> str:
        """The address of a truck counted at a snow dump's gate there."""
        path = f"{self.snow_dump()}/gate-counts"
        body = {"board_number": "7", "counted_at": "2026-11-22T20:00:00+05:00", "volume_m3": 9}
        counted = self.admin.post(path, json=body)
        assert counted.json is not None
        return f"{path}/{counted.json['id']}"

    def vehicle(self) -> str:
        """The address of a fresh vehicle of the first district."""
        return f"/vehicles/{make_vehicle(self.admin, self.here)['id']}"

    def shift(self) -> str:
        """The address of a fresh shift of the first district's crew, each on another day."""
        crew, vehicle = self.phones[Role.CREW], make_vehicle(self.admin, self.here)
        start = self.clock() + timedelta(days=next(self.serial))
        made = make_shift(self.admin, vehicle["id"], start, driver_id=crew.tokens["user"]["id"])
        return f"/shifts/{made['id']}"

    def tracker(self) -> dict[str, Any]:
        """A fresh tracker in a fresh vehicle of the first district."""
        return make_tracker(self.admin, make_vehicle(self.admin, self.here)["id"])

    def wish(self) -> dict[str, Any]:
        """A day of the first district of a kind that nobody can plan: nothing is reckoned here."""
        return {"kind": "other", "day": self.clock().date().isoformat(), "district_id": str(self.here)}

    def plan(self) -> str:
        """The address of a plan of the first district whose run has failed."""
        with self.app.app_context(), transaction():
            return f"/plans/{failed_plan(self.here, self.admin.tokens['user']['id'])}"

    def container_site(self) -> str:
        """The address of a fresh container site of the first district."""
        return f"/containers/{make_site(self.admin, self.here)['id']}"

    def role_of(self, phone: Phone) -> Role:
        """The role of whoever holds a phone."""
        return Role(phone.tokens["user"]["role"])

    def again(self, phone: Phone) -> Phone:
        """The same user on one more device."""
        return Phone(phone.client, name="one more").sign_in(phone.tokens["user"]["login"], PASSWORD)

    def double(self, phone: Phone) -> Phone:
        """Another user of the same role and district: for requests after which the session is spent."""
        login = f"double-{next(self.serial)}"
        make_user(
            self.app, login, self.role_of(phone), [self.here if phone in self.phones.values() else self.there]
        )
        return Phone(phone.client).sign_in(login, PASSWORD)


def things(**fields: Any) -> Callable[[World], dict[str, Any]]:
    """A body that names the first district."""
    return lambda world: {"district_id": str(world.here), **fields}


Send = Callable[[World, Phone], TestResponse]


@dataclass(frozen=True)
class Example:
    """How one endpoint is asked, what an allowed caller gets, and what the same role of another district gets.

    ``elsewhere``: 404 where the address names the thing, 422 where a field does, 200 where the answer holds only the
    caller's own. ``spends`` says that the session does not survive the request.
    """

    send: Send
    status: int = 200
    elsewhere: int = 200
    spends: bool = False


def get(path: str, **options: Any) -> Example:
    """A list, or something of the caller's own."""
    return Example(lambda _world, phone: phone.get(path), **options)


def one(method: str, path: Callable[[World, Phone], str], json: Any = None, **options: Any) -> Example:
    """Something that the address names; strangers get 404."""
    body = {} if json is None else {"json": json}
    return Example(
        lambda world, phone: phone.request(method, path(world, phone), **body),
        **{"elsewhere": 404, **options},
    )


def create(path: str, body: Callable[[World], dict[str, Any]], **options: Any) -> Example:
    """Something new whose district a field names; strangers get 422."""
    return Example(
        lambda world, phone: phone.post(path, json=body(world)),
        **{"status": 201, "elsewhere": 422, **options},
    )


def _login(world: World, phone: Phone) -> TestResponse:
    return Phone(phone.client).try_sign_in(phone.tokens["user"]["login"], PASSWORD)


def _refresh(world: World, phone: Phone) -> TestResponse:
    nonce, token = phone.nonce(), phone.tokens["refresh_token"]
    signature = phone.sign(refresh_message(token, nonce))
    return phone.post("/auth/refresh", json={"refresh_token": token, "nonce": nonce, "signature": signature})


def _password(world: World, phone: Phone) -> TestResponse:
    code = world.admin.post(f"/users/{world.user()}/password-reset").json["code"]  # type: ignore[index]
    return phone.post("/auth/password", json={"code": code, "password": "a battery of horses"})


def _enrol(world: World, phone: Phone) -> TestResponse:
    person_id = world.person()
    return enrol(phone, person_id, [face_photo(person_id, shot) for shot in range(3)])


def _import(world: World, phone: Phone) -> TestResponse:
    table = (
        "iin;family_name;given_name;biometric_basis;number;regime;hours;employed;starts_on\n"
        f"{valid_iin(next(world.serial) * 100)};Ким;Ан;law;15-2026;criminal;120;no;2026-11-01\n"
    )
    return phone.post(
        f"/people/imports?dry_run=false&district={world.here}",
        data={"file": (io.BytesIO(table.encode()), "people.csv")},
        content_type="multipart/form-data",
    )


def _table(phone: Phone, path: str, world: World, table: str) -> TestResponse:
    return phone.post(
        f"{path}/imports?dry_run=false&district={world.here}",
        data={"file": (io.BytesIO(table.encode()), "table.csv")},
        content_type="multipart/form-data",
    )


def _import_vehicles(world: World, phone: Phone) -> TestResponse:
    return _table(phone, "/vehicles", world, f"board_number;kind\nИ-{next(world.serial)};plough\n")


def _import_facilities(world: World, phone: Phone) -> TestResponse:
    row = f"База {next(world.serial)};depot;54.8661;69.1417"
    return _table(phone, "/facilities", world, f"name;kind;lat;lon\n{row}\n")


def _import_shifts(world: World, phone: Phone) -> TestResponse:
    number = f"С-{next(world.serial)}"
    make_vehicle(world.admin, world.here, board_number=number)
    row = f"23.11.2026;13:00;21:00;{number}"
    return _table(phone, "/shifts", world, f"day;starts;ends;board_number\n{row}\n")


def _import_sites(world: World, phone: Phone) -> TestResponse:
    heading = "code;address;lat;lon;containers;demand_m3"
    row = f"И-{next(world.serial)};Букетова, 31;54.8661;69.1417;2 × 1,1;1,5"
    return _table(phone, "/containers", world, f"{heading}\n{row}\n")


def _sheet(world: World, phone: Phone) -> TestResponse:
    draft = world.draft(phone)
    sheet = {
        "person_id": draft.person_id,
        "task_id": draft.task_id,
        "came_at": (world.clock() - timedelta(hours=1)).isoformat(),
        "left_at": world.clock().isoformat(),
        "reason": "no_phone",
    }
    parts = {"sheet": json.dumps(sheet), "photo": [(io.BytesIO(face_photo("paper")), "sheet.png")]}
    return phone.put(f"/paper-sheets/{uuid4()}", data=parts, content_type="multipart/form-data")


def _absence(world: World, phone: Phone) -> TestResponse:
    day = world.clock().date().isoformat()
    absence = {"person_id": world.person(), "from_day": day, "until_day": day, "reason": "family"}
    parts = {"absence": json.dumps(absence), "document": [(io.BytesIO(face_photo("paper")), "note.png")]}
    return phone.put(f"/absences/{uuid4()}", data=parts, content_type="multipart/form-data")


def _more_documents(world: World, phone: Phone) -> TestResponse:
    parts = {"document": [(io.BytesIO(face_photo("another paper")), "note.png")]}
    return phone.put(f"{world.absence()}/documents", data=parts, content_type="multipart/form-data")


def _challenge(world: World, phone: Phone) -> TestResponse:
    draft = world.draft(phone)
    return phone.post(
        "/check-in-challenges", json={"task_id": draft.task_id, "person_ids": [draft.person_id]}
    )


def _defect(world: World, phone: Phone) -> TestResponse:
    if phone in world.phones.values():
        return defect_draft(phone, world.clock()).send(phone)
    photos = frames_of("another pothole", 2)  # of another case: who has a case has its reports
    return defect_draft(phone, world.clock(), at=OUTSIDE, photos=photos).send(phone)


def _stop_report(world: World, phone: Phone) -> TestResponse:
    return stop_report_draft(phone, world.route(), world.clock()).send(phone)


def _new_plan(world: World, phone: Phone) -> TestResponse:
    plan = route_plan(world.here, world.clock(), assignee_ids=[], title="Площадь")
    draft = make_route(world.admin, world.here, start=world.clock(), released=False)
    return phone.put(f"/routes/{draft['id']}", json=plan)


def _positions(world: World, phone: Phone) -> TestResponse:
    batch = location_batch(phone, fixes_at(INSIDE, world.clock()))
    return phone.put(f"/location-fixes/{batch['id']}", json=batch)


def _priority(world: World, phone: Phone) -> TestResponse:
    world.streets()
    body = {"segment_ids": [a_segment(world.admin)], "priority": 1, "note": "Больница"}
    return phone.put("/winter/priorities", json=body)


def _decided_request(world: World, phone: Phone) -> TestResponse:
    return phone.post(f"{world.citizen_request()}/decisions", json={"let_in": True})


def _measured_pile(world: World, phone: Phone) -> TestResponse:
    return phone.put(f"/winter/piles/{uuid4()}", json=pile(world.clock()))


def _case_in_hands(world: World, phone: Phone) -> str:
    """A confirmed case; its repair is in the caller's hands where the caller works."""
    case = world.case()
    assert world.admin.put(f"{case}/moves/{uuid4()}", json={"to": "confirmed"}).status_code == 200
    if world.role_of(phone) in WORKERS:
        window = {"starts_at": world.clock(), "ends_at": world.clock() + timedelta(hours=4)}
        body = {name: moment.isoformat() for name, moment in window.items()} | {
            "assignee_ids": [world.phones[world.role_of(phone)].tokens["user"]["id"]],
            "alone": True,
        }
        planned = world.admin.post(f"{case}/repair-task", json=body).json
        task = f"/tasks/{planned['task_id']}/moves"  # type: ignore[index]
        assert world.admin.post(task, json={"to": "assigned"}).status_code == 200
    return case


def _case_move(world: World, phone: Phone) -> TestResponse:
    to = "repairing" if world.role_of(phone) in WORKERS else "planned"
    return phone.put(f"{_case_in_hands(world, phone)}/moves/{uuid4()}", json={"to": to})


def _repair_task(world: World, phone: Phone) -> TestResponse:
    case = world.case()
    assert world.admin.put(f"{case}/moves/{uuid4()}", json={"to": "confirmed"}).status_code == 200
    window = {"starts_at": world.clock(), "ends_at": world.clock() + timedelta(hours=4)}
    return phone.post(
        f"{case}/repair-task", json={name: moment.isoformat() for name, moment in window.items()}
    )


def _report_position(world: World, phone: Phone) -> TestResponse:
    return phone.get(f"/osmand?id={world.tracker()['device_id']}&lat=54.87&lon=69.15")


def _piece(world: World, phone: Phone) -> TestResponse:
    path = f"/uploads/{hashlib.sha256(b'photo').hexdigest()}/0?total=5"
    return phone.put(path, data=b"photo", content_type="application/octet-stream")


def _stream(world: World, phone: Phone) -> TestResponse:
    answer = phone.get("/events/stream?after=0")
    answer.close()
    return answer


def _invitation(world: World) -> dict[str, Any]:
    login = f"new-{next(world.serial)}"
    return {"login": login, "display_name": "New", "role": "crew", "district_ids": [str(world.here)]}


def _district(world: World) -> dict[str, Any]:
    return {"code": f"d-{next(world.serial)}", "name_ru": "А", "name_kk": "Ә", "name_en": "A"}


def _person(world: World) -> dict[str, Any]:
    identity = {"family_name": "Ким", "given_name": "Ан", "iin": valid_iin(next(world.serial) * 100)}
    return {"district_id": str(world.here), "biometric_basis": "consent", **identity}


def _moved(world: World, phone: Phone) -> TestResponse:
    return phone.post(f"/tasks/{world.task(phone)}/moves", json={"to": "in_progress"})


def _asked_to_move(world: World, phone: Phone) -> TestResponse:
    return phone.put(f"/tasks/{world.task(phone)}/moves/{uuid4()}", json={"to": "in_progress"})


PLACE = {"type": "Point", "coordinates": [69.15, 54.87]}
TASK = {"kind": "snow", "title": "Площадь", "place": PLACE, "radius_m": 100}
HOURS = {"starts_at": "2026-11-23T09:00:00+05:00", "ends_at": "2026-11-23T13:00:00+05:00"}
ORDER = {
    "number": "15-2026",
    "regime": "criminal",
    "hours_total_min": 7200,
    "employed": False,
    "starts_on": "2026-11-01",
}
DECISION = {"outcome": "accepted", "reason": "known_in_person", "words": "Лицо то же."}
EXAMPLES: dict[str, Example] = {
    "accounts.make_nonce": Example(lambda _world, phone: phone.post("/auth/nonce")),
    "accounts.login": Example(_login),
    "accounts.refresh": Example(_refresh, spends=True),
    "accounts.set_password": Example(_password),
    "accounts.logout": Example(lambda _world, phone: phone.post("/auth/logout"), status=204, spends=True),
    "accounts.logout_everywhere": Example(
        lambda _world, phone: phone.post("/auth/logout-everywhere"), spends=True
    ),
    "accounts.read_me": get("/me"),
    "accounts.change_me": Example(lambda _world, phone: phone.patch("/me", json={"language": "kk"})),
    "accounts.list_users": get("/users"),
    "accounts.invite_user": create("/users", _invitation),
    "accounts.read_user": one("GET", lambda world, _phone: f"/users/{world.user()}"),
    "accounts.change_user": one(
        "PATCH", lambda world, _phone: f"/users/{world.user()}", {"role": "supervisor"}
    ),
    "accounts.reset_password": one(
        "POST", lambda world, _phone: f"/users/{world.user()}/password-reset", status=201
    ),
    "accounts.logout_user": one("POST", lambda world, _phone: f"/users/{world.user()}/logout-everywhere"),
    "accounts.list_devices": get("/devices"),
    "accounts.revoke_device": one(
        "DELETE",
        lambda world, phone: f"/devices/{world.again(world.phones[world.role_of(phone)]).device_id}",
        status=204,
    ),
    "accounts.list_districts": get("/districts"),
    "accounts.create_district": create("/districts", _district),
    "accounts.change_district": one(
        "PATCH", lambda world, _phone: f"/districts/{world.here}", {"rest_weekdays": [5, 6]}
    ),
    "geofences.read_district_boundary": one(
        "GET", lambda world, _phone: world.district_boundary(), elsewhere=200
    ),
    "geofences.draw_district_boundary": one(
        "PUT", lambda world, _phone: f"/districts/{world.here}/boundary", {"boundary": PARK}
    ),
    "orders.list_orders_of_person": one("GET", lambda world, _phone: f"/people/{world.person()}/orders"),
    "orders.register_order": one(
        "POST", lambda world, _phone: f"/people/{world.person()}/orders", ORDER, status=201
    ),
    "orders.list_orders": get("/orders"),
    "orders.read_order": one("GET", lambda world, _phone: f"/orders/{world.order()}"),
    "orders.change_order": one("PATCH", lambda world, _phone: f"/orders/{world.order()}", {"employed": True}),
    "orders.move_order": one(
        "POST", lambda world, _phone: f"/orders/{world.order()}/moves", {"to": "serving"}
    ),
    "orders.list_deadlines": get("/deadlines"),
    "imports.import_people": Example(_import, elsewhere=422),
    "imports.read_form": get("/people/imports/template?format=csv"),
    "people.list_people": get("/people"),
    "people.find_person": Example(
        lambda _world, phone: phone.post("/people/search", json={"iin": "900101300126"})
    ),
    "people.register_person": create("/people", _person),
    "people.read_person": one("GET", lambda world, _phone: f"/people/{world.person()}"),
    "people.change_person": one(
        "PATCH", lambda world, _phone: f"/people/{world.person()}", {"language": "ru"}
    ),
    "people.erase_person": one("DELETE", lambda world, _phone: f"/people/{world.person()}", status=204),
    "people.list_enrolments": one("GET", lambda world, _phone: f"/people/{world.person()}/face-templates"),
    "people.read_enrolment": one("GET", lambda world, _phone: f"/people/{world.enrolment()}"),
    "people.enrol_person": Example(_enrol, elsewhere=404),
    "streets.read_streets": one("GET", lambda world, _phone: world.streets(), elsewhere=200),
    "streets.read_pack": one("GET", lambda world, _phone: f"{world.streets()}/pack", elsewhere=200),
    "streets.list_segments": one(
        "GET",
        lambda world, _phone: world.streets() and "/street-segments?bbox=69.13,54.86,69.14,54.87",
        elsewhere=200,
    ),
    "streets.read_segment": one(
        "GET",
        lambda world, _phone: world.streets() and f"/street-segments/{a_segment(world.admin)}",
        elsewhere=200,
    ),
    "geofences.list_geofences": get("/geofences"),
    "geofences.create_geofence": create("/geofences", things(name="Двор", boundary=PARK)),
    "geofences.read_geofence": one("GET", lambda world, _phone: f"/geofences/{world.geofence()}"),
    "geofences.change_geofence": one(
        "PATCH", lambda world, _phone: f"/geofences/{world.geofence()}", {"name": "Сад"}
    ),
    "geofences.archive_geofence": one(
        "DELETE", lambda world, _phone: f"/geofences/{world.geofence()}", status=204
    ),
    "tasks.list_tasks": get("/tasks"),
    "tasks.create_task": create("/tasks", things(**TASK, **HOURS)),
    "tasks.read_task": one("GET", lambda world, phone: f"/tasks/{world.task(phone)}"),
    "tasks.change_task": one("PATCH", lambda world, phone: f"/tasks/{world.task(phone)}", {"priority": 1}),
    "tasks.move_task": Example(_moved, elsewhere=404),
    "tasks.put_move": Example(_asked_to_move, elsewhere=404),
    "challenges.make_challenges": Example(_challenge, status=201, elsewhere=422),
    "challenges.renew_stock": Example(
        lambda _world, phone: phone.post("/check-in-challenges/stock", json={"person_ids": []}),
        status=201,
    ),
    "attendance.put_check_in": Example(lambda world, phone: world.draft(phone).send(phone), elsewhere=422),
    "attendance.read_check_in": one("GET", lambda world, _phone: f"/check-ins/{world.check_in()}"),
    "attendance.list_check_ins": get("/check-ins"),
    "receipts.read_check_in_receipt": one(
        "GET", lambda world, _phone: f"/check-ins/{world.check_in()}/receipt"
    ),
    "receipts.read_sheet_receipt": one("GET", lambda world, _phone: f"{world.sheet()}/receipt"),
    "receipts.read_appeal_receipt": one(
        "GET", lambda world, _phone: f"{world.appeal(world.phones[Role.SUPERVISOR])}/receipt"
    ),
    "attendance.read_frame": one("GET", lambda world, _phone: f"/check-ins/{world.review()}/frames/0"),
    "reviews.list_reviews": get("/reviews"),
    "reviews.read_review": one("GET", lambda world, _phone: f"/reviews/{world.review()}"),
    "reviews.decide_review": one(
        "POST", lambda world, _phone: f"/reviews/{world.review()}/decision", DECISION
    ),
    "reviews.read_enrolment_photo": one("GET", lambda world, _phone: world.enrolment_photo()),
    "reviews.list_appeals": get("/appeals"),
    "reviews.read_appeal": one("GET", lambda world, _phone: world.appeal()),
    "reviews.put_appeal": Example(
        lambda world, phone: phone.put(f"/appeals/{uuid4()}", json=world.objection()), elsewhere=422
    ),
    "reviews.decide_appeal": one(
        "POST",
        lambda world, _phone: f"{world.appeal()}/decision",
        {"outcome": "upheld", "words": "Бригадир подтвердил."},
    ),
    "reviews.withdraw_appeal": one(
        "POST", lambda world, _phone: f"{world.appeal()}/withdrawal", {"words": "Отозвал сам."}
    ),
    "spot_checks.list_spot_checks": get("/spot-checks"),
    "hours.read_hours": one("GET", lambda world, _phone: f"/people/{world.person()}/hours"),
    "hours.decide_gap": one(
        "POST",
        lambda world, _phone: f"{world.gap()}/decision",
        {"credited": True, "words": "Бригадир видел его всё утро."},
    ),
    "paper.put_sheet": Example(_sheet, elsewhere=422),
    "paper.list_sheets": get("/paper-sheets"),
    "paper.read_form": one(
        "GET", lambda world, phone: f"/paper-sheets/form?task_id={world.draft(phone).task_id}"
    ),
    "paper.read_sheet": one("GET", lambda world, _phone: world.sheet()),
    "paper.read_sheet_photo": one("GET", lambda world, _phone: f"{world.sheet()}/photos/0"),
    "paper.decide_sheet": one(
        "POST",
        lambda world, _phone: f"{world.sheet()}/decision",
        {"outcome": "approved", "words": "Подписи на месте."},
    ),
    "paper.put_absence": Example(_absence, elsewhere=422),
    "paper.list_absences": get("/absences"),
    "paper.read_absence": one("GET", lambda world, _phone: world.absence()),
    "paper.add_documents": Example(_more_documents, elsewhere=404),
    "paper.read_document": one("GET", lambda world, _phone: f"{world.absence()}/documents/0"),
    "paper.decide_absence": one(
        "POST",
        lambda world, _phone: f"{world.absence()}/decision",
        {"outcome": "confirmed", "words": "Объяснение принято."},
    ),
    "uploads.read_upload": get(f"/uploads/{hashlib.sha256(b'photo').hexdigest()}"),
    "uploads.put_piece": Example(_piece),
    "condition.read_condition": one(
        "GET",
        lambda world, _phone: world.streets() and f"/street-segments/{a_segment(world.admin)}/condition",
        elsewhere=200,
    ),
    "condition.list_conditions": one(
        "GET", lambda world, _phone: f"{world.streets()}/condition", elsewhere=200
    ),
    "condition.mark_conditions": one(
        "GET", lambda world, _phone: f"{world.streets()}/condition/marks", elsewhere=200
    ),
    "cases.list_cases": get("/cases"),
    "cases.map_cases": get("/cases/map"),
    "cases.mark_cases": get("/cases/marks"),
    "cases.read_case": one("GET", lambda world, _phone: world.case()),
    "cases.undo_merge": one("POST", lambda world, _phone: f"{world.merge()}/undo", {"reason": "Две ямы"}),
    "cases.join_cases": Example(
        lambda world, phone: phone.post(f"{world.case()}/join", json=world.other_case()), elsewhere=404
    ),
    "cases.put_move": Example(_case_move, elsewhere=404),
    "cases.read_repair_group": one("GET", lambda world, _phone: f"{world.case()}/repair-group"),
    "cases.plan_repair": Example(_repair_task, status=201, elsewhere=404),
    "cases.list_repairs": get("/case-repairs"),
    "cases.read_care": get("/road-care"),
    "cases.set_care": Example(lambda _world, phone: phone.put("/road-care", json={})),
    "roads.put_defect": Example(_defect),
    "roads.list_defects": get("/defects"),
    "roads.read_defect": one("GET", lambda world, phone: world.defect(phone)),
    "looking.read_findings": one("GET", lambda world, phone: f"{world.defect(phone)}/photos"),
    "looking.read_photo": one("GET", lambda world, phone: f"{world.defect(phone)}/photos/0"),
    "looking.read_case_photo": one("GET", lambda world, phone: f"{_case_in_hands(world, phone)}/photo"),
    "looking.list_labels": one("GET", lambda world, phone: f"{world.defect(phone)}/labels"),
    "looking.put_label": one(
        "PUT",
        lambda world, phone: f"{world.defect(phone)}/labels/{uuid4()}",
        {"fault": True, "kind": "pothole", "severity": "high"},
    ),
    # Looked at and blurred already
    "looking.look_again": one("POST", lambda world, phone: f"{world.defect(phone)}/looks", status=409),
    "looking.put_place": one(
        "PUT",
        lambda world, phone: f"{world.defect(phone, fixes=[])}/place",
        {"lat": 54.87, "lon": 69.15},
    ),
    "routing.list_routes": get("/routes"),
    "routing.create_route": create("/routes", lambda world: route_plan(world.here, world.clock())),
    "routing.read_route": one("GET", lambda world, _phone: f"/routes/{world.route()['id']}"),
    "route_proofs.read_proof": one("GET", lambda world, _phone: f"/routes/{world.route()['id']}/proof"),
    "route_files.read_gpx": one("GET", lambda world, _phone: f"/routes/{world.route()['id']}/gpx"),
    "route_files.read_kml": one("GET", lambda world, _phone: f"/routes/{world.route()['id']}/kml"),
    "routing.change_route": Example(_new_plan, elsewhere=404),
    "routing.put_route_move": one(
        "PUT", lambda world, _phone: f"/routes/{world.route()['id']}/moves/{uuid4()}", {"to": "driving"}
    ),
    "routing.move_route": one(
        "POST", lambda world, _phone: f"/routes/{world.route()['id']}/moves", {"to": "driving"}
    ),
    "routing.put_stop_report": Example(_stop_report, elsewhere=422),
    "hauled_volumes.list_counts": one("GET", lambda world, _phone: f"{world.snow_dump()}/gate-counts"),
    "hauled_volumes.enter_count": one(
        "POST",
        lambda world, _phone: f"{world.snow_dump()}/gate-counts",
        {"board_number": "7", "counted_at": "2026-11-22T20:00:00+05:00", "volume_m3": 9},
        status=201,
    ),
    "hauled_volumes.withdraw_count": one("DELETE", lambda world, _phone: world.gate_count(), status=204),
    "hauled_volumes.read_volumes": get("/hauling/volumes?from=2026-11-22&to=2026-11-23"),
    "facilities.list_facilities": get("/facilities"),
    "facilities.create_facility": create("/facilities", lambda world: facility(world.here)),
    "facilities.read_facility": one("GET", lambda world, _phone: world.facility()),
    "facilities.change_facility": one(
        "PATCH", lambda world, _phone: world.facility(), {"name": "Новая база"}
    ),
    "facilities.archive_facility": one("DELETE", lambda world, _phone: world.facility(), status=204),
    "facilities.import_facilities": Example(_import_facilities, elsewhere=422),
    "facilities.read_facility_form": get("/facilities/imports/template?format=csv"),
    "shifts.import_shifts": Example(_import_shifts, elsewhere=422),
    "shifts.read_shift_form": get("/shifts/imports/template?format=csv"),
    "vehicles.list_vehicles": get("/vehicles"),
    "vehicles.create_vehicle": create("/vehicles", lambda world: vehicle(world.here)),
    "vehicles.read_vehicle": one("GET", lambda world, _phone: world.vehicle()),
    "vehicles.change_vehicle": one("PATCH", lambda world, _phone: world.vehicle(), {"out_reason": "ремонт"}),
    "vehicles.archive_vehicle": one("DELETE", lambda world, _phone: world.vehicle(), status=204),
    "vehicles.import_vehicles": Example(_import_vehicles, elsewhere=422),
    "vehicles.read_vehicle_form": get("/vehicles/imports/template?format=csv"),
    "containers.import_sites": Example(_import_sites, elsewhere=422),
    "containers.read_site_form": get("/containers/imports/template?format=csv"),
    "containers.export_sites": get("/containers/export"),
    "shifts.list_shifts": get("/shifts"),
    "shifts.create_shift": create(
        "/shifts",
        lambda world: shift(
            make_vehicle(world.admin, None)["id"], world.clock(), district_id=str(world.here)
        ),
    ),
    "shifts.read_shift": one("GET", lambda world, _phone: world.shift()),
    "shifts.change_shift": one("PATCH", lambda world, _phone: world.shift(), {"note": "через мост"}),
    "shifts.move_shift": one("POST", lambda world, _phone: f"{world.shift()}/moves", {"to": "running"}),
    "trackers.report_position": Example(_report_position),
    "trackers.list_trackers": get("/trackers"),
    "trackers.register_tracker": Example(
        lambda world, phone: phone.post(
            "/trackers",
            json={"vehicle_id": make_vehicle(world.admin, world.here)["id"], "name": "Teltonika"},
        ),
        status=201,
        elsewhere=422,
    ),
    "trackers.read_tracker": one("GET", lambda world, _phone: f"/trackers/{world.tracker()['id']}"),
    "trackers.revoke_tracker": one(
        "DELETE", lambda world, _phone: f"/trackers/{world.tracker()['id']}", status=204
    ),
    # No person may: see tests/backend/roads/streams
    "streams.offer_frames": Example(
        lambda world, phone: phone.post(
            f"/drives/{uuid4()}/offers",
            json={"frames": [{"taken_at": world.clock().isoformat(), "lat": 54.87, "lon": 69.15}]},
        )
    ),
    "streams.put_frame": Example(
        lambda _world, phone: phone.put(f"/drives/{uuid4()}/frames/{'0' * 64}", data={"about": "{}"})
    ),
    "plans.list_plans": get("/plans"),
    "plans.create_plan": create("/plans", lambda world: world.wish(), status=422),
    "plans.read_plan": one("GET", lambda world, _phone: world.plan()),
    "plans.move_plan": one("POST", lambda world, _phone: f"{world.plan()}/moves", {"to": "discarded"}),
    "plans.stop_plan": one("POST", lambda world, _phone: f"{world.plan()}/stop"),
    "plans.read_run": one("GET", lambda world, _phone: f"{world.plan()}/runs/1"),
    # Nothing is released yet
    "plans.replan": one(
        "POST", lambda world, _phone: f"{world.plan()}/runs", {"reason": "поломка"}, status=409
    ),
    "plans.accept_run": one("PUT", lambda world, _phone: f"{world.plan()}/runs/1/acceptance", status=409),
    "nights.read_report": one("GET", lambda world, _phone: f"{world.plan()}/night-report", status=409),
    "winter.list_snowfalls": get("/winter/snowfalls"),
    "winter.enter_snowfall": create("/winter/snowfalls", lambda world: snowfall(world.clock(), world.here)),
    "winter.read_snowfall": one("GET", lambda world, _phone: world.snowfall()),
    "winter.correct_snowfall": one("PATCH", lambda world, _phone: world.snowfall(), {"depth_cm": 4}),
    "winter.withdraw_snowfall": one("DELETE", lambda world, _phone: world.snowfall(), status=204),
    "winter.list_needs": one("GET", lambda world, _phone: world.winter("needs"), elsewhere=200),
    "winter.list_volumes": one("GET", lambda world, _phone: world.winter("volumes"), elsewhere=200),
    "winter.read_care": get("/winter/care"),
    "winter.set_care": Example(lambda _world, phone: phone.put("/winter/care", json={})),
    "winter.list_priorities": get("/winter/priorities"),
    "winter.set_priority": Example(_priority),
    "winter.tell_streets": Example(
        lambda world, phone: phone.get(f"{world.winter('streets').split('?')[0]}?lat=54.87&lon=69.15")
    ),
    "case_files.export_cases": get("/cases/export?format=csv"),
    "citizen_requests.list_requests": get("/citizen-requests"),
    "citizen_requests.decide": Example(_decided_request, elsewhere=404),
    "winter.list_piles": get("/winter/piles"),
    "winter.measure_pile": Example(_measured_pile),
    "containers.list_sites": get("/containers"),
    "containers.create_site": create("/containers", lambda world: site(world.here)),
    "containers.read_site": one("GET", lambda world, _phone: world.container_site()),
    "containers.change_site": one("PATCH", lambda world, _phone: world.container_site(), {"priority": 1}),
    "containers.archive_site": one("DELETE", lambda world, _phone: world.container_site(), status=204),
    "containers.list_emptyings": one("GET", lambda world, _phone: f"{world.container_site()}/emptyings"),
    "fleet.put_location_fixes": Example(_positions),
    "fleet.list_own_fixes": get("/me/location-fixes"),
    "fleet.list_positions": get("/vehicles/positions"),
    "fleet.list_location_fixes": Example(lambda _world, phone: phone.get(f"/location-fixes?route={uuid4()}")),
    "sync.read_changes": get("/sync"),
    "ledger.list_events": get("/events"),
    "ledger.stream_events": Example(_stream),
    "ledger.list_anchors": get("/ledger/anchors"),
}
