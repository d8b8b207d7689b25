"""`qala messages`: compile the message catalogues."""

from __future__ import annotations

import click


@click.group()
def messages() -> None:
    """Work on the message catalogues."""


@messages.command("compile")
def compile_catalogues() -> None:
    """Compile shared/locale/*/LC_MESSAGES/qala.po where the .mo file is missing or older."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    from shared.i18n import DOMAIN, LOCALE_DIR

    for source in sorted(LOCALE_DIR.glob(f"*/LC_MESSAGES/{DOMAIN}.po")):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parent.parent.name)
        temporary = compiled.with_suffix(".mo.tmp")
        with temporary.open("wb") as file:
            write_mo(file, catalogue)
        temporary.replace(compiled)
        click.echo(f"compiled {source.parent.parent.name}: {len(catalogue)} messages")
