"""Whatever a test draws by chance, it draws again in the next run, alone or among all others."""

from __future__ import annotations

import random
import sys
from pathlib import Path
from types import ModuleType

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.app import create_app
from backend.clock import chance, new_id, system_chance
from backend.config import load_settings
from tests.fakes import FakeVerifier


def drawn() -> list[int]:
    """What a test of numbers is given."""
    numbers: list[int] = []

    @settings(max_examples=300)
    @given(st.integers(0, 100_000))
    def learn(number: int) -> None:
        numbers.append(number)

    learn()
    return numbers


def test_draws_do_not_depend_on_which_modules_are_loaded(tmp_path: Path) -> None:
    """Hypothesis would mix in the numbers of another module of ours as soon as it is imported."""
    before = drawn()
    source = tmp_path / "another.py"
    source.write_text("\n".join(f"LIMIT_{number} = {number}" for number in range(50_000, 50_200)))
    another = ModuleType("another")
    another.__file__ = str(source)
    sys.modules["another"] = another
    try:
        assert before == drawn()
    finally:
        del sys.modules["another"]


def test_server_draws_by_the_chance_that_it_was_given(tmp_path: Path) -> None:
    """Ids repeat under the same seed; a server that was given none draws by the system's."""
    settings = load_settings({}, instance_dir=tmp_path)
    ids = []
    for seed in (1, 1, 2):
        app = create_app(settings, chance=random.Random(seed), verifier=FakeVerifier, describe_api=False)
        with app.app_context():
            ids.append(new_id())
    assert ids[0] == ids[1] != ids[2]
    with create_app(settings, verifier=FakeVerifier, describe_api=False).app_context():
        assert isinstance(chance(), type(system_chance()))
