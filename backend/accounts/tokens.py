"""Access tokens, login nonces and one-time secrets: how they are made and read. Refresh tokens are opaque and kept hashed."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt

from backend.config import Settings

ALGORITHM = "HS256"
NONCE_LIFE = timedelta(minutes=3)
ACCESS, NONCE = "access", "nonce"


def new_secret() -> str:
    """An unguessable opaque token."""
    return secrets.token_urlsafe(32)


def secret_hash(secret: str) -> str:
    """What the database keeps of an opaque token."""
    return hashlib.sha256(secret.encode()).hexdigest()


def make_access_token(
    settings: Settings, *, session_id: UUID, device_id: UUID, now: datetime
) -> tuple[str, datetime]:
    """A signed token that names a session and its device, and when it ends."""
    expires_at = now + timedelta(minutes=settings.access_token_minutes)
    claims = {"use": ACCESS, "sid": str(session_id), "dev": str(device_id), "iat": now, "exp": expires_at}
    return jwt.encode(claims, settings.secret_bytes("secret_key"), ALGORITHM), expires_at


def make_nonce(settings: Settings, now: datetime) -> tuple[str, datetime]:
    """A value for a device to sign, good for a few minutes; the server keeps nothing."""
    expires_at = now + NONCE_LIFE
    claims = {"use": NONCE, "jti": secrets.token_urlsafe(12), "at": now.isoformat(), "exp": expires_at}
    return jwt.encode(claims, settings.secret_bytes("secret_key"), ALGORITHM), expires_at


def nonce_time(settings: Settings, nonce: str, now: datetime) -> datetime | None:
    """When a nonce of ours that is still good was made, else None."""
    claims = read_token(settings, nonce, NONCE, now)
    return None if claims is None else datetime.fromisoformat(claims["at"])


def read_token(settings: Settings, token: str, use: str, now: datetime) -> dict[str, Any] | None:
    """The claims of a token of ours that is still good for this use, else None."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            settings.secret_bytes("secret_key"),
            [ALGORITHM],
            options={"verify_exp": False, "verify_iat": False, "require": ["exp", "use"]},
        )
    except jwt.InvalidTokenError:
        return None
    if claims["use"] != use or datetime.fromtimestamp(claims["exp"], UTC) <= now:
        return None
    return claims
