"""The count of a crash run sees what it is there to see: a record that is lost, and one that is there twice."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from mobile.crash.movable import STEPS, Movable, Move
from mobile.crash.run import Moves
from mobile.crash.tally import Books, Result, settle

SCHEMA = """
    CREATE TABLE check_ins (id, device_id, device_at);
    CREATE TABLE defects (id, device_id, device_at);
    CREATE TABLE stop_reports (id, device_id, device_at);
    CREATE TABLE location_batches (id);
    CREATE TABLE location_fixes (device_id, taken_at);
    CREATE TABLE task_moves (task_id, target, moved_by);
    CREATE TABLE asked_task_moves (id);
    CREATE TABLE route_moves (route_id, target, moved_by);
    CREATE TABLE asked_route_moves (id);
"""


class Scene:
    """The books, and a server's rows that tests fill."""

    def __init__(self, path: Path) -> None:
        self.path, self.books = path, Books()
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(SCHEMA)

    def row(self, table: str, *values: str) -> None:
        """Write a row as the server does."""
        with closing(sqlite3.connect(self.path)) as connection, connection:
            connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", values)

    def captured(self, kind: str, *, saved: bool = True, full: bool = False, move: Move | None = None) -> str:
        """Let a life say that it has captured something."""
        item_id = str(uuid4())
        facts = {"move": list(move)} if move else {}
        self.books.take_down({"note": "created", "id": item_id, "kind": kind, **facts})
        if saved:
            self.books.take_down({"note": "saved", "id": item_id})
        if full:
            self.books.take_down({"note": "full", "id": item_id})
        return item_id

    def settle(self) -> Result:
        """Count."""
        return settle(self.books, self.path)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """A run that has not begun."""
    return Scene(tmp_path / "qala.db")


def test_what_arrived_once_is_good(scene: Scene) -> None:
    """Every kind; what was never called saved may arrive, or not."""
    for kind, table in (("check_in", "check_ins"), ("defect", "defects"), ("stop_report", "stop_reports")):
        scene.row(table, UUID(scene.captured(kind)).hex, "phone", f"{kind} 1")
        scene.row(table, UUID(scene.captured(kind, saved=False)).hex, "phone", f"{kind} 2")
        scene.captured(kind, saved=False)
    scene.row("location_batches", UUID(scene.captured("location_fixes")).hex)
    for kind, done, back in (("task", "done", "in_progress"), ("route", "closed", "driving")):
        thing_id = uuid4()
        item_id = scene.captured(f"{kind}_move", move=Move(kind, str(thing_id), done))
        scene.row(f"asked_{kind}_moves", UUID(item_id).hex)
        scene.row(f"{kind}_moves", thing_id.hex, done, "crew")
        scene.row(f"{kind}_moves", thing_id.hex, back, "dispatcher")  # taken back
    result = scene.settle()
    assert result.good
    assert (12, 6, 9) == (result.created, result.saved, result.stored)


@pytest.mark.parametrize(
    "kind", ["check_in", "defect", "stop_report", "location_fixes", "task_move", "route_move"]
)
def test_saved_and_not_there_is_lost(scene: Scene, kind: str) -> None:
    """Whatever kind it is."""
    moved = kind.removesuffix("_move")
    move = Move(moved, str(uuid4()), STEPS[moved][-1]) if moved in STEPS else None
    item_id = scene.captured(kind, move=move)
    result = scene.settle()
    assert (False, (f"{kind} {item_id}",)) == (result.good, result.lost)


def test_same_capture_under_two_ids_is_doubled(scene: Scene) -> None:
    """One device captures one thing at one moment."""
    for _ in range(2):
        scene.row("defects", UUID(scene.captured("defect")).hex, "phone", "noon")
    assert 1 == len(scene.settle().duplicated)


@pytest.mark.parametrize(("kind", "to"), [("task", "in_progress"), ("route", "driving")])
def test_change_of_state_and_fix_that_are_there_twice_are_doubled(scene: Scene, kind: str, to: str) -> None:
    """One user moves a task or a route to one state once, and a device is at one place at a time."""
    thing_id = uuid4()
    item_id = scene.captured(f"{kind}_move", move=Move(kind, str(thing_id), to))
    scene.row(f"asked_{kind}_moves", UUID(item_id).hex)
    for _ in range(2):
        scene.row(f"{kind}_moves", thing_id.hex, to, "supervisor")
        scene.row("location_fixes", "phone", "noon")
    assert 2 == len(scene.settle().duplicated)


def test_row_that_nobody_captured_is_doubled(scene: Scene) -> None:
    """It can only be a copy."""
    scene.row("location_batches", uuid4().hex)
    assert not scene.settle().good


def test_what_a_full_disk_turned_down_must_not_be_there(scene: Scene) -> None:
    """Its user has captured it again."""
    item_id = scene.captured("check_in", saved=False, full=True)
    scene.row("check_ins", UUID(item_id).hex, "phone", "noon")
    assert (f"turned down, and there: {item_id}",) == scene.settle().duplicated


def test_things_are_moved_step_by_step(scene: Scene) -> None:
    """The second step only when the first was saved for sure."""
    moves = Moves([Movable("route", "first"), Movable("task", "second")])
    offered = moves.ahead()
    assert [Move("route", "first", to) for to in STEPS["route"]] == offered
    moves.learn(scene.books, offered)
    assert offered == moves.ahead()
    scene.captured("route_move", move=offered[0])
    moves.learn(scene.books, offered)
    assert offered[1:] == moves.ahead()
    scene.captured("route_move", move=offered[1], saved=False)
    moves.learn(scene.books, moves.ahead())
    assert Move("task", "second", STEPS["task"][0]) == moves.ahead()[0]
