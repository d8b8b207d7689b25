"""The whole API held against its own description: no failure, no undocumented status, type or shape, whoever asks.

Bounded here; `make torture` tries many more. On SQLite alone: the description does not depend on the database, and what
could (texts, numbers and times at their limits) is tried on both in test_bad_input.py.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import jsonschema_rs
import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.schemas import APIOperation, BaseSchema
from schemathesis.specs.openapi import checks, definitions

from backend.accounts import tokens
from backend.accounts.models import Device, Session
from backend.app import create_app
from backend.config import Settings, load_settings
from backend.database import db, transaction
from shared.geometry import Point
from shared.vocabulary import Role
from tests.backend.planning import make_fence, make_person, make_task, on_new_device
from tests.camera import about, make_camera
from tests.conftest import Clock, make_district, make_user
from tests.fakes import FakeVerifier, road_photo
from tests.phone import API, Phone
from tests.requests_of_every_endpoint import EXAMPLES, World

SPEC = f"{API}/openapi.json"
CHECKS = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.allow_header_conformance,
]
QUICK_EXAMPLES, LONG_EXAMPLES = 6, 250
SERIAL = itertools.count(1)
ROLES = (Role.ADMINISTRATOR, Role.SUPERVISOR)


@dataclass(frozen=True)
class Served:
    """An application of this module's own, with a user of each role that asks."""

    app: Flask
    settings: Settings
    user_ids: dict[Role, UUID]
    district_id: UUID

    def token(self, role: Role) -> str:
        """A token of a session of its own: a case may end the one that it is sent with."""
        moment, device_id, session_id = datetime.now(UTC), uuid4(), uuid4()
        ids = {"user_id": self.user_ids[role], "device_id": device_id}
        with self.app.app_context(), transaction() as rows:
            rows.add(
                Device(
                    id=device_id,
                    user_id=ids["user_id"],
                    public_key=uuid4().hex,
                    name="x",
                    registered_at=moment,
                )
            )
            rows.flush()
            ends = {"started_at": moment, "expires_at": moment + timedelta(days=1)}
            rows.add(Session(id=session_id, refresh_hash=uuid4().hex, **ids, **ends))
        token, _expires_at = tokens.make_access_token(
            self.settings, session_id=session_id, device_id=device_id, now=moment
        )
        return token


@pytest.fixture(scope="module")
def served(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The application on a database that all examples share: they come upon each other's leavings."""
    folder = tmp_path_factory.mktemp("described")
    (folder / "qala.db").write_bytes(migrated_sqlite.read_bytes())
    limits = {"login_rate": "100000 per minute", "public_rate": "100000 per minute", "check_in_wait_s": 0.0}
    chosen = load_settings({}, instance_dir=folder, log_level="CRITICAL", **limits)
    app = create_app(chosen, verifier=FakeVerifier, jobs_immediate=True)
    district_id = make_district(app, "centre")
    yield Served(
        app, chosen, {role: make_user(app, role.value, role, [district_id]) for role in ROLES}, district_id
    )
    with app.app_context():
        app.extensions["qala_feed"].stop()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def schema(served: Served) -> BaseSchema:
    """What schemathesis reads of the description that the application really serves."""
    return schemathesis.openapi.from_wsgi(SPEC, served.app)


def test_the_description_is_valid(served: Served) -> None:
    """OpenAPI 3.1 by its metaschema, and every schema in it JSON Schema 2020-12."""
    spec = served.app.test_client().get(SPEC).json
    assert spec is not None
    assert spec["openapi"].startswith("3.1")
    jsonschema_rs.Draft202012Validator(definitions.OPENAPI_31).validate(spec)
    for each in spec["components"]["schemas"].values():
        jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **each})


def test_every_operation_says_what_it_is_and_how_it_refuses(served: Served) -> None:
    """A summary, a success, problems as problem+json, and a lock where one is needed."""
    spec: dict[str, Any] = served.app.test_client().get(SPEC).json  # type: ignore[assignment]
    for path, item in spec["paths"].items():
        for method, operation in item.items():
            if method == "parameters":
                continue
            where = f"{method} {path}"
            assert operation["summary"], where
            statuses = set(operation["responses"])
            assert any(status.startswith("2") for status in statuses), where
            assert "default" not in statuses, where
            guarded = operation["security"] in ([{"bearer": []}], [{"tracker": []}])
            assert guarded == (operation["x-action"] != "public"), where
            assert not guarded or {"401", "403"} <= statuses, where
            assert ("{" not in path) or "404" in statuses, where


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_every_answer_is_a_described_one(served: Served, schema: BaseSchema, role: Role) -> None:
    """A few examples of each operation, good and bad."""
    explore(served, schema, role, QUICK_EXAMPLES)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_each_endpoint_answers_when_all_is_well_is_described(
    app: Flask, clock: Clock, staff: Callable[..., Phone], district_id: UUID, schema: BaseSchema
) -> None:
    """Also where random examples hardly ever get: a judged check-in, an enrolment, a frame."""
    phones = {role: staff(role) for role in Role}
    world = World(app, clock, district_id, district_id, phones, {})
    rules = {rule.endpoint: rule for rule in app.url_map.iter_rules()}
    wrong = []
    for endpoint, example in EXAMPLES.items():
        phone = phones[Role.SUPERVISOR if endpoint == "attendance.put_check_in" else Role.ADMINISTRATOR]
        answer = example.send(world, world.double(phone) if example.spends else phone)
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rules[endpoint].rule)
        operation = schema[path][answer.request.method]
        try:
            operation.validate_response(answer)
        except FailureGroup as failures:
            wrong += [
                f"{operation.label} {answer.status_code}: {failure}"[:1500] for failure in failures.exceptions
            ]
        documented = operation.definition.raw["responses"]
        if str(answer.status_code) not in documented:
            wrong.append(f"{operation.label}: {answer.status_code} is not among {sorted(documented)}")
    assert not wrong, "\n\n".join(wrong)


def test_what_cameras_get_is_as_described(
    app: Flask, clock: Clock, staff: Callable[..., Phone], district_id: UUID, schema: BaseSchema
) -> None:
    """No role may ask for them, so the examples above get a refusal only."""
    camera = make_camera(app.test_client(), staff(Role.DISPATCHER), district_id)
    here, elsewhere = about(clock(), Point(lat=54.87, lon=69.14)), about(clock(), Point(lat=0, lon=0))
    photo = road_photo(None)
    for path, method, answer in (
        ("offers", "POST", camera.ask([here, elsewhere])),
        ("frames/{sha256}", "PUT", camera.send(here, photo)),
        ("frames/{sha256}", "PUT", camera.send(elsewhere, road_photo(None, shot=1))),
        ("frames/{sha256}", "PUT", camera.send(here, photo, sha256="x")),
    ):
        operation = schema[f"{API}/drives/{{drive_id}}/{path}"][method]
        operation.validate_response(answer)
        assert str(answer.status_code) in operation.definition.raw["responses"]


@pytest.mark.torture
@pytest.mark.parametrize("role", [*ROLES])
def test_every_answer_is_a_described_one_at_length(served: Served, schema: BaseSchema, role: Role) -> None:
    """Many examples of each operation."""
    explore(served, schema, role, LONG_EXAMPLES)


def explore(served: Served, schema: BaseSchema, role: Role, examples: int) -> None:
    """Send examples to every operation, each also at an address that exists, and collect what does not fit."""
    wrong: list[str] = []
    for found in schema.get_all_operations():
        operation = found.ok()
        known = things(served) if operation.path_parameters else {}
        named = {each.name: known[each.name] for each in operation.path_parameters if each.name in known}
        if operation.path.endswith("/events/stream"):  # has no end; test_feed.py reads it
            continue
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            for addresses in [{}] + ([named] if named else []):
                wrong += attempt(served, operation, role, mode, examples, addresses)
    assert not wrong, f"{len(wrong)} answers do not fit:\n\n" + "\n\n".join(wrong)


def attempt(
    served: Served,
    operation: APIOperation[Any, Any, Any, Any],
    role: Role,
    mode: GenerationMode,
    examples: int,
    addresses: dict[str, str],
) -> list[str]:
    """What did not fit among the answers to some examples of one operation; the first of each kind."""
    wrong: dict[str, str] = {}
    statuses: set[int] = set()
    fixed = {"path_parameters": addresses} if addresses else {}
    examples = examples if operation.body or operation.query or operation.path_parameters else 1

    @settings(
        max_examples=examples,
        database=None,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(mode, **fixed))
    def send(case: Case) -> None:
        answer = case.call(headers={"Authorization": f"Bearer {served.token(role)}"})
        statuses.add(answer.status_code)
        try:
            case.validate_response(answer, checks=[not_a_server_error, *CHECKS])
        except FailureGroup as failures:
            for failure in failures.exceptions:
                wrong.setdefault(
                    f"{type(failure).__name__} {answer.status_code}",
                    f"{operation.label} ({mode.value}): {failure}"[:1500],
                )

    try:
        send()
    except Unsatisfiable:  # nothing about this operation can be made wrong
        pass
    if (
        mode is GenerationMode.POSITIVE
        and statuses == {401}
        and not operation.path.startswith(f"{API}/auth/")
    ):
        wrong["401"] = f"{operation.label}: was never let in, so nothing was tried"
    return list(wrong.values())


def things(served: Served) -> dict[str, str]:
    """Ids of things that exist, by the name of the address's parameter."""
    by = on_new_device(served.app, served.user_ids[Role.ADMINISTRATOR])
    with served.app.app_context():
        person_id = make_person(by, served.district_id, number=next(SERIAL))
        fence_id = make_fence(by, served.district_id)
        task_id = make_task(
            by, served.district_id, assignee_ids=frozenset({served.user_ids[Role.SUPERVISOR]})
        )
    spare = make_user(served.app, f"spare-{next(SERIAL)}", Role.CREW, [served.district_id])
    named = {
        "person_id": person_id,
        "geofence_id": fence_id,
        "task_id": task_id,
        "user_id": spare,
        "device_id": by.device_id,
    }
    return {name: str(key) for name, key in named.items()}
