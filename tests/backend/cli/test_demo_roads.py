"""The demo city's roads: faults at every stage with drawn photos, and citizens' requests that wait."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backend.cli import demo_city
from tests.conftest import PASSWORD
from tests.phone import Phone

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_demo_city_has_faults_at_every_stage_with_photos_to_look_at(app: Flask, client: FlaskClient) -> None:
    """Filled twice they are there once; views of one place are one case, and its outline is that of the drawing."""
    with app.app_context():
        demo = demo_city.start(PASSWORD)
        demo_city.fill(demo, {})
        demo_city.fill(demo, {})
    admin = Phone(client).sign_in("admin", PASSWORD)
    found = admin.get("/cases?sort=urgent").json["items"]  # type: ignore[index]
    assert 9 == len(found)
    assert {"reported", "confirmed", "planned", "repairing", "repaired"} == {each["state"] for each in found}
    assert 3 == max(each["views"] for each in found)
    assert any(each["is_overdue"] for each in found)
    assert all(each["street"] for each in found)
    seen = admin.get(f"/cases/{found[0]['id']}").json["seen"][0]["defect_id"]  # type: ignore[index]
    [photo] = admin.get(f"/defects/{seen}/photos").json["items"]  # type: ignore[index]
    assert ("drawn-demo", True, 1) == (photo["model"], photo["shown"], len(photo["outlines"]))
    assert 200 == admin.get(f"/defects/{seen}/photos/0").status_code
    waiting = admin.get("/citizen-requests?moderation=waiting").json["items"]  # type: ignore[index]
    assert 2 == len(waiting)
    [loose] = admin.get("/defects?loose=true").json["items"]  # type: ignore[index]
    assert loose["place"] is None
    assert admin.get("/streets/condition").json["features"]  # type: ignore[index]
    carried = Phone(client).sign_in("crew", PASSWORD).get("/sync").json["faults"]  # type: ignore[index]
    assert ["planned", "repaired", "repairing"] == sorted(each["state"] for each in carried)
