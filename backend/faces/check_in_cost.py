"""CPU of a check-in of five frames, beside face_recognition used straightforwardly, at no loss of
accuracy."""

from __future__ import annotations

import hashlib
import io
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, ImageFile

from backend.faces.compare import compare
from backend.faces.error_rates import Bools, Floats, Rate, Size, split_rates
from backend.faces.evaluation import ENLARGED_PX, PEOPLE, PHOTOS, code_version, measured, orl_photo, read_orl
from backend.faces.liveness import LiveFrame, assess
from backend.faces.reading import MODEL_VERSION, FrameReading
from backend.faces.threshold import SHIPPED
from backend.faces.verifier import DlibVerifier
from shared.vocabulary import FindingCode, Move

FRAME_PX = (1280, 960)
FRAMES = 5
SIZE = Size(5, FRAMES)
MIN_RATIO = 5.0
MAX_LIVENESS_RATIO = 1.2
REPEATS = 5


def evaluate_check_in_cpu(data: Path, *, cache: Path | None = None) -> dict[str, Any]:
    """``qala evaluate check-in``, its CPU part: seconds of process time per check-in, ours and the library's
    defaults.

    Both begin with five JPEG files of 1280 × 960 px and end with distances to five enrolment photos. FNMR of
    both on ORL at FMR 10⁻³, thresholds chosen on the other half of the people. Raises DataMissing, and
    RuntimeError without skimage.
    """
    started = time.monotonic()
    frames = portrait_frames(FRAMES, seed=1)
    ours = _cpu_seconds(_our_check_in(portrait_frames(SIZE.photos, seed=2)), frames)
    library = _cpu_seconds(_library_check_in(portrait_frames(SIZE.photos, seed=2)), frames)
    with_liveness = _cpu_seconds(_our_check_in(portrait_frames(SIZE.photos, seed=2), live=True), frames)
    readings = read_orl(data, cache=cache)
    our_fnmr = split_rates(readings.pairs(), readings.usable, SIZE, 1e-3)
    pairs, usable = _library_pairs(data / "faces" / "orl", cache)
    library_fnmr = split_rates(pairs, usable, SIZE, 1e-3, fusion=mean_of_nearest)
    ratio = Rate(
        float(np.median(library) / np.median(ours)), min(library) / max(ours), max(library) / min(ours)
    )
    liveness_ratio = Rate(
        float(np.median(with_liveness) / np.median(ours)),
        min(with_liveness) / max(ours),
        max(with_liveness) / min(ours),
    )
    return {
        "name": "check-in",
        "version": f"{MODEL_VERSION} threshold {SHIPPED.version}",
        "seconds": round(time.monotonic() - started, 1),
        "samples": REPEATS,
        "data": f"{FRAMES} frames of {FRAME_PX[0]} x {FRAME_PX[1]} px made of NASA's portrait of Eileen Collins; "
        f"{readings.source}",
        "goals": [
            measured("CPU s per check-in, ours", _spread(ours)),
            measured("CPU s per check-in, library's defaults on every frame", _spread(library)),
            measured("times less CPU", ratio, MIN_RATIO, "at_least"),
            measured("CPU s per check-in with liveness, same frames", _spread(with_liveness)),
            measured("CPU with liveness beside without", liveness_ratio, MAX_LIVENESS_RATIO),
            measured(f"FNMR {SIZE} at FMR 0.001, library's defaults", library_fnmr.fnmr),
            measured(
                f"FNMR {SIZE} at FMR 0.001, ours (goal: the library's)",
                our_fnmr.fnmr,
                library_fnmr.fnmr.value,
            ),
            measured(f"FMR {SIZE} on the held-out half, library's defaults", library_fnmr.fmr),
            measured(f"FMR {SIZE} on the held-out half, ours", our_fnmr.fmr),
        ],
    }


def portrait_frames(count: int, seed: int) -> list[bytes]:
    """JPEG files of 1280 × 960 px as a phone at arm's length sees a person: one portrait, moved, scaled, lit
    differently."""
    try:
        from skimage.data import astronaut
    except ImportError as error:
        raise RuntimeError(
            "scikit-image must be installed for its portrait: pip install 'qala[dev]'"
        ) from error
    rng = np.random.default_rng(seed)
    pixels: NDArray[np.uint8] = astronaut()  # type: ignore[no-untyped-call]
    portrait = Image.fromarray(pixels)
    width, height = FRAME_PX
    files = []
    for _ in range(count):
        side = int(rng.uniform(1180, 1400))
        person = portrait.resize((side, side), Image.Resampling.BICUBIC)
        frame = Image.new("RGB", FRAME_PX, (118, 122, 128))
        frame.paste(person, (int((width - side) / 2 + rng.uniform(-60, 60)), int(rng.uniform(-40, 10))))
        frame = ImageEnhance.Brightness(frame).enhance(rng.uniform(0.8, 1.1))
        file = io.BytesIO()
        frame.save(file, "JPEG", quality=90)
        files.append(file.getvalue())
    assert all(Image.open(io.BytesIO(file)).height == height for file in files)
    return files


def mean_of_nearest(pairs: Floats, enrolled: Bools, probing: Bools, min_frames: int) -> Floats:
    """The straightforward fusion: each frame's distance to the nearest enrolment photo, mean over the
    frames."""
    people = len(enrolled)
    nearest = np.where(enrolled[:, :, None, None], np.nan_to_num(pairs, nan=np.inf), np.inf).min(axis=1)
    used = np.broadcast_to(probing, (people, *probing.shape)) & np.isfinite(nearest)
    counts = used.sum(axis=2)
    means = np.where(used, nearest, 0.0).sum(axis=2) / np.maximum(counts, 1)
    return np.where(counts >= min_frames, means, np.inf)


def _our_check_in(photos: Sequence[bytes], *, live: bool = False) -> Callable[[Sequence[bytes]], float]:
    verifier = DlibVerifier()
    enrolment = verifier.enrol(photos)
    template = enrolment.template
    if template is None:
        raise RuntimeError(f"the portrait must pass the enrolment gate, was refused: {enrolment.photos}")

    def check_in(frames: Sequence[bytes]) -> float:
        readings = verifier.read(frames)
        if live:
            liveness = assess(_turned(readings), (Move.LEFT, Move.RIGHT))
            assert liveness.measure(FindingCode.LIVE_DEPTH) is not None, "all of liveness must be measured"
        encodings = [reading.encoding for reading in readings if reading.encoding is not None]
        return compare(template, encodings).distance

    return check_in


def _turned(readings: Sequence[FrameReading]) -> list[LiveFrame]:
    """As if the portrait had looked ahead, left and right: its nose is moved by a third of the eyes' distance."""
    prompts = (None, 0, 0, 1, 1)
    frames = []
    for index, (reading, prompt) in enumerate(zip(readings, prompts, strict=True)):
        assert reading.landmarks is not None, "the portrait's face must be found"
        points = reading.landmarks.copy()
        if prompt is not None:
            points[27:36, 0] += (points[45, 0] - points[36, 0]) / 4 * (1 if prompt == 0 else -1)
        frames.append(LiveFrame(points, index * 0.5, prompt))
    return frames


def _library_check_in(photos: Sequence[bytes]) -> Callable[[Sequence[bytes]], float]:
    library = _face_recognition()
    known = [library.face_encodings(library.load_image_file(io.BytesIO(photo)))[0] for photo in photos]

    def check_in(frames: Sequence[bytes]) -> float:
        distances = []
        for frame in frames:
            for encoding in library.face_encodings(library.load_image_file(io.BytesIO(frame)))[:1]:
                distances.append(library.face_distance(known, encoding).min())
        return float(np.mean(distances))

    return check_in


def _cpu_seconds(check_in: Callable[[Sequence[bytes]], float], frames: Sequence[bytes]) -> list[float]:
    check_in(frames)  # models load and caches warm outside the measurement
    seconds = []
    for _ in range(REPEATS):
        before = time.process_time()
        distance = check_in(frames)
        seconds.append(time.process_time() - before)
        assert distance < SHIPPED.accept_at, f"the portrait must match itself, distance was {distance}"
    return seconds


def _library_pairs(folder: Path, cache: Path | None) -> tuple[Floats, Bools]:
    """Distances between all ORL photos as face_recognition reads them by default."""
    version = hashlib.sha256(f"{code_version(folder)} {ENLARGED_PX} library".encode()).hexdigest()[:16]
    kept = None if cache is None else cache / f"orl-library-{version}.npy"
    if kept is not None and kept.is_file():
        encodings: NDArray[np.float64] = np.load(kept)
    else:
        library = _face_recognition()
        encodings = np.full((PEOPLE, PHOTOS, 128), np.nan)
        for person in range(PEOPLE):
            for photo in range(PHOTOS):
                image = library.load_image_file(io.BytesIO(orl_photo(folder, person + 1, photo + 1)))
                for encoding in library.face_encodings(image)[:1]:
                    encodings[person, photo] = encoding
        if kept is not None:
            kept.parent.mkdir(parents=True, exist_ok=True)
            np.save(kept, encodings)
    flat = encodings.reshape(-1, 128)
    distances = np.linalg.norm(flat[:, None] - flat[None], axis=-1).reshape(PEOPLE, PHOTOS, PEOPLE, PHOTOS)
    return distances, ~np.isnan(encodings[..., 0])


def _face_recognition() -> Any:
    """The library itself; importing it makes Pillow accept half photos everywhere, which is undone here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pkg_resources is deprecated
        import face_recognition
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    return face_recognition


def _spread(seconds: Sequence[float]) -> Rate:
    return Rate(float(np.median(seconds)), min(seconds), max(seconds))
