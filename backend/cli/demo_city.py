"""Fills an empty database with the demo city, through the services that staff use; again, it adds what is missing."""

from __future__ import annotations

import random
import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from backend.accounts import service as accounts
from backend.accounts.policy import AUDIENCES
from backend.accounts.sign_in import find_by_login
from backend.adapters import settings
from backend.cli import REFUSED, Refusal, demo_fleet, demo_roads, demo_routes, demo_streets, demo_winter
from backend.cli.demo_cast import DISTRICTS, PEOPLE, PLACES, STAFF, STRANGERS, DemoPerson, DemoUser
from backend.cli.demo_work import DemoTask, windows
from backend.clock import new_id, now
from backend.console.demo_marker import Demo, demo_path, read_demo, write_demo
from backend.database import transaction
from backend.geofences import service as geofences
from backend.people import enrolment, orders
from backend.people import service as people
from backend.tasks import service as tasks
from backend.web.principal import Principal
from shared.vocabulary import BiometricBasis, Regime, Role, TaskKind, TaskState

ACTOR = "cli"
PAGE = 200
WORK_KIND = "Уборка улиц и парков"
VALID_FROM = timedelta(days=7)  # geofences were there before the first task
WORDS = (
    "alma",
    "arna",
    "bulaq",
    "dala",
    "gul",
    "juldyz",
    "kokshe",
    "kun",
    "kus",
    "nan",
    "qar",
    "qaiyn",
    "samal",
    "su",
    "tau",
    "terek",
    "tulpar",
    "zhel",
)


def start(password: str | None = None) -> Demo:
    """Mark the instance before anything is written. Refusal when its database holds a city that is no demo."""
    demo = read_demo(settings())
    if demo is not None:
        return demo
    with transaction(read_only=True):
        occupied = bool(accounts.list_users(_principal(new_id()), cursor=None, limit=1).items)
    if occupied:
        raise Refusal(
            f"this database holds a city already, and {demo_path(settings())} does not mark it as a demo: "
            "start `qala serve` without --demo, or set QALA_INSTANCE_DIR (or QALA_DATABASE_URL) to an empty one",
            REFUSED,
        )
    password = password or new_password()
    demo = Demo(
        logins=[{"role": user.role.value, "login": user.login, "password": password} for user in STAFF],
        strangers=list(STRANGERS),
    )
    write_demo(settings(), demo)
    return demo


def new_password() -> str:
    """A password that a person can type: one for all logins of a demo."""
    chosen = random.SystemRandom().sample(WORDS, 3)
    return "-".join([*chosen, str(secrets.randbelow(90) + 10)])


def fill(demo: Demo, photos: Mapping[str, Sequence[bytes]]) -> None:
    """Add whatever of the demo city is not there; ``photos`` are those to enrol with, by face."""
    districts = _districts()
    demo_streets.fill(ACTOR)
    by = _principal(_staff(demo, districts))
    fences = _fences(by, districts)
    persons = _people(by, districts)
    _orders(by, fences, persons)
    _tasks(by, districts, fences, persons)
    demo_fleet.fill(by, districts, _staff_ids())
    demo_routes.fill(by, districts, _staff_ids())
    demo_winter.fill(by, districts, ACTOR)
    demo_roads.fill(by, districts, _staff_ids())
    for person in PEOPLE:
        if person.face in photos and person.basis is not BiometricBasis.REFUSED:
            _enrol(by, persons[person.family_name], person, photos[person.face])
            demo.faces[str(persons[person.family_name])] = person.face
    write_demo(settings(), demo)


def _principal(user_id: UUID) -> Principal:
    """An administrator without a device."""
    return Principal(
        user_id=user_id,
        role=Role.ADMINISTRATOR,
        device_id=new_id(),
        session_id=new_id(),
        district_ids=None,
        audiences=AUDIENCES[Role.ADMINISTRATOR],
        expires_at=now() + timedelta(hours=1),
    )


def _districts() -> dict[str, UUID]:
    with transaction():
        known = {district.code: district.id for district in accounts.list_districts(_principal(new_id()))}
        for each in DISTRICTS:
            if each.code not in known:
                names = {"name_ru": each.name_ru, "name_kk": each.name_kk, "name_en": each.name_en}
                known[each.code] = accounts.create_district(each.code, **names, actor=ACTOR).id
    return known


def _staff(demo: Demo, districts: Mapping[str, UUID]) -> UUID:
    """Give everybody an account and the demo's password; the administrator's id."""
    passwords = {login["login"]: login["password"] for login in demo.logins}
    with transaction(read_only=True):
        missing = [
            user for user in STAFF if (row := find_by_login(user.login)) is None or not row.password_hash
        ]
    hashes = {
        password: accounts.hash_password(password) for password in {passwords[user.login] for user in missing}
    }
    for user in missing:
        with transaction():
            _add_user(user, [districts[code] for code in user.districts], passwords[user.login], hashes)
    with transaction(read_only=True):
        administrator = find_by_login(STAFF[0].login)
    assert administrator is not None
    return administrator.id


def _add_user(user: DemoUser, district_ids: list[UUID], password: str, hashes: Mapping[str, str]) -> None:
    _row, code = accounts.create_user(
        login=user.login,
        display_name=user.display_name,
        role=user.role,
        district_ids=district_ids,
        actor=ACTOR,
    )
    accounts.set_password(code, password, hashes[password])


def _staff_ids() -> dict[str, UUID]:
    with transaction(read_only=True):
        found = {user.login: find_by_login(user.login) for user in STAFF}
    return {login: row.id for login, row in found.items() if row is not None}


def _fences(by: Principal, districts: Mapping[str, UUID]) -> dict[str, UUID]:
    with transaction():
        known = {
            fence.name: fence.id for fence in geofences.list_geofences(by, cursor=None, limit=PAGE).items
        }
        for place in PLACES:
            if place.name not in known:
                known[place.name] = geofences.create(
                    by,
                    district_id=districts[place.district],
                    name=place.name,
                    boundary=place.boundary,
                    valid_from=now() - VALID_FROM,
                ).id
    return known


def _people(by: Principal, districts: Mapping[str, UUID]) -> dict[str, UUID]:
    """Register everybody; ids by family name."""
    ids = {}
    for person in PEOPLE:
        with transaction():
            known = people.find_by_iin(person.iin, by)
            ids[person.family_name] = (known[0] if known else _register(by, person, districts)).id
    return ids


def _orders(by: Principal, fences: Mapping[str, UUID], persons: Mapping[str, UUID]) -> None:
    """Give everybody an order that began a fortnight ago; in a demo that runs at any hour every day is a working day."""
    today = orders.local_day(now())
    sites = {place.district: place.name for place in PLACES}
    for number, person in enumerate(PEOPLE):
        administrative = number % 3 == 2
        with transaction():
            person_id = persons[person.family_name]
            if orders.list_of(person_id, by):
                continue
            orders.register(
                person_id,
                by,
                number=f"{number + 1}-{today.year}",
                regime=Regime.ADMINISTRATIVE if administrative else Regime.CRIMINAL,
                hours_total_min=60 * (40 if administrative else 120 + 20 * number),
                employed=number % 2 == 0,
                allowed_weekdays=list(range(7)),
                starts_on=today - timedelta(days=14),
                ends_on=today + timedelta(days=90) if administrative else None,
                received_on=today - timedelta(days=16),
                notified_on=today - timedelta(days=14),
                work_kind=WORK_KIND,
                geofence_id=fences[sites[person.district]],
            )


def _register(by: Principal, person: DemoPerson, districts: Mapping[str, UUID]) -> people.PersonView:
    return people.register(
        by,
        district_id=districts[person.district],
        identity=people.Identity(
            family_name=person.family_name,
            given_name=person.given_name,
            patronymic=person.patronymic,
            iin=person.iin,
        ),
        language=person.language,
        biometric_basis=person.basis,
    )


def _tasks(
    by: Principal, districts: Mapping[str, UUID], fences: Mapping[str, UUID], persons: Mapping[str, UUID]
) -> None:
    """Plan the work of today and tomorrow; what has begun is in progress."""
    district_of = {place.name: districts[place.district] for place in PLACES}
    planned = list(windows(now(), ZoneInfo(settings().time_zone)))
    with transaction():
        staff = {user.login: find_by_login(user.login) for user in STAFF}
        earliest = min(start for _task, start, _end in planned)
        page = tasks.list_tasks(by, ends_from=earliest, cursor=None, limit=PAGE)
        known = {(task.title, task.starts_at) for task in page.items}
        for task, start, end in planned:
            assignee = staff[task.assignee]
            if (task.title, start) in known or assignee is None:
                continue
            view = tasks.create(
                by,
                district_id=district_of[task.place],
                kind=task.kind,
                title=task.title,
                note="",
                priority=task.priority,
                starts_at=start,
                ends_at=end,
                geofence_id=fences[task.place],
                place=None,
                radius_m=None,
                required_evidence=task.evidence,
                assignee_ids=[assignee.id],
                person_ids=[persons[family] for family in task.families],
            )
            _begin(by, view, task)


def _begin(by: Principal, view: tasks.TaskView, task: DemoTask) -> None:
    """Hand a task out; one whose hour has come is at work."""
    tasks.move(tasks.to_move(view.id, by), by, to=TaskState.ASSIGNED)
    if task.kind is TaskKind.PUBLIC_WORKS and view.starts_at <= now() < view.ends_at:
        tasks.move(tasks.to_move(view.id, by), by, to=TaskState.IN_PROGRESS)


def _enrol(by: Principal, person_id: UUID, person: DemoPerson, photos: Sequence[bytes]) -> None:
    """Leave enrolment photos for a worker, unless the person has an enrolment."""
    enrolment_id = uuid5(NAMESPACE_URL, f"qala-demo:{person_id}:{person.face}")
    with transaction():
        if enrolment.list_of(person_id, by):
            return
    with transaction(read_only=True):
        sealed = enrolment.seal_photos(enrolment_id, person_id, list(photos), by)
    enrolment.keep_photos(sealed)
    with transaction():
        enrolment.receive(enrolment_id, person_id, sealed, by)
