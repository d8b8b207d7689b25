"""What makes a password, a login name and a device key good, and when an account rests. Pure."""

from __future__ import annotations

import base64
import re
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from shared.i18n import Message

_ = Message

PASSWORD_MIN, PASSWORD_MAX = 10, 200
LOGIN_PATTERN = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")
LOCKOUT_MAX = timedelta(days=1)
FIELD = 2**255 - 19  # Curve25519's
ORDER_8_Y = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826  # a root of d·y⁴ + 2·y² = 1
# The 8 points of small order, whose «signatures» fit anything
SMALL_ORDER_Y = frozenset({0, 1, FIELD - 1, ORDER_8_Y, FIELD - ORDER_8_Y})
COMMON = frozenset(
    {"1234567890", "0123456789", "qwertyuiop", "password12", "password123", "qazwsxedcrfv", "йцукенгшщз"}
)


def password_flaws(password: str, login: str) -> list[Message]:
    """What is wrong with a new password; empty when it will do (NIST SP 800-63B: length, not composition)."""
    flaws = []
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        flaws.append(
            _("must be {min} to {max} characters long, was {count}").format(
                min=PASSWORD_MIN, max=PASSWORD_MAX, count=len(password)
            )
        )
    if len(set(password)) < 5 or password.lower() in COMMON:
        flaws.append(_("is too easy to guess; take a few unrelated words"))
    if login and login in password.lower():
        flaws.append(_("must not contain the login name"))
    return flaws


def lock_until(failures: int, failures_max: int, lockout: timedelta, now: datetime) -> datetime | None:
    """Until when an account rests after so many failures in a row; each further full round doubles the rest."""
    if failures == 0 or failures % failures_max != 0:
        return None
    rounds = failures // failures_max
    doubled: timedelta = lockout * 2 ** min(rounds - 1, 10)
    return now + min(LOCKOUT_MAX, doubled)


def device_key(text: str) -> Ed25519PublicKey | None:
    """The Ed25519 public key in base64 text (32 bytes), or None; a point of small order is no key: anybody signs for it."""
    try:
        raw = base64.b64decode(text, validate=True)
        if base64.b64encode(raw).decode() != text:  # one key in two spellings would pass for two devices
            return None
        y = int.from_bytes(raw, "little") % 2**255  # the last bit is the sign of x
        return None if y % FIELD in SMALL_ORDER_Y else Ed25519PublicKey.from_public_bytes(raw)
    except ValueError:
        return None


def signed_by(public_key: str, signature: str, message: bytes) -> bool:
    """Whether a base64 signature over a message was made with a device's key."""
    key = device_key(public_key)
    if key is None:
        return False
    try:
        key.verify(base64.b64decode(signature, validate=True), message)
    except (InvalidSignature, ValueError):
        return False
    return True
