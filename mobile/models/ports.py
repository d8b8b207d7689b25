"""What the models need of the phone's core, as narrow as they need it; the core has more, tests have less."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from mobile.client.session import User
from mobile.outbox.ladder import Item
from mobile.sync.overlay import LocalFault, LocalRoute, LocalTask
from mobile.sync.worker import SyncStatus
from mobile.tracking.keeper import Recording
from shared.contracts import CheckInAnswer, Fix, SpotCheck
from shared.geometry import Point
from shared.vocabulary import CaseState, RouteState, TaskState

Clock = Callable[[], datetime]


class Listened(Protocol):
    """Something that tells of its changes, on whatever thread they happen."""

    def listen(self, call: Callable[[], None]) -> Callable[[], None]:
        """Call after every change; the returned callable ends that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What the app takes of the phone's memory, and how much of it goes when it is sent."""

    total_bytes: int
    waiting_bytes: int


class Facts(Protocol):
    """Small sealed values that survive a restart."""

    def get(self, name: str, default: Any = None) -> Any: ...
    def put(self, name: str, value: Any) -> None: ...
    def forget(self, name: str) -> None: ...


class Outbox(Listened, Protocol):
    """What was captured, until the server has it."""

    def items(self, *, limit: int = 50, before: int | None = None) -> list[Item]: ...
    def get(self, item_id: UUID) -> Item | None: ...
    def about(self, subject_id: UUID) -> list[Item]: ...
    def retry(self, item_id: UUID) -> None: ...
    def discard(self, item_id: UUID, *, confirmed: bool) -> None: ...
    def waiting_count(self) -> int: ...
    def trouble_count(self) -> int: ...


class LocalTasks(Listened, Protocol):
    """The tasks that this phone knows, with its own unsent moves laid over them."""

    def tasks(self) -> Sequence[LocalTask]: ...
    def task(self, task_id: UUID) -> LocalTask | None: ...
    def check_in(self, check_in_id: UUID) -> CheckInAnswer | None: ...
    def spot_checks(self) -> list[SpotCheck]: ...
    def faults(self, task_id: UUID) -> Sequence[LocalFault]: ...
    def fault(self, fault_id: UUID) -> LocalFault | None: ...


class LocalRoutes(Protocol):
    """The routes that this phone knows, with its own unsent reports laid over them."""

    def routes(self) -> Sequence[LocalRoute]: ...


class Worker(Listened, Protocol):
    """Sends and fetches in its own thread."""

    def status(self) -> SyncStatus: ...
    def wake(self) -> None: ...
    def foreground(self, is_open: bool) -> None: ...


class Recorder(Listened, Protocol):
    """Records the shift by itself; ``load`` reads the disk, the others do not."""

    @property
    def recording(self) -> Recording: ...
    def driven(self, subject_id: UUID) -> tuple[Fix, ...] | None: ...
    def load(self, subject_id: UUID) -> tuple[Fix, ...]: ...


class NoRecorder:
    """Of a phone whose user is not recorded."""

    recording = Recording()

    def listen(self, call: Callable[[], None]) -> Callable[[], None]:
        """Nothing ever changes."""
        return lambda: None

    def driven(self, subject_id: UUID) -> tuple[Fix, ...] | None:
        """Nothing was recorded."""
        return ()

    def load(self, subject_id: UUID) -> tuple[Fix, ...]:
        """Nothing was recorded."""
        return ()


class Account(Protocol):
    """Who works with this phone; everything but ``user`` and ``server`` may wait for the network."""

    @property
    def user(self) -> User | None: ...
    @property
    def server(self) -> str: ...
    def sign_in(self, server: str, login: str, password: str) -> User: ...
    def sign_out(self) -> None: ...
    def language_changed(self) -> None: ...


class TaskMoves(Protocol):
    """Moves a task to another state: kept in the outbox, shown at once; ``line`` names it there."""

    def __call__(self, task_id: UUID, to: TaskState, line: str) -> None: ...


class FaultMoves(Protocol):
    """Moves a fault of the road to another state: kept in the outbox, shown at once; ``line`` names it there.

    A repaired one says when, and by which report's photo it is seen. It writes to the disk.
    """

    def __call__(
        self,
        fault_id: UUID,
        to: CaseState,
        line: str,
        *,
        repaired_at: datetime | None = None,
        proof_id: UUID | None = None,
    ) -> None: ...


class RouteMoves(Protocol):
    """Begins or finishes a route: kept in the outbox, shown at once; ``line`` names it there. It writes to the disk."""

    def __call__(self, route_id: UUID, to: RouteState, line: str) -> None: ...


FaultPhoto = Callable[
    [UUID], bytes
]  # of a fault, a JPEG from the server; NotNow and Declined where there is none

Whereabouts = Callable[[], Point | None]  # where the device was last seen; None where it does not know
