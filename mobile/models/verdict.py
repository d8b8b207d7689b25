"""How a check-in ended, as it covers the screen: saved and on its way, or judged, with every reason."""

from __future__ import annotations

from dataclasses import dataclass

from mobile.models.ports import LocalTasks
from mobile.models.roster import TROUBLE, sign_of
from mobile.models.words import Words
from mobile.outbox.ladder import Item
from shared.contracts import CheckInAnswer, DecodeError, Finding, decode
from shared.i18n import Message as _
from shared.vocabulary import CheckInState, FindingResult, Outcome, Remedy

MARKS: dict[FindingResult, tuple[str, str]] = {
    FindingResult.OK: ("✔", "good"),
    FindingResult.DOUBT: ("⚑", "warn"),
    FindingResult.FAIL: ("✖", "bad"),
}
RETAKEN = (Remedy.RETAKE, Remedy.MOVE_INSIDE)  # another try helps, for one of them after some steps
WORST_FIRST = (FindingResult.FAIL, FindingResult.DOUBT, FindingResult.OK)


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, marked by icon and colour."""

    icon: str
    colour: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictView:
    """What covers the screen; ``reason`` is the first one, ``reasons`` are all of them for «more»."""

    icon: str
    colour: str
    word: str
    name: str
    reason: str
    reasons: tuple[Reason, ...]
    more: str  # the word that opens all reasons, empty where there are none
    again: bool  # whether a retake is what helps
    final: bool  # whether nothing more is to come


def verdict_view(item: Item, name: str, tasks: LocalTasks, words: Words) -> VerdictView:
    """How an item of the outbox stands."""
    sign, answer = sign_of(item, tasks), _answer(item, tasks)
    reasons = tuple(
        Reason(*MARKS[finding.result], finding.text)
        for finding in _worst_first(answer.findings if answer else ())
    )
    return VerdictView(
        icon=sign.icon,
        colour=sign.colour,
        word=words(sign.word),
        name=name,
        reason=_reason(item, answer, words),
        reasons=reasons,
        more=words(_("More")) if reasons else "",
        again=answer is not None and answer.remedy in RETAKEN,
        final=sign is TROUBLE or (answer is not None and answer.state is CheckInState.JUDGED),
    )


def _reason(item: Item, answer: CheckInAnswer | None, words: Words) -> str:
    if answer is not None:
        if answer.decision is not None:
            return answer.decision.text
        return "" if answer.outcome is Outcome.ACCEPTED else answer.summary  # the word above says it
    if item.problem is not None:
        return item.problem.detail
    return words(_("It is on this phone and cannot be lost. The verdict follows.")) if item.waiting else ""


def _answer(item: Item, tasks: LocalTasks) -> CheckInAnswer | None:
    """What sync has brought, or what the server said when it received it."""
    if item.waiting:
        return None
    known = tasks.check_in(item.id)
    if known is not None or not item.answer:
        return known
    try:
        return decode(CheckInAnswer, item.answer)
    except DecodeError:  # a newer server says more; its verdict comes by sync as well
        return None


def _worst_first(findings: tuple[Finding, ...]) -> list[Finding]:
    return sorted(findings, key=lambda finding: WORST_FIRST.index(finding.result))
