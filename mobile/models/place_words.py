"""How good the location is, and what is wrong with the camera, in words: nobody should have to know what «± 40 м» is worth."""

from __future__ import annotations

from datetime import timedelta

from mobile.devices.location import Location
from mobile.devices.trouble import CAMERA_WORDS, Trouble
from mobile.models.ports import Clock
from mobile.models.signs import Sign
from mobile.models.words import Words
from shared.contracts import Fix
from shared.geometry import ACCURACY_MAX_M
from shared.i18n import Message as _

EXACT_M, FAIR_M = 15.0, 40.0
FRESH = timedelta(seconds=30)  # an older fix says where the device was, not where it is
EXACT = Sign("✔", _("place known to ± {accuracy}"), "good")
FAIR = Sign("✔", _("place known roughly, ± {accuracy}"), "warn")
ROUGH = Sign("⚑", _("place very uncertain, ± {accuracy}"), "warn")
DIRECTIONS = _("north north-east east south-east south south-west west north-west")
NONE = Sign("◌", _("no place yet: a dispatcher will put it on the map"), "warn")


def fresh_fix(location: Location, now: Clock) -> Fix | None:
    """The last fix while it is worth something; ``now`` is the clock by which fixes are dated, the device's."""
    fix = location.latest
    return fix if fix is not None and now() - fix.taken_at <= FRESH else None


def place_sign(fix: Fix | None) -> Sign:
    """What a fix is worth for a report."""
    if fix is None or fix.accuracy_m > ACCURACY_MAX_M:
        return NONE
    return EXACT if fix.accuracy_m <= EXACT_M else FAIR if fix.accuracy_m <= FAIR_M else ROUGH


def place_text(fix: Fix | None, words: Words) -> str:
    """The same as text."""
    accuracy = words.distance(fix.accuracy_m) if fix else ""
    return words(place_sign(fix).word, accuracy=accuracy)


def direction_word(deg: float, words: Words) -> str:
    """A direction, degrees from north, clockwise, as one of eight words."""
    return words(DIRECTIONS).split()[round(deg / 45) % 8]


def camera_text(trouble: Trouble | None, words: Words) -> str:
    """What is wrong with the camera; without one there is no paper to turn to, as there is for people."""
    if trouble is None:
        return ""
    if trouble is Trouble.MISSING:
        return words(_("This device has no camera: report by another one, or call the dispatcher."))
    return words(CAMERA_WORDS[trouble])
