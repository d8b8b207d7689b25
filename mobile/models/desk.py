"""All models of the app, put together on one core: what a screen gets, whoever the core is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from mobile.capture.challenges import ChallengeSource
from mobile.capture.guide import Guide
from mobile.capture.saving import Saver
from mobile.client.session import User
from mobile.mapping.streets import NoStreets, StreetMap
from mobile.models.background import Background
from mobile.models.capture import CaptureModel
from mobile.models.check_in import CheckIns
from mobile.models.check_in_prompts import Prompts, PromptView
from mobile.models.defect import Defect
from mobile.models.diagnostics import Diagnostics
from mobile.models.equipment import Equipment
from mobile.models.fault import Fault
from mobile.models.lock import Lock, Mode
from mobile.models.navigation import Navigation, Place, Stand
from mobile.models.nearby import Nearby
from mobile.models.observed import Observed
from mobile.models.outbox import Queue
from mobile.models.ports import (
    Account,
    Clock,
    Facts,
    FaultMoves,
    FaultPhoto,
    LocalRoutes,
    LocalTasks,
    NoRecorder,
    Outbox,
    Recorder,
    RouteMoves,
    Stored,
    TaskMoves,
    Whereabouts,
    Worker,
)
from mobile.models.recording import RecordingView, recording_view
from mobile.models.route import Route
from mobile.models.settings import Settings
from mobile.models.sign_in import SignIn
from mobile.models.status import StatusView, status_view
from mobile.models.task import Task
from mobile.models.today import Today
from mobile.models.words import Words

PIN_USER_FACT = "lock.user"


@dataclass(frozen=True, kw_only=True)
class Core:
    """What the models stand on: the phone's own core, or an example of one."""

    facts: Facts
    account: Account
    outbox: Outbox
    tasks: LocalTasks
    routes: LocalRoutes
    worker: Worker
    move: TaskMoves
    move_route: RouteMoves
    move_fault: FaultMoves
    fault_photo: FaultPhoto
    now: Clock
    stored: Callable[[], Stored]
    reports: Path
    equipment: Equipment
    streets: StreetMap = field(default_factory=NoStreets)
    here: Whereabouts = lambda: None
    recorder: Recorder = field(default_factory=NoRecorder)


class Desk(Observed):
    """The models, and which screen is open: a lock comes before everything else."""

    def __init__(self, core: Core, background: Background, built: frozenset[Place]) -> None:
        super().__init__()
        self.core = core
        self.words = Words()
        self.navigation = Navigation(built)
        self.settings = Settings(
            core.facts,
            core.account,
            core.outbox,
            core.worker,
            background,
            self.words,
            now=core.now,
            stored=core.stored,
            diagnostics=Diagnostics(
                outbox=core.outbox,
                worker=core.worker,
                now=core.now,
                folder=core.reports,
                sharer=core.equipment.devices.sharer,
            ),
            recorder=core.recorder,
        )
        self.lock = Lock(core.facts, self.words, now=core.now, opened=self.changed)
        self.sign_in = SignIn(core.account, background, self.words, self._signed_in)
        self.today = Today(
            core.tasks,
            core.outbox,
            core.worker,
            self.words,
            self.navigation,
            now=core.now,
            here=core.here,
        )
        self.task = Task(core.tasks, core.outbox, core.move, self.words, now=core.now, here=core.here)
        self.queue = Queue(core.outbox, self.words, now=core.now)
        self.check_ins = CheckIns(
            core.tasks, core.outbox, core.equipment, background, self.words, now=core.now
        )
        self.prompts = Prompts(
            core.tasks, core.outbox, core.equipment.devices.notifier, self.words, now=core.now
        )
        self.capture = self._camera(core, background)
        self.defect = Defect(core.equipment, core.outbox, background, self.words)
        self.fault = Fault(
            core.tasks,
            core.move_fault,
            core.fault_photo,
            core.equipment,
            background,
            self.words,
            now=core.now,
        )
        self.route = Route(
            core.routes,
            core.equipment,
            core.facts,
            core.move_route,
            background,
            self.words,
            now=core.now,
            streets=core.streets,
            recorder=core.recorder,
        )
        self._background = background
        self._by_password = False
        self.navigation.listen(self.changed)
        self.words.listen(self.changed)
        self.lock.listen(self.changed)
        self._nearby = Nearby(core.equipment.devices.location)
        self._in_hand = True
        self.listen(self._look_around)

    @property
    def stand(self) -> Stand:
        """The screen to show."""
        if self.lock.mode is not Mode.OPEN:
            return Stand(Place.SIGN_IN if self._by_password else Place.LOCK)
        return self.navigation.here

    @property
    def status(self) -> StatusView:
        """The line on top."""
        return status_view(self.core.worker.status(), self.core.now(), self.words)

    @property
    def recording(self) -> RecordingView:
        """The line that says that the position is recorded; silent while nothing is."""
        return recording_view(self.core.recorder.recording, self.words) if self.inside else RecordingView()

    @property
    def prompt(self) -> PromptView:
        """The banner of a spot check that is due; the check-in screens show it in their own way."""
        shown_there = self.stand.place in (Place.CAMERA, Place.CHECK_IN)
        if not self.inside or shown_there or not self.navigation.has(Place.CAMERA):
            return PromptView()
        return self.prompts.view

    @property
    def inside(self) -> bool:
        """Whether somebody is signed in and the phone is not locked."""
        return self.lock.mode is Mode.OPEN and bool(self.navigation.tabs)

    def start(self) -> None:
        """The app opens: as whoever worked with it last, behind the lock."""
        user = self.core.account.user
        if user is not None:
            self.navigation.welcome(user.role)
            self.lock.ask()
        self.changed()

    def tick(self) -> None:
        """Time has passed."""
        if self.navigation.tabs and self.lock.is_due():
            self.lock.ask()
        if self.navigation.tabs:
            self.prompts.tick()

    def news(self) -> None:
        """The core has changed: whoever is seen reads it anew."""
        for model in (self.today, self.task, self.queue, self.check_ins, self.capture):
            model.changed()
        self.defect.changed()
        self.fault.changed()
        if self.stand.place in (Place.ROUTE, Place.STOPS):
            self.route.news()
        if self.navigation.tabs:
            self.prompts.tick()
        self.changed()

    def in_hand(self, is_so: bool) -> None:
        """The app is seen, or lies in a pocket."""
        self._in_hand = is_so
        self._look_around()

    def use_password(self) -> None:
        """The PIN is forgotten."""
        self._by_password = True
        self.changed()

    def back(self) -> bool:
        """The system's «back»; False where it leaves the app."""
        if self._by_password:
            self._by_password = False
            self.changed()
            return True
        return self.lock.mode is Mode.OPEN and self.navigation.back()

    def sign_out(self) -> None:
        """End the session; the screen does not wait for the server."""

        def done(_result: None) -> None:
            self.changed()

        self.lock.forget()
        self.navigation.leave()
        self._background.run(self.core.account.sign_out, done, lambda _error: None)

    def _look_around(self) -> None:
        self._nearby.look(self.stand.place if self._in_hand and self.inside else None)

    def _camera(self, core: Core, background: Background) -> CaptureModel:
        equipment, devices = core.equipment, core.equipment.devices
        return CaptureModel(
            Guide(devices.camera, devices.location, equipment.time, devices.prompt),
            ChallengeSource(equipment.ask, equipment.held, core.now),
            Saver(equipment.signer, equipment.outbox, equipment.owner_id),
            core.outbox,
            core.tasks,
            background,
            self.words,
            preview=devices.camera.preview,
            meet=devices.meet,
            now=core.now,
        )

    def _signed_in(self, user: User) -> None:
        if self._by_password or self.core.facts.get(PIN_USER_FACT) != str(user.id):
            self._by_password = False
            self.lock.forget()  # a PIN opens the phone to whoever chose it, nobody else
            self.core.facts.put(PIN_USER_FACT, str(user.id))
        self.navigation.welcome(user.role)
        if not self.lock.has_pin:
            self.lock.ask()
        self.core.worker.wake()
        self.changed()
