"""What may stand in the project's files, how they are named and how large they are."""

from __future__ import annotations

import re
from pathlib import Path

from tests.architecture.project_files import PROJECT_DIR, project_files

# Written in pieces, or this file would be the one that is found.
REGISTRY_HOSTS = [
    "".join(pieces)
    for pieces in (
        ("pypi", ".org"),
        ("pypi", ".python.org"),
        ("files.python", "hosted.org"),
        ("registry.npm", "js.org"),
        ("registry.yarn", "pkg.com"),
        ("npm", ".pkg.github.com"),
        ("deb.de", "bian.org"),
        ("security.de", "bian.org"),
        ("archive.ubu", "ntu.com"),
        ("conda.ana", "conda.org"),
        ("static.cra", "tes.io"),
        ("index.cra", "tes.io"),
        ("proxy.go", "lang.org"),
        ("repo.maven.apa", "che.org"),
        ("repo1.ma", "ven.org"),
    )
]
REGISTRY = re.compile("|".join(map(re.escape, REGISTRY_HOSTS)).encode(), re.IGNORECASE)
MACHINE_PATHS = re.compile(rb"(?<![\w./-])/(?:work|root|home/[a-z]+)/[a-z.]")
NAMES_OF_NOTHING = {
    "utils",
    "util",
    "helpers",
    "helper",
    "manager",
    "managers",
    "misc",
    "common",
    "business_logic",
}
LARGEST_FILE_BYTES = 12 * 1024 * 1024


def test_no_committed_file_names_a_package_registry() -> None:
    """Each machine has its own mirror; a host in a lock file would bypass it."""
    assert [] == _places(REGISTRY)


def test_no_committed_file_names_a_path_of_one_machine() -> None:
    """A checkout works anywhere; data is found by QALA_DATA."""
    assert [] == _places(MACHINE_PATHS)


def test_every_module_is_named_after_its_concept() -> None:
    """`utils` names nothing."""
    wrong = [
        _name(path) for path in project_files() if path.suffix == ".py" and _words(path) & NAMES_OF_NOTHING
    ]
    assert [] == wrong


def test_no_file_is_too_large_for_a_repository() -> None:
    """Weights are shipped small; larger data stays outside."""
    assert [] == [_name(path) for path in project_files() if path.stat().st_size > LARGEST_FILE_BYTES]


def test_generated_files_are_ignored() -> None:
    """What set-up and runs produce is not committed by accident."""
    assert [] == [_name(path) for path in project_files() if path.suffix in {".mo", ".pyc", ".db", ".log"}]


def test_scripts_can_be_executed() -> None:
    """A script that starts with a shebang under scripts or .ci carries its execute bit."""
    scripts = [path for path in project_files() if path.parent.name in {"scripts", ".ci"}]
    assert scripts
    assert [] == [
        _name(path) for path in scripts if path.read_bytes()[:2] == b"#!" and not path.stat().st_mode & 0o100
    ]


def _places(pattern: re.Pattern[bytes]) -> list[str]:
    return [
        f"{_name(path)}:{number}"
        for path in project_files()
        for number, line in enumerate(path.read_bytes().split(b"\n"), start=1)
        if pattern.search(line)
    ]


def _words(path: Path) -> set[str]:
    return {path.stem, path.parent.name}


def _name(path: Path) -> str:
    return str(path.relative_to(PROJECT_DIR))
