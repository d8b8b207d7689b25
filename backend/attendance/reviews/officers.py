"""Who else may decide: a bar that leaves nobody must say whom to turn to."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from backend.accounts import service as accounts
from backend.accounts.policy import Scope, scope_of
from backend.attendance.reviews import words
from backend.attendance.reviews.rules import Bar
from backend.errors import Conflict, DomainError, NotAllowed
from backend.web.principal import Principal
from shared.i18n import Message

STAFF_MOST = 1000
OF_THE_OFFICER = (
    Bar.CAPTURED_IT,
    Bar.INVOLVED,
    Bar.FILED_IT,
)  # another officer may; the other bars hold for everybody


class Officers:
    """The staff that a principal may see, read when first asked for; made anew for each request."""

    def __init__(self, by: Principal, action: str) -> None:
        self.by = by
        self.action = action
        self._staff: list[Any] | None = None

    def explain(self, why: Bar | None, district_id: UUID, barred: Collection[UUID]) -> Message | None:
        """Why the principal may not decide; names the administrator when no officer of the district is left."""
        if why is None:
            return None
        if why not in OF_THE_OFFICER or self._other(district_id, barred):
            return words.bar(why)
        everywhere = scope_of(self.by.role, self.action) is Scope.ALL
        return words.bar(why, words.NOBODY_AT_ALL if everywhere else words.NOBODY_LEFT)

    def refuse(self, why: Bar | None, district_id: UUID, barred: Collection[UUID]) -> None:
        """Raise what the principal is told: NotAllowed where another may, Conflict where nobody may (any more)."""
        text = self.explain(why, district_id, barred)
        if text is None:
            return
        error: type[DomainError] = NotAllowed if why in OF_THE_OFFICER else Conflict
        raise error(text)

    def _other(self, district_id: UUID, barred: Collection[UUID]) -> bool:
        if self._staff is None:
            self._staff = list(accounts.list_users(self.by, cursor=None, limit=STAFF_MOST).items)
        return any(self._may(user, district_id) for user in self._staff if user.id not in barred)

    def _may(self, user: Any, district_id: UUID) -> bool:
        if user.disabled_at is not None:
            return False
        scope = scope_of(user.role, self.action)
        return scope is Scope.ALL or (
            scope is Scope.DISTRICT and district_id in {district.id for district in user.districts}
        )
