"""marshmallow as this house speaks it: import Schema, fields and validate from here.

Its own messages are reworded to name the value and the remedy, in a form that can be translated. Validators keep their
message when they are made, so the rewording happens on import, before any schema exists.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from shared.i18n import Message

_ = Message

DEFAULTS: dict[str, Message] = {
    "required": _("is missing: send it"),
    "null": _("must not be null: send a value or leave the field out"),
    "validator_failed": _("cannot be used"),
}
FIELD_MESSAGES: dict[type[fields.Field[Any]], dict[str, Message]] = {
    fields.String: {"invalid": _("must be a text"), "invalid_utf8": _("must be UTF-8 text")},
    fields.UUID: {"invalid_uuid": _("must be an id such as 123e4567-e89b-12d3-a456-426614174000")},
    fields.Number: {"invalid": _("must be a number"), "too_large": _("is too large a number")},
    fields.Integer: {"invalid": _("must be a whole number")},
    fields.Float: {"special": _("must be a finite number, not NaN or infinity")},
    fields.Boolean: {"invalid": _("must be true or false")},
    fields.DateTime: {
        "invalid": _("must be a time with offset such as 2026-11-22T14:05:00+05:00"),
        "invalid_awareness": _("must be a time with offset such as 2026-11-22T14:05:00+05:00"),
        "format": _("must be a time with offset such as 2026-11-22T14:05:00+05:00"),
    },
    fields.Date: {"invalid": _("must be a date such as 2026-11-22")},
    fields.List: {"invalid": _("must be a list")},
    fields.Dict: {"invalid": _("must be an object")},
    fields.Mapping: {"invalid": _("must be an object")},
    fields.Nested: {"type": _("must be an object")},
    fields.Enum: {"unknown": _("must be one of: {choices}")},
}
SCHEMA_MESSAGES = {
    "unknown": _("is not a field here: leave it out or correct its name"),
    "type": _("must be a JSON object"),
}
VALIDATOR_MESSAGES: dict[type[validate.Validator], dict[str, Message]] = {
    validate.Range: {
        "message_min": _("must be {min_op} {min}, was {input}"),
        "message_max": _("must be {max_op} {max}, was {input}"),
        "message_all": _("must be {min_op} {min} and {max_op} {max}, was {input}"),
        "message_gte": _("at least"),
        "message_gt": _("above"),
        "message_lte": _("at most"),
        "message_lt": _("below"),
    },
    validate.Length: {
        "message_min": _("must have at least {min} characters or items"),
        "message_max": _("must have at most {max} characters or items"),
        "message_all": _("must have {min} to {max} characters or items"),
        "message_equal": _("must have exactly {equal} characters or items"),
    },
    validate.OneOf: {"default_message": _("must be one of: {choices}")},
    validate.Regexp: {"default_message": _("must match {regex}, was {input}")},
}


class Pattern(validate.Regexp):
    """A text that matches as a whole; write «^…$», which OpenAPI's readers understand as well as Python does."""

    def __call__(self, value: str) -> str:  # type: ignore[override]
        pattern: re.Pattern[str] = self.regex  # type: ignore[assignment]  # ours are texts, never bytes
        if pattern.fullmatch(value) is None:
            raise ValidationError(self._format_error(value))
        return value


def _speak_clearly() -> None:
    fields.Field.default_error_messages.update(DEFAULTS)
    for field, messages in FIELD_MESSAGES.items():
        field.default_error_messages = {**field.default_error_messages, **messages}
    Schema._default_error_messages.update(SCHEMA_MESSAGES)
    for validator, texts in VALIDATOR_MESSAGES.items():
        for name, text in texts.items():
            setattr(validator, name, text)


_speak_clearly()

# Names may hold any script, but nothing that moves the reader's eye: no control characters, no direction overrides.
PLAIN_TEXT = Pattern(
    r"^[^\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]*$",
    error=_("must not contain control characters or direction marks: type it anew"),
)

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def time_in_reach(value: datetime) -> None:
    """Refuse a time in which nobody plans; near the ends of the calendar a change of offset would overflow."""
    if not EARLIEST <= value < LATEST:
        raise ValidationError(
            _("must lie between the years 2000 and 2100, was {value}").format(value=value.isoformat())
        )


def day_in_reach(value: date) -> None:
    """Refuse a day in which nobody plans or works; near the ends of the calendar there is no day before or after."""
    time_in_reach(datetime.combine(value, time.min, UTC))


def filled(value: str) -> None:
    """Refuse a text of blanks."""
    if not value.strip():
        raise ValidationError(_("must not be empty: write what it says"))


__all__ = [
    "PLAIN_TEXT",
    "Pattern",
    "Schema",
    "ValidationError",
    "day_in_reach",
    "fields",
    "filled",
    "time_in_reach",
    "validate",
]
