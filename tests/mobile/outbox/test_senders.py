"""How each kind is sent, and how a photo whose upload was cut resumes where it stopped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from mobile.client.answers import RetryLater, Why
from mobile.client.api_client import API_PREFIX, ApiClient, Declined, NotNow
from mobile.client.device_key import DeviceKey
from mobile.client.pieces import PIECE_BYTES
from mobile.outbox.fault_moves import MovedFault
from mobile.outbox.ladder import Done, ItemKind, Parcel
from mobile.outbox.route_moves import MovedRoute
from mobile.outbox.senders import SENDERS
from mobile.outbox.task_moves import MovedTask
from shared.vocabulary import CaseState, RouteState, TaskState
from tests.mobile.phone_store import TOKENS
from tests.mobile.scripted_server import NOON, problem

PHOTOS = (
    bytes(range(256)) * 600,
    b"short",
    bytes(PIECE_BYTES),
)  # 153,600 bytes: three pieces, the last a part
PATHS = {
    ItemKind.CHECK_IN: ("/check-ins", "check_in", "frame"),
    ItemKind.DEFECT: ("/defects", "defect", "photo"),
    ItemKind.STOP_REPORT: ("/stop-reports", "stop_report", "photo"),
}


class UploadServer:
    """A server with the whole protocol of pieces; tests may make it lose, damage or answer otherwise."""

    def __init__(self) -> None:
        self.uploads: dict[str, bytes] = {}
        self.whole: set[str] = set()
        self.pieces: list[int] = []
        self.evidence: list[httpx.Request] = []
        self.more: dict[str, Any] = {}
        self.before: Callable[[httpx.Request], httpx.Response | None] = lambda _request: None
        self.client = ApiClient(
            "http://server.test",
            DeviceKey.generate(),
            tokens=TOKENS,
            now=lambda: NOON,
            transport=httpx.MockTransport(self.answer),
        )

    def send(self, kind: ItemKind = ItemKind.DEFECT, **changes: Any) -> Any:
        """Send a parcel."""
        said = {"id": uuid4(), "kind": kind, "manifest": b"{}", "signature": "signed", "photos": PHOTOS}
        return SENDERS[kind](self.client, Parcel(**{**said, **changes}))

    def answer(self, request: httpx.Request) -> httpx.Response:
        """By the protocol, unless the test has said otherwise."""
        otherwise = self.before(request)
        if otherwise is not None:
            return otherwise
        path = request.url.path.removeprefix(API_PREFIX).split("/")[1:]
        if path[0] != "uploads":
            return self._evidence(request, path[1])
        if request.method == "PUT":
            refused = self._piece(request, path[1], int(path[2]))
            if refused is not None:
                return refused
        have = len(self.uploads.get(path[1], b""))
        return httpx.Response(
            200, json={"sha256": path[1], "have": have, "total": None, "whole": path[1] in self.whole}
        )

    def _piece(self, request: httpx.Request, sha256: str, offset: int) -> httpx.Response | None:
        assert "application/octet-stream" == request.headers["Content-Type"]
        assert "Bearer access" == request.headers["Authorization"]
        body, held = request.content, self.uploads.get(sha256, b"")
        assert 1 <= len(body) <= PIECE_BYTES
        if offset > len(held):
            return problem(409, "upload-gap")
        self.pieces.append(offset)
        self.uploads[sha256] = held = held[:offset] + body
        if len(held) == int(request.url.params["total"]):
            if hashlib.sha256(held).hexdigest() != sha256:
                del self.uploads[sha256]
                return problem(409, "upload-damaged")
            self.whole.add(sha256)
        return None

    def _evidence(self, request: httpx.Request, item_id: str) -> httpx.Response:
        self.evidence.append(request)
        received = [hashlib.sha256(photo).hexdigest() for photo in PHOTOS]
        if b'name="uploaded"' in request.content:
            named = ",".join(received).encode()
            assert named in request.content
            if not set(received) <= self.whole:
                return problem(409, "upload-incomplete")
        return httpx.Response(200, json={"id": item_id, "received": received, "state": "x", **self.more})


@pytest.fixture
def server() -> UploadServer:
    """A server that has nothing yet."""
    return UploadServer()


@pytest.mark.parametrize("kind", list(PATHS))
def test_evidence_goes_whole_at_first(server: UploadServer, kind: ItemKind) -> None:
    """To the address of its kind, with the parts that it names, byte for byte as signed."""
    end = server.send(kind, manifest=b'{"signed": "so"}')
    path, manifest, photo = PATHS[kind]
    (request,) = server.evidence
    assert request.url.path.startswith(f"{API_PREFIX}{path}/")
    for text in (f'name="{manifest}"', f'name="{photo}"', '{"signed": "so"}', 'name="signature"'):
        assert text.encode() in request.content
    assert all(each in request.content for each in PHOTOS)
    assert isinstance(end, Done)
    assert (True, []) == (end.verified, server.pieces)


@pytest.mark.parametrize(
    ("kind", "state", "verified"),
    [
        (ItemKind.CHECK_IN, "pending", False),
        (ItemKind.CHECK_IN, "judged", True),
        (ItemKind.DEFECT, "received", False),
        (ItemKind.DEFECT, "confirmed", True),
        (ItemKind.STOP_REPORT, "whatever", True),
    ],
)
def test_verdict_that_is_to_come_is_known(
    server: UploadServer, kind: ItemKind, state: str, verified: bool
) -> None:
    """Fields that a later server adds are borne."""
    server.more = {"state": state, "a_field_of_next_year": [1]}
    assert verified is server.send(kind).verified


@pytest.mark.parametrize("more", [{"received": None}, {"id": str(uuid4())}])
def test_answer_about_something_else_is_no_answer(server: UploadServer, more: dict[str, Any]) -> None:
    """Nothing is deleted for it."""
    server.more = more
    with pytest.raises(NotNow) as later:
        server.send()
    assert later.value.end.why is Why.NOT_OURS


# --- pieces ----------------------------------------------------------------------------------------------


def test_cut_upload_goes_on_in_pieces(server: UploadServer) -> None:
    """Each photo once, then the manifest that names them."""
    assert isinstance(server.send(cut=True), Done)
    assert [0, PIECE_BYTES, 2 * PIECE_BYTES, 0, 0] == server.pieces
    assert [hashlib.sha256(each).hexdigest() for each in PHOTOS] == list(server.uploads)
    assert not any(photo in request.content for photo in PHOTOS[:2] for request in server.evidence)
    assert 2 == len(server.evidence)


def test_pieces_that_are_there_are_not_sent_again(server: UploadServer) -> None:
    """That is what they are for."""
    first = hashlib.sha256(PHOTOS[0]).hexdigest()
    server.uploads[first] = PHOTOS[0][: PIECE_BYTES + 7]
    server.send(cut=True)
    assert [PIECE_BYTES + 7, 2 * PIECE_BYTES + 7, 0, 0] == server.pieces
    assert PHOTOS[0] == server.uploads[first]


def breaking(server: UploadServer, at: set[int]) -> Callable[[httpx.Request], None]:
    """A network that breaks at some of the pieces, counted from 1."""
    count = [0]

    def break_off(request: httpx.Request) -> None:
        if request.method == "PUT" and "/uploads/" in request.url.path:
            count[0] += 1
            if count[0] in at:
                raise httpx.WriteError("broken pipe", request=request)

    return break_off


def test_connection_that_breaks_is_taken_up_again(server: UploadServer) -> None:
    """As long as pieces arrive, a poor network is no reason to wait."""
    server.before = breaking(server, {2, 4})
    assert isinstance(server.send(cut=True), Done)
    assert [0, PIECE_BYTES, 2 * PIECE_BYTES, 0, 0] == server.pieces


def test_connection_that_stays_broken_keeps_what_arrived(server: UploadServer) -> None:
    """The next try begins where this one ended."""
    server.before = breaking(server, {2, 3})
    with pytest.raises(NotNow) as later:
        server.send(cut=True)
    assert RetryLater(later.value.end.after_s, Why.UNREACHABLE, "WriteError") == later.value.end
    assert [0] == server.pieces
    server.before = lambda _request: None
    server.send(cut=True)
    assert [0, PIECE_BYTES, 2 * PIECE_BYTES, 0, 0] == server.pieces


def test_pieces_that_the_server_has_purged_come_again(server: UploadServer) -> None:
    """An incomplete upload is no refusal of the item."""
    purged = []

    def purge(request: httpx.Request) -> None:
        if "/defects/" in request.url.path and not purged and server.whole:
            purged.append(server.whole.pop())
            server.uploads.pop(purged[0])

    server.before = purge
    assert isinstance(server.send(cut=True), Done)
    assert 3 == len(server.evidence)


def test_gap_is_closed_from_where_the_server_stands(server: UploadServer) -> None:
    """It may have purged pieces between two of ours."""
    first = hashlib.sha256(PHOTOS[0]).hexdigest()
    lost = []

    def lose(request: httpx.Request) -> None:
        if request.url.path.endswith(f"/{2 * PIECE_BYTES}") and not lost:
            lost.append(server.uploads.pop(first))

    server.before = lose
    assert isinstance(server.send(cut=True), Done)
    assert PHOTOS[0] == server.uploads[first]


@pytest.mark.parametrize("slug", ["upload-damaged", "upload-gap"])
def test_photo_that_never_arrives_whole_is_tried_later(server: UploadServer, slug: str) -> None:
    """Not for ever in one sending."""
    server.before = lambda request: (
        problem(409, slug) if request.method == "PUT" and "/uploads/" in request.url.path else None
    )
    with pytest.raises(NotNow) as later:
        server.send(cut=True)
    assert (Why.UNCONFIRMED, slug) == (later.value.end.why, later.value.end.detail)


def test_server_that_stays_incomplete_is_asked_later(server: UploadServer) -> None:
    """Twice is enough."""
    server.before = lambda request: (
        problem(409, "upload-incomplete") if "/defects/" in request.url.path else None
    )
    with pytest.raises(NotNow) as later:
        server.send(cut=True)
    assert later.value.end.why is Why.UNCONFIRMED


@pytest.mark.parametrize("state", [{"have": 10**9, "whole": False}, {"have": "x"}, {"have": -1}, {}])
def test_nonsense_about_pieces_is_not_believed(server: UploadServer, state: dict[str, Any]) -> None:
    """And costs no item."""
    server.before = lambda request: (
        httpx.Response(200, json=state) if "/uploads/" in request.url.path else None
    )
    with pytest.raises(NotNow) as later:
        server.send(cut=True)
    assert later.value.end.why is Why.NOT_OURS


def test_pieces_that_lead_nowhere_end(server: UploadServer) -> None:
    """A server that takes a piece and has no more than before."""
    server.before = lambda request: (
        httpx.Response(200, json={"have": 0, "whole": False}) if "/uploads/" in request.url.path else None
    )
    with pytest.raises(NotNow):
        server.send(cut=True)


def test_refusal_of_a_piece_is_the_item_s(server: UploadServer) -> None:
    """Too large a photo, say: no repetition mends it."""
    server.before = lambda request: (
        problem(413, "too-large") if request.method == "PUT" and "/uploads/" in request.url.path else None
    )
    with pytest.raises(Declined):
        server.send(cut=True)


def test_small_photos_always_go_whole(server: UploadServer) -> None:
    """Where one piece would hold them, pieces save nothing."""
    server.send(cut=True, photos=(b"small", b"too"))
    assert (1, []) == (len(server.evidence), server.pieces)


def test_lost_answer_costs_no_photo(server: UploadServer) -> None:
    """The id is asked first: a server that has the item answers as it did, and no byte of a photo goes again."""
    item_id = uuid4()
    answer = {"id": str(item_id), "received": [hashlib.sha256(photo).hexdigest() for photo in PHOTOS]}
    server.before = lambda request: (
        httpx.Response(200, json=answer) if "/defects/" in request.url.path else None
    )
    assert tuple(answer["received"]) == server.send(id=item_id, cut=True).received
    assert [] == server.pieces


# --- the others ------------------------------------------------------------------------------------------


def test_fixes_go_as_json(server: UploadServer) -> None:
    """Without a signature; the answer counts them."""
    asked: list[httpx.Request] = []
    batch = {"id": str(uuid4()), "fixes": [1]}

    def count(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"id": batch["id"], "kept": 1})

    server.before = count
    end = server.send(ItemKind.LOCATION_FIXES, id=batch["id"], manifest=json.dumps(batch).encode(), photos=())
    assert Done(answer={"id": batch["id"], "kept": 1}) == end
    assert (batch, f"{API_PREFIX}/location-fixes/{batch['id']}") == (
        json.loads(asked[0].content),
        asked[0].url.path,
    )
    server.before = lambda _request: httpx.Response(200, json=[])
    with pytest.raises(NotNow):
        server.send(ItemKind.LOCATION_FIXES, manifest=b"{}", photos=())


@pytest.mark.parametrize("kind", [ItemKind.TASK_MOVE, ItemKind.ROUTE_MOVE])
def test_move_goes_under_its_own_id(server: UploadServer, kind: ItemKind) -> None:
    """So that the server knows the second try from a second move."""
    asked: list[httpx.Request] = []
    thing_id, item_id = uuid4(), uuid4()
    path, to, manifest = {
        ItemKind.TASK_MOVE: (
            "tasks",
            "done",
            MovedTask(task_id=thing_id, to=TaskState.DONE).manifest(),
        ),
        ItemKind.ROUTE_MOVE: (
            "routes",
            "closed",
            MovedRoute(route_id=thing_id, to=RouteState.CLOSED).manifest(),
        ),
    }[kind]

    def make(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"id": str(item_id), "what a newer server adds": 1})

    server.before = make
    assert Done() == server.send(kind, id=str(item_id), manifest=manifest, photos=())
    assert ("PUT", f"{API_PREFIX}/{path}/{thing_id}/moves/{item_id}", {"to": to, "reason": ""}) == (
        asked[0].method,
        asked[0].url.path,
        json.loads(asked[0].content),
    )


def test_repair_goes_without_the_name_of_who_did_it(server: UploadServer) -> None:
    """The server knows who asks; begun it says nothing more, done it names when and the photo."""
    asked: list[httpx.Request] = []
    fault_id, item_id, proof_id = uuid4(), uuid4(), uuid4()

    def make(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"id": str(item_id)})

    server.before = make
    moment = datetime(2026, 11, 22, 9, 40, tzinfo=UTC)
    begun = MovedFault(fault_id=fault_id, to=CaseState.REPAIRING)
    mended = MovedFault(fault_id=fault_id, to=CaseState.REPAIRED, repaired_at=moment, proof_id=proof_id)
    for move in (begun, mended):
        assert Done() == server.send(
            ItemKind.FAULT_MOVE, id=str(item_id), manifest=move.manifest(), photos=()
        )
    assert {f"{API_PREFIX}/cases/{fault_id}/moves/{item_id}"} == {each.url.path for each in asked}
    repair = {"repaired_at": moment.isoformat(), "proof_id": str(proof_id)}
    assert [{"to": "repairing", "reason": ""}, {"to": "repaired", "reason": "", "repair": repair}] == [
        json.loads(each.content) for each in asked
    ]


def test_move_that_somebody_else_answers_is_not_done(server: UploadServer) -> None:
    """A page of the network's own, or of another move."""
    server.before = lambda _request: httpx.Response(200, json={"id": str(uuid4())})
    manifest = MovedTask(task_id=uuid4(), to=TaskState.DONE).manifest()
    with pytest.raises(NotNow):
        server.send(ItemKind.TASK_MOVE, manifest=manifest, photos=())


@pytest.mark.parametrize("cut", [False, True])
def test_move_that_is_refused_stays_refused(server: UploadServer, cut: bool) -> None:
    """Somebody else has done it, or cancelled the task."""
    server.before = lambda _request: problem(409, "conflict")
    manifest = MovedTask(task_id=uuid4(), to=TaskState.DONE).manifest()
    with pytest.raises(Declined):
        server.send(ItemKind.TASK_MOVE, manifest=manifest, photos=(), cut=cut)
