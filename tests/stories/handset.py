"""A supervisor's phone in the field, for stories: offline it captures now and delivers hours later, with both of its clocks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from werkzeug.test import TestResponse

from tests.conftest import Clock
from tests.factories import INSIDE, CheckInDraft, frames_of
from tests.phone import Phone

Manifest = dict[str, Any]
Trick = Callable[[Manifest], None]  # bends what the phone says before it signs


@dataclass
class Person:
    """Somebody who serves public works: the face that others see, and the ids that the program knows."""

    face: str
    id: str
    order_id: str = ""


@dataclass
class Handset:
    """A supervisor's phone in the field: offline it captures now and delivers later; its boot clock cannot be set."""

    phone: Phone
    clock: Clock
    task_id: str
    booted_at: datetime
    met_server_at: datetime | None  # since it was started
    wall_ahead: timedelta = timedelta()
    offline: bool = False
    spot_checks: list[dict[str, Any]] = field(default_factory=list)
    outbox: list[CheckInDraft] = field(default_factory=list)
    _held: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    _captured: int = 0

    @property
    def user_id(self) -> str:
        """Who holds it."""
        return str(self.phone.tokens["user"]["id"])

    # --- going offline and coming back -------------------------------------------------------------------------------

    def goes_offline(self, people: Sequence[Person], each: int) -> None:
        """Take challenges and the coming spot checks along."""
        body = {"task_id": self.task_id, "person_ids": [one.id for one in people], "each": each}
        batch = said(self.phone.post("/check-in-challenges", json={**body, "offline": True}), 201)
        self.offline, self.spot_checks = True, batch["spot_checks"]
        self.met_server_at = datetime.fromisoformat(batch["server_time"])
        for challenge in batch["items"]:
            self._held.setdefault(challenge["person_id"], []).append(challenge)

    def restarts(self) -> None:
        """Be switched off and on: the boot clock starts anew, and the server's time is forgotten."""
        self.booted_at, self.met_server_at = self.clock(), None

    def comes_back(self) -> list[dict[str, Any]]:
        """Deliver everything, oldest first; returns the answers."""
        self.offline, drafts, self.outbox = False, self.outbox, []
        return [said(draft.send(self.phone)) for draft in drafts]

    # --- what people do before it ------------------------------------------------------------------------------------

    def arrives(self, person: Person, **how: Any) -> dict[str, Any]:
        """Somebody comes to work."""
        return self.checks(person, "arrival", **how)

    def leaves(self, person: Person, **how: Any) -> dict[str, Any]:
        """Somebody goes home."""
        return self.checks(person, "departure", **how)

    def is_checked(self, person: Person, spot_check: dict[str, Any], **how: Any) -> dict[str, Any]:
        """Somebody is asked for during the shift."""
        return self.checks(person, "spot_check", spot_check_id=spot_check["id"], **how)

    def checks(self, person: Person, kind: str, **how: Any) -> dict[str, Any]:
        """Capture and deliver; offline the answer is empty until the phone is back."""
        draft = self.captures(person, kind, **how)
        if self.offline:
            self.outbox.append(draft)
            return {}
        return said(draft.send(self.phone))

    def captures(
        self,
        person: Person,
        kind: str = "arrival",
        *,
        face: str = "",
        flat: bool = False,
        at: tuple[float, float] = INSIDE,
        spot_check_id: str | None = None,
        challenge: dict[str, Any] | None = None,
        frames: list[bytes] | None = None,
        trick: Trick | None = None,
    ) -> CheckInDraft:
        """A check-in as the phone keeps it: signed when it is sent, with the times of both of its clocks."""
        self._captured += 1
        draft = CheckInDraft(
            person_id=person.id,
            task_id=self.task_id,
            device_id=self.phone.device_id,
            captured_at=self.clock() + self.wall_ahead,
            frames=frames_of(face or person.face),
            at=at,
            id=str(
                uuid5(NAMESPACE_URL, f"{self.phone.name}/{self._captured}")
            ),  # so chance is the same each run
            kind=kind,
            flat=flat,
        )
        draft.answer(challenge or self.asks(person))
        if frames is not None:
            draft.frames = frames
        manifest = draft.manifest() | {"spot_check_id": spot_check_id, "clock": self._clocks()}
        for one in (*manifest["frames"], *manifest["fixes"]):
            one["boot_ms"] = self._boot_ms(datetime.fromisoformat(one["taken_at"]) - self.wall_ahead)
        if trick is not None:
            trick(manifest)
        draft.changes = manifest
        return draft

    def asks(self, person: Person) -> dict[str, Any]:
        """The next challenge: a held one when offline, else a new one."""
        if self.offline:
            return self._held[person.id].pop(0)
        body = {"task_id": self.task_id, "person_ids": [person.id]}
        batch = said(self.phone.post("/check-in-challenges", json=body), 201)
        self.met_server_at = datetime.fromisoformat(batch["server_time"])
        challenge: dict[str, Any] = batch["items"][0]
        return challenge

    def _clocks(self) -> dict[str, Any]:
        met = self.met_server_at
        return {
            "boot_id": f"{self.phone.name} {self.booted_at.isoformat()}",
            "boot_ms": self._boot_ms(self.clock()),
            "server_at": met and met.isoformat(),
            "server_boot_ms": met and self._boot_ms(met),
        }

    def _boot_ms(self, moment: datetime) -> int:
        return max(round((moment - self.booted_at).total_seconds() * 1000), 0)


def said(answer: TestResponse, status: int = 200) -> dict[str, Any]:
    """The body of an answer that must have this status."""
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json  # type: ignore[assignment]
    return body
