"""PDF documents: every letter is drawn, text stays text, tables stay on their pages, the same content gives the same bytes."""

from __future__ import annotations

import re
import zlib
from datetime import UTC, datetime, timedelta

import pytest

from backend.web.pdf import MISSING, Document, letters, printable
from shared.vocabulary import Language

MADE_AT = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
KAZAKH = "АӘБВГҒДЕЁЖЗИЙКҚЛМНҢОӨПРСТУҰҮФХҺЦЧШЩЪЫІЬЭЮЯ"
ENGLISH = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SIGNS = "0123456789.,:;!?«»„“”’–—-−…()[]/%№§°±×≤≥•+=@&*"
A4_MM = (210, 297)
ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def document(title: str = "Расписка", **options: object) -> Document:
    """An empty document in Russian."""
    return Document(title, Language.RU, MADE_AT, **options)  # type: ignore[arg-type]


def text_of(pdf: bytes) -> str:
    """What a reader copies out of a document, a line for each piece that was written, pages apart by a form feed."""
    objects = {
        int(number): body
        for number, body in re.findall(rb"(?<![\d])(\d+) 0 obj\n(.*?)\nendobj", pdf, re.DOTALL)
    }
    pages = [body for body in objects.values() if b"/Type /Page\n" in body]
    fonts = {
        name.decode(): _letters_of(_stream(objects[_reference(objects[int(at)], b"ToUnicode")]))
        for name, at in re.findall(rb"/(F\d+) (\d+) 0 R", b"".join(objects.values()))
    }
    texts = []
    for page in pages:
        font, lines = "", []
        content = _stream(objects[_reference(page, b"Contents")])
        for name, piece in re.findall(rb"/(F\d+) [\d.]+ Tf|\(((?:\\.|[^\\)])*)\) Tj", content, re.DOTALL):
            if name:
                font = name.decode()
                continue
            plain = re.sub(rb"\\(.)", lambda found: ESCAPED.get(found[1], found[1]), piece, flags=re.DOTALL)
            codes = [int.from_bytes(plain[at : at + 2], "big") for at in range(0, len(plain), 2)]
            lines.append("".join(fonts[font][code] for code in codes))
        texts.append("\n".join(lines))
    return "\f".join(texts)


def _reference(body: bytes, name: bytes) -> int:
    found = re.search(rb"/%s (\d+) 0 R" % name, body)
    assert found, (name, body[:200])
    return int(found[1])


def _stream(body: bytes) -> bytes:
    data = body.split(b"stream\n", 1)[1].rsplit(b"\nendstream", 1)[0]
    return zlib.decompress(data) if b"/FlateDecode" in body else data


def _letters_of(to_unicode: bytes) -> dict[int, str]:
    pairs = re.findall(rb"<([0-9A-Fa-f]{4})> ?<([0-9A-Fa-f]{4,})>", to_unicode)
    return {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}


@pytest.mark.parametrize("alphabet", [KAZAKH, KAZAKH.lower(), ENGLISH, ENGLISH.lower(), SIGNS])
def test_every_letter_of_the_three_languages_has_a_glyph(alphabet: str) -> None:
    """In the regular and in the bold font."""
    assert [] == [letter for letter in alphabet if ord(letter) not in letters()]


def test_text_can_be_copied_out_again() -> None:
    """Bold and regular, with the brackets that PDF has to escape."""
    page = document("Қабылдау туралы қолхат")
    page.paragraph(f"{KAZAKH} (скобки) \\ ")
    page.facts([("Кім", "Ә. Ғ.")])
    text = text_of(page.bytes())
    for said in ("Қабылдау туралы қолхат", KAZAKH, "(скобки) \\", "Кім", "Ә. Ғ."):
        assert said in text


def test_same_content_gives_the_same_bytes() -> None:
    """Nobody's clock and no random id gets in."""

    def made() -> bytes:
        page = document()
        page.heading("Часы")
        page.table(["№", "Часы"], [["1", "4"]])
        return page.bytes()

    assert made() == made()


def test_other_date_gives_other_bytes() -> None:
    """The date of the content is the file's date."""
    later = Document("Расписка", Language.RU, MADE_AT + timedelta(days=1))
    assert document().bytes() != later.bytes()
    assert b"/CreationDate (D:20261123040000Z)" in document().bytes()


def test_document_names_its_title_and_language() -> None:
    """What a screen reader needs."""
    pdf = Document("Қолхат", Language.KK, MADE_AT).bytes()
    title = "Қолхат".encode("utf-16-be").hex().encode()
    assert b"/Lang (kk)" in pdf
    assert b"/Title <feff" + title in pdf
    assert b"/DisplayDocTitle true" in pdf


def test_time_without_offset_is_refused() -> None:
    """It would be printed in the zone of the machine."""
    with pytest.raises(ValueError, match="made_at must have an offset"):
        Document("Расписка", Language.RU, datetime(2026, 11, 23))


def test_letters_that_the_font_lacks_are_marked() -> None:
    """An emoji or hieroglyph in somebody's words leaves a sign, controls leave nothing."""
    assert f"Ан {MISSING} ok" == printable("Ан 字 o\x07k")
    assert "й" == printable("и\u0306")
    page = document()
    page.paragraph("👩‍🚒 字")
    assert MISSING in text_of(page.bytes())


def test_table_repeats_its_head_on_every_page() -> None:
    """Two hundred rows need several pages; no row is lost."""
    page = document(foot="Табель за ноябрь")
    page.table(
        ["№", "Кто", "Часы"],
        [[str(index), f"А. {index}", "4"] for index in range(200)],
        widths=[1, 4, 1],
        aligns=["R", "L", "R"],
    )
    pages = text_of(page.bytes()).split("\f")
    assert len(pages) > 3
    assert [1] * len(pages) == [text.split("\n").count("Кто") for text in pages]
    assert [f"А. {index}" for index in range(200)] == re.findall(r"А\. \d+", "\n".join(pages))
    assert [f"{number} / \n{len(pages)}" in text for number, text in enumerate(pages, start=1)] == [
        True
    ] * len(pages)
    assert all("Табель за ноябрь" in text for text in pages)


def test_word_without_spaces_stays_in_its_cell() -> None:
    """It is cut where the column ends, and nothing of it is lost."""
    word = "электрокардиографический" * 12
    page = document()
    page.table(["Кто", "Слова"], [["А. С.", word]], widths=[1, 1])
    page.facts([("Слово", word)])
    text = text_of(page.bytes()).replace("\n", "")
    assert 2 == text.count(word)
    assert 1 == page.page_count


def test_row_higher_than_a_page_goes_on_in_the_next() -> None:
    """Somebody may write a long explanation; every word of it is printed."""
    words = " ".join(f"слово{index}" for index in range(3000))
    page = document()
    page.table(["№", "Объяснение"], [["1", words], ["2", "коротко"]], widths=[1, 3])
    text = text_of(page.bytes())
    assert [f"слово{index}" for index in range(3000)] == re.findall(r"слово\d+", text)
    assert "коротко" in text.split("\f")[-1]


def test_everything_stays_within_the_margins() -> None:
    """No piece of text begins outside the page's margins, whatever is written."""
    page = document("Очень длинный заголовок " * 8, foot="Низ страницы " * 40)
    for index in range(40):
        page.heading(f"Раздел {index}")
        page.paragraph("Текст, который занимает несколько строк. " * index)
        page.points(["точка " * 30])
    page.signatures(["Ответственный", "Инспектор"])
    places = [
        (float(x) * 25.4 / 72, float(y) * 25.4 / 72)
        for body in re.findall(rb"stream\n(.*?)\nendstream", page.bytes(), re.DOTALL)
        for x, y in re.findall(rb"BT ([\d.]+) ([\d.-]+) Td", _inflated(body))
    ]
    assert len(places) > 200
    assert all(19 < x < A4_MM[0] - 19 and 8 < y < A4_MM[1] - 15 for x, y in places)


def test_table_with_a_row_of_another_length_is_refused() -> None:
    """A missing cell would shift all that follow."""
    with pytest.raises(ValueError, match="must have 2 columns"):
        document().table(["№", "Кто"], [["1"]])


def test_landscape_page_is_wide() -> None:
    """A month of days needs it."""
    assert b"/MediaBox [0 0 841.89 595.28]" in document(landscape=True).bytes()


def _inflated(body: bytes) -> bytes:
    try:
        return zlib.decompress(body)
    except zlib.error:
        return b""
