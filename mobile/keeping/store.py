"""The phone's private store: opened once at the start, with the key that everything in it is sealed with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mobile.keeping.database import Database
from mobile.keeping.disk import make_durable
from mobile.keeping.facts import Facts
from mobile.keeping.files import SealedFiles
from mobile.keeping.seal import Damaged, KeyStore, Seal
from shared.i18n import Message

_ = Message
DATABASE = "phone.sqlite"
FILES = "photos"
PROOF = "store.key"  # a fact that only the right key opens


class WrongKey(Exception):
    """The key store has lost the key of this data, or holds another; the data was not touched."""

    def __init__(self) -> None:
        self.message = _(
            "The key of the data on this phone is missing or is another one: restore the app's key from where "
            "it was moved, or ask the administrator before you remove anything. Nothing was changed."
        )
        super().__init__(self.message)


@dataclass(frozen=True)
class Store:
    """Database, files and small values of one phone."""

    database: Database
    seal: Seal
    files: SealedFiles
    facts: Facts

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()


def open_store(folder: Path, keys: KeyStore) -> Store:
    """The store in a folder, made on first use; NewerDatabase or WrongKey leave it as it is."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = Database(folder / DATABASE)
    try:
        seal = _seal(database, keys)
    except BaseException:
        database.close()
        raise
    store = Store(database, seal, SealedFiles(folder / FILES, seal), Facts(database, seal))
    for each in (folder, folder.parent):  # the folders themselves must survive a power cut, too
        make_durable(each)
    return store


def _seal(database: Database, keys: KeyStore) -> Seal:
    """The seal of the key that this database was made with; a new database gets a new key."""
    with database.writing() as connection:
        proven = connection.execute("SELECT 1 FROM facts WHERE name = ?", (PROOF,)).fetchone() is not None
        key = keys.load()
        if key is None:
            if proven:
                raise WrongKey
            key = keys.make()
        seal = Seal(key)
        facts = Facts(database, seal)
        if not proven:
            facts.write(connection, {PROOF: True})
        try:
            facts.read(connection, PROOF)
        except Damaged as error:
            raise WrongKey from error
    return seal
