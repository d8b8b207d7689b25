"""How one planned pass along a piece of street stands, and why it was late or not done. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from shared.vocabulary import SkipReason, StopState, WinterWork

LATE_START = timedelta(
    minutes=20
)  # behind its first time, from which a machine's late setting out explains the rest


class PassState(StrEnum):
    """How a pass stands."""

    IN_TIME = "in_time"
    LATE = "late"  # done after its hour
    NOT_DONE = "not_done"
    OPEN = "open"  # nobody has said anything yet, and the night goes on


Why = tuple["Cause", SkipReason | None, str]  # the cause, the crew's reason, why a new plan was made


class Cause(StrEnum):
    """Why a pass was late or not done."""

    PLANNED_LATE = "planned_late"
    STARTED_LATE = "started_late"
    REPLANNED = "replanned"  # another machine took it over
    BEHIND = "behind"  # slower than planned
    LEFT_OUT = "left_out"  # no plan had room for it
    TAKEN_OFF = "taken_off"  # a newer plan took it off the sheets
    SKIPPED = "skipped"
    NOT_REPORTED = "not_reported"
    NOT_BORNE_OUT = "not_borne_out"  # reported done; the streets driven show otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Where a pass stands on a segment sheet, and what was said of it."""

    route_id: UUID
    state: StopState
    skip_reason: SkipReason | None
    planned_at: datetime | None
    reported_at: datetime | None
    is_on_it: bool  # False: a newer plan took it off
    started_late: timedelta  # of the machine, against its first planned time
    is_closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What is recorded of a pass with its street."""

    at: datetime
    is_whole: bool  # enough of its length
    by_track: bool  # False: a report alone


@dataclass(frozen=True, slots=True, kw_only=True)
class NightPass:
    """One pass along one piece of street that the night asked for."""

    segment_id: int
    forward: bool | None
    work: WinterWork
    number: int
    street: str
    district_id: UUID | None
    priority: int
    metres: int
    grit_kg: int
    due_at: datetime | None
    planned_late: bool
    moved: bool  # from one machine to another by a new plan
    because: str  # why a new plan moved it or took it off, in the dispatcher's words; empty where none did
    why_left_out: str  # in the reader's language; empty where nothing is known
    sheet: Sheet | None  # None: on no sheet
    done: Done | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A pass, how it stands, and why."""

    night_pass: NightPass
    state: PassState
    cause: Cause | None = None
    done_at: datetime | None = None
    by_track: bool | None = None  # None: not done

    @property
    def skip_reason(self) -> SkipReason | None:
        """Why it was skipped, where it was."""
        sheet = self.night_pass.sheet
        return sheet.skip_reason if self.cause is Cause.SKIPPED and sheet is not None else None

    @property
    def because(self) -> str:
        """Why a new plan was made, where that is the cause."""
        return self.night_pass.because if self.cause in (Cause.REPLANNED, Cause.TAKEN_OFF) else ""

    @property
    def why(self) -> Why:
        """The cause with what tells it closer."""
        assert self.cause is not None
        return self.cause, self.skip_reason, self.because


def judge(each: NightPass) -> Judged:
    """How a pass stands."""
    sheet = each.sheet
    if sheet is None:
        return Judged(night_pass=each, state=PassState.NOT_DONE, cause=Cause.LEFT_OUT)
    if sheet.state is StopState.SKIPPED:
        return Judged(night_pass=each, state=PassState.NOT_DONE, cause=Cause.SKIPPED)
    if sheet.state is StopState.PLANNED:
        if not sheet.is_on_it:
            return Judged(night_pass=each, state=PassState.NOT_DONE, cause=Cause.TAKEN_OFF)
        if not sheet.is_closed:
            return Judged(night_pass=each, state=PassState.OPEN)
        return Judged(night_pass=each, state=PassState.NOT_DONE, cause=Cause.NOT_REPORTED)
    if each.done is not None and not each.done.is_whole:
        return Judged(night_pass=each, state=PassState.NOT_DONE, cause=Cause.NOT_BORNE_OUT)
    at = each.done.at if each.done is not None else sheet.reported_at
    by_track = each.done is not None and each.done.by_track
    if each.due_at is None or at is None or at <= each.due_at:
        return Judged(night_pass=each, state=PassState.IN_TIME, done_at=at, by_track=by_track)
    cause = _why_late(each, sheet)
    return Judged(night_pass=each, state=PassState.LATE, cause=cause, done_at=at, by_track=by_track)


def _why_late(each: NightPass, sheet: Sheet) -> Cause:
    if each.planned_late:
        return Cause.PLANNED_LATE
    if each.moved:
        return Cause.REPLANNED
    return Cause.STARTED_LATE if sheet.started_late >= LATE_START else Cause.BEHIND
