"""Whose face the frames show, whether it is alive, and whether the phone had been asked for just these movements."""

from __future__ import annotations

from dataclasses import dataclass

from backend.attendance.rules.findings import DOUBT, FAIL, OK, Finding, at_least
from backend.faces.liveness import Liveness
from backend.faces.threshold import Likeness, Threshold
from shared.vocabulary import ChallengeState, FindingCode


@dataclass(frozen=True, kw_only=True)
class FaceEvidence:
    """What the frames gave. ``distance`` is None when nothing was compared; ``failure`` says why nobody could look.

    ``clear_distance`` is that of the clear frames alone; None when they are too few to call anybody another person.

    ``liveness`` is None when no challenge was answered: then there are no movements to look for.
    """

    frames: int
    usable: int
    enrolled: bool
    one_identity: bool = True
    distance: float | None = None
    clear_distance: float | None = None
    liveness: Liveness | None = None
    enrolled_by_other: bool = True
    failure: bool = False


def face_findings(face: FaceEvidence, limits: Threshold, *, asked: bool, tried_enough: bool) -> list[Finding]:
    """Whether the frames show the person alive: comparison needs a template and enough usable frames of one face.

    ``asked`` says that movements were asked for: then what could not be measured is a doubt. ``tried_enough``: another
    retake is not asked for, a person decides.
    """
    if face.failure:
        return [Finding(code=FindingCode.VERIFIER, result=DOUBT)]
    frames = at_least(
        FindingCode.FRAMES_USABLE, face.usable, limits.min_frames, "count", digits=0, below=FAIL
    )
    if frames.result is FAIL:
        return [frames]
    alive = liveness_findings(face.liveness) if face.liveness or asked else []
    if not face.enrolled:
        return [frames, *alive, Finding(code=FindingCode.TEMPLATE, result=DOUBT)]
    if face.distance is None:
        return [frames, *alive, Finding(code=FindingCode.VERIFIER, result=DOUBT)]
    return [
        frames,
        *alive,
        Finding(code=FindingCode.FRAMES_ONE_IDENTITY, result=OK if face.one_identity else DOUBT),
        _match_finding(face.distance, face.clear_distance, limits, tried_enough=tried_enough),
        Finding(code=FindingCode.ENROLLED_BY_OTHER, result=OK if face.enrolled_by_other else DOUBT),
    ]


def _match_finding(
    distance: float, clear_distance: float | None, limits: Threshold, *, tried_enough: bool
) -> Finding:
    """How like the enrolled face it is; where a poor picture may be the reason it accuses nobody and asks for another."""
    code, result = {
        Likeness.SAME: (FindingCode.FACE_MATCH, OK),
        Likeness.CLOSE: (FindingCode.FACE_MATCH, DOUBT),
        Likeness.UNSURE: (FindingCode.FACE_UNSURE, DOUBT if tried_enough else FAIL),
        Likeness.OTHER: (FindingCode.FACE_MATCH, FAIL),
    }[limits.judge(distance, clear_distance)]
    return Finding(
        code=code,
        result=result,
        value=round(distance, 4),
        threshold=limits.accept_at,
        margin=round(limits.margin(distance), 4),
        unit="distance",
    )


def liveness_findings(liveness: Liveness | None) -> list[Finding]:
    """What the movements of the head say; who did not move as asked takes it again, and is no attacker for that."""
    findings = [
        Finding(
            code=measure.code,
            result=measure.result,
            value=round(measure.value, 3),
            threshold=measure.threshold,
            margin=round(measure.margin, 3),
            unit=measure.unit,
        )
        for measure in (liveness.measures if liveness else ())
    ]
    if not any(finding.code is FindingCode.LIVE_DEPTH or finding.result is FAIL for finding in findings):
        findings.append(Finding(code=FindingCode.LIVE_DEPTH, result=DOUBT))  # it could not be measured
    return findings


def challenge_finding(state: ChallengeState) -> Finding:
    """Whether the movements were asked for by this server: once, of this person, on this device, and lately.

    An app without challenges, or a phone that was away for long, brings a doubt; somebody else's or a used nonce fails.
    """
    code, result = {
        ChallengeState.GOOD: (FindingCode.CHALLENGE, OK),
        ChallengeState.NONE: (FindingCode.CHALLENGE, DOUBT),
        ChallengeState.UNKNOWN: (FindingCode.CHALLENGE, FAIL),
        ChallengeState.STALE: (FindingCode.CHALLENGE_FRESH, DOUBT),
        ChallengeState.SPENT: (FindingCode.CHALLENGE_ONCE, FAIL),
        ChallengeState.OTHER_PERSON: (FindingCode.CHALLENGE_OWN, FAIL),
        ChallengeState.OTHER_DEVICE: (FindingCode.CHALLENGE_OWN, FAIL),
    }[state]
    return Finding(code=code, result=result)
