"""People on the wire."""

from __future__ import annotations

from backend.people import rules
from backend.web.language import current_language
from backend.web.wire import PLAIN_TEXT, Schema, fields, validate
from shared.i18n import Message, translate
from shared.vocabulary import BiometricBasis, EnrolmentState, Language

NAME = validate.Length(1, rules.NAME_MAX)


class PersonRequest(Schema):
    """Whom to register."""

    district_id = fields.UUID(required=True)
    family_name = fields.String(required=True, validate=[NAME, PLAIN_TEXT])
    given_name = fields.String(required=True, validate=[NAME, PLAIN_TEXT])
    patronymic = fields.String(load_default="", validate=[validate.Length(max=rules.NAME_MAX), PLAIN_TEXT])
    iin = fields.String(
        required=True,
        validate=validate.Length(max=20),
        metadata={"description": "12 digits; answers show only the last four"},
    )
    language = fields.Enum(Language, by_value=True, load_default=Language.RU)
    biometric_basis = fields.Enum(BiometricBasis, by_value=True, required=True)


class PersonChange(Schema):
    """What to correct."""

    district_id = fields.UUID()
    family_name = fields.String(validate=[NAME, PLAIN_TEXT])
    given_name = fields.String(validate=[NAME, PLAIN_TEXT])
    patronymic = fields.String(validate=[validate.Length(max=rules.NAME_MAX), PLAIN_TEXT])
    iin = fields.String(validate=validate.Length(max=20))
    language = fields.Enum(Language, by_value=True)
    biometric_basis = fields.Enum(BiometricBasis, by_value=True)


class PersonSchema(Schema):
    """A person; after erasure only the bare row is left."""

    id = fields.UUID(required=True)
    district_id = fields.UUID(required=True)
    family_name = fields.String(attribute="identity.family_name")
    given_name = fields.String(attribute="identity.given_name")
    patronymic = fields.String(attribute="identity.patronymic")
    iin_masked = fields.String(required=True)
    language = fields.Enum(Language, by_value=True, required=True)
    biometric_basis = fields.Enum(BiometricBasis, by_value=True, required=True)
    enrolled = fields.Boolean(required=True)
    erased = fields.Boolean(required=True)
    created_at = fields.AwareDateTime(required=True)


class PersonSearch(Schema):
    """Whom to find."""

    iin = fields.String(required=True, validate=validate.Length(equal=rules.DIGITS))


class PersonFound(Schema):
    """The person found, or nobody."""

    items = fields.List(fields.Nested(PersonSchema), required=True)


class ReasonSchema(Schema):
    """Why a photo, or a set of photos, was refused."""

    problem = fields.String(required=True)
    value = fields.Float(required=True, allow_none=True)
    limit = fields.Float(required=True, allow_none=True)
    text = fields.Function(
        lambda reason: translate(Message(reason["source"], reason["values"]), current_language()),
        metadata={"type": "string"},
    )


class EnrolmentPhotoSchema(Schema):
    """One photo of an enrolment; ``sha256`` is that of the bytes received."""

    sha256 = fields.String(required=True)
    reasons = fields.List(fields.Nested(ReasonSchema), required=True)


class EnrolmentSchema(Schema):
    """An enrolment and what became of it."""

    id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    state = fields.Enum(EnrolmentState, by_value=True, required=True)
    created_at = fields.AwareDateTime(required=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)
    model_version = fields.String(required=True, allow_none=True)
    reasons = fields.List(fields.Nested(ReasonSchema), required=True)
    photos = fields.List(fields.Nested(EnrolmentPhotoSchema), required=True)


class EnrolmentList(Schema):
    """All enrolments of a person, newest first."""

    items = fields.List(fields.Nested(EnrolmentSchema), required=True)
