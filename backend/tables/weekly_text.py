"""Hours of a week as people write them in a cell: «пн-пт 06:00-14:00; сб 08:00-12:00», in three languages. Pure."""

from __future__ import annotations

import re

from backend.weekly import DAY_MIN, WEEKDAYS

DAYS: dict[str, int] = {
    word: day
    for words in (
        "пн вт ср чт пт сб вс",
        "дс сс ср бс жм сн жс",
        "mon tue wed thu fri sat sun",
        "mo tu we th fr sa su",
    )
    for day, word in enumerate(words.split())
}
EVERY_DAY = frozenset({"", "ежедневно", "күн сайын", "daily", "mo-su", "пн-вс"})
ALWAYS = frozenset({"24/7", "круглосуточно", "тәулік бойы", "always"})
PART = re.compile(
    r"^(?P<days>[^\d]*?)\s*(?P<opens>\d{1,2})[:.](?P<opens_min>\d\d)\s*[-–—]\s*(?P<closes>\d{1,2})[:.](?P<closes_min>\d\d)$"
)


def read_hours(text: str) -> list[list[int]] | None:
    """The stretches that a text says; None for always. Raises ValueError for what cannot be read."""
    if text.strip().casefold() in ALWAYS:
        return None
    found = []
    for part in filter(None, (part.strip() for part in re.split(r"[;\n]", text.casefold()))):
        match = PART.match(part)
        if match is None:
            raise ValueError(part)
        opens, closes = (int(match[name]) * 60 + int(match[f"{name}_min"]) for name in ("opens", "closes"))
        if (
            opens >= DAY_MIN
            or closes > DAY_MIN
            or int(match["opens_min"]) > 59
            or int(match["closes_min"]) > 59
        ):
            raise ValueError(part)
        for day in _days(match["days"].strip(" :")):
            found.append([day, opens, closes if closes > opens else closes + DAY_MIN])
    if not found:
        raise ValueError(text)
    return sorted(found)


def write_hours(hours: list[list[int]] | None) -> str:
    """Hours as `read_hours` reads them."""
    if hours is None:
        return "24/7"
    names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    return "; ".join(f"{names[day]} {_clock(opens)}-{_clock(closes)}" for day, opens, closes in hours)


def _days(text: str) -> list[int]:
    if text in EVERY_DAY:
        return list(range(WEEKDAYS))
    found: list[int] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        first, _dash, last = (each.strip(" .") for each in part.replace("–", "-").partition("-"))
        if first not in DAYS or (last and last not in DAYS):
            raise ValueError(part)
        start, end = DAYS[first], DAYS[last or first]
        found += [day % WEEKDAYS for day in range(start, end + 1 + (WEEKDAYS if end < start else 0))]
    return found


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"
