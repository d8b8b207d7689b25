"""Asks for spot checks as they fall due: a banner on every screen, and once a notice and a shake for the phone in the pocket."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from mobile.devices.notifier import LONG_S, Notifier
from mobile.models.observed import Observed
from mobile.models.ports import Clock, LocalTasks, Outbox
from mobile.models.spot_checks import due_spot_checks
from mobile.models.words import Words
from shared.contracts import SpotCheck
from shared.i18n import Message as _

TITLE = _("Spot check")


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptView:
    """The banner; empty where nothing is due. ``key`` is what the camera screen is opened with."""

    text: str = ""
    action: str = ""
    key: str = ""


class Prompts(Observed):
    """The spot checks of this phone's people, the most urgent at a time."""

    def __init__(
        self, tasks: LocalTasks, outbox: Outbox, notifier: Notifier, words: Words, *, now: Clock
    ) -> None:
        super().__init__()
        self._tasks = tasks
        self._outbox = outbox
        self._notifier = notifier
        self._words = words
        self._now = now
        self._told: set[UUID] = set()

    def tick(self) -> None:
        """Time has passed, or sync has brought something: tell of what has become due, once."""
        due = due_spot_checks(self._tasks, self._outbox, self._now())
        new = [check for check in due if check.id not in self._told]
        if new:
            self._told.update(check.id for check in new)
            say = self._words
            until = say.clock(min(check.answer_by for check in new))
            text = say(_("Open Qala and check in before {time}."), time=until)  # no name: for a lock screen
            self._notifier.notify(say(TITLE), text)
            self._notifier.vibrate(LONG_S)
            self.changed()

    @property
    def view(self) -> PromptView:
        """The most urgent one."""
        say, now = self._words, self._now()
        for check in due_spot_checks(self._tasks, self._outbox, now):
            if (name := self._name(check)) is not None:
                return PromptView(
                    text=say(
                        _("Spot check: {name}, {wait} left"), name=name, wait=say.wait(check.answer_by - now)
                    ),
                    action=say(_("Check in now")),
                    key=f"{check.task_id} {check.person_id}",
                )
        return PromptView()

    def _name(self, check: SpotCheck) -> str | None:
        task = self._tasks.task(check.task_id)
        people = task.card.people if task else ()
        return next((person.initials for person in people if person.id == check.person_id), None)
