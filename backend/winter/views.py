"""Winter streets over HTTP: snowfalls, what a night needs, what lies to be hauled."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.adapters import settings
from backend.extensions import limiter
from backend.web.blueprint import PUBLIC, Blueprint
from backend.web.once import create_once
from backend.web.paging import Page, page_schema
from backend.web.principal import current_principal
from backend.web.versions import check_if_match, etag
from backend.winter import caring, piles, snowfalls, telling
from backend.winter.models import SnowfallRow
from backend.winter.needs import needs
from backend.winter.rules.sums import sums
from backend.winter.schemas.care import CareSchema, PriorityList, PriorityRequest
from backend.winter.schemas.needs import NeedList, NeedQuery, VolumeList, VolumeQuery
from backend.winter.schemas.piles import PileQuery, PileRequest, PileSchema
from backend.winter.schemas.snowfalls import (
    OneSnowfallSchema,
    SnowfallChange,
    SnowfallQuery,
    SnowfallRequest,
    SnowfallSchema,
)
from backend.winter.schemas.told import ToldList, ToldQuery
from backend.winter.volumes import volumes
from shared.geometry import Point
from shared.vocabulary import WinterWork

blp = Blueprint("winter", __name__, description="Streets in winter: snow, what is needed, what was done")


@blp.route("/winter/snowfalls", action="winter.read")
@blp.arguments(SnowfallQuery, location="query")
@blp.response(200, page_schema(SnowfallSchema))
def list_snowfalls(query: dict[str, Any]) -> Any:
    """Snowfalls of the caller's districts and of the whole city, the latest first."""
    return snowfalls.list_snowfalls(current_principal(), **query)


@blp.route("/winter/snowfalls", action="snowfalls.change", methods=("POST",))
@blp.arguments(SnowfallRequest)
@blp.response(201, OneSnowfallSchema)
def enter_snowfall(body: dict[str, Any]) -> Any:
    """Enter a snowfall."""
    return _one(snowfalls.create(current_principal(), **body), 201)


@blp.route("/winter/snowfalls/<uuid:snowfall_id>", action="winter.read")
@blp.response(200, OneSnowfallSchema)
def read_snowfall(snowfall_id: UUID) -> Any:
    """One snowfall with everything that was said of it."""
    return _one(snowfalls.get(snowfall_id, current_principal()))


@blp.route(
    "/winter/snowfalls/<uuid:snowfall_id>", action="snowfalls.change", methods=("PATCH",), problems=(412,)
)
@blp.arguments(SnowfallChange)
@blp.response(200, OneSnowfallSchema)
def correct_snowfall(body: dict[str, Any], snowfall_id: UUID) -> Any:
    """Correct a snowfall: what was said before stays readable as a version."""
    principal = current_principal()
    row = snowfalls.to_change(snowfall_id, principal)
    check_if_match(row.version)
    return _one(snowfalls.change(row, principal, **body))


@blp.route(
    "/winter/snowfalls/<uuid:snowfall_id>", action="snowfalls.change", methods=("DELETE",), problems=(412,)
)
@blp.response(204)
def withdraw_snowfall(snowfall_id: UUID) -> None:
    """Withdraw a snowfall that did not happen; it stays readable."""
    principal = current_principal()
    row = snowfalls.to_change(snowfall_id, principal)
    check_if_match(row.version)
    snowfalls.withdraw(row, principal)


@blp.route("/winter/needs", action="winter.read", problems=(409,))
@blp.arguments(NeedQuery, location="query")
@blp.response(200, NeedList)
def list_needs(query: dict[str, Any]) -> Any:
    """What the streets of the caller's districts need in a night: sums by work, priority and district, and pieces by urgency."""
    works = frozenset([query["work"]]) if "work" in query else frozenset(WinterWork)
    found = needs(
        current_principal(), night=query["night"], works=works, district_id=query.get("district_id")
    )
    return {
        "night": query["night"],
        "sums": sums(found),
        "total": len(found),
        "items": found[: query["limit"]],
    }


@blp.route("/winter/volumes", action="winter.read", problems=(409,))
@blp.arguments(VolumeQuery, location="query")
@blp.response(200, VolumeList)
def list_volumes(query: dict[str, Any]) -> Any:
    """Snow that lies to be hauled: by the model from depth, temperature, width and class, or as it was measured."""
    found = volumes(current_principal(), night=query["night"], district_id=query.get("district_id"))
    return {
        "night": query["night"],
        "total_m3": round(sum(each.volume_m3 for each in found), 1),
        "total": len(found),
        "items": found[: query["limit"]],
    }


@blp.route("/winter/care", action="winter.read")
@blp.response(200, CareSchema)
def read_care() -> Any:
    """The care table in force: what is done on streets of each class, until when by priority."""
    number, table = caring.care_table()
    return table, 200, etag(number)


@blp.route("/winter/care", action="winter.set", methods=("PUT",), problems=(412,), own_transactions=True)
@blp.arguments(CareSchema)
@blp.response(200, CareSchema)
def set_care(body: dict[str, Any]) -> Any:
    """Put a care table in force; classes and priorities that it leaves out are as in the defaults."""
    found: list[tuple[int, dict[str, Any]]] = []

    def set_once() -> None:
        check_if_match(caring.care_table()[0])
        found.append(caring.set_care(current_principal(), content=body))

    create_once(set_once)
    number, table = found[-1]
    return table, 200, etag(number)


@blp.route("/winter/priorities", action="winter.read")
@blp.response(200, PriorityList)
def list_priorities() -> Any:
    """Streets whose priority is not that of their class."""
    return {"items": caring.list_priorities()}


@blp.route("/winter/priorities", action="winter.set", methods=("PUT",), own_transactions=True)
@blp.arguments(PriorityRequest)
@blp.response(200, PriorityList)
def set_priority(body: dict[str, Any]) -> Any:
    """Give a street, or pieces of one, a priority of its own: hospital access, a bus route; null takes it away."""
    found: list[dict[str, Any] | None] = []
    create_once(lambda: found.append(caring.set_priority(current_principal(), **body)))
    return {"items": [] if found[-1] is None else [found[-1]]}


@blp.route("/winter/piles", action="winter.read")
@blp.arguments(PileQuery, location="query")
@blp.response(200, page_schema(PileSchema))
def list_piles(query: dict[str, Any]) -> Any:
    """Measured piles of snow, the newest first."""
    page = piles.list_piles(current_principal(), **query)
    return Page([piles.to_show(row) for row in page.items], page.next)


@blp.route(
    "/winter/piles/<uuid:pile_id>", action="snow_piles.measure", methods=("PUT",), own_transactions=True
)
@blp.arguments(PileRequest)
@blp.response(200, PileSchema)
def measure_pile(body: dict[str, Any], pile_id: UUID) -> Any:
    """A pile of snow as somebody measured it; it stands in the place of the model. The same again is answered as the first time."""
    shown: dict[str, Any] = {}
    create_once(lambda: shown.update(piles.to_show(piles.measure(current_principal(), pile_id, **body))))
    return shown


def public_rate() -> str:
    """The limit on questions from one address, from the settings."""
    return settings().public_rate


@blp.route("/winter/streets", action=PUBLIC, problems=(409,))
@limiter.limit(public_rate)
@blp.arguments(ToldQuery, location="query")
@blp.response(200, ToldList)
def tell_streets(query: dict[str, Any]) -> Any:
    """When streets were last cleared, gritted and hauled, and how they stand tonight; for anybody, without a login."""
    limit = query.pop("limit")
    if "name" in query:
        found = telling.pieces_of(query["name"], limit=limit)
    elif "lat" in query:
        found = telling.pieces_near(Point(**query), limit=limit)
    else:
        found = telling.pieces_in(**query, limit=limit)
    return {"attribution": telling.attribution(), "items": found}


def _one(row: SnowfallRow, status: int = 200) -> Any:
    shown = {name: getattr(row, name) for name in SnowfallSchema().fields}
    return shown | {"versions": snowfalls.versions(row)}, status, etag(row.version)
