"""Drives that were recorded, as what a camera would send of them: a folder of frames, or films with a track."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, UUID, uuid5

from backend.blobs import sha256_hex
from backend.config import Settings
from backend.roads.frames.rules import Frame, PlacedFrame, in_order, placed
from backend.roads.frames.tables import FRAMES, read_frames

if TYPE_CHECKING:
    from backend.roads.frames.films import Film


@dataclass(frozen=True, kw_only=True)
class FolderDrive:
    """Frames of a folder that have a place."""

    folder: Path
    drive_id: UUID
    frames: Sequence[PlacedFrame]
    unplaced: int

    def contents(self, wanted: Sequence[PlacedFrame]) -> Iterator[tuple[PlacedFrame, bytes | None]]:
        """The files of some frames; None for one that cannot be read."""
        for frame in wanted:
            try:
                yield frame, (self.folder / frame.name).read_bytes()
            except OSError:
                yield frame, None


@dataclass(frozen=True, kw_only=True)
class FilmDrive:
    """Pictures of films that have a place; a frame's name is its film's SHA-256 and its time in it."""

    films: dict[str, Film]
    drive_id: UUID
    frames: Sequence[PlacedFrame]
    unplaced: int

    def contents(self, wanted: Sequence[PlacedFrame]) -> Iterator[tuple[PlacedFrame, bytes | None]]:
        """Some pictures, decoded; None for what is damaged."""
        from backend.roads.frames.film_pictures import pictures

        for sha256, film in self.films.items():
            here = {
                int(shown): frame
                for frame in wanted
                for of, _colon, shown in [frame.name.partition(":")]
                if of == sha256
            }
            for shown, content in pictures(film, sorted(here)) if here else ():
                yield here[shown], content


def folder_drive(folder: Path) -> FolderDrive:
    """A folder as `qala roads import-frames` reads it; the same folder is the same drive. Raises BadFrames."""
    frames, positions = read_frames(folder)
    found = [each for frame in frames if (each := placed(frame, positions)) is not None]
    return FolderDrive(
        folder=folder,
        drive_id=_drive_id(sha256_hex((folder / FRAMES).read_bytes())),
        frames=in_order(found),
        unplaced=len(frames) - len(found),
    )


def film_drive(paths: Sequence[Path], track: Path, *, begins: datetime | None, now: datetime) -> FilmDrive:
    """Films and their track; the same films are the same drive. Raises BadFrames."""
    from backend.roads.frames.film_drive import FilmLimits, in_time
    from backend.roads.frames.tracks import read_track

    positions = read_track(track)
    limits = FilmLimits(  # a camera's box has no instance, so no settings of its own
        size_bytes=int(Settings.video_max_gb * 1_000_000_000),
        hours=Settings.video_max_hours,
        pixels=Settings.photo_max_megapixels * 1_000_000,
        time_zone=Settings.time_zone,
    )
    films = in_time(paths, positions, begins=begins, limits=limits, now=now, say=lambda _line: None)
    found: list[PlacedFrame] = []
    for film, begin in films:
        for shown in film.shown:
            frame = placed(Frame(name=f"{film.sha256}:{shown}", at=begin + film.after(shown)), positions)
            if frame is not None:
                found.append(frame)
    return FilmDrive(
        films={film.sha256: film for film, _begin in films},
        drive_id=_drive_id(":".join(film.sha256 for film, _begin in films)),
        frames=in_order(found),
        unplaced=sum(len(film.shown) for film, _begin in films) - len(found),
    )


def _drive_id(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"qala-drive:{name}")
