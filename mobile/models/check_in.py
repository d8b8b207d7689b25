"""The check-in tab: everybody who works now, the spot checks that are due first, and what the phone takes along for work offline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from mobile.capture.at_work import at_work
from mobile.client.api_client import Declined
from mobile.models.background import Background
from mobile.models.equipment import Equipment
from mobile.models.observed import Observed
from mobile.models.ports import Clock, LocalTasks, Outbox
from mobile.models.roster import roster
from mobile.models.rows import Row
from mobile.models.spot_checks import due_spot_checks
from mobile.models.today import shortened
from mobile.models.words import Words
from shared.contracts import SpotCheck, TaskCard
from shared.i18n import Message as _

EACH_PERSON = 3  # arrival, spot check, departure
PEOPLE_MOST = 100  # of one request
TITLE_LETTERS_MOST = 32
SPOT_CHECK_ICON = "◉"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInsView:
    """The screen's state; a row's key is the task's and the person's id with a blank between."""

    title: str = ""
    search_hint: str = ""
    rows: tuple[Row, ...] = ()
    empty: str = ""
    held: str = ""
    take_along: str = ""
    busy: bool = False
    error: str = ""


class CheckIns(Observed):
    """The tab of a supervisor."""

    def __init__(
        self,
        tasks: LocalTasks,
        outbox: Outbox,
        equipment: Equipment,
        background: Background,
        words: Words,
        *,
        now: Clock,
    ) -> None:
        super().__init__()
        self._tasks = tasks
        self._outbox = outbox
        self._equipment = equipment
        self._background = background
        self._words = words
        self._now = now
        self._search = ""
        self._held: dict[UUID, dict[UUID, int]] = {}  # task → person → movements that were taken along
        self._ready: set[UUID] = set()  # whose movements the phone keeps by itself
        self._busy = False
        self._error: _ | str = ""
        words.listen(self.changed)

    # --- what the screen calls ----------------------------------------------------------------------

    def show(self) -> None:
        """The tab was opened: count what lies on the phone, away from the screen's thread."""
        self._search, self._error = "", ""
        self._count()
        self.changed()

    def search(self, text: str) -> None:
        """Show the people whose names hold the text."""
        self._search = text
        self.changed()

    def take_along(self) -> None:
        """Fetch movements for work without a network.

        The server then gives the coming spot checks as well and notes that this phone knows them, so a person asks for it.
        """
        if self._busy:
            return
        equipment, tasks = self._equipment, self._running()
        self._busy, self._error = True, ""

        def fetch() -> None:
            for task in tasks:
                held = equipment.held.count(task.id, self._now())
                lacking = [each.id for each in task.people if each.enrolled and not held.get(each.id)]
                for first in range(0, len(lacking), PEOPLE_MOST):
                    people = lacking[first : first + PEOPLE_MOST]
                    batch = equipment.ask(task.id, people, each=EACH_PERSON, offline=True)
                    equipment.held.hold(task.id, batch)

        def done(_result: None) -> None:
            self._busy = False
            self._count()
            self.changed()

        def failed(error: Exception) -> None:
            self._busy = False
            self._error = (
                error.problem.detail
                if isinstance(error, Declined)
                else _("The server is out of reach: try again where there is a network.")
            )
            self._count()
            self.changed()

        self._background.run(fetch, done, failed)
        self.changed()

    # --- what the screen shows ----------------------------------------------------------------------

    @property
    def view(self) -> CheckInsView:
        """What the screen shows now."""
        say, tasks = self._words, self._running()
        due = {
            (check.task_id, check.person_id): check
            for check in due_spot_checks(self._tasks, self._outbox, self._now())
        }
        rows = [
            self._row(task, row, due, several=len(tasks) > 1)
            for task in tasks
            for row in roster(task, self._outbox, self._tasks, say, self._search)
        ]
        rows.sort(key=lambda row: row.icon != SPOT_CHECK_ICON)  # stable: the rest stays by task and name
        return CheckInsView(
            title=say(_("Who is here?")),
            search_hint=say(_("Find by name")),
            rows=tuple(rows),
            empty="" if rows else self._empty(tasks),
            held=self._held_words(tasks),
            take_along="" if self._busy or not self._lacking(tasks) else say(_("Take movements along")),
            busy=self._busy,
            error=say(self._error),
        )

    # --- how ----------------------------------------------------------------------------------------

    def _running(self) -> list[TaskCard]:
        """The tasks with people that go on now."""
        return at_work(self._tasks.tasks(), self._now())

    def _row(
        self, task: TaskCard, row: Row, due: dict[tuple[UUID, UUID], SpotCheck], *, several: bool
    ) -> Row:
        check = due.get((task.id, UUID(row.key)))
        row = replace(
            row,
            key=f"{task.id} {row.key}",
            extra=shortened(task.title, TITLE_LETTERS_MOST) if several else "",
        )
        if check is None:
            return row
        text = self._words(_("spot check, before {time}"), time=self._words.clock(check.answer_by))
        return replace(row, icon=SPOT_CHECK_ICON, colour="warn", facts=text, alarming=True)

    def _empty(self, tasks: Sequence[TaskCard]) -> str:
        if tasks:
            return self._words(_("Nobody of this name works on this task."))
        return self._words(_("Nobody is to be checked in now: no task with people goes on at this hour."))

    def _count(self) -> None:
        held, now, tasks = self._equipment.held, self._now(), self._running()

        def count() -> tuple[dict[UUID, dict[UUID, int]], set[UUID]]:
            people = [each.id for task in tasks for each in task.people]
            return {task.id: held.count(task.id, now) for task in tasks}, held.stocked(people, now)

        def done(counted: tuple[dict[UUID, dict[UUID, int]], set[UUID]]) -> None:
            self._held, self._ready = counted
            self.changed()

        self._background.run(count, done, lambda _error: None)

    def _lacking(self, tasks: Sequence[TaskCard]) -> int:
        return sum(
            each.enrolled and not self._held.get(task.id, {}).get(each.id)
            for task in tasks
            for each in task.people
        )

    def _held_words(self, tasks: Sequence[TaskCard]) -> str:
        people = [each.id for task in tasks for each in task.people if each.enrolled]
        if not people:
            return ""
        if self._busy:
            return self._words(_("Fetching movements…"))
        return self._words(
            _("Movements without a network: for a while {ready}/{all}, for days {held}/{all}"),
            ready=sum(each in self._ready for each in people),
            held=len(people) - self._lacking(tasks),
            all=len(people),
        )
