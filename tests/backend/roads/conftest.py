"""A shift with a route: defects and stops are reported by the same phones in the same way."""

from __future__ import annotations

from tests.backend.routing.conftest import shift as shift
