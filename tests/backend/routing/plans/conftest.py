"""The city of the tests of plans."""

from __future__ import annotations

from tests.backend.routing.plans.waste_city import city

__all__ = ["city"]
