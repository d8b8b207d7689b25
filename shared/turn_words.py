"""The words for turns, as a phone shows and speaks them; street names bend as Russian and Kazakh ask for it."""

from __future__ import annotations

from shared.i18n import Message
from shared.vocabulary import Language, Turn

_ = Message

PLAIN: dict[Turn, Message] = {
    Turn.DEPART: _("Drive off"),
    Turn.STRAIGHT: _("Go straight on"),
    Turn.SLIGHT_LEFT: _("Bear left"),
    Turn.LEFT: _("Turn left"),
    Turn.SHARP_LEFT: _("Turn sharply left"),
    Turn.SLIGHT_RIGHT: _("Bear right"),
    Turn.RIGHT: _("Turn right"),
    Turn.SHARP_RIGHT: _("Turn sharply right"),
    Turn.U_TURN: _("Turn round"),
    Turn.ROUNDABOUT: _("Enter the roundabout"),
    Turn.ARRIVE: _("You have reached the stop"),
}
ONTO: dict[Turn, Message] = {  # {street} is where the turn leads: accusative in Russian, dative in Kazakh
    Turn.SLIGHT_LEFT: _("Bear left onto {street}"),
    Turn.LEFT: _("Turn left onto {street}"),
    Turn.SHARP_LEFT: _("Turn sharply left onto {street}"),
    Turn.SLIGHT_RIGHT: _("Bear right onto {street}"),
    Turn.RIGHT: _("Turn right onto {street}"),
    Turn.SHARP_RIGHT: _("Turn sharply right onto {street}"),
    Turn.ROUNDABOUT: _("At the roundabout, leave onto {street}"),
}
ALONG: dict[Turn, Message] = {  # {street} is as it stands on its sign
    Turn.DEPART: _("Drive off along {street}"),
    Turn.STRAIGHT: _("Go straight on along {street}"),
    Turn.U_TURN: _("Turn round on {street}"),
}
EXIT = _("At the roundabout, take exit {number}")
EXIT_ONTO = _("At the roundabout, take exit {number} onto {street}")
BESIDE = _("{turn}: {street}")  # for a name that cannot be bent

RU_KINDS = {  # kind of street: (preposition and accusative)
    "улица": "на улицу",
    "проспект": "на проспект",
    "переулок": "в переулок",
    "проезд": "в проезд",
    "шоссе": "на шоссе",
    "бульвар": "на бульвар",
    "площадь": "на площадь",
    "набережная": "на набережную",
    "тупик": "в тупик",
    "микрорайон": "в микрорайон",
    "аллея": "на аллею",
    "трасса": "на трассу",
    "дорога": "на дорогу",
}
RU_FEMININE = ("ая", "яя")
KK_ENDINGS = {"і": "не", "ы": "на"}  # possessive nouns take the dative so: көшесі, көшесіне


def turn_words(turn: Turn, street: str, language: Language, exit_number: int | None = None) -> Message:
    """What to do, in a message to be translated; ``street`` is its name in the language, empty where it has none."""
    onto = bent(street, language) if street and turn in ONTO else None
    if turn is Turn.ROUNDABOUT and exit_number is not None:
        if onto is not None:
            return EXIT_ONTO.format(number=exit_number, street=onto)
        words = EXIT.format(number=exit_number)
        return BESIDE.format(turn=words, street=street) if street else words
    if onto is not None:
        return ONTO[turn].format(street=onto)
    if not street or turn is Turn.ARRIVE:
        return PLAIN[turn]
    if turn in ALONG:
        return ALONG[turn].format(street=street)
    return BESIDE.format(turn=PLAIN[turn], street=street)


def bent(street: str, language: Language) -> str | None:
    """A street's name as the place one turns into, None where the rules do not know how: «на улицу Букетова», «Букетов көшесіне»."""
    if language is Language.EN:
        return street
    if language is Language.KK:
        return street + KK_ENDINGS[street[-1]] if street[-1] in KK_ENDINGS else None
    return _into_russian(street)


def _into_russian(street: str) -> str | None:
    words = street.split()
    at = next((place for place, word in enumerate(words) if word.lower() in RU_KINDS), None)
    if at is None:
        return None
    preposition, kind = RU_KINDS[words[at].lower()].split()
    before = words[:at]
    if kind != words[at].lower():  # feminine: the adjectives before it bend too
        before = [
            word[:-2] + {"ая": "ую", "яя": "юю"}[word[-2:]] if word.endswith(RU_FEMININE) else word
            for word in before
        ]
    return " ".join((preposition, *before, kind, *words[at + 1 :]))
