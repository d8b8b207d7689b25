"""Every setting of the server, typed and described; the only reader of the environment.

A setting ``gps_accuracy_floor_m`` is read from ``QALA_GPS_ACCURACY_FLOOR_M``. In the embedded mode (one machine, SQLite)
missing secrets are generated once into the instance folder, which only its owner may read; in production they must come
from the environment.
"""

from __future__ import annotations

import base64
import dataclasses
import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import limits
from marshmallow import ValidationError, fields, validate

PREFIX = "QALA_"
PROJECT_DIR = Path(__file__).resolve().parent.parent
# The data of measurements, tests and the demo's phones, unless QALA_DATA names another
DATA_DIR = PROJECT_DIR.parent / "shared" / "data"
SECRET_BYTES = 32


PASSWORD_IN_URL = re.compile(r"(?<=://)([^/@\s]*?):([^/@\s]*)@")
PASSWORD_IN_QUERY = re.compile(r"([?&](?:password|passwd|pwd)=)[^&]*", re.IGNORECASE)


class _Path(fields.String):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            return Path(text).expanduser().resolve()
        except RuntimeError as error:  # ~nobody
            raise ValidationError(f"{error}: write the whole path.") from error


class _PathOrNone(_Path):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return super()._deserialize(value, attr, data, **kwargs) if value else None


READERS: dict[str, type[fields.Field[Any]]] = {
    "int": fields.Integer,
    "float": fields.Float,
    "str": fields.String,
    "Path": _Path,
    "Path | None": _PathOrNone,
}
Check = Callable[[Any], Any]  # raises ValidationError with a sentence that tells the remedy


class BadSetting(ValueError):
    """A setting is missing or cannot be used; the text names it, its value and the remedy."""


def setting(
    default: Any,
    why: str,
    *,
    secret: bool = False,
    private: bool = False,
    hidden: bool = False,
    check: Check | None = None,
) -> Any:
    """A field of Settings: its default and, in one line, what it is for.

    A ``private`` one may hold a password, a ``hidden`` one is shown to nobody; a ``secret`` is 32 bytes, made where it is missing.
    """
    metadata = {"why": why, "secret": secret, "hidden": hidden, "check": check}
    return field(default=default, repr=not (secret or private or hidden), metadata=metadata)


positive = validate.Range(min=0, min_inclusive=False)
one_or_more = validate.Range(min=1)


def known_database(text: str) -> None:
    """SQLite in a file, or PostgreSQL; empty is the default."""
    if not text:
        return
    from sqlalchemy.engine import make_url  # the supervisor of the embedded mode needs none of it
    from sqlalchemy.exc import ArgumentError

    drivers = {"sqlite", "sqlite+pysqlite", "postgresql", "postgres", "postgresql+psycopg"}
    try:
        url = make_url(text)
        usable = url.drivername in drivers and bool(url.database)
    except (ArgumentError, ValueError):
        usable = False
    if not usable:
        raise ValidationError("Write postgresql://user:password@host/name or sqlite:////folder/file.db.")


def known_queue(text: str) -> None:
    """Redis; empty is the default."""
    if text and not (text.startswith(("redis://", "rediss://")) and _host_of(text)):
        raise ValidationError("Write redis://host:6379/0, or rediss:// for TLS.")


def known_bucket(text: str) -> None:
    """A bucket of S3; empty is the default."""
    if text and not (text.startswith("s3://") and _host_of(text)):
        raise ValidationError("Write s3://bucket or s3://bucket/prefix.")


def known_zone(text: str) -> None:
    """A name of the tz database."""
    try:
        ZoneInfo(text)
    except (LookupError, ValueError, OSError) as error:
        raise ValidationError("Write a name of the tz database such as Asia/Almaty.") from error


def known_rate(text: str) -> None:
    """What the limiter reads; it would serve without any limit otherwise."""
    try:
        limits.parse_many(text)
    except ValueError as error:
        raise ValidationError("Write a rate such as 20 per minute.") from error


def _host_of(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        return parts.hostname if parts.port != 0 else None
    except ValueError:  # a port that is none
        return None


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The server's settings; ``qala config`` prints them with these descriptions."""

    mode: str = setting(
        "embedded",
        "embedded (one machine, secrets made for you) or production",
        check=validate.OneOf(["embedded", "production"]),
    )
    instance_dir: Path = setting(
        PROJECT_DIR / "instance", "folder of database, evidence, keys and logs; private to its user"
    )
    database_url: str = setting(
        "", "SQLAlchemy URL; empty: SQLite in the instance folder", private=True, check=known_database
    )
    jobs_url: str = setting(
        "",
        "redis://… for workers on many machines; empty: a SQLite queue in the instance folder",
        private=True,
        check=known_queue,
    )
    blobs_url: str = setting(
        "",
        "s3://bucket/prefix for encrypted photos at scale; empty: a folder in the instance folder",
        check=known_bucket,
    )
    s3_endpoint: str = setting("", "address of an S3 service other than Amazon's, in this country")
    anchor_dir: Path | None = setting(
        None, "second place for signed ledger anchors, on another disk or machine; empty: /readyz warns"
    )

    secret_key: str = setting("", "signs access tokens and login nonces (32 bytes, base64)", secret=True)
    master_key: str = setting("", "wraps each person's own encryption key (32 bytes, base64)", secret=True)
    search_key: str = setting("", "keys the hashes by which an ИИН is found (32 bytes, base64)", secret=True)
    ledger_key: str = setting(
        "", "Ed25519 seed that signs the ledger's anchors (32 bytes, base64)", secret=True
    )

    host: str = setting("127.0.0.1", "address the web server listens on")
    port: int = setting(8080, "port the web server listens on", check=validate.Range(min=0, max=65535))
    web_processes: int = setting(2, "web processes of `qala serve`", check=one_or_more)
    web_threads: int = setting(
        32,
        "threads of one web process: open live feeds and waiting check-ins hold one each",
        check=one_or_more,
    )
    work_processes: int = setting(
        1,
        "worker processes of `qala serve`; each loads the face models (about 300 MB)",
        check=validate.Range(min=0),
    )
    trusted_proxies: int = setting(
        0, "reverse proxies in front whose X-Forwarded-* headers are believed", check=validate.Range(min=0)
    )
    sse_viewers_max: int = setting(
        20, "open live feeds per web process; more get 503 with Retry-After", check=validate.Range(min=0)
    )
    feed_poll_ms: int = setting(
        100, "how often one thread asks SQLite for news (PostgreSQL notifies)", check=one_or_more
    )
    feed_positions_s: float = setting(
        2.0, "how often the live feed says where vehicles are, to those who ask for it", check=positive
    )
    log_level: str = setting(
        "INFO", "DEBUG, INFO, WARNING or ERROR", check=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"])
    )
    log_format: str = setting(
        "json", "json for machines, text for people", check=validate.OneOf(["json", "text"])
    )
    metrics_dir: str = setting("", "folder in which web processes share their counters; `qala serve` sets it")

    access_token_minutes: int = setting(15, "life of an access token", check=one_or_more)
    refresh_token_days: int = setting(
        60, "life of an unused refresh token: a phone may be offline for weeks", check=one_or_more
    )
    code_hours: int = setting(72, "life of an invitation or password-reset code", check=one_or_more)
    login_failures_max: int = setting(
        5, "wrong passwords in a row before an account rests", check=one_or_more
    )
    lockout_minutes: int = setting(
        15, "how long a locked account rests; doubles with each further lock, up to a day", check=one_or_more
    )
    login_rate: str = setting(
        "20 per minute",
        "tries to sign in from one address, or to refresh one session, per web process",
        check=known_rate,
    )
    public_rate: str = setting(
        "120 per minute", "other unauthenticated requests from one address, per web process", check=known_rate
    )
    open311_rate: str = setting(
        "10 per hour", "reports through the public door from one address, per web process", check=known_rate
    )
    open311_app_rate: str = setting(
        "600 per hour",
        "reports through the public door with one app's key, per web process",
        check=known_rate,
    )
    open311_keys: str = setting(
        "", "keys of citizens' apps, each with its name: app=key,other=key", hidden=True
    )
    open311_waiting_max: int = setting(
        2000,
        "citizens' reports that may wait for a dispatcher; more are asked to come later",
        check=one_or_more,
    )
    citizen_words_days: int = setting(
        365,
        "how long words and address of a citizen's report are kept; of a refused one they go at once",
        check=one_or_more,
    )
    tracker_rate: str = setting(
        "600 per minute",
        "reports of one GPS tracker, per web process: one that was offline sends them in a row",
        check=known_rate,
    )
    frames_rate: str = setting(
        "600 per minute",
        "frames that one camera of a vehicle may send, and as many questions, per web process",
        check=known_rate,
    )
    frames_waiting_max: int = setting(
        20_000,
        "photos that may wait to be looked at before cameras of vehicles are asked to come later",
        check=one_or_more,
    )
    devices_per_user_max: int = setting(
        10, "registered devices of one user that are not revoked", check=one_or_more
    )
    min_client: str = setting("0.1.0", "oldest phone app that is not told to update; /sync says so")

    upload_max_mb: int = setting(24, "largest request body", check=one_or_more)
    photo_max_mb: int = setting(8, "largest single photo", check=one_or_more)
    photo_max_megapixels: int = setting(
        50, "largest single photo, before anything is decoded", check=one_or_more
    )
    video_max_gb: float = setting(
        16.0, "largest film of a driving camera that `qala roads import-frames` reads", check=positive
    )
    video_max_hours: float = setting(
        4.0, "longest such film; at 40 km/h each hour makes 5,000 reports", check=positive
    )

    uploads_per_device_max: int = setting(
        50,
        "photos of one device on their way in pieces; more, and the longest untouched give way",
        check=one_or_more,
    )
    uploads_per_device_mb: int = setting(
        48, "bytes of one device's photos on their way in pieces, likewise", check=validate.Range(min=24)
    )
    upload_keep_days: int = setting(
        7, "how long a photo that came in pieces waits for the rest, or for its report", check=one_or_more
    )

    collect_photos_needed: bool = setting(
        False, "whether a planned stop at containers is done only with a photo; positions prove the rest"
    )
    haul_photos_needed: bool = setting(
        False,
        "whether a truckload of snow is unloaded only with a photo; body volume or weigh ticket tell it too",
    )
    full_site_worth_kzt: float = setting(
        2000.0, "what emptying a full site that may wait is worth to a plan, in tenge", check=positive
    )
    foreign_district_kzt: float = setting(
        300.0, "price of a stop outside the vehicle's district, in tenge", check=validate.Range(min=0)
    )
    overtime_kzt_per_h: float = setting(
        3000.0,
        "price of an hour beyond the balanced length of a shift, in tenge",
        check=validate.Range(min=0),
    )
    moved_stop_kzt: float = setting(
        400.0,
        "price of giving a stop to another driver while the plan is driven, in tenge",
        check=validate.Range(min=0),
    )
    moved_order_kzt: float = setting(
        100.0,
        "price of changing a stop's place in its driver's order meanwhile, in tenge",
        check=validate.Range(min=0),
    )

    late_street_kzt_per_h: float = setting(
        6000.0,
        "price of an hour by which a street is cleared too late, times its urgency, in tenge",
        check=validate.Range(min=0),
    )
    grit_from_h: float = setting(
        5.0,
        "hour of the morning from which streets are gritted that are cleared in the same night",
        check=validate.Range(0, 12),
    )
    moved_street_kzt: float = setting(
        150.0,
        "price of giving a pass of a street to another machine while the plan is driven, in tenge",
        check=validate.Range(min=0),
    )

    snow_density_kg_m3: float = setting(
        420.0,
        "weight of hauled snow, for trucks whose payload is less than their body, and for weigh tickets",
        check=validate.Range(100, 900),
    )
    gate_difference_share: float = setting(
        0.1,
        "driver and gate of a snow dump may differ by so much before it is named",
        check=validate.Range(0, 1),
    )
    haul_shortfall_share: float = setting(
        0.25, "a truckload may be so much smaller than planned before it is named", check=validate.Range(0, 1)
    )
    snow_lying_kzt_m3_h: float = setting(
        2.0,
        "price of an hour that a cubic metre of snow lies in a hauling night, times its urgency, in tenge",
        check=validate.Range(min=0),
    )
    snow_left_kzt_m3: float = setting(
        5000.0,
        "price of a cubic metre that a hauling night leaves, times its urgency, in tenge",
        check=positive,
    )

    city_lat: float = setting(54.87, "centre of the city, degrees north", check=validate.Range(-90, 90))
    city_lon: float = setting(69.15, "centre of the city, degrees east", check=validate.Range(-180, 180))
    city_radius_km: float = setting(100.0, "a geofence farther from the centre is a mistake", check=positive)
    streets_file: Path | None = setting(
        None, "OpenStreetMap file of which the demo city takes its streets; empty: invented ones"
    )
    streets_file_mb: int = setting(
        300, "largest OpenStreetMap file that `qala import-osm` reads", check=one_or_more
    )
    time_zone: str = setting(
        "Asia/Almaty", "the city's clock (tz data: its offset changed in 2024)", check=known_zone
    )

    waste_density_kg_m3: float = setting(
        150.0, "weight of loose waste where an imported container site names none", check=positive
    )
    container_unknown_days: float = setting(
        1.0, "a container site that nobody was seen to empty counts as emptied so long ago", check=positive
    )

    snow_lies_days: float = setting(
        14.0, "snow that fell longer ago is packed by traffic: no plough is sent for it", check=positive
    )
    snow_heap_days: float = setting(
        120.0, "snow that fell longer ago is not reckoned to lie beside a street any more", check=positive
    )
    street_covered_share: float = setting(
        0.8,
        "share of a piece of street that must be worked on for it to count as cleared or gritted",
        check=validate.Range(min=0.1, max=1),
    )

    check_in_wait_s: float = setting(
        4.0,
        "how long a check-in's request waits for its verdict before it answers 202",
        check=validate.Range(min=0),
    )
    lease_s: int = setting(
        60, "how long a worker may hold a row before the sweep gives it to another", check=one_or_more
    )
    attempts_max: int = setting(
        4, "tries at one row (a photo may kill a worker) before people take over", check=one_or_more
    )
    challenge_minutes: int = setting(
        10,
        "life of a challenge for a phone that is online; answered later it goes to review",
        check=one_or_more,
    )
    challenge_stock_minutes: int = setting(
        40,
        "life of a challenge that a phone keeps by itself against a network that vanishes; 0 gives none",
        check=validate.Range(min=0, max=240),
    )
    challenge_offline_h: int = setting(
        72, "life of a challenge in the batch of a phone that goes offline", check=one_or_more
    )
    challenges_unspent_max: int = setting(
        1000,
        "challenges of one device that are neither answered nor expired; batches and stocks count apart",
        check=one_or_more,
    )
    challenge_moves: int = setting(
        2, "movements of the head in one challenge", check=validate.Range(min=1, max=4)
    )
    tries_max: int = setting(
        5,
        "tries of one person within an hour that asked for a retake, before a person looks",
        check=one_or_more,
    )
    clock_bracket_s: int = setting(
        180,
        "challenge and receipt this close together tell the time without trust in the phone",
        check=positive,
    )
    clock_tolerance_s: int = setting(
        120, "how far a phone's wall clock may be off before it is shown as changed", check=positive
    )
    speed_max_mps: float = setting(
        30.0,
        "between two places of one phone or person, faster than this is impossible in town",
        check=positive,
    )
    gps_accuracy_floor_m: float = setting(
        5.0, "no fix is believed to be better than this: one 200 m out claimed 1.9 m", check=positive
    )
    gps_accuracy_max_m: float = setting(
        100.0, "a fix worse than this says nothing about a geofence", check=positive
    )
    fix_window_s: int = setting(
        120, "a fix taken longer than this before or after the capture says nothing about it", check=positive
    )
    future_tolerance_s: int = setting(
        300, "how far ahead of the server a device's clock may be", check=positive
    )
    offline_max_h: int = setting(
        72, "evidence older than this when it arrives goes to review", check=positive
    )
    task_slack_min: int = setting(
        60, "how long before and after its task's window a check-in still counts", check=validate.Range(min=0)
    )
    spot_checks_per_shift: float = setting(
        1.0,
        "spot checks of one person in one shift, on average; 0 draws none",
        check=validate.Range(min=0, max=50),
    )
    spot_check_answer_min: int = setting(
        20, "minutes in which a spot check can be answered; later it is missed", check=one_or_more
    )
    order_criminal_hours_least: int = setting(
        20, "fewest hours of a criminal sentence to public works (Criminal Code art. 43)", check=one_or_more
    )
    order_criminal_hours_most: int = setting(
        1200, "most hours of a criminal sentence to public works", check=one_or_more
    )
    order_criminal_daily_h: int = setting(
        8, "hours of one day that count for those sentenced who neither work nor study", check=one_or_more
    )
    order_criminal_employed_daily_h: int = setting(
        4, "hours of one day that count for those sentenced who work or study", check=one_or_more
    )
    order_administrative_hours_least: int = setting(
        10, "fewest hours of administrative public works (in force since 2025-09-01)", check=one_or_more
    )
    order_administrative_hours_most: int = setting(
        100, "most hours of administrative public works", check=one_or_more
    )
    order_administrative_daily_h: int = setting(
        8, "hours of one day that count for administrative works without job or studies", check=one_or_more
    )
    order_administrative_employed_daily_h: int = setting(
        4, "hours of one day that count for administrative works beside a job or studies", check=one_or_more
    )
    order_administrative_weekly_h: int = setting(
        40, "hours of one week that count for administrative works without job or studies", check=one_or_more
    )
    order_administrative_months: int = setting(
        4, "months within which administrative public works must be served", check=one_or_more
    )
    order_notice_working_days: int = setting(
        5, "working days to set the kind of work and to notify probation", check=one_or_more
    )
    order_end_warning_days: int = setting(
        14, "how long before an order's end missing hours are shown as a deadline", check=one_or_more
    )
    deadline_near_working_days: int = setting(
        2, "working days before a deadline at which the ledger reminds of it", check=validate.Range(min=0)
    )
    import_rows_max: int = setting(
        2000, "most rows of one imported file, which are written in one transaction", check=one_or_more
    )
    review_sample_share: float = setting(
        0.05,
        "share of accepted check-ins that a person looks at: a video filmed off a screen passes any geometry",
        check=validate.Range(min=0, max=1),
    )
    appeal_days: int = setting(
        30,
        "days after a decision within which an appeal is in time (later ones are marked)",
        check=one_or_more,
    )
    appeal_decide_days: int = setting(15, "days within which an appeal must be decided", check=one_or_more)
    photo_retention_days: int = setting(
        365, "how long check-in frames are kept (documents refer to hashes for ever)", check=one_or_more
    )
    condition_days: int = setting(
        365, "how old photos may be on which the condition of a street rests", check=one_or_more
    )
    defect_original_keep_h: float = setting(
        0.0,
        "hours for which the original of a road photo stays sealed once its blurred view is kept; 0: it goes at once",
        check=validate.Range(min=0, max=720),
    )
    location_keep_days: int = setting(
        30,
        "how long positions of crews and vehicles are kept; their routes and reports stay",
        check=one_or_more,
    )
    location_slack_min: int = setting(
        30, "how long before and after a shift a crew's positions are kept", check=validate.Range(min=0)
    )
    proof_near_m: float = setting(
        50.0,
        "metres from a stop within which a vehicle counts as there when a route is reconciled",
        check=positive,
    )
    proof_stay_s: float = setting(
        20.0, "seconds at a stop from which a visit counts that nobody reported", check=positive
    )
    proof_silence_min: float = setting(
        5.0,
        "minutes between two positions from which nothing is known of the way between them",
        check=positive,
    )
    proof_line_m: float = setting(
        25.0, "metres from a segment's line within which positions count as driven along it", check=positive
    )
    proof_street_m: float = setting(
        10.0,
        "metres from a segment's line within which a street that was driven is that very one",
        check=positive,
    )
    proof_line_share: float = setting(
        0.8, "share of a segment's line that must be found driven", check=validate.Range(min=0.1, max=1)
    )
    proof_against_m: float = setting(
        30.0, "metres against a segment's direction from which they are named", check=positive
    )
    proof_speed_max_kmh: float = setting(
        90.0, "the fastest that a vehicle may have been while no positions came", check=positive
    )
    proof_work_speed_kmh: float = setting(
        50.0, "the fastest that a street is ploughed or gritted; faster drives prove no work", check=positive
    )
    sheet_days_max: int = setting(
        31, "a paper sheet of work longer ago than this only an administrator may enter", check=one_or_more
    )
    paper_keep_days: int = setting(
        1825,
        "how long photos of sheets and documents are kept; must outlive the timesheet and the term of appeal",
        check=one_or_more,
    )
    absence_document_days: int = setting(
        10, "days after an absence, or its entry, in which its document can be brought", check=one_or_more
    )

    @property
    def resolved_database_url(self) -> str:
        """The database's URL with the embedded default filled in."""
        return self.database_url or f"sqlite:///{self.instance_dir / 'qala.db'}"

    def secret_bytes(self, name: str) -> bytes:
        """The 32 bytes of a secret."""
        return base64.b64decode(getattr(self, name))


SECRETS = tuple(f.name for f in dataclasses.fields(Settings) if f.metadata["secret"])


def load_settings(environment: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Read settings from the environment (or a mapping), make the instance folder, find or make the secrets.

    Raises BadSetting naming the variable, its value and the remedy.
    """
    values = _read(os.environ if environment is None else environment) | overrides
    settings = Settings(**values)
    prepare_instance(settings.instance_dir)
    missing = [name for name in SECRETS if not getattr(settings, name)]
    if missing and settings.mode == "production":
        names = ", ".join(PREFIX + name.upper() for name in missing)
        raise BadSetting(
            f"{names} must be set in production: 32 random bytes in base64, for example from `openssl rand -base64 32`"
        )
    made: dict[str, Any] = {name: _kept_secret(settings.instance_dir / "secrets" / name) for name in missing}
    settings = dataclasses.replace(settings, **made)
    for name in SECRETS:
        _check_secret(name, getattr(settings, name))
    return settings


def without_passwords(text: str) -> str:
    """A setting's text fit to be shown: passwords in URLs masked."""
    return PASSWORD_IN_QUERY.sub(r"\1***", PASSWORD_IN_URL.sub(r"\1:***@", text))


def prepare_instance(folder: Path) -> None:
    """Create the instance folder, readable by its owner alone."""
    for path in (folder, folder / "secrets", folder / "blobs"):
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.chmod(0o700)


def _read(environment: Mapping[str, str]) -> dict[str, Any]:
    known = {PREFIX + f.name.upper() for f in dataclasses.fields(Settings)}
    foreign = {PREFIX + "DATA", PREFIX + "REQUIRE_SERVICES"}  # the tests' and measurements' own
    unknown = sorted(name for name in environment if name.startswith(PREFIX) and name not in known | foreign)
    if unknown:
        raise BadSetting(f"{unknown[0]} is not a setting: see `qala config` for the names")
    values: dict[str, Any] = {}
    for f in dataclasses.fields(Settings):
        name = PREFIX + f.name.upper()
        if name not in environment:
            continue
        text = environment[name]
        reader = READERS[str(f.type)](validate=f.metadata["check"])
        try:
            values[f.name] = reader.deserialize(text)
        except ValidationError as error:
            shown = "(secret)" if f.metadata["secret"] else repr(without_passwords(text))
            raise BadSetting(
                f"{name} = {shown} cannot be used: {' '.join(map(str, error.messages))} It is: {f.metadata['why']}"
            ) from error
    return values


def _kept_secret(path: Path) -> str:
    """The secret in a file, made on first use; two processes that start together agree on one."""
    if not path.exists():
        _make_secret(path)
    text = path.read_bytes().decode("ascii", errors="replace").strip()
    if not _is_secret(text):
        raise BadSetting(
            f"{path} holds no secret ({SECRET_BYTES} bytes in base64): restore it from your copy; if nothing was sealed or signed "
            "with it yet, remove the file and a new one is made"
        )
    return text


def _make_secret(path: Path) -> None:
    """Write a new secret whole under another name, then give it its name unless another process was first."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode())
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)  # what is sealed with it from now on must not outlive it
    finally:
        os.close(folder)


def _is_secret(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == SECRET_BYTES
    except ValueError:
        return False


def _check_secret(name: str, value: str) -> None:
    if not _is_secret(value):
        raise BadSetting(
            f"{PREFIX}{name.upper()} must be {SECRET_BYTES} bytes in base64, for example from `openssl rand -base64 32`"
        )
