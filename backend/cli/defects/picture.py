"""Results drawn on their photos: the blurred views as the server answers them, with outlines and words."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from backend.web.pdf import FONT_FILES, FONTS_DIR
from shared.design_tokens import LIGHT

COLUMNS, CELL_W, CELL_H, WORDS_H, GAP = 5, 400, 252, 52, 12
SIZE_PX = 17


def draw(results: Sequence[tuple[bytes, str, str]], file: Path) -> None:
    """Write a PNG or JPEG of (picture, heading, line) in rows of five."""
    rows = -(-len(results) // COLUMNS)
    sheet = Image.new(
        "RGB",
        (COLUMNS * (CELL_W + GAP) + GAP, rows * (CELL_H + WORDS_H + GAP) + GAP),
        LIGHT.raised,
    )
    pen = ImageDraw.Draw(sheet)
    bold, plain = (ImageFont.truetype(str(FONTS_DIR / FONT_FILES[style]), SIZE_PX) for style in ("B", ""))
    for number, (picture, heading, line) in enumerate(results):
        left = GAP + number % COLUMNS * (CELL_W + GAP)
        top = GAP + number // COLUMNS * (CELL_H + WORDS_H + GAP)
        shown = Image.open(io.BytesIO(picture)).convert("RGB")
        shown.thumbnail((CELL_W, CELL_H), Image.Resampling.LANCZOS)
        sheet.paste(shown, (left, top))
        pen.text((left, top + CELL_H + 4), heading, LIGHT.text, font=bold)
        pen.text((left, top + CELL_H + 28), line, LIGHT.text, font=plain)
    sheet.save(file, quality=85, optimize=True)
