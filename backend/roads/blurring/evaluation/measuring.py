"""How much of what must not be seen is covered, and how much road is covered in vain: on drawn plates, pasted faces, real photos."""

from __future__ import annotations

import csv
import io
import random
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from backend.roads.blurring.blur import Finder
from backend.roads.blurring.drawn_plates import Light, Pose, draw_plate, lay_plate
from backend.roads.blurring.evaluation.backgrounds import measuring_photos
from backend.roads.blurring.softening import MARGIN, SOFT_LONG_SIDE_PX, Box
from backend.roads.evaluation.comparing import wilson

Goal = dict[str, Any]

LONG_SIDE_PX = 1280
"""As views have it."""
COVERED_SHARE = 0.8
"""Of a plate's or face's box that must be covered for nobody to read or know it."""
PLATE_WIDTHS_PX = (32, 48, 64, 96, 160, 260)
READABLE_FROM_PX = 48
"""A plate so wide has signs 7 px high: below that nobody reads it."""
FACE_HEIGHTS_PX = (16, 24, 32, 48, 80, 140)
POSES: dict[str, dict[str, float]] = {
    "straight": {},
    "yaw 30°": {"yaw_deg": 30},
    "yaw 55°": {"yaw_deg": 55},
    "pitch 20°, roll 10°": {"pitch_deg": 20, "roll_deg": 10},
}
LIGHTS: dict[str, Light] = {
    "day": Light(),
    "dusk": Light(brightness=0.45, blur_px=1.0),
    "dirty": Light(brightness=0.8, dirt=0.7),
}
REAL = Path(__file__).parent / "real_boxes.csv"
SEED = 11


def measure_blurring(data: Path, faces: Finder, plates: Finder, *, each: int = 12) -> dict[str, Any]:
    """All figures in the one form of every measurement; ``each``: pictures for each size of plate or face."""
    begun = time.monotonic()
    backgrounds = measuring_photos(data)
    if not backgrounds:
        raise FileNotFoundError(
            f"{data} holds no photos: give the folder with roads/ and bins/ with --data or QALA_DATA"
        )
    goals = [
        *_plates(backgrounds, plates, each),
        *_faces(backgrounds, data / "faces" / "orl", faces, each),
        *_real(data, faces, plates),
        *_road(data, faces, plates, 6 * each),
        *_left_over(),
    ]
    return {
        "name": "blurring",
        "version": "what may not be seen",
        "seconds": round(time.monotonic() - begun, 1),
        "samples": each * (len(PLATE_WIDTHS_PX) + len(FACE_HEIGHTS_PX)),
        "data": f"{len(backgrounds)} photos that training never saw",
        "goals": goals,
    }


def covered_share(box: Box, found: Iterable[Box]) -> float:
    """Of a box, how much the finds with their margin cover."""
    left, top, right, bottom = (round(value) for value in box)
    cells = np.zeros((max(1, bottom - top), max(1, right - left)), dtype=bool)
    for one in found:
        wide, high = MARGIN * (one[2] - one[0]), MARGIN * (one[3] - one[1])
        rows = slice(max(0, round(one[1] - high) - top), max(0, round(one[3] + high) - top))
        columns = slice(max(0, round(one[0] - wide) - left), max(0, round(one[2] + wide) - left))
        cells[rows, columns] = True
    return float(cells.mean())


def _plates(backgrounds: Sequence[Path], finder: Finder, each: int) -> list[Goal]:
    by_width: dict[str, list[bool]] = {f"{width_px} px": [] for width_px in PLATE_WIDTHS_PX}
    by_pose: dict[str, list[bool]] = {name: [] for name in POSES}
    by_light: dict[str, list[bool]] = {name: [] for name in LIGHTS}
    rng, spent_s = random.Random(SEED), []
    for width_px in PLATE_WIDTHS_PX:
        for number in range(each):
            picture = _opened(rng.choice(backgrounds))
            laid = []
            for place, (pose_name, pose) in enumerate(POSES.items()):
                light_name = list(LIGHTS)[(number + place) % len(LIGHTS)]
                at = _spot(picture, place, len(POSES), width_px, rng)
                plate, light = draw_plate(rng), LIGHTS[light_name]
                box = lay_plate(picture, plate, Pose(width_px=width_px, **pose), light, at)
                laid.append((box, pose_name, light_name))
            found, seconds = _timed(finder, _as_photo(picture))
            spent_s.append(seconds)
            for box, pose_name, light_name in laid:
                hit = covered_share(box, found) >= COVERED_SHARE
                by_width[f"{width_px} px"].append(hit)
                if width_px >= READABLE_FROM_PX:
                    by_pose[pose_name].append(hit)
                    by_light[light_name].append(hit)
    return [
        *_recalls("drawn plates", by_width),
        *_recalls("drawn plates from 48 px,", by_pose),
        *_recalls("drawn plates from 48 px,", by_light),
        _figure("plates: CPU s a photo", float(np.median(spent_s))),
    ]


def _faces(backgrounds: Sequence[Path], orl: Path, finder: Finder, each: int) -> list[Goal]:
    portraits = sorted(
        path for path in orl.rglob("*") if path.suffix.lower() in {".pgm", ".png", ".jpg", ".bmp"}
    )
    if not portraits:
        return []
    rng, spent_s = random.Random(SEED), []
    by_height: dict[str, list[bool]] = {}
    for height_px in FACE_HEIGHTS_PX:
        hits = by_height.setdefault(f"{height_px} px", [])
        for _number in range(each):
            picture = _opened(rng.choice(backgrounds))
            boxes = [
                _paste_face(
                    picture, rng.choice(portraits), height_px, _spot(picture, place, 3, height_px, rng), rng
                )
                for place in range(3)
            ]
            found, seconds = _timed(finder, _as_photo(picture))
            spent_s.append(seconds)
            hits += [covered_share(box, found) >= COVERED_SHARE for box in boxes]
    return [
        *_recalls("pasted faces", by_height),
        _figure("faces: CPU s a photo", float(np.median(spent_s))),
    ]


def _real(data: Path, faces: Finder, plates: Finder) -> list[Goal]:
    """What is labelled by eye in real photos; readable says whether a person could read the plate or know the face."""
    rows = list(csv.DictReader(REAL.read_text(encoding="utf-8").splitlines())) if REAL.exists() else []
    by_photo: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        by_photo.setdefault(row["photo"], []).append(row)
    hits: dict[str, list[bool]] = {}
    photos, vain = 0, {"face": 0, "plate": 0}
    for name, labelled in by_photo.items():
        if not (data / name).exists():
            continue
        photos += 1
        picture = _opened(data / name)
        scale = picture.width / float(labelled[0]["width_px"])
        found = {"face": faces(_as_photo(picture)), "plate": plates(_as_photo(picture))}
        boxes = []
        for row in labelled:
            if not row["kind"]:
                continue  # looked at, and nothing there
            left, top, right, bottom = (
                float(row[side]) * scale for side in ("left", "top", "right", "bottom")
            )
            boxes.append((left, top, right, bottom))
            hit = covered_share((left, top, right, bottom), found["face"] + found["plate"]) >= COVERED_SHARE
            word = "readable" if row["readable"] == "yes" else "unreadable"
            hits.setdefault(f"{word} {row['kind']}s", []).append(hit)
        for kind, each in found.items():
            vain[kind] += sum(all(covered_share(box, [one]) < 0.1 for box in boxes) for one in each)
    if not photos:
        return []
    return [
        *_recalls(f"real photos ({photos}):", hits),
        *(
            _figure(f"real photos: {kind}s found in vain a photo", count / photos)
            for kind, count in vain.items()
        ),
    ]


def _road(data: Path, faces: Finder, plates: Finder, most: int) -> list[Goal]:
    """Pavement of road photos that nothing stands on: whatever is covered there is covered in vain."""
    photos = [path for path in measuring_photos(data) if path.parent.parent.name == "roads"]
    chosen = random.Random(SEED).sample(photos, min(most, len(photos)))
    shares, touched = [], 0
    for path in chosen:
        picture = _opened(path)
        mask_path = data / "roads" / "masks" / f"{path.stem}.png"
        if not mask_path.exists():
            continue
        with Image.open(mask_path) as opened:
            lane = np.asarray(opened.convert("P").resize(picture.size, Image.Resampling.NEAREST)) > 0
        pixels = _as_photo(picture)
        boxes = [*faces(pixels), *plates(pixels)]
        covered = np.zeros(lane.shape, dtype=bool)
        for left, top, right, bottom in boxes:
            wide, high = MARGIN * (right - left), MARGIN * (bottom - top)
            covered[
                max(0, int(top - high)) : int(bottom + high), max(0, int(left - wide)) : int(right + wide)
            ] = True
        share = float((covered & lane).sum() / max(1, lane.sum()))
        shares.append(share)
        touched += share > 0
    if not shares:
        return []
    return [
        _figure("road photos: share of the lane covered in vain", float(np.mean(shares)), 0.01),
        _figure(f"road photos of {len(shares)} with lane covered", float(touched)),
    ]


def _left_over() -> list[Goal]:
    """What stays of a plate that no finder saw, where it stands beside the road: by geometry."""
    signs_of_width = 76 / 520  # height of the signs, of a plate's width
    return [
        _figure(
            f"beside the road: height in px of the signs of an unseen {width_px} px plate",
            width_px * signs_of_width * SOFT_LONG_SIDE_PX / LONG_SIDE_PX,
        )
        for width_px in PLATE_WIDTHS_PX
    ]


def _paste_face(
    picture: Image.Image, portrait: Path, height_px: int, at: tuple[float, float], rng: random.Random
) -> Box:
    """A portrait as a head on a plain body; the box is the face's middle part, without hair and ears."""
    with Image.open(portrait) as opened:
        grey = opened.convert("L")
    width_px = max(1, round(height_px * grey.width / grey.height))
    small = np.asarray(grey.resize((width_px, height_px), Image.Resampling.LANCZOS), dtype=np.float32)
    tinted = small[..., None] * np.array([1.0, 0.86, 0.76], dtype=np.float32) * rng.uniform(0.7, 1.1)
    head = Image.fromarray(tinted.clip(0, 255).astype(np.uint8))
    mask = Image.new("L", head.size, 0)
    ImageDraw.Draw(mask).ellipse(
        (width_px * 0.05, height_px * 0.02, width_px * 0.95, height_px * 0.99), fill=255
    )
    left, top = round(at[0] - width_px / 2), round(at[1] - height_px / 2)
    body = tuple(rng.randint(20, 160) for _each in range(3))
    ImageDraw.Draw(picture).rectangle(
        (left - width_px / 2, top + height_px * 0.95, left + width_px * 1.5, top + height_px * 3), fill=body
    )
    picture.paste(head, (left, top), mask.filter(ImageFilter.GaussianBlur(max(1, height_px / 24))))
    return (
        left + 0.2 * width_px,
        top + 0.25 * height_px,
        left + 0.8 * width_px,
        top + 0.9 * height_px,
    )


def _spot(
    picture: Image.Image, place: int, places: int, size_px: int, rng: random.Random
) -> tuple[float, float]:
    """A spot in a column of the picture that is its own, whole within it."""
    column = picture.width / places
    x = column * (place + 0.5) + rng.uniform(-0.5, 0.5) * max(0.0, column - 1.1 * size_px)
    margin = 0.6 * size_px
    return (
        min(max(x, margin), picture.width - margin),
        rng.uniform(margin, max(margin, picture.height - margin)),
    )


def _opened(path: Path) -> Image.Image:
    """A photo at the size that views have."""
    with Image.open(path) as opened:
        photo = opened.convert("RGB")
    scale = LONG_SIDE_PX / max(photo.size)
    return photo.resize((round(photo.width * scale), round(photo.height * scale)), Image.Resampling.BICUBIC)


def _as_photo(picture: Image.Image) -> NDArray[np.uint8]:
    """As a phone's file would be read."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=85)
    with Image.open(buffer) as opened:
        return np.asarray(opened.convert("RGB"), dtype=np.uint8)


def _timed(
    finder: Callable[[NDArray[np.uint8]], list[Box]], pixels: NDArray[np.uint8]
) -> tuple[list[Box], float]:
    began = time.process_time()
    found = finder(pixels)
    return found, time.process_time() - began


def _recalls(what: str, hits: dict[str, list[bool]]) -> list[Goal]:
    """Shares that were covered, each with its 95 % interval after Wilson."""
    return [
        _goal(f"{what} {name}: covered", sum(each) / len(each), *wilson(sum(each), len(each)))
        for name, each in hits.items()
        if each
    ]


def _figure(name: str, value: float, at_most: float | None = None) -> Goal:
    met = None if at_most is None else value <= at_most
    return {**_goal(name, value, None, None), "goal": at_most, "direction": "at_most", "met": met}


def _goal(name: str, value: float, low: float | None, high: float | None) -> Goal:
    numbers = {"value": value, "low": low, "high": high}
    rounded = {key: None if number is None else round(number, 4) for key, number in numbers.items()}
    return {"name": name, **rounded, "goal": None, "direction": "at_least", "met": None}
