"""The public door in words: what can be reported, and how a report stands."""

from __future__ import annotations

from dataclasses import dataclass

from backend.roads.words import SUMMARIES
from shared.i18n import Message, translate
from shared.vocabulary import DefectState, Language, Moderation, PublicService

_ = Message
GROUP = _("Roads")
NOTICE = _(
    "Received. A dispatcher looks at it before it is published; follow it by its number. "
    "The sender's name, mail and telephone number are not kept. What you write is erased if it is not taken in, else after {days} days: name nobody in it."
)
WAITING = _("Received: a dispatcher will look at it.")
TAKEN_IN = _("Taken in: the city decides about the repair.")
REFUSED = _("Not taken in: {reason}")


@dataclass(frozen=True)
class Service:
    """What the list of services says of one."""

    name: Message
    description: Message
    keywords: str


SERVICES: dict[PublicService, Service] = {
    PublicService.POTHOLE: Service(
        _("Pothole"),
        _("A hole in the surface of a street, with a photo where it can be taken safely."),
        "яма, выбоина, шұңқыр, pothole",
    ),
    PublicService.CRACKS: Service(
        _("Cracked surface"),
        _("Cracks or a net of cracks in the surface of a street."),
        "трещина, сетка трещин, жарық, crack",
    ),
    PublicService.SNOW: Service(
        _("Heap of snow"),
        _("Snow that was heaped up and hinders traffic or hides the view."),
        "снег, куча, вал, қар, snow",
    ),
    PublicService.OTHER: Service(
        _("Another fault of a road"),
        _("An open manhole, a sunken kerb, a missing sign: say what it is."),
        "дорога, люк, бордюр, жол, road",
    ),
}


def status_notes(
    moderation: Moderation, state: DefectState, reason: str, language: Language, copy: Message | None = None
) -> str:
    """How a report stands, in a sentence; ``copy``: what is said of a photo that an earlier report has."""
    if moderation is Moderation.WAITING:
        return translate(WAITING, language)
    if moderation is Moderation.REFUSED:
        return translate(REFUSED, language).format(reason=reason)
    said = [
        TAKEN_IN if state is DefectState.RECEIVED else SUMMARIES[state],
        *([] if copy is None else [copy]),
    ]
    return " ".join(translate(each, language) for each in said)
