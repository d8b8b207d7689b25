"""Small folders of labelled photos whose faults can be seen: dark lines and holes on grey, a block a photo."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

SIZE = (800, 120)


def labelled_photos(place: Path, names: list[str], *, seed: int = 1, ending: str = ".png") -> Path:
    """A folder with a photo for each name, such as «1_KZ_021_A21_100»; every photo has a crack, every second a pothole."""
    rng = np.random.default_rng(seed)
    for folder in ("images", "masks"):
        (place / folder).mkdir(parents=True, exist_ok=True)
    rows = [f"{name},{name.split('_')[1]},{name.split('_')[2]}" for name in names]
    (place / "labels.csv").write_text("\n".join(["id,state,highway", *rows]), encoding="utf-8")
    for number, name in enumerate(names):
        mask = np.ones(SIZE[::-1], np.uint8)
        mask[:, :80] = 0
        mask[40:44, 200 : 300 + 400 * (number + 1) // len(names)] = 2
        if number % 2:
            mask[70:110, 300:400] = 3
        grey = np.where(mask >= 2, 30, 130) + rng.integers(-9, 9, mask.shape)
        Image.fromarray(grey.astype(np.uint8)).convert("RGB").save(place / "images" / f"{name}{ending}")
        Image.fromarray(mask).save(place / "masks" / f"{name}.png")
    return place


def with_noise(place: Path, *, seed: int = 2) -> None:
    """Put noise in the place of every picture, under the same names and masks."""
    rng = np.random.default_rng(seed)
    for path in sorted((place / "images").iterdir()):
        Image.fromarray(rng.integers(0, 255, (*SIZE[::-1], 3), np.uint8)).save(path)
