"""Two cameras send their drives while the web processes die: every frame that was wanted is a report, once."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend.roads.streams.recorded import FolderDrive, folder_drive
from backend.roads.streams.sending import Door, Streamed, stream
from shared.geometry import Point
from tests.fakes import road_photo
from tests.fleet import vehicle
from tests.roads import beside
from tests.stories.running_city import RunningCity

pytestmark = pytest.mark.slow
FRAMES, SPEED_MPS = 25, 9.0
START = Point(lat=54.8695, lon=69.1425)


def card(folder: Path, north_m: float) -> FolderDrive:
    """A drive of a while ago, a frame each second."""
    folder.mkdir()
    begin = datetime.now(UTC) - timedelta(hours=1)
    rows = ["frame,taken_at,lat,lon,accuracy_m"]
    for second in range(FRAMES):
        place = beside(START, east_m=SPEED_MPS * second, north_m=north_m)
        at = begin + timedelta(seconds=second)
        (folder / f"{second}.png").write_bytes(road_photo(None, shot=round(north_m) + second))
        rows.append(f"{second}.png,{at.isoformat()},{place.lat},{place.lon},5")
    (folder / "frames.csv").write_text("\n".join(rows), encoding="utf-8")
    return folder_drive(folder)


@pytest.mark.parametrize("city", ["postgresql"], indirect=True)
def test_the_web_dies_while_cameras_send(city: RunningCity, tmp_path: Path) -> None:
    """Whatever was cut off is asked for again; the ledger has each frame once."""
    boss = city.sign_in("boss")
    names = {"name_ru": "Центр", "name_kk": "Орталық", "name_en": "Centre"}
    district: dict[str, Any] = boss.call("POST", "/districts", {"code": "centre", **names})
    drives = {}
    for north_m in (0.0, 100.0):
        truck = boss.call("POST", "/vehicles", vehicle(district["id"]))
        body = {"vehicle_id": truck["id"], "name": "Camera", "sends_frames": True}
        secret = boss.call("POST", "/trackers", body)["device_id"]
        drives[secret] = card(tmp_path / f"{north_m:.0f}", north_m)

    def send(secret: str) -> Streamed:
        with httpx.Client(base_url=city.url) as client:
            return stream(drives[secret], Door(client, secret, patience_s=90.0))

    with ThreadPoolExecutor(2) as boxes:
        sending = [boxes.submit(send, secret) for secret in drives]
        time.sleep(0.7)  # in the middle of some frame
        city.kill("web")
        done = [each.result(120) for each in sending]
    assert [FRAMES, FRAMES] == [each.sent + each.known for each in done]
    received = [each["subject"] for each in city.events(boss, kind="defect.received")]
    assert 2 * FRAMES == len(received) == len(set(received))
