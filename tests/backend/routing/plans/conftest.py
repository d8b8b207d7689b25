"""The cities of the tests of plans: by day with containers, by night with snow to clear or to haul."""

from __future__ import annotations

from tests.backend.routing.plans.haul_city import haul_city
from tests.backend.routing.plans.waste_city import city
from tests.backend.routing.plans.winter_city import winter_city

__all__ = ["city", "haul_city", "winter_city"]
