"""A drive sent while it was driven, over real HTTP: the network goes away in the middle, the box goes on, and its card adds nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from click.testing import CliRunner
from flask import Flask
from werkzeug.serving import make_server

from backend.cli import main
from backend.roads.frames.importing import Imported, import_films, import_frames
from backend.roads.frames.rules import Position
from backend.roads.streams.recorded import film_drive, folder_drive
from backend.roads.streams.sending import Door, Lost, Refused, stream
from shared.geometry import Point
from shared.vocabulary import DefectKind, Role
from tests.camera import make_camera
from tests.conftest import Clock
from tests.fakes import road_photo
from tests.films import RoadFilmEye, gpx, make_film
from tests.phone import Phone
from tests.roads import beside, cases

START = Point(lat=54.8695, lon=69.1425)
SECONDS, SPEED_MPS = 60, 5.0
STANDS = range(20, 30)  # at a red light
HOLES = {8: DefectKind.POTHOLE, 10: DefectKind.POTHOLE, 44: DefectKind.CRACK_TRANSVERSE}
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def url(app: Flask) -> Iterator[str]:
    """The application on a free port."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def card(tmp_path: Path, clock: Clock) -> Path:
    """What the camera kept of the drive: a frame and a position each second."""
    begin = clock() - timedelta(minutes=30)
    frames, positions = ["frame,taken_at"], ["taken_at,lat,lon,accuracy_m"]
    driven_m = 0.0
    for second in range(SECONDS):
        at = (begin + timedelta(seconds=second)).isoformat()
        place = beside(START, east_m=driven_m)
        (tmp_path / f"{second}.png").write_bytes(road_photo(HOLES.get(second), shot=second))
        frames.append(f"{second}.png,{at}")
        positions.append(f"{at},{place.lat},{place.lon},5")
        driven_m += 0.0 if second in STANDS else SPEED_MPS
    (tmp_path / "frames.csv").write_text("\n".join(frames), encoding="utf-8")
    (tmp_path / "positions.csv").write_text("\n".join(positions), encoding="utf-8")
    return tmp_path


class Tunnel(httpx.HTTPTransport):
    """A network that loses the answer to one frame and then is away for a while."""

    def __init__(self, after: int, away: int) -> None:
        super().__init__()
        self.sent, self.after, self.away = 0, after, away

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Carry a request, or do not."""
        if self.sent > self.after and self.away > 0:
            self.away -= 1
            raise httpx.ConnectError("network is unreachable")
        answer = super().handle_request(request)
        self.sent += request.method == "PUT"
        if self.sent == self.after + 1 and request.method == "PUT":
            answer.read()
            answer.close()
            raise httpx.ReadError("connection reset")
        return answer


def door(client: httpx.Client, secret: str, waits: list[float], patience_s: float = 600.0) -> Door:
    """The server's door for a box that does not sleep in a test."""
    return Door(client, secret, patience_s=patience_s, sleep=waits.append)


def told(dispatcher: Phone) -> list[tuple[str, int]]:
    """Cases by kind, and how many frames show each."""
    return sorted((case["kind"], case["views"]) for case in cases(dispatcher))


@pytest.mark.slow
def test_a_drive_that_was_sent_and_its_card_are_the_same_reports(
    app: Flask,
    url: str,
    card: Path,
    clock: Clock,
    staff: Callable[..., Phone],
    district_id: UUID,
    in_app: None,
) -> None:
    """Cut off in the middle with an answer lost, resumed by a new start of the box; then the card, with and without its bytes."""
    dispatcher = staff(Role.DISPATCHER)
    camera = make_camera(dispatcher.client, dispatcher, district_id)
    drive = folder_drive(card)
    waits: list[float] = []
    with (
        httpx.Client(base_url=url, transport=Tunnel(after=7, away=99)) as client,
        pytest.raises(Lost, match="the same command goes on"),
    ):
        stream(drive, door(client, camera.secret, waits, patience_s=60.0))
    assert [1, 2, 4, 8, 16] == waits
    # The eighth was received, though its answer was lost
    assert 8 == len(dispatcher.get("/defects?limit=100").json["items"])  # type: ignore[index]

    with httpx.Client(base_url=url, transport=Tunnel(after=3, away=4)) as client:
        done = stream(folder_drive(card), door(client, camera.secret, waits))
    assert (60, 17, 8) == (done.frames, done.sent, done.known)
    assert {"same_road": 35} == done.passed_over
    streamed = told(dispatcher)
    assert [("crack_transverse", 1), ("pothole", 2)] == streamed

    again = Imported(frames=60, unplaced=0, same_road=35, known=25, reports=0)
    assert again == import_frames(card, district="centre")
    for frame in card.glob("*.png"):  # the box had shrunk its pictures for the network
        frame.write_bytes(road_photo(None, shot=9000 + int(frame.stem)))
    assert again == import_frames(card, district="centre")
    assert streamed == told(dispatcher)
    assert 25 == len(dispatcher.get("/defects?limit=100").json["items"])  # type: ignore[index]


@pytest.mark.slow
@on_sqlite
def test_the_card_alone_makes_what_the_stream_made(
    app: Flask, card: Path, staff: Callable[..., Phone], district_id: UUID, in_app: None
) -> None:
    """Beside the test above: as many reports, the same cases."""
    assert Imported(frames=60, unplaced=0, same_road=35, known=0, reports=25) == import_frames(
        card, district="centre"
    )
    assert [("crack_transverse", 1), ("pothole", 2)] == told(staff(Role.DISPATCHER))


@pytest.mark.slow
@on_sqlite
def test_the_command_sends_a_folder_and_a_film(
    app: Flask,
    url: str,
    card: Path,
    tmp_path: Path,
    clock: Clock,
    staff: Callable[..., Phone],
    district_id: UUID,
    in_app: None,
) -> None:
    """By the command line as an installer would; a film that was sent adds nothing when it is imported."""
    app.extensions["qala_road_eye"] = RoadFilmEye()
    dispatcher = staff(Role.DISPATCHER)
    camera = make_camera(dispatcher.client, dispatcher, district_id)
    token = tmp_path / "token"
    token.write_text(camera.secret + "\n", encoding="utf-8")
    run = CliRunner().invoke(
        main, ["roads", "stream-frames", str(card), "--url", url, "--token-file", str(token)]
    )
    assert 0 == run.exit_code, run.output
    assert "60 frames: 25 sent, 0 were there, 35 same road; 0 without a place in time" in run.output

    begin = clock() - timedelta(minutes=10)
    positions = [
        Position(at=begin + timedelta(seconds=each), place=beside(START, north_m=each * 5.0), accuracy_m=5.0)
        for each in range(30)
    ]
    track = tmp_path / "drive.gpx"
    track.write_text(gpx(positions), encoding="utf-8")
    film = make_film(
        tmp_path / "drive.mp4", 12, made_at=begin.isoformat(), hole=lambda second: 6.3 < second < 8.7
    )
    with httpx.Client(base_url=url) as client:
        source = film_drive([film], track, begins=None, now=clock())
        done = stream(source, door(client, camera.secret, []))
    assert (120, 8, 0) == (done.frames, done.sent, done.known)
    before = told(dispatcher)
    assert Imported(frames=120, unplaced=0, same_road=112, known=8, reports=0) == import_films(
        [film], track, district="centre"
    )
    assert before == told(dispatcher)


@pytest.mark.slow
@on_sqlite
def test_a_box_that_may_not_send_stops_and_says_why(app: Flask, url: str, card: Path) -> None:
    """It does not knock for ever."""
    with httpx.Client(base_url=url) as client, pytest.raises(Refused, match="registered"):
        stream(folder_drive(card), door(client, "guessed", []))
