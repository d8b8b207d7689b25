"""buildozer.spec as the checks read it: the requirements with their versions, and which imports they answer."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from configparser import RawConfigParser
from dataclasses import dataclass
from pathlib import Path

SPEC = Path(__file__).parents[1] / "buildozer.spec"
PYTHONS = ("python3", "hostpython3")  # python-for-android builds both and wants one version
IMPORTED_AS: Mapping[str, str] = {"pillow": "PIL", "pyjnius": "jnius"}
NOT_IMPORTED = frozenset({*PYTHONS, "openssl", "sqlite3", "libffi"})  # Python, and what its modules link

STANDARD_BUT_MISSING = frozenset(
    # python-for-android cuts these folders out of the standard library …
    {"test", "tests", "lib2to3", "ensurepip", "idlelib", "tkinter", "turtle", "turtledemo"}
    # … and has no library on Android for these
    | {"bz2", "lzma", "readline", "curses", "dbm", "crypt", "nis", "spwd", "ossaudiodev", "msilib", "winreg"}
)


class BadSpec(ValueError):
    """buildozer.spec says what cannot be built."""


@dataclass(frozen=True, slots=True)
class Spec:
    """What buildozer.spec says."""

    values: Mapping[str, str]
    """The keys of [app]."""
    requirements: Mapping[str, str | None]
    """Version by name in lower case; None where the recipe's own version is taken."""

    def listed(self, key: str) -> tuple[str, ...]:
        """A list between commas."""
        return tuple(part.strip() for part in self.values.get(key, "").split(",") if part.strip())

    def python_version(self) -> str:
        """The one Python that is built for the phone and for the computer that builds; BadSpec for two."""
        versions = {self.requirements.get(name) for name in PYTHONS}
        version = versions.pop()
        if versions or version is None or not re.fullmatch(r"3\.11\.\d+", version):
            pinned = {name: self.requirements.get(name) for name in PYTHONS}
            raise BadSpec(
                f"requirements must pin {' and '.join(PYTHONS)} to one release of 3.11, has {pinned}"
            )
        return version

    def available(self) -> frozenset[str]:
        """The top-level names that can be imported on the phone, besides the app's own."""
        standard = sys.stdlib_module_names - STANDARD_BUT_MISSING
        asked = {IMPORTED_AS.get(name, name) for name in self.requirements if name not in NOT_IMPORTED}
        return frozenset(standard | asked)

    def missing(self, imported: Iterable[str]) -> list[str]:
        """The imported names that nobody brings."""
        return sorted(set(imported) - self.available())


def read_spec(path: Path = SPEC) -> Spec:
    """Read a specification; BadSpec when a requirement stands there twice."""
    parser = RawConfigParser(allow_no_value=True, delimiters=("=",))
    parser.optionxform = str  # type: ignore[method-assign, assignment]  # buildozer's keys keep their case
    parser.read_string(path.read_text(encoding="utf-8"), source=str(path))
    values = {key: value or "" for key, value in parser.items("app")}
    requirements: dict[str, str | None] = {}
    for part in filter(None, (part.strip() for part in values.get("requirements", "").split(","))):
        name, _, version = part.partition("==")
        if name.lower() in requirements:
            raise BadSpec(f"requirements must name {name} once, names it twice")
        requirements[name.lower()] = version or None
    return Spec(values, requirements)
