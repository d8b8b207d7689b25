"""Streets over HTTP: GeoJSON page by page, one piece with its version, and the pack in whole, in part, or not at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from backend.streets.invented import invented_city
from shared.street_pack import read_pack
from shared.vocabulary import Role
from tests.invented_streets import import_streets
from tests.phone import Phone

BOX = "69.0,54.8,69.3,55.0"


@pytest.fixture
def crew(app: Flask, staff: Callable[..., Phone]) -> Phone:
    """A driver's phone; streets are in force."""
    import_streets(app)
    return staff(Role.CREW)


def test_pages_hold_every_piece_once(crew: Phone) -> None:
    """In the order of their ids, until there is no next page."""
    ids: list[int] = []
    cursor = ""
    while cursor is not None:
        page = crew.get(
            f"/street-segments?bbox={BOX}&limit=150" + (f"&cursor={cursor}" if cursor else "")
        ).json
        assert page is not None
        ids += [feature["id"] for feature in page["features"]]
        cursor = page["next"]
    assert invented_city().network.segment_id.tolist() == ids


def test_a_box_holds_what_it_meets(crew: Phone) -> None:
    """The old bridge with its limit, as GeoJSON, lon before lat."""
    page = crew.get("/street-segments?bbox=69.127,54.9024,69.1279,54.9027").json
    assert page is not None
    by_name = {feature["properties"]["name_en"]: feature for feature in page["features"]}
    bridge = by_name["Old bridge over the Ishim"]
    assert 10.0 == bridge["properties"]["max_weight_t"]
    assert "tertiary" == bridge["properties"]["class"]
    assert {"cars": True, "trucks": True, "destination_only": False} == {
        name: bridge["properties"]["forward"][name] for name in ("cars", "trucks", "destination_only")
    }
    lon, lat = bridge["geometry"]["coordinates"][0]
    assert (69, 54) == (int(lon), int(lat))
    assert "Invented" in page["attribution"]


def test_one_piece_names_the_network_s_version(crew: Phone) -> None:
    """As its ETag; an id that no piece has is 404."""
    page = crew.get(f"/street-segments?bbox={BOX}&limit=1").json
    answer = crew.get(f"/street-segments/{page['features'][0]['id']}")  # type: ignore[index]
    assert (200, '"1"') == (answer.status_code, answer.headers["ETag"])
    assert page["features"][0] == answer.json  # type: ignore[index]
    assert 404 == crew.get("/street-segments/1").status_code
    assert 404 == crew.get(f"/street-segments/{2**70}").status_code


@pytest.mark.parametrize(
    "query",
    [
        "",
        "bbox=1,2,3",
        "bbox=69.2,54.8,69.1,54.9",
        "bbox=nan,1,2,3",
        "bbox=-181,0,0,1",
        f"bbox={BOX}&limit=0",
        f"bbox={BOX}&limit=2001",
        f"bbox={BOX}&cursor=x",
        f"bbox={BOX}&cursor=-1",
        f"bbox={BOX}&cursor={'9' * 30}",
    ],
)
def test_a_query_that_means_nothing_is_refused(crew: Phone, query: str) -> None:
    """With the field and the remedy."""
    answer = crew.get(f"/street-segments?{query}")
    assert 422 == answer.status_code
    assert answer.json["errors"]  # type: ignore[index]


def test_the_pack_comes_whole_in_part_or_not_at_all(crew: Phone) -> None:
    """A phone goes on where it stopped, and does not fetch what it has."""
    whole = crew.get("/streets/pack")
    content, tag = whole.data, whole.headers["ETag"]
    assert (200, "application/gzip") == (whole.status_code, whole.content_type)
    pack, streets = read_pack(content)
    assert (1, pack.count) == (pack.version, len(streets))
    same = crew.get("/streets/pack", headers={"If-None-Match": tag})
    assert (304, b"") == (same.status_code, same.data)
    rest = crew.get("/streets/pack", headers={"Range": "bytes=1000-", "If-Range": tag})
    assert (206, content[1000:]) == (rest.status_code, rest.data)
    other = crew.get("/streets/pack", headers={"Range": "bytes=1000-", "If-Range": '"another"'})
    assert (200, content) == (other.status_code, other.data)


def test_without_streets_the_answer_names_the_remedy(staff: Callable[..., Phone]) -> None:
    """At every address."""
    phone = staff(Role.DISPATCHER)
    for path in ("/streets", "/streets/pack", f"/street-segments?bbox={BOX}", "/street-segments/1"):
        answer = phone.get(path)
        assert (409, "no-streets") == (answer.status_code, answer.json["type"].rpartition(":")[2]), path  # type: ignore[index]
