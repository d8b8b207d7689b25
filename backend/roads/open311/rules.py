"""What the public door takes: a form's fields held against GeoReport v2, and numbers to follow a report by. Pure."""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.geometry import Point
from shared.i18n import Message
from shared.vocabulary import DefectKind, DefectState, Moderation, PublicService

_ = Message
Flaws = dict[str, list[Message]]
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that reads like another
NUMBER_LENGTH = 10
DESCRIPTION_MOST, ADDRESS_MOST = 4000, 255
SPAN_MOST = timedelta(days=90)
CLOSED = frozenset({DefectState.CLOSED, DefectState.REJECTED})
KINDS: dict[PublicService, DefectKind | None] = {
    PublicService.POTHOLE: DefectKind.POTHOLE,
    PublicService.CRACKS: DefectKind.CRACK_NETWORK,
    PublicService.SNOW: DefectKind.SNOW_PILE,
    PublicService.OTHER: DefectKind.OTHER,
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a citizen's app sent, as far as it is kept."""

    service: PublicService
    place: Point | None  # None: only the address tells
    description: str
    address: str


def read_form(form: Mapping[str, str]) -> Asked | Flaws:
    """The fields of a POST, or what is wrong with each. A citizen's name, mail, telephone and device are left unread."""
    flaws: Flaws = {}
    service = form.get("service_code", "").strip()
    if service not in set(PublicService):
        message = _("must be one of: {choices}")
        flaws["service_code"] = [message.format(choices=", ".join(PublicService))]
    only_address = not any(form.get(name, "").strip() for name in ("lat", "long"))
    only_address = only_address and bool(form.get("address_string", "").strip())
    place = None if only_address else _place(form, flaws)
    texts = {
        name: _text(form, name, most, flaws)
        for name, most in (("description", DESCRIPTION_MOST), ("address_string", ADDRESS_MOST))
    }
    if flaws:
        return flaws
    return Asked(
        service=PublicService(service),
        place=place,
        description=texts["description"],
        address=texts["address_string"],
    )


def content_hash(asked: Asked, photo_hashes: Sequence[str]) -> str:
    """What makes two requests the same: an app that did not hear the answer sends it again."""
    place = ("", "") if asked.place is None else (f"{asked.place.lat:.6f}", f"{asked.place.lon:.6f}")
    parts = [asked.service.value, *place, asked.description]
    return hashlib.sha256("\x1f".join([*parts, asked.address, *photo_hashes]).encode()).hexdigest()


def draw_number(chance: random.Random) -> str:
    """A number that nobody can guess from another: 30^10 of them."""
    return "".join(chance.choice(LETTERS) for _each in range(NUMBER_LENGTH))


def is_open(moderation: Moderation, state: DefectState) -> bool:
    """Whether GeoReport calls it «open»: somebody has still something to do."""
    return moderation is not Moderation.REFUSED and state not in CLOSED


def span(start: datetime | None, end: datetime | None, moment: datetime) -> tuple[datetime, datetime] | Flaws:
    """The times between which requests are listed: at most 90 days, and the last 90 where nothing is asked for."""
    last = end if end is not None else start + SPAN_MOST if start is not None else moment
    first = start if start is not None else last - SPAN_MOST
    if first > last:
        return {"start_date": [_("must be before end_date, {value}").format(value=last.isoformat())]}
    if last - first > SPAN_MOST:
        return {"end_date": [_("must be at most 90 days after start_date: ask for a part at a time")]}
    return first, last


def chosen(text: str, choices: Sequence[str]) -> set[str] | None:
    """The words of a comma-separated list; empty for none, None where one is unknown."""
    words = {each.strip() for each in text.split(",") if each.strip()}
    return words if words <= set(choices) else None


def _place(form: Mapping[str, str], flaws: Flaws) -> Point | None:
    lat, lon = _number(form, "lat", 90, flaws), _number(form, "long", 180, flaws)
    return None if lat is None or lon is None else Point(lat=lat, lon=lon)


def _number(form: Mapping[str, str], name: str, most: float, flaws: Flaws) -> float | None:
    text = form.get(name, "").strip()
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not text:
        flaws[name] = [_("is missing: send the place as lat and long, in degrees, or as address_string")]
    elif not math.isfinite(value) or abs(value) > most:
        message = _("must be a number of degrees from -{most} to {most}, was {value}")
        flaws[name] = [message.format(most=int(most), value=text[:30])]
    else:
        return value
    return None


def _text(form: Mapping[str, str], name: str, most: int, flaws: Flaws) -> str:
    text = readable(form.get(name, "")).strip()
    if len(text) > most:
        flaws[name] = [_("must have at most {max} characters or items").format(max=most)]
    return text


def readable(text: str) -> str:
    """A text without what neither XML nor a database can hold: control characters and half letters."""
    whole = text.encode("utf-8", "ignore").decode("utf-8")
    return "".join(
        each for each in whole if each in "\n\t" or (each >= " " and each not in "\x7f\ufffe\uffff")
    )
