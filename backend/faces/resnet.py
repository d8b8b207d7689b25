"""dlib's face encoder on numpy: the same weights and the same 128 numbers (to 1e-5) for a tenth of the CPU.

dlib-bin is built without BLAS, and its convolutions cost 105 ms a face; as matrix products in OpenBLAS they
cost 12, and numpy lets go of the GIL meanwhile (one thread each: see ``blas_threads``).
A test holds both encoders against each other.

Network: dnn_face_recognition_ex.cpp of dlib (Boost licence), 29 convolutions; weights CC0, by Davis King.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Floats = NDArray[np.float32]

INPUT_PX = 150
_MEAN_RGB = np.array([122.782, 117.001, 104.298], dtype=np.float32)
_LEVELS = tuple(
    (channels, block == 0 and channels > 32)
    for channels, blocks in ((32, 3), (64, 4), (128, 3), (256, 3), (256, 1))
    for block in range(blocks)
)
"""Residual blocks in order: channels, and whether the block halves the picture."""


@dataclass(frozen=True, slots=True, eq=False)
class _Convolution:
    """Filters with the affine layer that follows folded in."""

    matrix: Floats
    """(kernel · kernel · channels in, channels out)"""
    bias: Floats
    kernel: int
    stride: int

    def __call__(self, image: Floats) -> Floats:
        """(height, width, channels in) → (height, width, channels out); padded only at stride 1, as dlib
        does."""
        if self.stride == 1:
            edge = self.kernel // 2
            image = np.pad(image, ((edge, edge), (edge, edge), (0, 0)))
        windows = sliding_window_view(image, (self.kernel, self.kernel), axis=(0, 1))[
            :: self.stride, :: self.stride
        ]
        height, width = windows.shape[:2]
        columns = windows.transpose(0, 1, 3, 4, 2).reshape(height * width, -1)
        return (columns @ self.matrix + self.bias).reshape(height, width, -1)


@dataclass(frozen=True, slots=True, eq=False)
class ResNet:
    """The encoder; holds no state while it runs, so threads may share it."""

    first: _Convolution
    blocks: tuple[tuple[_Convolution, _Convolution], ...]
    last: Floats
    """(256, 128)"""

    @classmethod
    def load(cls, path: Path) -> ResNet:
        """Read ``dlib_face_recognition_resnet_model_v1.dat``. Raises RuntimeError when it is another
        network."""
        reader = _Weights(path.read_bytes())
        first = reader.convolution(channels_in=3, channels_out=32, kernel=7, stride=2)
        blocks, channels = [], 32
        for channels_out, halves in _LEVELS:
            one = reader.convolution(channels, channels_out, kernel=3, stride=2 if halves else 1)
            two = reader.convolution(channels_out, channels_out, kernel=3, stride=1)
            blocks.append((one, two))
            channels = channels_out
        return cls(first, tuple(blocks), reader.dense(channels, 128))

    def encode(self, chip: NDArray[np.uint8]) -> Floats:
        """128 numbers of a 150 × 150 RGB face crop; shape (128,)."""
        if chip.shape != (INPUT_PX, INPUT_PX, 3):
            raise ValueError(f"chip must have shape ({INPUT_PX}, {INPUT_PX}, 3), was {chip.shape}")
        image = np.maximum(self.first((chip.astype(np.float32) - _MEAN_RGB) / np.float32(256)), 0)
        image = sliding_window_view(image, (3, 3), axis=(0, 1))[::2, ::2].max(axis=(3, 4))
        for one, two in self.blocks:
            residual = two(np.maximum(one(image), 0))
            shortcut = _halved(image) if one.stride == 2 else image
            image = np.maximum(_add(shortcut, residual), 0)
        encoding: Floats = image.mean(axis=(0, 1)) @ self.last
        return encoding


def _halved(image: Floats) -> Floats:
    """Mean of 2 × 2, without the odd last row and column."""
    height, width = image.shape[0] // 2 * 2, image.shape[1] // 2 * 2
    even = image[:height, :width]
    return (even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]) / np.float32(4)


def _add(one: Floats, other: Floats) -> Floats:
    """Sum where the smaller counts as zero outside its size, as dlib's add_prev does for pixels and
    channels."""
    if one.shape == other.shape:
        return one + other
    total = np.zeros(np.maximum(one.shape, other.shape), dtype=np.float32)
    for part in (one, other):
        total[: part.shape[0], : part.shape[1], : part.shape[2]] += part
    return total


class _Weights:
    """The layers' parameters in dlib's file, found by their tags in the order from input to output."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def convolution(self, channels_in: int, channels_out: int, kernel: int, stride: int) -> _Convolution:
        """A con_ layer and the affine_ layer after it."""
        size = channels_in * kernel * kernel * channels_out
        parameters = self._tensor(b"con_", size + channels_out)
        gamma, beta = np.split(self._tensor(b"affine_", 2 * channels_out), 2)
        filters = (
            parameters[:size].reshape(channels_out, channels_in, kernel, kernel) * gamma[:, None, None, None]
        )
        # rows in the order in which a window's pixels lie in memory: row, column, channel
        matrix = np.ascontiguousarray(filters.transpose(2, 3, 1, 0).reshape(-1, channels_out))
        return _Convolution(matrix, parameters[size:] * gamma + beta, kernel, stride)

    def dense(self, inputs: int, outputs: int) -> Floats:
        """The fc_no_bias layer at the end."""
        return self._tensor(b"fc_", inputs, outputs).reshape(inputs, outputs)

    def _tensor(self, tag: bytes, *sizes: int) -> Floats:
        """The next tensor of these sizes after the next such tag: packed version 2, four packed sizes, raw
        floats."""
        header = b"\x01\x02" + b"".join(_packed(size) for size in (*sizes, 1, 1, 1)[:4])
        found = self._data.find(tag, self._at)
        start = self._data.find(header, found, found + 64) if found >= 0 else -1
        count = int(np.prod(sizes))
        at = start + len(header)
        if start < 0 or at + 4 * count > len(self._data):
            raise RuntimeError(
                f"encoder weights must hold {tag.decode()} of {sizes} near byte {self._at}, were others"
            )
        self._at = at + 4 * count
        return np.frombuffer(self._data, dtype="<f4", count=count, offset=at).astype(np.float32)


def _packed(number: int) -> bytes:
    """dlib's portable integer: count of bytes, then the bytes, least first."""
    body = number.to_bytes((number.bit_length() + 7) // 8, "little")
    return bytes([len(body)]) + body
