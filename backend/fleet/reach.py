"""Whose a vehicle or facility is: of one district, or, without a district, of the whole city."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa

from backend.accounts.policy import districts_for
from backend.accounts.service import require_district
from backend.errors import Invalid
from backend.web.principal import Principal
from shared.i18n import Message

_ = Message
Q = TypeVar("Q", bound=sa.Select[Any])


def within_reach(query: Q, district_id: Any, by: Principal, action: str) -> Q:
    """The query, narrowed to what belongs to the principal's districts or to the whole city."""
    allowed = districts_for(by, action)
    return query if allowed is None else query.where(sa.or_(district_id.is_(None), district_id.in_(allowed)))


def may_change(district_id: UUID | None, by: Principal, action: str) -> bool:
    """Whether the principal may change what belongs to a district; the whole city's takes who may act everywhere."""
    allowed = districts_for(by, action)
    return allowed is None or district_id in allowed


def require_home(district_id: UUID | None, by: Principal, action: str) -> UUID | None:
    """A district in which the principal may do the action, or None where it may act everywhere; else an error of the field."""
    if district_id is not None:
        return require_district(district_id, by, action)
    if districts_for(by, action) is not None:
        message = _("must be one of your districts: only who works in every district may leave it out")
        raise Invalid({"district_id": [message]})
    return None
