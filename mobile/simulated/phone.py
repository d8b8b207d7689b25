"""A phone without a screen: it signs in, syncs, captures and sends check-ins as the app does."""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from mobile.answers import Refused, RetryLater, Stored
from mobile.api_client import ApiClient
from mobile.device_key import DeviceKey
from mobile.simulated.location import fixes_around
from shared.contracts import CheckIn, CheckInAnswer, Frame, TaskCard, canonical_json, encode
from shared.geometry import Point
from shared.proofs import check_in_message
from shared.vocabulary import CheckInKind, CheckInState

FRAMES = 5
FRAME_EVERY = timedelta(milliseconds=400)
VERDICT_POLL_S = 0.5


@dataclass(frozen=True)
class Capture:
    """A check-in ready to be sent: the manifest as it is signed, and its frames."""

    id: UUID
    manifest: bytes
    signature: str
    frames: tuple[bytes, ...]


class SimulatedPhone:
    """One device in one person's hand."""

    def __init__(self, client: ApiClient, rng: random.Random) -> None:
        self.client = client
        self.rng = rng
        self._cursor: str | None = None
        self._tasks: dict[UUID, TaskCard] = {}
        self._answers: dict[UUID, CheckInAnswer] = {}

    def sync(self) -> None:
        """Bring tasks and verdicts up to date."""
        answer = self.client.sync(self._cursor)
        if answer.reset:
            self._tasks, self._answers = {}, {}
        self._tasks |= {task.id: task for task in answer.tasks}
        self._answers |= {check_in.id: check_in for check_in in answer.check_ins}
        for tombstone in answer.tombstones:
            self._tasks.pop(tombstone.id, None)
            self._answers.pop(tombstone.id, None)
        self._cursor = answer.cursor

    @property
    def tasks(self) -> list[TaskCard]:
        """The tasks handed to this phone's user, by begin."""
        return sorted(self._tasks.values(), key=lambda task: (task.starts_at, task.id))

    def capture(
        self,
        task: TaskCard,
        person_id: UUID,
        frames: Sequence[bytes],
        at: Point,
        *,
        kind: CheckInKind = CheckInKind.ARRIVAL,
        key: DeviceKey | None = None,
    ) -> Capture:
        """A check-in of this moment, signed with the phone's key or with another one."""
        tokens = self.client.tokens
        if tokens is None:
            raise ValueError("nobody is signed in on this phone")
        moment = self.client.server_now()
        check_in = CheckIn(
            id=uuid4(),  # never from the seed: a repeated run is another check-in
            person_id=person_id,
            task_id=task.id,
            device_id=tokens.device_id,
            kind=kind,
            captured_at=moment,
            frames=tuple(
                Frame(
                    sha256=hashlib.sha256(frame).hexdigest(),
                    taken_at=moment - (len(frames) - 1 - index) * FRAME_EVERY,
                )
                for index, frame in enumerate(frames)
            ),
            fixes=fixes_around(at, moment, self.rng),
        )
        manifest = canonical_json(encode(check_in))
        signature = (key or self.client.key).sign(check_in_message(manifest))
        return Capture(check_in.id, manifest, signature, tuple(frames))

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
