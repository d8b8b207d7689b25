"""Container sites: entering and changing them, what is expected in them, and when they were last emptied.

Planners call ``needs(by, at=…)``; whoever empties calls ``record_emptying``. How full a camera sees a site to be will
enter through ``rules.last_known`` as a reading, and change what ``needs`` expects.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from backend.accounts.policy import districts_for
from backend.accounts.service import require_district
from backend.adapters import settings
from backend.clock import new_id, now
from backend.containers import rules
from backend.containers.emptyings import last_emptying as last_emptying
from backend.containers.emptyings import record_emptying as record_emptying
from backend.containers.emptyings import withdraw_emptying as withdraw_emptying
from backend.containers.models import ContainerSite
from backend.containers.rules import Containers as Containers
from backend.containers.rules import Fill as Fill
from backend.containers.rules import SiteFacts as SiteFacts
from backend.containers.rules import SiteNeed as SiteNeed
from backend.database import db
from backend.errors import Conflict, Invalid, NotFound
from backend.ledger.service import record
from backend.web.paging import Page, paginate
from backend.web.places import place_errors
from backend.web.principal import Principal
from shared.geometry import Point
from shared.i18n import Message
from shared.vocabulary import Audience, ContainerType

_ = Message
TEXTS = ("code", "address", "access_note")


def create(by: Principal, *, district_id: UUID, place: Point, **values: Any) -> ContainerSite:
    """Enter a site; Invalid names what is wrong."""
    require_district(district_id, by, "containers.change")
    site_id, moment = new_id(), now()
    _require_sound(site_id, values, place)
    site = ContainerSite(
        id=site_id,
        district_id=district_id,
        lat=place.lat,
        lon=place.lon,
        created_at=moment,
        changed_at=moment,
        version=1,
        **_as_stored(values),
    )
    db.session().add(site)
    db.session().flush()
    _record("container_site.created", site, by)
    return site


def to_change(site_id: UUID, by: Principal) -> ContainerSite:
    """A site that the principal may change, locked until the transaction ends."""
    return _find(site_id, by, "containers.change", lock=True)


def change(site: ContainerSite, by: Principal, **wished: Any) -> ContainerSite:
    """Change a site; what stays the same is no change."""
    if site.archived_at is not None:
        raise Conflict(_("This container site is archived and cannot be changed: enter a new one."))
    if "district_id" in wished:
        require_district(wished["district_id"], by, "containers.change")
    place = wished.pop("place", site.place)
    _require_sound(site.id, wished, place)
    stored = _as_stored(wished) | {"lat": place.lat, "lon": place.lon}
    changed = sorted(name for name, value in stored.items() if getattr(site, name) != value)
    if changed:
        for name in changed:
            setattr(site, name, stored[name])
        _touch(site)
        _record("container_site.changed", site, by, fields=changed)
    return site


def archive(site: ContainerSite, by: Principal) -> None:
    """Take a site out of use; routes that name it keep it. Once more changes nothing."""
    if site.archived_at is None:
        site.archived_at = now()
        _touch(site)
        _record("container_site.archived", site, by)


def get(site_id: UUID, by: Principal) -> ContainerSite:
    """A site of the principal's districts."""
    return _find(site_id, by, "containers.read")


def list_sites(
    by: Principal,
    *,
    code: str | None = None,
    district_id: UUID | None = None,
    type: ContainerType | None = None,
    emptied_before: datetime | None = None,
    cursor: str | None = None,
    limit: int,
) -> Page:
    """Sites in use, newest first."""
    query = in_use(by)
    if code is not None:
        query = query.where(ContainerSite.code == code.strip())
    if district_id is not None:
        query = query.where(ContainerSite.district_id == district_id)
    if type is not None:
        query = query.where(sa.cast(ContainerSite.containers, sa.Text).contains(f'"{type.value}"'))
    if emptied_before is not None:
        never = ContainerSite.emptied_at.is_(None)
        query = query.where(sa.or_(never, ContainerSite.emptied_at < emptied_before))
    return paginate(query, ContainerSite.created_at, ContainerSite.id, cursor=cursor, limit=limit)


def needs(
    by: Principal,
    *,
    at: datetime | None = None,
    district_id: UUID | None = None,
    site_ids: Collection[UUID] | None = None,
) -> list[SiteNeed]:
    """Every site in use that the principal sees, or those named, with what is expected in it at a moment (now); by code."""
    query = in_use(by).order_by(ContainerSite.code)
    if district_id is not None:
        query = query.where(ContainerSite.district_id == district_id)
    if site_ids is not None:
        query = query.where(ContainerSite.id.in_(list(site_ids)))
    return [need_of(site, at) for site in db.session().scalars(query)]


def need_of(site: ContainerSite, at: datetime | None = None) -> SiteNeed:
    """A site with what is expected in it at a moment (now)."""
    moment, facts = at or now(), facts_of(site)
    known = rules.last_known(
        facts.emptied_at, at=moment, unknown=timedelta(days=settings().container_unknown_days)
    )
    zone = ZoneInfo(settings().time_zone)
    fill = rules.expected(known, facts.demand_m3, facts.demand_kg, at=moment, zone=zone)
    return SiteNeed(site=facts, fill=fill)


def facts_of(site: ContainerSite) -> SiteFacts:
    """A row as planners see it."""
    return SiteFacts(
        id=site.id,
        district_id=site.district_id,
        code=site.code,
        address=site.address,
        access_note=site.access_note,
        place=site.place,
        containers=containers_of(site.containers),
        demand_m3=tuple(site.demand_m3),
        demand_kg=tuple(site.demand_kg),
        service_min=site.service_min,
        hours=None if site.hours is None else tuple(tuple(each) for each in site.hours),
        max_gross_t=site.max_gross_t,
        max_height_m=site.max_height_m,
        max_width_m=site.max_width_m,
        priority=site.priority,
        emptied_at=site.emptied_at,
    )


def containers_of(stored: list[Any]) -> tuple[Containers, ...]:
    """Containers as a row keeps them."""
    return tuple(Containers(ContainerType(each["type"]), each["count"], each["volume_m3"]) for each in stored)


def in_use(by: Principal) -> sa.Select[ContainerSite]:
    """Sites in use that the principal sees."""
    return _in_scope(
        sa.select(ContainerSite).where(ContainerSite.archived_at.is_(None)), by, "containers.read"
    )


def by_code() -> dict[str, ContainerSite]:
    """Every site in use, whoever may see it: a code is given once in the city."""
    query = sa.select(ContainerSite).where(ContainerSite.archived_at.is_(None))
    return {site.code: site for site in db.session().scalars(query)}


def may_change(site: ContainerSite, by: Principal) -> bool:
    """Whether the principal may change a site."""
    allowed = districts_for(by, "containers.change")
    return allowed is None or site.district_id in allowed


def check(values: Mapping[str, Any], by: Principal, site: ContainerSite | None = None) -> None:
    """Invalid when ``values`` make no sound new site, or no sound change of one; nothing is written."""
    if "district_id" in values:
        require_district(values["district_id"], by, "containers.change")
    place = values["place"] if site is None else values.get("place", site.place)
    _require_sound(new_id() if site is None else site.id, values, place)


def _in_scope(query: sa.Select[ContainerSite], by: Principal, action: str) -> sa.Select[ContainerSite]:
    allowed = districts_for(by, action)
    return query if allowed is None else query.where(ContainerSite.district_id.in_(allowed))


def _find(site_id: UUID, by: Principal, action: str, *, lock: bool = False) -> ContainerSite:
    query = _in_scope(sa.select(ContainerSite).where(ContainerSite.id == site_id), by, action)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    site = db.session().scalar(query)
    if site is None:
        raise NotFound(_("container site"), site_id)
    return site


def _require_sound(site_id: UUID, values: Mapping[str, Any], place: Point) -> None:
    errors = place_errors(place) | rules.site_errors({"containers": (), **values})
    code = values.get("code")
    if code is not None:
        taken = sa.select(ContainerSite.id).where(
            ContainerSite.code == code.strip(),
            ContainerSite.archived_at.is_(None),
            ContainerSite.id != site_id,
        )
        if db.session().scalar(taken):
            message = _("is {value} of another container site: correct it, or archive the other first")
            errors["code"] = [message.format(value=code.strip())]
    if errors:
        raise Invalid(errors)


def _as_stored(values: Mapping[str, Any]) -> dict[str, Any]:
    stored = {name: value.strip() if name in TEXTS else value for name, value in values.items()}
    if "containers" in stored:
        stored["containers"] = [
            {"type": each.type.value, "count": each.count, "volume_m3": each.volume_m3}
            for each in stored["containers"]
        ]
    return stored


def _touch(site: ContainerSite) -> None:
    site.version += 1
    site.changed_at = now()


def _record(kind: str, site: ContainerSite, by: Principal, **facts: Any) -> None:
    record(
        kind,
        actor=by.actor,
        subject=f"container_site:{site.id}",
        at=site.changed_at,
        audience=Audience.OPERATIONS,
        district_id=site.district_id,
        containers=sum(each["count"] for each in site.containers),
        version=site.version,
        **facts,
    )
