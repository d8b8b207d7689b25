"""Items of the outbox as rows: what stays readable (state, order, times) and what is sealed (all that is said)."""

from __future__ import annotations

import base64
import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from mobile.client.answers import Problem
from mobile.keeping.database import from_us, to_us
from mobile.keeping.seal import Damaged, Seal
from mobile.outbox.ladder import About, Damage, Item, ItemKind, ItemState, NewItem, WaitReason


@dataclass(frozen=True)
class Content:
    """What is sealed of an item beside its photos."""

    manifest: bytes
    signature: str
    hashes: tuple[str, ...]
    about: About


def content_of(item: NewItem) -> Content:
    """What a new item says, with the hash of each photo."""
    hashes = tuple(hashlib.sha256(photo).hexdigest() for photo in item.photos)
    return Content(item.manifest, item.signature, hashes, item.about)


def content_tag(seal: Seal, kind: ItemKind, content: Content) -> str:
    """What two items of one id must share to be the same; what they are about is only for the screen."""
    manifest = hashlib.sha256(content.manifest).hexdigest()
    return seal.tag("\n".join((kind, manifest, content.signature, *content.hashes)))


def seal_content(seal: Seal, item_id: UUID, content: Content) -> bytes:
    """The content for the row of one item, and of no other."""
    said = {
        "manifest": base64.b64encode(content.manifest).decode(),
        "signature": content.signature,
        "hashes": content.hashes,
        "line": content.about.line,
        "subjects": {name: str(subject) for name, subject in content.about.subjects.items()},
    }
    return seal.seal(json.dumps(said).encode(), f"item:{item_id}")


def open_content(seal: Seal, row: sqlite3.Row) -> Content:
    """The content of a row; Damaged when it does not open."""
    said = json.loads(seal.open(row["sealed"], f"item:{row['id']}"))
    subjects = {name: UUID(subject) for name, subject in said["subjects"].items()}
    return Content(
        base64.b64decode(said["manifest"]),
        said["signature"],
        tuple(said["hashes"]),
        About(said["line"], subjects),
    )


def insert(connection: sqlite3.Connection, seal: Seal, item: NewItem, content: Content, tag: str) -> None:
    """Write the row of a new item, and what it is about."""
    number = connection.execute(
        """
        INSERT INTO outbox (id, kind, owner_id, state, created_us, content_tag, photo_count, photo_bytes,
                            photos_kept, sealed)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            str(item.id),
            item.kind,
            str(item.owner_id),
            ItemState.SAVED,
            to_us(item.created_at),
            tag,
            len(item.photos),
            sum(len(photo) for photo in item.photos),
            bool(item.photos),
            seal_content(seal, item.id, content),
        ),
    ).lastrowid
    connection.executemany(
        "INSERT INTO outbox_subjects (tag, number) VALUES (?, ?)",
        [(seal.tag(str(subject)), number) for subject in set(item.about.subjects.values())],
    )


def seal_result(seal: Seal, item_id: object, result: Problem | Damage | Mapping[str, Any]) -> bytes:
    """A refusal, a damage or the server's answer, for the row of one item."""
    if isinstance(result, Problem):
        said: dict[str, Any] = {"problem": asdict(result)}
    elif isinstance(result, Damage):
        said = {"damage": result}
    else:
        said = {"answer": dict(result)}
    return seal.seal(json.dumps(said).encode(), f"result:{item_id}")


def open_result(seal: Seal, row: sqlite3.Row) -> dict[str, Any]:
    """The parts of an Item that a result gives; nothing where there is none yet."""
    if row["result"] is None:
        return {}
    said = json.loads(seal.open(row["result"], f"result:{row['id']}"))
    if "problem" in said:
        return {"problem": Problem(**said["problem"])}
    if "damage" in said:
        return {"damage": Damage(said["damage"])}
    return {"answer": said["answer"]}


def read_item(seal: Seal, row: sqlite3.Row) -> Item:
    """A row as an item; a row that does not open is an item that says so."""
    try:
        about, result = open_content(seal, row).about, open_result(seal, row)
        state = ItemState(row["state"])
    except Damaged:
        about, result, state = About(), {"damage": Damage.ROW_CHANGED}, ItemState.DAMAGED
    return Item(
        number=row["number"],
        id=UUID(row["id"]),
        kind=ItemKind(row["kind"]),
        owner_id=UUID(row["owner_id"]),
        state=state,
        created_at=from_us(row["created_us"]),
        about=about,
        photo_count=row["photo_count"],
        photo_bytes=row["photo_bytes"],
        photos_kept=bool(row["photos_kept"]),
        tries=row["tries"],
        waits_until=None if row["waits_until_us"] is None else from_us(row["waits_until_us"]),
        why=None if row["why"] is None else WaitReason(row["why"]),
        withdrawn=bool(row["withdrawn"]),
        settled_at=None if row["settled_us"] is None else from_us(row["settled_us"]),
        **result,
    )


def marks(values: Sequence[object]) -> str:
    """Placeholders for the values of an IN list."""
    return ", ".join("?" * len(values))


def among(states: Iterable[ItemState]) -> str:
    """States as SQL writes a list of them; they are our own words."""
    return "(" + ", ".join(f"'{state}'" for state in sorted(states)) + ")"
