"""The eye's own map of a photo, pixel by pixel: its lane, and what made up its findings; some kB, and no picture."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

LANE, CRACK, POTHOLE, LEFT_OUT = 1, 2, 4, 8
BITS = 4
PALETTE = tuple(shade for value in range(2**BITS) for shade in (value * 17,) * 3)


@dataclass(frozen=True, slots=True, eq=False)
class Pixels:
    """Maps (h, w) of one photo at half the 800 px that the network looks at; faults may lie beside the lane."""

    lane: NDArray[np.bool_]  # that the camera stands over
    crack: NDArray[np.bool_]  # of the cracks that were outlined
    pothole: NDArray[np.bool_]  # of the potholes that were outlined
    left_out: NDArray[
        np.bool_
    ]  # over a limit of the network, but of no outline: a speck, or beyond the most outlines

    def packed(self) -> bytes:
        """A PNG of sixteen greys, a bit for each map."""
        values = self.lane * LANE | self.crack * CRACK | self.pothole * POTHOLE | self.left_out * LEFT_OUT
        picture = Image.fromarray(values.astype(np.uint8)).convert("P")
        picture.putpalette(PALETTE)
        body = io.BytesIO()
        picture.save(body, "PNG", bits=BITS)
        return body.getvalue()

    @classmethod
    def unpacked(cls, packed: bytes) -> Pixels:
        """What ``packed`` wrote."""
        with Image.open(io.BytesIO(packed)) as opened:
            values = np.asarray(opened)
        return cls(*((values & bit) > 0 for bit in (LANE, CRACK, POTHOLE, LEFT_OUT)))
