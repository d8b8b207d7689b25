"""Texts whose letters their font has not are found before anybody sees empty boxes."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _window(window: None) -> None:
    """Labels need one, and the app's fonts."""
    import mobile.screens.shell  # noqa: F401


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("Әбілқайыр · 12 × 1,1 м³", ""),
        ("● on", "font Roboto has no ● for '● on'"),
        ("[font=Icons]●[/font] on", ""),
        ("[font=Icons]☰ 字[/font]", "font Icons has no 字 for '☰ 字'"),
    ],
)
def test_a_letter_that_a_font_has_not_is_named(text: str, missing: str) -> None:
    """In whatever font its part is written."""
    from kivy.uix.label import Label

    from mobile.shots.glyphs import missing_letters

    assert [missing] * bool(missing) == list(missing_letters([Label(text=text, markup=True)]))


@pytest.mark.parametrize(("mask", "found"), [("•", 0), ("●", 1)])
def test_a_password_is_drawn_with_its_mask(mask: str, found: int) -> None:
    """Its letters are not in sight."""
    from kivy.uix.textinput import TextInput

    from mobile.shots.glyphs import missing_letters

    field = TextInput(text="☰", password=True, password_mask=mask)
    assert found == len(list(missing_letters([field])))
