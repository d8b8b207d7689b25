"""A day of crews that photograph faults: reported by phones, looked at by a worker, merged into cases, told back to the phones.

The server runs in this process with a clock that is put forward; the phones are the app's own outbox and sync in a process of their
own, and everything goes through the public API. The photos are real; where they lie in the city, who saw them when and how wrong the
receiver was is invented.
"""

from __future__ import annotations

import math
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any
from uuid import UUID

import click
import numpy as np
from flask import Flask

from backend.cli import stage
from backend.cli.defects.choosing import Sight, sights, soundest
from backend.cli.defects.life import Crew, Fault, lived
from backend.cli.snow_night.city import polygon
from backend.cli.stage import Api, Phones, StepClock
from backend.roads.seeing.eye import OnnxRoadEye
from backend.streets.network import Network, StreetClass
from shared.geometry import Point, distance_m
from shared.vocabulary import DefectKind, Role

Say = Callable[[str], None]
SEED = 11
BEGIN_H = 9
# Login to name: who repairs is told by the account
CREWS = {"crew-1": "ТОО «Жол-Сервис»", "crew-2": "КГП «Қызылжар жолдары»"}
ADMINISTRATOR = "administrator"
APART_M = 80.0
ERROR_M = 5.0  # of a receiver under the open sky, each axis
ACCURACY_M = (5.0, 12.0)  # that it claims
HEADING_ERROR_DEG = 10.0
BETWEEN_VIEWS = timedelta(hours=3)
LOOKING_MOST_S = 1800.0
PICTURES = 10
MARGIN_DEG = 0.01


@dataclass(frozen=True, kw_only=True)
class Spot:
    """Where a fault lies, and which way one drives there."""

    place: Point
    heading_deg: float


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A report that a phone sent, and which fault it shows in truth."""

    id: str
    fault: int
    sight: Sight


def play(*, roads: Path, osm: Path | None, faults: int, picture: Path | None, say: Say) -> dict[str, Any]:
    """The whole day; what came of it."""
    if not (roads / "labels.csv").is_file():
        raise click.ClickException(f"{roads} holds no labels.csv: name the folder of data with --data")
    chosen = sights(roads, faults, SEED)
    with tempfile.TemporaryDirectory(prefix="qala-defects-") as folder:
        clock = StepClock(stage.at(date.today() - timedelta(days=1), BEGIN_H))
        app = stage.application(Path(folder), clock)
        with stage.served(app, clock) as url, stage.worked(app):
            boss = stage.hire(app, ADMINISTRATOR, Role.ADMINISTRATOR, [])
            api = Api(app, *boss)
            spots = _laid_out(app, api, osm, len(chosen), say)
            phones, crews = _phones(app, api, url, Path(folder))
            try:
                sent = _reported(phones, clock, chosen, spots, say)
                looked_s = _looked_at(api, len(sent))
                clock.now += timedelta(minutes=1)
                told = phones.tell({"now": clock.now.isoformat()})["told"]
                summary = _told(api, sent, told, say) | {"seconds_a_photo": round(looked_s / len(sent), 2)}
                if picture is not None:
                    _draw(api, sent, picture)
                    say(f"picture: {picture}")
                known = _first_case(sent, told, spots)
                if known is None:
                    return summary
                one, place = known
                fault = Fault(
                    case_id=told[one.id]["case_id"],
                    place=place,
                    mended=soundest(roads, OnnxRoadEye()),
                    broken=one.sight.later or one.sight.photos[0],
                )
                crew = Crew(login=crews[0][0], user_id=Api(app, *crews[0]).ask("GET", "/me")["id"])
                wait = partial(_looked_at_all, partial(Api, app, *boss))
                return summary | lived(fault, crew, partial(Api, app, *boss), phones, clock, wait, say)
            finally:
                phones.close()


def _laid_out(app: Flask, api: Api, osm: Path | None, count: int, say: Say) -> list[Spot]:
    """Streets, a district round them, and where the faults lie."""
    from backend.database import transaction
    from backend.streets import service as streets

    stage.lay_streets(app, osm, say)
    with app.app_context(), transaction(read_only=True):
        network = streets.network()
    lon, lat = np.array([network.line(each).mean(axis=0) for each in range(network.segments)]).T
    box = (
        float(lon.min()) - MARGIN_DEG,
        float(lat.min()) - MARGIN_DEG,
        float(lon.max()) + MARGIN_DEG,
        float(lat.max()) + MARGIN_DEG,
    )
    names = dict.fromkeys(("name_ru", "name_kk", "name_en"), "Город")
    district = api.ask("POST", "/districts", {"code": "city", **names})["id"]
    api.ask("PUT", f"/districts/{district}/boundary", {"boundary": polygon(box)})
    return _spots(network, count)


def _spots(network: Network, count: int) -> list[Spot]:
    """Places on the right half of driven streets, away from one another."""
    draw = random.Random(SEED)
    driven = np.flatnonzero(network.street_class <= StreetClass.LIVING_STREET).tolist()
    spots: list[Spot] = []
    while len(spots) < count:
        line = network.line(draw.choice(driven))
        piece = draw.randrange(len(line) - 1)
        (lon, lat), (next_lon, next_lat) = line[piece], line[piece + 1]
        share, shrink = draw.random(), math.cos(math.radians(lat))
        heading = math.degrees(math.atan2((next_lon - lon) * shrink, next_lat - lat)) % 360
        place = Point(lat=float(lat + share * (next_lat - lat)), lon=float(lon + share * (next_lon - lon)))
        if all(distance_m(place, each.place) > APART_M for each in spots):
            spots.append(Spot(place=place, heading_deg=heading))
    return spots


def _phones(app: Flask, api: Api, url: str, folder: Path) -> tuple[Phones, list[tuple[str, str]]]:
    """Two crews' phones, and their logins with passwords."""
    (district,) = api.ask("GET", "/districts")["items"]
    crews = [
        stage.hire(app, login, Role.CREW, [UUID(district["id"])], name=name) for login, name in CREWS.items()
    ]
    phones = Phones(url, folder / "phones", SEED, "fault-reports")
    phones.tell({"crews": [{"login": login, "password": password} for login, password in crews]})
    return phones, crews


def _reported(
    phones: Phones, clock: StepClock, chosen: Sequence[Sight], spots: Sequence[Spot], say: Say
) -> list[Sent]:
    """Every view of every fault, the second ones hours later and by the other crew."""
    draw, sent = random.Random(SEED), list[Sent]()
    for number in range(max(len(each.photos) for each in chosen)):
        seen = [(fault, each) for fault, each in enumerate(chosen) if number < len(each.photos)]
        orders = [
            _order(list(CREWS)[(fault + number) % len(CREWS)], sight.photos[number], spots[fault], draw)
            for fault, sight in seen
        ]
        answer = phones.tell({"now": clock.now.isoformat(), "reports": orders})
        sent += [
            Sent(id=each, fault=fault, sight=sight)
            for each, (fault, sight) in zip(answer["sent"], seen, strict=True)
        ]
        clock.now += BETWEEN_VIEWS
    say(f"{len(sent)} reports of {len(chosen)} faults sent by {len(CREWS)} phones")
    return sent


def _order(login: str, photo: Path, spot: Spot, draw: random.Random) -> dict[str, Any]:
    north, east = draw.gauss(0, ERROR_M), draw.gauss(0, ERROR_M)
    degree_m = 111_195.0
    return {
        "login": login,
        "photos": [str(photo.resolve())],
        "lat": spot.place.lat + north / degree_m,
        "lon": spot.place.lon + east / (degree_m * math.cos(math.radians(spot.place.lat))),
        "accuracy_m": draw.uniform(*ACCURACY_M),
        "heading_deg": round((spot.heading_deg + draw.gauss(0, HEADING_ERROR_DEG)) % 360, 1),
    }


def _first_case(
    sent: Sequence[Sent], told: dict[str, Any], spots: Sequence[Spot]
) -> tuple[Sent, dict[str, Any]] | None:
    """A report that is in a case, a pothole's if there is one, of a stretch with another such; and the place of its fault as a good receiver has it."""
    known = [each for each in sent if told[each.id]["case_id"] is not None]
    if not known:
        return None
    one = min(known, key=lambda each: (each.sight.later is None, told[each.id]["kind"] != DefectKind.POTHOLE))
    spot = spots[one.fault]
    place = {"lat": spot.place.lat, "lon": spot.place.lon, "accuracy_m": ACCURACY_M[0]}
    return one, place | {"heading_deg": round(spot.heading_deg, 1)}


def _looked_at_all(signed_in: Callable[[], Api]) -> None:
    api = signed_in()
    _looked_at(api, sum(1 for _each in api.all("/defects")))


def _looked_at(api: Api, count: int) -> float:
    """Wait until every photo was looked at and every fault has its case; how many seconds that took."""
    begun = time.monotonic()
    while time.monotonic() - begun < LOOKING_MOST_S:
        if sum(_is_taken_in(each) for each in api.all("/defects")) >= count:
            return time.monotonic() - begun
        time.sleep(0.5)
    raise click.ClickException(f"not every report was looked at within {LOOKING_MOST_S:.0f} s")


def _is_taken_in(report: Mapping[str, Any]) -> bool:
    """Looked at, and in a case where a fault was seen: that is a transaction of its own."""
    return report["looked_at"] is not None and (report["kind"] is None or report["case_id"] is not None)


def _told(api: Api, sent: Sequence[Sent], told: dict[str, Any], say: Say) -> dict[str, Any]:
    """Say what was seen, which reports are one case and why, and how the streets stand; the figures."""
    cases = {each["id"]: api.ask("GET", f"/cases/{each['id']}") for each in api.all("/cases")}
    numbers = {case_id: number for number, case_id in enumerate(cases, start=1)}
    outlines = 0
    for each in sent:
        answer = told[each.id]
        found = api.ask("GET", f"/defects/{each.id}/photos")["items"][0]["outlines"]
        outlines += len(found)
        kinds = ", ".join(f"{n} {kind}" for kind, n in Counter(one["kind"] for one in found).items())
        case = numbers.get(answer["case_id"])
        say(
            f"  fault {each.fault + 1:2} ({each.sight.highway}, labelled {each.sight.label}): "
            f"{answer['kind'] or answer['cannot'] or 'nothing seen'} {answer['severity'] or ''} "
            f"[{kinds or 'no outlines'}] {'case ' + str(case) if case else 'no case'}: {answer['summary']}"
        )
    for case_id, case in cases.items():
        for merge in (each for each in case["merges"] if not each["opened"]):
            say(
                f"  case {numbers[case_id]} took in a report ({merge['probability']:.2f}): {'; '.join(merge['why'])}"
            )
    case_of = {each.id: told[each.id]["case_id"] for each in sent}
    right, wrong, missed = _pairs(sent, case_of)
    _streets_told(api, say)
    return {
        "reports": len(sent),
        "faults": len({each.fault for each in sent}),
        "outlines": outlines,
        "cannot_assess": sum(told[each.id]["cannot"] is not None for each in sent),
        "cases": len(cases),
        "pairs_merged_rightly": right,
        "pairs_merged_wrongly": wrong,
        "pairs_of_one_fault_apart": missed,
    }


def _pairs(sent: Iterable[Sent], case_of: dict[str, str | None]) -> tuple[int, int, int]:
    right = wrong = missed = 0
    for one, other in combinations(sent, 2):
        merged = case_of[one.id] is not None and case_of[one.id] == case_of[other.id]
        right += merged and one.fault == other.fault
        wrong += merged and one.fault != other.fault
        missed += not merged and one.fault == other.fault
    return right, wrong, missed


def _streets_told(api: Api, say: Say) -> None:
    """The worst pieces of street by the index that the photos allow."""
    for each in api.ask("GET", "/streets/condition?limit=5")["features"]:
        piece = each["properties"]
        say(
            f"  {piece['street'] or 'nameless street'}: {piece['score']:.0f} of 100, {piece['band']} (estimated)"
        )


def _draw(api: Api, sent: Sequence[Sent], file: Path) -> None:
    """Ten results, one a fault, those in which something was seen first."""
    from backend.cli.defects.picture import draw

    results: list[tuple[bytes, str, str]] = []
    ordered = sorted(
        {each.fault: each for each in reversed(sent)}.values(),
        key=lambda each: not api.ask("GET", f"/defects/{each.id}/photos")["items"][0]["outlines"],
    )
    for each in ordered[:PICTURES]:
        finding = api.ask("GET", f"/defects/{each.id}/photos")["items"][0]
        defect = api.ask("GET", f"/defects/{each.id}")
        heading = (
            f"{defect['kind'] or finding['cannot'] or 'nothing seen'} {defect['severity'] or ''}".strip()
        )
        share = f"road: crack {finding['crack_share']:.1%}, pothole {finding['pothole_share']:.1%}"
        results.append((api.bytes_of(f"/defects/{each.id}/photos/0?outlines=true"), heading, share))
    draw(results, file)
