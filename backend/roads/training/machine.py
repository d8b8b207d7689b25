"""What a run is trained on: the CPU, or a GPU whose crops are drawn by processes beside it."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from backend.roads.training.crops import Crops
from backend.roads.training.weather import weathered

AHEAD = 8
"""Batches that each drawing process keeps ready."""


@dataclass(frozen=True, slots=True)
class Machine:
    """Where the network is, and how many processes draw crops for it; none: they are drawn between its steps."""

    device: str = "cpu"
    drawers: int = 0

    @staticmethod
    def found(device: str = "auto", drawers: int | None = None) -> Machine:
        """A GPU if one is at hand; unless told, its crops are drawn on all cores but one. Raises NoSuchDevice."""
        at_hand = torch.cuda.is_available()
        if device == "cuda" and not at_hand:
            raise NoSuchDevice("no GPU that torch can use is at hand: take --device cpu, or auto")
        chosen = "cuda" if at_hand and device != "cpu" else "cpu"
        usual = 0 if chosen == "cpu" else max(1, len(os.sched_getaffinity(0)) - 1)
        return Machine(chosen, usual if drawers is None else drawers)


CPU = Machine()


class NoSuchDevice(ValueError):
    """A device that was asked for and is not there."""


def batches(
    crops: Crops, size: int, machine: Machine, *, seed: int
) -> Generator[tuple[Tensor, Tensor], None, None]:
    """Pictures and masks without end, on the machine's device: the same for the same seed and number of drawers.

    Closing it ends the drawers.
    """
    if not machine.drawers:
        while True:
            pictures, masks = drawn(crops, size)
            yield pictures.to(machine.device), masks.to(machine.device)
    loader = DataLoader(
        Drawing(crops, size, seed),
        batch_size=None,
        num_workers=machine.drawers,
        prefetch_factor=AHEAD,
        pin_memory=machine.device == "cuda",
        multiprocessing_context="fork",  # the cache is mapped, not copied
        generator=torch.Generator().manual_seed(seed),
    )
    for pictures, masks in loader:
        yield (
            pictures.to(machine.device, non_blocking=True),
            masks.to(machine.device, non_blocking=True),
        )


def drawn(crops: Crops, size: int) -> tuple[Tensor, Tensor]:
    """One batch, under a weather of its own unless crops are plain."""
    pictures, masks = crops.batch(size)
    return (pictures, masks) if crops.plain else weathered(pictures, masks, crops.rng)


class Drawing(IterableDataset[tuple[Tensor, Tensor]]):
    """What one drawing process makes: batches from chance of its own."""

    def __init__(self, crops: Crops, size: int, seed: int) -> None:
        super().__init__()
        self.crops = crops
        self.size = size
        self.seed = seed

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        worker = get_worker_info()
        self.crops.draw_anew(self.seed, worker.id if worker else 0)
        while True:
            yield drawn(self.crops, self.size)
