"""Maps drawn into pictures: frames, streets, marks, scale bars and words."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from backend.streets.network import Floats, Network, StreetClass
from backend.web.pdf import FONT_FILES, FONTS_DIR
from shared.design_tokens import LIGHT
from shared.geometry import EARTH_RADIUS_M

WIDTH, MARGIN = 2000, 48
FINE = 2  # drawn so many times larger, then made smaller: smooth lines
STREET_WIDTHS = {StreetClass.MOTORWAY: 5.0, StreetClass.TRUNK: 5.0, StreetClass.PRIMARY: 4.0}
STREET_WIDTHS |= {StreetClass.SECONDARY: 3.2, StreetClass.TERTIARY: 2.6}
OTHER_WIDTH, SERVICE_WIDTH = 1.6, 0.8
PAPER, STREET, STREET_MINOR = LIGHT.raised, "#DCE1E7", "#E9EDF1"
KM_PER_DEGREE = math.radians(EARTH_RADIUS_M) / 1000
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """Where a piece of the world lies in the picture; left, top, width and height in pixels."""

    left: float
    top: float
    width: float
    height: float
    west: float
    north: float
    per_lon: float
    per_lat: float

    def at(self, lonlat: Floats) -> list[tuple[float, float]]:
        """Pixels, already enlarged for drawing."""
        x = self.left + (lonlat[:, 0] - self.west) * self.per_lon
        y = self.top + (self.north - lonlat[:, 1]) * self.per_lat
        return list(zip((x * FINE).tolist(), (y * FINE).tolist(), strict=True))


def aspect(lonlat: Floats) -> float:
    width, height = np.ptp(lonlat, axis=0) * (math.cos(math.radians(float(lonlat[:, 1].mean()))), 1.0)
    return float(max(width, 1e-6) / max(height, 1e-6))


def frame_of(lonlat: Floats, box: Box, *, pad: float) -> Frame:
    left, top, width, height = box
    west, south = lonlat.min(axis=0)
    east, north = lonlat.max(axis=0)
    shrink = math.cos(math.radians((south + north) / 2))
    inner_w, inner_h = width * (1 - 2 * pad), height * (1 - 2 * pad)
    per_lat = min(inner_w / ((east - west) * shrink), inner_h / (north - south))
    per_lon = per_lat * shrink
    return Frame(
        left=left,
        top=top,
        width=width,
        height=height,
        west=(west + east) / 2 - width / per_lon / 2,
        north=(south + north) / 2 + height / per_lat / 2,
        per_lon=per_lon,
        per_lat=per_lat,
    )


def canvas(network: Network, frame: Frame, boldness: float) -> Image.Image:
    """A picture as large as everything, with the streets of the frame."""
    image = Image.new(
        "RGB",
        (round((frame.left + frame.width) * FINE) + 1, round((frame.top + frame.height) * FINE) + 1),
        PAPER,
    )
    pen = ImageDraw.Draw(image)
    order = np.argsort(-network.street_class.astype(int), kind="stable")
    for segment in order.tolist():
        kind = StreetClass(int(network.street_class[segment]))
        if kind >= StreetClass.TRACK:
            continue
        minor = kind == StreetClass.SERVICE
        width = SERVICE_WIDTH if minor else STREET_WIDTHS.get(kind, OTHER_WIDTH)
        line = frame.at(network.line(segment))
        pen.line(
            line,
            fill=STREET_MINOR if minor else STREET,
            width=max(round(width * boldness * FINE), 1),
            joint="curve",
        )
    return image


def paste(image: Image.Image, part: Image.Image, frame: Frame) -> None:
    left, top = round(frame.left * FINE), round(frame.top * FINE)
    box = (left, top, round((frame.left + frame.width) * FINE), round((frame.top + frame.height) * FINE))
    image.paste(part.crop(box), (left, top))
    ImageDraw.Draw(image).rectangle(box, outline=LIGHT.line, width=FINE)


def disc(
    pen: ImageDraw.ImageDraw, x: float, y: float, radius: float, fill: str, edge: str, edge_w: float
) -> None:
    reach = radius * FINE
    pen.ellipse(
        (x - reach, y - reach, x + reach, y + reach), fill=fill, outline=edge, width=round(edge_w * FINE)
    )


def mark(pen: ImageDraw.ImageDraw, x: float, y: float, kind: str) -> None:
    """A square for a depot, a triangle for a landfill."""
    reach = 13 * FINE
    corners = {
        "depot": [
            (x - reach, y - reach),
            (x + reach, y - reach),
            (x + reach, y + reach),
            (x - reach, y + reach),
        ],
        "landfill": [(x, y - 1.2 * reach), (x + 1.2 * reach, y + reach), (x - 1.2 * reach, y + reach)],
    }[kind]
    pen.polygon(corners, fill=LIGHT.text, outline="#FFFFFF", width=3 * FINE)


def scale_bar(pen: ImageDraw.ImageDraw, frame: Frame, *, km: int) -> None:
    length = frame.per_lat / KM_PER_DEGREE * km
    x, y = frame.left + 16, frame.top + frame.height - 20
    pen.line([(x * FINE, y * FINE), ((x + length) * FINE, y * FINE)], fill=LIGHT.text, width=3 * FINE)
    pen.text(
        ((x + length + 10) * FINE, y * FINE),
        f"{km} km",
        fill=LIGHT.text,
        font=font_of(19, bold=False),
        anchor="lm",
    )


def write(
    pen: ImageDraw.ImageDraw,
    x: float,
    y: float,
    words: str,
    size: int,
    *,
    bold: bool = False,
    colour: str = LIGHT.text,
) -> float:
    """Where the words end."""
    font = font_of(size, bold=bold)
    pen.text((x * FINE, y * FINE), words, fill=colour, font=font, anchor="la")
    return x + pen.textlength(words, font=font) / FINE


def font_of(size: int, *, bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS_DIR / FONT_FILES["B" if bold else ""]), size * FINE)
