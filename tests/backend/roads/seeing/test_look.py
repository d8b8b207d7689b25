"""Looks: what is common to all roads is taken away, so that their cosine tells."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from backend.roads.seeing.look import Basis, look_of


def _cosine(first: bytes, second: bytes) -> float:
    one, other = (np.frombuffer(each, np.float16).astype(float) for each in (first, second))
    return float(one @ other)


@pytest.fixture
def places() -> NDArray[np.float32]:
    """Sixty places in forty features that have most in common."""
    rng = np.random.default_rng(1)
    return (10 + rng.normal(0, 1, (60, 40))).astype(np.float32)


def test_two_places_are_alike_without_a_basis_and_not_with_one(places: NDArray[np.float32]) -> None:
    """0.99 against about 0."""
    basis = Basis.of(places)
    assert _cosine(look_of(places[0], None), look_of(places[1], None)) > 0.95
    others = [_cosine(look_of(places[0], basis), look_of(each, basis)) for each in places[1:]]
    assert abs(np.mean(others)) < 0.1


def test_two_views_of_one_place_are_alike(places: NDArray[np.float32]) -> None:
    """A tenth of the difference between places as noise."""
    basis = Basis.of(places)
    again = places + np.random.default_rng(2).normal(0, 0.1, places.shape).astype(np.float32)
    same = [_cosine(look_of(a, basis), look_of(b, basis)) for a, b in zip(places, again, strict=True)]
    assert min(same) > 0.9


def test_a_basis_survives_being_written(places: NDArray[np.float32]) -> None:
    """To the bit."""
    basis = Basis.of(places)
    again = Basis.read(basis.told())
    assert look_of(places[3], basis) == look_of(places[3], again)
