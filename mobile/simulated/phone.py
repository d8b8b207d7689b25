"""A phone without a screen: it signs in, syncs, captures and sends check-ins as the app does."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

from mobile.capture.check_in import Occasion, Shot, SignedCheckIn, Taken, signed_check_in
from mobile.client.answers import Refused, RetryLater, Stored
from mobile.client.api_client import ApiClient
from mobile.client.device_key import DeviceKey
from mobile.simulated.boot_clock import BootClock
from mobile.simulated.faces import Face
from mobile.simulated.location import fixes_around
from mobile.simulated.prints import Way
from shared.contracts import Challenge, CheckInAnswer, SpotCheck, TaskCard
from shared.geometry import Point
from shared.vocabulary import Camera, CheckInKind, CheckInState, Move

FRAME_EVERY_MS = (300, 500)  # so that a movement takes about a second
FIXES_LEAST = 4
VERDICT_POLL_S = 0.5

Capture = SignedCheckIn


class SimulatedPhone:
    """One device in one person's hand; its boot-time clock ticks with the device's own unless another is given.

    ``sleep`` lets the time of a capture pass after its challenge has come; without it captures are dated back.
    """

    def __init__(
        self,
        client: ApiClient,
        rng: random.Random,
        boot_clock: BootClock | None = None,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        self.client = client
        self.rng = rng
        self.boot_clock = boot_clock or BootClock(lambda: client.device_now().timestamp())
        self._sleep = sleep
        self._challenged_ms = 0
        self._cursor: str | None = None
        self._tasks: dict[UUID, TaskCard] = {}
        self._answers: dict[UUID, CheckInAnswer] = {}
        self._spot_checks: dict[UUID, SpotCheck] = {}

    def sync(self) -> None:
        """Bring tasks and verdicts up to date."""
        answer = self.client.sync(self._cursor).answer
        self.boot_clock.hear(answer.server_time)
        if answer.reset:
            self._tasks, self._answers, self._spot_checks = {}, {}, {}
        self._tasks |= {task.id: task for task in answer.tasks}
        self._answers |= {check_in.id: check_in for check_in in answer.check_ins}
        self._spot_checks |= {check.id: check for check in answer.spot_checks}
        for tombstone in answer.tombstones:
            self._spot_checks.pop(tombstone.id, None)
            self._tasks.pop(tombstone.id, None)
            self._answers.pop(tombstone.id, None)
        self._cursor = answer.cursor

    @property
    def tasks(self) -> list[TaskCard]:
        """The tasks handed to this phone's user, by begin."""
        return sorted(self._tasks.values(), key=lambda task: (task.starts_at, task.id))

    @property
    def spot_checks(self) -> list[SpotCheck]:
        """The spot checks that this phone prompts for now, the most urgent first."""
        now = self.client.server_now()
        due = [check for check in self._spot_checks.values() if check.due_at <= now < check.answer_by]
        return sorted(due, key=lambda check: (check.answer_by, check.id))

    def challenge(self, task: TaskCard, person_id: UUID) -> Challenge:
        """Which movements to ask a person for, in one check-in that follows."""
        batch = self.client.challenges(task.id, [person_id])
        self.boot_clock.hear(batch.server_time)
        self._challenged_ms = self.boot_clock.boot_ms()
        return batch.items[0]

    def check_in(
        self,
        task: TaskCard,
        person_id: UUID,
        face: Face,
        at: Point,
        *,
        moves: Callable[[Sequence[Move]], Sequence[Move]] = tuple,
        way: Way = Way.LIVE,
        light: float = 1.0,
        challenge: Challenge | None = None,
        kind: CheckInKind = CheckInKind.ARRIVAL,
        spot_check_id: UUID | None = None,
        key: DeviceKey | None = None,
    ) -> Capture:
        """Ask for a challenge, unless there is one, and capture how the face answers; ``moves`` says how it mistakes it."""
        challenge = challenge or self.challenge(task, person_id)
        shots = face.moving(self.rng, moves(challenge.moves), way=way, light=light)
        return self.capture(
            task,
            person_id,
            [frame for frame, _prompt in shots],
            at,
            challenge=challenge,
            prompts=[prompt for _frame, prompt in shots],
            kind=kind,
            spot_check_id=spot_check_id,
            key=key,
        )

    def capture(
        self,
        task: TaskCard,
        person_id: UUID,
        frames: Sequence[bytes],
        at: Point,
        *,
        challenge: Challenge | None = None,
        prompts: Sequence[int | None] = (),
        kind: CheckInKind = CheckInKind.ARRIVAL,
        camera: Camera = Camera.REAR,
        mirrored: bool = False,
        spot_check_id: UUID | None = None,
        key: DeviceKey | None = None,
    ) -> Capture:
        """A check-in that ends at this moment, signed with the phone's key or with another one.

        ``prompts`` says for each frame which movement had been asked for; without them nothing was.
        """
        tokens = self.client.tokens
        if tokens is None:
            raise ValueError("nobody is signed in on this phone")
        before_ms = self._before_ms(len(frames))
        if self._sleep is not None:
            self._sleep(max(before_ms[0] - (self.boot_clock.boot_ms() - self._challenged_ms), 0) / 1000)
        moment, clock = self.client.server_now(), self.boot_clock.reading()
        asked = prompts or [None] * len(frames)
        taken = Taken(
            shots=tuple(
                Shot(frame, moment - timedelta(milliseconds=ago_ms), clock.boot_ms - ago_ms, prompt)
                for frame, prompt, ago_ms in zip(frames, asked, before_ms, strict=True)
            ),
            fixes=fixes_around(
                at,
                moment,
                self.rng,
                max(FIXES_LEAST, 1 + before_ms[0] // 1000),
                until_boot_ms=clock.boot_ms,
            ),
            captured_at=moment,
            clock=clock,
            challenge=challenge,
            facing=camera,
            mirrored=mirrored,
        )
        occasion = Occasion(person_id=person_id, task_id=task.id, kind=kind, spot_check_id=spot_check_id)
        # The id never comes from the seed: a repeated run is another check-in.
        return signed_check_in(taken, occasion, tokens.device_id, (key or self.client.key).sign)

    def _before_ms(self, count: int) -> list[int]:
        """How long before the end of the capture each frame was taken, in milliseconds."""
        gaps = [self.rng.randint(*FRAME_EVERY_MS) for _ in range(count - 1)]
        return [sum(gaps[index:]) for index in range(count)]

    def send(self, capture: Capture, *, patience_s: float = 0.0) -> Stored | Refused | RetryLater:
        """Send a capture; where the verdict takes longer than the request, sync until it is there."""
        end = self.client.send_check_in(capture.manifest, capture.signature, capture.frames)
        deadline = time.monotonic() + patience_s
        while (
            isinstance(end, Stored)
            and end.answer.state is CheckInState.PENDING
            and time.monotonic() < deadline
        ):
            time.sleep(VERDICT_POLL_S)
            self.sync()
            end = Stored(self._answers.get(capture.id, end.answer))
        return end
