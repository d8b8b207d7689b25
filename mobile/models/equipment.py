"""What captures are made with: the devices, their clocks, the key that signs, the outbox that keeps, the server that asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from mobile.client.challenges import ChallengeBatch
from mobile.devices.boot_clock import DeviceTime
from mobile.devices.platform import Devices
from mobile.outbox.ladder import NewItem
from shared.contracts import Challenge


class Signs(Protocol):
    """See mobile.capture.signer.Signer."""

    @property
    def device_id(self) -> UUID | None: ...
    @property
    def sign(self) -> Callable[[bytes], str]: ...


class Keeps(Protocol):
    """See mobile.outbox.queue.Outbox: when ``put`` returns, a crash loses nothing of it."""

    def put(self, item: NewItem) -> None: ...


class Asks(Protocol):
    """See ApiClient.challenges; NotNow also where nobody is signed in. It may wait for the network."""

    def __call__(
        self, task_id: UUID, person_ids: Sequence[UUID], *, each: int = 1, offline: bool = False
    ) -> ChallengeBatch: ...


class Holds(Protocol):
    """See mobile.capture.held_challenges.HeldChallenges."""

    def hold(self, task_id: UUID, batch: ChallengeBatch) -> None: ...
    def take(self, task_id: UUID, person_id: UUID, now: datetime) -> Challenge | None: ...
    def count(self, task_id: UUID, now: datetime) -> dict[UUID, int]: ...
    def stocked(self, people: Iterable[UUID], now: datetime) -> set[UUID]: ...


@dataclass(frozen=True, kw_only=True)
class Equipment:
    """One phone's; ``owner_id`` is whoever works with it, None before the first sign-in."""

    devices: Devices
    time: DeviceTime
    signer: Signs
    outbox: Keeps
    owner_id: Callable[[], UUID | None]
    ask: Asks
    held: Holds
