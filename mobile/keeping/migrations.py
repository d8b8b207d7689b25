"""The phone's tables, version by version: a phone may skip many versions, so a migration is never changed, only followed."""

from __future__ import annotations

Migration = tuple[str, ...]
"""Statements that run in one transaction; a version is its place in the list, from 1."""

FIRST: Migration = (
    "CREATE TABLE facts (name TEXT PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID",
    """
    CREATE TABLE outbox (
        number INTEGER PRIMARY KEY AUTOINCREMENT,  -- order of saving: clocks are set, this is not
        id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        owner_id TEXT NOT NULL,
        state TEXT NOT NULL,
        created_us INTEGER NOT NULL,               -- microseconds since 1970, as all times here
        content_tag TEXT NOT NULL,
        photo_count INTEGER NOT NULL,
        photo_bytes INTEGER NOT NULL,
        photos_kept INTEGER NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0,
        waits_from_us INTEGER,
        waits_until_us INTEGER,
        why TEXT,
        cut INTEGER NOT NULL DEFAULT 0,            -- an upload of it was cut half-way
        ahead INTEGER NOT NULL DEFAULT 1,          -- the local copy may not hold yet what it does
        withdrawn INTEGER NOT NULL DEFAULT 0,
        settled_us INTEGER,
        sealed BLOB NOT NULL,                      -- manifest, signature, hashes, what it is about
        result BLOB                                -- the answer, the refusal or the damage
    )
    """,
    "CREATE INDEX outbox_by_state ON outbox (state, number)",
    """
    CREATE TABLE outbox_subjects (
        tag TEXT NOT NULL,
        number INTEGER NOT NULL REFERENCES outbox ON DELETE CASCADE,
        PRIMARY KEY (tag, number)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX outbox_subjects_by_number ON outbox_subjects (number)",
    """
    CREATE TABLE things (
        kind TEXT NOT NULL,
        id TEXT NOT NULL,
        withdrawn INTEGER NOT NULL DEFAULT 0,
        sealed BLOB NOT NULL,
        PRIMARY KEY (kind, id)
    )
    """,
    """
    CREATE TABLE challenges (
        id TEXT PRIMARY KEY,
        tag TEXT NOT NULL,
        task_tag TEXT NOT NULL,
        expires_us INTEGER NOT NULL,
        sealed BLOB NOT NULL
    ) WITHOUT ROWID
    """,
    "CREATE INDEX challenges_by_tag ON challenges (tag, expires_us)",
    "CREATE INDEX challenges_by_task ON challenges (task_tag)",
)

STOCK: Migration = (
    "ALTER TABLE challenges ADD COLUMN renew_us INTEGER",  # of a stock that the phone keeps by itself: when to ask anew
    "CREATE TABLE unused_challenges (id TEXT PRIMARY KEY) WITHOUT ROWID",  # given up; the server is yet to hear of it
)

MIGRATIONS: tuple[Migration, ...] = (FIRST, STOCK)
