"""Signing in, staying signed in, signing out; and who is behind a request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import Request
from sqlalchemy.orm import joinedload

from backend.accounts import rules, tokens
from backend.accounts.models import Device, Session, User
from backend.accounts.policy import AUDIENCES
from backend.adapters import settings
from backend.clock import new_id, now
from backend.database import db, transaction
from backend.ledger.service import record
from backend.web.principal import Principal
from shared.i18n import Message
from shared.proofs import login_message, refresh_message
from shared.vocabulary import Audience, Role

_ = Message
HASHER = PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1)
# Unknown logins cost the same time as known ones. A constant: made anew it would cost every process as much at its start
NOBODYS_HASH = (
    "$argon2id$v=19$m=32768,t=3,p=1$xYHsQ93hikF7dNEJkyke6A$sV3mLkaZsEYmAPCWIoeWFP8Q0bLwknI99oivLoL40so"
)

BAD_PASSWORD = _("Login or password is wrong. After several failures in a row the account rests for a while.")
BAD_PROOF = _("The device's signature does not fit: sign the newest nonce with the key that you send.")
SIGN_IN_AGAIN = _("This session has ended: sign in again.")


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """What a device holds while it is signed in."""

    access_token: str
    expires_at: datetime
    refresh_token: str
    device_id: UUID
    user: User


@dataclass(frozen=True)
class Refused:
    """A sign-in that was not granted; a value, so that the failure it counts is committed."""

    detail: Message
    slug: str = "not-authenticated"
    retry_after_s: int | None = None


def password_fits(password_hash: str | None, password: str) -> bool:
    """Whether a password is the one behind a hash; takes as long when there is no hash. Call it outside a transaction."""
    try:
        HASHER.verify(password_hash or NOBODYS_HASH, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def find_by_login(login: str, *, lock: bool = False) -> User | None:
    """The user with a login name, locked and read anew if wished: parallel failures are counted one by one."""
    query = sa.select(User).where(User.login == login)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return db.session().scalar(query)


def sign_in(
    login: str, *, fits: str | None, public_key: str, device_name: str, nonce: str, signature: str
) -> Tokens | Refused:
    """Start a session on a device, registering the device on its first sign-in; failures are counted and lock the account.

    ``fits`` is the hash that the password was found to fit before this transaction, None if it fitted none.
    """
    moment = now()
    user = find_by_login(login, lock=True)
    if user is not None and user.locked_until and user.locked_until > moment:
        wait_s = int((user.locked_until - moment).total_seconds()) + 1
        minutes = -(-wait_s // 60)
        detail = _(
            "Too many failures: this account rests for {minutes} min more; an administrator can reset its password."
        )
        return Refused(detail.format(minutes=minutes), "account-locked", wait_s)
    if user is None or fits is None or fits != user.password_hash:  # it may have been reset a moment ago
        if user is not None:
            _count_failure(user, moment)
        return Refused(BAD_PASSWORD)
    if user.disabled_at is not None:
        return Refused(_("This account is disabled: ask an administrator."), "account-disabled")
    asked_at = tokens.nonce_time(settings(), nonce, moment)
    if asked_at is None or not rules.signed_by(public_key, signature, login_message(login, nonce)):
        return Refused(BAD_PROOF, "bad-device-proof")
    device = _device_for(user, public_key, device_name, moment)
    if isinstance(device, Refused):
        return device
    later = sa.select(Session.id).where(Session.device_id == device.id, Session.started_at > asked_at)
    # This nonce, or a newer one, has served: somebody repeats what was overheard
    if db.session().scalar(later.limit(1)):
        return Refused(BAD_PROOF, "bad-device-proof")
    user.failures, user.locked_until = 0, None
    return _start_session(user, device, moment)


def refresh(refresh_token: str, *, nonce: str, signature: str) -> Tokens | Refused:
    """New tokens for a session. The token before the newest still works, for a phone may lose the answer that carried it."""
    moment = now()
    digest = tokens.secret_hash(refresh_token)
    session = db.session().scalar(
        sa.select(Session)
        .where(sa.or_(Session.refresh_hash == digest, Session.previous_hash == digest))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if (
        session is None
        or session.ended_at
        or session.expires_at <= moment
        or session.device.revoked_at
        or session.user.disabled_at
    ):
        return Refused(SIGN_IN_AGAIN, "session-ended")
    asked_at = tokens.nonce_time(settings(), nonce, moment)
    if asked_at is None or not rules.signed_by(
        session.device.public_key, signature, refresh_message(refresh_token, nonce)
    ):
        return Refused(BAD_PROOF, "bad-device-proof")
    refreshed_at = session.expires_at - timedelta(days=settings().refresh_token_days)
    # The same nonce again, or an older one
    if session.previous_hash == digest and asked_at < refreshed_at <= moment:
        return Refused(BAD_PROOF, "bad-device-proof")
    secret = tokens.new_secret()
    session.previous_hash, session.refresh_hash = digest, tokens.secret_hash(secret)
    session.expires_at = moment + timedelta(days=settings().refresh_token_days)
    return _tokens(session, secret, moment)


def sign_out(by: Principal) -> None:
    """End the session behind a request."""
    moment = now()
    _end_sessions(Session.id == by.session_id, moment)
    record(
        "session.ended",
        actor=by.actor,
        subject=f"session:{by.session_id}",
        at=moment,
        audience=Audience.ADMINISTRATION,
    )


def sign_out_everywhere(user_id: UUID, *, actor: str) -> int:
    """End every session of a user; returns how many there were."""
    moment = now()
    ended = _end_sessions(Session.user_id == user_id, moment)
    record(
        "user.logged_out_everywhere",
        actor=actor,
        subject=f"user:{user_id}",
        at=moment,
        audience=Audience.ADMINISTRATION,
        sessions=ended,
    )
    return ended


def end_sessions_of_device(device_id: UUID, moment: datetime) -> None:
    """End every session on a device."""
    _end_sessions(Session.device_id == device_id, moment)


def authenticate(request: Request) -> Principal | None:
    """Who is behind a request; its session, device and user are looked up each time, so a revocation works at once."""
    kind, _space, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        return None
    moment = now()
    claims = tokens.read_token(settings(), token.strip(), tokens.ACCESS, moment)
    if claims is None:
        return None
    with transaction(read_only=True) as session:
        row = session.get(
            Session,
            UUID(claims["sid"]),
            options=[joinedload(Session.device), joinedload(Session.user).joinedload(User.districts)],
        )
        if (
            row is None
            or row.ended_at
            or row.expires_at <= moment
            or row.device.revoked_at
            or row.user.disabled_at
        ):
            return None
        return principal_of(row.user, row, datetime.fromtimestamp(claims["exp"], moment.tzinfo))


def principal_of(user: User, session: Session, expires_at: datetime) -> Principal:
    """The principal of a session."""
    everywhere = user.role is Role.ADMINISTRATOR
    return Principal(
        user_id=user.id,
        role=user.role,
        device_id=session.device_id,
        session_id=session.id,
        district_ids=None if everywhere else frozenset(district.id for district in user.districts),
        audiences=AUDIENCES[user.role],
        expires_at=expires_at,
        language=user.language,
    )


def _count_failure(user: User, moment: datetime) -> None:
    user.failures += 1
    user.locked_until = rules.lock_until(
        user.failures, settings().login_failures_max, timedelta(minutes=settings().lockout_minutes), moment
    )
    if user.locked_until is not None:
        record(
            "user.locked",
            actor="system",
            subject=f"user:{user.id}",
            at=moment,
            audience=Audience.ADMINISTRATION,
            failures=user.failures,
            until=user.locked_until.isoformat(),
        )


def _device_for(user: User, public_key: str, name: str, moment: datetime) -> Device | Refused:
    device = db.session().scalar(sa.select(Device).where(Device.public_key == public_key))
    if device is not None:
        if device.user_id != user.id:
            return Refused(
                _("This device is registered to somebody else: an administrator must revoke it there first."),
                "device-taken",
            )
        if device.revoked_at is not None:
            return Refused(
                _(
                    "This device was revoked: sign in with a new key, and ask an administrator if you did not expect this."
                ),
                "device-revoked",
            )
        return device
    held = db.session().scalar(
        sa.select(sa.func.count())
        .select_from(Device)
        .where(Device.user_id == user.id, Device.revoked_at.is_(None))
    )
    if (held or 0) >= settings().devices_per_user_max:
        detail = _(
            "You have {count} registered devices, which is the most there may be: revoke one that you no longer use."
        )
        return Refused(detail.format(count=held), "too-many-devices")
    device = Device(id=new_id(), user_id=user.id, public_key=public_key, name=name, registered_at=moment)
    db.session().add(device)
    record(
        "device.registered",
        actor=f"user:{user.id}",
        subject=f"device:{device.id}",
        at=moment,
        audience=Audience.ADMINISTRATION,
        public_key=public_key,
    )
    return device


def _start_session(user: User, device: Device, moment: datetime) -> Tokens:
    secret = tokens.new_secret()
    session = Session(
        id=new_id(),
        user_id=user.id,
        device_id=device.id,
        refresh_hash=tokens.secret_hash(secret),
        started_at=moment,
        expires_at=moment + timedelta(days=settings().refresh_token_days),
        user=user,
        device=device,
    )
    db.session().add(session)
    record(
        "session.started",
        actor=f"user:{user.id}",
        subject=f"session:{session.id}",
        at=moment,
        audience=Audience.ADMINISTRATION,
    )
    return _tokens(session, secret, moment)


def _tokens(session: Session, secret: str, moment: datetime) -> Tokens:
    access, expires_at = tokens.make_access_token(
        settings(), session_id=session.id, device_id=session.device_id, now=moment
    )
    return Tokens(
        access_token=access,
        expires_at=expires_at,
        refresh_token=secret,
        device_id=session.device_id,
        user=session.user,
    )


def _end_sessions(which: sa.ColumnElement[bool], moment: datetime) -> int:
    result = db.session().execute(
        sa.update(Session).where(which, Session.ended_at.is_(None)).values(ended_at=moment)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]
