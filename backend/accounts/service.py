"""Users, districts and devices: the accounts' face to other features (signing in lives in `sign_in`)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.accounts import rules, tokens
from backend.accounts.calendars import Calendar as Calendar
from backend.accounts.calendars import CalendarHistory as CalendarHistory
from backend.accounts.calendars import begin_calendar
from backend.accounts.calendars import calendar_history as calendar_history
from backend.accounts.calendars import calendar_of as calendar_of
from backend.accounts.calendars import change_calendar as change_calendar
from backend.accounts.calendars import follow_calendar as follow_calendar
from backend.accounts.calendars import local_day as local_day
from backend.accounts.models import Device, District, OneTimeCode, User, user_districts
from backend.accounts.policy import districts_for, owns_only
from backend.accounts.sign_in import HASHER, end_sessions_of_device, find_by_login, sign_out_everywhere
from backend.adapters import settings
from backend.clock import new_id, now
from backend.database import db
from backend.errors import Conflict, Invalid, NotFound
from backend.ledger.service import record
from backend.web.paging import Page, paginate
from backend.web.principal import Principal
from shared.i18n import DEFAULT_LANGUAGE, Message
from shared.vocabulary import Audience, Language, Role

_ = Message


def create_district(code: str, *, name_ru: str, name_kk: str, name_en: str, actor: str) -> District:
    """Add a part of the city."""
    if db.session().scalar(sa.select(District.id).where(District.code == code)):
        raise Conflict(_("There is a district with the code {code} already.").format(code=code))
    district = District(id=new_id(), code=code, name_ru=name_ru, name_kk=name_kk, name_en=name_en)
    db.session().add(district)
    db.session().flush()  # the answer shows the columns' defaults
    begin_calendar(district)
    record(
        "district.created",
        actor=actor,
        subject=f"district:{district.id}",
        at=now(),
        audience=Audience.OPERATIONS,
        district_id=district.id,
        code=code,
    )
    return district


def list_districts(by: Principal) -> list[District]:
    """The districts that a principal works in."""
    query = sa.select(District).order_by(District.code)
    allowed = districts_for(by, "districts.read")
    return list(db.session().scalars(query if allowed is None else query.where(District.id.in_(allowed))))


def district_of_code(code: str) -> UUID | None:
    """The id of the district with a code."""
    return db.session().scalar(sa.select(District.id).where(District.code == code))


def require_district(district_id: UUID, by: Principal, action: str, field: str = "district_id") -> UUID:
    """A district in which the principal may do the action; anything else is an error of the field."""
    allowed = districts_for(by, action)
    known = db.session().get(District, district_id) is not None
    if not known or (allowed is not None and district_id not in allowed):
        raise Invalid(
            {
                field: [
                    _("must be one of your districts, was {value}; see /districts").format(
                        value=str(district_id)
                    )
                ]
            }
        )
    return district_id


def create_user(
    *,
    login: str,
    display_name: str,
    role: Role,
    district_ids: Iterable[UUID],
    actor: str,
    language: Language = DEFAULT_LANGUAGE,
) -> tuple[User, str]:
    """Invite a member of staff; returns the user and the one-time code with which the password is set."""
    if not rules.LOGIN_PATTERN.fullmatch(login):
        raise Invalid(
            {
                "login": [
                    _("must be 3 to 40 of a-z, 0-9, dot, dash and underscore, was {value}").format(
                        value=login
                    )
                ]
            }
        )
    if find_by_login(login) is not None:
        raise Conflict(_("The login {login} is taken: choose another.").format(login=login))
    user = User(
        id=new_id(),
        login=login,
        display_name=display_name,
        role=role,
        language=language,
        created_at=now(),
        districts=_districts(district_ids),
    )
    db.session().add(user)
    db.session().flush()
    record(
        "user.invited",
        actor=actor,
        subject=f"user:{user.id}",
        at=now(),
        audience=Audience.ADMINISTRATION,
        role=role.value,
    )
    return user, _issue_code(user)


def change_user(
    user_id: UUID,
    by: Principal,
    *,
    role: Role | None = None,
    district_ids: Iterable[UUID] | None = None,
    disabled: bool | None = None,
) -> User:
    """Change what a user is, at once in every session; who is disabled is signed out, and stays so when let in again."""
    user = get_user(user_id, by)
    if user.id == by.user_id and (disabled or (role is not None and role is not Role.ADMINISTRATOR)):
        raise Conflict(_("You cannot take your own administration away: ask another administrator."))
    changed: dict[str, Any] = {}
    if role is not None and role is not user.role:
        user.role = role
        changed["role"] = role.value
    if district_ids is not None:
        user.districts = _districts(district_ids)
        changed["district_ids"] = sorted(str(district.id) for district in user.districts)
    if disabled is not None and disabled != (user.disabled_at is not None):
        user.disabled_at = now() if disabled else None
        changed["disabled"] = disabled
        if disabled:
            sign_out_everywhere(user.id, actor=by.actor)
    if changed:
        user.version += 1
        kind = "user.disabled" if changed.get("disabled") else "user.changed"
        record(
            kind,
            actor=by.actor,
            subject=f"user:{user.id}",
            at=now(),
            audience=Audience.ADMINISTRATION,
            **changed,
        )
    return user


def reset_password(user_id: UUID, by: Principal) -> str:
    """End a user's sessions and unlock the account; returns the one-time code for a new password."""
    user = get_user(user_id, by, lock=True)
    user.password_hash, user.failures, user.locked_until = None, 0, None
    sign_out_everywhere(user.id, actor=by.actor)
    record(
        "user.password_reset",
        actor=by.actor,
        subject=f"user:{user.id}",
        at=now(),
        audience=Audience.ADMINISTRATION,
    )
    return _issue_code(user)


def user_of_code(code: str, *, lock: bool = False) -> User:
    """The user whose password a one-time code sets; with a lock the code cannot be spent twice at once."""
    query = sa.select(OneTimeCode).where(OneTimeCode.code_hash == tokens.secret_hash(code))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = db.session().scalar(query)
    if row is None or row.used_at is not None or row.expires_at <= now() or row.user.disabled_at is not None:
        raise Invalid({"code": [_("is unknown, used or too old: ask an administrator for a new one")]})
    return row.user


def set_password(code: str, password: str, password_hash: str) -> User:
    """Spend a one-time code on a password, whose hash was made outside the transaction."""
    user = user_of_code(code, lock=True)
    flaws = rules.password_flaws(password, user.login)
    if flaws:
        raise Invalid({"password": flaws})
    user.password_hash, user.failures, user.locked_until = password_hash, 0, None
    db.session().execute(
        sa.update(OneTimeCode)
        .where(OneTimeCode.user_id == user.id, OneTimeCode.used_at.is_(None))
        .values(used_at=now())
    )
    record(
        "user.password_set",
        actor=f"user:{user.id}",
        subject=f"user:{user.id}",
        at=now(),
        audience=Audience.ADMINISTRATION,
    )
    return user


def hash_password(password: str) -> str:
    """Argon2id; call it outside a transaction, it takes its time."""
    return HASHER.hash(password)


def change_language(by: Principal, language: Language) -> User:
    """Set the language in which a user is answered."""
    user = get_self(by)
    user.language = language
    return user


def get_self(by: Principal) -> User:
    """The user behind a principal."""
    user = db.session().get(User, by.user_id)
    if user is None:
        raise NotFound(_("user"), by.user_id)
    return user


def get_user(user_id: UUID, by: Principal, *, lock: bool = False) -> User:
    """A user whom the principal may see; locked until the transaction ends if wished."""
    user = db.session().get(User, user_id, with_for_update=lock, populate_existing=lock)
    allowed = districts_for(by, "users.read")
    if user is None or (allowed is not None and not allowed & {district.id for district in user.districts}):
        raise NotFound(_("user"), user_id)
    return user


def list_users(by: Principal, *, cursor: str | None, limit: int) -> Page:
    """Users in the principal's districts."""
    query = sa.select(User)
    allowed = districts_for(by, "users.read")
    if allowed is not None:
        query = query.where(
            User.id.in_(sa.select(user_districts.c.user_id).where(user_districts.c.district_id.in_(allowed)))
        )
    return paginate(query, User.created_at, User.id, cursor=cursor, limit=limit)


def staff_in_district(user_ids: Iterable[UUID], district_id: UUID, *, lock: bool = False) -> dict[UUID, User]:
    """Those of the users who are active and work in a district (administrators do everywhere); locked until the transaction ends if wished."""
    query = sa.select(User).where(User.id.in_(list(user_ids)), User.disabled_at.is_(None))
    if lock:  # rows that name them may still be written meanwhile
        query = query.order_by(User.id).with_for_update(key_share=True)
    return {
        user.id: user
        for user in db.session().scalars(query)
        if user.role is Role.ADMINISTRATOR or district_id in {district.id for district in user.districts}
    }


def id_of_login(login: str) -> UUID | None:
    """Who has a login name, None when nobody has; whether they may do what they are named for is asked elsewhere."""
    user = find_by_login(login)
    return None if user is None else user.id


def signed_by_device(device_id: UUID, signature: str, message: bytes) -> bool:
    """Whether a base64 signature over a message was made by a device that has not been revoked."""
    key = db.session().scalar(
        sa.select(Device.public_key).where(Device.id == device_id, Device.revoked_at.is_(None))
    )
    return key is not None and rules.signed_by(key, signature, message)


def list_devices(by: Principal, *, cursor: str | None, limit: int) -> Page:
    """Devices: one's own, or everyone's for an administrator."""
    query = sa.select(Device)
    if owns_only(by, "devices.read"):
        query = query.where(Device.user_id == by.user_id)
    return paginate(query, Device.registered_at, Device.id, cursor=cursor, limit=limit)


def revoke_device(device_id: UUID, by: Principal) -> None:
    """Refuse everything that a device signs from now on."""
    device = db.session().get(Device, device_id)
    if device is None or (owns_only(by, "devices.revoke") and device.user_id != by.user_id):
        raise NotFound(_("device"), device_id)
    if device.revoked_at is not None:
        return
    device.revoked_at = now()
    end_sessions_of_device(device.id, device.revoked_at)
    record(
        "device.revoked",
        actor=by.actor,
        subject=f"device:{device.id}",
        at=device.revoked_at,
        audience=Audience.ADMINISTRATION,
    )


def _districts(district_ids: Iterable[UUID]) -> list[District]:
    wished = set(district_ids)
    found = list(db.session().scalars(sa.select(District).where(District.id.in_(wished))))
    missing = wished - {district.id for district in found}
    if missing:
        value = ", ".join(sorted(map(str, missing)))
        raise Invalid(
            {
                "district_ids": [
                    _("must name districts that exist, was {value}; see /districts").format(value=value)
                ]
            }
        )
    return found


def _issue_code(user: User) -> str:
    code = tokens.new_secret()
    db.session().execute(
        sa.update(OneTimeCode)
        .where(OneTimeCode.user_id == user.id, OneTimeCode.used_at.is_(None))
        .values(used_at=now())
    )
    db.session().add(
        OneTimeCode(
            id=new_id(),
            user_id=user.id,
            code_hash=tokens.secret_hash(code),
            expires_at=now() + timedelta(hours=settings().code_hours),
        )
    )
    return code
