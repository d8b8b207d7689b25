"""The `qala` command for the tests of streets."""

from __future__ import annotations

from tests.backend.cli.conftest import qala, quiet_logging

__all__ = ["qala", "quiet_logging"]
