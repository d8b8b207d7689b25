"""ИИН: Kazakhstan's individual identification number, its check digit and its mask. Pure."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata

from shared.i18n import Message

_ = Message
DIGITS = 12
FIRST_WEIGHTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
SECOND_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
NAME_MAX = 100


def iin_flaw(iin: str) -> Message | None:
    """What is wrong with an ИИН, or None. The birth date in it is never checked: real ones need not match."""
    if len(iin) != DIGITS or not (iin.isascii() and iin.isdigit()):
        return _("must be 12 digits, was {count} characters").format(count=len(iin))
    if check_digit(iin[:-1]) != int(iin[-1]):
        return _("has a wrong check digit: compare it with the document")
    return None


def check_digit(first_eleven: str) -> int | None:
    """The check digit of eleven digits; None when there is no valid number that begins so."""
    digits = [int(digit) for digit in first_eleven]
    for weights in (FIRST_WEIGHTS, SECOND_WEIGHTS):
        remainder = sum(digit * weight for digit, weight in zip(digits, weights, strict=True)) % 11
        if remainder < 10:
            return remainder
    return None


def masked(iin: str) -> str:
    """An ИИН for lists: «••••••••1234»."""
    return "•" * (DIGITS - 4) + iin[-4:]


def iin_hash(iin: str, key: bytes) -> str:
    """The keyed hash by which a person is found: without the key, trying all ИИН tells nothing."""
    return hmac.new(key, iin.encode(), hashlib.sha256).hexdigest()


def clean_name(name: str) -> str:
    """A name in one Unicode form without stray white space."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def initials(family_name: str, given_name: str, patronymic: str) -> str:
    """«Ахметов С. Б.» for lists, where the whole name is not needed."""
    return " ".join([family_name, *(f"{part[0]}." for part in (given_name, patronymic) if part)])
