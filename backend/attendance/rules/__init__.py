"""The verdict on a check-in. Pure: evidence, limits and a time in; an outcome with every reason out.

Each thing that is looked at gives one finding: ok, doubt or fail, with the value, the threshold and the margin (how far on
the good side). One fail refuses; otherwise one doubt sends the check-in to a person; otherwise it is accepted. A poor
picture asks for a retake: it never says «another person», and it never says «absent».
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from backend.attendance.rules.clocks import KnownTime, clock_findings, known_time, moment_of
from backend.attendance.rules.face import FaceEvidence, challenge_finding, face_findings
from backend.attendance.rules.findings import DOUBT, FAIL, OK, Finding, at_most
from backend.attendance.rules.place import (
    Sighting,
    frozen_finding,
    place_findings,
    speed_finding,
    timely_finding,
)
from backend.faces.threshold import Threshold
from shared.contracts import DeviceClock, Fix
from shared.geometry import Point, fuse_places, place_of
from shared.vocabulary import ChallengeState, FindingCode, Outcome, Remedy

__all__ = [
    "Evidence",
    "Expectation",
    "FaceEvidence",
    "Finding",
    "KnownTime",
    "Limits",
    "Sighting",
    "SpotCheckFit",
    "Verdict",
    "judge",
    "known_time",
    "outcome_of",
    "remedy_of",
]
ASKED = {ChallengeState.GOOD, ChallengeState.STALE}
RETAKEN = {  # what another try can mend: the next challenge, more light, the movements that were asked for
    FindingCode.FRAMES_USABLE,
    FindingCode.FACE_UNSURE,
    FindingCode.FRAMES_SEEN_BEFORE,
    FindingCode.LIVE_MOVEMENT,
    FindingCode.CHALLENGE,
    FindingCode.CHALLENGE_ONCE,
    FindingCode.CHALLENGE_OWN,
}


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a check-in is held against."""

    face: Threshold
    gps_accuracy_floor_m: float
    gps_accuracy_max_m: float
    fix_window: timedelta
    speed_max_mps: float
    tries_max: int
    clock_tolerance: timedelta
    offline_max: timedelta
    task_slack: timedelta


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """What challenge, task and order said when the check-in was received."""

    starts_at: datetime
    ends_at: datetime
    place: Mapping[str, Any]
    radius_m: float | None
    person_on_task: bool
    task_open: bool
    supervisor_on_task: bool
    challenge: ChallengeState = ChallengeState.NONE
    order_in_force: bool = True
    day_allowed: bool = True
    frames_seen: bool = False
    moved_min: float | None = None  # since the order sent the person elsewhere while the task ran
    spot_check: SpotCheckFit | None = None


@dataclass(frozen=True, kw_only=True)
class SpotCheckFit:
    """How a check-in stands to the spot check that it names."""

    known: bool
    late: bool
    foreknown: bool


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Everything a verdict is made of. ``before`` holds where the device and the person were seen last."""

    time: KnownTime
    received_at: datetime
    fixes: Sequence[Fix]
    face: FaceEvidence
    expected: Expectation
    clock: DeviceClock | None = None
    before: Sequence[Sighting] = field(default=())
    tries: int = 0  # within the last hour, that asked for a retake


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The outcome, what can be done about it, and every reason, worst first."""

    outcome: Outcome
    remedy: Remedy
    findings: tuple[Finding, ...]


def judge(evidence: Evidence, limits: Limits) -> Verdict:
    """The verdict on a check-in."""
    expected = evidence.expected
    findings = [
        challenge_finding(expected.challenge),
        *face_findings(
            evidence.face,
            limits.face,
            asked=expected.challenge in ASKED,
            tried_enough=evidence.tries > limits.tries_max,
        ),
        *_where(evidence, limits),
        *clock_findings(evidence.time, limits.clock_tolerance),
        _window_finding(evidence, limits.task_slack),
        _delivery_finding(evidence, limits.offline_max),
        at_most(FindingCode.TRIES, evidence.tries, limits.tries_max, "count", digits=0),
        *_planned(expected),
        *_moved(expected, limits.task_slack),
    ]
    findings.sort(key=lambda finding: (FAIL, DOUBT, OK).index(finding.result))
    return Verdict(outcome=outcome_of(findings), remedy=remedy_of(findings), findings=tuple(findings))


def _where(evidence: Evidence, limits: Limits) -> list[Finding]:
    timed = [
        (fix, moment_of(fix.taken_at, fix.boot_ms, evidence.clock, evidence.time)) for fix in evidence.fixes
    ]
    timely = [(fix, at) for fix, at in timed if abs(at - evidence.time.at) <= limits.fix_window]
    place = fuse_places(
        [fix for fix, _at in timely],
        place_of(evidence.expected.place, evidence.expected.radius_m),
        accuracy_floor_m=limits.gps_accuracy_floor_m,
        accuracy_max_m=limits.gps_accuracy_max_m,
    )
    sightings = [
        Sighting(
            point=Point(lat=fix.lat, lon=fix.lon),
            accuracy_m=max(fix.accuracy_m, limits.gps_accuracy_floor_m),
            at=at,
        )
        for fix, at in timely
        if fix.accuracy_m <= limits.gps_accuracy_max_m
    ]
    doubtful = (
        frozen_finding(evidence.fixes),
        speed_finding(sightings, evidence.before, limits.speed_max_mps),
    )
    return [
        *place_findings(evidence.fixes, place),
        timely_finding(len(timed) - len(timely)),
        *(finding for finding in doubtful if finding is not None),
    ]


def _window_finding(evidence: Evidence, slack: timedelta) -> Finding:
    """Whether the moment of capture lies in the task's window, give or take the slack; the value is minutes outside it."""
    early = evidence.expected.starts_at - evidence.time.at
    late = evidence.time.at - evidence.expected.ends_at
    outside_min = max(early, late, timedelta()).total_seconds() / 60
    return at_most(FindingCode.TIME_WINDOW, outside_min, slack.total_seconds() / 60, "min")


def _delivery_finding(evidence: Evidence, longest: timedelta) -> Finding:
    """Whether the evidence came while it was fresh; a phone without a network may bring it late, and a person looks."""
    hours = max((evidence.received_at - evidence.time.at).total_seconds(), 0.0) / 3600
    return at_most(FindingCode.DELIVERY, hours, longest.total_seconds() / 3600, "h", digits=2)


def _planned(expected: Expectation) -> list[Finding]:
    """Whether all this was planned: the task, its people, the order, the spot check."""
    said = {
        FindingCode.PERSON_ON_TASK: expected.person_on_task,
        FindingCode.TASK_OPEN: expected.task_open,
        FindingCode.SUPERVISOR_ON_TASK: expected.supervisor_on_task,
        FindingCode.ORDER: expected.order_in_force,
    }
    if expected.order_in_force:
        said[FindingCode.ORDER_DAY] = expected.day_allowed
    if expected.spot_check is not None:
        said[FindingCode.SPOT_CHECK] = expected.spot_check.known
        if expected.spot_check.known:
            said[FindingCode.SPOT_CHECK_IN_TIME] = not expected.spot_check.late
    findings = [Finding(code=code, result=OK if good else DOUBT) for code, good in said.items()]
    if expected.frames_seen:
        findings.append(Finding(code=FindingCode.FRAMES_SEEN_BEFORE, result=FAIL))
    if expected.spot_check is not None and expected.spot_check.foreknown:
        findings.append(Finding(code=FindingCode.SPOT_CHECK_FOREKNOWN, result=OK))
    return findings


def _moved(expected: Expectation, slack: timedelta) -> list[Finding]:
    """A doubt when the person was to be elsewhere by then; the slack is for the way, and silence for who was not moved."""
    if expected.moved_min is None:
        return []
    finding = at_most(FindingCode.MOVED_AWAY, expected.moved_min, slack.total_seconds() / 60, "min")
    return [finding] if finding.result is not OK else []


def outcome_of(findings: Sequence[Finding]) -> Outcome:
    """One fail refuses, else one doubt goes to a person, else it is accepted."""
    results = {finding.result for finding in findings}
    if FAIL in results:
        return Outcome.REFUSED
    return Outcome.TO_REVIEW if DOUBT in results else Outcome.ACCEPTED


def remedy_of(findings: Sequence[Finding]) -> Remedy:
    """What the person with the phone can do: first go to the place, then take a fresh picture, then ask."""
    failed = {finding.code for finding in findings if finding.result is FAIL}
    if FindingCode.PLACE in failed:
        return Remedy.MOVE_INSIDE
    if failed & RETAKEN:
        return Remedy.RETAKE
    if failed:
        return Remedy.ASK_DISPATCHER
    return Remedy.WAIT_FOR_REVIEW if any(finding.result is DOUBT for finding in findings) else Remedy.NONE
