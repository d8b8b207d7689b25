"""Sealed files: the photos of one item lie in one file, whole and durable before its row is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from mobile.keeping.disk import TEMPORARY, write_durably
from mobile.keeping.seal import Damaged, Seal

LENGTH_BYTES = 4


class FileMissing(Damaged):
    """A file is not where the database says it is."""


def size_bytes(folder: Path) -> int:
    """What the files of a folder take on the disk; one that goes meanwhile counts nothing."""
    total = 0
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):
            total += path.stat().st_size if path.is_file() else 0
    return total


class SealedFiles:
    """Files by name in one folder; one file an item makes saving wait for the disk once, not once a photo."""

    def __init__(
        self, folder: Path, seal: Seal, *, write: Callable[[Path, bytes], None] = write_durably
    ) -> None:
        self.folder = folder
        self._seal = seal
        self._write = write
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def put(self, name: str, parts: Sequence[bytes]) -> None:
        """Keep parts in order, durably; StoreFull when there is no room."""
        self._write(self._path(name), self._seal.seal(_packed(parts), _bound(name)))

    def get(self, name: str) -> tuple[bytes, ...]:
        """The parts; FileMissing where there is no such file, Damaged where it does not open or cannot be read."""
        try:
            sealed = self._path(name).read_bytes()
        except FileNotFoundError as error:
            raise FileMissing(f"{_bound(name)} is missing") from error
        except OSError as error:  # a worn-out memory card
            raise Damaged(f"{_bound(name)} cannot be read: {error.strerror}") from error
        return _unpacked(self._seal.open(sealed, _bound(name)))

    def delete(self, name: str) -> None:
        """Forget a file; forgetting twice is fine."""
        self._path(name).unlink(missing_ok=True)

    def sweep(self, named: set[str]) -> int:
        """Remove half-written files and those that no row names; call it while nothing else is being saved."""
        orphans = [
            path
            for path in self.folder.iterdir()
            if path.name.startswith(TEMPORARY) or path.name not in named
        ]
        for path in orphans:
            path.unlink(missing_ok=True)
        return len(orphans)

    def size_bytes(self) -> int:
        """What all files take on the disk."""
        return size_bytes(self.folder)

    def _path(self, name: str) -> Path:
        if not (name.isascii() and name.isalnum()):
            raise ValueError(f"a sealed file's name is letters and digits, was {name!r}")
        return self.folder / name


def _bound(name: str) -> str:
    return f"file:{name}"


def _packed(parts: Sequence[bytes]) -> bytes:
    return b"".join(piece for part in parts for piece in (len(part).to_bytes(LENGTH_BYTES, "big"), part))


def _unpacked(data: bytes) -> tuple[bytes, ...]:
    parts, at = [], 0
    while at < len(data):
        start = at + LENGTH_BYTES
        at = start + int.from_bytes(data[start - LENGTH_BYTES : start], "big")
        parts.append(data[start:at])
    return tuple(parts)
