"""Lays the app's files out for buildozer: the modules that Android can reach, their rules, recordings and catalogues, nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from mobile.android_build.imports import Reach, rules_of

ENTRY = '''"""Where Android begins."""

import sys

from mobile.main import main

sys.exit(main())
'''
LANGUAGES = ("kk", "ru")  # English is the source
RECORDINGS = Path("mobile/voice/recordings")


class NotReady(Exception):
    """Something that the app needs has not been made yet."""


def lay_out(root: Path, reached: Reach, into: Path) -> tuple[Path, ...]:
    """Copy the app into an empty ``into`` and put its entry there; the relative paths of what was copied. NotReady says what to make."""
    copied = tuple(sorted(set(_wanted(root, reached))))
    if into.exists():
        shutil.rmtree(into)
    for relative in copied:
        to = into / relative
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / relative, to)
    (into / "main.py").write_text(ENTRY, encoding="utf-8")  # python-for-android starts no other name
    return (*copied, Path("main.py"))


def _wanted(root: Path, reached: Reach) -> Iterator[Path]:
    for path in reached.modules.values():
        yield path.relative_to(root)
        yield from (rules.relative_to(root) for rules in rules_of(path))
    yield from (path.relative_to(root) for path in (root / RECORDINGS).rglob("*.wav"))
    for language in LANGUAGES:
        catalogue = Path("shared", "locale", language, "LC_MESSAGES", "qala.mo")
        if not (root / catalogue).is_file():
            raise NotReady(f"{catalogue} is not there: run `make setup`, which compiles the messages")
        yield catalogue
