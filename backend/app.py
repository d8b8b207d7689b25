"""create_app: the one place where features are mounted and every port gets its version."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import Migrate
from sqlalchemy.engine import make_url
from werkzeug.middleware.proxy_fix import ProxyFix

from backend.accounts import policy, sign_in
from backend.accounts import views as accounts
from backend.adapters import bind_adapters
from backend.attendance import views as attendance
from backend.attendance import work as attendance_work
from backend.attendance.challenges import views as challenges
from backend.attendance.hours import views as hours
from backend.attendance.paper import views as paper
from backend.attendance.paper import work as paper_work
from backend.attendance.receipts import views as receipts
from backend.attendance.reviews import views as reviews
from backend.attendance.spot_checks import views as spot_checks
from backend.attendance.spot_checks import work as spot_checks_work
from backend.blobs import BlobStore, FolderBlobs, S3Blobs
from backend.clock import system_chance, system_clock
from backend.config import BadSetting, Settings, load_settings
from backend.console import views as console
from backend.console.demo_marker import read_demo
from backend.containers import views as containers
from backend.database import bind_database, db
from backend.extensions import api, limiter
from backend.faces import small_faces
from backend.faces.verifier import DlibVerifier, FaceVerifier
from backend.fleet.facilities import views as facilities
from backend.fleet.positions import views as fleet
from backend.fleet.positions import work as fleet_work
from backend.fleet.shifts import views as shifts
from backend.fleet.trackers import views as trackers
from backend.fleet.vehicles import views as vehicles
from backend.geofences import views as geofences
from backend.jobs import REDIS_TIMEOUTS, bind_jobs
from backend.ledger import feed
from backend.ledger import service as ledger_service
from backend.ledger import views as ledger
from backend.ledger import work as ledger_work
from backend.people import import_views as imports
from backend.people import order_views as orders
from backend.people import views as people
from backend.people import work as people_work
from backend.roads import pages as road_pages
from backend.roads import views as roads
from backend.roads.blurring import plates
from backend.roads.blurring.blur import Blurrer, FindingBlurrer
from backend.roads.cases import views as cases
from backend.roads.condition import views as condition
from backend.roads.condition import work as condition_work
from backend.roads.exports import views as case_files
from backend.roads.looking import views as looking
from backend.roads.looking import work as looking_work
from backend.roads.looking.ports import BLURRER, EYE
from backend.roads.open311 import door as open311
from backend.roads.open311 import views as citizen_requests
from backend.roads.open311 import work as open311_work
from backend.roads.seeing.finding import RoadEye
from backend.roads.streams import views as streams
from backend.roads.streams import work as streams_work
from backend.routing import views as routing
from backend.routing.exports import views as route_files
from backend.routing.nights import views as nights
from backend.routing.plans import views as plans
from backend.routing.plans import work as plans_work
from backend.routing.proof import views as route_proofs
from backend.routing.proof import work as proof_work
from backend.routing.volumes import views as volumes
from backend.streets import views as streets
from backend.sync import views as sync
from backend.tasks import views as tasks
from backend.uploads import views as uploads
from backend.uploads import work as uploads_work
from backend.web import health
from backend.web.blueprint import ACTIONS
from backend.web.principal import Gate, set_gate
from backend.web.problems import describe_problems, install_problems
from backend.web.request_log import configure_logging, install_request_log
from backend.web.uploads import install_uploads
from backend.winter import pages as winter_pages
from backend.winter import views as winter

API_PREFIX = "/api/v1"
WORK = (
    people_work,
    uploads_work,
    fleet_work,
    attendance_work,
    paper_work,
    spot_checks_work,
    looking_work,
    condition_work,
    open311_work,
    streams_work,
    plans_work,
    proof_work,
    ledger_work,
)  # importing them declares what workers do
FEATURES = (
    accounts.blp,
    people.blp,
    orders.blp,
    imports.blp,
    geofences.blp,
    streets.blp,
    tasks.blp,
    attendance.blp,
    challenges.blp,
    spot_checks.blp,
    reviews.blp,
    paper.blp,
    hours.blp,
    receipts.blp,
    uploads.blp,
    facilities.blp,
    vehicles.blp,
    shifts.blp,
    trackers.blp,
    containers.blp,
    winter.blp,
    fleet.blp,
    roads.blp,
    looking.blp,
    cases.blp,
    condition.blp,
    case_files.blp,
    citizen_requests.blp,
    streams.blp,
    routing.blp,
    volumes.blp,
    plans.blp,
    nights.blp,
    route_proofs.blp,
    route_files.blp,
    sync.blp,
    ledger.blp,
)


def create_app(
    settings: Settings | None = None,
    *,
    clock: Callable[[], datetime] = system_clock,
    chance: random.Random | None = None,
    blobs: BlobStore | None = None,
    verifier: Callable[[], FaceVerifier] | None = None,
    road_eye: Callable[[], RoadEye | None] | None = None,
    blurrer: Callable[[], Blurrer] | None = None,
    jobs_immediate: bool = False,
    describe_api: bool = True,
) -> Flask:
    """The application; adapters not given are chosen by the settings. ``verifier``, ``road_eye`` and ``blurrer`` are factories, called in workers only.

    Without ``describe_api`` there is no OpenAPI description, which takes most of the time of a start: workers need none.
    """
    settings = settings or load_settings()
    configure_logging(settings)
    app = Flask("backend", static_folder=None, root_path=str(Path(__file__).parent))
    app.config.update(
        SQLALCHEMY_DATABASE_URI=driver_url(settings.resolved_database_url),
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings),
        MAX_CONTENT_LENGTH=settings.upload_max_mb * 1_000_000,
        MAX_FORM_MEMORY_SIZE=1_000_000,
        MAX_FORM_PARTS=40,
        API_TITLE="Qala",
        API_VERSION="v1",
        QALA_DESCRIBE_API=describe_api,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=API_PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "info": {
                "description": "The field-work platform of Petropavl. Errors are RFC 9457 problem+json."
            },
            "components": {
                "securitySchemes": {
                    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                    "tracker": {
                        "type": "http",
                        "scheme": "bearer",
                        "description": "The device_id that POST /trackers told, of a camera in a vehicle",
                    },
                }
            },
        },
        ETAG_DISABLED=True,
        JSON_SORT_KEYS=False,
        RATELIMIT_STORAGE_URI=settings.jobs_url or "memory://",
        RATELIMIT_STORAGE_OPTIONS=REDIS_TIMEOUTS if settings.jobs_url else {},
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,  # with Redis away each process counts for itself; nobody is locked out
        RATELIMIT_HEADERS_ENABLED=True,
    )
    if settings.trusted_proxies:
        n = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
    demo = read_demo(settings)
    app.config.update(QALA_DEMO=demo is not None, QALA_DEMO_LOGINS=demo.logins if demo else [])
    app.extensions["qala_clock"] = clock
    app.extensions["qala_chance"] = chance or system_chance()
    makers = {
        "verifier": verifier or partial(real_verifier, settings),
        EYE: road_eye or partial(real_road_eye, settings),
        BLURRER: blurrer or real_blurrer,
    }
    bind_adapters(app, settings, blobs or chosen_blobs(settings), makers)
    bind_database(app)
    Migrate(app, db, directory=str(health.MIGRATIONS_DIR), render_as_batch=True)
    bind_jobs(app, settings, immediate=jobs_immediate)
    ledger_service.install_chain()
    app.extensions["qala_feed"] = feed.Feed(app)
    set_gate(app, Gate(authenticate=sign_in.authenticate, permits=policy.permits))
    limiter.init_app(app)
    install_problems(app)
    install_request_log(app)
    install_uploads(app)
    api.init_app(app)
    describe_problems(api.spec)
    for blueprint in FEATURES:
        api.register_blueprint(blueprint, url_prefix=API_PREFIX)
    app.register_blueprint(health.blp)
    app.register_blueprint(console.blp)
    app.register_blueprint(winter_pages.blp)
    app.register_blueprint(road_pages.blp)
    app.register_blueprint(open311.blp)
    console.mount_api_page(app, f"{API_PREFIX}/docs", f"{API_PREFIX}/openapi.json")
    _deny_undeclared(app)
    return app


def engine_options(settings: Settings) -> dict[str, Any]:
    """A connection for every thread; values of statements (they may be personal) stay out of errors and logs."""
    spare = 4  # the feed, the sweep, health
    return {
        "pool_pre_ping": True,
        "pool_size": settings.web_threads + spare,
        "max_overflow": spare,
        "hide_parameters": True,
    }


def chosen_blobs(settings: Settings) -> BlobStore:
    """S3 at scale, a folder of the instance on one machine."""
    if settings.blobs_url:
        try:
            return S3Blobs(settings.blobs_url, endpoint=settings.s3_endpoint)
        except ValueError as error:
            raise BadSetting(f"QALA_BLOBS_URL cannot be used: {error}") from error
    return FolderBlobs(settings.instance_dir / "blobs")


def real_verifier(settings: Settings) -> FaceVerifier:
    """dlib's models on the CPU."""
    return DlibVerifier(
        max_bytes=settings.photo_max_mb * 1_000_000, max_pixels=settings.photo_max_megapixels * 1_000_000
    )


def real_road_eye(settings: Settings) -> RoadEye | None:
    """The model that the city taught, else the shipped one; None where neither is there, and every report waits for a person.

    Its libraries are loaded by the worker that first looks.
    """
    from backend.roads.seeing.eye import OnnxRoadEye
    from backend.roads.seeing.network import Network, weights_in_use

    weights = weights_in_use(settings.instance_dir)
    return OnnxRoadEye(Network(weights)) if weights.is_file() else None


def real_blurrer() -> Blurrer:
    """Finders of faces and number plates on the CPU."""
    small_faces.load()
    plates.load()
    return FindingBlurrer(small_faces.find_small_faces, plates.find_plates)


def driver_url(url: str) -> str:
    """The database's URL with the driver that Qala uses."""
    parsed = make_url(url)
    if parsed.drivername in {"postgresql", "postgres"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed.render_as_string(hide_password=False)


def _deny_undeclared(app: Flask) -> None:
    """Refuse to start with an API endpoint that no row of the policy covers."""
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith(API_PREFIX) or rule.endpoint.startswith(("api-docs.", "api_page.")):
            continue
        action = ACTIONS.get(rule.endpoint)
        if action is None or (action != "public" and action not in policy.POLICY):
            raise RuntimeError(f"{rule.endpoint} ({rule.rule}) has no row in accounts/policy.py")
