"""The reconciliation in words: one sentence for each statement, with its values; what is unknown is called unknown."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from backend.routing.proof.rules.findings import Finding, ProofCode
from shared.i18n import Message

_ = Message
Code = ProofCode

SENTENCES: dict[ProofCode, Message] = {
    Code.DONE_NOT_SEEN: _(
        "Reported done at {reported_at}. The vehicle's positions come no nearer than {distance_m} m (at {nearest_at}); {near_m} m count as there."
    ),
    Code.DONE_UNKNOWN: _(
        "Reported done. Whether the vehicle was there is not known: between {since} and {until} there are no positions."
    ),
    Code.DONE_PARTLY: _(
        "Reported done. In the positions, {with_m} m of {line_m} m were driven in the line's direction."
    ),
    Code.SKIPPED_NOT_SEEN: _(
        "Reported skipped at {reported_at}. The vehicle's positions come no nearer than {distance_m} m (at {nearest_at}); {near_m} m count as there."
    ),
    Code.VISITED_UNREPORTED: _("The vehicle was there for {seconds} s from {since}. Nothing was reported."),
    Code.REPORTED_ELSEWHERE: _(
        "Reported at {reported_at}, {distance_m} m away; the vehicle was at the stop at {since}."
    ),
    Code.AGAINST_DIRECTION: _("{against_m} m of {line_m} m were driven against the line's direction."),
    Code.TOO_FAST_TO_WORK: _("{fast_m} m of {line_m} m were driven faster than a street can be worked on."),
    Code.PIECES_MISSING: _(
        "Reported done. In the positions, {missing} of {pieces} pieces of street were not worked along whole."
    ),
    Code.NOT_REPORTED: _("Nothing was reported, and no visit is seen in the positions."),
    Code.PHOTO_MISSING: _("The photo that the stop asks for is missing."),
    Code.TIME_UNSURE: _("The phone's clock could not be checked: the time of the report is not sure."),
    Code.NO_POSITIONS: _("There are no positions of this route: where the vehicle was is not known."),
    Code.POSITIONS_DELETED: _(
        "The positions of this route are older than the time for which they are kept: where the vehicle was is not known any more."
    ),
    Code.SILENCE: _("No positions for {minutes} min, from {since} to {until}."),
    Code.MADE_UP: _("{count} positions were made up by an app, as the phone says; they are left out."),
}


def sentence(finding: Finding, zone: ZoneInfo) -> Message:
    """The statement, to be translated; times are the city's."""
    times = {name: at.astimezone(zone).strftime("%H:%M") for name, at in finding.times.items()}
    return SENTENCES[finding.code].format(**finding.values, **times)
