"""The cities of the tests of plans: by day with containers, by night with snow."""

from __future__ import annotations

from tests.backend.routing.plans.waste_city import city
from tests.backend.routing.plans.winter_city import winter_city

__all__ = ["city", "winter_city"]
