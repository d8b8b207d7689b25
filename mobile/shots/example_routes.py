"""Example routes for pictures and tests of screens: a waste route through invented streets, and a new plan of it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from PIL import Image, ImageDraw, ImageFilter

from mobile.devices.camera import Preview
from mobile.mapping.streets import Street, StreetIndex
from mobile.outbox.ladder import ItemKind
from mobile.shots.example_equipment import PREVIEW_PX, ExampleCamera, ExampleTime
from mobile.shots.examples import HERE, NOW, uuid
from mobile.sync.overlay import LocalRoute, with_reports
from shared.contracts import Instruction, RouteSheet, RouteStop, StopReport, StreetKind, decode, parse_json
from shared.geometry import Point
from shared.vocabulary import (
    RouteKind,
    RouteState,
    SkipReason,
    StopAction,
    StopChange,
    StopState,
    StreetSide,
    Turn,
    WinterWork,
)

ROUTE_ID, OTHER_ROUTE_ID = uuid(500), uuid(501)
STOP_NUMBERS = 3000  # ids of stops begin here
BLOCK_LAT, BLOCK_LON = 0.0016, 0.0030  # some 180 by 190 m
NAMES = (
    "ул. Букетова",
    "ул. Жамбыла",
    "ул. Интернациональная",
    "ул. Нұрсұлтан Назарбаев",
    "ул. Ғабит Мүсірепов",
)


class ExampleRoutes:
    """Routes in memory, with the reports that an example's keeper has taken laid over them."""

    def __init__(self, sheets: Sequence[RouteSheet] = (), *, withdrawn: bool = False) -> None:
        self.sheets = list(sheets)
        self.withdrawn = withdrawn
        self.keeper: Any = None

    def move(self, route_id: UUID, to: RouteState, line: str) -> None:
        """What the outbox's move would show."""
        self.sheets = [replace(sheet, state=to) if sheet.id == route_id else sheet for sheet in self.sheets]

    def routes(self) -> list[LocalRoute]:
        """See mobile.models.ports."""
        put = self.keeper.put_items if self.keeper is not None else ()
        reports = [
            decode(StopReport, parse_json(item.manifest)) for item in put if item.kind is ItemKind.STOP_REPORT
        ]
        return [with_reports(sheet, reports, withdrawn=self.withdrawn) for sheet in self.sheets]


class RoadCamera(ExampleCamera):
    """A hole in the asphalt."""

    def __init__(self, time: ExampleTime) -> None:
        super().__init__(time)
        self._picture = painted_road()
        self._rgb = self._picture.tobytes()

    def preview(self) -> Preview | None:
        """The same picture, so that it is drawn once."""
        return Preview(1, *PREVIEW_PX, self._rgb) if self.is_open else None


def painted_road() -> Image.Image:
    """Grey asphalt with a hole, some snow beside it."""
    wide, _high = PREVIEW_PX
    picture = Image.effect_noise(PREVIEW_PX, 30).convert("RGB").point(lambda level: level // 2 + 30)
    draw = ImageDraw.Draw(picture)
    draw.polygon([(0, 0), (wide, 0), (wide, 60), (150, 40), (60, 66), (0, 90)], fill=(226, 232, 238))
    draw.ellipse((50, 150, 200, 240), fill=(44, 42, 40))
    draw.ellipse((72, 170, 186, 234), fill=(24, 24, 26))
    draw.line((200, 200, 232, 190, 240, 260), fill=(40, 38, 36), width=3)
    return picture.filter(ImageFilter.GaussianBlur(0.9))


def at_corner(right: float, up: float) -> tuple[float, float]:
    """Lat and lon so many blocks from the example's place."""
    return HERE.lat + up * BLOCK_LAT, HERE.lon + right * BLOCK_LON


def streets() -> StreetIndex:
    """A town of blocks: each fifth street is a main one."""
    found: list[Street] = []
    for number in range(-20, 21):
        kind = (StreetKind.MAIN, StreetKind.MINOR, StreetKind.MIDDLE)[
            0 if number % 5 == 0 else 1 + number % 2
        ]
        for along in range(2):
            ends = (at_corner(number, -20), at_corner(number, 20)) if along else (at_corner(-20, number), at_corner(20, number))  # fmt: skip
            line = tuple((lon, lat) for lat, lon in ends)
            found.append(Street(len(found), kind, NAMES[number % len(NAMES)], line))
    return StreetIndex(found)


def stop(number: int, state: StopState = StopState.PLANNED, **more: Any) -> RouteStop:
    """The n-th stop along a way that turns at corners."""
    walk = random.Random(4)
    right, up = -2.0, -4.0
    corners = [(right, up)]
    for _stop in range(number):
        across, ahead = walk.choice([(0.5, 0.0), (0.0, 0.5), (0.5, 0.5)])
        corners = [(right, up), (right + across, up), (right + across, up + ahead)]
        right, up = corners[-1]
    lat, lon = at_corner(right, up)
    way = [[at_corner(*corner)[1], at_corner(*corner)[0]] for corner in corners]
    values: dict[str, Any] = {
        "id": uuid(STOP_NUMBERS + number),
        "action": StopAction.COLLECT,
        "title": f"{NAMES[number % len(NAMES)]}, {3 + 2 * number}",
        "detail": ("2 × 1,1 м³", "3 × 0,8 м³, ворота с двора", "")[number % 3],
        "lat": lat,
        "lon": lon,
        "path": {"type": "LineString", "coordinates": way} if len(way) > 1 else None,
        "arrive_at": NOW + timedelta(minutes=4 * (number - 12)),
        "state": state,
    }
    return RouteStop(**{**values, **more})


def sheet(**more: Any) -> RouteSheet:
    """Thirty-eight stops, of which eleven are done and one was skipped."""
    stops = []
    for number in range(38):
        state = StopState.DONE if number < 12 else StopState.PLANNED
        extra: dict[str, Any] = {}
        if number == 5:
            state, extra = StopState.SKIPPED, {"skip_reason": SkipReason.PARKED_CARS}
        stops.append(stop(number, state, **extra))
    values: dict[str, Any] = {
        "id": ROUTE_ID,
        "kind": RouteKind.WASTE,
        "title": "Маршрут 4",
        "state": RouteState.DRIVING,
        "district_id": uuid(1),
        "vehicle": "борт 14",
        "starts_at": NOW - timedelta(hours=1),
        "ends_at": NOW + timedelta(hours=6),
        "stops": tuple(stops),
        "version": 1,
    }
    return RouteSheet(**{**values, **more})


WAY_CORNERS = ((-1, 0), (2, 0), (2, -1))  # past the example's place to the thirteenth stop
WAY_TURNS = (
    (Turn.DEPART, "Начните движение: улица Букетова", 576.0),
    (Turn.RIGHT, "Поверните направо на Интернациональную улицу", 178.0),
    (Turn.ARRIVE, "Вы на точке", 0.0),
)


def turning_sheet() -> RouteSheet:
    """The same route with turns on the way to the next stop."""
    before = sheet()
    places = [at_corner(*corner) for corner in WAY_CORNERS]
    turns = tuple(
        Instruction(turn=turn, text=text, lat=lat, lon=lon, distance_m=distance_m)
        for (turn, text, distance_m), (lat, lon) in zip(WAY_TURNS, places, strict=True)
    )
    path = {"type": "LineString", "coordinates": [[lon, lat] for lat, lon in places]}
    stops = [
        replace(each, path=path, instructions=turns) if at == 12 else each
        for at, each in enumerate(before.stops)
    ]
    return replace(before, stops=tuple(stops))


def changed(before: RouteSheet) -> RouteSheet:
    """The dispatcher's new plan: one stop more, one moved, one less."""
    stops = list(before.stops)
    gone = stops.pop(20)
    stops[12] = replace(stops[12], change=StopChange.MOVED)
    new = stop(
        13, id=uuid(STOP_NUMBERS + 900), title="ул. Ғабит Мүсірепов, 50, двор детского сада «Балдәурен»"
    )
    stops.insert(12, replace(new, change=StopChange.ADDED, photo_needed=True))
    because = "Ул. Жамбыла перекрыта: прорыв теплотрассы."
    return replace(
        before, stops=tuple(stops), removed=(gone.title,), changed_because=because, version=before.version + 1
    )


def snow_sheet(here: Point | None = None) -> RouteSheet:
    """Runs along streets, with sides, passes and due times; with a place, the next run leads over it."""
    stops = []
    for number in range(9):
        start, end = at_corner(-2 + number // 3, -2 + number % 3), at_corner(-2 + number // 3, -1 + number % 3)  # fmt: skip
        if here is not None and number == 3:
            start, end = (here.lat, here.lon - BLOCK_LON / 4), (here.lat, here.lon + BLOCK_LON / 2)
        street, crossing, to = (NAMES[(number + step) % len(NAMES)] for step in range(3))
        stops.append(
            stop(
                number,
                StopState.DONE if number < 3 else StopState.PLANNED,
                id=uuid(STOP_NUMBERS + 100 + number),
                action=StopAction.CLEAR,
                title=f"{street}: {crossing} – {to}",
                detail=f"{380 + 45 * number} м",
                lat=start[0],
                lon=start[1],
                line={"type": "LineString", "coordinates": [[start[1], start[0]], [end[1], end[0]]]},
                side=StreetSide.BOTH if number % 3 == 2 else StreetSide.RIGHT,
                work=WinterWork.CLEAR,
                pass_number=1 + number % 2,
                passes=2,
                closes_at=NOW + timedelta(hours=2),
                path=None,
            )
        )
    return sheet(
        id=OTHER_ROUTE_ID, kind=RouteKind.SNOW_CLEARING, title="Снег, Центр, ночь", stops=tuple(stops)
    )


def haul_sheet() -> RouteSheet:
    """A truck's night between a loader and a dump: the second trip is about to be unloaded."""
    stops = [
        stop(
            0, StopState.DONE, id=uuid(STOP_NUMBERS + 200), action=StopAction.DEPOT, title="Гараж", detail=""
        )
    ]
    for trip in range(1, 5):
        state = StopState.DONE if trip < 2 else StopState.PLANNED
        stops.append(
            stop(
                2 * trip,
                StopState.DONE if trip < 3 else StopState.PLANNED,
                id=uuid(STOP_NUMBERS + 200 + 2 * trip),
                action=StopAction.LOAD,
                title=NAMES[trip % len(NAMES)],
                detail=f"погрузчик 21 · 16 м³ · рейс {trip}",
                volume_m3=16.0,
            )
        )
        stops.append(
            stop(
                2 * trip + 1,
                state,
                id=uuid(STOP_NUMBERS + 201 + 2 * trip),
                action=StopAction.UNLOAD,
                title="Снегосвалка «Сухое озеро»",
                detail=f"около 16 м³ · рейс {trip}",
                volume_m3=16.0,
                body_m3=16.0,
            )
        )
    return sheet(
        id=OTHER_ROUTE_ID,
        kind=RouteKind.SNOW_HAULING,
        title="Вывоз снега, ночь · борт 44",
        vehicle="борт 44",
        stops=tuple(stops),
    )
