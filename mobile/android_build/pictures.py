"""The app's icon and what is shown while it starts, drawn from the design tokens: ``python -m mobile.android_build pictures``.

The mark is a fort's wall (qala) with a check mark under it. Made large and scaled down, so that edges are smooth.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

from shared.design_tokens import DARK, LIGHT

FOLDER = Path(__file__).parent / "pictures"
ICON_PX, LAYER_PX, START_PX = 512, 432, 512
LAYER_SAFE = 0.5  # of an adaptive icon's layer: launchers cut away up to a third, in shapes of their own
TIMES = 4
WALL = ((0, 0), (0.22, 0), (0.22, 0.16), (0.39, 0.16), (0.39, 0), (0.61, 0), (0.61, 0.16), (0.78, 0.16))
WALL_END = ((0.78, 0), (1, 0), (1, 1), (0, 1))
CHECK = ((0.27, 0.6), (0.44, 0.77), (0.74, 0.42))
STROKE = 0.11
CORNER = 0.2


def draw(folder: Path = FOLDER) -> list[Path]:
    """Write the four pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = {
        "icon": _mark(_ground(ICON_PX, LIGHT.accent, CORNER), 0.52, LIGHT.on_accent, LIGHT.accent),
        "icon_foreground": _mark(_ground(LAYER_PX, None), LAYER_SAFE * 0.75, LIGHT.on_accent, LIGHT.accent),
        "icon_background": _ground(LAYER_PX, LIGHT.accent),
        "start": _mark(_ground(START_PX, DARK.surface), 0.36, DARK.accent, DARK.surface),
    }
    written = []
    for name, picture in pictures.items():
        path = folder / f"{name}.png"
        side = picture.width // TIMES
        picture.resize((side, side), Image.Resampling.LANCZOS).save(path, optimize=True)
        written.append(path)
    return written


def _ground(side_px: int, colour: str | None, corner: float = 0.0) -> Image.Image:
    """A square ``TIMES`` as large as asked for, clear where there is no colour."""
    side = side_px * TIMES
    picture = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    if colour is not None:
        ImageDraw.Draw(picture).rounded_rectangle(
            (0, 0, side - 1, side - 1), radius=round(corner * side), fill=colour
        )
    return picture


def _mark(picture: Image.Image, share: float, wall: str, check: str) -> Image.Image:
    """The mark in the middle, as wide as this share of the picture."""
    width = picture.width * share
    left = top = (picture.width - width) / 2
    pen = ImageDraw.Draw(picture)
    pen.polygon([(left + x * width, top + y * width) for x, y in (*WALL, *WALL_END)], fill=wall)
    points = [(left + x * width, top + y * width) for x, y in CHECK]
    thick = STROKE * width
    pen.line(points, fill=check, width=round(thick), joint="curve")
    for x, y in (points[0], points[-1]):
        pen.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill=check)
    return picture
