"""What every test may ask for: an application on SQLite and on PostgreSQL, a clock to set, staff, and their phones."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import settings as hypothesis_settings
from hypothesis.internal.conjecture.providers import HypothesisProvider
from hypothesis.internal.constants_ast import Constants

from backend import config
from backend.accounts import service as accounts
from backend.cli.private_postgresql import PrivatePostgreSQL, find_programs, private_postgresql
from backend.config import Settings, load_settings
from backend.database import db, transaction
from backend.memory import all_kept
from shared.vocabulary import Role
from tests import workers
from tests.applications import Applications, build, emptied, take_back
from tests.emptying import EmptyDatabase
from tests.kept import Kept
from tests.phone import Phone
from tests.staffing import PASSWORD, QUICK_HASHER, hire

QUICK_ON_POSTGRESQL = {
    "test_concurrency.py",
    "test_database.py",
    "test_feed.py",
    "test_leases.py",
    "test_migrations.py",
    "test_proof.py",
    "test_races.py",
    "test_service.py",
}
hypothesis_settings.register_profile("the same draws", derandomize=True, database=None, deadline=None)
hypothesis_settings.load_profile("the same draws")
# Hypothesis mixes in numbers and texts out of whatever modules of ours are loaded: what a test draws must not depend on the others
HypothesisProvider._local_constants = Constants()
TEST_DATABASE = "test"
MEMORY, MEMORY_LEAST_BYTES = Path("/dev/shm"), 1 << 30
DATA_DIR = Path(os.environ.get("QALA_DATA", config.DATA_DIR))


class Clock:
    """A clock that tests set by hand."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # Monday, 09:00 in Petropavl

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, **step: float) -> None:
        """Let time pass."""
        self.moment += timedelta(**step)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What tests import stays to the end of the run: looking for garbage meanwhile was a third of the collecting."""
    with all_kept():
        return (yield)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> workers.ByFile:
    """Whole files to each process, in the order that they have."""
    config.option.loadscopereorder = False
    return workers.ByFile(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The quick run asks PostgreSQL only where databases differ most: services, races, the ledger, the schema itself."""
    if hasattr(config, "workerinput"):
        workers.put_in_order(items)
    for item in items:
        twice = "[postgresql" in item.name and item.path.name not in QUICK_ON_POSTGRESQL
        if twice and not any(
            item.get_closest_marker(name) for name in ("slow", "models", "browser", "torture")
        ):
            item.add_marker(pytest.mark.other_database)


def missing(what: str) -> None:
    """Skip with a reason, or fail where the run promises that every service is there."""
    if os.environ.get("QALA_REQUIRE_SERVICES") == "1":
        pytest.fail(f"{what}, though QALA_REQUIRE_SERVICES=1", pytrace=False)
    pytest.skip(what)


def memory() -> Path | None:
    """Where files of tests lie in memory, if there is room: a disk takes a third of their time."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= MEMORY_LEAST_BYTES
    return MEMORY if roomy else None


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of real data; tests that need it skip where it is absent."""
    if not DATA_DIR.is_dir():
        pytest.skip(f"no data at {DATA_DIR} (QALA_DATA)")
    return DATA_DIR


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PrivatePostgreSQL]:
    """A private PostgreSQL, started once per test process."""
    programs = find_programs()
    if programs is None:
        missing("PostgreSQL's programs (initdb, postgres) are not on this machine")
        return
    with private_postgresql(programs, place=memory()) as server:
        yield server


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database with the newest schema, to copy from."""
    folder = tmp_path_factory.mktemp("migrated")
    migrate(load_settings({}, instance_dir=folder))
    return folder / "qala.db"


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql: PrivatePostgreSQL, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An empty PostgreSQL database with the newest schema, to copy from."""
    url = postgresql.create("migrated")
    migrate(load_settings({}, instance_dir=tmp_path_factory.mktemp("migrated-pg"), database_url=url))
    return "migrated"


@pytest.fixture(scope="session")
def empty_postgresql(postgresql: PrivatePostgreSQL, migrated_postgresql: str) -> EmptyDatabase:
    """The database of whichever test runs."""
    return EmptyDatabase(postgresql, migrated_postgresql, TEST_DATABASE)


def migrate(settings: Settings) -> None:
    """Bring a database to the newest schema and let go of it."""
    app = build(settings)
    with app.app_context():
        upgrade()
    take_back(app)


@pytest.fixture(scope="session")
def workplace() -> Iterator[Path]:
    """A folder of this test process."""
    with tempfile.TemporaryDirectory(prefix="qala-tests-", dir=memory()) as folder:
        yield Path(folder)


@pytest.fixture
def instance_dir(workplace: Path) -> Path:
    """The folder of the test's instance: always the same, so that applications can be used again, and empty but for the secrets."""
    return emptied(workplace / "instance")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, instance_dir: Path) -> str:
    """An empty, migrated database of the test's own; every test that asks for it runs on both."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_sqlite"), instance_dir / "qala.db")
        return f"sqlite:///{instance_dir / 'qala.db'}"
    empty: EmptyDatabase = request.getfixturevalue("empty_postgresql")
    return empty.url()


@pytest.fixture
def settings(database_url: str, instance_dir: Path) -> Settings:
    """Settings of the test's own instance; a test may replace fields before it asks for ``app``."""
    return load_settings(
        {},
        instance_dir=instance_dir,
        database_url=database_url,
        log_level="ERROR",
        login_rate="10000 per minute",
        public_rate="10000 per minute",
        open311_rate="10000 per hour",
        check_in_wait_s=0.5,
        review_sample_share=0.0,  # chance has no place in a test that does not ask for it
    )


@pytest.fixture
def clock() -> Clock:
    """The server's clock."""
    return Clock()


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """What the server draws by: other draws in each test, the same in each run of it."""
    return random.Random(request.node.nodeid)


@pytest.fixture(scope="session")
def applications() -> Applications:
    """What this test process has built already."""
    return Applications()


@pytest.fixture(scope="session")
def kept(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """What this test process has filled already."""
    return Kept(tmp_path_factory.mktemp("kept"), lambda: request.getfixturevalue("postgresql"))


@pytest.fixture
def describes_api() -> bool:
    """Whether the application describes its API: few tests read that, and it takes longer than most tests."""
    return False


@pytest.fixture
def own_app(describes_api: bool) -> bool:
    """Whether the test needs an application that nobody had before: one that is described, or that the test adds something to."""
    return describes_api


@pytest.fixture
def app(
    settings: Settings,
    clock: Clock,
    chance: random.Random,
    applications: Applications,
    own_app: bool,
    describes_api: bool,
) -> Iterator[Flask]:
    """The application on its own database, with a fake verifier and jobs that run at once."""
    if own_app:
        app = build(settings, clock=clock, chance=chance, describe_api=describes_api)
    else:
        app = applications.lend(settings, clock=clock, chance=chance)
    yield app
    take_back(app)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """An HTTP client without an identity."""
    return app.test_client()


@pytest.fixture
def district_id(app: Flask) -> UUID:
    """The first district."""
    return make_district(app, "centre")


@pytest.fixture
def other_district_id(app: Flask) -> UUID:
    """Another district."""
    return make_district(app, "north")


def make_district(app: Flask, code: str) -> UUID:
    """Add a district."""
    with app.app_context(), transaction():
        return accounts.create_district(code, name_ru=code, name_kk=code, name_en=code, actor="test").id


@pytest.fixture
def staff(app: Flask, client: FlaskClient, district_id: UUID) -> Callable[..., Phone]:
    """A maker of signed-in phones: ``staff(Role.SUPERVISOR)``, ``staff(Role.CREW, login="ivan", districts=[…])``."""
    count = 0

    def make(role: Role, *, login: str | None = None, districts: list[UUID] | None = None) -> Phone:
        nonlocal count
        count += 1
        name = login or f"{role.value.replace('_', '-')}-{count}"
        phone = Phone(client, name=f"phone of {name}")
        return hire(app, phone, name, role, [district_id] if districts is None else districts)

    return make


def make_user(app: Flask, login: str, role: Role, districts: list[UUID], password: str = PASSWORD) -> UUID:
    """Add an active user."""
    with app.app_context(), transaction():
        user, code = accounts.create_user(
            login=login, display_name=login.title(), role=role, district_ids=districts, actor="test"
        )
        accounts.set_password(code, password, QUICK_HASHER.hash(password))
        return user.id


@pytest.fixture
def in_app(app: Flask) -> Iterator[None]:
    """Run the test inside an application context, for calls to services."""
    with app.app_context(), closing(db.session):
        yield
