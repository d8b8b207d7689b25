"""Small sealed values by name: the cursor, the clock's offset, the session, settings of the app."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from mobile.keeping.database import Database
from mobile.keeping.seal import Seal


class Facts:
    """JSON values; each is whole and durable once ``put`` has returned."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database = database
        self._seal = seal

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a name."""
        with self._database.reading() as connection:
            return self.read(connection, name, default)

    def put(self, name: str, value: Any) -> None:
        """Keep a JSON-ready value."""
        with self._database.writing() as connection:
            self.write(connection, {name: value})

    def forget(self, name: str) -> None:
        """Forget a value; forgetting twice is fine."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM facts WHERE name = ?", (name,))

    def read(self, connection: sqlite3.Connection, name: str, default: Any = None) -> Any:
        """The value of a name, inside a transaction."""
        row = connection.execute("SELECT sealed FROM facts WHERE name = ?", (name,)).fetchone()
        return default if row is None else json.loads(self._seal.open(row["sealed"], f"fact:{name}"))

    def write(self, connection: sqlite3.Connection, values: Mapping[str, Any]) -> None:
        """Keep values together with whatever else the transaction writes."""
        connection.executemany(
            "INSERT INTO facts (name, sealed) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed",
            [
                (name, self._seal.seal(json.dumps(value).encode(), f"fact:{name}"))
                for name, value in values.items()
            ],
        )
