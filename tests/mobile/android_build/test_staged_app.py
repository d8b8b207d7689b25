"""The app as it is laid out for buildozer: complete, without the desktop's parts, and able to start from byte code."""

from __future__ import annotations

import compileall
import subprocess
import sys
from pathlib import Path

import pytest

from mobile.android_build.imports import Reach, reach
from mobile.android_build.spec import read_spec
from mobile.android_build.staging import LANGUAGES, NotReady, lay_out
from shared.i18n import LOCALE_DIR
from tests.architecture.project_files import PROJECT_DIR
from tests.conftest import missing

pytestmark = pytest.mark.skipif(
    not all((LOCALE_DIR / language / "LC_MESSAGES" / "qala.mo").is_file() for language in LANGUAGES),
    reason="the messages are not compiled: make setup",
)


@pytest.fixture(scope="module")
def reached() -> Reach:
    """The app's modules."""
    return reach(PROJECT_DIR)


def test_all_that_is_laid_out_goes_into_the_package(tmp_path: Path, reached: Reach) -> None:
    """buildozer copies the endings of source.include_exts only."""
    endings = {path.suffix.removeprefix(".") for path in lay_out(PROJECT_DIR, reached, tmp_path / "app")}
    assert endings == set(read_spec().listed("source.include_exts"))


def test_rules_recordings_and_catalogues_come_along(tmp_path: Path, reached: Reach) -> None:
    """Each screen's rules beside it; every recording; the languages besides English."""
    app = tmp_path / "app"
    lay_out(PROJECT_DIR, reached, app)
    for folder, ending in (("mobile/screens", "kv"), ("mobile/voice/recordings", "wav")):
        there = {path.relative_to(PROJECT_DIR) for path in (PROJECT_DIR / folder).rglob(f"*.{ending}")}
        assert there == {path.relative_to(app) for path in (app / folder).rglob(f"*.{ending}")}
    assert len(LANGUAGES) == len(list((app / "shared").rglob("*.mo")))


def test_what_an_earlier_version_laid_out_is_gone(tmp_path: Path, reached: Reach) -> None:
    """A removed module must not live on in the package."""
    app = tmp_path / "app"
    app.mkdir()
    (app / "old.py").touch()
    lay_out(PROJECT_DIR, reached, app)
    assert not (app / "old.py").exists()


def test_missing_catalogue_says_what_to_do(tmp_path: Path) -> None:
    """A phone that speaks English alone would be noticed late."""
    with pytest.raises(NotReady, match="make setup"):
        lay_out(tmp_path, Reach({}, {}, ()), tmp_path / "app")


@pytest.mark.slow
def test_every_module_starts_from_byte_code_alone(tmp_path: Path, reached: Reach) -> None:
    """As on Android: no sources, no repository, no numpy; in a process of its own, with Kivy's window in memory."""
    app = tmp_path / "app"
    lay_out(PROJECT_DIR, reached, app)
    assert compileall.compile_dir(app, quiet=1, legacy=True)
    for source in app.rglob("*.py"):
        source.unlink()
    script = Path(__file__).with_name("importing.py")
    done = subprocess.run(
        [sys.executable, str(script), str(app), str(PROJECT_DIR), str(tmp_path / "kivy")],
        capture_output=True,
        text=True,
        check=False,
    )
    if "no window" in done.stderr:
        missing("Kivy cannot open a window here: Mesa is not on this machine")
    assert (0, f"{len(reached.modules)}\n") == (done.returncode, done.stdout), done.stderr
