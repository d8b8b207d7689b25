"""Accounts on the wire."""

from __future__ import annotations

from backend.accounts import rules
from backend.accounts.policy import actions_of
from backend.web.wire import PLAIN_TEXT, Pattern, Schema, ValidationError, day_in_reach, fields, validate
from shared.i18n import Message
from shared.vocabulary import Language, Role

_ = Message
TOKEN_MAX = 2000
HOLIDAYS_MAX = 366  # a year and more of holidays, declared ahead


def _device_key(value: str) -> None:
    if rules.device_key(value) is None:
        raise ValidationError(
            _("must be a raw Ed25519 public key: 32 bytes in base64, was {value}").format(value=value[:50])
        )


class NonceAnswer(Schema):
    """A value for the device to sign."""

    nonce = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True)


class LoginRequest(Schema):
    """Login, password and the device's proof: an Ed25519 signature over «qala-login-1\\n{login}\\n{nonce}»."""

    login = fields.String(required=True, validate=validate.Length(1, 40))
    password = fields.String(required=True, validate=validate.Length(1, rules.PASSWORD_MAX))
    device_key = fields.String(required=True, validate=[validate.Length(max=60), _device_key])
    device_name = fields.String(required=True, validate=[validate.Length(1, 80), PLAIN_TEXT])
    nonce = fields.String(required=True, validate=validate.Length(1, TOKEN_MAX))
    signature = fields.String(
        required=True, validate=validate.Length(1, 200), metadata={"description": "base64"}
    )


class RefreshRequest(Schema):
    """A refresh token and the device's proof: a signature over «qala-refresh-1\\n{refresh_token}\\n{nonce}»."""

    refresh_token = fields.String(required=True, validate=validate.Length(1, TOKEN_MAX))
    nonce = fields.String(required=True, validate=validate.Length(1, TOKEN_MAX))
    signature = fields.String(
        required=True, validate=validate.Length(1, 200), metadata={"description": "base64"}
    )


class PasswordRequest(Schema):
    """A one-time code (invitation or reset) and the password to set."""

    code = fields.String(required=True, validate=validate.Length(1, 200))
    password = fields.String(required=True, validate=validate.Length(1, rules.PASSWORD_MAX))


class DistrictSchema(Schema):
    """A part of the city."""

    id = fields.UUID(dump_only=True)
    code = fields.String(required=True, validate=Pattern(r"^[a-z0-9-]{1,20}$"))
    name_ru = fields.String(required=True, validate=[validate.Length(1, 120), PLAIN_TEXT])
    name_kk = fields.String(required=True, validate=[validate.Length(1, 120), PLAIN_TEXT])
    name_en = fields.String(required=True, validate=[validate.Length(1, 120), PLAIN_TEXT])
    rest_weekdays = fields.List(fields.Integer(), dump_only=True)
    holidays = fields.List(fields.String(metadata={"format": "date"}), dump_only=True)


class DistrictChange(Schema):
    """On which days a district rests: nobody is expected at public works then."""

    rest_weekdays = fields.List(
        fields.Integer(strict=True, validate=validate.Range(0, 6)),
        validate=validate.Length(max=7),
        metadata={"description": "0 is Monday, 6 is Sunday"},
    )
    holidays = fields.List(fields.Date(validate=day_in_reach), validate=validate.Length(max=HOLIDAYS_MAX))
    counts_from = fields.Date(
        validate=day_in_reach,
        metadata={"description": "Left out: today. An earlier day corrects days that have passed"},
    )


class DistrictList(Schema):
    """All districts of the caller: they are few."""

    items = fields.List(fields.Nested(DistrictSchema), required=True)


class UserSchema(Schema):
    """A member of staff."""

    id = fields.UUID(required=True)
    login = fields.String(required=True)
    display_name = fields.String(required=True)
    role = fields.Enum(Role, by_value=True, required=True)
    language = fields.Enum(Language, by_value=True, required=True)
    district_ids = fields.Function(
        lambda user: [str(d.id) for d in user.districts],
        metadata={"type": "array", "items": {"type": "string", "format": "uuid"}},
    )
    created_at = fields.AwareDateTime(required=True)
    disabled_at = fields.AwareDateTime(required=True, allow_none=True)
    invited = fields.Function(lambda user: user.password_hash is None, metadata={"type": "boolean"})


class MeSchema(UserSchema):
    """The caller, with what the role may do: screens show what can be done."""

    actions = fields.Function(
        lambda user: actions_of(user.role), metadata={"type": "array", "items": {"type": "string"}}
    )


class TokensAnswer(Schema):
    """What a signed-in device holds."""

    access_token = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True)
    refresh_token = fields.String(required=True)
    device_id = fields.UUID(required=True)
    user = fields.Nested(MeSchema, required=True)


class UserRequest(Schema):
    """Whom to invite."""

    login = fields.String(required=True, validate=validate.Length(3, 40))
    display_name = fields.String(required=True, validate=[validate.Length(1, 120), PLAIN_TEXT])
    role = fields.Enum(Role, by_value=True, required=True)
    district_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(max=100))
    language = fields.Enum(Language, by_value=True, load_default=Language.RU)


class UserChange(Schema):
    """What to change of a user."""

    role = fields.Enum(Role, by_value=True)
    district_ids = fields.List(fields.UUID(), validate=validate.Length(max=100))
    disabled = fields.Boolean(truthy={True}, falsy={False})


class CodeAnswer(Schema):
    """A one-time code to hand over in person; it is shown once."""

    code = fields.String(required=True)
    user = fields.Nested(UserSchema)


class MeChange(Schema):
    """What users may change of themselves."""

    language = fields.Enum(Language, by_value=True, required=True)


class DeviceSchema(Schema):
    """A registered device."""

    id = fields.UUID(required=True)
    user_id = fields.UUID(required=True)
    name = fields.String(required=True)
    public_key = fields.String(required=True)
    registered_at = fields.AwareDateTime(required=True)
    revoked_at = fields.AwareDateTime(required=True, allow_none=True)


class SignedOut(Schema):
    """How many sessions ended."""

    sessions = fields.Integer(required=True)
