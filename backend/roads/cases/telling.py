"""The ledger's entries of what happens to cases."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.clock import now
from backend.ledger.service import record
from backend.roads.cases.models import RoadCase
from shared.vocabulary import Audience

SYSTEM = "system"


def tell(kind: str, case: RoadCase, *, by: UUID | None, **facts: Any) -> None:
    """The ledger entry of something that happened to a case; None did it by itself."""
    record(
        kind,
        actor=SYSTEM if by is None else f"user:{by}",
        subject=f"case:{case.id}",
        at=now(),
        audience=Audience.OPERATIONS,
        district_id=case.district_id,
        version=case.version,
        **facts,
    )
