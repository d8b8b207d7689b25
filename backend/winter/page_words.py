"""Every word of the public page about streets, and how a told street reads on it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from babel.dates import format_datetime
from babel.numbers import format_decimal

from backend.streets.network import StreetName
from backend.winter.rules.telling import LastWork, ToldStreet
from shared.i18n import Message, translate
from shared.vocabulary import Language, StreetServed, WinterWork

_ = Message
KM = 1000.0

WORDS: dict[str, Message] = {
    "streets_title": _("When was this street cleared?"),
    "streets_label": _("Street"),
    "streets_ask": _("Ask"),
    "streets_hint": _("A part of the name is enough, in Russian, Kazakh or English."),
    "streets_how": _(
        "A street counts as cleared when its whole width is. Tracks are positions of the machine along the street; without them "
        "the crew's report stands."
    ),
}
STATES: dict[StreetServed, tuple[str, str, Message]] = {  # icon, tone, word
    StreetServed.DONE: ("good", "good", _("all done here")),
    StreetServed.WAITING: ("clock", "wait", _("waits for its turn")),
    StreetServed.LATE: ("warn", "bad", _("late")),
    StreetServed.NOT_SERVED: ("cut", "wait", _("not cleared by the city")),
}


@dataclass(frozen=True)
class Fact:
    """One line of a street's card."""

    word: str
    time: str
    proof: str = ""


@dataclass(frozen=True, kw_only=True)
class Card:
    """A street as the page shows it."""

    name: str
    icon: str
    tone: str
    state: str
    part: str
    facts: list[Fact]


def card(street: ToldStreet, language: Language, zone: tzinfo) -> Card:
    """A street in a language."""

    def say(message: Message) -> str:
        return translate(message, language)

    def when(moment: datetime) -> str:
        return format_datetime(moment.astimezone(zone), "d MMM, HH:mm", locale=language.value)

    def fact(word: Message, work: LastWork | None) -> Fact:
        if work is None:
            return Fact(say(word), say(_("never seen")))
        return Fact(say(word), when(work.at), say(_("by track") if work.by_track else _("by report")))

    icon, tone, word = STATES[street.state]
    facts = [
        fact(_("Cleared"), street.cleared),
        fact(_("Gritted"), street.gritted),
        fact(_("Snow hauled"), street.hauled),
    ]
    if street.due_at is not None:
        word_of_due = _("To be cleared by") if WinterWork.CLEAR in street.lacks else _("To be gritted by")
        facts.insert(0, Fact(say(word_of_due), when(street.due_at)))
    return Card(
        name=called(street.name, language) or say(_("street without a name")),
        icon=icon,
        tone=tone,
        state=say(word),
        part=_part(street, language),
        facts=facts,
    )


def called(name: StreetName, language: Language) -> str:
    """A street's name in a language, else in the next best one."""
    own = {Language.RU: name.ru, Language.KK: name.kk, Language.EN: name.en}[language]
    return own or name.ru or name.kk or name.en


def _part(street: ToldStreet, language: Language) -> str:
    """How much of a street is done, where it is not all or nothing."""
    if street.state is StreetServed.NOT_SERVED or street.done_m in (0, street.length_m):
        return ""
    done, whole = (
        format_decimal(metres / KM, format="0.0", locale=language.value)
        for metres in (street.done_m, street.length_m)
    )
    return translate(_("{done} of {whole} km are clear").format(done=done, whole=whole), language)
