"""A public file that is fetched in parts: what has come survives a cut, and the file is there whole or not at all.

It is named by its SHA-256, so parts of two versions never mix; it is not sealed, for everybody may have it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from mobile.keeping.disk import StoreFull, is_full, make_durable, write_durably

PART = ".part"


class FetchedFile:
    """One file, the newest version that has come whole, and what is there of the next."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def kept(self) -> str | None:
        """The SHA-256 of the version that is here, hex."""
        whole = [
            path for path in self._folder.iterdir() if not path.name.endswith(PART) and path.name[0] != "."
        ]
        return max(whole, key=lambda path: path.stat().st_mtime_ns).name if whole else None

    def read(self) -> bytes | None:
        """The file; None where there is none, or where the disk has changed it: then it is forgotten and fetched again."""
        name = self.kept()
        if name is None:
            return None
        path = self._folder / name
        try:
            content = path.read_bytes()
        except OSError:  # a worn-out memory card
            content = b""
        if hashlib.sha256(content).hexdigest() != name:
            path.unlink(missing_ok=True)
            return None
        return content

    def forget(self) -> None:
        """It is of no use: as if it had never come."""
        for path in self._folder.iterdir():
            path.unlink(missing_ok=True)

    def part_bytes(self, sha256: str) -> int:
        """How much of a version has come."""
        path = self._part(sha256)
        return path.stat().st_size if path.exists() else 0

    def add(self, sha256: str, chunks: Iterable[bytes], *, at_bytes: int, most_bytes: int) -> None:
        """Write what comes behind the first ``at_bytes``, chunk by chunk, up to a length; StoreFull leaves nothing behind."""
        path = self._part(sha256)
        for other in self._folder.glob(f"*{PART}"):
            if other != path:
                other.unlink(missing_ok=True)
        try:
            with path.open("r+b" if path.exists() else "wb") as file:
                file.truncate(at_bytes)
                file.seek(at_bytes)
                for chunk in chunks:
                    if file.tell() + len(chunk) > most_bytes:
                        break
                    file.write(chunk)
        except OSError as error:
            if not is_full(error):
                raise
            path.unlink(missing_ok=True)
            raise StoreFull from error

    def finish(self, sha256: str) -> bool:
        """Take a version whose parts are complete into use; False where they are another file, which goes."""
        path = self._part(sha256)
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != sha256:
            path.unlink()
            return False
        write_durably(self._folder / sha256, content)
        path.unlink()
        for other in self._folder.iterdir():
            if other.name != sha256:
                other.unlink(missing_ok=True)
        make_durable(self._folder)
        return True

    def _part(self, sha256: str) -> Path:
        if not (sha256.isascii() and sha256.isalnum()):
            raise ValueError(f"a file's SHA-256 is letters and digits, was {sha256!r}")
        return self._folder / f"{sha256}{PART}"
