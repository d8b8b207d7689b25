"""Photos of roads that never were: asphalt, a verge and a fault whose outline is known, for a demo without any data."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from backend.roads.seeing.finding import Finding, Outline
from shared.vocabulary import DefectKind, Severity

WIDTH_PX, HEIGHT_PX, HORIZON = 960, 720, 0.30
MODEL = "drawn-demo"
LOOK_SIZE = 32
SIZES = {Severity.LOW: 0.6, Severity.MEDIUM: 1.0, Severity.HIGH: 1.5}
AREA_M2 = {Severity.LOW: 0.05, Severity.MEDIUM: 0.16, Severity.HIGH: 0.45}
LENGTH_M = {Severity.LOW: 1.8, Severity.MEDIUM: 3.1, Severity.HIGH: 5.4}
ROAD = ((0.0, 1.0), (0.0, 0.80), (0.40, HORIZON), (0.60, HORIZON), (1.0, 0.80), (1.0, 1.0))
Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class DrawnFault:
    """What is drawn; another view of the same seed is the same place from a step aside."""

    kind: DefectKind
    severity: Severity
    seed: int
    view: int


def drawn_photo(fault: DrawnFault) -> bytes:
    """A JPEG of the fault."""
    rng = np.random.default_rng((fault.seed, fault.view))
    ground = Image.new("RGB", (WIDTH_PX, HEIGHT_PX), (178, 196, 214))
    draw = ImageDraw.Draw(ground)
    draw.rectangle((0, HORIZON * HEIGHT_PX, WIDTH_PX, HEIGHT_PX), fill=(112, 116, 92))
    draw.polygon(_px(ROAD), fill=(104, 105, 108))
    for begin in (0.33, 0.42, 0.55, 0.75):  # the middle line, wider as it comes nearer
        half, end = 0.004 + 0.014 * (begin - HORIZON), begin + 0.25 * (begin - HORIZON) + 0.02
        draw.polygon(
            _px(((0.5 - half, begin), (0.5 + half, begin), (0.5 + 2 * half, end), (0.5 - 2 * half, end))),
            fill=(205, 205, 198),
        )
    ring = ring_of(fault)
    if fault.kind is DefectKind.POTHOLE:
        draw.polygon(_px(_grown(ring, 1.12)), fill=(128, 126, 122))
        draw.polygon(_px(ring), fill=(58, 56, 54))
        draw.polygon(_px(_grown(ring, 0.62, down=0.012)), fill=(38, 36, 35))
    else:
        for line in _lines(fault, ring):
            draw.line(_px(line), fill=(46, 45, 45), width=5, joint="curve")
    shaded = np.asarray(ground.filter(ImageFilter.GaussianBlur(1.1)), dtype=np.float64)
    grain = rng.normal(0.0, 9.0, (HEIGHT_PX, WIDTH_PX, 1)) + rng.normal(0.0, 2.0, shaded.shape)
    coarse = rng.normal(0.0, 7.0, (HEIGHT_PX // 8, WIDTH_PX // 8))
    spots = np.asarray(Image.fromarray(coarse.astype(np.float32)).resize((WIDTH_PX, HEIGHT_PX)))[..., None]
    depth = np.linspace(0.25, 1.0, HEIGHT_PX)[:, None, None]
    picture = np.clip(shaded + (grain + spots) * depth, 0, 255).astype(np.uint8)
    body = io.BytesIO()
    Image.fromarray(picture).save(body, "JPEG", quality=88)
    return body.getvalue()


def drawn_finding(fault: DrawnFault) -> Finding:
    """What an eye that knows the drawing says of it."""
    is_hole = fault.kind is DefectKind.POTHOLE
    share = 0.02 * SIZES[fault.severity]
    outline = Outline(
        kind=fault.kind,
        severity=fault.severity,
        ring=ring_of(fault),
        confidence=0.71 + 0.05 * (fault.seed % 5),
        area_share=share,
        length_m=None if is_hole else LENGTH_M[fault.severity],
        width_m=None,
        area_m2=AREA_M2[fault.severity] if is_hole or fault.kind is DefectKind.CRACK_NETWORK else None,
    )
    return Finding(
        model=MODEL,
        cannot=None,
        outlines=(outline,),
        road_share=0.55,
        crack_share=0.0 if is_hole else share,
        pothole_share=share if is_hole else 0.0,
        scale="camera_height",
        road=(ROAD,),
        look=_look(fault),
    )


def ring_of(fault: DrawnFault) -> Ring:
    """The outline of the fault, as shares of the picture."""
    rng = np.random.default_rng(fault.seed)
    size = SIZES[fault.severity]
    x, y = 0.36 + 0.25 * rng.random() + 0.02 * fault.view, 0.66 + 0.08 * rng.random()
    wide, high = {
        DefectKind.POTHOLE: (0.085, 0.055),
        DefectKind.CRACK_LONGITUDINAL: (0.02, 0.17),
        DefectKind.CRACK_TRANSVERSE: (0.20, 0.022),
    }.get(fault.kind, (0.12, 0.09))
    angles = np.linspace(0, 2 * np.pi, 22, endpoint=False)
    reach = 1 + rng.normal(0, 0.09, angles.size)
    grown = size if fault.kind is DefectKind.POTHOLE else 1.0 + 0.15 * size
    xs, ys = x + wide * grown * reach * np.cos(angles), y + high * grown * reach * np.sin(angles)
    return tuple((round(float(a), 4), round(float(b), 4)) for a, b in zip(xs, ys, strict=True))


def _lines(fault: DrawnFault, ring: Ring) -> list[Ring]:
    """Cracks inside their outline."""
    rng = np.random.default_rng(fault.seed + 1)
    xs, ys = np.array(ring).T
    (west, east), (north, south) = (xs.min(), xs.max()), (ys.min(), ys.max())
    along = np.linspace(0.04, 0.96, 14)
    lines = []
    count = 4 if fault.kind is DefectKind.CRACK_NETWORK else 1
    for number in range(count):
        if fault.kind is not DefectKind.CRACK_LONGITUDINAL:
            level = north + (south - north) * (number + 1) / (count + 1)
            lines.append(_wavy(west + (east - west) * along, np.full(14, level), rng, (0.0, 0.006)))
        if fault.kind is not DefectKind.CRACK_TRANSVERSE:
            level = west + (east - west) * (number + 1) / (count + 1)
            lines.append(_wavy(np.full(14, level), north + (south - north) * along, rng, (0.006, 0.0)))
    return lines


def _wavy(
    xs: NDArray[np.float64], ys: NDArray[np.float64], rng: np.random.Generator, by: tuple[float, float]
) -> Ring:
    xs, ys = xs + rng.normal(0, 1, xs.size) * by[0], ys + rng.normal(0, 1, ys.size) * by[1]
    return tuple((float(x), float(y)) for x, y in zip(xs, ys, strict=True))


def _grown(ring: Ring, by: float, down: float = 0.0) -> Ring:
    x, y = (sum(each) / len(ring) for each in zip(*ring, strict=True))
    return tuple((x + (a - x) * by, y + (b - y) * by + down) for a, b in ring)


def _px(ring: Ring) -> list[tuple[float, float]]:
    return [(x * WIDTH_PX, y * HEIGHT_PX) for x, y in ring]


def _look(fault: DrawnFault) -> bytes:
    """A unit vector of the place, a little different in each view."""
    place = np.random.default_rng(fault.seed).normal(0, 1, LOOK_SIZE)
    seen = place + np.random.default_rng((fault.seed, fault.view)).normal(0, 0.15, LOOK_SIZE)
    return (seen / np.linalg.norm(seen)).astype(np.float16).tobytes()
