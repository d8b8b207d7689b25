"""Who is asking. `web` knows nothing of accounts: create_app sets how a request is authenticated and what a role may do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Request, current_app, g

from backend.errors import NotAllowed, NotAuthenticated
from shared.i18n import DEFAULT_LANGUAGE, Message
from shared.vocabulary import Audience, Language, Role

_ = Message


@dataclass(frozen=True, kw_only=True)
class Principal:
    """The signed-in user behind a request, on one registered device."""

    user_id: UUID
    role: Role
    device_id: UUID
    session_id: UUID
    district_ids: frozenset[UUID] | None  # None: every district
    audiences: frozenset[Audience]  # which ledger entries the role may see
    expires_at: datetime  # of the access token: a live feed ends with it
    language: Language = DEFAULT_LANGUAGE

    @property
    def actor(self) -> str:
        """The opaque name that the ledger and the log know."""
        return f"user:{self.user_id}"

    def in_scope(self, district_id: UUID | None) -> bool:
        """Whether a district is one of the principal's; what has no district is everybody's."""
        return self.district_ids is None or district_id is None or district_id in self.district_ids


@dataclass(frozen=True)
class Gate:
    """The two questions `web` asks of accounts: who is this, and may the role do that."""

    authenticate: Callable[[Request], Principal | None]
    permits: Callable[[Role, str], bool]


def set_gate(app: object, gate: Gate) -> None:
    """Bind the application to its accounts; called once by create_app."""
    app.extensions["qala_gate"] = gate  # type: ignore[attr-defined]


def current_principal() -> Principal:
    """The principal of this request; endpoints with an action always have one."""
    principal: Principal | None = g.get("principal")
    if principal is None:
        raise NotAuthenticated(_("Sign in first: send «Authorization: Bearer …» with an access token."))
    return principal


def enter(request: Request, action: str) -> Principal:
    """Authenticate a request and check that the principal's role may do the action."""
    gate: Gate = current_app.extensions["qala_gate"]
    principal = gate.authenticate(request)
    if principal is None:
        raise NotAuthenticated(_("Sign in first: send «Authorization: Bearer …» with an access token."))
    g.principal = principal
    if not gate.permits(principal.role, action):
        raise NotAllowed(
            _("The role {role} may not do {action}; ask an administrator.").format(
                role=principal.role.value, action=action
            )
        )
    return principal
