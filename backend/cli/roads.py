"""`qala roads`: frames of a driving vehicle taken in; what people said of photos of roads, as data to learn from."""

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
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--video",
    "films",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A film of the drive (MP4, MOV, AVI, TS, MKV) instead of FOLDER; may stand several times.",
)
@click.option(
    "--track",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Where the vehicle was: GPX, NMEA, or a table with taken_at, lat, lon.",
)
@click.option(
    "--begins",
    help="When the film's first picture was, with offset, such as 2026-11-03T09:00:00+05:00; otherwise the film says it.",
)
@click.option("--district", required=True, help="Code of the district for places that lie in no boundary.")
@click.option(
    "--every",
    "every_m",
    default=8.0,
    show_default=True,
    type=click.FloatRange(min=1.0),
    help="Metres of new road that a frame must show.",
)
def import_frames(
    folder: Path | None,
    films: tuple[Path, ...],
    track: Path | None,
    begins: str | None,
    district: str,
    every_m: float,
) -> None:
    """Make reports of the frames of a driving vehicle.

    FOLDER has frames.csv, perhaps positions.csv, and the pictures. Or: --video drive.mp4 --track drive.gpx.
    """
    from backend.cli.application import application
    from backend.roads.frames.bad_frames import BadFrames
    from backend.roads.frames.importing import import_films
    from backend.roads.frames.importing import import_frames as take
    from backend.roads.frames.tables import moment

    if (folder is None) == (not films):
        raise click.UsageError("give a FOLDER of frames, or --video and --track")
    if (track is None) == bool(films) or (begins and not films):
        raise click.UsageError("--video, --track and perhaps --begins belong together")
    begins_at = moment(begins) if begins else None
    if begins and begins_at is None:
        raise click.BadParameter(
            f"must be a time with offset such as 2026-11-03T09:00:00+05:00, was {begins!r}",
            param_hint="--begins",
        )
    with application():
        try:
            if folder is not None:
                done = take(folder, district=district, every_m=every_m, say=click.echo)
            else:
                assert track is not None
                done = import_films(
                    films, track, district=district, begins=begins_at, every_m=every_m, say=click.echo
                )
        except BadFrames as error:
            raise click.ClickException(str(error)) from error
    click.echo(
        f"{done.reports} reports of {done.frames} frames: {done.same_road} show road that another shows, {done.known} were there, "
        f"{done.unplaced} have no place in the city"
        + (f", {done.unreadable} are damaged" if done.unreadable else "")
    )
