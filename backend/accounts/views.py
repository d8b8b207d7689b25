"""Accounts over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request
from flask_limiter.util import get_remote_address
from werkzeug.exceptions import HTTPException

from backend.accounts import schemas, service, sign_in, tokens
from backend.adapters import settings
from backend.clock import now
from backend.database import transaction
from backend.extensions import limiter
from backend.web.blueprint import PUBLIC, Blueprint
from backend.web.paging import PageQuery, page_schema
from backend.web.principal import current_principal
from backend.web.problems import problem
from backend.web.versions import check_if_match, etag
from shared.contracts import DecodeError, parse_json

blp = Blueprint("accounts", __name__, description="Signing in, users, devices, districts")

HTTP_OF = {"account-locked": 429, "device-taken": 409, "device-revoked": 409, "too-many-devices": 409}


def login_rate() -> str:
    """The limit on attempts, from the settings."""
    return settings().login_rate


def session_or_address() -> str:
    """Whose refreshes are counted together: a session's, for behind one address of an operator there are hundreds of phones."""
    try:
        body = parse_json(request.get_data(cache=True))
        if isinstance(body, dict) and isinstance(body.get("refresh_token"), str):
            return tokens.secret_hash(body["refresh_token"])
    except (DecodeError, UnicodeError, HTTPException):  # told when the body is read in earnest
        pass
    return get_remote_address()


def public_rate() -> str:
    """The limit on other requests without a principal, from the settings."""
    return settings().public_rate


def _answer(result: sign_in.Tokens | sign_in.Refused) -> sign_in.Tokens | Response:
    if isinstance(result, sign_in.Tokens):
        return result
    status = HTTP_OF.get(result.slug, 401)
    headers = {"Retry-After": str(result.retry_after_s)} if result.retry_after_s else {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return problem(status, result.slug, result.detail, headers=headers)


@blp.route("/auth/nonce", action=PUBLIC, methods=("POST",), own_transactions=True)
@limiter.limit(public_rate)
@blp.response(200, schemas.NonceAnswer)
def make_nonce() -> dict[str, Any]:
    """A fresh value for the device to sign."""
    nonce, expires_at = tokens.make_nonce(settings(), now())
    return {"nonce": nonce, "expires_at": expires_at}


@blp.route("/auth/login", action=PUBLIC, methods=("POST",), own_transactions=True, problems=(401,))
@limiter.limit(login_rate)
@blp.arguments(schemas.LoginRequest)
@blp.response(200, schemas.TokensAnswer)
def login(body: dict[str, Any]) -> Any:
    """Sign in on a device, which is registered on its first use."""
    with transaction(read_only=True):
        user = sign_in.find_by_login(body["login"])
        known_hash = user.password_hash if user else None
    fits = known_hash if sign_in.password_fits(known_hash, body["password"]) else None
    with transaction():
        result = sign_in.sign_in(
            body["login"],
            fits=fits,
            public_key=body["device_key"],
            device_name=body["device_name"],
            nonce=body["nonce"],
            signature=body["signature"],
        )
        return _answer(result)


@blp.route("/auth/refresh", action=PUBLIC, methods=("POST",), own_transactions=True, problems=(401,))
@limiter.limit(login_rate, key_func=session_or_address)
@blp.arguments(schemas.RefreshRequest)
@blp.response(200, schemas.TokensAnswer)
def refresh(body: dict[str, Any]) -> Any:
    """New tokens for a session of this device."""
    with transaction():
        return _answer(
            sign_in.refresh(body["refresh_token"], nonce=body["nonce"], signature=body["signature"])
        )


@blp.route("/auth/password", action=PUBLIC, methods=("POST",), own_transactions=True)
@limiter.limit(login_rate)
@blp.arguments(schemas.PasswordRequest)
@blp.response(200, schemas.UserSchema)
def set_password(body: dict[str, Any]) -> Any:
    """Set a password with an invitation or a reset code."""
    with transaction(read_only=True):
        service.user_of_code(body["code"])
    digest = service.hash_password(body["password"])
    with transaction():
        return service.set_password(body["code"], body["password"], digest)


@blp.route("/auth/logout", action="me.change", methods=("POST",))
@blp.response(204)
def logout() -> None:
    """End this session."""
    sign_in.sign_out(current_principal())


@blp.route("/auth/logout-everywhere", action="me.change", methods=("POST",))
@blp.response(200, schemas.SignedOut)
def logout_everywhere() -> dict[str, int]:
    """End every session of the caller."""
    principal = current_principal()
    return {"sessions": sign_in.sign_out_everywhere(principal.user_id, actor=principal.actor)}


@blp.route("/me", action="me.read")
@blp.response(200, schemas.MeSchema)
def read_me() -> Any:
    """Who the caller is."""
    return service.get_self(current_principal())


@blp.route("/me", action="me.change", methods=("PATCH",))
@blp.arguments(schemas.MeChange)
@blp.response(200, schemas.MeSchema)
def change_me(body: dict[str, Any]) -> Any:
    """Change one's own language."""
    return service.change_language(current_principal(), body["language"])


@blp.route("/users", action="users.read")
@blp.arguments(PageQuery, location="query")
@blp.response(200, page_schema(schemas.UserSchema))
def list_users(query: dict[str, Any]) -> Any:
    """Users in the caller's districts."""
    return service.list_users(current_principal(), cursor=query.get("cursor"), limit=query["limit"])


@blp.route("/users", action="users.change", methods=("POST",))
@blp.arguments(schemas.UserRequest)
@blp.response(201, schemas.CodeAnswer)
def invite_user(body: dict[str, Any]) -> dict[str, Any]:
    """Invite a member of staff; the answer holds the one-time code."""
    user, code = service.create_user(**body, actor=current_principal().actor)
    return {"code": code, "user": user}


@blp.route("/users/<uuid:user_id>", action="users.read")
@blp.response(200, schemas.UserSchema)
def read_user(user_id: UUID) -> Any:
    """One user."""
    user = service.get_user(user_id, current_principal())
    return user, 200, etag(user.version)


@blp.route("/users/<uuid:user_id>", action="users.change", methods=("PATCH",), problems=(412,))
@blp.arguments(schemas.UserChange)
@blp.response(200, schemas.UserSchema)
def change_user(body: dict[str, Any], user_id: UUID) -> Any:
    """Change a user's role or districts, or disable the account."""
    principal = current_principal()
    check_if_match(service.get_user(user_id, principal, lock=True).version)
    user = service.change_user(user_id, principal, **body)
    return user, 200, etag(user.version)


@blp.route("/users/<uuid:user_id>/password-reset", action="users.change", methods=("POST",))
@blp.response(201, schemas.CodeAnswer)
def reset_password(user_id: UUID) -> dict[str, Any]:
    """End a user's sessions and issue a code for a new password."""
    return {"code": service.reset_password(user_id, current_principal())}


@blp.route("/users/<uuid:user_id>/logout-everywhere", action="users.change", methods=("POST",))
@blp.response(200, schemas.SignedOut)
def logout_user(user_id: UUID) -> dict[str, int]:
    """End every session of a user."""
    principal = current_principal()
    user = service.get_user(user_id, principal)
    return {"sessions": sign_in.sign_out_everywhere(user.id, actor=principal.actor)}


@blp.route("/devices", action="devices.read")
@blp.arguments(PageQuery, location="query")
@blp.response(200, page_schema(schemas.DeviceSchema))
def list_devices(query: dict[str, Any]) -> Any:
    """One's own devices; everyone's for an administrator."""
    return service.list_devices(current_principal(), cursor=query.get("cursor"), limit=query["limit"])


@blp.route("/devices/<uuid:device_id>", action="devices.revoke", methods=("DELETE",))
@blp.response(204)
def revoke_device(device_id: UUID) -> None:
    """Revoke a device: its sessions end and its signatures count no more."""
    service.revoke_device(device_id, current_principal())


@blp.route("/districts", action="districts.read")
@blp.response(200, schemas.DistrictList)
def list_districts() -> dict[str, Any]:
    """The caller's districts."""
    return {"items": service.list_districts(current_principal())}


@blp.route("/districts", action="districts.change", methods=("POST",))
@blp.arguments(schemas.DistrictSchema)
@blp.response(201, schemas.DistrictSchema)
def create_district(body: dict[str, Any]) -> Any:
    """Add a district."""
    return service.create_district(**body, actor=current_principal().actor)


@blp.route("/districts/<uuid:district_id>", action="districts.change", methods=("PATCH",))
@blp.arguments(schemas.DistrictChange)
@blp.response(200, schemas.DistrictSchema)
def change_district(body: dict[str, Any], district_id: UUID) -> Any:
    """Set the district's days of rest, weekdays and holidays: from today on, or from an earlier day as a correction."""
    return service.change_calendar(district_id, current_principal(), **body)
