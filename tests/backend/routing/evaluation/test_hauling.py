"""Hauling nights are measured beside first come, first served, on streets."""

from __future__ import annotations

import pytest

from backend.routing.evaluation.hauling import measure_hauling


@pytest.mark.slow
def test_two_nights_on_the_invented_city_are_legal_and_trucks_wait_less() -> None:
    """Half a second for each plan is enough for that."""
    result = measure_hauling(2, 0.5)
    values = {goal["name"]: goal["value"] for goal in result["goals"]}
    assert 0 == values["violations of the check"]
    assert 0 < values["waiting a trip: less than first come, best number, %"]
    assert values["Qala: spent a cubic metre, tenge"] < values["first come: spent a cubic metre, tenge"]
    assert "invented city" in result["data"]
