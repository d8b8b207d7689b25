"""`qala roads`: what people said of photos of roads, as data to learn from."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def roads() -> None:
    """Photos of roads and what people said of them."""


@roads.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export_labels(folder: Path) -> None:
    """Write blurred views, masks and labels.csv into FOLDER, in the form that `qala train roads` reads."""
    from backend.cli.application import application
    from backend.roads.looking.exporting import export_labels as export

    with application():
        written = export(folder)
    click.echo(
        f"{written.photos} labelled photos, {written.masks} with a mask, in {folder}; views that are gone: {written.gone}"
    )
