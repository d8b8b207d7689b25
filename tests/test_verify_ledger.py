"""verify_ledger.py finds every change to an export: any byte, and lines removed, moved, cut off, repeated, added."""

from __future__ import annotations

import ast
import importlib.util
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backend.ledger import rules
from shared.encoding import canonical_json

SCRIPT = Path(__file__).parents[1] / "verify_ledger.py"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
COUNT = 4


def load_script() -> ModuleType:
    """The script as a module, from its file: it is part of no package."""
    spec = importlib.util.spec_from_file_location("verify_ledger", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look there
    spec.loader.exec_module(module)
    return module


alone = load_script()


def act(number: int, **facts: Any) -> dict[str, Any]:
    """What an entry records."""
    return {
        "kind": "check_in.judged",
        "at": f"2026-11-23T04:00:0{number}.000000+00:00",
        "actor": "user:0b9f",
        "subject": f"check_in:{number}",
        "audience": "supervision",
        "district_id": None,
        "facts": {"outcome": "accepted", "margin": 0.25, "кем": "«Qala»", **facts},
    }


def chain(count: int = COUNT) -> list[dict[str, Any]]:
    """Entries as the ledger makes them."""
    entries: list[dict[str, Any]] = []
    for number in range(1, count + 1):
        before = entries[-1] if entries else {"id": 0, "hash": rules.GENESIS}
        entries.append(rules.next_entry(before["id"], before["hash"], **act(number)))
    return entries


def anchor_of(entries: list[dict[str, Any]], key: Ed25519PrivateKey = KEY) -> dict[str, Any]:
    """A signed statement of the newest entry."""
    statement = {
        "v": rules.FORMAT,
        "made_at": "2026-11-23T05:00:00.000000+00:00",
        "last_id": entries[-1]["id"] if entries else 0,
        "last_hash": entries[-1]["hash"] if entries else rules.GENESIS,
        "key": key.public_key().public_bytes_raw().hex(),
    }
    return rules.sign_anchor(statement, key)


def export(entries: list[dict[str, Any]], key: Ed25519PrivateKey = KEY) -> bytes:
    """What `qala ledger export` writes."""
    lines = [*entries, {"anchor": anchor_of(entries, key)}]
    return b"".join(canonical_json(line) + b"\n" for line in lines)


def kept(entries: list[dict[str, Any]], key: Ed25519PrivateKey = KEY) -> list[tuple[str, bytes]]:
    """An anchor of these entries as it lies elsewhere."""
    return [("anchor-1.json", canonical_json(anchor_of(entries, key)))]


def flaw(data: bytes, **options: Any) -> str:
    """The first thing that is found wrong; empty for a sound export."""
    try:
        alone.verify(split_lines(data), **options)
    except alone.Flaw as found:
        return str(found)
    return ""


def split_lines(data: bytes) -> Iterator[bytes]:
    """Lines as a file gives them: ended by a newline only."""
    while data:
        line, newline, data = data.partition(b"\n")
        yield line + newline


@pytest.mark.parametrize("count", [0, 1, COUNT])
def test_untouched_export_is_sound(count: int) -> None:
    """Also an empty ledger's."""
    report = alone.verify(split_lines(export(chain(count))))
    assert (count, KEY.public_key().public_bytes_raw().hex()) == (report.entries, report.key)


@pytest.mark.parametrize("bit", range(8))
def test_every_flipped_bit_is_found(bit: int) -> None:
    """Each bit of each byte of the whole file, the newlines and the signature included."""
    data = bytearray(export(chain(2)))
    for place in range(len(data)):
        data[place] ^= 1 << bit
        assert flaw(bytes(data)), f"byte {place} flipped in bit {bit} was not found"
        data[place] ^= 1 << bit


@pytest.mark.parametrize("extra", [b" ", b"\n", b"\r", b"\t", b"0", b"\x00", b"\xef\xbb\xbf"])
def test_every_added_byte_is_found(extra: bytes) -> None:
    """White space too: an export has one form."""
    data = export(chain(2))
    for place in range(len(data) + 1):
        assert flaw(data[:place] + extra + data[place:]), f"{extra!r} added at {place} was not found"


def test_every_missing_byte_is_found() -> None:
    """Removed anywhere, and cut off anywhere."""
    data = export(chain(2))
    for place in range(len(data)):
        assert flaw(data[:place] + data[place + 1 :]), f"byte {place} missing was not found"
        assert flaw(data[:place]), f"cut off at {place} was not found"


@pytest.mark.parametrize("removed", range(1, COUNT + 1))
def test_removed_entry_is_named(removed: int) -> None:
    """The number that is missing."""
    entries = chain()
    data = export(entries).splitlines(keepends=True)
    del data[removed - 1]
    assert flaw(b"".join(data)).startswith(f"entry {removed}:")


def test_moved_and_repeated_entries_are_named() -> None:
    """The first place where the order breaks."""
    one, two, three, four, end = export(chain()).splitlines(keepends=True)
    assert flaw(one + three + two + four + end).startswith("entry 2:")
    assert flaw(one + two + two + three + four + end).startswith("entry 3:")
    assert flaw(two + one + three + four + end).startswith("entry 1:")
    assert flaw(end + one + two + three + four)


def test_end_that_was_cut_off_is_found() -> None:
    """Without its signed last line, or with fewer entries than that line names."""
    one, two, three, four, end = export(chain()).splitlines(keepends=True)
    assert flaw(one + two + three + four).startswith("entry 5:")
    assert flaw(one + two + end).startswith("entry 3:")
    assert flaw(b"").startswith("entry 1:")
    assert flaw(end).startswith("entry 1:")


def test_what_was_appended_is_found() -> None:
    """Before the signed last line or after it."""
    *entries, end = export(chain()).splitlines(keepends=True)
    longer = chain(COUNT + 1)
    fifth = canonical_json(longer[-1]) + b"\n"
    assert flaw(b"".join(entries) + fifth + end).startswith("entry 5:")
    assert flaw(b"".join(entries) + end + fifth)
    assert flaw(b"".join(entries) + end + end)
    assert flaw(b"".join(entries) + end + b"\n")


def test_recomputed_chain_is_found_with_an_anchor_from_elsewhere() -> None:
    """Whoever holds the key can sign anew, but not take back what lies elsewhere."""
    honest = chain()
    forged = [*honest[:1]]
    for number in range(2, COUNT + 1):
        forged.append(
            rules.next_entry(forged[-1]["id"], forged[-1]["hash"], **act(number, outcome="refused"))
        )
    assert flaw(export(forged)) == ""
    assert flaw(export(forged), anchor_files=kept(honest[:3])).startswith("entry 3:")
    assert flaw(export(honest[:2]), anchor_files=kept(honest[:3])).startswith("entry 3:")
    assert flaw(export(honest), anchor_files=kept(honest[:3])) == ""
    assert flaw(export(honest), anchor_files=kept([])) == ""


@pytest.mark.parametrize("order", [1, -1])
def test_two_anchors_of_one_entry_that_disagree_are_found(order: int) -> None:
    """Whichever is read last; the ledger itself says the same of them (tests/backend/ledger/test_rules.py)."""
    honest = chain(3)
    forged = [*honest[:2], rules.next_entry(2, honest[1]["hash"], **act(3, outcome="refused"))]
    both = [("anchor-1.json", kept(honest)[0][1]), ("anchor-2.json", kept(forged)[0][1])][::order]
    assert flaw(export(forged), anchor_files=both).startswith("entry 3: differs from anchor-1.json")
    assert flaw(export(honest), anchor_files=both).startswith("entry 3: differs from anchor-2.json")


@pytest.mark.parametrize("content", [b"", b'{"last_id":2', b"[]", b'{"last_id":"x"}', b"\xff"])
def test_a_file_that_is_no_anchor_is_named(content: bytes) -> None:
    """A half-copied file, or somebody else's."""
    assert flaw(export(chain()), anchor_files=[("anchor-1.json", content)]).startswith("anchor-1.json")


def test_export_signed_with_another_key_is_found_with_the_known_key() -> None:
    """Also when the anchors elsewhere were signed with the right one."""
    data, known = export(chain(), OTHER_KEY), KEY.public_key().public_bytes_raw().hex()
    assert flaw(data) == ""
    assert "another key" in flaw(data, key=known)
    assert "another key" in flaw(data, anchor_files=kept(chain()))
    assert flaw(export(chain()), key=known.upper()) == ""


def test_upper_case_hexadecimal_is_another_form() -> None:
    """bytes.fromhex takes both; an export has one form."""
    entries = chain(1)
    anchor = anchor_of(entries)
    anchor["signature"] = anchor["signature"].upper()
    data = canonical_json(entries[0]) + b"\n" + canonical_json({"anchor": anchor}) + b"\n"
    assert flaw(data)


@pytest.mark.parametrize(
    "line",
    [
        b"[]",
        b"1",
        b'{"anchor":1}',
        b'{"anchor":{}}',
        b'{"id":true}',
        b'{"id":NaN}',
        b'{"a":"\\ud800"}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"9" * 10_000,
        b'{"anchor":{"key":5,"last_hash":1,"last_id":0,"made_at":1,"signature":[],"v":1}}',
        b"\xff\xfe",
        b"",
    ],
)
def test_strange_lines_are_flaws_not_failures(line: bytes) -> None:
    """Whatever stands there, the answer is a sentence."""
    assert flaw(line + b"\n")


def test_true_is_not_the_number_one() -> None:
    """JSON's true equals 1 in Python; the format says a number."""
    entry = rules.next_entry(0, rules.GENESIS, **act(1)) | {"id": True}
    entry["hash"] = rules.entry_hash(entry)
    data = canonical_json(entry) + b"\n" + canonical_json({"anchor": anchor_of([{**entry, "id": 1}])}) + b"\n"
    assert flaw(data).startswith("entry 1:")


def test_command_line_names_the_first_bad_entry(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 0, 1 and 2."""
    file, elsewhere = tmp_path / "export", tmp_path / "elsewhere"
    elsewhere.mkdir()
    file.write_bytes(export(chain()))
    assert alone.main([str(file)]) == 0
    assert "by hand" in capsys.readouterr().out
    assert alone.main([str(file), "--anchors", str(elsewhere)]) == 2
    (elsewhere / "anchor-1.json").write_bytes(kept(chain(3))[0][1])
    assert alone.main([str(file), "--anchors", str(elsewhere)]) == 0
    file.write_bytes(export(chain()).replace(b"accepted", b"acceptex", 1))
    assert alone.main([str(file)]) == 1
    assert "NOT SOUND: entry 1:" in capsys.readouterr().out
    assert alone.main([str(tmp_path / "nothing")]) == 2


def test_script_needs_only_python_and_cryptography() -> None:
    """An auditor runs it without the project."""
    names = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(SCRIPT.read_text(encoding="utf-8")))
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [a.name for a in node.names]
            if isinstance(node, ast.Import)
            else []
        )
    }
    assert names - set(sys.stdlib_module_names) == {"cryptography"}


def test_canonical_form_is_the_ledger_s_own() -> None:
    """The script's serialisation is the project's, byte for byte."""
    assert json.loads(json.dumps(chain(1)[0])) == chain(1)[0]
    for value in (chain()[-1], {"ё": [1.0, 1e-7, 10**20, None, True, '\u2028\x7f"\\']}):
        assert canonical_json(value) == alone._canonical(value)
