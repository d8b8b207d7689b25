"""A morning at work, as check-ins know it, and a shift with a route: their photos may come in pieces too."""

from __future__ import annotations

from tests.backend.attendance.conftest import morning as morning
from tests.backend.routing.conftest import shift as shift
