"""Reading a table of people, by itself: whatever stands in it, every row ends as a person or with its flaws."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from backend.people.import_words import FORM, TITLES, Column
from backend.people.importing import plan_of, shown
from backend.people.order_rules import Law
from backend.tables.files import BadTable, Row, read_table, write_csv
from shared.vocabulary import Language, Regime
from tests.factories import valid_iin

TODAY = date(2026, 11, 23)
LAW = Law(hours_least=10, hours_most=1200, daily_h=8, daily_employed_h=4, weekly_h=40, months_most=None)
LAWS = dict.fromkeys(Regime, LAW)
HEADING = Row(1, tuple(column.value for column in Column))
GOOD: dict[Column, Any] = {
    Column.IIN: valid_iin(1),
    Column.FAMILY_NAME: "Ким",
    Column.GIVEN_NAME: "Ан",
    Column.BIOMETRIC_BASIS: "law",
    Column.NUMBER: 15,
    Column.REGIME: "criminal",
    Column.HOURS: "7,5",
    Column.EMPLOYED: True,
    Column.STARTS_ON: "2026-11-01",
}
CELLS = st.none() | st.text(max_size=30) | st.integers() | st.floats() | st.booleans() | st.dates()


@given(rows=st.lists(st.lists(CELLS, max_size=20), min_size=1, max_size=5))
def test_no_cell_breaks_the_reading(rows: list[list[Any]]) -> None:
    """Each row is a person or has a flaw, and flaws name rows that exist."""
    table = [HEADING, *(Row(number, tuple(cells)) for number, cells in enumerate(rows, start=2))]
    plan = plan_of(table, LAWS, today=TODAY)
    people, flawed = {person.row for person in plan.people}, {flaw.row for flaw in plan.flaws}
    assert set(range(2, len(rows) + 2)) == people | flawed
    assert not people & flawed


@given(data=st.binary(max_size=300))
def test_no_bytes_break_the_reading(data: bytes) -> None:
    """A table, or a refusal that says what to do."""
    with suppress(BadTable):
        plan_of(read_table(data, 100), LAWS, today=TODAY)


@given(iin=st.text(min_size=1, max_size=20))
def test_at_most_four_digits_of_an_iin_are_shown(iin: str) -> None:
    """Reports are printed and passed round."""
    assert len(shown(Column.IIN, iin).replace("•", "")) <= 4


def test_hours_may_be_broken_and_numbers_typed() -> None:
    """«7,5» hours are too few for the law and said so; a number of an act may be a number."""
    row = Row(2, tuple(GOOD.get(column) for column in Column))
    plan = plan_of([HEADING, row], LAWS, today=TODAY)
    assert [(Column.HOURS.value, "7,5")] == [(flaw.column, flaw.value) for flaw in plan.flaws]
    row = Row(2, tuple({**GOOD, Column.HOURS: 12.5}.get(column) for column in Column))
    [person] = plan_of([HEADING, row], LAWS, today=TODAY).people
    assert (750, "15", True) == tuple(
        person.order[name] for name in ("hours_total_min", "number", "employed")
    )


def test_no_heading_means_two_columns() -> None:
    """In any of the three languages."""
    titles = [title.casefold() for titles in TITLES.values() for title in set(titles)]
    assert len(titles) == len(set(titles))
    for language in Language:
        assert len(Column) == len(read_table(write_csv(FORM.headings(language)), 10)[0].cells)
