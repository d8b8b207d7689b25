"""A planned day as a picture: every truck's way in a colour and under a number of its own, and once more alone in a map of its quarter."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from backend.cli.drawing import (
    FINE,
    MARGIN,
    PAPER,
    STREET,
    STREET_MINOR,
    WIDTH,
    Frame,
    aspect,
    canvas,
    disc,
    font_of,
    frame_of,
    mark,
    paste,
    scale_bar,
    write,
)
from backend.cli.waste_day.auditing import unloaded_kg
from backend.cli.waste_day.placing import CityPlan, Spot
from backend.streets.network import Floats, Network
from shared.design_tokens import LIGHT

GAP = 16
TITLE_H, FOOT_H, PANEL_TEXT_H = 150, 96, 46
MAP_H_MOST, MAP_H_LEAST = 1300, 700
PANELS_A_ROW, PANEL_ASPECT = 5, 1.3
PANEL_LEAST_DEG = 0.02  # of latitude: two kilometres
SHADES = 14
# Dark and light alternate and no two have the hue of one another for red-green blindness alone; numbers say the rest
PALETTE = (
    *("#0B6E99", "#E07B00", "#332288", "#44AA99", "#882255", "#999933"),
    *("#CC6677", "#117733", "#AA4499", "#5AAFE0", "#6B4226", "#14191F"),
)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Tour:
    """What the picture shows of a route: legs with whether they lead to a site, and the sites."""

    board: str
    colour: str
    number: int
    legs: tuple[tuple[bool, Floats], ...]
    sites: Floats
    facts: str


def draw(
    network: Network,
    routes: Sequence[Mapping[str, Any]],
    tours: Sequence[Mapping[str, Any]],
    city: CityPlan,
    *,
    title: str,
    caption: Sequence[str],
    attribution: str,
    file: Path,
) -> None:
    """Draw the routes as released, with the facts of their ``tours``, into a PNG file."""
    found = _tours(routes, tours)
    served = {tuple(place) for tour in found for place in tour.sites.round(6).tolist()}
    left = np.array([(e.spot.lon, e.spot.lat) for e in city.sites if (e.spot.lon, e.spot.lat) not in served])
    sites = np.array([(each.spot.lon, each.spot.lat) for each in city.sites])
    everything = np.vstack([sites, [[each.lon, each.lat] for each in (city.depot, *city.landfills)]])
    shape = aspect(everything)
    map_h = min(max((WIDTH - 2 * MARGIN) / shape, MAP_H_LEAST), MAP_H_MOST)
    panel_w = (WIDTH - 2 * MARGIN - (PANELS_A_ROW - 1) * GAP) / PANELS_A_ROW
    panel_h = panel_w / PANEL_ASPECT
    rows = math.ceil(len(found) / PANELS_A_ROW)
    panels_top = MARGIN + TITLE_H + map_h + 2 * GAP
    height = panels_top + rows * (panel_h + PANEL_TEXT_H + GAP) + FOOT_H
    image = Image.new("RGB", (WIDTH * FINE, round(height) * FINE), LIGHT.surface)
    pen = ImageDraw.Draw(image)
    write(pen, MARGIN, MARGIN - 8, title, 38, bold=True)
    for number, line in enumerate(caption):
        write(pen, MARGIN, MARGIN + 46 + 30 * number, line, 21, colour=LIGHT.muted)

    main = frame_of(everything, (MARGIN, MARGIN + TITLE_H, WIDTH - 2 * MARGIN, map_h), pad=0.04)
    big = canvas(network, main, 1.0)
    over = ImageDraw.Draw(big)
    for tour in found:
        _way(over, main, tour, 1.0)
    for tour in found:
        _dots(over, main, tour, 5.0)
    for x, y in main.at(left) if len(left) else []:
        disc(over, x, y, 5.0, "#FFFFFF", LIGHT.bad, 2.0)
    taken: list[tuple[float, float]] = []
    for tour in found:
        _badge(over, *_free_spot(main, tour, taken), tour, 15.0)
    for spot, kind in ((city.depot, "depot"), *((each, "landfill") for each in city.landfills)):
        _facility(over, main, spot, kind, spot.name if spot.mapped else f"{spot.name} (invented)")
    scale_bar(over, main, km=2)
    paste(image, big, main)

    for number, tour in enumerate(found):
        row, column = divmod(number, PANELS_A_ROW)
        box = (
            MARGIN + column * (panel_w + GAP),
            panels_top + row * (panel_h + PANEL_TEXT_H + GAP),
            panel_w,
            panel_h,
        )
        frame = frame_of(_around(tour.sites), box, pad=0.08)
        small = canvas(network, frame, 0.7)
        over = ImageDraw.Draw(small)
        _way(over, frame, tour, 0.8)
        _dots(over, frame, tour, 3.6)
        for spot, kind in ((city.depot, "depot"), *((each, "landfill") for each in city.landfills)):
            mark(over, *frame.at(np.array([[spot.lon, spot.lat]]))[0], kind)
        scale_bar(over, frame, km=1)
        _badge(over, (box[0] + 24) * FINE, (box[1] + 24) * FINE, tour, 15.0)
        paste(image, small, frame)
        write(pen, box[0], box[1] + panel_h + 8, tour.facts, 19)
    _legend(pen, MARGIN, height - FOOT_H + 8, attribution)
    small_image = image.resize((WIDTH, round(height)), Image.Resampling.LANCZOS)
    small_image.quantize(palette=_palette(), dither=Image.Dither.NONE).save(file, format="PNG", optimize=True)


def _palette() -> Image.Image:
    """Every colour of a truck in shades towards white, and greys: a chosen palette would merge trucks."""
    base = (*PALETTE, LIGHT.bad, LIGHT.text, LIGHT.muted, LIGHT.line)
    shades = [
        round(int(colour[at : at + 2], 16) * (1 - share) + 255 * share)
        for colour in base
        for share in np.linspace(0, 1, SHADES)
        for at in (1, 3, 5)
    ]
    fixed = [int(each[at : at + 2], 16) for each in (LIGHT.surface, STREET, STREET_MINOR) for at in (1, 3, 5)]
    image = Image.new("P", (1, 1))
    image.putpalette([*fixed, *shades])
    return image


def _around(sites: Floats) -> Floats:
    """The corners of the sites' box, at least as large as a quarter of town."""
    low, high = sites.min(axis=0), sites.max(axis=0)
    grow = np.maximum(PANEL_LEAST_DEG - (high - low), 0) / 2
    return np.array([low - grow, high + grow])


def _tours(routes: Sequence[Mapping[str, Any]], tours: Sequence[Mapping[str, Any]]) -> list[Tour]:
    said = {tour["vehicle"]: tour for tour in tours}
    found = []
    for number, route in enumerate(sorted(routes, key=lambda route: str(route["vehicle"]))):
        legs = [
            (stop["action"] == "collect", np.array(stop["path"]["coordinates"]).reshape(-1, 2))
            for stop in route["stops"]
            if stop["path"] is not None
        ]
        sites = [(stop["lon"], stop["lat"]) for stop in route["stops"] if stop["action"] == "collect"]
        found.append(
            Tour(
                board=route["vehicle"],
                colour=PALETTE[number % len(PALETTE)],
                number=number + 1,
                legs=tuple(legs),
                sites=np.array(sites).reshape(-1, 2),
                facts=_facts(said[route["vehicle"]]),
            )
        )
    return found


def _facts(tour: Mapping[str, Any]) -> str:
    acts = [visit["act"] for visit in tour["visits"]]
    loads = acts.count("unload")
    begin, end = (
        datetime.fromisoformat(tour["visits"][at][name])
        for at, name in ((0, "leaves_at"), (-1, "arrives_at"))
    )
    hours = (end - begin).total_seconds() / 3600
    return (
        f"{acts.count('stop')} sites · {unloaded_kg(tour) / 1000:.1f} t in {loads} load{'' if loads == 1 else 's'} · "
        f"{tour['distance_m'] / 1000:.0f} km · {hours:.1f} h"
    )


def _way(pen: ImageDraw.ImageDraw, frame: Frame, tour: Tour, boldness: float) -> None:
    """Thin on the way to unload and home, strong where it collects."""
    for collects, line in sorted(tour.legs, key=lambda leg: leg[0]):
        if len(line) < 2:
            continue
        points = frame.at(line)
        if collects:
            pen.line(points, fill="#FFFFFF", width=round(5.2 * boldness * FINE), joint="curve")
            pen.line(points, fill=tour.colour, width=round(3.2 * boldness * FINE), joint="curve")
        else:
            pen.line(
                points, fill=_paler(tour.colour), width=max(round(1.5 * boldness * FINE), 1), joint="curve"
            )


def _dots(pen: ImageDraw.ImageDraw, frame: Frame, tour: Tour, radius: float) -> None:
    for x, y in frame.at(tour.sites) if len(tour.sites) else []:
        disc(pen, x, y, radius, tour.colour, "#FFFFFF", 1.4)


def _badge(pen: ImageDraw.ImageDraw, x: float, y: float, tour: Tour, radius: float) -> None:
    disc(pen, x, y, radius, tour.colour, "#FFFFFF", 2.5)
    pen.text((x, y), str(tour.number), fill="#FFFFFF", font=font_of(19, bold=True), anchor="mm")


def _free_spot(frame: Frame, tour: Tour, taken: list[tuple[float, float]]) -> tuple[float, float]:
    """Near the middle of the truck's sites, and not upon another badge."""
    places = np.array(frame.at(tour.sites))
    middle = np.median(places, axis=0)
    for place in places[np.argsort(np.hypot(*(places - middle).T))].tolist():
        if all(math.dist(place, each) > 40 * FINE for each in taken):
            break
    else:
        place = middle.tolist()
    taken.append((place[0], place[1]))
    return place[0], place[1]


def _facility(pen: ImageDraw.ImageDraw, frame: Frame, spot: Spot, kind: str, label: str) -> None:
    ((x, y),) = frame.at(np.array([[spot.lon, spot.lat]]))
    mark(pen, x, y, kind)
    font = font_of(21, bold=True)
    right = x + 24 * FINE
    if right + pen.textlength(label, font=font) > (frame.left + frame.width - 8) * FINE:
        right = x - 24 * FINE - pen.textlength(label, font=font)
    pen.text(
        (right, y), label, fill=LIGHT.text, font=font, anchor="lm", stroke_width=3 * FINE, stroke_fill=PAPER
    )


def _legend(pen: ImageDraw.ImageDraw, x: float, y: float, attribution: str) -> None:
    middle = (y + 14) * FINE
    mark(pen, (x + 14) * FINE, middle, "depot")
    x = write(pen, x + 38, y + 2, "depot", 20) + 36
    mark(pen, (x + 14) * FINE, middle, "landfill")
    x = write(pen, x + 40, y + 2, "landfill", 20) + 36
    disc(pen, (x + 8) * FINE, middle, 6.0, PALETTE[0], "#FFFFFF", 1.4)
    x = write(pen, x + 24, y + 2, "site, in its truck's colour", 20) + 36
    disc(pen, (x + 8) * FINE, middle, 6.0, "#FFFFFF", LIGHT.bad, 2.0)
    x = write(pen, x + 24, y + 2, "site left out", 20) + 36
    pen.line([(x * FINE, middle), ((x + 40) * FINE, middle)], fill=PALETTE[0], width=round(3.2 * FINE))
    x = write(pen, x + 52, y + 2, "collecting", 20) + 36
    pen.line(
        [(x * FINE, middle), ((x + 40) * FINE, middle)], fill=_paler(PALETTE[0]), width=round(1.5 * FINE)
    )
    write(pen, x + 52, y + 2, "to a landfill or home", 20)
    write(pen, MARGIN, y + 42, attribution, 19, colour=LIGHT.muted)


def _paler(colour: str) -> str:
    """Half way to white."""
    parts: Iterable[int] = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{(each + 255) // 2:02X}" for each in parts)
