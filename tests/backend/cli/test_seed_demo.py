"""The demo city: filled once, filled up again, and never where it does not belong."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from backend.app import create_app
from backend.cli import demo_city
from backend.cli.demo_cast import PEOPLE, PLACES, STAFF
from backend.cli.demo_work import TASKS, windows
from backend.config import BadSetting, Settings, load_settings
from backend.console.demo_marker import demo_path, read_demo
from backend.database import transaction
from backend.ledger.service import last_id
from shared.geometry import place_of, signed_distance_m
from shared.vocabulary import BiometricBasis, Role, TaskKind
from tests.backend.cli.conftest import Qala
from tests.conftest import Clock, make_district, make_user
from tests.fakes import face_photo
from tests.kept import Kept
from tests.phone import Phone

PASSWORD = "arna-samal-terek-42"
CITY = ZoneInfo("Asia/Almaty")


def photos() -> dict[str, list[bytes]]:
    """Photos by face, of which the FakeVerifier makes a template."""
    return {
        person.face: [face_photo(person.face, shot) for shot in range(4)] for person in PEOPLE if person.face
    }


@pytest.fixture
def filled(app: Flask, in_app: None, kept: Kept) -> None:
    """A demo city in the application's database."""
    kept.fill(app, "demo", lambda: demo_city.fill(demo_city.start(PASSWORD), photos()))


def test_every_role_may_sign_in(app: Flask, filled: None) -> None:
    """With the logins that the front page shows, and one password."""
    demo = read_demo(app.config["QALA"])
    assert demo is not None
    assert set(Role) == {Role(login["role"]) for login in demo.logins}
    for login in demo.logins:
        me = Phone(app.test_client()).sign_in(login["login"], login["password"]).get("/me").json
        assert login["role"] == me["role"]  # type: ignore[index]


def test_supervisor_s_phone_gets_tasks_and_enrolled_people(app: Flask, filled: None) -> None:
    """Public works at this hour, with the person whose face is the portrait."""
    answer = Phone(app.test_client()).sign_in("supervisor", PASSWORD).get("/sync").json
    tasks = answer["tasks"]  # type: ignore[index]
    enrolled = {person["family_name"] for task in tasks for person in task["people"] if person["enrolled"]}
    wanted = {person.family_name for person in PEOPLE if person.face and person.district == "centre"}
    assert wanted == enrolled
    assert {"in_progress"} <= {task["state"] for task in tasks if task["kind"] == "public_works"}


def test_who_refused_biometrics_is_not_enrolled(filled: None) -> None:
    """Photos or not."""
    refused = {person.family_name for person in PEOPLE if person.basis is BiometricBasis.REFUSED}
    assert refused
    assert not refused & {person.family_name for person in PEOPLE if person.face}


def test_the_city_has_a_winter_that_anybody_may_ask_about(app: Flask, filled: None) -> None:
    """Some streets are in order, some are late; every street lies in a district, or in none."""
    answer = app.test_client().get("/api/v1/winter/streets?west=69&south=54&east=70&north=56&limit=500")
    states = {each["state"] for each in answer.json["items"]}  # type: ignore[index]
    assert {"done", "late"} <= states


def test_nothing_was_done_in_the_future(app: Flask, clock: Clock, in_app: None) -> None:
    """Filled before five in the morning, the streets are cleared and not gritted yet."""
    clock.moment = datetime(2026, 11, 23, 4, 30, tzinfo=CITY)
    demo_city.fill(demo_city.start(PASSWORD), photos())
    answer = app.test_client().get("/api/v1/winter/streets?west=69&south=54&east=70&north=56&limit=500")
    items = answer.json["items"]  # type: ignore[index]
    done = [each[work]["at"] for each in items for work in ("cleared", "gritted") if each[work]]
    assert done
    assert max(map(datetime.fromisoformat, done)) <= clock()


def test_filling_again_changes_nothing(app: Flask, filled: None) -> None:
    """Not one entry of the ledger, and the passwords stay."""
    with transaction(read_only=True):
        before = last_id()
    demo = demo_city.start()
    demo_city.fill(demo, photos())
    with transaction(read_only=True):
        assert before == last_id()
    assert {PASSWORD} == {login["password"] for login in demo.logins}


def test_filling_the_next_day_plans_that_day(app: Flask, clock: Clock, filled: None) -> None:
    """Today's and tomorrow's work is there whenever the city starts."""
    clock.advance(days=1)
    demo_city.fill(demo_city.start(), {})
    answer = Phone(app.test_client()).sign_in("supervisor", PASSWORD).get("/sync").json
    begins = {task["starts_at"][:10] for task in answer["tasks"]}  # type: ignore[index]
    assert {"2026-11-24", "2026-11-25"} <= begins


def test_filling_that_was_cut_off_is_finished(app: Flask, in_app: None) -> None:
    """The mark is there before the first row, so a second run goes on where the first one ended."""

    class CutOff(dict[str, list[bytes]]):
        def __contains__(self, face: object) -> bool:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        demo_city.fill(demo_city.start(PASSWORD), CutOff())
    demo = demo_city.start()
    demo_city.fill(demo, photos())
    assert {person.face for person in PEOPLE if person.face} == set(demo.faces.values())
    assert 200 == Phone(app.test_client()).try_sign_in("crew", PASSWORD).status_code


def test_city_that_is_no_demo_is_left_alone(app: Flask, settings: Settings, qala: Qala) -> None:
    """Real people may be in it; nothing is written, not even the mark."""
    make_user(app, "somebody", Role.DISPATCHER, [make_district(app, "real")])
    result = qala("seed-demo")
    assert result.exit_code == 1
    assert "holds a city already" in result.stderr
    assert not demo_path(settings).exists()


def test_production_has_no_demo(qala: Qala) -> None:
    """Its passwords would be known to everybody."""
    secrets = {
        f"QALA_{name}_KEY": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
        for name in ("SECRET", "MASTER", "SEARCH", "LEDGER")
    }
    result = qala("seed-demo", QALA_MODE="production", **secrets)
    assert result.exit_code == 1
    assert "has no demo" in result.stderr


def test_production_does_not_start_on_a_demo_s_instance(settings: Settings, in_app: None) -> None:
    """The mark stops it, with the remedy."""
    demo_city.start(PASSWORD)
    secrets = {
        name: getattr(settings, name) for name in ("secret_key", "master_key", "search_key", "ledger_key")
    }
    production = load_settings(
        {},
        mode="production",
        instance_dir=settings.instance_dir,
        database_url=settings.database_url,
        **secrets,
    )
    with pytest.raises(BadSetting, match="QALA_INSTANCE_DIR"):
        create_app(production)


def test_mark_is_for_its_owner_alone(settings: Settings, in_app: None) -> None:
    """It holds passwords."""
    demo_city.start(PASSWORD)
    assert 0o600 == demo_path(settings).stat().st_mode & 0o777
    assert ["demo.json"] == [path.name for path in settings.instance_dir.glob("demo*")]


def test_front_page_shows_the_logins_of_a_demo_only(settings: Settings, in_app: None) -> None:
    """Read when the application is made."""
    assert create_app(settings).config["QALA_DEMO"] is False
    demo_city.start(PASSWORD)
    config = create_app(settings).config
    assert config["QALA_DEMO"] is True
    assert {user.login for user in STAFF} == {login["login"] for login in config["QALA_DEMO_LOGINS"]}


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_every_place_is_wide_enough_to_be_inside(place: object) -> None:
    """A receiver is often 10 m off: some point must lie at least 25 m from the border."""
    from mobile.simulated.location import inner_point

    region = place_of(place.boundary)  # type: ignore[attr-defined]
    assert signed_distance_m(inner_point(region), region) >= 25


def test_the_centre_has_public_works_at_every_hour(clock: Clock) -> None:
    """So that a demonstration works at night too."""
    for hour in range(48):
        now = clock.moment.replace(hour=hour % 24, day=23 + hour // 24, minute=30)
        running = [task for task, start, end in windows(now, CITY) if start <= now < end]
        assert any(task.kind is TaskKind.PUBLIC_WORKS and "Соколова" in task.families for task in running), (
            now
        )


def test_tasks_name_people_and_places_of_one_district() -> None:
    """Else the services would refuse them."""
    district_of = {person.family_name: person.district for person in PEOPLE}
    places = {place.name: place.district for place in PLACES}
    for task in TASKS:
        assert {places[task.place]} >= {district_of[family] for family in task.families}, task.title


def test_generated_passwords_are_good_enough() -> None:
    """By the house's own rules for every login."""
    from backend.accounts.rules import password_flaws

    for _ in range(50):
        password = demo_city.new_password()
        assert [] == [flaw for user in STAFF for flaw in password_flaws(password, user.login)], password
