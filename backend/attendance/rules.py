"""The verdict on a check-in. Pure: evidence, limits and a time in; an outcome with every reason out.

Each thing that is looked at gives one finding: ok, doubt or fail, with the value, the threshold and the margin (how far on
the good side). One fail refuses; otherwise one doubt sends the check-in to a person; otherwise it is accepted. A poor
picture asks for a retake: it never says «another person», and it never says «absent».
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from backend.faces.threshold import Threshold
from shared.contracts import Fix
from shared.geometry import FusedPlace, fuse_places, place_of
from shared.vocabulary import FindingCode, FindingResult, Outcome, PlaceState, Remedy

OK, DOUBT, FAIL = FindingResult.OK, FindingResult.DOUBT, FindingResult.FAIL
FIXES_LEAST = 3


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a check-in is held against."""

    face: Threshold
    gps_accuracy_floor_m: float
    gps_accuracy_max_m: float
    fix_window: timedelta
    offline_max: timedelta
    task_slack: timedelta


@dataclass(frozen=True, kw_only=True)
class FaceEvidence:
    """What the frames gave. ``distance`` is None when nothing was compared; ``failure`` says why nobody could look."""

    frames: int
    usable: int
    enrolled: bool
    one_identity: bool = True
    distance: float | None = None
    failure: bool = False


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """What the task said when the check-in was received."""

    starts_at: datetime
    ends_at: datetime
    place: Mapping[str, Any]
    radius_m: float | None
    person_on_task: bool
    task_open: bool
    supervisor_on_task: bool


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Everything a verdict is made of."""

    captured_at: datetime
    received_at: datetime
    fixes: Sequence[Fix]
    face: FaceEvidence
    expected: Expectation


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One reason: what was looked at, what it says, and the numbers behind it."""

    code: FindingCode
    result: FindingResult
    value: float | None = None
    threshold: float | None = None
    margin: float | None = None
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The outcome, what can be done about it, and every reason, worst first."""

    outcome: Outcome
    remedy: Remedy
    findings: tuple[Finding, ...]


def judge(evidence: Evidence, limits: Limits) -> Verdict:
    """The verdict on a check-in."""
    timely = [fix for fix in evidence.fixes if abs(fix.taken_at - evidence.captured_at) <= limits.fix_window]
    place = fuse_places(
        timely,
        place_of(evidence.expected.place, evidence.expected.radius_m),
        accuracy_floor_m=limits.gps_accuracy_floor_m,
        accuracy_max_m=limits.gps_accuracy_max_m,
    )
    findings = [
        *face_findings(evidence.face, limits.face),
        *place_findings(evidence.fixes, place),
        time_finding(evidence, limits.task_slack),
        delivery_finding(evidence, limits.offline_max),
        Finding(code=FindingCode.PERSON_ON_TASK, result=OK if evidence.expected.person_on_task else DOUBT),
        Finding(code=FindingCode.TASK_OPEN, result=OK if evidence.expected.task_open else DOUBT),
        Finding(
            code=FindingCode.SUPERVISOR_ON_TASK, result=OK if evidence.expected.supervisor_on_task else DOUBT
        ),
    ]
    findings.sort(key=lambda finding: (FAIL, DOUBT, OK).index(finding.result))
    return Verdict(outcome=outcome_of(findings), remedy=remedy_of(findings), findings=tuple(findings))


def face_findings(face: FaceEvidence, limits: Threshold) -> list[Finding]:
    """Whether the frames show the person: comparison needs a template and enough usable frames of one face."""
    if face.failure:
        return [Finding(code=FindingCode.VERIFIER, result=DOUBT)]
    frames = Finding(
        code=FindingCode.FRAMES_USABLE,
        result=OK if face.usable >= limits.min_frames else FAIL,
        value=face.usable,
        threshold=limits.min_frames,
        margin=face.usable - limits.min_frames,
        unit="count",
    )
    if not face.enrolled:
        return [frames, Finding(code=FindingCode.TEMPLATE, result=DOUBT)]
    if frames.result is FAIL or face.distance is None:
        return [frames]
    return [
        frames,
        Finding(code=FindingCode.FRAMES_ONE_IDENTITY, result=OK if face.one_identity else DOUBT),
        Finding(
            code=FindingCode.FACE_MATCH,
            result=limits.judge(face.distance),
            value=round(face.distance, 4),
            threshold=limits.accept_at,
            margin=round(limits.margin(face.distance), 4),
            unit="distance",
        ),
    ]


def place_findings(fixes: Sequence[Fix], place: FusedPlace) -> list[Finding]:
    """Where the person was: inside, uncertain or outside, from several fixes of that moment; a made-up location is a doubt."""
    findings = [
        Finding(
            code=FindingCode.FIXES_USABLE,
            result=OK if place.usable >= FIXES_LEAST else DOUBT,
            value=place.usable,
            threshold=FIXES_LEAST,
            margin=place.usable - FIXES_LEAST,
            unit="count",
        )
    ]
    result = {PlaceState.INSIDE: OK, PlaceState.UNCERTAIN: DOUBT, PlaceState.OUTSIDE: FAIL}[place.state]
    signed_m = place.median_signed_distance_m
    rounded_m = None if signed_m is None else round(signed_m, 1)
    findings.append(
        Finding(
            code=FindingCode.PLACE, result=result, value=rounded_m, threshold=0.0, margin=rounded_m, unit="m"
        )
    )
    if any(fix.mock for fix in fixes):
        findings.append(Finding(code=FindingCode.LOCATION_MOCK, result=DOUBT))
    return findings


def time_finding(evidence: Evidence, slack: timedelta) -> Finding:
    """Whether the moment of capture lies in the task's window, give or take the slack; the value is minutes outside it."""
    early = evidence.expected.starts_at - evidence.captured_at
    late = evidence.captured_at - evidence.expected.ends_at
    outside_min = round(max(early, late, timedelta()).total_seconds() / 60, 1)
    slack_min = slack.total_seconds() / 60
    return Finding(
        code=FindingCode.TIME_WINDOW,
        result=OK if outside_min <= slack_min else DOUBT,
        value=outside_min,
        threshold=slack_min,
        margin=round(slack_min - outside_min, 1),
        unit="min",
    )


def delivery_finding(evidence: Evidence, longest: timedelta) -> Finding:
    """Whether the evidence came while it was fresh; a phone without a network may bring it late, and a person looks."""
    hours = round(max((evidence.received_at - evidence.captured_at).total_seconds(), 0.0) / 3600, 2)
    longest_h = longest.total_seconds() / 3600
    return Finding(
        code=FindingCode.DELIVERY,
        result=OK if hours <= longest_h else DOUBT,
        value=hours,
        threshold=longest_h,
        margin=round(longest_h - hours, 2),
        unit="h",
    )


def outcome_of(findings: Sequence[Finding]) -> Outcome:
    """One fail refuses, else one doubt goes to a person, else it is accepted."""
    results = {finding.result for finding in findings}
    if FAIL in results:
        return Outcome.REFUSED
    return Outcome.TO_REVIEW if DOUBT in results else Outcome.ACCEPTED


def remedy_of(findings: Sequence[Finding]) -> Remedy:
    """What the person with the phone can do; a fresh picture comes before anything else."""
    failed = {finding.code for finding in findings if finding.result is FAIL}
    if FindingCode.FRAMES_USABLE in failed:
        return Remedy.RETAKE
    if FindingCode.PLACE in failed:
        return Remedy.MOVE_INSIDE
    if FindingCode.FACE_MATCH in failed:
        return Remedy.ASK_DISPATCHER
    return Remedy.WAIT_FOR_REVIEW if any(finding.result is DOUBT for finding in findings) else Remedy.NONE
