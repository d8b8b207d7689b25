"""The chain: what is changed, removed, moved or cut off is found, and the first bad entry is named."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backend.ledger.rules import (
    GENESIS,
    access_root,
    anchor_holds,
    is_anchor,
    next_entry,
    sign_anchor,
    verify_chain,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def chain(length: int) -> list[dict[str, Any]]:
    """A sound ledger."""
    entries: list[dict[str, Any]] = []
    last_id, last_hash = 0, GENESIS
    for number in range(length):
        entry = next_entry(last_id, last_hash, kind="test", facts={"number": number})
        entries.append(entry)
        last_id, last_hash = entry["id"], entry["hash"]
    return entries


def anchor_of(entries: list[dict[str, Any]]) -> dict[str, Any]:
    """A signed statement of a ledger's head."""
    return sign_anchor({"last_id": entries[-1]["id"], "last_hash": entries[-1]["hash"]}, KEY)


def test_a_sound_ledger_has_no_flaw() -> None:
    """An empty one neither."""
    assert verify_chain(chain(5), [anchor_of(chain(5)), anchor_of(chain(3))], KEY.public_key()) is None
    assert verify_chain([]) is None


@pytest.mark.parametrize("field", ["kind", "facts", "prev", "hash", "id", "v"])
def test_a_changed_field_is_found_at_its_entry(field: str) -> None:
    """Every field is bound by the hash."""
    entries = chain(5)
    entries[2][field] = "forged"
    flaw = verify_chain(entries)
    assert flaw is not None
    assert 3 == flaw.entry_id


def test_a_removed_entry_is_found_at_its_place() -> None:
    """The ids have no gaps."""
    entries = chain(5)
    del entries[1]
    assert 2 == verify_chain(entries).entry_id  # type: ignore[union-attr]


def test_swapped_entries_are_found() -> None:
    """Order is part of the chain."""
    entries = chain(5)
    entries[1], entries[2] = entries[2], entries[1]
    assert 2 == verify_chain(entries).entry_id  # type: ignore[union-attr]


def test_a_cut_off_tail_is_found_with_an_anchor() -> None:
    """That is what anchors are for; without one a shorter ledger looks whole."""
    entries = chain(5)
    assert verify_chain(entries[:3]) is None
    flaw = verify_chain(entries[:3], [anchor_of(entries)], KEY.public_key())
    assert flaw is not None
    assert (4, True) == (flaw.entry_id, "anchor names entry 5" in flaw.what)


def test_a_chain_computed_anew_differs_from_its_anchor() -> None:
    """Whoever rewrites history and every hash after it still cannot sign the anchor."""
    rewritten = chain(2)
    last = rewritten[-1]
    for number in range(3):
        last = next_entry(last["id"], last["hash"], kind="forged", facts={"number": number})
        rewritten.append(last)
    flaw = verify_chain(rewritten, [anchor_of(chain(5))], KEY.public_key())
    assert flaw is not None
    assert 5 == flaw.entry_id


@pytest.mark.parametrize("order", [1, -1])
def test_two_anchors_of_one_entry_that_disagree_are_a_flaw(order: int) -> None:
    """Whichever comes last: one was made before the ledger was computed anew, the other after."""
    honest = chain(3)
    rewritten = [*honest[:2], next_entry(2, honest[1]["hash"], kind="forged", facts={})]
    flaw = verify_chain(rewritten, [anchor_of(honest), anchor_of(rewritten)][::order], KEY.public_key())
    assert flaw is not None
    assert (3, True) == (flaw.entry_id, "disagree" in flaw.what)


@pytest.mark.parametrize(
    "strange", [{}, {"last_id": "x", "last_hash": "0", "signature": "0"}, {"last_id": True}, []]
)
def test_what_is_no_anchor_is_a_flaw_not_a_failure(strange: Any) -> None:
    """An anchor in the database may be changed too."""
    assert not is_anchor(strange)
    assert verify_chain(chain(1), [strange], KEY.public_key()) is not None


def test_an_entry_that_cannot_be_read_is_named() -> None:
    """All that is known of it is its place."""
    entries = chain(3)
    entries[1] = {"id": 2, "hash": "unreadable"}
    flaw = verify_chain(entries)
    assert flaw is not None
    assert (2, "its content does not match its hash") == (flaw.entry_id, flaw.what)


def test_an_anchor_by_another_key_does_not_hold() -> None:
    """Nor does one whose statement was changed."""
    anchor = anchor_of(chain(2))
    assert anchor_holds(anchor, KEY.public_key())
    assert not anchor_holds(anchor, Ed25519PrivateKey.generate().public_key())
    assert not anchor_holds({**anchor, "last_id": 1}, KEY.public_key())
    assert not anchor_holds({**anchor, "signature": "no hex"}, KEY.public_key())
    assert verify_chain(chain(2), [{**anchor, "last_id": 1}], KEY.public_key()) is not None


def test_the_access_root_depends_on_order_and_content() -> None:
    """One hash for a day of reads."""
    assert access_root(["aa", "bb"]) != access_root(["bb", "aa"])
    assert access_root(["aa"]) != access_root(["aa", "bb"])
