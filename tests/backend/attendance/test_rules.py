"""The verdict, case by case: what accepts, what goes to a person, what refuses, and what can be done about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.attendance.rules import (
    Evidence,
    Expectation,
    FaceEvidence,
    KnownTime,
    Limits,
    Sighting,
    SpotCheckFit,
    judge,
)
from backend.faces.liveness import Liveness, Measure
from backend.faces.threshold import SHIPPED
from shared.contracts import Fix
from shared.geometry import Point
from shared.vocabulary import (
    ChallengeState,
    FindingCode,
    FindingResult,
    LivenessOutcome,
    Outcome,
    Remedy,
)

NOON = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
LIMITS = Limits(
    face=replace(SHIPPED, accept_at=0.50, retake_above=0.60, refuse_above=0.70),
    gps_accuracy_floor_m=5.0,
    gps_accuracy_max_m=100.0,
    fix_window=timedelta(seconds=120),
    speed_max_mps=30.0,
    tries_max=5,
    clock_tolerance=timedelta(minutes=2),
    offline_max=timedelta(hours=72),
    task_slack=timedelta(minutes=60),
)
DEPTH = Measure(FindingCode.LIVE_DEPTH, FindingResult.OK, 0.8, 0.5, 0.3, "share")
MOVED = Measure(FindingCode.LIVE_MOVEMENT, FindingResult.OK, 1.5, 1.0, 0.5, "share")
ALIVE = Liveness(LivenessOutcome.LIVE, (MOVED, DEPTH))
PARK = {
    "type": "Polygon",
    "coordinates": [[[69.14, 54.868], [69.145, 54.868], [69.145, 54.871], [69.14, 54.871], [69.14, 54.868]]],
}


def fixes(
    lat: float = 54.8695, lon: float = 69.1425, *, accuracy_m: float = 6.0, count: int = 4, mock: bool = False
) -> list[Fix]:
    """Fixes at one place, a second apart."""
    return [
        Fix(
            lat=lat,
            lon=lon + second * 1e-6,
            accuracy_m=accuracy_m,
            taken_at=NOON - timedelta(seconds=second),
            mock=mock,
        )
        for second in range(count)
    ]


def face(**changes: object) -> FaceEvidence:
    """Frames of the enrolled person, alive."""
    fields: dict[str, object] = {
        "frames": 5,
        "usable": 5,
        "enrolled": True,
        "distance": 0.30,
        "liveness": ALIVE,
    }
    return FaceEvidence(**{**fields, **changes})  # type: ignore[arg-type]


def evidence(**changes: object) -> Evidence:
    """A check-in that is all right."""
    fields: dict[str, object] = {
        "time": KnownTime(at=NOON, sure=True, offset=timedelta()),
        "received_at": NOON + timedelta(seconds=3),
        "fixes": fixes(),
        "face": face(),
        "expected": Expectation(
            starts_at=NOON - timedelta(hours=1),
            ends_at=NOON + timedelta(hours=3),
            place=PARK,
            radius_m=None,
            person_on_task=True,
            task_open=True,
            supervisor_on_task=True,
            challenge=ChallengeState.GOOD,
        ),
    }
    return Evidence(**{**fields, **changes})  # type: ignore[arg-type]


def result_of(code: FindingCode, **changes: object) -> FindingResult:
    """What one finding says of changed evidence."""
    findings = {finding.code: finding.result for finding in judge(evidence(**changes), LIMITS).findings}
    return findings[code]


def test_everything_right_is_accepted_with_every_reason_named() -> None:
    """Also what was in order is told, with its margin."""
    verdict = judge(evidence(), LIMITS)
    assert (Outcome.ACCEPTED, Remedy.NONE) == (verdict.outcome, verdict.remedy)
    face = next(finding for finding in verdict.findings if finding.code is FindingCode.FACE_MATCH)
    assert (0.30, 0.50, 0.2) == (face.value, face.threshold, face.margin)


@pytest.mark.parametrize(
    ("distance", "outcome", "remedy"),
    [
        (0.50, Outcome.ACCEPTED, Remedy.NONE),
        (0.51, Outcome.TO_REVIEW, Remedy.WAIT_FOR_REVIEW),
        (0.60, Outcome.TO_REVIEW, Remedy.WAIT_FOR_REVIEW),
        (0.61, Outcome.REFUSED, Remedy.RETAKE),
        (0.70, Outcome.REFUSED, Remedy.RETAKE),
        (0.71, Outcome.REFUSED, Remedy.ASK_DISPATCHER),
        (float("nan"), Outcome.REFUSED, Remedy.RETAKE),
    ],
)
def test_the_distance_decides_between_the_thresholds(
    distance: float, outcome: Outcome, remedy: Remedy
) -> None:
    """The band above acceptance belongs to people; beyond it another picture is wanted before anybody is accused."""
    verdict = judge(evidence(face=face(distance=distance, clear_distance=distance)), LIMITS)
    assert (outcome, remedy) == (verdict.outcome, verdict.remedy)


def test_poor_frames_ask_for_a_retake_however_far_the_face_is() -> None:
    """Glasses, a scarf or the dark move a face as far as a stranger's."""
    verdict = judge(evidence(face=face(distance=0.95, clear_distance=None)), LIMITS)
    assert (Outcome.REFUSED, Remedy.RETAKE) == (verdict.outcome, verdict.remedy)
    assert FindingCode.FACE_UNSURE is verdict.findings[0].code


def test_who_was_asked_for_retakes_often_enough_is_looked_at_by_a_person() -> None:
    """Nobody who wears thick glasses is sent away for ever."""
    verdict = judge(evidence(face=face(distance=0.65, clear_distance=0.65), tries=6), LIMITS)
    assert (Outcome.TO_REVIEW, Remedy.WAIT_FOR_REVIEW) == (verdict.outcome, verdict.remedy)


def test_too_few_usable_frames_ask_for_a_retake_and_accuse_nobody() -> None:
    """A poor picture is never «another person»."""
    verdict = judge(evidence(face=face(usable=1, distance=None)), LIMITS)
    assert (Outcome.REFUSED, Remedy.RETAKE) == (verdict.outcome, verdict.remedy)
    assert FindingCode.FACE_MATCH not in {finding.code for finding in verdict.findings}


def test_who_is_not_enrolled_goes_to_a_person() -> None:
    """There is nothing to compare with, which is not the person's fault."""
    verdict = judge(evidence(face=face(enrolled=False, distance=None)), LIMITS)
    assert (Outcome.TO_REVIEW, FindingCode.TEMPLATE) == (verdict.outcome, verdict.findings[0].code)


def test_pictures_that_nobody_could_examine_go_to_a_person() -> None:
    """A photo that kills a worker must not refuse anybody."""
    verdict = judge(evidence(face=face(usable=0, failure=True)), LIMITS)
    assert (Outcome.TO_REVIEW, FindingCode.VERIFIER) == (verdict.outcome, verdict.findings[0].code)


def test_two_faces_in_one_check_in_go_to_a_person() -> None:
    """Frames of two people mixed."""
    mixed = face(one_identity=False)
    assert FindingResult.DOUBT is result_of(FindingCode.FRAMES_ONE_IDENTITY, face=mixed)


def test_plainly_outside_is_refused_with_the_distance() -> None:
    """A kilometre north of the park."""
    verdict = judge(evidence(fixes=fixes(lat=54.8800)), LIMITS)
    place = verdict.findings[0]
    assert (Outcome.REFUSED, Remedy.MOVE_INSIDE, FindingCode.PLACE) == (
        verdict.outcome,
        verdict.remedy,
        place.code,
    )
    assert -1010 < (place.value or 0) < -990


def test_close_to_the_border_is_uncertain() -> None:
    """Three metres outside with six metres of accuracy proves nothing."""
    assert FindingResult.DOUBT is result_of(FindingCode.PLACE, fixes=fixes(lat=54.871027))


def test_fixes_too_poor_to_use_are_a_doubt_not_a_refusal() -> None:
    """In a yard between high houses there is no better signal."""
    poor = fixes(lat=54.8800, accuracy_m=400.0)
    assert FindingResult.DOUBT is result_of(FindingCode.FIXES_USABLE, fixes=poor)
    assert Outcome.TO_REVIEW is judge(evidence(fixes=poor), LIMITS).outcome


def test_a_made_up_location_goes_to_a_person() -> None:
    """The phone itself says so."""
    assert FindingResult.DOUBT is result_of(FindingCode.LOCATION_MOCK, fixes=fixes(mock=True))


@pytest.mark.parametrize(("minutes", "result"), [(-119, "ok"), (-121, "doubt"), (239, "ok"), (241, "doubt")])
def test_the_window_has_an_hour_of_slack(minutes: int, result: str) -> None:
    """The task runs from an hour before noon to three hours after; the slack is one hour each way."""
    moment = NOON + timedelta(minutes=minutes)
    known = KnownTime(at=moment, sure=True, offset=timedelta())
    assert result == result_of(FindingCode.TIME_WINDOW, time=known, received_at=moment)


def test_evidence_that_comes_late_is_looked_at_by_a_person() -> None:
    """A phone may be offline for weeks; nothing is refused for it."""
    assert FindingResult.DOUBT is result_of(FindingCode.DELIVERY, received_at=NOON + timedelta(hours=73))
    assert FindingResult.OK is result_of(FindingCode.DELIVERY, received_at=NOON + timedelta(hours=71))


def test_a_person_who_is_not_on_the_task_goes_to_a_person() -> None:
    """Helped out elsewhere, perhaps: somebody decides."""
    expected = replace(evidence().expected, person_on_task=False)
    assert FindingResult.DOUBT is result_of(FindingCode.PERSON_ON_TASK, expected=expected)


@pytest.mark.parametrize(("minutes", "expected"), [(None, None), (60.0, None), (60.1, FindingResult.DOUBT)])
def test_who_was_sent_elsewhere_is_a_doubt_when_the_way_is_over(
    minutes: float | None, expected: FindingResult | None
) -> None:
    """The slack is for the way; nothing is said of who was not moved."""
    expected_here = replace(evidence().expected, moved_min=minutes)
    findings = {each.code: each.result for each in judge(evidence(expected=expected_here), LIMITS).findings}
    assert expected == findings.get(FindingCode.MOVED_AWAY)


def test_fixes_of_another_time_say_nothing() -> None:
    """Last week's location does not prove today's presence; a person looks."""
    old = [replace(fix, taken_at=fix.taken_at - timedelta(days=7)) for fix in fixes()]
    assert FindingResult.DOUBT is result_of(FindingCode.FIXES_USABLE, fixes=old)
    assert Outcome.TO_REVIEW is judge(evidence(fixes=old), LIMITS).outcome


def test_a_check_in_on_a_closed_task_goes_to_a_person() -> None:
    """It may come late from a phone that was offline."""
    expected = replace(evidence().expected, task_open=False)
    assert FindingResult.DOUBT is result_of(FindingCode.TASK_OPEN, expected=expected)


@given(
    distance=st.floats(0, 2),
    lat=st.floats(54.86, 54.89),
    accuracy_m=st.floats(1, 500),
    usable=st.integers(0, 5),
    mock=st.booleans(),
    on_task=st.booleans(),
)
def test_nothing_is_accepted_unless_every_finding_is_ok(
    distance: float, lat: float, accuracy_m: float, usable: int, mock: bool, on_task: bool
) -> None:
    """Acceptance is the absence of any doubt; refusal the presence of a fail."""
    seen = face(usable=usable, distance=distance if usable >= 2 else None)
    expected = replace(evidence().expected, person_on_task=on_task)
    verdict = judge(
        evidence(face=seen, fixes=fixes(lat=lat, accuracy_m=accuracy_m, mock=mock), expected=expected), LIMITS
    )
    results = {finding.result for finding in verdict.findings}
    assert (verdict.outcome is Outcome.ACCEPTED) == (results == {FindingResult.OK})
    assert (verdict.outcome is Outcome.REFUSED) == (FindingResult.FAIL in results)
    assert (verdict.remedy is Remedy.NONE) == (verdict.outcome is Outcome.ACCEPTED)


@pytest.mark.parametrize(
    ("state", "code", "outcome", "remedy"),
    [
        (ChallengeState.NONE, FindingCode.CHALLENGE, Outcome.TO_REVIEW, Remedy.WAIT_FOR_REVIEW),
        (ChallengeState.STALE, FindingCode.CHALLENGE_FRESH, Outcome.TO_REVIEW, Remedy.WAIT_FOR_REVIEW),
        (ChallengeState.UNKNOWN, FindingCode.CHALLENGE, Outcome.REFUSED, Remedy.RETAKE),
        (ChallengeState.SPENT, FindingCode.CHALLENGE_ONCE, Outcome.REFUSED, Remedy.RETAKE),
        (ChallengeState.OTHER_PERSON, FindingCode.CHALLENGE_OWN, Outcome.REFUSED, Remedy.RETAKE),
        (ChallengeState.OTHER_DEVICE, FindingCode.CHALLENGE_OWN, Outcome.REFUSED, Remedy.RETAKE),
    ],
)
def test_a_challenge_that_is_not_good_is_never_accepted(
    state: ChallengeState, code: FindingCode, outcome: Outcome, remedy: Remedy
) -> None:
    """What may be an old app or a phone that was away goes to people; somebody else's or a used nonce is refused."""
    verdict = judge(evidence(expected=replace(evidence().expected, challenge=state)), LIMITS)
    assert (outcome, remedy, code) == (verdict.outcome, verdict.remedy, verdict.findings[0].code)


def test_a_flat_picture_is_refused_and_the_paper_way_is_named() -> None:
    """No retake: a person before the camera needs another way, and a picture needs none."""
    flat = Liveness(LivenessOutcome.ATTACK, (MOVED, replace(DEPTH, result=FindingResult.FAIL, value=0.1)))
    verdict = judge(evidence(face=face(liveness=flat)), LIMITS)
    assert (Outcome.REFUSED, Remedy.ASK_DISPATCHER) == (verdict.outcome, verdict.remedy)


def test_who_did_not_move_as_asked_takes_it_again() -> None:
    """Misheard, perhaps: nobody is called an attacker for that."""
    still = Liveness(LivenessOutcome.UNKNOWN, (replace(MOVED, result=FindingResult.FAIL, value=0.2),))
    verdict = judge(evidence(face=face(liveness=still)), LIMITS)
    assert (Outcome.REFUSED, Remedy.RETAKE) == (verdict.outcome, verdict.remedy)


@pytest.mark.parametrize("liveness", [None, Liveness(LivenessOutcome.UNKNOWN, (MOVED,))])
def test_liveness_that_could_not_be_measured_is_a_doubt(liveness: Liveness | None) -> None:
    """The absence of a measure is no proof of life."""
    assert FindingResult.DOUBT is result_of(FindingCode.LIVE_DEPTH, face=face(liveness=liveness))


def test_a_comparison_that_was_not_made_is_a_doubt() -> None:
    """Enough frames and a template, and still no distance: nobody is accepted for that."""
    assert Outcome.TO_REVIEW is judge(evidence(face=face(distance=None)), LIMITS).outcome


def test_who_enrols_and_checks_in_alone_needs_another_pair_of_eyes() -> None:
    """A supervisor might enrol a friend's face under the person's name."""
    alone = face(enrolled_by_other=False)
    assert FindingResult.DOUBT is result_of(FindingCode.ENROLLED_BY_OTHER, face=alone)


@pytest.mark.parametrize(("tries", "result"), [(0, "ok"), (5, "ok"), (6, "doubt")])
def test_who_tries_again_and_again_meets_a_person(tries: int, result: str) -> None:
    """Most pictures that are held before the camera end as a retake, so an attacker could go on until one passes."""
    assert result == result_of(FindingCode.TRIES, tries=tries)


def test_one_untimely_fix_is_shown() -> None:
    """The others decide; that one is from another time stands among the reasons."""
    mixed = [*fixes(), replace(fixes()[0], taken_at=NOON - timedelta(days=1))]
    findings = {finding.code: finding for finding in judge(evidence(fixes=mixed), LIMITS).findings}
    assert (FindingResult.DOUBT, 1) == (
        findings[FindingCode.FIXES_TIMELY].result,
        findings[FindingCode.FIXES_TIMELY].value,
    )
    assert FindingResult.OK is findings[FindingCode.PLACE].result


def test_fixes_that_never_differ_are_a_doubt() -> None:
    """A receiver's never are the same."""
    frozen = [replace(fix, lon=69.1425) for fix in fixes()]
    assert FindingResult.DOUBT is result_of(FindingCode.LOCATION_FROZEN, fixes=frozen)


def test_a_jump_no_vehicle_makes_is_a_doubt() -> None:
    """A kilometre within a second."""
    jumping = [*fixes(count=3), replace(fixes()[0], lat=54.8800, taken_at=NOON - timedelta(seconds=4))]
    assert FindingResult.DOUBT is result_of(FindingCode.LOCATION_SPEED, fixes=jumping)


@pytest.mark.parametrize(("minutes", "result"), [(1, "doubt"), (30, "ok")])
def test_two_places_need_time_between_them(minutes: int, result: str) -> None:
    """Ten kilometres lie between the last check-in and this one: two phones at once, or a drive of half an hour."""
    elsewhere = Sighting(
        point=Point(lat=54.96, lon=69.1425), accuracy_m=10.0, at=NOON - timedelta(minutes=minutes)
    )
    assert result == result_of(FindingCode.LOCATION_SPEED, before=[elsewhere])


def test_an_uncertain_time_goes_to_a_person() -> None:
    """After a restart nobody knows the time that has passed."""
    unsure = KnownTime(at=NOON, sure=False, offset=None)
    assert FindingResult.DOUBT is result_of(FindingCode.CLOCK, time=unsure)


def test_a_clock_that_was_set_is_shown_with_its_minutes() -> None:
    """Fifteen minutes fast."""
    fast = KnownTime(at=NOON, sure=True, offset=timedelta(minutes=15))
    [finding] = [
        each for each in judge(evidence(time=fast), LIMITS).findings if each.code is FindingCode.CLOCK_CHANGED
    ]
    assert (FindingResult.DOUBT, 15.0, 2.0) == (finding.result, finding.value, finding.threshold)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"order_in_force": False}, FindingCode.ORDER),
        ({"day_allowed": False}, FindingCode.ORDER_DAY),
        ({"spot_check": SpotCheckFit(known=False, late=False, foreknown=False)}, FindingCode.SPOT_CHECK),
        (
            {"spot_check": SpotCheckFit(known=True, late=True, foreknown=False)},
            FindingCode.SPOT_CHECK_IN_TIME,
        ),
    ],
)
def test_what_was_not_planned_goes_to_a_person(changes: dict[str, object], code: FindingCode) -> None:
    """No order, a day off, a spot check that nobody drew or that came late."""
    expected = replace(evidence().expected, **changes)  # type: ignore[arg-type]
    assert FindingResult.DOUBT is result_of(code, expected=expected)


def test_foreknowledge_of_a_spot_check_is_named_and_held_against_nobody() -> None:
    """The phone had to know, because it was to be offline."""
    expected = replace(evidence().expected, spot_check=SpotCheckFit(known=True, late=False, foreknown=True))
    assert FindingResult.OK is result_of(FindingCode.SPOT_CHECK_FOREKNOWN, expected=expected)
