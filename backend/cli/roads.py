"""`qala roads`: frames of a driving vehicle taken in or sent as it would; what people said of photos of roads, as data to learn from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
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


def of_a_drive(command: Callable[..., None]) -> Callable[..., None]:
    """What names a drive that was recorded: a folder of frames, or films and a track."""
    file = click.Path(exists=True, dir_okay=False, path_type=Path)
    for option in (
        click.option(
            "--begins",
            help="When the film's first picture was, with offset, such as 2026-11-03T09:00:00+05:00; otherwise the film says it.",
        ),
        click.option(
            "--track", type=file, help="Where the vehicle was: GPX, NMEA, or a table with taken_at, lat, lon."
        ),
        click.option(
            "--video",
            "films",
            multiple=True,
            type=file,
            help="A film of the drive (MP4, MOV, AVI, TS, MKV) instead of FOLDER; may stand several times.",
        ),
        click.argument(
            "folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path)
        ),
    ):
        command = option(command)
    return command


def begin_of(
    folder: Path | None, films: tuple[Path, ...], track: Path | None, begins: str | None
) -> datetime | None:
    """When the only film began, where it was told. Refuses options that do not belong together."""
    from backend.roads.frames.tables import moment

    if (folder is None) == (not films):
        raise click.UsageError("give a FOLDER of frames, or --video and --track")
    if (track is None) == bool(films) or (begins and not films):
        raise click.UsageError("--video, --track and perhaps --begins belong together")
    found = moment(begins) if begins else None
    if begins and found is None:
        raise click.BadParameter(
            f"must be a time with offset such as 2026-11-03T09:00:00+05:00, was {begins!r}",
            param_hint="--begins",
        )
    return found


@roads.command()
@of_a_drive
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

    begins_at = begin_of(folder, films, track, begins)
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
        + (f", {done.unreadable} are missing or damaged" if done.unreadable else "")
    )


@roads.command()
@of_a_drive
@click.option("--url", required=True, help="The server, such as https://qala.example.")
@click.option(
    "--token",
    help="The device_id that POST /trackers told for the camera (sends_frames).",
)
@click.option(
    "--token-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with the token instead, which no list of processes shows.",
)
@click.option(
    "--patience",
    "patience_s",
    default=600.0,
    show_default=True,
    type=click.FloatRange(min=0.0),
    help="Seconds to wait for a server that is away before giving up.",
)
def stream_frames(
    folder: Path | None,
    films: tuple[Path, ...],
    track: Path | None,
    begins: str | None,
    url: str,
    token: str | None,
    token_file: Path | None,
    patience_s: float,
) -> None:
    """Send a recorded drive to a server as the vehicle's camera would: ask which frames are wanted, send those.

    Needs no instance, only the network; run again after a break, it goes on where it was.
    """
    import httpx

    from backend.roads.frames.bad_frames import BadFrames
    from backend.roads.streams.recorded import film_drive, folder_drive
    from backend.roads.streams.sending import Door, Lost, Refused, Source, stream

    begins_at = begin_of(folder, films, track, begins)
    if (token is None) == (token_file is None):
        raise click.UsageError("give --token or --token-file")
    secret = token or (token_file.read_text(encoding="utf-8") if token_file else "")
    if not url.startswith(("https://", "http://")):
        raise click.BadParameter(f"must begin with https://, was {url!r}", param_hint="--url")
    try:
        if folder is not None:
            source: Source = folder_drive(folder)
        else:
            assert track is not None
            source = film_drive(films, track, begins=begins_at, now=datetime.now(UTC))
        with httpx.Client(base_url=url.rstrip("/")) as client:
            door = Door(client, secret.strip(), patience_s=patience_s, say=click.echo)
            done = stream(source, door, say=click.echo)
    except (BadFrames, Lost, Refused, httpx.InvalidURL) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{done}; {source.unplaced} without a place in time")
