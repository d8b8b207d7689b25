"""Which modules the phone app reaches on Android, and that all they import is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from mobile.android_build.imports import DESKTOP_ONLY, Reach, reach, source_of
from mobile.android_build.spec import read_spec
from tests.architecture.project_files import PROJECT_DIR


@pytest.fixture(scope="module")
def reached() -> Reach:
    """The app as it is."""
    return reach(PROJECT_DIR)


def test_every_import_of_the_phone_is_available_there(reached: Reach) -> None:
    """Python's own, or a requirement of buildozer.spec."""
    missing = {name: reached.foreign[name] for name in read_spec().missing(reached.foreign)}
    assert {} == missing


def test_the_phone_imports_nothing_that_is_left_out(reached: Reach) -> None:
    """What stands for devices on a desktop is imported inside functions that Android never calls."""
    assert () == reached.wrong


def test_the_demonstration_stays_on_the_desktop(reached: Reach) -> None:
    """Neither played faces, nor pictures of screens, nor the crash test, nor what builds the package."""
    desktop = {"simulated", "shots", "crash", "android_build"}
    assert [] == [name for name in reached.modules if name.split(".")[1:2] and name.split(".")[1] in desktop]


def test_everything_left_out_exists() -> None:
    """A renamed module takes its line along."""
    assert [] == [name for name in DESKTOP_ONLY if source_of(PROJECT_DIR, name) is None]


def test_numpy_would_be_told(tmp_path: Path) -> None:
    """It has a recipe, but nobody has asked for it."""
    found = reach(project(tmp_path, {"main.py": "def draw():\n    import numpy.linalg\n"}), ["mobile.main"])
    assert {"numpy": ("mobile/main.py:2",)} == dict(found.foreign)
    assert ["numpy"] == read_spec().missing(found.foreign)


def test_left_out_module_imported_at_the_top_is_told(tmp_path: Path) -> None:
    """Android would stop at the first line."""
    root = project(tmp_path, {"main.py": "from mobile.gpx import read\n", "gpx.py": ""})
    found = reach(root, ["mobile.main"], {"mobile.gpx": "desktop"})
    assert (
        "mobile/main.py:1 imports mobile.gpx.read, which the app leaves out, when it is loaded",
    ) == found.wrong


def test_left_out_module_imported_in_a_function_is_fine(tmp_path: Path) -> None:
    """Nobody calls the function on a phone."""
    root = project(
        tmp_path, {"main.py": "def desk():\n    from mobile.gpx import read\n", "gpx.py": "import tkinter\n"}
    )
    found = reach(root, ["mobile.main"], {"mobile.gpx": "desktop"})
    assert ((), {}, ["mobile", "mobile.main"]) == (found.wrong, dict(found.foreign), list(found.modules))


def test_imports_for_type_checkers_are_none(tmp_path: Path) -> None:
    """They are not run; what stands under `else` is."""
    text = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import numpy\nelse:\n    import json\n"
    found = reach(project(tmp_path, {"main.py": text}), ["mobile.main"])
    assert {"typing", "json"} == set(found.foreign)


def test_a_module_named_at_run_time_is_followed(tmp_path: Path) -> None:
    """`import_module("jnius")` is an import like any other."""
    text = 'from importlib import import_module\ndef java():\n    return import_module("jnius")\n'
    found = reach(project(tmp_path, {"main.py": text}), ["mobile.main"])
    assert {"importlib", "jnius"} == set(found.foreign)


def test_imports_of_kivy_rules_are_followed(tmp_path: Path) -> None:
    """The rules of a module, and all rules that lie beside a package."""
    files = {
        "main.py": "import mobile.screens\n",
        "main.kv": "#:import tea mobile.tea.pour\n",
        "tea.py": "",
        "screens/__init__.py": "",
        "screens/shell.kv": "#:import Move kivy.uix.screenmanager.NoTransition\n",
    }
    found = reach(project(tmp_path, files), ["mobile.main"])
    assert "mobile.tea" in found.modules
    assert {"kivy": ("mobile/screens/shell.kv:1",)} == dict(found.foreign)


def test_a_module_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A typing error inside a function shows only when it runs."""
    found = reach(
        project(tmp_path, {"main.py": "def later():\n    import mobile.nothing.here\n"}), ["mobile.main"]
    )
    assert ("mobile/main.py:2 imports mobile.nothing.here, which is not there",) == found.wrong


def project(root: Path, files: dict[str, str]) -> Path:
    """A project whose mobile folder holds these files."""
    for name, text in {"__init__.py": "", **files}.items():
        path = root / "mobile" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root
