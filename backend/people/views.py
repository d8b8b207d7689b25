"""People over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.adapters import settings
from backend.database import transaction
from backend.people import enrolment, schemas, service
from backend.web.blueprint import Blueprint
from backend.web.once import create_once
from backend.web.paging import PageQuery, page_schema
from backend.web.principal import current_principal
from backend.web.uploads import multipart_body, read_photos, require_multipart
from backend.web.versions import check_if_match, etag
from backend.web.waiting import wait_until
from shared.vocabulary import EnrolmentState

blp = Blueprint("people", __name__, description="People who serve public works; every read is logged")

PHOTOS = multipart_body(
    {
        "photo": {
            "type": "array",
            "items": {"type": "string", "format": "binary"},
            "minItems": enrolment.PHOTOS_LEAST,
            "maxItems": enrolment.PHOTOS_MOST,
            "description": "JPEG, PNG or WebP, one part each",
        }
    },
    ["photo"],
)
IDENTITY = ("family_name", "given_name", "patronymic", "iin")


@blp.route("/people", action="people.read", writes=True)
@blp.arguments(PageQuery, location="query")
@blp.response(200, page_schema(schemas.PersonSchema))
def list_people(query: dict[str, Any]) -> Any:
    """People of the caller's districts."""
    return service.list_people(current_principal(), cursor=query.get("cursor"), limit=query["limit"])


@blp.route("/people/search", action="people.read", methods=("POST",))
@blp.arguments(schemas.PersonSearch)
@blp.response(200, schemas.PersonFound)
def find_person(body: dict[str, Any]) -> dict[str, Any]:
    """The person with an ИИН; by POST, because addresses end in the logs of proxies."""
    return {"items": service.find_by_iin(body["iin"], current_principal())}


@blp.route("/people", action="people.change", methods=("POST",))
@blp.arguments(schemas.PersonRequest)
@blp.response(201, schemas.PersonSchema)
def register_person(body: dict[str, Any]) -> Any:
    """Register a person."""
    identity = service.Identity(**{name: body.pop(name) for name in IDENTITY})
    return service.register(current_principal(), identity=identity, **body)


@blp.route("/people/<uuid:person_id>", action="people.read", writes=True)
@blp.response(200, schemas.PersonSchema)
def read_person(person_id: UUID) -> Any:
    """One person."""
    person = service.get(person_id, current_principal())
    return person, 200, etag(person.version)


@blp.route("/people/<uuid:person_id>", action="people.change", methods=("PATCH",), problems=(412,))
@blp.arguments(schemas.PersonChange)
@blp.response(200, schemas.PersonSchema)
def change_person(body: dict[str, Any], person_id: UUID) -> Any:
    """Correct a person's data."""
    principal = current_principal()
    check_if_match(service.get(person_id, principal, lock=True).version)
    identity = {name: body.pop(name) for name in IDENTITY if name in body}
    person = service.change(person_id, principal, identity=identity, **body)
    return person, 200, etag(person.version)


@blp.route("/people/<uuid:person_id>", action="people.erase", methods=("DELETE",))
@blp.response(204)
def erase_person(person_id: UUID) -> None:
    """Erase a person's key, and so the name, photos and templates for good."""
    service.erase(person_id, current_principal())


@blp.route("/people/<uuid:person_id>/face-templates", action="people.read", writes=True, problems=(409,))
@blp.response(200, schemas.EnrolmentList)
def list_enrolments(person_id: UUID) -> dict[str, Any]:
    """The history of a person's enrolments."""
    return {"items": enrolment.list_of(person_id, current_principal())}


@blp.route(
    "/people/<uuid:person_id>/face-templates/<uuid:enrolment_id>",
    action="people.read",
    writes=True,
    problems=(409,),
)
@blp.response(200, schemas.EnrolmentSchema)
def read_enrolment(person_id: UUID, enrolment_id: UUID) -> Any:
    """One enrolment."""
    return enrolment.get(enrolment_id, person_id, current_principal())


@blp.route(
    "/people/<uuid:person_id>/face-templates/<uuid:enrolment_id>",
    action="people.enrol",
    methods=("PUT",),
    own_transactions=True,
)
@blp.doc(requestBody=PHOTOS)
@blp.response(200, schemas.EnrolmentSchema)
@blp.alt_response(202, schema=schemas.EnrolmentSchema, description="Received; the result follows")
def enrol_person(person_id: UUID, enrolment_id: UUID) -> Any:
    """Enrol a person from 3 to 10 photos of the face."""
    require_multipart()
    principal = current_principal()
    photos = read_photos("photo", least=enrolment.PHOTOS_LEAST, most=enrolment.PHOTOS_MOST)
    with transaction(read_only=True):
        sealed = enrolment.seal_photos(enrolment_id, person_id, photos, principal)
    enrolment.keep_photos(sealed)
    create_once(lambda: enrolment.receive(enrolment_id, person_id, sealed, principal))

    def judged() -> Any:
        with transaction(read_only=True):
            return enrolment.peek(enrolment_id)

    answer = wait_until(
        judged, lambda row: row.state is not EnrolmentState.PENDING, settings().check_in_wait_s
    )
    return answer, 202 if answer.state is EnrolmentState.PENDING else 200
