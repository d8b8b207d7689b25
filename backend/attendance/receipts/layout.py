"""A receipt as headed parts, and the same receipt as a text to read aloud, as a page to print, and as data."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from backend.attendance.receipts import words
from backend.console.kinds import VALUES
from shared.contracts import Finding
from shared.i18n import translate
from shared.vocabulary import Language

if TYPE_CHECKING:
    from backend.web.pdf import Document

COLUMNS = 72
MEASURE_WIDTHS = (30, 16, 16, 16, 14)


class PartKind(StrEnum):
    """How a part of a receipt stands on the page."""

    PARAGRAPH = "paragraph"
    SUBHEADING = "subheading"
    POINT = "point"
    FACT = "fact"


@dataclass(frozen=True, kw_only=True)
class Part:
    """One thing that is said; ``label`` says what a fact is."""

    kind: PartKind
    text: str
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class Section:
    """Parts below a heading."""

    heading: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What a person gets to read: in one language, and always the same as long as nothing has changed."""

    id: UUID
    """Of what it is about."""
    language: Language
    title: str
    introduction: str
    made_at: datetime
    """When the newest thing that it tells happened."""
    sections: tuple[Section, ...]
    measures: tuple[Finding, ...]
    """What was measured, as it stands in the row."""


def as_text(receipt: Receipt) -> str:
    """Plain text of at most 72 columns without tables or rules, so that a screen reader can read it."""
    lines = [*_wrapped(receipt.title), "", *_wrapped(receipt.introduction)]
    for section in receipt.sections:
        lines += ["", *_wrapped(section.heading), ""]
        before = None
        for part in section.parts:
            if before is not None and (before is not part.kind or part.kind is PartKind.PARAGRAPH):
                lines.append("")
            before = part.kind
            if part.kind is PartKind.POINT:
                lines += _wrapped(part.text, first="- ", rest="  ")
            elif part.kind is PartKind.FACT:
                lines += _wrapped(f"{part.label}: {part.text}", rest="  ")
            else:
                lines += _wrapped(part.text)
    if receipt.measures:
        lines += ["", *_wrapped(translate(words.MEASURES, receipt.language)), ""]
        for row in _measure_rows(receipt):
            lines += _wrapped("; ".join(row), first="- ", rest="  ")
    return "\n".join(_single_blanks(lines)) + "\n"


def as_pdf(receipt: Receipt) -> bytes:
    """A4, to print and to sign for. Takes some 0.2 s of CPU: never call it within a transaction."""
    from backend.web.pdf import Document  # half a second to import, and most processes never print

    page = Document(receipt.title, receipt.language, receipt.made_at, foot=f"{receipt.title} {receipt.id}")
    page.paragraph(receipt.introduction)
    for section in receipt.sections:
        page.heading(section.heading)
        for part in section.parts:
            _draw(page, part)
    if receipt.measures:
        page.heading(translate(words.MEASURES, receipt.language))
        head = [translate(text, receipt.language) for text in words.MEASURE_HEAD]
        page.table(
            head,
            _measure_rows(receipt, labelled=False),
            widths=MEASURE_WIDTHS,
            aligns=["L", "L", "R", "R", "L"],
        )
    return page.bytes()


def _draw(page: Document, part: Part) -> None:
    if part.kind is PartKind.FACT:
        page.facts([(part.label, part.text)])
    elif part.kind is PartKind.POINT:
        page.points([part.text])
    else:
        page.paragraph(part.text, bold=part.kind is PartKind.SUBHEADING)


def _measure_rows(receipt: Receipt, *, labelled: bool = True) -> list[list[str]]:
    """Name, result, value, threshold and unit of every finding; ``labelled`` for lines without a head above them."""
    language = receipt.language
    rows = []
    for finding in receipt.measures:
        result = translate(words.RESULTS[finding.result], language)
        name = translate(VALUES[finding.code], language)
        unit = translate(words.UNITS[finding.unit], language) if finding.unit else ""
        measured, limit = words.exact(finding.value, language), words.exact(finding.threshold, language)
        if not labelled:
            rows.append([name, result, measured, limit, unit])
            continue
        row = [f"{name}: {result}"]
        if measured:
            row.append(translate(words.MEASURED.format(value=measured, unit=unit), language).strip())
        if limit:
            row.append(translate(words.LIMIT.format(value=limit), language))
        rows.append(row)
    return rows


def _wrapped(text: str, *, first: str = "", rest: str = "") -> list[str]:
    return [
        line
        for paragraph in text.splitlines()
        for line in textwrap.wrap(
            paragraph, COLUMNS, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
        )
        or [""]
    ]


def _single_blanks(lines: list[str]) -> Iterator[str]:
    before = ""
    for line in lines:
        if line or before:
            yield line
        before = line
