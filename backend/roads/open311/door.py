"""The public door: GeoReport v2 under /open311/v2, in JSON and XML, without a login, limited in rate."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request, url_for
from flask_limiter.util import get_remote_address
from werkzeug.exceptions import HTTPException, default_exceptions

from backend.adapters import settings
from backend.clock import now
from backend.database import transaction
from backend.errors import DomainError, Invalid, NotAllowed, NotFound
from backend.extensions import limiter
from backend.roads.open311 import answers, following, rules, service, words
from backend.roads.open311.answers import Entry, Form
from backend.roads.words import copy_words
from backend.web import problems
from backend.web.blueprint import keep_out_of_caches
from backend.web.language import current_language
from backend.web.uploads import read_photos
from backend.web.wire import EARLIEST, LATEST
from shared.i18n import Message, translate
from shared.vocabulary import PublicService

_ = Message
PREFIX = "/open311/v2"
PHOTOS_MOST = 3
FIELDS_MOST_BYTES = 64_000
NUMBERS_MOST = 50
STATUSES = ("open", "closed")
FORMS = '<any("json", "xml"):form>'

blp = Blueprint("open311", __name__, url_prefix=PREFIX)
blp.after_request(keep_out_of_caches)


def asking_rate() -> str:
    """The limit on questions from one address, from the settings."""
    return settings().public_rate


def reporting_rate() -> str:
    """The limit on reports: an app that has a key serves many citizens from one address."""
    return settings().open311_app_rate if app_of_key() else settings().open311_rate


def who_reports() -> str:
    """Whose reports are counted together."""
    app = app_of_key()
    return f"app:{app}" if app else get_remote_address()


def app_of_key() -> str:
    """The name of the app whose key the request brings; empty where it brings none that is known."""
    sent = request.form.get("api_key", "").encode()
    for each in settings().open311_keys.split(","):
        name, _is, key = each.strip().partition("=")
        if key and hmac.compare_digest(key.encode(), sent):
            return name
    return ""


def bounded(view: Callable[..., Response]) -> Callable[..., Response]:
    """Read the body, bounded, before anything else is looked at: strangers get room for three photos and no more."""

    @wraps(view)
    def reading(*args: Any, **kwargs: Any) -> Response:
        limits = settings()
        request.max_content_length = min(
            PHOTOS_MOST * limits.photo_max_mb * 1_000_000 + FIELDS_MOST_BYTES,
            limits.upload_max_mb * 1_000_000,
        )
        _all = request.form, request.files
        return view(*args, **kwargs)

    return reading


@blp.get(f"/discovery.{FORMS}")
@limiter.limit(asking_rate)
def discovery(form: str) -> Response:
    """What speaks GeoReport here, and where."""
    root = request.url_root.rstrip("/")
    formats = [answers.CONTENT_TYPES[each].partition(";")[0] for each in Form]
    endpoint = {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": f"{root}{PREFIX}",
        "type": "production" if settings().mode == "production" else "test",
        "formats": formats,
    }
    return _single(form, "discovery", {"key_service": "", "endpoints": [endpoint]})


@blp.get(f"/services.{FORMS}")
@limiter.limit(asking_rate)
def list_services(form: str) -> Response:
    """What can be reported."""
    return _listed(form, "services", [_service(each) for each in PublicService])


@blp.get(f"/services/<code>.{FORMS}")
@limiter.limit(asking_rate)
def read_service(code: str, form: str) -> Response:
    """What is asked with a report: nothing more than place, words and photos."""
    if code not in set(PublicService):
        raise NotFound(_("service"), code[:30])
    return _single(form, "service_definition", {"service_code": code, "attributes": []})


@blp.post(f"/requests.{FORMS}")
@bounded
@limiter.limit(reporting_rate, key_func=who_reports)
def report(form: str) -> Response:
    """Report a fault: service_code, lat, long, description, and up to three photos as parts «media»."""
    if request.form.get("api_key") and not app_of_key():
        raise NotAllowed(_("This api_key is not known: leave it out, or ask the city for one."))
    if request.form.get("media_url", "").strip():
        message = _("is not fetched here: send the photos themselves as parts «media» of multipart/form-data")
        raise Invalid({"media_url": [message]})
    asked = rules.read_form(request.form)
    if not isinstance(asked, rules.Asked):
        raise Invalid(asked)
    photos = read_photos("media", least=0, most=PHOTOS_MOST)
    number = service.ask(asked, photos, app=app_of_key())
    notice = translate(words.NOTICE.format(days=settings().citizen_words_days), current_language())
    entry = {"service_request_id": number, "service_notice": notice, "account_id": None}
    return _listed(form, "service_requests", [entry], status=HTTPStatus.CREATED)


@blp.get(f"/requests.{FORMS}")
@limiter.limit(asking_rate)
def list_requests(form: str) -> Response:
    """Reports that were let in; by numbers (of several, those that are none are left out), or by services, status and time."""
    numbers = request.args.get("service_request_id", "")
    with transaction(read_only=True):
        if numbers.strip():
            wanted = [each.strip() for each in numbers.split(",")]
            if len(wanted) > NUMBERS_MOST:
                message = _("must have at most {max} characters or items").format(max=NUMBERS_MOST)
                raise Invalid({"service_request_id": [message]})
            found = [following.find(wanted[0])] if len(wanted) == 1 else following.find_all(wanted)
        else:
            found = following.published(**_filters(request.args))
        entries = [_request(each) for each in found]
    return _listed(form, "service_requests", entries)


@blp.get(f"/requests/<number>.{FORMS}")
@limiter.limit(asking_rate)
def read_request(number: str, form: str) -> Response:
    """One report by its number; whoever has the number may follow it, let in or not."""
    with transaction(read_only=True):
        entry = _request(following.find(number))
    return _listed(form, "service_requests", [entry])


@blp.get("/requests/<number>/photos/<int(max=9):place>.jpg")
@limiter.limit(asking_rate)
def read_photo(number: str, place: int) -> Response:
    """A photo of a report with faces and number plates blurred, where a dispatcher let it be published."""
    with transaction(read_only=True):
        shown = following.photo(number, place)
    return Response(shown, content_type="image/jpeg")


def _filters(args: Mapping[str, str]) -> dict[str, Any]:
    flaws: rules.Flaws = {}
    codes = _chosen(args, "service_code", tuple(PublicService), flaws)
    statuses = _chosen(args, "status", STATUSES, flaws)
    times = {name: _time(args, name, flaws) for name in ("start_date", "end_date")}
    between = rules.span(times["start_date"], times["end_date"], now())
    if not isinstance(between, tuple):
        flaws = {**between, **flaws}
    if flaws:
        raise Invalid(flaws)
    return {
        "between": between,
        "services": [PublicService(each) for each in sorted(codes)],
        "is_open": "open" in statuses if len(statuses) == 1 else None,
    }


def _chosen(args: Mapping[str, str], name: str, choices: tuple[str, ...], flaws: rules.Flaws) -> set[str]:
    found = rules.chosen(args.get(name, ""), choices)
    if found is None:
        flaws[name] = [_("must be one of: {choices}").format(choices=", ".join(choices))]
    return found or set()


def _time(args: Mapping[str, str], name: str, flaws: rules.Flaws) -> datetime | None:
    text = args.get(name, "").strip().replace(" ", "+")  # a plus sign that was not escaped
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not _is_in_reach(moment):
        flaws[name] = [_("must be a time with offset such as 2026-11-22T14:05:00+05:00")]
        return None
    return moment


def _is_in_reach(moment: datetime) -> bool:
    """Not so near an end of the calendar that 90 days or another offset lead beyond it."""
    return EARLIEST <= moment < LATEST


def _service(code: PublicService) -> Entry:
    language, told = current_language(), words.SERVICES[code]
    return {
        "service_code": code.value,
        "service_name": translate(told.name, language),
        "description": translate(told.description, language),
        "metadata": False,
        "type": "realtime",
        "keywords": told.keywords,
        "group": translate(words.GROUP, language),
    }


def _copy(found: following.Public) -> Message | None:
    return copy_words(found.defect.same_photo_as, saved_anew=found.defect.saved_anew)


def _request(found: following.Public) -> Entry:
    language, row, place = current_language(), found.request, found.place
    return {
        "service_request_id": row.number,
        "status": "open" if found.is_open else "closed",
        "status_notes": words.status_notes(
            row.moderation, found.defect.state, row.reason, language, _copy(found)
        ),
        "service_name": translate(words.SERVICES[row.service].name, language),
        "service_code": row.service.value,
        "description": (row.description or None) if row.text_shown else None,
        "agency_responsible": None,
        "service_notice": None,
        "requested_datetime": _told(row.requested_at),
        "updated_datetime": _told(found.changed_at),
        "expected_datetime": None if found.due_at is None else _told(found.due_at),
        "address": (row.address or None) if row.text_shown else None,
        "address_id": None,
        "zipcode": None,
        "lat": place.lat if place else None,
        "long": place.lon if place else None,
        "media_url": _photo_url(found),
    }


def _photo_url(found: following.Public) -> str | None:
    if not found.shows_a_photo:
        return None
    return url_for("open311.read_photo", number=found.request.number, place=0, _external=True)


def _told(moment: datetime) -> str:
    return moment.astimezone(ZoneInfo(settings().time_zone)).isoformat(timespec="seconds")


def _listed(form: str, root: str, entries: list[Entry], status: int = HTTPStatus.OK) -> Response:
    kind = Form(form)
    return Response(
        answers.listed(kind, root, entries), status=status, content_type=answers.CONTENT_TYPES[kind]
    )


def _single(form: str, root: str, entry: Entry) -> Response:
    kind = Form(form)
    return Response(answers.single(kind, root, entry), content_type=answers.CONTENT_TYPES[kind])


def _as_errors(problem: Response) -> Response:
    """A problem in GeoReport's words: a list of codes and descriptions, one for each field that is wrong."""
    told = problem.get_json()
    texts = [f"{name}: {text}" for name, texts in told.get("errors", {}).items() for text in texts]
    status = (
        HTTPStatus.BAD_REQUEST
        if problem.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        else problem.status_code
    )
    entries = [{"code": int(status), "description": text} for text in texts or [told["detail"]]]
    form = (request.view_args or {}).get("form", "xml" if request.path.endswith(".xml") else "json")
    answer = _listed(form, "errors", entries, status)
    for name in ("Retry-After", "Allow", "Content-Language"):
        if name in problem.headers:
            answer.headers[name] = problem.headers[name]
    return answer


@blp.after_app_request
def in_the_standards_form(response: Response) -> Response:
    """What is refused before a view of this door is found: an address that is none, a method that it does not take."""
    if request.path.startswith(f"{PREFIX}/") and response.mimetype == problems.MEDIA_TYPE:
        told = _as_errors(response)
        response.set_data(told.get_data())
        response.status_code, response.content_type = told.status_code, told.content_type
    return response


@blp.errorhandler(DomainError)
def from_domain(error: DomainError) -> Response:
    """What a citizen's app sent cannot be used."""
    return _as_errors(problems.from_domain(error))


def from_http(error: HTTPException) -> Response:
    """What Flask, werkzeug and the limiter refuse."""
    return _as_errors(problems.from_http(error))


for _code in default_exceptions:  # one by one: the application's own are bound so
    blp.register_error_handler(_code, from_http)
