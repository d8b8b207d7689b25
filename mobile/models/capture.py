"""The camera screen of a check-in: what it shows from the first look to the verdict, and what its buttons do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol
from uuid import UUID

from mobile.capture.check_in import Occasion
from mobile.capture.guide import Guide, Subject
from mobile.capture.phases import RUNNING, Phase
from mobile.capture.saving import Saver
from mobile.devices.camera import Preview
from mobile.models.background import Background
from mobile.models.capture_trouble import is_paper_way, why_unasked, why_unsaved
from mobile.models.capture_view import KINDS, CaptureView, Stand, capture_view
from mobile.models.check_in_note import NoteView, note_of, note_view
from mobile.models.observed import Observed
from mobile.models.ports import Clock, LocalTasks
from mobile.models.roster import COUNTED, sign_of
from mobile.models.verdict import verdict_view
from mobile.models.words import Words
from mobile.outbox.ladder import Item, ItemKind
from shared.contracts import Challenge, PersonCard, SpotCheck, TaskCard
from shared.geometry import Place, place_of
from shared.i18n import Message as _
from shared.vocabulary import Camera as Facing
from shared.vocabulary import CheckInKind


class Tasks(LocalTasks, Protocol):
    """The local copy, with the spot checks that are due."""

    def spot_checks(self) -> list[SpotCheck]: ...


class Items(Protocol):
    """The outbox, as far as a capture needs it."""

    def get(self, item_id: UUID) -> Item | None: ...
    def about(self, subject_id: UUID) -> list[Item]: ...


class Challenges(Protocol):
    """See mobile.capture.challenges.ChallengeSource."""

    def get(self, task_id: UUID, person_id: UUID) -> Challenge | None: ...
    def give_back(self, task_id: UUID, challenge: Challenge) -> None: ...


class CaptureModel(Observed):
    """One camera screen; the screen calls ``tick`` some 15 times a second and draws ``preview`` itself."""

    def __init__(
        self,
        guide: Guide,
        challenges: Challenges,
        saver: Saver,
        outbox: Items,
        tasks: Tasks,
        background: Background,
        words: Words,
        *,
        preview: Callable[[], Preview | None],
        meet: Callable[[UUID], None] = lambda _person_id: None,
        now: Clock,
    ) -> None:
        """``now`` is the server's time as far as the phone knows it; ``meet`` is told who stands before the camera."""
        super().__init__()
        self._guide = guide
        self._challenges = challenges
        self._saver = saver
        self._outbox = outbox
        self._tasks = tasks
        self._background = background
        self._words = words
        self.preview = preview
        self._meet = meet
        self._now = now
        self._visit = 0  # answers of the background that belong to an earlier one are too late
        self._clear()
        words.listen(self.changed)

    def _clear(self) -> None:
        self._visit += 1
        self._card: TaskCard | None = None
        self._person: PersonCard | None = None
        self._kind = CheckInKind.ARRIVAL
        self._facing = Facing.REAR
        self._spot_check: SpotCheck | None = None
        self._challenge: Challenge | None = None
        self._asked_for = False  # the challenge has come, or there is none
        self._begin_when_asked = False
        self._ask_failed = False
        self._paper_way = False
        self._note = ""
        self._saving = False
        self._saved: UUID | None = None
        self._error: _ | str = ""

    # --- what the screen calls ----------------------------------------------------------------------

    def show(self, key: str) -> None:
        """Open for a person of a task: ``key`` is both ids with a blank between."""
        task_id, _blank, person_id = key.partition(" ")
        self.open(UUID(task_id), UUID(person_id))

    def open(self, task_id: UUID, person_id: UUID, facing: Facing = Facing.REAR) -> None:
        """Open the camera for a person of a task; nothing happens for one that is not (or no longer) known."""
        self.close()
        found = self._tasks.task(task_id)
        person = next((each for each in found.card.people if each.id == person_id), None) if found else None
        if found is None or person is None:
            self._error = _("This person is no longer on the task.")
            self.changed()
            return
        self._card, self._person, self._facing = found.card, person, facing
        self._spot_check = self._due_spot_check()
        self._kind = self._likely_kind()
        self._meet(person_id)
        self._guide.open(
            Subject(person_id=person_id, language=person.language, place=_place(found.card), facing=facing)
        )
        self._ask()
        self.changed()

    def choose_kind(self, value: str) -> None:
        """Arrival, departure, or the spot check that is due."""
        self._kind = CheckInKind(value)
        self.changed()

    def annotate(self, reason: str, text: str) -> None:
        """What whoever looks at this check-in should know, signed with it; without a reason there is no note."""
        self._note = note_of(reason, text, self._words)
        self.changed()

    def begin(self) -> None:
        """The large button; it waits for the challenge if that has not come yet."""
        if self._guide.phase is not Phase.READY or self._saved is not None or self._paper_way:
            return
        self._error = ""
        if not self._asked_for:
            self._begin_when_asked = True
            if self._ask_failed:
                self._ask()
        else:
            self._guide.begin(self._challenge)
        self.changed()

    def tick(self) -> None:
        """Time has passed: lead on, and save once everything is there."""
        if self._guide.phase not in (*RUNNING, Phase.READY):
            return
        self._guide.tick()
        if self._guide.phase is Phase.DONE and self._guide.doubt is None:
            self.save()
        self.changed()

    def save(self) -> None:
        """Keep what was taken; by itself, unless the pictures were doubted."""
        taken, card, person = self._guide.taken, self._card, self._person
        if taken is None or card is None or person is None or self._saving or self._saved is not None:
            return
        spot_check = self._spot_check if self._kind is CheckInKind.SPOT_CHECK else None
        occasion = Occasion(
            person_id=person.id,
            task_id=card.id,
            kind=self._kind,
            spot_check_id=spot_check.id if spot_check else None,
            note=self._note,
        )
        line = f"{person.initials}, {self._words(KINDS[self._kind])}"
        visit, self._saving, self._error = self._visit, True, ""

        def done(item_id: UUID) -> None:
            if visit == self._visit:
                self._saving, self._saved = False, item_id
                self.changed()

        def failed(error: Exception) -> None:
            if visit == self._visit:
                self._saving, self._error = False, why_unsaved(error)
                self.changed()

        self._background.run(lambda: self._saver.keep(taken, occasion, line), done, failed)
        self.changed()

    def cancel(self) -> None:
        """Stop asking; the screen stays."""
        self._begin_when_asked = False
        if self._guide.phase in RUNNING and self._guide.cancel() is None:
            self._ask()
        self.changed()

    def retake(self) -> None:
        """Once more with the same person."""
        self._visit += 1
        self._saving, self._saved, self._error = False, None, ""
        self._guide.retake()
        self._ask()
        self.changed()

    def close(self) -> None:
        """Leave: camera and receiver rest, an unheard challenge serves the next try."""
        if self._challenge is not None and self._card is not None and self._guide.phase is Phase.READY:
            self._challenges.give_back(self._card.id, self._challenge)
        if self._guide.phase is not Phase.CLOSED:
            self._guide.close()
        self._clear()

    # --- what the screen shows ----------------------------------------------------------------------

    @property
    def saved_id(self) -> UUID | None:
        """The item of the outbox that the last check-in has become."""
        return self._saved

    @property
    def view(self) -> CaptureView:
        """What the screen shows now."""
        if self._person is None:
            return CaptureView(words=self._words(self._error))
        item = self._outbox.get(self._saved) if self._saved else None
        stand = Stand(
            person=self._person,
            kinds=self._kinds(),
            kind=self._kind,
            facing=self._facing,
            error=self._error,
            asking=self._begin_when_asked,
            unchallenged=self._asked_for and self._challenge is None,
            stale=self._challenge is not None and self._challenge.expires_at <= self._now(),
            paper_way=self._paper_way,
            note=self._note,
            saving=self._saving,
            saved=self._saved is not None,
            verdict=verdict_view(item, self._person.initials, self._tasks, self._words) if item else None,
        )
        return capture_view(self._guide, stand, self._words)

    @property
    def note_view(self) -> NoteView:
        """What a note can say."""
        return note_view(self._words)

    # --- how ----------------------------------------------------------------------------------------

    def _ask(self) -> None:
        """Get the next challenge while the supervisor still aims."""
        card, person, visit = self._card, self._person, self._visit
        assert card is not None
        assert person is not None
        self._challenge, self._asked_for, self._ask_failed = None, False, False

        def done(challenge: Challenge | None) -> None:
            if visit != self._visit:
                if challenge is not None:
                    self._challenges.give_back(card.id, challenge)
                return
            self._challenge, self._asked_for = challenge, True
            if self._begin_when_asked:
                self._begin_when_asked = False
                self._guide.begin(challenge)
            self.changed()

        def failed(error: Exception) -> None:
            if visit == self._visit:
                self._begin_when_asked, self._ask_failed = False, True
                self._error, self._paper_way = why_unasked(error), is_paper_way(error)
                if self._paper_way:
                    self._guide.close()  # no camera looks at who has refused it
                self.changed()

        self._background.run(lambda: self._challenges.get(card.id, person.id), done, failed)

    def _due_spot_check(self) -> SpotCheck | None:
        assert self._card is not None
        assert self._person is not None
        now = self._now()
        due = [
            check
            for check in self._tasks.spot_checks()
            if (check.task_id, check.person_id) == (self._card.id, self._person.id)
            and check.due_at <= now < check.answer_by
        ]
        return min(due, key=lambda check: check.answer_by, default=None)

    def _likely_kind(self) -> CheckInKind:
        """A spot check that is due; a departure where this phone has the arrival; else an arrival."""
        assert self._card is not None
        assert self._person is not None
        if self._spot_check is not None:
            return CheckInKind.SPOT_CHECK
        for item in self._outbox.about(self._card.id):
            mine = item.about.subjects.get("person") == self._person.id and item.kind is ItemKind.CHECK_IN
            if mine and sign_of(item, self._tasks) in COUNTED:
                return CheckInKind.DEPARTURE
        return CheckInKind.ARRIVAL

    def _kinds(self) -> tuple[CheckInKind, ...]:
        plain = (CheckInKind.ARRIVAL, CheckInKind.DEPARTURE)
        return plain if self._spot_check is None else (*plain, CheckInKind.SPOT_CHECK)


def _place(card: TaskCard) -> Place | None:
    """Where the work is; None where the task has no place, or one that this version cannot read."""
    try:
        return place_of(card.place, card.radius_m) if card.place else None
    except ValueError:
        return None
