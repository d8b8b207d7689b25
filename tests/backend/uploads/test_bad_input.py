"""What uploads refuse: every wrong field named, with the remedy; nothing is half kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from shared.vocabulary import Role
from tests.backend.uploads.pieces import PIECE, put_piece, send_all, sha256
from tests.bad_input import bad_photos, refusal
from tests.conftest import Clock
from tests.factories import defect_draft
from tests.phone import Phone

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SHA = "a" * 64
BYTES: dict[str, Any] = {"data": b"x", "content_type": "application/octet-stream"}


@pytest.fixture
def crew(staff: Callable[..., Phone]) -> Phone:
    """A signed-in crew."""
    return staff(Role.CREW)


@on_sqlite
def test_bad_pieces_are_refused_by_field(crew: Phone) -> None:
    """Names, lengths, places, types."""
    wrong = []
    for path, options, status, fields, says in (
        (f"/uploads/{SHA.upper()}/0?total=9", BYTES, 422, ["sha256"], "64 digits"),
        ("/uploads/x/0?total=9", BYTES, 422, ["sha256"], "64 digits"),
        (f"/uploads/{SHA}/0", BYTES, 422, ["total"], "missing"),
        (f"/uploads/{SHA}/0?total=0", BYTES, 422, ["total"], "at least 1"),
        (f"/uploads/{SHA}/0?total=many", BYTES, 422, ["total"], "whole number"),
        (f"/uploads/{SHA}/9?total=9", BYTES, 422, ["offset"], "end within"),
        (f"/uploads/{SHA}/{10**30}?total=9", BYTES, 422, ["offset"], "end within"),
        (f"/uploads/{SHA}/0?total=9", BYTES | {"data": b""}, 422, ["body"], "empty"),
        (f"/uploads/{SHA}/0?total=8000001", BYTES, 413, [], "at most 8 MB"),
        (f"/uploads/{SHA}/0?total={PIECE + 9}", BYTES | {"data": b"x" * (PIECE + 1)}, 413, [], "65536"),
        (f"/uploads/{SHA}/0?total=9", BYTES | {"content_type": "image/jpeg"}, 415, [], "octet-stream"),
        (f"/uploads/{SHA}/0?total=9", {"data": b"x"}, 415, [], "octet-stream"),
    ):
        wrong += refusal(crew.put(path, **options), status, *fields, says=says)
    assert 404 == crew.put(f"/uploads/{SHA}/-1?total=9", **BYTES).status_code
    wrong += refusal(crew.get("/uploads/x"), 422, "sha256")
    put_piece(crew, b"x" * 100, 0, 10)
    wrong += refusal(
        crew.put(f"/uploads/{sha256(b'x' * 100)}/10?total=99", **BYTES), 422, "total", says="100 bytes"
    )
    assert [] == wrong


@pytest.mark.slow
@on_sqlite
def test_bad_photos_are_refused_however_they_came(crew: Phone, clock: Clock) -> None:
    """Whatever is no picture as a part is none when it came in pieces; each is named."""
    wrong = []
    for name, (data, says) in bad_photos().items():
        if len(data) > 500_000:  # the test client would leave a temporary file open
            continue
        photo_field = refusal(
            defect_draft(crew, clock(), photos=[data]).send(crew),
            422,
            "photo[0]",
            says=says,
            slug="bad-photo",
        )
        wrong += [f"{name} as a part: {flaw}" for flaw in photo_field]
        if not data:
            continue
        draft = defect_draft(crew, clock(), photos=[data])
        answer = draft.send(crew, uploaded=send_all(crew, data))
        wrong += [
            f"{name} in pieces: {flaw}"
            for flaw in refusal(answer, 422, "uploaded[0]", says=says, slug="bad-photo")
        ]
    assert [] == wrong


@on_sqlite
def test_bad_names_of_photos_are_refused_by_field(crew: Phone, clock: Clock) -> None:
    """Not a hash, too many, beside parts, not those of the manifest."""
    draft = defect_draft(crew, clock())
    uploaded = send_all(crew, *draft.photos)
    first, second = uploaded.split(",")
    wrong = refusal(draft.send(crew, uploaded="x,y"), 422, "uploaded[0]", "uploaded[1]", says="SHA-256")
    wrong += refusal(draft.send(crew, uploaded=",".join([first] * 7)), 422, "uploaded", says="1 to 6")
    both = draft.send(crew, uploaded=uploaded, photos=draft.photos)
    wrong += refusal(both, 422, "uploaded", says="beside photo parts")
    turned = draft.send(crew, uploaded=f"{second},{first}")
    wrong += refusal(turned, 422, "photo[0]", "photo[1]", says="the manifest says")
    wrong += refusal(draft.send(crew, uploaded=first), 422, "photo", says="there were 1")
    assert [] == wrong
    assert 200 == draft.send(crew, uploaded=uploaded).status_code
