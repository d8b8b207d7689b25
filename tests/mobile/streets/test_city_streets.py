"""Streets reach the phone in pieces, survive every cut, are read when somebody looks, and are drawn anew when others come."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from mobile.client.api_client import API_PREFIX, ApiClient, NotNow
from mobile.client.device_key import DeviceKey
from mobile.client.sync_answer import read_sync
from mobile.keeping.disk import StoreFull
from mobile.keeping.fetched import FetchedFile
from mobile.keeping.seal import KeyFile
from mobile.keeping.store import Store, open_store
from mobile.streets import fetching
from mobile.streets.city import CityStreets
from mobile.streets.fetching import PATH, StreetFetch
from mobile.sync.pulling import STREETS
from shared.contracts import StreetKind, StreetNames
from shared.street_pack import PackedStreet, write_pack
from shared.vocabulary import Language
from tests.mobile.phone_store import TOKENS
from tests.mobile.scripted_server import NOON

ABAI = StreetNames(ru="улица Абая", kk="Абай көшесі")
EVERYWHERE = (54.0, 69.0, 55.0, 70.0)


def pack(version: int, count: int = 3) -> bytes:
    """A city of so many streets."""
    return write_pack(
        version,
        "© OpenStreetMap contributors",
        [
            PackedStreet(
                id=number,
                kind=StreetKind.MINOR,
                name=ABAI if number % 2 else None,
                line=[
                    (69_100_000 + 13 * number * number, 54_800_000),
                    (69_100_100, 54_800_000 + 7919 * number),
                ],
            )
            for number in range(1, count + 1)
        ],
    )


class PackServer:
    """Serves a pack as werkzeug does, and can break off or answer otherwise."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.requests: list[httpx.Request] = []
        self.breaks_after: int | None = None
        self.knows_ranges = True

    @property
    def sha256(self) -> str:
        """Of what it serves."""
        return hashlib.sha256(self.content).hexdigest()

    def notice(self, version: int = 1) -> dict[str, object]:
        """What its sync says."""
        return {"version": version, "sha256": self.sha256, "bytes": len(self.content)}

    def client(self) -> ApiClient:
        """A client of it."""
        transport = httpx.MockTransport(self._answer)
        return ApiClient(
            "http://server.test", DeviceKey.generate(), tokens=TOKENS, now=lambda: NOON, transport=transport
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        assert API_PREFIX + PATH == request.url.path
        self.requests.append(request)
        body, status = self.content, 200
        if self.knows_ranges and request.headers["If-Range"] == f'"{self.sha256}"':
            first, _, last = request.headers["Range"].removeprefix("bytes=").partition("-")
            body, status = body[int(first) : int(last) + 1], 206
        return httpx.Response(status, stream=Broken(body, self.breaks_after))


class Broken(httpx.SyncByteStream):
    """A body that ends in the middle."""

    def __init__(self, body: bytes, after: int | None) -> None:
        self._body = body
        self._after = after

    def __iter__(self) -> Iterator[bytes]:
        if self._after is None:
            yield self._body
        else:
            yield self._body[: self._after]
            raise httpx.ReadError("the tunnel")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A phone's store."""
    store = open_store(tmp_path / "store", KeyFile(tmp_path / "key"))
    yield store
    store.close()


@pytest.fixture
def file(tmp_path: Path) -> FetchedFile:
    """Where the streets are kept."""
    return FetchedFile(tmp_path / "streets")


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a small pack has several."""
    monkeypatch.setattr(fetching, "PIECE_BYTES", 1000)


def fetch(store: Store, file: FetchedFile, server: PackServer, *, tries: int = 50) -> int:
    """Run the errand until it is not due any more; how often it ran."""
    arrived: list[None] = []
    errand, client = StreetFetch(store.facts, file, lambda: arrived.append(None)), server.client()
    runs = 0
    while errand.is_due(NOON) and runs < tries:
        runs += 1
        try:
            errand.run(client)
        except NotNow:
            server.breaks_after = None
    assert len(arrived) == (0 if errand.is_due(NOON) else 1 if runs else 0)
    return runs


def test_streets_come_in_pieces_once(store: Store, file: FetchedFile) -> None:
    """Each byte once, and nothing when they are here."""
    server = PackServer(pack(1, 400))
    store.facts.put(STREETS, server.notice())
    pieces = -(-len(server.content) // 1000)
    assert pieces > 2
    assert pieces == fetch(store, file, server)
    assert server.content == file.read()
    assert 0 == fetch(store, file, server)


@pytest.mark.parametrize("after", [0, 1, 500, 999])
def test_a_cut_costs_what_was_under_way(store: Store, file: FetchedFile, after: int) -> None:
    """What has come stays, also for another process."""
    server = PackServer(pack(1, 400))
    store.facts.put(STREETS, server.notice())
    server.breaks_after = after
    fetch(store, file, server, tries=1)
    fetch(store, FetchedFile(file._folder), server)
    assert server.content == file.read()
    assert f"bytes={after}-" in server.requests[1].headers["Range"]


def test_a_server_without_ranges_sends_all_of_it(store: Store, file: FetchedFile) -> None:
    """Which replaces what was there."""
    server = PackServer(pack(1, 400))
    store.facts.put(STREETS, server.notice())
    server.breaks_after = 300
    fetch(store, file, server, tries=1)
    server.knows_ranges = False
    assert 1 == fetch(store, file, server)
    assert server.content == file.read()


def test_another_version_on_the_server_is_not_mixed_in(store: Store, file: FetchedFile) -> None:
    """Nothing is taken into use until sync names what the server has."""
    server = PackServer(pack(1, 400))
    store.facts.put(STREETS, server.notice())
    fetch(store, file, server, tries=1)
    server.content = pack(2, 500)
    fetch(store, file, server, tries=3)
    assert file.read() is None
    store.facts.put(STREETS, server.notice(2))
    fetch(store, file, server)
    assert server.content == file.read()


def test_streets_that_were_here_stay_until_the_new_ones_are_whole(store: Store, file: FetchedFile) -> None:
    """Then the old ones go."""
    old, new = PackServer(pack(1)), PackServer(pack(2, 400))
    store.facts.put(STREETS, old.notice())
    fetch(store, file, old)
    store.facts.put(STREETS, new.notice(2))
    fetch(store, file, new, tries=1)
    assert old.content == file.read()
    fetch(store, file, new)
    assert new.content == file.read()
    assert 1 == len(list(file._folder.iterdir()))


def test_a_full_disk_keeps_no_half(store: Store, file: FetchedFile) -> None:
    """And what was there before."""
    server = PackServer(pack(1))
    store.facts.put(STREETS, server.notice())
    fetch(store, file, server)

    def full() -> Iterator[bytes]:
        yield b"x"
        raise OSError(errno.ENOSPC, "full")

    with pytest.raises(StoreFull):
        file.add("ab", full(), at_bytes=0, most_bytes=9)
    assert 0 == file.part_bytes("ab")
    assert server.content == file.read()


def test_a_file_that_the_disk_changed_is_fetched_again(store: Store, file: FetchedFile) -> None:
    """Rather than drawn."""
    server = PackServer(pack(1))
    store.facts.put(STREETS, server.notice())
    fetch(store, file, server)
    (file._folder / server.sha256).write_bytes(b"dust")
    assert file.read() is None
    assert 1 <= fetch(store, file, server)
    assert server.content == file.read()


@pytest.mark.parametrize(
    "notice",
    [
        None,
        {},
        {"version": 1, "sha256": "../..", "bytes": 3},
        {"version": 1, "sha256": "0" * 64, "bytes": 10**9},
    ],
)
def test_a_notice_that_makes_no_sense_is_left_alone(store: Store, file: FetchedFile, notice: object) -> None:
    """Also one that another version of the app has kept."""
    store.facts.put(STREETS, notice)
    assert not StreetFetch(store.facts, file, lambda: None).is_due(NOON)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, None),
        ({"streets": None}, None),
        ({"streets": {"version": 2, "sha256": "a" * 64, "bytes": 5, "newer": 1}}, 2),
        ({"streets": {"version": 0}}, None),
    ],
)
def test_sync_of_another_age_is_read(said: dict[str, object], expected: int | None) -> None:
    """An older server says nothing of streets, a newer one more."""
    head = {"cursor": "c", "reset": False, "server_time": NOON.isoformat(), "min_client": "0.1.0"}
    answer = read_sync({**head, "tasks": [], "check_ins": [], "tombstones": [], **said}).answer
    assert expected == (answer.streets and answer.streets.version)


# --- what the map sees -----------------------------------------------------------------------------------


def put(file: FetchedFile, content: bytes) -> None:
    """Have a version here."""
    sha256 = hashlib.sha256(content).hexdigest()
    file.add(sha256, [content], at_bytes=0, most_bytes=len(content))
    assert file.finish(sha256)


@pytest.fixture
def told() -> list[int]:
    """One entry each time that there is something else to draw."""
    return []


@pytest.fixture
def city(file: FetchedFile, told: list[int]) -> Callable[..., CityStreets]:
    """A maker of the city's streets, read at once."""

    def make(language: Language = Language.RU) -> CityStreets:
        return CityStreets(
            file, language=lambda: language, arrived=lambda: told.append(1), start=lambda work: work()
        )

    return make


def test_streets_are_read_when_somebody_looks(
    city: Callable[..., CityStreets], file: FetchedFile, told: list[int]
) -> None:
    """With their names and lines; once."""
    put(file, pack(1))
    streets = city()
    assert (0, []) == (streets.edition, told)
    found = streets.within(*EVERYWHERE)
    assert [1, 2, 3] == [street.id for street in found]
    assert ["улица Абая", "", "улица Абая"] == [street.name for street in found]
    assert (69.100013, 54.8) == found[0].line[0]
    assert found[0].kind is StreetKind.MINOR
    streets.within(*EVERYWHERE)
    assert (1, [1], "© OpenStreetMap contributors") == (streets.edition, told, streets.credit)


def test_names_are_the_reader_s(city: Callable[..., CityStreets], file: FetchedFile) -> None:
    """In Russian where there is no other."""
    put(file, pack(1))
    assert "Абай көшесі" == city(Language.KK).within(*EVERYWHERE)[0].name
    assert "улица Абая" == city(Language.EN).within(*EVERYWHERE)[0].name


def test_streets_that_come_later_are_drawn(
    city: Callable[..., CityStreets], file: FetchedFile, told: list[int]
) -> None:
    """Whoever looks is told."""
    streets = city()
    assert () == tuple(streets.within(*EVERYWHERE))
    put(file, pack(1))
    streets.renew()
    assert (1, [1]) == (streets.edition, told)
    put(file, pack(2, 5))
    streets.renew()
    assert 5 == len(streets.within(*EVERYWHERE))


def test_a_pack_that_cannot_be_read_leaves_what_was_drawn(
    city: Callable[..., CityStreets], file: FetchedFile
) -> None:
    """A newer server's form."""
    put(file, pack(1))
    streets = city()
    streets.within(*EVERYWHERE)
    put(file, b"another form")
    streets.renew()
    assert 3 == len(streets.within(*EVERYWHERE))
