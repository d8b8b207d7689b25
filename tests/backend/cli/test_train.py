"""`qala train roads` on a machine that cannot train."""

from __future__ import annotations

from importlib.util import find_spec

import pytest
from click.testing import CliRunner

from backend.cli import main


@pytest.mark.skipif(find_spec("torch") is not None, reason="torch is here")
def test_without_torch_the_remedy_is_told() -> None:
    """In one line, with the file to install from."""
    told = CliRunner().invoke(main, ["train", "roads"])
    assert told.exit_code == 1
    assert "requirements/training.txt" in told.output
    assert "Traceback" not in told.output
