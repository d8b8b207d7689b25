"""What sync brought, sealed and readable without a network; unsent changes of this phone always lie on top of it."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from mobile.keeping.seal import NONCE_BYTES, Damaged
from mobile.keeping.store import Store
from mobile.listeners import Call, Listeners
from mobile.outbox.fault_moves import MovedFault, read_fault_move
from mobile.outbox.ladder import ItemKind
from mobile.outbox.queue import Outbox
from mobile.outbox.route_moves import MovedRoute, read_route_move
from mobile.outbox.task_moves import read_move
from mobile.sync.overlay import LocalFault, LocalRoute, LocalTask, with_fault_moves, with_moves, with_reports
from shared.contracts import (
    CheckInAnswer,
    DecodeError,
    DefectAnswer,
    RoadFault,
    RouteSheet,
    SpotCheck,
    StopReport,
    TaskCard,
    decode,
    encode,
    parse_json,
)

Contract = TypeVar("Contract")
KINDS: dict[str, type] = {
    "task": TaskCard,
    "check_in": CheckInAnswer,
    "spot_check": SpotCheck,
    "defect": DefectAnswer,
    "route": RouteSheet,
    "fault": RoadFault,
}
CURSOR, OWNER, MIN_CLIENT, LAST_PULL = "sync.cursor", "sync.owner", "sync.min_client", "sync.last_pull_at"


class LocalCopy:
    """Tasks, faults, routes, verdicts and spot checks of the signed-in user; any thread may read."""

    def __init__(self, store: Store, outbox: Outbox) -> None:
        self._store = store
        self._outbox = outbox
        self.listeners = Listeners()
        self._decoded: dict[
            tuple[str, str], tuple[bytes, Any]
        ] = {}  # by what was sealed: a roster takes long
        self.torn = False  # a row of it did not open: only a complete answer mends that

    def listen(self, call: Call) -> Call:
        """Be told when something was brought or has changed here; the answer ends it."""
        stops = (self.listeners.add(call), self._outbox.listen(call))

        def stop() -> None:
            for each in stops:
                each()

        return stop

    # --- looking ------------------------------------------------------------------------------------

    def tasks(self) -> list[LocalTask]:
        """All tasks, by begin."""
        with self._store.database.reading() as connection:
            moves = [
                read_move(manifest) for _item, manifest in self._outbox.ahead(connection, ItemKind.TASK_MOVE)
            ]
            found = [
                with_moves(card, moves, withdrawn=withdrawn)
                for card, withdrawn in self._all(connection, "task", TaskCard)
            ]
        return sorted(found, key=lambda each: (each.card.starts_at, each.card.id))

    def task(self, task_id: UUID) -> LocalTask | None:
        """One task, None when it is not here."""
        with self._store.database.reading() as connection:
            moves = [
                read_move(manifest) for _item, manifest in self._outbox.ahead(connection, ItemKind.TASK_MOVE)
            ]
            found = self._one(connection, "task", task_id, TaskCard)
        return None if found is None else with_moves(found[0], moves, withdrawn=found[1])

    def faults(self, task_id: UUID) -> list[LocalFault]:
        """The faults that a task repairs, the first due first."""
        with self._store.database.reading() as connection:
            moves = self._fault_moves(connection)
            found = [
                with_fault_moves(fault, moves, withdrawn=withdrawn)
                for fault, withdrawn in self._all(connection, "fault", RoadFault)
                if fault.task_id == task_id
            ]
        return sorted(found, key=lambda each: (each.fault.due_at, each.fault.id))

    def fault(self, fault_id: UUID) -> LocalFault | None:
        """One fault, None when it is not here."""
        with self._store.database.reading() as connection:
            moves = self._fault_moves(connection)
            found = self._one(connection, "fault", fault_id, RoadFault)
        return None if found is None else with_fault_moves(found[0], moves, withdrawn=found[1])

    def routes(self) -> list[LocalRoute]:
        """All routes, by begin."""
        with self._store.database.reading() as connection:
            reports, moves = self._reports(connection), self._route_moves(connection)
            found = [
                with_reports(sheet, reports, moves, withdrawn=withdrawn)
                for sheet, withdrawn in self._all(connection, "route", RouteSheet)
            ]
        return sorted(found, key=lambda each: (each.sheet.starts_at, each.sheet.id))

    def route(self, route_id: UUID) -> LocalRoute | None:
        """One route, None when it is not here."""
        with self._store.database.reading() as connection:
            reports, moves = self._reports(connection), self._route_moves(connection)
            found = self._one(connection, "route", route_id, RouteSheet)
        return None if found is None else with_reports(found[0], reports, moves, withdrawn=found[1])

    def spot_checks(self) -> list[SpotCheck]:
        """Spot checks that are due or held beforehand, the most urgent first."""
        with self._store.database.reading() as connection:
            found = [check for check, _withdrawn in self._all(connection, "spot_check", SpotCheck)]
        return sorted(found, key=lambda check: (check.answer_by, check.id))

    def check_in(self, check_in_id: UUID) -> CheckInAnswer | None:
        """The last that the server said of a check-in."""
        with self._store.database.reading() as connection:
            found = self._one(connection, "check_in", check_in_id, CheckInAnswer)
        return None if found is None else found[0]

    def defects(self) -> list[DefectAnswer]:
        """What became of this user's defects, newest first."""
        with self._store.database.reading() as connection:
            found = [defect for defect, _withdrawn in self._all(connection, "defect", DefectAnswer)]
        return sorted(found, key=lambda defect: (defect.received_at, defect.id), reverse=True)

    def defect(self, defect_id: UUID) -> DefectAnswer | None:
        """The last that the server said of a defect."""
        with self._store.database.reading() as connection:
            found = self._one(connection, "defect", defect_id, DefectAnswer)
        return None if found is None else found[0]

    def last_pull_at(self) -> datetime | None:
        """When this copy was last the server's, by the server's clock."""
        said = self._store.facts.get(LAST_PULL)
        return None if said is None else datetime.fromisoformat(said)

    # --- writing ------------------------------------------------------------------------------------

    def belongs_to(self, user_id: UUID) -> None:
        """Make this the copy of one user; what it held of another is forgotten, the outbox is not."""
        facts = self._store.facts
        if facts.get(OWNER) == str(user_id):
            return
        with self._store.database.writing() as connection:
            self._clear(connection)
            facts.write(connection, {OWNER: str(user_id)})
        self.listeners.tell()

    def forget(self) -> None:
        """Forget everything that sync brought; the outbox stays."""
        with self._store.database.writing() as connection:
            self._clear(connection)
        self.listeners.tell()

    def write(self, connection: sqlite3.Connection, kind: str, thing: Any) -> None:
        """Keep one thing as the server says it is."""
        sealed = self._store.seal.seal(json.dumps(encode(thing)).encode(), f"{kind}:{thing.id}")
        connection.execute(
            """
            INSERT INTO things (kind, id, sealed) VALUES (?, ?, ?)
            ON CONFLICT (kind, id) DO UPDATE SET sealed = excluded.sealed, withdrawn = 0
            """,
            (kind, str(thing.id), sealed),
        )

    # --- how ----------------------------------------------------------------------------------------

    def _clear(self, connection: sqlite3.Connection) -> None:
        self._decoded = {}
        connection.execute("DELETE FROM things")
        connection.execute("DELETE FROM challenges")
        connection.execute("DELETE FROM unused_challenges")  # another user's device may not name them
        connection.execute("DELETE FROM facts WHERE name IN (?, ?, ?)", (CURSOR, OWNER, LAST_PULL))

    def _reports(self, connection: sqlite3.Connection) -> list[StopReport]:
        return [
            decode(StopReport, parse_json(manifest))
            for _item, manifest in self._outbox.ahead(connection, ItemKind.STOP_REPORT)
        ]

    def _route_moves(self, connection: sqlite3.Connection) -> list[MovedRoute]:
        ahead = self._outbox.ahead(connection, ItemKind.ROUTE_MOVE)
        return [read_route_move(manifest) for _item, manifest in ahead]

    def _fault_moves(self, connection: sqlite3.Connection) -> list[MovedFault]:
        ahead = self._outbox.ahead(connection, ItemKind.FAULT_MOVE)
        return [read_fault_move(manifest) for _item, manifest in ahead]

    def _all(
        self, connection: sqlite3.Connection, kind: str, contract: type[Contract]
    ) -> list[tuple[Contract, bool]]:
        rows = connection.execute("SELECT * FROM things WHERE kind = ?", (kind,)).fetchall()
        return [found for row in rows if (found := self._read(row, contract)) is not None]

    def _one(
        self, connection: sqlite3.Connection, kind: str, thing_id: UUID, contract: type[Contract]
    ) -> tuple[Contract, bool] | None:
        row = connection.execute(
            "SELECT * FROM things WHERE kind = ? AND id = ?", (kind, str(thing_id))
        ).fetchone()
        return None if row is None else self._read(row, contract)

    def _read(self, row: sqlite3.Row, contract: type[Contract]) -> tuple[Contract, bool] | None:
        """A row as its contract; None for one that does not open, or that another version of the app wrote otherwise."""
        key, nonce = (row["kind"], row["id"]), row["sealed"][:NONCE_BYTES]
        known = self._decoded.get(key)
        if known is None or known[0] != nonce:
            try:
                plain = self._store.seal.open(row["sealed"], f"{row['kind']}:{row['id']}")
                known = self._decoded[key] = nonce, decode(contract, json.loads(plain))
            except (Damaged, DecodeError):
                self.torn = True
                return None
        return known[1], bool(row["withdrawn"])
