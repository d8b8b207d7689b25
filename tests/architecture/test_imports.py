"""The floors of docs/architecture.md: imports only go down, and heavy libraries stay where they belong."""

from __future__ import annotations

import subprocess
import sys

import pytest
from importlinter import cli as import_linter

from tests.architecture.project_files import PROJECT_DIR

CONTRACTS = PROJECT_DIR / "import-contracts.ini"


def test_import_contracts_are_kept(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every contract of import-contracts.ini; what breaks one is printed."""
    monkeypatch.chdir(PROJECT_DIR)
    status = import_linter.lint_imports(config_filename=str(CONTRACTS), no_cache=True)
    assert status == 0, capsys.readouterr().out


@pytest.mark.parametrize(
    ("module", "forbidden"),
    [
        ("backend.cli", {"backend.config", "flask", "sqlalchemy", "numpy", "huey"}),
        ("backend.cli.serve", {"flask", "sqlalchemy", "numpy", "huey"}),
        (
            "backend.app",
            {
                "dlib",
                "face_recognition",
                "face_recognition_models",
                "numba",
                "pyvrp",
                "highspy",
                "scipy",
                "osmium",
            },
        ),
        ("shared.contracts", {"flask", "sqlalchemy", "marshmallow", "numpy", "backend"}),
    ],
)
def test_import_loads_nothing_heavy(module: str, forbidden: set[str]) -> None:
    """`qala --help` is quick, the supervisor is small, only workers load face models, only planners compilers and solvers."""
    code = f"import sys, {module}; print(*sorted({forbidden!r} & set(sys.modules)))"
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT_DIR, capture_output=True, text=True, check=True
    )
    assert found.stdout.split() == []


def test_every_work_module_is_known_to_the_application() -> None:
    """A feature's work.py that nobody imports would never run."""
    from backend.app import WORK

    paths = (path.relative_to(PROJECT_DIR).with_suffix("") for path in PROJECT_DIR.glob("backend/**/work.py"))
    present = {".".join(path.parts) for path in paths} - {"backend.cli.work"}
    assert sorted(present) == sorted(module.__name__ for module in WORK)
