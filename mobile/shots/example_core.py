"""An example of the phone's core: all of it lies in memory and nothing waits for a network, so pictures and tests are repeatable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from mobile.client.answers import RetryLater, Why
from mobile.client.api_client import NotNow
from mobile.client.session import User
from mobile.models.desk import Core
from mobile.models.ports import Stored
from mobile.outbox.ladder import Item, ItemState
from mobile.shots.example_equipment import example_equipment
from mobile.shots.example_routes import ExampleRoutes
from mobile.shots.examples import HERE, ITEMS, NOW, TASKS, USER, uuid
from mobile.sync.overlay import LocalFault, LocalTask
from mobile.sync.worker import SyncStatus
from shared.contracts import CheckInAnswer, SpotCheck
from shared.vocabulary import CaseState, CheckInState, Outcome, Remedy, TaskState


@dataclass
class Listened:
    """Keeps who listens, and tells them when a test says so."""

    calls: list[Callable[[], None]] = field(default_factory=list)

    def listen(self, call: Callable[[], None]) -> Callable[[], None]:
        """See mobile.models.ports."""
        self.calls.append(call)
        return lambda: self.calls.remove(call)

    def tell(self) -> None:
        """Something has changed."""
        for call in tuple(self.calls):
            call()


class ExampleFacts:
    """Values in memory."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def get(self, name: str, default: Any = None) -> Any:
        return self.values.get(name, default)

    def put(self, name: str, value: Any) -> None:
        self.values[name] = value

    def forget(self, name: str) -> None:
        self.values.pop(name, None)


class ExampleOutbox(Listened):
    """Items in memory; ``retry`` and ``discard`` do what the outbox would."""

    def __init__(self, items: tuple[Item, ...] = ITEMS) -> None:
        super().__init__()
        self.held = list(items)

    def items(self, *, limit: int = 50, before: int | None = None) -> list[Item]:
        return self.held[:limit]

    def get(self, item_id: UUID) -> Item | None:
        return next((item for item in self.held if item.id == item_id), None)

    def about(self, subject_id: UUID) -> list[Item]:
        return [item for item in self.held if subject_id in item.about.subjects.values()]

    def retry(self, item_id: UUID) -> None:
        self.held = [
            replace(item, state=ItemState.SAVED, why=None, problem=None, damage=None, waits_until=None)
            if item.id == item_id
            else item
            for item in self.held
        ]
        self.tell()

    def discard(self, item_id: UUID, *, confirmed: bool) -> None:
        if not confirmed:
            raise ValueError("confirmed must be true, was false")
        self.held = [item for item in self.held if item.id != item_id]
        self.tell()

    def waiting_count(self) -> int:
        return sum(item.waiting for item in self.held)

    def trouble_count(self) -> int:
        return sum(item.state in (ItemState.REFUSED, ItemState.DAMAGED) for item in self.held)


class ExampleTasks(Listened):
    """Tasks in memory."""

    def __init__(self, tasks: tuple[LocalTask, ...] = TASKS) -> None:
        super().__init__()
        self.held = {task.card.id: task for task in tasks}
        self.answers: dict[UUID, CheckInAnswer] = {}
        self.broken: dict[UUID, LocalFault] = {}
        self.checks: list[SpotCheck] = []

    def tasks(self) -> list[LocalTask]:
        return sorted(self.held.values(), key=lambda task: task.card.starts_at)

    def task(self, task_id: UUID) -> LocalTask | None:
        return self.held.get(task_id)

    def check_in(self, check_in_id: UUID) -> CheckInAnswer | None:
        if check_in_id != uuid(2007):
            return self.answers.get(check_in_id)
        return CheckInAnswer(
            id=check_in_id,
            state=CheckInState.JUDGED,
            received=(),
            outcome=Outcome.TO_REVIEW,
            remedy=Remedy.WAIT_FOR_REVIEW,
            findings=(),
            summary="",
            decided_at=NOW,
            ledger_id=None,
            ledger_hash=None,
        )

    def spot_checks(self) -> list[SpotCheck]:
        return self.checks

    def faults(self, task_id: UUID) -> list[LocalFault]:
        return [each for each in self.broken.values() if each.fault.task_id == task_id]

    def fault(self, fault_id: UUID) -> LocalFault | None:
        return self.broken.get(fault_id)

    def move_fault(self, fault_id: UUID, to: CaseState, line: str, **_repair: Any) -> None:
        """What the outbox's move would show."""
        held = self.broken[fault_id]
        self.broken[fault_id] = replace(held, fault=replace(held.fault, state=to), unsent=True)
        self.tell()

    def move(self, task_id: UUID, to: TaskState, line: str) -> None:
        """What the outbox's move would show."""
        held = self.held[task_id]
        self.held[task_id] = replace(held, card=replace(held.card, state=to), unsent=True)
        self.tell()


class ExampleWorker(Listened):
    """A status in memory; counts how often it was woken."""

    def __init__(self, outbox: ExampleOutbox, **status: Any) -> None:
        super().__init__()
        self.outbox = outbox
        self.woken = 0
        self.told: dict[str, Any] = {"online": True, "last_pull_at": NOW - timedelta(minutes=2), **status}

    def status(self) -> SyncStatus:
        values = {
            "waiting": self.outbox.waiting_count(),
            "oldest_waiting_age": None,
            "trouble": self.outbox.trouble_count(),
            "sending": None,
            "sign_in_needed": False,
            "update_needed": None,
            "photos_wait_for_wifi": False,
            "full": False,
        }
        return SyncStatus(**{**values, **self.told})

    def wake(self) -> None:
        self.woken += 1

    def foreground(self, is_open: bool) -> None:
        pass


class ExampleAccount:
    """Signs in whoever knows the password «aq qar»; ``refuse`` makes it fail."""

    def __init__(self, user: User | None = USER, server: str = "https://qala.example.kz") -> None:
        self.user = user
        self.server = server
        self.refuse: Exception | None = None
        self.asked: list[tuple[str, str, str]] = []

    def sign_in(self, server: str, login: str, password: str) -> User:
        self.asked.append((server, login, password))
        if self.refuse is not None:
            raise self.refuse
        self.server, self.user = server, replace(USER, login=login)
        return self.user

    def sign_out(self) -> None:
        self.user = None

    def language_changed(self) -> None:
        pass


class AtOnce:
    """Background work that is done before ``run`` returns."""

    def run(
        self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Exception], None]
    ) -> None:
        """See mobile.models.background."""
        try:
            result = work()
        except Exception as error:
            failed(error)
        else:
            done(result)


def no_photo(_fault_id: UUID) -> bytes:
    """The server is out of reach."""
    raise NotNow(RetryLater(15, Why.UNREACHABLE))


def example_core(reports: Path, *, user: User | None = USER, **parts: Any) -> Core:
    """A core of examples; ``parts`` replaces any of its fields."""
    outbox = parts.pop("outbox", None) or ExampleOutbox()
    tasks = parts.pop("tasks", None) or ExampleTasks()
    routes = parts.pop("routes", None) or ExampleRoutes()
    values: dict[str, Any] = {
        "facts": ExampleFacts(),
        "account": ExampleAccount(user),
        "outbox": outbox,
        "tasks": tasks,
        "routes": routes,
        "move_route": routes.move,
        "worker": ExampleWorker(outbox),
        "move": tasks.move,
        "move_fault": tasks.move_fault,
        "fault_photo": no_photo,
        "now": lambda: NOW,
        "here": lambda: HERE,
        "stored": lambda: Stored(total_bytes=38_400_000, waiting_bytes=1_900_000),
        "reports": reports,
        "equipment": parts.get("equipment") or example_equipment(reports, outbox),
    }
    return Core(**{**values, **parts})
