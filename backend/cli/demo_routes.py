"""The routes of the demo city, entered by hand: containers by day, snow by night; where the trucks drive is invented."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from backend.adapters import settings
from backend.cli.demo_work import at_hour
from backend.clock import now
from backend.database import transaction
from backend.routing import service as routing
from backend.routing.service import RoutePlan, Stop
from backend.web.principal import Principal
from shared.vocabulary import RouteKind, RouteState, StopAction, StreetSide

DISTRICT, CREW = "centre", "crew"
PAGE = 100
Corner = tuple[float, float]

CONTAINERS: tuple[tuple[str, str, Corner], ...] = (
    ("Улица Жамбыла, 150", "3 × 1,1 м³", (54.8652, 69.1355)),
    ("Улица Жамбыла, 166", "2 × 1,1 м³", (54.8668, 69.1385)),
    ("Улица Жамбыла, 182", "4 × 0,75 м³, ворота с двора", (54.8690, 69.1425)),
    ("Улица Букетова, 31", "2 × 1,1 м³", (54.8661, 69.1417)),
    ("Улица Букетова, 44", "3 × 1,1 м³", (54.8683, 69.1382)),
    ("Улица Назарбаева, 91", "2 × 1,1 м³", (54.8684, 69.1291)),
    ("Улица Назарбаева, 108", "5 × 0,75 м³", (54.8702, 69.1324)),
    ("Улица Назарбаева, 120", "2 × 1,1 м³", (54.8715, 69.1348)),
)
STREETS: tuple[tuple[str, Corner, Corner], ...] = (
    ("Улица Жамбыла, 150–200", (54.8649, 69.1348), (54.8701, 69.1446)),
    ("Улица Букетова, 60–20", (54.8700, 69.1355), (54.8650, 69.1435)),
    ("Улица Назарбаева, 80–130", (54.8679, 69.1282), (54.8720, 69.1357)),
    ("Пешеходная улица, вдоль", (54.8690, 69.1300), (54.8646, 69.1371)),
)
DEPOT, LANDFILL, SNOW_DUMP = (54.8790, 69.1560), (54.9350, 69.0900), (54.9120, 69.1650)


def fill(by: Principal, districts: Mapping[str, UUID], staff: Mapping[str, UUID]) -> None:
    """Plan and release the routes of today and tomorrow that are not there; each crew has one at any hour."""
    zone = ZoneInfo(settings().time_zone)
    today = now().astimezone(zone).date()
    with transaction():
        known = {
            (view.route.title, view.route.starts_at)
            for view in routing.list_routes(by, ends_from=now(), cursor=None, limit=PAGE).items
        }
        for offset in (-1, 0, 1):
            day = today + timedelta(days=offset)
            for plan in (
                _waste(districts, staff, at_hour(day, 6, zone), at_hour(day, 18, zone)),
                _snow(districts, staff, at_hour(day, 18, zone), at_hour(day, 30, zone)),
            ):
                if plan.ends_at > now() and (plan.title, plan.starts_at) not in known:
                    view = routing.create(by, plan)
                    routing.move(view.route, by, to=RouteState.RELEASED)


def _waste(
    districts: Mapping[str, UUID], staff: Mapping[str, UUID], start: datetime, end: datetime
) -> RoutePlan:
    stops = [_stop(StopAction.DEPOT, "Гараж", DEPOT)]
    stops += [
        _stop(StopAction.COLLECT, title, place, detail=detail, photo_needed=number % 3 == 0)
        for number, (title, detail, place) in enumerate(CONTAINERS)
    ]
    stops += [_stop(StopAction.UNLOAD, "Полигон", LANDFILL), _stop(StopAction.DEPOT, "Гараж", DEPOT)]
    return _plan(districts, staff, RouteKind.WASTE, "Контейнеры, центр", start, end, stops)


def _snow(
    districts: Mapping[str, UUID], staff: Mapping[str, UUID], start: datetime, end: datetime
) -> RoutePlan:
    stops = [_stop(StopAction.DEPOT, "Гараж", DEPOT)]
    stops += [
        _stop(
            StopAction.CLEAR,
            title,
            begin,
            line={"type": "LineString", "coordinates": [[begin[1], begin[0]], [finish[1], finish[0]]]},
            side=StreetSide.RIGHT,
        )
        for title, begin, finish in STREETS
    ]
    stops += [_stop(StopAction.UNLOAD, "Снежный отвал", SNOW_DUMP), _stop(StopAction.DEPOT, "Гараж", DEPOT)]
    return _plan(districts, staff, RouteKind.SNOW_CLEARING, "Снег, центр", start, end, stops)


def _plan(
    districts: Mapping[str, UUID],
    staff: Mapping[str, UUID],
    kind: RouteKind,
    title: str,
    start: datetime,
    end: datetime,
    stops: list[Stop],
) -> RoutePlan:
    return RoutePlan(
        district_id=districts[DISTRICT],
        kind=kind,
        title=title,
        note="",
        task_id=None,
        vehicle="С 104 КМ",
        starts_at=start.astimezone(UTC),
        ends_at=end.astimezone(UTC),
        assignee_ids=frozenset({staff[CREW]}),
        stops=tuple(stops),
    )


def _stop(
    action: StopAction,
    title: str,
    place: Corner,
    *,
    detail: str = "",
    photo_needed: bool = False,
    line: dict[str, object] | None = None,
    side: StreetSide | None = None,
) -> Stop:
    return Stop(
        id=None,
        action=action,
        title=title,
        detail=detail,
        lat=place[0],
        lon=place[1],
        line=line,
        side=side,
        arrive_at=None,
        opens_at=None,
        closes_at=None,
        locked=False,
        photo_needed=photo_needed,
    )
