"""What cannot be in a waste day, asked over HTTP: each is named with its remedy in three languages, and the rest is planned all the same."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from backend.database import db, transaction
from backend.streets.models import StreetImport, StreetNetwork
from tests.backend.routing.plans.waste_city import DAY, SITES, City
from tests.fleet import make_site

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
pytestmark = [on_sqlite, pytest.mark.slow]  # searches are compiled once a process
RIVER = {"type": "Point", "coordinates": [69.30, 54.99]}
NIGHT = [{"weekday": 0, "opens": "20:00", "closes": "22:00"}]
TUESDAY = [{"weekday": 1, "opens": "13:00", "closes": "22:00"}]
LANGUAGES = ("ru", "kk", "en")


def outcomes(city: City, plan: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What the first run found, by language."""
    path = f"/plans/{plan['id']}/runs/1"
    return {
        language: city.dispatcher.get(path, headers={"Accept-Language": language}).json["outcome"]  # type: ignore[index]
        for language in LANGUAGES
    }


def left_out(outcome: dict[str, Any]) -> dict[str, str]:
    """Why each site is left out, by its title."""
    return {each["title"]: each["text"] for each in outcome["unserved"]}


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"place": RIVER}, "place", ("150", "150", "150 m")),
        ({"demand_kg": [20_000] * 7}, "demand", ("20000 кг", "20000 кг", "20000 kg")),
        ({"max_gross_t": 5}, "vehicle_kinds", ("5 t", "5 t", "5 t")),
        (
            {"containers": [{"type": "skip", "count": 1, "volume_m3": 8}]},
            "vehicle_kinds",
            ("бункеры", "бункер", "skips"),
        ),
        ({"hours": NIGHT}, "windows", ("20:00–22:00", "20:00–22:00", "20:00–22:00")),
        ({"hours": TUESDAY}, "windows", ("закрыта", "жабық", "closed on this day")),
        ({"hours": []}, "windows", ("закрыта", "жабық", "closed on this day")),
    ],
    ids=[
        "in the river",
        "more than a truck takes",
        "too weak a street",
        "no truck for it",
        "open by night",
        "open tomorrow",
        "never open",
    ],
)
def test_a_site_that_cannot_be_served_is_left_out_with_its_remedy(
    city: City, fields: dict[str, Any], field: str, words: tuple[str, ...]
) -> None:
    """The others are served."""
    where = {"place": city.place(3), **fields}
    make_site(city.dispatcher, city.district_id, address="Новая", **where)
    for outcome, word in zip(outcomes(city, city.plan()).values(), words, strict=True):
        assert SITES == outcome["served"]
        assert ["Новая"] == list(left_out(outcome))
        assert word in left_out(outcome)["Новая"]
        (flaw,) = outcome["flaws"]
        assert (field, left_out(outcome)["Новая"]) == (flaw["field"], flaw["text"])


@pytest.mark.parametrize("kind", ["landfill", "depot"])
def test_a_facility_in_the_river_is_named_as_what_stops_the_day(city: City, kind: str) -> None:
    """Not the shift that cannot end there."""
    place = city.dispatcher.get(f"/facilities?kind={kind}").json["items"][0]  # type: ignore[index]
    city.dispatcher.patch(f"/facilities/{place['id']}", json={"place": RIVER})
    for outcome in outcomes(city, city.plan()).values():
        assert (0, SITES) == (outcome["served"], len(outcome["unserved"]))
        assert (place["name"], "place") == (outcome["flaws"][0]["title"], outcome["flaws"][0]["field"])
        assert all(place["name"] in text for text in left_out(outcome).values())


def test_a_landfill_that_is_open_by_night_is_named_with_the_shifts(city: City) -> None:
    """Whoever reads why a site is left out reads of shifts and hours."""
    landfill = city.dispatcher.get("/facilities?kind=landfill").json["items"][0]  # type: ignore[index]
    city.dispatcher.patch(f"/facilities/{landfill['id']}", json={"hours": NIGHT})
    outcome = outcomes(city, city.plan())["en"]
    assert 0 == outcome["served"]
    assert all("06:00–14:00; widen hours or shift" in text for text in left_out(outcome).values())


@pytest.mark.parametrize("change", [{"hours": []}, {"closed_reason": "пожар"}])
def test_a_day_without_an_open_landfill_is_refused(city: City, change: dict[str, Any]) -> None:
    """Before anything is reckoned."""
    landfill = city.dispatcher.get("/facilities?kind=landfill").json["items"][0]  # type: ignore[index]
    city.dispatcher.patch(f"/facilities/{landfill['id']}", json=change)
    refused = city.ask()
    assert (422, {"day"}) == (refused.status_code, set(refused.json["errors"]))


def test_a_day_without_vehicles_is_refused(city: City) -> None:
    """All in the workshop; while one is left, it drives alone."""
    vehicles = city.dispatcher.get("/vehicles").json["items"]  # type: ignore[index]
    city.dispatcher.patch(f"/vehicles/{vehicles[0]['id']}", json={"out_reason": "ремонт"})
    assert SITES == outcomes(city, city.plan())["en"]["served"]
    city.dispatcher.patch(f"/vehicles/{vehicles[1]['id']}", json={"out_reason": "ремонт"})
    refused = city.ask()
    assert (422, {"day"}) == (refused.status_code, set(refused.json["errors"]))
    assert DAY in refused.json["errors"]["day"][0]


def test_ids_that_are_named_twice_count_once(city: City) -> None:
    """Sites and shifts."""
    plan = city.plan(site_ids=city.site_ids[:1] * 3, shift_ids=city.shift_ids[:1] * 2)
    outcome = outcomes(city, plan)["en"]
    assert (1, 1, []) == (outcome["served"], len(outcome["tours"]), outcome["flaws"])


def test_a_day_without_streets_is_refused(city: City) -> None:
    """In words that say how to get some."""
    with city.app.app_context(), transaction():
        db.session().execute(sa.delete(StreetNetwork))
        db.session().execute(sa.delete(StreetImport))
    refused = city.ask()
    assert (409, "urn:qala:problem:no-streets") == (refused.status_code, refused.json["type"])


def test_a_run_whose_streets_are_gone_says_so(city: City) -> None:
    """At once: trying again would change nothing."""
    with city.app.app_context(), transaction():
        db.session().execute(sa.delete(StreetNetwork))
    plan = city.plan()
    assert "failed" == plan["state"]
    assert "qala import-osm" in city.run(plan, 1)["progress"]["text"]
