"""The winter of the demo city: districts with boundaries, last evening's snow, and what was cleared of it in the night; all invented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from backend.adapters import settings
from backend.cli.demo_work import at_hour
from backend.cli.snow_night.city import cut, polygon
from backend.clock import now
from backend.database import transaction
from backend.geofences.districts import district_areas, set_boundary
from backend.streets import service as streets
from backend.web.principal import Principal
from backend.winter import service as winter
from backend.winter import snowfalls
from shared.vocabulary import WinterWork

SNOW_H, SNOWED_H = 16, 22
DEPTH_CM, TEMPERATURE_C = 8.0, -9.0
FIRST_H, PIECES_MOST, AT_A_STOP, LEFT_OUT_EVERY = 25, 120, 40, 12
GRIT_LATER = timedelta(hours=4)
STOP_LASTS = timedelta(minutes=15)


def fill(by: Principal, districts: Mapping[str, UUID], actor: str) -> None:
    """Add what of the winter is not there."""
    _boundaries(by, districts)
    day = now().astimezone(ZoneInfo(settings().time_zone)).date() - timedelta(days=1)
    begun_at, ended_at, first_at = (
        at_hour(day, hour, ZoneInfo(settings().time_zone)) for hour in (SNOW_H, SNOWED_H, FIRST_H)
    )
    with transaction():
        if snowfalls.snowed_since(begun_at):
            return
        snowfalls.create(
            by,
            district_id=None,
            begun_at=begun_at,
            ended_at=ended_at,
            depth_cm=DEPTH_CM,
            temperature_c=TEMPERATURE_C,
            icing=False,
            note="",
        )
    _cleared(by, first_at, actor)


def _boundaries(by: Principal, districts: Mapping[str, UUID]) -> None:
    """As many boxes as districts, with about as much street in each."""
    with transaction():
        known = set(district_areas().district_ids)
        boxes = cut(streets.network(), len(districts))
        for (_code, district_id), (box, _middle) in zip(sorted(districts.items()), boxes, strict=True):
            if district_id not in known:
                set_boundary(district_id, by, boundary=polygon(box))


def _cleared(by: Principal, first_at: datetime, actor: str) -> None:
    """Main streets cleared and gritted by their tracks, in stops of so many passes; every twelfth piece was left out.

    What of the night is still to come has not been done yet.
    """
    night = first_at.astimezone(ZoneInfo(settings().time_zone)).date() - timedelta(days=1)
    works = frozenset({WinterWork.CLEAR, WinterWork.GRIT})
    with transaction(read_only=True):
        needs = winter.needs(by, night=night, works=works, district_id=None)
    pieces = list(dict.fromkeys(need.segment_id for need in needs))[:PIECES_MOST]
    done = {piece for number, piece in enumerate(pieces, start=1) if number % LEFT_OUT_EVERY}
    for work in sorted(works):  # gritting comes after clearing
        mine = [need for need in needs if need.work is work and need.segment_id in done]
        for start in range(0, len(mine), AT_A_STOP):
            at = first_at + STOP_LASTS * (start // AT_A_STOP) + GRIT_LATER * (work is WinterWork.GRIT)
            if at > now():
                break
            _stop(mine[start : start + AT_A_STOP], at, f"{actor}-{work.value}-{at.isoformat()}", actor)


def _stop(needs: Sequence[winter.StreetNeed], at: datetime, name: str, actor: str) -> None:
    works = [
        winter.DoneWork(
            segment_id=need.segment_id,
            forward=need.forward,
            work=need.work,
            done_at=at,
            metres=need.metres * need.passes,
            share=1.0,
            by_track=True,
        )
        for need in needs
    ]
    with transaction():
        winter.record_works(
            works, route_id=None, stop_id=uuid5(NAMESPACE_URL, name), vehicle_id=None, actor=actor
        )
