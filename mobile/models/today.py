"""Today: my tasks by time, with their state, how many people are checked in, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mobile.capture.at_work import OPEN_STATES
from mobile.models.navigation import Navigation, Place
from mobile.models.observed import Observed
from mobile.models.ports import Clock, LocalTasks, Outbox, Whereabouts, Worker
from mobile.models.roster import checked_in
from mobile.models.rows import Row
from mobile.models.signs import KINDS, LATE, TASKS, Sign
from mobile.models.words import Words, city_day
from mobile.sync.overlay import LocalTask
from shared.contracts import TaskCard
from shared.geometry import Point, place_of, signed_distance_m
from shared.i18n import Message as _
from shared.vocabulary import TaskState

TITLE_LETTERS_MOST = 64  # three lines at the narrowest phone; the task's own screen says it whole


class Filter(StrEnum):
    """Which tasks are shown."""

    OPEN = "open"
    DONE = "done"
    ALL = "all"


FILTERS: dict[Filter, _] = {Filter.OPEN: _("To do"), Filter.DONE: _("Finished"), Filter.ALL: _("All")}
ACTIONS: dict[Place, _] = {Place.CHECK_IN: _("Start checking in"), Place.ROUTE: _("Open the route")}


@dataclass(frozen=True, slots=True, kw_only=True)
class TodayView:
    """The screen's state."""

    title: str
    filters: tuple[tuple[str, str], ...]
    chosen: str
    rows: tuple[Row, ...]
    empty: str  # what stands in the list's place when it has no rows
    pull: str  # what a pull at the list would do
    action: str  # the main button's word, empty where this version has none


class Today(Observed):
    """The first tab of everybody."""

    def __init__(
        self,
        tasks: LocalTasks,
        outbox: Outbox,
        worker: Worker,
        words: Words,
        navigation: Navigation,
        *,
        now: Clock,
        here: Whereabouts = lambda: None,
    ) -> None:
        super().__init__()
        self._tasks = tasks
        self._outbox = outbox
        self._worker = worker
        self._words = words
        self._navigation = navigation
        self._now = now
        self._here = here
        self._filter = Filter.OPEN
        words.listen(self.changed)

    @property
    def view(self) -> TodayView:
        """What the screen shows now."""
        say, now = self._words, self._now()
        tasks = self._tasks.tasks()
        shown = [task for task in tasks if shows(self._filter, task.card.state)]
        today = city_day(now)
        return TodayView(
            title=say(_("{weekday}, {day}"), weekday=say.weekday(today), day=say.day(today)),
            filters=tuple(
                (value.value, f"{say(word)} {sum(shows(value, task.card.state) for task in tasks)}")
                for value, word in FILTERS.items()
            ),
            chosen=self._filter.value,
            rows=tuple(self._row(task) for task in shown),
            empty="" if shown else self._empty(tasks),
            pull=say(_("Pull down to refresh")),
            action=say(ACTIONS[action]) if (action := self._action()) else "",
        )

    def choose(self, value: str) -> None:
        """Show other tasks."""
        self._filter = Filter(value)
        self.changed()

    def refresh(self) -> None:
        """Ask the server now."""
        self._worker.wake()

    def act(self) -> None:
        """The main action of the user's role."""
        if (action := self._action()) is not None:
            self._navigation.go(action)

    def _action(self) -> Place | None:
        return next((tab.place for tab in self._navigation.tabs if tab.place in ACTIONS), None)

    def _empty(self, tasks: Sequence[LocalTask]) -> str:
        if tasks:
            return self._words(_("No tasks here. Choose «{all}» to see the others."), all=FILTERS[Filter.ALL])
        if self._worker.status().last_pull_at is None:
            return self._words(
                _("Your tasks have not come yet: they appear when the phone finds the server.")
            )
        return self._words(_("No tasks are yours now. A new one appears here by itself."))

    def _row(self, task: LocalTask) -> Row:
        say, now, card = self._words, self._now(), task.card
        sign = task_sign(card, now)
        facts, extra = [say(sign.word)], ""
        if task.withdrawn:
            extra = say(_("withdrawn by the dispatcher"))
        elif task.unsent:
            extra = say(_("last change not sent yet"))
        if card.people:
            facts.append(
                say(
                    _("{done} of {all}"),
                    done=checked_in(card, self._outbox, self._tasks),
                    all=len(card.people),
                )
            )
        else:
            facts.append(say(KINDS[card.kind]))
        if (here := self._here()) is not None and (away_m := distance_to_m(card, here)) is not None:
            facts.append(say(_("here")) if away_m == 0 else say.distance(away_m))
        same_day = city_day(card.starts_at) == city_day(now)
        return Row(
            key=str(card.id),
            icon=sign.icon,
            colour=sign.colour,
            title=shortened(card.title, TITLE_LETTERS_MOST),
            facts=" · ".join(facts),
            time=say.clock(card.starts_at) if same_day else say.day(city_day(card.starts_at)),
            extra=extra,
            whole_title=True,
            alarming=sign is LATE or task.withdrawn,
        )


def shows(chosen: Filter, state: TaskState) -> bool:
    """Whether a filter lets a task through."""
    return chosen is Filter.ALL or (chosen is Filter.OPEN) == (state in OPEN_STATES)


def task_sign(card: TaskCard, now: datetime) -> Sign:
    """How the task's state looks; an open task whose window has ended is late."""
    late = card.state in OPEN_STATES and card.ends_at < now
    return LATE if late else TASKS[card.state]


def distance_to_m(card: TaskCard, here: Point) -> float | None:
    """How far it is to the border of the task's place, 0 within it; None for a task without a place."""
    if card.place is None:
        return None
    try:
        return max(-signed_distance_m(here, place_of(card.place, card.radius_m)), 0.0)
    except ValueError:
        return None


def shortened(text: str, letters_most: int) -> str:
    """The text, cut between words where it is too long."""
    if len(text) <= letters_most:
        return text
    return text[: letters_most - 1].rsplit(" ", 1)[0].rstrip(" ,.;:–-") + "…"
