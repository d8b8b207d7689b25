"""The chain itself: how an entry is hashed, an anchor signed, and a ledger checked. `verify_ledger.py` says the same alone.

An entry's hash is the SHA-256 of its canonical JSON without the hash; it names the hash before it, so no entry can be
changed, removed or moved without breaking every later one. An anchor is a signed statement of the newest entry that is
kept elsewhere: it is what makes a cut-off tail visible.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shared.encoding import canonical_json

FORMAT = 1
GENESIS = "0" * 64


@dataclass(frozen=True)
class Flaw:
    """The first thing that is wrong with a ledger."""

    entry_id: int
    what: str


def entry_hash(entry: dict[str, Any]) -> str:
    """SHA-256, hex, of an entry's canonical JSON without its own hash."""
    return hashlib.sha256(
        canonical_json({name: value for name, value in entry.items() if name != "hash"})
    ).hexdigest()


def next_entry(previous_id: int, previous_hash: str, **facts: Any) -> dict[str, Any]:
    """The entry that follows another one."""
    entry = {"v": FORMAT, "id": previous_id + 1, "prev": previous_hash, **facts}
    return {**entry, "hash": entry_hash(entry)}


def verify_chain(
    entries: Iterable[dict[str, Any]],
    anchors: Sequence[dict[str, Any]] = (),
    key: Ed25519PublicKey | None = None,
) -> Flaw | None:
    """Walk a whole ledger and name its first flaw; None when it is sound.

    ``anchors`` are statements made by ``sign_anchor``; with them a removed tail and a re-computed chain are found too.
    """
    promised: dict[int, str] = {}
    for anchor in anchors:
        if not is_anchor(anchor):
            return Flaw(0, "one of the anchors is not an anchor: its content was changed")
        last_id = anchor["last_id"]
        if key is not None and not anchor_holds(anchor, key):
            return Flaw(last_id, "the anchor's signature is not the ledger key's")
        if promised.setdefault(last_id, anchor["last_hash"]) != anchor["last_hash"]:
            return Flaw(last_id, "two anchors of it disagree: the ledger was computed anew between them")
    if promised.get(0, GENESIS) != GENESIS:
        return Flaw(0, "an anchor disagrees with the empty ledger")
    last_id, last_hash = 0, GENESIS
    for entry in entries:
        if entry.get("id") != last_id + 1:
            return Flaw(
                last_id + 1, f"entry {last_id + 1} is missing: entry {entry.get('id')} stands in its place"
            )
        last_id += 1
        if entry.get("hash") != entry_hash(entry):
            return Flaw(last_id, "its content does not match its hash")
        if entry.get("prev") != last_hash:
            return Flaw(last_id, "does not name the hash of the entry before it")
        last_hash = str(entry["hash"])
        if promised.get(last_id, last_hash) != last_hash:
            return Flaw(last_id, "differs from the anchor that was made of it")
    cut = min((anchored for anchored in promised if anchored > last_id), default=None)
    if cut is not None:
        return Flaw(last_id + 1, f"the ledger ends at {last_id}, but an anchor names entry {cut}")
    return None


def sign_anchor(statement: dict[str, Any], key: Ed25519PrivateKey) -> dict[str, Any]:
    """A statement with the signature over its canonical JSON."""
    return {**statement, "signature": key.sign(canonical_json(statement)).hex()}


def is_anchor(value: object) -> bool:
    """Whether a value has an anchor's form; half a file and somebody else's JSON have not."""
    if not isinstance(value, dict) or type(value.get("last_id")) is not int or value["last_id"] < 0:
        return False
    return isinstance(value.get("last_hash"), str) and isinstance(value.get("signature"), str)


def anchor_holds(anchor: dict[str, Any], key: Ed25519PublicKey) -> bool:
    """Whether an anchor was signed by this key."""
    statement = {name: value for name, value in anchor.items() if name != "signature"}
    try:
        key.verify(bytes.fromhex(str(anchor.get("signature", ""))), canonical_json(statement))
    except (InvalidSignature, ValueError):
        return False
    return True


def access_root(hashes: Iterable[str]) -> str:
    """One hash over the access log's entry hashes, in order."""
    digest = hashlib.sha256()
    for value in hashes:
        digest.update(bytes.fromhex(value))
    return digest.hexdigest()
