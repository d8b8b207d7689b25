"""Differences between plan, driver and gate, in words."""

from __future__ import annotations

from backend.routing.volumes.rules import Difference, Line
from shared.i18n import Message

_ = Message
WORDS: dict[Difference, Message] = {
    Difference.NO_GATE_COUNT: _("not counted at the gate: ask the gate, or withdraw the trip"),
    Difference.NO_TRIP: _("counted at the gate, but no route tells of this trip: was it another truck's?"),
    Difference.LESS_AT_GATE: _("the gate counted {percent} % less than the driver told"),
    Difference.MORE_AT_GATE: _("the gate counted {percent} % more than the driver told"),
    Difference.LESS_THAN_PLANNED: _("{percent} % less than planned"),
    Difference.NOTHING_TOLD: _("the driver told neither body volume nor weight"),
    Difference.NO_PROOF: _("without photo and without ticket"),
    Difference.MORE_THAN_BODY: _("more than the body holds: check the body volume, or the count"),
    Difference.TOO_SOON: _(
        "{minutes} min after the unloading before: the way alone takes at least {least} min"
    ),
    Difference.OTHER_DUMP: _("counted at another dump than the driver reported"),
}


def sentences(line: Line) -> list[Message]:
    """What differs, one sentence each."""
    least = line.trip.least_s if line.trip is not None else None
    values = {
        "percent": "—" if line.percent is None else f"{line.percent:g}",
        "minutes": "—" if line.stated_s is None else str(round(line.stated_s / 60)),
        "least": "—" if least is None else str(round(least / 60)),
    }
    return [
        WORDS[each].format(**{name: values[name] for name in values if f"{{{name}}}" in WORDS[each].source})
        for each in line.differences
    ]
