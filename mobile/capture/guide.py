"""Leads a check-in from the first look to the last picture: asks, waits, takes, and says how it stands.

A state machine without threads: the screen calls ``tick`` some 15 times a second, tests call it with a clock of their own.

    READY → STRAIGHT → MOVE (once a movement) → STRAIGHT_AGAIN → [GATHERING] → DONE
    GATHERING waits for the last pictures and for three fixes; from everywhere a FAILED or, by ``retake``, READY.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from mobile.capture.check_in import Shot, Taken
from mobile.capture.hints import Eye, Hint
from mobile.capture.phases import (
    ASKING,
    DONE_WORDS,
    FIXES_WORDS,
    MOVE_WORDS,
    NO_FIXES,
    NO_PICTURES,
    PICTURES_WORDS,
    READY_WORDS,
    RUNNING,
    STRAIGHT_WORDS,
    Phase,
)
from mobile.capture.timeline import FRAMES_MOST, Step, timeline
from mobile.capture.whereabouts import PlaceSense, chosen, sense_of
from mobile.devices.boot_clock import DeviceTime
from mobile.devices.camera import Camera
from mobile.devices.location import Location
from mobile.devices.trouble import CAMERA_WORDS, LOCATION_WORDS
from mobile.voice.cues import Cue, duration_ms
from shared.contracts import Challenge, Fix
from shared.geometry import Place
from shared.i18n import Message as _
from shared.vocabulary import Camera as Facing
from shared.vocabulary import Language, Move

WHO = "check-in"  # for whom the receiver runs
FIX_EVERY_S = 1.0
FIXES_FROM_BEFORE_MS = (
    20_000  # what the receiver gave while the supervisor was choosing the person counts too
)
HELD_MOST_MS = 1500  # how long a poor picture straight ahead is waited out
SHOTS_LATE_MS = 2000  # a slow camera gets this long for what was asked of it
FIXES_LATE_MS = 20_000
FRAMES_LEAST = 3
SHARE_OF_PICTURES = 0.95  # of the ring; the rest is the gathering


class Prompt(Protocol):
    """Tells everybody what is asked for; see mobile.devices.platform.Devices.prompt."""

    def __call__(self, cue: Cue, language: Language) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Who stands before the camera, in which language they are spoken to, and where they should be."""

    person_id: UUID
    language: Language
    place: Place | None = None
    facing: Facing = Facing.REAR


class Guide:
    """One camera screen's check-ins, one after the other; all calls from one thread."""

    def __init__(
        self,
        camera: Camera,
        location: Location,
        time: DeviceTime,
        prompt: Prompt,
        *,
        spoken_ms: Callable[[Cue, Language], int] = duration_ms,
    ) -> None:
        self._camera = camera
        self._location = location
        self._time = time
        self._prompt = prompt
        self._spoken_ms = spoken_ms
        self._eye = Eye()
        self._subject: Subject | None = None
        self._sensed = PlaceSense()
        self._sensed_at: Fix | None = None
        self.phase = Phase.CLOSED
        self._clear()

    def _clear(self) -> None:
        self._challenge: Challenge | None = None
        self._steps: tuple[Step, ...] = ()
        self._at = 0
        self._step_ms = 0  # when the step began, by the boot clock
        self._began_ms = 0
        self._held_ms = 0
        self._last_ms = 0
        self._asked = 0  # pictures of this step that were asked for
        self._windows: list[tuple[int, int | None]] = []  # from when on which movement was asked for
        self._shots: list[Shot] = []
        self._wanted = 0
        self._dark_looks = self._all_looks = 0
        self.failure: _ | None = None
        self.taken: Taken | None = None

    # --- what the screen calls ----------------------------------------------------------------------

    def open(self, subject: Subject) -> None:
        """Open camera and receiver for somebody."""
        self._clear()
        self._eye.forget()
        self._subject = subject
        self._sensed, self._sensed_at = PlaceSense(), None
        self._camera.start(subject.facing)
        self._location.start(FIX_EVERY_S, WHO)
        self.phase = Phase.READY

    def begin(self, challenge: Challenge | None) -> None:
        """The button: ask for these movements from now on; without a challenge only for looks straight ahead."""
        if self._subject is None or self.phase is not Phase.READY:
            return
        self._clear()
        language = self._subject.language
        self._challenge = challenge
        self._steps = timeline(
            challenge.moves if challenge else (), lambda cue: self._spoken_ms(cue, language)
        )
        self._wanted = sum(len(step.shots_ms) for step in self._steps)
        self._camera.pictures()  # what came before belongs to nothing
        self._began_ms = self._last_ms = self._now_ms()
        self._enter(0)

    def tick(self) -> None:
        """Time has passed."""
        if self.phase in (Phase.CLOSED, Phase.DONE, Phase.FAILED):
            return
        now_ms = self._now_ms()
        self._look()
        if self.phase in RUNNING:
            self._collect()
            if (trouble := self._camera.trouble) is not None:
                self._fail(CAMERA_WORDS[trouble])
            elif self.phase is Phase.GATHERING:
                self._gather(now_ms)
            else:
                self._lead(now_ms)
        self._last_ms = now_ms

    def cancel(self) -> Challenge | None:
        """Stop asking; the challenge comes back where nobody has heard a movement of it."""
        unheard = self._challenge if self._at == 0 and self.phase is Phase.STRAIGHT else None
        if self.phase is not Phase.CLOSED:
            self._clear()
            self.phase = Phase.READY
        return unheard

    def retake(self) -> None:
        """Once more with the same person; it takes a new challenge."""
        if self.phase is not Phase.CLOSED:
            self.cancel()
            self._say(Cue.AGAIN)

    def close(self) -> None:
        """Let go of camera and receiver."""
        self._clear()
        self._camera.stop()
        self._location.stop(WHO)
        self._subject = None
        self.phase = Phase.CLOSED

    # --- what the screen shows ----------------------------------------------------------------------

    @property
    def arrow(self) -> Move | None:
        """The movement that is asked for now."""
        return self._steps[self._at].move if self.phase is Phase.MOVE else None

    @property
    def words(self) -> _:
        """The one thing to do now."""
        match self.phase:
            case Phase.MOVE:
                move = self.arrow
                return MOVE_WORDS[move] if move else STRAIGHT_WORDS
            case Phase.STRAIGHT | Phase.STRAIGHT_AGAIN:
                return STRAIGHT_WORDS
            case Phase.GATHERING:
                return FIXES_WORDS if self._has_pictures() else PICTURES_WORDS
            case Phase.DONE:
                return DONE_WORDS
            case Phase.FAILED:
                return self.failure or NO_PICTURES
            case _:
                return READY_WORDS

    @property
    def hint(self) -> Hint | None:
        """What is wrong with the picture now."""
        looks = self._eye.looks
        if looks is None or self.phase in (Phase.CLOSED, Phase.DONE, Phase.FAILED, Phase.GATHERING):
            return None
        return looks.hint(turning=self.phase in (Phase.MOVE, Phase.STRAIGHT_AGAIN))

    @property
    def doubt(self) -> Hint | None:
        """What was wrong with most of the pictures: better take them again before they are sent."""
        if self.phase is Phase.DONE and 2 * self._dark_looks > self._all_looks:
            return Hint.DARK
        return None

    @property
    def place(self) -> PlaceSense:
        """How good the location is now; looked at anew with every fix, for a polygon takes a while."""
        latest = self._location.latest
        if latest is not self._sensed_at:
            self._sensed_at = latest
            self._sensed = sense_of(self._fixes(), self._subject.place if self._subject else None)
        return self._sensed

    @property
    def progress(self) -> float:
        """How much of the ring is full, 0 to 1."""
        if self.phase is Phase.DONE:
            return 1.0
        if self.phase not in RUNNING:
            return 0.0
        if self.phase is Phase.GATHERING:
            return SHARE_OF_PICTURES
        total_ms = sum(step.lasts_ms for step in self._steps)
        past_ms = sum(step.lasts_ms for step in self._steps[: self._at])
        within_ms = min(max(self._now_ms() - self._step_ms, 0), self._steps[self._at].lasts_ms)
        return SHARE_OF_PICTURES * (past_ms + within_ms) / total_ms

    # --- how ----------------------------------------------------------------------------------------

    def _lead(self, now_ms: int) -> None:
        """Within a step: hold a poor look straight ahead, take its pictures, go on."""
        step = self._steps[self._at]
        if self.phase is Phase.STRAIGHT and self._asked == 0 and self.hint is not None:
            waited_ms = now_ms - self._last_ms
            if now_ms - self._step_ms >= step.shots_ms[0] and self._held_ms + waited_ms <= HELD_MOST_MS:
                if self._held_ms == 0 and self.hint is Hint.MOVING:
                    self._say(Cue.STILL)
                self._held_ms += waited_ms
                self._step_ms += waited_ms
                return
        elapsed_ms = now_ms - self._step_ms
        if self._asked < len(step.shots_ms) and elapsed_ms >= step.shots_ms[self._asked]:
            self._camera.shoot()  # one a tick: after a hiccup two at once would show the same
            self._asked += 1
        if elapsed_ms >= step.lasts_ms and self._asked == len(step.shots_ms):
            if self._at + 1 < len(self._steps):
                self._enter(self._at + 1)
            else:
                self.phase, self._step_ms = Phase.GATHERING, now_ms
                self._gather(now_ms)

    def _enter(self, index: int) -> None:
        """Ask for the next thing."""
        step = self._steps[index]
        self._at, self._asked, self._step_ms = index, 0, self._now_ms()
        self._windows.append((self._step_ms, step.prompt))
        if step.move is not None:
            self.phase = Phase.MOVE
        else:
            self.phase = Phase.STRAIGHT if index == 0 else Phase.STRAIGHT_AGAIN
        self._say(step.cue)

    def _collect(self) -> None:
        """Take in the pictures that have come; what was asked for when each was taken says the clock."""
        for picture in self._camera.pictures():
            asked = [prompt for from_ms, prompt in self._windows if from_ms <= picture.boot_ms]
            if asked and len(self._shots) < FRAMES_MOST:
                self._shots.append(Shot(picture.jpeg, picture.taken_at, picture.boot_ms, asked[-1]))

    def _gather(self, now_ms: int) -> None:
        """Wait for late pictures and for the receiver."""
        waited_ms = now_ms - self._step_ms
        late = len(self._shots) < self._wanted and waited_ms < SHOTS_LATE_MS
        if late:
            return
        if not self._has_pictures():
            self._fail(NO_PICTURES)
            return
        fixes = chosen(self._fixes())
        if not sense_of(fixes, None).enough:
            trouble = self._location.trouble
            if trouble is not None:
                self._fail(LOCATION_WORDS[trouble])
            elif waited_ms > FIXES_LATE_MS:
                self._fail(NO_FIXES)
            return
        assert self._subject is not None
        self.taken = Taken(
            shots=tuple(sorted(self._shots, key=lambda shot: shot.boot_ms)),
            fixes=fixes,
            captured_at=self._time.now(),
            clock=self._time.reading(),
            challenge=self._challenge,
            facing=self._subject.facing,
            mirrored=self._camera.mirrored,
        )
        self.phase = Phase.DONE
        self._say(Cue.THANKS)

    def _has_pictures(self) -> bool:
        """Whether every thing that was asked for is on a picture."""
        asked = {step.prompt for step in self._steps}
        return len(self._shots) >= FRAMES_LEAST and asked <= {shot.prompt for shot in self._shots}

    def _look(self) -> None:
        preview = self._camera.preview()
        if preview is not None and self._eye.see(preview) and self.phase in ASKING:
            self._all_looks += 1
            self._dark_looks += self.hint is Hint.DARK

    def _fixes(self) -> tuple[Fix, ...]:
        since_ms = self._began_ms or self._now_ms()
        return self._location.since(since_ms - FIXES_FROM_BEFORE_MS)

    def _fail(self, why: _) -> None:
        self._clear()
        self.failure = why
        self.phase = Phase.FAILED

    def _say(self, cue: Cue) -> None:
        if self._subject is not None:
            self._prompt(cue, self._subject.language)

    def _now_ms(self) -> int:
        return self._time.boot.boot_ms()
