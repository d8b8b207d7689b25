"""Films of a driving camera: what one is, when each of its pictures is shown and when it began; read through once, nothing decoded.

Containers: MP4 and MOV, AVI, MPEG-TS, Matroska; whatever names other files or the net (playlists, scripts) is none of them.
"""

from __future__ import annotations

import hashlib
from array import array
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from backend.faces.pictures import MIN_SIDE_PX
from backend.roads.frames.bad_frames import BadFrames
from backend.roads.frames.rules import Span
from backend.roads.frames.tables import moment

FORMATS = "mov,avi,mpegts,matroska"
TAKEN = "MP4, MOV, AVI, TS or MKV"
WRITTEN_AT = ("com.apple.quicktime.creationdate", "creation_time", "date")  # the first has an offset
CUT_LEAST_S = 1.0
JUMP_LEAST_S = 1.0  # less is a sloppy recorder
CUT_LEAST_SHARE = 0.02
BLOCK = 1 << 20


@dataclass(frozen=True, kw_only=True)
class VideoLimits:
    """What a film may be at most."""

    size_bytes: int
    hours: float
    pixels: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Film:
    """A film that was read through: times are in ``tick_s``, as they stand in it."""

    path: Path
    sha256: str
    tick_s: Fraction
    shown: array[int]  # when each picture is shown, ascending
    keys: array[int]  # those that can be decoded without another
    written_at: datetime | None  # when it began, by its own account
    pixels_most: int

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    def after(self, shown: int) -> timedelta:
        """How long after the first picture one is shown."""
        return timedelta(seconds=float((shown - self.shown[0]) * self.tick_s))

    def span(self, begin: datetime) -> Span:
        """From the first to the last picture of a film that began then."""
        return Span(begin=begin, end=begin + self.after(self.shown[-1]))


def survey(path: Path, limits: VideoLimits) -> Film:
    """Read a film through. Raises BadFrames for what is none, is cut off, or is more than ``limits``."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise BadFrames(f"{path.name} cannot be read: {error.strerror}") from error
    if size > limits.size_bytes:
        raise BadFrames(
            f"{path.name} must have at most {limits.size_bytes / 1e9:g} GB, was {size / 1e9:.1f}: "
            "cut it into shorter films, or raise QALA_VIDEO_MAX_GB"
        )
    with opened(path) as container:
        stream = picture_track(container, path, limits)
        tick_s = stream.time_base or Fraction(1, 1000)
        shown, keys = _times(container, stream, path, tick_s, limits)
        _require_whole(path, container, stream, shown, tick_s)
        written_at = _written_at(container, stream)
    return Film(
        path=path,
        sha256=_sha256(path),
        tick_s=tick_s,
        shown=shown,
        keys=keys,
        written_at=written_at,
        pixels_most=limits.pixels,
    )


def opened(path: Path) -> InputContainer:
    """A film's container, which the caller closes. Raises BadFrames."""
    options = {"format_whitelist": FORMATS, "protocol_whitelist": "file"}
    try:
        return av.open(str(path.resolve()), "r", options=options, metadata_errors="replace")
    except (av.FFmpegError, OSError, ValueError) as error:
        if isinstance(error, (FileNotFoundError, PermissionError, IsADirectoryError)):
            raise BadFrames(f"{path.name} cannot be read: {error.strerror}") from error
        if _begins_like_a_film(path):
            raise BadFrames(
                f"{path.name} is cut off: the list of its pictures, which a camera writes last, is not there. Copy it from the card "
                "again; where the camera itself lost power, repair it (`untrunc`), or take the film before it"
            ) from error
        raise BadFrames(f"{path.name} is no video that is taken: give {TAKEN}") from error


def _begins_like_a_film(path: Path) -> bool:
    with path.open("rb") as file:
        start = file.read(12)
    return start[4:8] in (b"ftyp", b"mdat", b"wide", b"free") or (
        start[:4] == b"RIFF" and start[8:] == b"AVI "
    )


def picture_track(container: InputContainer, path: Path, limits: VideoLimits | None = None) -> VideoStream:
    """The track that is looked at: a cover picture is none."""
    tracks = [
        each
        for each in container.streams.video
        if not each.disposition & (Disposition.attached_pic | Disposition.timed_thumbnails)
    ]
    if not tracks:
        raise BadFrames(f"{path.name} has no picture track: give the film of the camera, not its sound")
    best = container.streams.best("video")
    stream = next((each for each in tracks if each is best), tracks[0])
    if stream.codec_context is None:
        raise BadFrames(
            f"{path.name} has pictures in a form that cannot be decoded: convert it to MP4 with H.264"
        )
    width_px, height_px = stream.width, stream.height
    if limits is not None and width_px * height_px > limits.pixels:
        raise BadFrames(
            f"{path.name} must have at most {limits.pixels / 1e6:g} megapixels a picture, was {width_px} × {height_px}: "
            "lower the camera's resolution"
        )
    if min(width_px, height_px) < MIN_SIDE_PX:
        raise BadFrames(
            f"{path.name} has pictures of {width_px} × {height_px}: they must have at least {MIN_SIDE_PX} px on each side"
        )
    return stream


def _times(
    container: InputContainer, stream: VideoStream, path: Path, tick_s: Fraction, limits: VideoLimits
) -> tuple[array[int], array[int]]:
    """When each picture is shown, and each key picture, both ascending."""
    most = round(limits.hours * 3600 / tick_s)
    long = f"{path.name} must have at most {limits.hours:g} hours: cut it into shorter films, or raise QALA_VIDEO_MAX_HOURS"
    if stream.duration is not None and stream.duration > most:
        raise BadFrames(f"{long} (it has {float(stream.duration * tick_s) / 3600:.2g})")
    shown, keys = array("q"), array("q")
    last: int | None = None
    try:
        for packet in container.demux(stream):
            at = packet.pts if packet.pts is not None else packet.dts
            if not packet.size or at is None or packet.is_discard:
                continue
            if last is not None and packet.dts is not None and (last - packet.dts) * tick_s > JUMP_LEAST_S:
                raise BadFrames(
                    f"{path.name}: its clock jumps back after {float((last - shown[0]) * tick_s):.0f} s, "
                    "so it is several films in one: give them one by one"
                )
            last = packet.dts if packet.dts is not None else last
            shown.append(at)
            if packet.is_keyframe:
                keys.append(at)
            if at - shown[0] > most:
                raise BadFrames(long)
    except av.FFmpegError as error:
        if not shown:
            raise BadFrames(
                f"{path.name} cannot be read: {error.strerror}: copy it from the card again"
            ) from error
    if not shown:
        raise BadFrames(f"{path.name} has a picture track without pictures: copy it from the card again")
    return array("q", sorted(shown)), array("q", sorted(keys))


def _require_whole(
    path: Path, container: InputContainer, stream: VideoStream, shown: array[int], tick_s: Fraction
) -> None:
    """A film that announces more than is there must not be taken: the whole one would be another film, and its road be told twice."""
    there_s = float((shown[-1] - shown[0]) * tick_s)
    announced_s = (container.duration or 0) / av.time_base
    if stream.duration is not None:
        announced_s = float(stream.duration * tick_s)
    if announced_s - there_s > max(CUT_LEAST_S, CUT_LEAST_SHARE * announced_s):
        raise BadFrames(
            f"{path.name} is cut off: pictures end after {there_s:.0f} s of {announced_s:.0f}. Copy it from the card again, or, "
            "where nothing more is left of it, write what is there anew (`ffmpeg -i FILE -c copy NEW.mp4`)"
        )


def _written_at(container: InputContainer, stream: VideoStream) -> datetime | None:
    for key in WRITTEN_AT:
        for said in (container.metadata, stream.metadata):
            found = moment(said.get(key, ""))
            if found is not None:
                return found
    return None


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()
