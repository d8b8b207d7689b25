"""`qala messages`: bring the message catalogues in line with the code, and compile them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shared.i18n import DOMAIN, LOCALE_DIR

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

MARKERS = {"_", "Message"}
FOLDERS = ("backend", "mobile", "shared")


@click.group()
def messages() -> None:
    """Work on the message catalogues; English needs none, it is the source."""


@messages.command("compile")
def compile_catalogues() -> None:
    """Compile shared/locale/*/LC_MESSAGES/qala.po where the .mo file is missing or older."""
    from babel.messages.mofile import write_mo

    for source in catalogue_files():
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        catalogue = read_catalogue(source)
        temporary = compiled.with_suffix(".mo.tmp")
        with temporary.open("wb") as file:
            write_mo(file, catalogue)
        temporary.replace(compiled)
        click.echo(f"compiled {source.parent.parent.name}: {len(catalogue)} messages")


@messages.command("update")
def update_catalogues() -> None:
    """Bring the catalogues in line with the code: new messages come empty, unused ones go, translations stay."""
    places = places_of_messages(LOCALE_DIR.parent.parent)
    for source in catalogue_files():
        before = source.read_text(encoding="utf-8")
        after = updated(before, read_catalogue(source), places)
        if after != before:
            source.write_text(after, encoding="utf-8")
            click.echo(f"updated {source.parent.parent.name}")


def catalogue_files() -> list[Path]:
    """The catalogue of each language."""
    return sorted(LOCALE_DIR.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def read_catalogue(source: Path) -> Catalog:
    """The messages of a catalogue with their translations."""
    from babel.messages.pofile import read_po

    with source.open("rb") as file:
        return read_po(file, locale=source.parent.parent.name)


def places_of_messages(project: Path) -> dict[str, list[str]]:
    """The files in which each message stands, in the order of the code: file by file, line by line."""
    places: dict[str, list[str]] = {}
    for folder in FOLDERS:
        for path in sorted((project / folder).rglob("*.py")):
            name = path.relative_to(project).as_posix()
            for text in marked_texts(path.read_text(encoding="utf-8")):
                files = places.setdefault(text, [])
                if name not in files:
                    files.append(name)
    return places


def marked_texts(code: str) -> Iterator[str]:
    """The literals that a module marks as messages; babel's own search would trip over Message(row["text"])."""
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        marked = isinstance(call.func, ast.Name) and call.func.id in MARKERS and call.args
        if marked and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str):
            yield call.args[0].value


def updated(before: str, known: Catalog, places: Mapping[str, list[str]]) -> str:
    """A catalogue's text with exactly the messages of the code; its head stays, for it holds no dates that would change."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import write_po

    texts = {entry.id: entry.string for entry in known if entry.id and not entry.fuzzy}
    catalogue = Catalog()
    for text, files in places.items():
        catalogue.add(text, texts.get(text, ""), locations=[(file, 0) for file in sorted(files)])
    body = BytesIO()
    write_po(body, catalogue, width=0, omit_header=True, include_lineno=False)
    head = before[: before.index("\n\n") + 2]
    return head + body.getvalue().decode().rstrip("\n") + "\n"
