"""The `qala` command on a database of the test's own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from backend.cli import main

Qala = Callable[..., Result]


@pytest.fixture
def quiet_logging() -> Iterator[None]:
    """Commands send the log to the standard error of their moment; take it back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers, root.level = handlers, level


@pytest.fixture
def qala(database_url: str, instance_dir: Path, quiet_logging: None) -> Qala:
    """Run `qala` with these arguments; ``QALA_…`` keywords set the environment."""

    def run(*arguments: str, stdin: str | None = None, **environment: str) -> Result:
        own = {"QALA_INSTANCE_DIR": str(instance_dir), "QALA_DATABASE_URL": database_url}
        runner = CliRunner(env={**own, "QALA_LOG_LEVEL": "ERROR", **environment})
        result = runner.invoke(main, list(arguments), input=stdin)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run
