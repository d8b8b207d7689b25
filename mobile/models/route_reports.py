"""What the driver says of the route, kept in the outbox away from the screen: stops, the begin, the finish, and what could not be kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from mobile.capture.photos import NotAPicture
from mobile.capture.reporting import FIXES_FROM_BEFORE_MS, Moment, Reporter, StopDraft, newest_fixes
from mobile.devices.camera import Picture
from mobile.models.background import Background
from mobile.models.body_load import NOTHING_SAID, BodyLoad
from mobile.models.defect import why_unsaved
from mobile.models.equipment import Equipment
from mobile.models.ports import RouteMoves
from mobile.models.route_signs import STOPS
from mobile.models.words import Words
from shared.contracts import RouteSheet, RouteStop
from shared.i18n import Message as _
from shared.vocabulary import RouteState, SkipReason, StopState

TOO_SOON_MS = 700


class RouteReports:
    """One at a time; ``kept`` is called on the screen's thread when something lies in the outbox, ``changed`` with every step."""

    def __init__(
        self,
        equipment: Equipment,
        move: RouteMoves,
        background: Background,
        words: Words,
        *,
        kept: Callable[[], None],
        changed: Callable[[], None],
    ) -> None:
        self._reporter = Reporter(equipment.signer, equipment.outbox, equipment.owner_id)
        self._location = equipment.devices.location
        self._time = equipment.time
        self._move = move
        self._background = background
        self._words = words
        self._kept = kept
        self._changed = changed
        self._saving = 0
        self._kept_ms: int | None = None
        self._unsaved: tuple[StopDraft, str] | None = None  # its photos exist nowhere else
        self.last: tuple[UUID, UUID] | None = None  # route and stop of the last report, to take it back
        self.error: _ | str = ""

    @property
    def is_saving(self) -> bool:
        """Whether something is on its way into the outbox."""
        return self._saving > 0

    @property
    def has_unsaved(self) -> bool:
        """Whether a report is in memory alone, because it could not be kept."""
        return self._unsaved is not None

    @property
    def is_too_soon(self) -> bool:
        """The next stop appears under the thumb that has just finished one: a second touch is not meant for it."""
        passed_ms = self._time.boot.boot_ms() - (self._kept_ms or 0)
        return self.is_saving or (self._kept_ms is not None and passed_ms < TOO_SOON_MS)

    def move_to(self, sheet: RouteSheet, state: RouteState, word: _) -> None:
        """The route is begun, or finished."""
        line = f"{sheet.title} · {self._words(word)}"
        self._run(lambda: self._move(sheet.id, state, line))

    def stop(
        self,
        sheet: RouteSheet,
        stop: RouteStop,
        state: StopState,
        reason: SkipReason | None = None,
        pictures: tuple[Picture, ...] = (),
        load: BodyLoad = NOTHING_SAID,
    ) -> None:
        """A stop is done, skipped with a reason, or open again; ``load`` is what was said of the snow unloaded there."""
        self._keep(*self._drawn_up(sheet, stop, state, reason, pictures, load))

    def skip_rest(self, sheet: RouteSheet, stops: Sequence[RouteStop], reason: SkipReason, word: _) -> None:
        """Skip these stops for one reason and finish the route; where the memory is full half-way, the rest stays open."""
        drafts = [self._drawn_up(sheet, stop, StopState.SKIPPED, reason) for stop in stops]
        line = f"{sheet.title} · {self._words(word)}"

        def work() -> None:
            for draft in drafts:
                self._reporter.stop(*draft)
            self._move(sheet.id, RouteState.CLOSED, line)

        self.last = None
        self._run(work)

    def save_again(self) -> None:
        """The report that could not be kept, once more."""
        if self._unsaved is not None:
            (draft, line), self._unsaved = self._unsaved, None
            self._keep(draft, line)

    def _drawn_up(
        self,
        sheet: RouteSheet,
        stop: RouteStop,
        state: StopState,
        reason: SkipReason | None = None,
        pictures: tuple[Picture, ...] = (),
        load: BodyLoad = NOTHING_SAID,
    ) -> tuple[StopDraft, str]:
        since_ms = max(self._time.boot.boot_ms() - FIXES_FROM_BEFORE_MS, 0)
        draft = StopDraft(
            route_id=sheet.id,
            route_version=sheet.version,
            stop_id=stop.id,
            state=state,
            skip_reason=reason,
            pictures=pictures,
            volume_m3=load.volume_m3,
            weight_kg=load.weight_kg,
            ticket=load.ticket,
            moment=Moment(
                captured_at=self._time.now(),
                clock=self._time.reading(),
                fixes=newest_fixes(self._location.since(since_ms)),
            ),
        )
        return draft, f"{stop.title} · {self._words(STOPS[state].word)}"

    def _keep(self, draft: StopDraft, line: str) -> None:
        def kept() -> None:
            is_open_again = draft.state is StopState.PLANNED
            self.last = None if is_open_again else (draft.route_id, draft.stop_id)

        def failed(error: Exception) -> None:
            if not isinstance(error, NotAPicture):
                self._unsaved = (draft, line)

        self._run(lambda: self._reporter.stop(draft, line), kept, failed)

    def _run(
        self,
        work: Callable[[], object],
        kept: Callable[[], None] = lambda: None,
        not_kept: Callable[[Exception], None] = lambda _error: None,
    ) -> None:
        def done(_result: object) -> None:
            self._saving -= 1
            self._kept_ms = self._time.boot.boot_ms()
            kept()
            self._kept()

        def failed(error: Exception) -> None:
            self._saving -= 1
            self.error = why_unsaved(error)
            not_kept(error)
            self._kept()

        self.error = ""
        self._saving += 1
        self._background.run(work, done, failed)
        self._changed()
