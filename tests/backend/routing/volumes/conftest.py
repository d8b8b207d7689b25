"""The hauling night of the tests of volumes."""

from __future__ import annotations

from tests.backend.routing.plans.haul_city import haul_city

__all__ = ["haul_city"]
