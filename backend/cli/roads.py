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


@roads.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--district", required=True, help="Code of the district for places that lie in no boundary.")
@click.option(
    "--every", "every_m", default=8.0, show_default=True, help="Metres of new road that a frame must show."
)
def import_frames(folder: Path, district: str, every_m: float) -> None:
    """Make reports of the frames of a driving vehicle: FOLDER has frames.csv, perhaps positions.csv, and the pictures."""
    from backend.cli.application import application
    from backend.roads.frames.importing import BadFrames
    from backend.roads.frames.importing import import_frames as take

    with application():
        try:
            done = take(folder, district=district, every_m=every_m, say=click.echo)
        except BadFrames as error:
            raise click.ClickException(str(error)) from error
    click.echo(
        f"{done.reports} reports of {done.frames} frames: {done.same_road} show road that another shows, {done.known} were there, "
        f"{done.unplaced} have no place in the city"
    )
