"""Sync over HTTP."""

from __future__ import annotations

from typing import Any

from backend.sync import service
from backend.sync.schemas import SyncQuery
from backend.web.blueprint import Blueprint
from backend.web.contract_schemas import schema_of
from backend.web.principal import current_principal
from shared.contracts import SyncAnswer

blp = Blueprint("sync", __name__, description="What changed for this device")


@blp.route("/sync", action="sync.read", writes=True)
@blp.arguments(SyncQuery, location="query")
@blp.response(200, schema_of(SyncAnswer))
def read_changes(query: dict[str, Any]) -> SyncAnswer:
    """What this device must add, change and forget since its cursor."""
    return service.answer(current_principal(), query.get("cursor"))
