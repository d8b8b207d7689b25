"""ИИН: check digits, masks and keyed hashes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.people.rules import check_digit, clean_name, iin_flaw, iin_hash, initials, masked


@given(st.integers(0, 10**11 - 1))
def test_a_number_with_its_check_digit_is_well_formed(number: int) -> None:
    """And with any other last digit it is not."""
    eleven = f"{number:011d}"
    digit = check_digit(eleven)
    flaws = [iin_flaw(f"{eleven}{last}") for last in range(10)]
    assert ([digit] if digit is not None else []) == [last for last, flaw in enumerate(flaws) if flaw is None]


def test_the_check_digit_follows_the_published_weights() -> None:
    """Worked by hand: 1·9 + 2·0 + 3·0 + 4·1 + 5·0 + 6·1 + 7·3 + 8·0 + 9·0 + 10·1 + 11·2 = 72, and 72 mod 11 = 6."""
    assert 6 == check_digit("90010130012")


def test_the_second_weights_serve_where_the_first_give_ten() -> None:
    """Worked by hand: first sum 10·1 = 10; second weights give 1·1 = 1."""
    assert 1 == check_digit("00000000010")


@pytest.mark.parametrize("iin", ["", "1234", "9001013001266", "90010130012x", "٩٠٠١٠١٣٠٠١٢٦"])
def test_what_is_not_twelve_digits_is_named(iin: str) -> None:
    """Also digits of other scripts."""
    assert "12 digits" in str(iin_flaw(iin))


def test_a_birth_date_that_cannot_be_is_no_flaw() -> None:
    """Real numbers need not match a date; the law says nothing of it."""
    digit = check_digit("99991330012")
    assert digit is None or iin_flaw(f"99991330012{digit}") is None


def test_the_mask_shows_the_last_four() -> None:
    """Enough to tell two people of one name apart."""
    assert "••••••••0126" == masked("900101300126")


def test_the_hash_depends_on_the_key() -> None:
    """Without it, trying every number tells nothing."""
    assert iin_hash("900101300126", b"a") != iin_hash("900101300126", b"b")


def test_names_are_tidied_and_shortened() -> None:
    """One Unicode form, single spaces, initials with points."""
    assert "Ахметов Серік" == clean_name("  Ахметов\u00a0 Серік ")
    assert "Ахметов С. Б." == initials("Ахметов", "Серік", "Болатұлы")
    assert "Ким" == initials("Ким", "", "")
