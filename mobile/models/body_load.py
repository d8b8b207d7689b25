"""How full the body is at a dump: shares of it as buttons, weigh ticket and weight as they are typed. Plain Python."""

from __future__ import annotations

from dataclasses import dataclass

from mobile.models.words import Words
from shared.contracts import RouteStop
from shared.contracts.routes import WEIGHT_MOST_KG
from shared.i18n import Message as _
from shared.vocabulary import StopAction

SHARES: tuple[tuple[float, _], ...] = (
    (1.0, _("full · {m3} m³")),
    (0.75, _("three quarters · {m3} m³")),
    (0.5, _("half · {m3} m³")),
    (0.25, _("a quarter · {m3} m³")),
)
TICKET_MOST = 60
WRONG_WEIGHT = _("must be tonnes from 0 to {most}, like 8.4")


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyLoad:
    """What a driver says of the snow that he unloads."""

    volume_m3: float | None = None
    weight_kg: float | None = None
    ticket: str = ""


NOTHING_SAID = BodyLoad()


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyView:
    """The question; without ``shares`` there is none."""

    shares: tuple[tuple[str, str], ...] = ()  # value and words of each button
    title: str = ""
    ticket: str = ""
    weight: str = ""


NO_QUESTION = BodyView()


def body_view(stop: RouteStop | None, say: Words) -> BodyView:
    """What is asked at a stop: only where snow is unloaded from a body of known volume."""
    if stop is None or stop.action is not StopAction.UNLOAD or not stop.body_m3:
        return NO_QUESTION
    return BodyView(
        shares=tuple(
            (str(share), say(words, m3=say.number(round(stop.body_m3 * share, 1)))) for share, words in SHARES
        ),
        title=say(_("How full is the body?")),
        ticket=say(_("Ticket number, if there is one")),
        weight=say(_("Weight by the ticket, t")),
    )


def said(stop: RouteStop, share: str, ticket: str, weight_t: str) -> BodyLoad | _:
    """What was chosen and typed; words that say what is wrong with the weight."""
    weight_kg = None
    if weight_t.strip():
        try:
            weight_kg = float(weight_t.strip().replace(",", ".")) * 1000
        except ValueError:
            weight_kg = -1.0
        if not 0 < weight_kg <= WEIGHT_MOST_KG:
            return WRONG_WEIGHT.format(most=f"{WEIGHT_MOST_KG / 1000:g}")
    volume_m3 = round((stop.body_m3 or 0.0) * float(share), 2)
    return BodyLoad(
        volume_m3=volume_m3,
        weight_kg=None if weight_kg is None else round(weight_kg, 1),
        ticket=ticket.strip()[:TICKET_MOST],
    )
