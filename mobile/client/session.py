"""What a phone keeps while somebody is signed in."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from shared.contracts import DecodeError, decode, limits, parse_json
from shared.vocabulary import Language, Role

Contract = TypeVar("Contract")


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Who is signed in."""

    id: UUID = field(metadata=limits("The user"))
    login: str = field(metadata=limits(max_length=40))
    display_name: str = field(metadata=limits(max_length=200))
    role: Role = field(metadata=limits("What the user is to the city"))
    language: Language = field(metadata=limits("The language of answers"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """A session on this device; the access token is short-lived, the refresh token works only with the device's key."""

    access_token: str = field(metadata=limits(max_length=2000))
    expires_at: datetime = field(metadata=limits("End of the access token, by the server's clock"))
    refresh_token: str = field(metadata=limits(max_length=2000))
    device_id: UUID = field(metadata=limits("The id under which the server knows this device"))
    user: User = field(metadata=limits("Who is signed in"))


def read_tokens(body: bytes) -> Tokens:
    """The tokens in an answer; DecodeError when there are none."""
    said = _known(Tokens, parse_json(body))
    return decode(Tokens, {**said, "user": _known(User, said.get("user"))})


def read_user(body: bytes) -> User:
    """The user in an answer; DecodeError when there is none."""
    return decode(User, _known(User, parse_json(body)))


def _known(contract: type, value: object) -> dict[str, Any]:
    """The fields that the phone uses: an account may have more, and more over the years."""
    if not isinstance(value, dict):
        raise DecodeError([])
    return {each.name: value[each.name] for each in fields(contract) if each.name in value}
