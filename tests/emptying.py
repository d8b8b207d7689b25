"""One PostgreSQL database for the tests of a process, empty for each: deleting its rows takes a tenth of making a database anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg

from backend.cli.private_postgresql import PrivatePostgreSQL

CATALOGUES = ("pg_attribute", "pg_class", "pg_constraint", "pg_index", "pg_proc", "pg_trigger")
# A change of the schema writes or takes away rows of these; rows of the house's own tables do not touch them
SCHEMA = "SELECT " + ", ".join(
    f"(SELECT count(*) || ' ' || max(xmin::text::bigint) FROM {each})" for each in CATALOGUES
)
OTHERS = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
FILLED = (
    "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    " AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0"
)
NUMBERS = "SELECT setval(seqrelid::regclass, seqstart, false) FROM pg_sequence"


@dataclass
class EmptyDatabase:
    """A copy of a template without rows, to which every test may do what it likes."""

    server: PrivatePostgreSQL
    template: str
    name: str
    schema: Any = None  # as the template has it

    def url(self) -> str:
        """Its URL, once it is as good as new: emptied, or made anew where a test has changed its schema."""
        if self.schema is None or not self._emptied():
            self.server.drop(self.name)
            self.server.create(self.name, self.template)
            with self._connected() as connection:
                self.schema = connection.execute(SCHEMA).fetchone()
                filled = connection.execute(FILLED).fetchall()
            assert not filled, f"migrations leave rows in {filled}, which would be deleted between tests"
        return self.server.url(self.name)

    def _emptied(self) -> bool:
        with self._connected() as connection:
            connection.execute(OTHERS)
            if connection.execute(SCHEMA).fetchone() != self.schema:
                return False
            connection.execute("SET session_replication_role = replica")  # no triggers: some refuse
            filled = [name for (name,) in connection.execute(FILLED).fetchall()]
            if filled:
                connection.execute("; ".join(f"DELETE FROM {name}" for name in filled))
                connection.execute(f"VACUUM {', '.join(filled)}")  # files as short as new ones
            connection.execute(NUMBERS)
            return True

    def _connected(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.server.url(self.name), autocommit=True)
