"""What a desktop plays while the app is shown without a phone: whose face stands before its camera, and where it stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from uuid import UUID

from mobile.models.ports import LocalTasks
from mobile.simulated.faces import Face, Turnable
from mobile.simulated.location import inner_point
from mobile.voice.cues import Cue
from shared.contracts import TaskCard
from shared.geometry import Point, place_of
from shared.vocabulary import Language


class DeskPlay:
    """Stands within the place of whoever was met last, else of a task that goes on now."""

    def __init__(self, cast: Path | None, data_dir: Path | None, now: Callable[[], datetime]) -> None:
        """``cast`` is the demo city's file; without it nobody is before the camera."""
        self._cast = cast
        self._data_dir = data_dir
        self._faces: dict[UUID, Face] | None = None
        self._now = now
        self._met: UUID | None = None
        self._points: dict[tuple[UUID, int], Point | None] = {}
        self._tasks: LocalTasks | None = None

    def attend(self, tasks: LocalTasks) -> None:
        """The phone is open: these are its tasks."""
        self._tasks = tasks

    def face(self, person_id: UUID) -> Turnable | None:
        """Whom a person of the roster looks like."""
        if self._faces is None:
            self._faces = self._load()
        found = self._faces.get(person_id)
        return found if isinstance(found, Turnable) else None

    def here(self) -> Point | None:
        """Where the desktop stands."""
        tasks = [task.card for task in self._tasks.tasks()] if self._tasks is not None else []
        placed = [card for card in tasks if card.place is not None]
        if not placed:
            return None
        now = self._now()
        return self._point(
            max(placed, key=lambda card: (self._meets(card), card.starts_at <= now < card.ends_at))
        )

    def meet(self, person_id: UUID) -> None:
        """See Prompted."""
        self._met = person_id

    def prompt(self, cue: Cue, language: Language) -> None:
        """See Prompted; nothing is done about it here."""

    def _load(self) -> dict[UUID, Face]:
        if self._cast is None:
            return {}
        from mobile.simulated.cast import Cast  # numpy and more: only once a camera is open

        return Cast.load(self._cast, self._data_dir).faces

    def _meets(self, card: TaskCard) -> bool:
        return any(person.id == self._met for person in card.people)

    def _point(self, card: TaskCard) -> Point | None:
        key = (card.id, card.version)
        if key not in self._points:
            try:
                self._points[key] = inner_point(place_of(card.place or {}, card.radius_m))
            except ValueError:
                self._points[key] = None
        return self._points[key]
