"""PDF documents on A4: headings, paragraphs, lists, tables; the same content gives the same bytes, and text stays text."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Literal

from fpdf import FPDF, ViewerPreferences, XPos, YPos
from fpdf.enums import MethodReturnValue, WrapMode
from fpdf.fonts import TTFFont

from shared.vocabulary import Language

FONTS_DIR = Path(__file__).parent / "fonts"
FONT_FILES = {"": "Roboto-Regular.ttf", "B": "Roboto-Bold.ttf"}
FAMILY = "Roboto"
MARGIN_MM, FOOT_MM, GAP_MM = 20.0, 12.0, 2.5
PADDING_MM = 1.2  # inside a table's cells
LINE = 1.35  # a line's height by its letters' size
MM_PER_POINT = 25.4 / 72
TITLE_PT, HEADING_PT, TEXT_PT, TABLE_PT, FOOT_PT = 17.0, 12.0, 10.5, 9.0, 8.0
BLACK, GREY, LIGHT = 0, 95, 238  # grey levels that a black-and-white printer keeps apart
# Stands for a letter that the fonts do not have, such as an emoji in somebody's words
MISSING = "\N{REPLACEMENT CHARACTER}"
Align = Literal["L", "C", "R"]


class Document:
    """One document, written from top to bottom; ``bytes`` ends it.

    ``made_at`` is the date of the content, not of the printing: so the same content always gives the same bytes.
    """

    def __init__(
        self,
        title: str,
        language: Language,
        made_at: datetime,
        *,
        foot: str = "",
        landscape: bool = False,
    ) -> None:
        """Start with the title on the first page; ``foot`` stands at the foot of each, beside its number."""
        if made_at.tzinfo is None:
            raise ValueError(f"made_at must have an offset, was {made_at.isoformat()}: give an aware time")
        self._pages = _Pages(printable(foot or title), "landscape" if landscape else "portrait")
        self._pages.set_title(printable(title))
        self._pages.set_lang(language.value)
        self._pages.set_producer("Qala")
        self._pages.set_creation_date(made_at)
        self._pages.viewer_preferences = ViewerPreferences(display_doc_title=True)
        self._pages.add_page()
        self._write(title, TITLE_PT, bold=True)
        self.space()

    def heading(self, text: str) -> None:
        """A heading, never alone at the foot of a page."""
        self.space()
        self._keep_together(_line_mm(HEADING_PT) + 3 * _line_mm(TEXT_PT))
        self._write(text, HEADING_PT, bold=True)

    def paragraph(self, text: str, *, bold: bool = False) -> None:
        """A paragraph; lines break where the text has line breaks, and where they must."""
        self._write(text, TEXT_PT, bold=bold)

    def note(self, text: str) -> None:
        """A paragraph in small grey letters."""
        self._write(text, TABLE_PT, grey=GREY)

    def points(self, texts: Sequence[str]) -> None:
        """A list with a dot before each point."""
        for text in texts:
            self._beside("•", text, 5.0, bold=False)

    def facts(self, pairs: Sequence[tuple[str, str]], *, label_share: float = 0.3) -> None:
        """A list in two columns: what it is, in bold, and beside it the value."""
        for label, value in pairs:
            self._beside(label, value, label_share * self._pages.epw, bold=True)

    def table(
        self,
        head: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        widths: Sequence[float] = (),
        aligns: Sequence[Align] = (),
        bold_last: bool = False,
    ) -> None:
        """A table over the whole width whose cells wrap and whose head is repeated on each page.

        ``widths`` are shares in any unit. A row that is higher than a page goes on in the next one. ``bold_last`` is
        for a row of sums.
        """
        if any(len(row) != len(head) for row in rows) or any(
            given and len(given) != len(head) for given in (widths, aligns)
        ):
            raise ValueError(f"each row, widths and aligns must have {len(head)} columns, as the head has")
        shares = list(widths) or [1.0] * len(head)
        widths_mm = [self._pages.epw * share / sum(shares) for share in shares]
        places = list(aligns) or ["L"] * len(head)
        self._pages.set_text_color(BLACK)
        head_lines = self._lines(head, widths_mm, bold=True)
        self._row(head_lines, widths_mm, places, bold=True, with_room_for=1)
        for index, row in enumerate(rows):
            bold = bold_last and index == len(rows) - 1
            left = self._lines(row, widths_mm, bold=bold)
            while left:
                if self._page_ends_before(_row_mm(1)):
                    self._pages.add_page()
                    self._row(head_lines, widths_mm, places, bold=True)
                fits = self._lines_that_fit()
                height = max(map(len, left))
                whole_page = self._lines_of_a_page(len(max(head_lines, key=len)))
                if fits < height <= whole_page:
                    self._pages.add_page()
                    self._row(head_lines, widths_mm, places, bold=True)
                    continue
                self._row([cell[:fits] for cell in left], widths_mm, places, bold=bold)
                left = [cell[fits:] for cell in left] if height > fits else []
        self.space()

    def signatures(self, roles: Sequence[str]) -> None:
        """A line for each hand that signs, kept together on one page."""
        height = 11.0
        self._keep_together(height * len(roles))
        for role in roles:
            top = self._pages.get_y() + height
            self._pages.set_xy(self._pages.l_margin, top - _line_mm(TEXT_PT))
            self._font(TEXT_PT, bold=False)
            self._pages.cell(0.45 * self._pages.epw, _line_mm(TEXT_PT), printable(role))
            self._pages.line(
                self._pages.l_margin + 0.47 * self._pages.epw,
                top,
                self._pages.l_margin + self._pages.epw,
                top,
            )
            self._pages.set_y(top)
        self.space()

    def space(self) -> None:
        """A little room."""
        self._pages.ln(GAP_MM)

    def bytes(self) -> bytes:
        """The finished file."""
        return bytes(self._pages.output())

    @property
    def page_count(self) -> int:
        """How many pages there are by now."""
        return self._pages.pages_count

    def _write(self, text: str, size_pt: float, *, bold: bool = False, grey: int = BLACK) -> None:
        self._font(size_pt, bold=bold)
        self._pages.set_text_color(grey)
        self._pages.set_x(self._pages.l_margin)
        self._pages.multi_cell(
            0, _line_mm(size_pt), printable(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )
        self._pages.ln(GAP_MM / 2)

    def _beside(self, label: str, text: str, label_mm: float, *, bold: bool) -> None:
        """A narrow text and a wide one side by side; both go on on the next page together."""
        self._pages.set_text_color(BLACK)
        columns = ((label, label_mm - 2, bold), (text, self._pages.epw - label_mm, False))
        cells = [
            self._wrapped(words, width, TEXT_PT, bold=is_bold, padding=0) for words, width, is_bold in columns
        ]
        line_mm = _line_mm(TEXT_PT)
        for index in range(max(map(len, cells))):
            if self._page_ends_before(line_mm):
                self._pages.add_page()
            top = self._pages.get_y()
            left = self._pages.l_margin
            for cell, (_words, width, is_bold), x in zip(
                cells, columns, (left, left + label_mm), strict=True
            ):
                if index < len(cell):
                    self._font(TEXT_PT, bold=is_bold)
                    self._pages.set_xy(x, top)
                    self._pages.cell(width, line_mm, cell[index])
            self._pages.set_xy(left, top + line_mm)
        self._pages.ln(GAP_MM / 3)

    def _row(
        self,
        cells: Sequence[Sequence[str]],
        widths_mm: Sequence[float],
        places: Sequence[Align],
        *,
        bold: bool,
        with_room_for: int = 0,
    ) -> None:
        """Draw one row of lines that are wrapped already; the caller has seen to it that it fits."""
        line_mm = _line_mm(TABLE_PT)
        height = _row_mm(max(1, *map(len, cells)) if len(cells) > 1 else max(1, len(cells[0])))
        if with_room_for:
            self._keep_together(height + with_room_for * _row_mm(1))
        self._font(TABLE_PT, bold=bold)
        top, x = self._pages.get_y(), self._pages.l_margin
        self._pages.set_draw_color(GREY)
        self._pages.set_fill_color(LIGHT)
        for lines, width, place in zip(cells, widths_mm, places, strict=True):
            self._pages.rect(x, top, width, height, style="DF" if bold else "D")
            for index, line in enumerate(lines):
                self._pages.set_xy(x + PADDING_MM, top + PADDING_MM + index * line_mm)
                self._pages.cell(width - 2 * PADDING_MM, line_mm, line, align=place)
            x += width
        self._pages.set_draw_color(BLACK)
        self._pages.set_xy(self._pages.l_margin, top + height)

    def _lines(self, row: Sequence[str], widths_mm: Sequence[float], *, bold: bool) -> list[list[str]]:
        return [
            self._wrapped(cell, width, TABLE_PT, bold=bold, padding=PADDING_MM)
            for cell, width in zip(row, widths_mm, strict=True)
        ]

    def _wrapped(
        self, text: str, width_mm: float, size_pt: float, *, bold: bool, padding: float
    ) -> list[str]:
        """The lines of a text in a column; a word that is wider than the column is cut."""
        self._font(size_pt, bold=bold)
        text, room_mm = printable(text), width_mm - 2 * padding
        if "\n" not in text and self._pages.get_string_width(text) <= room_mm:
            return [text]  # most cells of a table; the general way is ten times slower
        lines = self._pages.multi_cell(
            room_mm,
            _line_mm(size_pt),
            text,
            align="L",
            wrapmode=WrapMode.WORD,
            dry_run=True,
            output=MethodReturnValue.LINES,
        )
        return list(lines) or [""]  # type: ignore[arg-type]

    def _font(self, size_pt: float, *, bold: bool) -> None:
        self._pages.set_font(FAMILY, "B" if bold else "", size_pt)

    def _lines_that_fit(self) -> int:
        left_mm = self._pages.page_break_trigger - self._pages.get_y() - 2 * PADDING_MM
        return max(1, int(left_mm / _line_mm(TABLE_PT) + 1e-6))

    def _lines_of_a_page(self, head_lines: int) -> int:
        height_mm = self._pages.page_break_trigger - self._pages.t_margin - _row_mm(head_lines)
        return int((height_mm - 2 * PADDING_MM) / _line_mm(TABLE_PT) + 1e-6)

    def _page_ends_before(self, height_mm: float) -> bool:
        return self._pages.get_y() + height_mm > self._pages.page_break_trigger + 1e-6

    def _keep_together(self, height_mm: float) -> None:
        if self._page_ends_before(height_mm):
            self._pages.add_page()


class _Pages(FPDF):
    """The pages below a document: fonts, margins, and the foot of each."""

    def __init__(self, foot: str, orientation: Literal["portrait", "landscape"]) -> None:
        super().__init__(orientation=orientation, unit="mm", format="A4")
        self._foot = foot
        for style, name in FONT_FILES.items():
            self.add_font(FAMILY, style, FONTS_DIR / name)
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                _let_go(font)
        self.set_margins(MARGIN_MM, MARGIN_MM - 2)
        self.set_auto_page_break(True, margin=FOOT_MM + 8)
        self.c_margin = 0.0

    def footer(self) -> None:
        """What the document is, and which of how many pages."""
        self.set_y(-FOOT_MM)
        self.set_font(FAMILY, "", FOOT_PT)
        self.set_text_color(GREY)
        line_mm = _line_mm(FOOT_PT)
        number_mm = 25.0
        self.cell(self.epw - number_mm, line_mm, _shortened(self, self._foot, self.epw - number_mm))
        self.cell(number_mm, line_mm, f"{self.page_no()} / {{nb}}", align="R")


def _let_go(font: TTFFont) -> None:
    """Read a font from memory from now on, so that no file stays open for as long as a document lives."""
    reader = font.ttfont.reader
    reader.file.close()
    reader.file = io.BytesIO(Path(font.ttffile).read_bytes())


def printable(text: str) -> str:
    """The text in composed letters, without controls; a letter that the fonts do not have becomes a sign that says so."""
    composed = unicodedata.normalize("NFC", text.replace("\t", " "))
    known = letters()
    return "".join(
        letter if letter == "\n" or ord(letter) in known else MISSING
        for letter in composed
        if letter == "\n"
        or unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Mn"}
        or ord(letter) in known
    )


@cache
def letters() -> frozenset[int]:
    """The code points that every style of the font can draw."""
    fonts = _Pages("", "portrait").fonts.values()
    return frozenset.intersection(*(frozenset(font.cmap) for font in fonts if isinstance(font, TTFFont)))


def _line_mm(size_pt: float) -> float:
    return size_pt * MM_PER_POINT * LINE


def _row_mm(lines: int) -> float:
    return lines * _line_mm(TABLE_PT) + 2 * PADDING_MM


def _shortened(pages: FPDF, text: str, width_mm: float) -> str:
    while text and pages.get_string_width(text) > width_mm:
        text = text[:-2].rstrip() + "…"
    return text
