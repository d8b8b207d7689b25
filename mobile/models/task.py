"""One task: where and when, what is asked for, who works on it, and the next step."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from mobile.keeping.disk import StoreFull
from mobile.models.fault_list import fault_rows, repaired_count
from mobile.models.observed import Observed
from mobile.models.ports import Clock, LocalTasks, Outbox, TaskMoves, Whereabouts
from mobile.models.roster import checked_in, roster
from mobile.models.rows import Row
from mobile.models.signs import KINDS, TASKS
from mobile.models.today import distance_to_m, task_sign
from mobile.models.words import Words, city_day
from mobile.sync.overlay import LocalTask
from shared.i18n import Message as _
from shared.vocabulary import EvidenceKind, TaskState

EVIDENCE: dict[EvidenceKind, _] = {
    EvidenceKind.CHECK_IN: _("check-ins"),
    EvidenceKind.PHOTO: _("photo"),
    EvidenceKind.TRACK: _("track"),
}
STEPS: dict[TaskState, tuple[TaskState, _]] = {
    TaskState.ASSIGNED: (TaskState.IN_PROGRESS, _("Start")),
    TaskState.IN_PROGRESS: (TaskState.DONE, _("Work is done")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """The screen's state; ``step`` is empty where nothing is left to do."""

    title: str = ""
    icon: str = ""
    colour: str = "wait"
    state: str = ""
    facts: str = ""
    note: str = ""
    notice: str = ""
    notice_icon: str = "⚠"
    notice_colour: str = "warn"
    faults_title: str = ""
    people_title: str = ""
    search_hint: str = ""
    rows: tuple[Row, ...] = ()
    nobody_found: str = ""
    step: str = ""

    @property
    def has_list(self) -> bool:
        """Whether the lower half of the screen is a list of faults or people."""
        return bool(self.faults_title or self.people_title)


class Task(Observed):
    """The screen of whichever task was opened."""

    def __init__(
        self,
        tasks: LocalTasks,
        outbox: Outbox,
        move: TaskMoves,
        words: Words,
        *,
        now: Clock,
        here: Whereabouts = lambda: None,
    ) -> None:
        super().__init__()
        self._tasks = tasks
        self._outbox = outbox
        self._move = move
        self._words = words
        self._now = now
        self._here = here
        self.task_id: UUID | None = None
        self._search = ""
        self._error: str = ""
        words.listen(self.changed)

    def show(self, task_id: str) -> None:
        """Open a task."""
        self.task_id, self._search, self._error = UUID(task_id), "", ""
        self.changed()

    def search(self, text: str) -> None:
        """Show the people whose names hold the text."""
        self._search = text
        self.changed()

    def step(self) -> None:
        """Make the next move; it is kept on the phone and shown at once."""
        task = self._task()
        if task is not None and (step := STEPS.get(task.card.state)) is not None:
            line = f"{task.card.title} · {self._words(TASKS[step[0]].word)}"
            try:
                self._move(task.card.id, step[0], line)
                self._error = ""
            except StoreFull as full:
                self._error = full.message
            self.changed()

    @property
    def view(self) -> TaskView:
        """What the screen shows now."""
        say, task = self._words, self._task()
        if task is None:
            return TaskView(title=say(_("This task has left the phone.")))
        card = task.card
        sign = task_sign(card, self._now())
        found = roster(card, self._outbox, self._tasks, say, self._search)
        faults = self._tasks.faults(card.id)
        step = STEPS.get(card.state)
        return TaskView(
            title=card.title,
            icon=sign.icon,
            colour=sign.colour,
            state=say(sign.word),
            facts="\n".join(self._facts(task)),
            note=card.note,
            notice=self._notice(task),
            notice_icon="⚠" if task.withdrawn or self._error else "⇡",
            notice_colour="warn" if task.withdrawn or self._error else "accent",
            faults_title=say(_("Repaired: {done} of {all}"), done=repaired_count(faults), all=len(faults))
            if faults
            else "",
            people_title=say(
                _("Checked in: {done} of {all}"),
                done=checked_in(card, self._outbox, self._tasks),
                all=len(card.people),
            )
            if card.people
            else "",
            search_hint=say(_("Find by name")),
            rows=(*fault_rows(faults, self._here(), say), *found),
            nobody_found=say(_("Nobody of this name works on this task."))
            if card.people and not found
            else "",
            step=say(step[1]) if step and not task.withdrawn else "",
        )

    def _task(self) -> LocalTask | None:
        return self._tasks.task(self.task_id) if self.task_id else None

    def _facts(self, task: LocalTask) -> list[str]:
        say, card = self._words, task.card
        hours = f"{say.day(city_day(card.starts_at))}, {say.hours(card.starts_at, card.ends_at)}"
        facts = [f"{say(KINDS[card.kind])} · {hours}"]
        if (here := self._here()) is not None and (away_m := distance_to_m(card, here)) is not None:
            facts.append(
                say(_("You are at the place"))
                if away_m == 0
                else say(_("{distance} to the place"), distance=say.distance(away_m))
            )
        if card.required_evidence:
            needed = ", ".join(say(EVIDENCE[kind]) for kind in card.required_evidence)
            facts.append(say(_("Needed: {evidence}"), evidence=needed))
        return facts

    def _notice(self, task: LocalTask) -> str:
        if self._error:
            return self._words(self._error)
        if task.withdrawn:
            return self._words(
                _(
                    "The dispatcher has withdrawn this task. What you captured stays on this phone: ask the dispatcher."
                )
            )
        return self._words(_("Your last change is saved and will be sent.")) if task.unsent else ""
