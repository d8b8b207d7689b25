"""`make run` as a visitor meets it: the demo city serves, shows its logins, and its phones get their verdicts."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from backend.console.demo_marker import FILE
from mobile.simulated.faces import portrait_path
from tests.conftest import DATA_DIR
from tests.stories.running_city import running_city, wait_for

pytestmark = pytest.mark.slow


def test_demo_city_serves_and_demonstrates(tmp_path: Path) -> None:
    """Everything ends as it should; the city acts by itself; neither names nor passwords come into the log."""
    if portrait_path() is None:
        pytest.skip("scikit-image, which carries the portrait, is not installed")
    with running_city(tmp_path, demo=True) as city:
        password = (
            (tmp_path / "instance" / FILE)
            .read_text(encoding="utf-8")
            .split('"password": "')[1]
            .partition('"')[0]
        )
        assert password in httpx.get(city.url, timeout=60).text
        shown = city.qala("demo", "check-in", "--server", city.url, "--data", str(DATA_DIR))
        scenes = 7 if (DATA_DIR / "faces" / "orl").is_dir() else 6
        assert shown.stdout.endswith(f"Как ожидалось: {scenes}/{scenes}\n"), shown.stdout + shown.stderr
        assert shown.returncode == 0
        wait_for(lambda: '"demo_' in log(tmp_path))
    for secret in (password, "Соколова", "Ахметов", "751051400210"):
        assert secret not in log(tmp_path)


def log(folder: Path) -> str:
    """What the city has said on standard error."""
    return (folder / "serve.log").read_text(encoding="utf-8")
