"""Films are read through without decoding; the chosen pictures, and no others, come out of them, upright."""

from __future__ import annotations

import dataclasses
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from backend.roads.frames.bad_frames import BadFrames
from backend.roads.frames.film_pictures import FilmReader, pictures
from backend.roads.frames.films import Film, VideoLimits, opened, picture_track, survey
from tests.films import RATE, make_film, number_of

LIMITS = VideoLimits(size_bytes=50_000_000, hours=0.1, pixels=1_000_000)
FORMS = [  # a file's name, its codec, pictures that need later ones
    ("drive.mp4", "mpeg4", 0),
    ("drive.mov", "libx264", 3),
    ("drive.avi", "mpeg4", 2),
    ("drive.ts", "libx264", 3),
    ("drive.mkv", "libx265", 0),
]


def numbers(film: Film, wanted: list[int]) -> list[int]:
    """The numbers that the pictures carry which come out for those in places ``wanted``."""
    found = []
    for shown, jpeg in pictures(film, [film.shown[each] for each in wanted]):
        assert jpeg is not None, shown
        found.append(number_of(jpeg))
    return found


@pytest.mark.parametrize(("name", "codec", "b_frames"), FORMS)
def test_the_chosen_pictures_come_out_of_any_film(
    tmp_path: Path, name: str, codec: str, b_frames: int
) -> None:
    """Near each other and far apart, the first and the last, whatever order they lie in."""
    film = survey(make_film(tmp_path / name, 12, codec=codec, b_frames=b_frames), LIMITS)
    assert 12 * RATE == len(film.shown)
    assert sorted(film.shown) == list(film.shown)
    assert 11.9 == pytest.approx(film.after(film.shown[-1]).total_seconds(), abs=0.01)
    for wanted in ([0, 3, 4, 55, 119], [90], [29, 30, 31], list(range(120))):
        assert wanted == numbers(film, wanted)


def test_only_the_stretch_before_a_chosen_picture_is_decoded(tmp_path: Path) -> None:
    """Two pictures of forty seconds cost their two groups of pictures, not the film."""
    film = survey(make_film(tmp_path / "drive.mp4", 40), LIMITS)
    with opened(film.path) as container:
        reader = FilmReader(container, picture_track(container, film.path), film)
        for wanted in (155, 385):
            frame = reader.picture(film.shown[wanted])
            assert frame is not None
            assert film.shown[wanted] == frame.pts
        assert reader.decoded <= 2 * RATE


def test_a_film_says_when_it_began(tmp_path: Path) -> None:
    """Where its container has it."""
    film = survey(make_film(tmp_path / "drive.mp4", 1, made_at="2026-11-23T03:00:00Z"), LIMITS)
    assert datetime(2026, 11, 23, 3, tzinfo=UTC) == film.written_at
    assert None is survey(make_film(tmp_path / "silent.ts", 1), LIMITS).written_at


@pytest.mark.parametrize(
    ("turned_deg", "size", "dark"),
    [
        (-90, (240, 320), (0.95, 0.06)),  # a quarter to the right: the first row is the right edge
        (90, (240, 320), (0.05, 0.94)),
        (180, (320, 240), (0.95, 0.95)),
        (0, (320, 240), (0.05, 0.05)),
    ],
)
def test_a_picture_comes_out_upright(
    tmp_path: Path, turned_deg: int, size: tuple[int, int], dark: tuple[float, float]
) -> None:
    """A camera that hangs upside down, or a phone held upright, says so in its film."""
    film = survey(make_film(tmp_path / "drive.mp4", 1, turned_deg=turned_deg), LIMITS)
    ((_shown, jpeg),) = pictures(film, [film.shown[0]])
    assert jpeg is not None
    with Image.open(io.BytesIO(jpeg)) as opened:
        assert size == opened.size
        assert {} == dict(opened.getexif())
        x, y = round(dark[0] * opened.width), round(dark[1] * opened.height)
        value: Any = opened.convert("L").getpixel((x, y))
        assert value < 60


def test_a_picture_is_no_larger_than_anybody_looks(tmp_path: Path) -> None:
    """4K costs storage and shows the eye nothing more."""
    path = make_film(tmp_path / "drive.mp4", 0.1, size=(3840, 2160))
    film = survey(path, dataclasses.replace(LIMITS, pixels=10_000_000))
    ((_shown, jpeg),) = pictures(film, [film.shown[0]])
    assert jpeg is not None
    with Image.open(io.BytesIO(jpeg)) as opened:
        assert (1920, 1080) == opened.size


def test_a_damaged_stretch_costs_its_pictures_only(tmp_path: Path) -> None:
    """What is whole before and after it comes out."""
    path = make_film(tmp_path / "drive.ts", 20, codec="libx264")
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 188 * 20] = bytes(188 * 20)
    path.write_bytes(content)
    film = survey(path, LIMITS)
    found = [jpeg and number_of(jpeg) for _shown, jpeg in pictures(film, [film.shown[5], film.shown[-5]])]
    assert 5 == found[0]
    assert found[1] in (195, 196)


def cut(path: Path) -> None:
    """Lose the second half."""
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def sound_only(path: Path) -> None:
    """A film without pictures."""
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("aac", rate=8000)
        stream.layout = "mono"
        frame = av.AudioFrame(format="fltp", layout="mono", samples=1024)
        frame.sample_rate = 8000
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        container.mux(stream.encode(frame))
        container.mux(stream.encode())


def twice(path: Path) -> None:
    """Two films put together by hand."""
    path.write_bytes(path.read_bytes() * 2)


BAD = {
    "no video": ("drive.mp4", lambda path: path.write_bytes(b"hello " * 99), "no video that is taken"),
    "empty": ("drive.mp4", lambda path: path.write_bytes(b""), "no video that is taken"),
    "a playlist": (
        "drive.mp4",
        lambda path: path.write_text("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1/a.ts\n#EXT-X-ENDLIST\n"),
        "no video that is taken",
    ),
    "a script": (
        "drive.mp4",
        lambda path: path.write_text("ffconcat version 1.0\nfile other.mp4\n"),
        "no video that is taken",
    ),
    "no list of pictures": ("drive.mp4", lambda path: (make_film(path), cut(path)), "cut off.*card"),
    "half of it": (
        "drive.mp4",
        lambda path: (make_film(path, codec="libx264", movflags="faststart"), cut(path)),
        r"cut off: pictures end after \d s of 10",
    ),
    "half an AVI": ("drive.avi", lambda path: (make_film(path), cut(path)), "cut off"),
    "sound only": ("drive.mp4", sound_only, "no picture track"),
    "too long": ("drive.mp4", lambda path: make_film(path, 40), "at most 0.01 hours.*QALA_VIDEO_MAX_HOURS"),
    "two in one": ("drive.ts", lambda path: (make_film(path), twice(path)), "jumps back.*one by one"),
    "large pictures": ("drive.mp4", lambda path: make_film(path, 0.2, size=(1280, 960)), "megapixels"),
    "small pictures": ("drive.mp4", lambda path: make_film(path, 0.2, size=(64, 48)), "64 × 48"),
    "a folder": ("drive.mp4", lambda path: path.mkdir(), "cannot be read"),
    "not there": ("drive.mp4", lambda path: None, "cannot be read"),
    "large": ("drive.mp4", lambda path: path.write_bytes(bytes(50_000_001)), "0.05 GB.*QALA_VIDEO_MAX_GB"),
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_no_whole_film_is_refused_in_words(tmp_path: Path, what: str) -> None:
    """What is wrong, and what to do."""
    name, make, says = BAD[what]
    make(tmp_path / name)
    limits = dataclasses.replace(LIMITS, hours=0.01) if what == "too long" else LIMITS
    with pytest.raises(BadFrames, match=says):
        survey(tmp_path / name, limits)
