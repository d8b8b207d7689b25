"""Chosen pictures out of a film: decoded where one was chosen, from the key picture before it, and never more than a few at a time."""

from __future__ import annotations

import bisect
import io
from collections.abc import Iterator, Sequence

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

from backend.roads.frames.films import Film, opened, picture_track

LONG_SIDE_MOST_PX = 1920  # what looks at a picture reads 1280
JPEG_QUALITY = 92
SEEK_LEAST_S = 1.0  # decoding a second on is cheaper than looking for another place in the file
LATE_MOST_S = 0.5  # a damaged picture gives way to the next whole one so soon after it
TURNS = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}


def pictures(film: Film, wanted: Sequence[int]) -> Iterator[tuple[int, bytes | None]]:
    """Chosen pictures as upright JPEGs without metadata, in the order of their times; None for what is too damaged.

    ``wanted`` are times out of ``film.shown``, ascending.
    """
    with opened(film.path) as container:
        stream = picture_track(container, film.path)
        stream.thread_type = "AUTO"
        reader = FilmReader(container, stream, film)
        for shown in wanted:
            frame = reader.picture(shown)
            yield shown, None if frame is None else _jpeg(frame, stream)


class FilmReader:
    """Goes through a film forwards, past what nobody wants by looking for the key picture before the next that is wanted."""

    def __init__(self, container: InputContainer, stream: VideoStream, film: Film) -> None:
        self._container, self._stream, self._film = container, stream, film
        self.decoded = 0  # how many pictures it took
        self._frames = self._decoded()
        self._last: VideoFrame | None = None
        self._late_most = round(LATE_MOST_S / film.tick_s)
        self._seek_least = round(SEEK_LEAST_S / film.tick_s)

    def picture(self, shown: int) -> VideoFrame | None:
        """The picture that is shown then, or the next whole one if it follows at once."""
        key = bisect.bisect_right(self._film.keys, shown) - 1
        if key >= 0 and self._film.keys[key] - self._reached() > self._seek_least:
            self._seek(key, shown)
        while self._reached() < shown:
            self._last = next(self._frames, None)
            if self._last is None:
                return None
        frame = self._last
        while frame is not None and self._unusable(frame):
            frame = self._last = next(self._frames, None)
        if frame is None or frame.pts is None or frame.pts - shown > self._late_most:
            return None
        return frame

    def _reached(self) -> int:
        return self._film.shown[0] - 1 if self._last is None or self._last.pts is None else self._last.pts

    def _seek(self, key: int, shown: int) -> None:
        """Go to a key picture, or to one before it where the file's index leads past what is wanted."""
        for earlier in (key, key - 1, key - 4, 0):
            if earlier < 0:
                continue
            try:
                self._container.seek(self._film.keys[earlier], stream=self._stream)
            except av.FFmpegError:
                continue
            self._frames = self._decoded()
            self._last = next(self._frames, None)
            if self._last is not None and self._last.pts is not None and self._last.pts <= shown:
                return

    def _decoded(self) -> Iterator[VideoFrame]:
        """Frames with a time from where the file is read on; packets that cannot be decoded are passed over."""
        for packet in self._container.demux(self._stream):
            try:
                frames = self._stream.decode(packet)
            except av.FFmpegError:
                continue
            for frame in frames:
                if frame.pts is None:
                    frame.pts = frame.dts
                if frame.pts is not None:
                    self.decoded += 1
                    yield frame

    def _unusable(self, frame: VideoFrame) -> bool:
        return frame.is_corrupt or frame.width * frame.height > self._film.pixels_most


def _jpeg(frame: VideoFrame, stream: VideoStream) -> bytes:
    """A frame with square pixels, turned as its film says, at most ``LONG_SIDE_MOST_PX`` long."""
    stretch = float(stream.sample_aspect_ratio or 1)
    width, height = frame.width * (stretch if 0.25 <= stretch <= 4 else 1.0), float(frame.height)
    scale = min(1.0, LONG_SIDE_MOST_PX / max(width, height))
    picture: Image.Image = frame.to_image(
        width=max(1, round(width * scale)), height=max(1, round(height * scale)), interpolation="AREA"
    )
    turn = TURNS.get(round(frame.rotation / 90) * 90 % 360)
    buffer = io.BytesIO()
    (picture if turn is None else picture.transpose(turn)).save(buffer, "JPEG", quality=JPEG_QUALITY)
    return buffer.getvalue()
