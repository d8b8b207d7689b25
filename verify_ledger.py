#!/usr/bin/env python3
"""Check an exported Qala ledger (`qala ledger export FILE`) with nothing but Python and the package `cryptography`.

    python verify_ledger.py FILE [--key HEX] [--anchors DIR]

An export is a file of lines. Each line but the last is one entry: JSON with sorted keys, no spaces, UTF-8, ended by one
newline. An entry carries an `id` (1, 2, 3 …), `prev` (the `hash` of the entry before it; 64 zeros for the first) and
`hash`: SHA-256 of the entry's own line with the hash taken out. The last line is `{"anchor": …}`: a statement of the
newest entry's id and hash, signed with the ledger's Ed25519 key. Anchors that were kept elsewhere (`--anchors`, files
`anchor-*.json`) are the same statements made earlier.

Whoever holds the signing key could rewrite everything; anchors kept elsewhere, and the key compared by other means
(`--key`), are what would show it. Exit status: 0 sound, 1 not sound (the first bad entry is named), 2 cannot be read.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT = 1
GENESIS = "0" * 64
ENTRY_FIELDS = {
    "v",
    "id",
    "prev",
    "kind",
    "at",
    "actor",
    "subject",
    "audience",
    "district_id",
    "facts",
    "hash",
}
ANCHOR_FIELDS = {"v", "made_at", "last_id", "last_hash", "key", "signature"}


class Flaw(Exception):
    """The first thing that is wrong; the text names the entry."""


@dataclass(frozen=True)
class Report:
    """What was found sound."""

    entries: int
    last_hash: str
    key: str
    made_at: str
    anchors: int


def main(arguments: list[str] | None = None) -> int:
    """Check a file named on the command line and say what was found."""
    parser = argparse.ArgumentParser(description="Check an exported Qala ledger.")
    parser.add_argument("export", type=Path, metavar="FILE", help="what `qala ledger export` wrote")
    parser.add_argument("--key", metavar="HEX", help="the ledger's public key, as you know it from elsewhere")
    parser.add_argument(
        "--anchors", type=Path, metavar="DIR", help="folder with anchor-*.json that were kept elsewhere"
    )
    options = parser.parse_args(arguments)
    try:
        kept = sorted(options.anchors.glob("anchor-*.json")) if options.anchors else []
        if options.anchors and not kept:
            print(f"there is no anchor-*.json in {options.anchors}", file=sys.stderr)
            return 2
        with options.export.open("rb") as lines:
            report = verify(lines, ((path.name, path.read_bytes()) for path in kept), options.key)
    except Flaw as flaw:
        print(f"NOT SOUND: {flaw}")
        return 1
    except OSError as error:
        print(f"cannot be read: {error}", file=sys.stderr)
        return 2
    print(f"sound: {report.entries} entries, newest hash {report.last_hash}, signed {report.made_at}")
    if options.key is None:
        print(
            f"The key was taken from the export itself. Compare it by hand with the one you know:\n{report.key}"
        )
    if options.anchors:
        print(f"{report.anchors} anchors from {options.anchors} agree.")
    else:
        print("No anchors from elsewhere were compared (--anchors DIR).")
    return 0


def verify(
    lines: Iterable[bytes], anchor_files: Iterable[tuple[str, bytes]] = (), key: str | None = None
) -> Report:
    """Walk an export's lines; raises Flaw for the first thing that is wrong.

    ``anchor_files`` are names and contents of anchors kept elsewhere, ``key`` the public key in hex.
    """
    anchors = {name: _anchor(content.removesuffix(b"\n"), name) for name, content in anchor_files}
    wanted = {anchor["last_id"] for anchor in anchors.values()}
    hashes = {0: GENESIS}
    last_id, last_hash, head = 0, GENESIS, None
    for number, line, value in _parsed(lines):
        if head is not None:
            raise Flaw(f"line {number} follows the signed last line")
        if set(value) == {"anchor"}:
            head = _anchor(_canonical(value["anchor"]), "the signed last line")
            continue
        _check_entry(value, line, last_id + 1, last_hash)
        last_id, last_hash = value["id"], value["hash"]
        if last_id in wanted:
            hashes[last_id] = last_hash
    if head is None:
        raise Flaw(f"entry {last_id + 1}: the signed last line is missing, so the export was cut off here")
    if (head["last_id"], head["last_hash"]) != (last_id, last_hash):
        raise Flaw(
            f"entry {min(last_id, head['last_id']) + 1}: the export ends at {last_id}, but the signed last line names entry {head['last_id']}"
        )
    if key is not None and head["key"] != key.strip().lower():
        raise Flaw("the signed last line was signed with another key than the one given")
    for name, anchor in sorted(anchors.items(), key=lambda item: int(item[1]["last_id"])):
        _check_kept(name, anchor, hashes, head["key"], last_id)
    return Report(last_id, last_hash, head["key"], head["made_at"], len(anchors))


def _parsed(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes, dict[str, Any]]]:
    """Each line with its number and its value; the line must be the one canonical form of the value."""
    for number, ended_line in enumerate(lines, start=1):
        line = ended_line[:-1]
        if ended_line[-1:] != b"\n":
            raise Flaw(f"entry {number}: line {number} is cut off")
        value = _read(line, f"entry {number}: line {number}")
        yield number, line, value


def _read(line: bytes, where: str) -> dict[str, Any]:
    try:
        value = json.loads(line.decode("utf-8"), parse_constant=_refuse_constant)
        same = _canonical(value) == line
    except (ValueError, RecursionError):
        raise Flaw(f"{where} is not JSON") from None
    if not same or not isinstance(value, dict):
        raise Flaw(f"{where} is not in canonical form")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _canonical(value: object) -> bytes:
    """The one byte form that is hashed and signed: sorted keys, no spaces, UTF-8."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode("utf-8")


def _check_entry(entry: dict[str, Any], line: bytes, expected_id: int, previous_hash: str) -> None:
    where = f"entry {expected_id}"
    if set(entry) != ENTRY_FIELDS or type(entry["v"]) is not int or entry["v"] != FORMAT:
        raise Flaw(f"{where}: is not an entry of format {FORMAT}")
    if type(entry["id"]) is not int or entry["id"] != expected_id:
        raise Flaw(f"{where}: is missing; entry {entry['id']} stands in its place")
    if entry["prev"] != previous_hash:
        raise Flaw(f"{where}: does not name the hash of the entry before it")
    bare = _canonical({name: value for name, value in entry.items() if name != "hash"})
    if entry["hash"] != hashlib.sha256(bare).hexdigest():
        raise Flaw(f"{where}: its content does not match its hash")


def _anchor(content: bytes, name: str) -> dict[str, Any]:
    """A signed statement, its form and its signature checked (with the key that it names)."""
    anchor = _read(content, name)
    if set(anchor) != ANCHOR_FIELDS or anchor["v"] != FORMAT or type(anchor["last_id"]) is not int:
        raise Flaw(f"{name} is not an anchor of format {FORMAT}")
    statement = {field: value for field, value in anchor.items() if field != "signature"}
    try:
        signature, key = bytes.fromhex(anchor["signature"]), bytes.fromhex(anchor["key"])
        if (signature.hex(), key.hex()) != (anchor["signature"], anchor["key"]):
            raise ValueError("hexadecimal digits must be lower case")
        Ed25519PublicKey.from_public_bytes(key).verify(signature, _canonical(statement))
    except (InvalidSignature, ValueError, TypeError):
        raise Flaw(f"{name} (entry {anchor['last_id']}): its signature does not hold") from None
    return anchor


def _check_kept(name: str, anchor: dict[str, Any], hashes: dict[int, str], key: str, last_id: int) -> None:
    """Compare an anchor kept elsewhere with the chain."""
    if anchor["key"] != key:
        raise Flaw(f"{name} (entry {anchor['last_id']}) was signed with another key than the export")
    if anchor["last_id"] > last_id:
        raise Flaw(
            f"entry {last_id + 1}: is missing; the export ends at {last_id}, but {name} names entry {anchor['last_id']}"
        )
    if hashes.get(anchor["last_id"]) != anchor["last_hash"]:
        raise Flaw(f"entry {anchor['last_id']}: differs from {name}, which was made of it")


if __name__ == "__main__":
    sys.exit(main())
