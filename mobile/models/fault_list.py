"""The faults that a task repairs, as rows: what each is, how bad, where, and how far its repair is."""

from __future__ import annotations

from collections.abc import Sequence

from mobile.models.defect_results import KINDS, SEVERITIES
from mobile.models.fault_signs import needs_photo, proof_sign, state_sign
from mobile.models.place_words import direction_word
from mobile.models.roster import SAVED
from mobile.models.rows import Row
from mobile.models.signs import Sign
from mobile.models.words import Words
from mobile.sync.overlay import LocalFault
from shared.contracts import RoadFault
from shared.geometry import Point, bearing_deg, distance_m
from shared.i18n import Message as _
from shared.vocabulary import CaseState, DefectKind

KEY = "fault:"  # before the id, where a list holds people too
AT_IT_M = 15.0


def fault_rows(faults: Sequence[LocalFault], here: Point | None, words: Words) -> list[Row]:
    """What is still to do first, the nearest of it first where the phone knows where it is."""
    todo = [each for each in faults if each.fault.state is not CaseState.REPAIRED]
    if here is not None:
        todo.sort(key=lambda each: distance_m(here, place_of_fault(each.fault)))
    done = [each for each in faults if each.fault.state is CaseState.REPAIRED]
    return [_row(each, here, words) for each in (*todo, *done)]


def repaired_count(faults: Sequence[LocalFault]) -> int:
    """How many of them are repaired."""
    return sum(each.fault.state is CaseState.REPAIRED for each in faults)


def kind_sign(fault: RoadFault) -> Sign:
    """What it is."""
    return KINDS[fault.kind or DefectKind.OTHER]


def size_text(fault: RoadFault, words: Words) -> str:
    """How bad and how large, as far as a photo tells."""
    parts = [words(SEVERITIES[fault.severity].word)]
    if fault.area_m2:
        parts.append(words(_("about {area} m²"), area=words.number(fault.area_m2)))
    elif fault.length_m:
        parts.append(words(_("about {length} m long"), length=words.number(fault.length_m)))
    return ", ".join(parts)


def way_text(fault: RoadFault, here: Point | None, words: Words) -> str:
    """How far and in which direction; empty where the phone does not know where it is."""
    if here is None:
        return ""
    there = place_of_fault(fault)
    away_m = distance_m(here, there)
    if away_m <= max(AT_IT_M, fault.accuracy_m):
        return words(
            _("it is here, within {distance}"), distance=words.distance(max(AT_IT_M, fault.accuracy_m))
        )
    direction = direction_word(bearing_deg(here, there), words)
    return words(_("{distance} to the {direction}"), distance=words.distance(away_m), direction=direction)


def place_of_fault(fault: RoadFault) -> Point:
    """Where it lies, as well as reports tell."""
    return Point(lat=fault.lat, lon=fault.lon)


def _row(each: LocalFault, here: Point | None, words: Words) -> Row:
    fault, kind, sign = each.fault, kind_sign(each.fault), state_sign(each.fault.state)
    mark = proof_sign(fault.proof_check) if needs_photo(each) else sign
    where = " · ".join(part for part in (way_text(fault, here, words), fault.street) if part)
    return Row(
        key=f"{KEY}{fault.id}",
        icon=mark.icon,
        colour=mark.colour,
        title=words(kind.word),
        facts=f"{words(SAVED.word if each.unsent else sign.word)} · {size_text(fault, words)}",
        extra=where,
    )
