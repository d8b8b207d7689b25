"""A planned night as a picture: when each street is cleared, from dusk to dawn in one scale, what is left out, and one plough's way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from backend.cli.drawing import (
    FINE,
    MARGIN,
    WIDTH,
    Frame,
    aspect,
    canvas,
    frame_of,
    mark,
    paste,
    scale_bar,
    write,
)
from backend.streets.network import Floats, Network
from shared.design_tokens import LIGHT

TITLE_H, FOOT_H, GAP = 150, 120, 20
MAP_H_MOST, INSET_W, INSET_H = 1150, 620, 460
HOURS = 9
# Dark to light with the hours: equal steps of lightness, told apart without red and green
SCALE = ("#2C1160", "#5B1A7B", "#8C2981", "#BB3754", "#DD513A", "#F1711F", "#FA9407", "#F9BC2B", "#F2E25C")
LEFT_OUT, WORK_W, PLOUGH = "#14191F", 3.0, "#0B6E99"


def draw(
    network: Network,
    tours: Sequence[Mapping[str, Any]],
    left_ids: Sequence[int],
    depots: Sequence[tuple[float, float]],
    *,
    begins_at: datetime,
    title: str,
    caption: Sequence[str],
    attribution: str,
    file: Path,
) -> None:
    """Draw the runs of a plan's tours into a PNG file; ``left_ids`` are segments that are left out."""
    runs = [visit for tour in tours for visit in tour["visits"] if visit["act"] == "run"]
    cleared = [run for run in runs if run["work"] == "clear" and run["number"] == 1]
    points = np.concatenate([_line(run) for run in cleared])
    low, high = np.percentile(points, [0.5, 99.5], axis=0)
    whole = np.array([low, high])
    map_h = min((WIDTH - 2 * MARGIN) / aspect(whole), MAP_H_MOST)
    height = MARGIN + TITLE_H + map_h + FOOT_H
    image = Image.new("RGB", (WIDTH * FINE, round(height) * FINE), LIGHT.surface)
    pen = ImageDraw.Draw(image)
    write(pen, MARGIN, MARGIN - 8, title, 38, bold=True)
    for number, words in enumerate(caption):
        write(pen, MARGIN, MARGIN + 46 + 30 * number, words, 21, colour=LIGHT.muted)
    main = frame_of(whole, (MARGIN, MARGIN + TITLE_H, WIDTH - 2 * MARGIN, map_h), pad=0.03)
    big = canvas(network, main, 0.8)
    over = ImageDraw.Draw(big)
    for run in sorted(cleared, key=lambda each: str(each["begins_at"]), reverse=True):
        _stroke(over, main, _line(run), SCALE[_hour(run, begins_at)], WORK_W)
    known = {int(segment_id): at for at, segment_id in enumerate(network.segment_id)}
    for segment_id in left_ids:
        if segment_id in known:
            _dashes(over, main, network.line(known[segment_id]))
    for lon, lat in depots:
        mark(over, *main.at(np.array([[lon, lat]]))[0], "depot")
    scale_bar(over, main, km=2)
    paste(image, big, main)
    _inset(image, network, _longest(tours), depots, main)
    _legend(pen, MARGIN, MARGIN + TITLE_H + map_h + GAP, begins_at, attribution)
    image.resize((WIDTH, round(height)), Image.Resampling.LANCZOS).quantize(
        256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
    ).save(file, format="PNG", optimize=True)


def _inset(
    image: Image.Image,
    network: Network,
    tour: Mapping[str, Any],
    depots: Sequence[tuple[float, float]],
    main: Frame,
) -> None:
    """One machine's way: strong where it works, thin between."""
    runs = [visit for visit in tour["visits"] if visit["act"] == "run"]
    everything = np.array(tour["path"]["coordinates"])
    box = (main.left + main.width - INSET_W - 16, main.top + 16, INSET_W, INSET_H)
    frame = frame_of(everything, box, pad=0.06)
    small = canvas(network, frame, 0.8)
    over = ImageDraw.Draw(small)
    _stroke(over, frame, everything, LIGHT.muted, 1.2)
    for run in runs:
        _stroke(over, frame, _line(run), PLOUGH, 4.0)
    for lon, lat in depots:
        mark(over, *frame.at(np.array([[lon, lat]]))[0], "depot")
    scale_bar(over, frame, km=1)
    paste(image, small, frame)
    pen = ImageDraw.Draw(image)
    begin, end = (
        datetime.fromisoformat(str(tour["visits"][at][name]))
        for at, name in ((0, "leaves_at"), (-1, "arrives_at"))
    )
    words = (
        f"machine {tour['vehicle']}: {tour['worked_m'] / 1000:.0f} km of work, {tour['idle_m'] / 1000:.0f} km between, "
        f"{(end - begin).total_seconds() / 3600:.1f} h"
    )
    pen.rectangle(
        (box[0] * FINE, (box[1] + INSET_H) * FINE, (box[0] + INSET_W) * FINE, (box[1] + INSET_H + 34) * FINE),
        fill=LIGHT.surface,
        outline=LIGHT.line,
        width=FINE,
    )
    write(pen, box[0] + 10, box[1] + INSET_H + 6, words, 19)


def _longest(tours: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The tour that clears most: the most to see."""
    clearing = [tour for tour in tours if any(each.get("work") == "clear" for each in tour["visits"])]
    return max(clearing, key=lambda tour: int(tour["worked_m"]))


def _line(run: Mapping[str, Any]) -> Floats:
    return np.array(run["line"]["coordinates"], dtype=np.float64).reshape(-1, 2)


def _hour(run: Mapping[str, Any], begins_at: datetime) -> int:
    passed = datetime.fromisoformat(str(run["begins_at"])) - begins_at
    return int(min(max(passed // timedelta(hours=1), 0), HOURS - 1))


def _stroke(pen: ImageDraw.ImageDraw, frame: Frame, line: Floats, colour: str, width: float) -> None:
    if len(line) > 1:
        pen.line(frame.at(line), fill=colour, width=max(1, round(width * FINE)), joint="curve")


def _dashes(pen: ImageDraw.ImageDraw, frame: Frame, line: Floats) -> None:
    for part in range(0, len(line) - 1, 2):
        _stroke(pen, frame, line[part : part + 2], LEFT_OUT, 1.6)


def _legend(pen: ImageDraw.ImageDraw, x: float, y: float, begins_at: datetime, attribution: str) -> None:
    """The hours, the marks, whose data it is."""
    step, middle = 92, (y + 14) * FINE
    for hour, colour in enumerate(SCALE):
        at = (x + hour * step) * FINE
        pen.rectangle((at, y * FINE, at + step * FINE, (y + 26) * FINE), fill=colour)
        moment = begins_at + timedelta(hours=hour)
        write(pen, x + hour * step, y + 32, f"{moment:%H:%M}", 18, colour=LIGHT.muted)
    right = write(pen, x + HOURS * step + 20, y + 2, "when the first pass begins", 20) + 40
    mark(pen, (right + 14) * FINE, middle, "depot")
    right = write(pen, right + 38, y + 2, "depot", 20) + 40
    pen.line([(right * FINE, middle), ((right + 40) * FINE, middle)], fill=LEFT_OUT, width=round(1.6 * FINE))
    write(pen, right + 52, y + 2, "left out", 20)
    write(pen, x, y + 68, attribution, 19, colour=LIGHT.muted)
