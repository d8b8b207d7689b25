"""What a device must do to hold something else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from backend.sync.rules import Content, difference

contents = st.dictionaries(
    st.sampled_from(["task", "check_in"]),
    st.dictionaries(st.sampled_from("abcde"), st.sampled_from("123"), max_size=5),
    max_size=2,
)


def flat(content: Content) -> dict[tuple[str, str], str]:
    """The content without its levels."""
    return {(kind, key): version for kind, versions in content.items() for key, version in versions.items()}


def test_a_difference_names_what_is_new_changed_and_gone() -> None:
    """One of each."""
    held = {"task": {"gone": "1", "same": "1", "changed": "1"}}
    visible = {"task": {"same": "1", "changed": "2"}, "check_in": {"new": "1"}}
    todo = difference(held, visible)
    assert ([("check_in", "new"), ("task", "changed")], [("task", "gone")]) == (todo.changed, todo.gone)


def test_a_kind_that_is_no_longer_sent_is_gone() -> None:
    """A feature that is switched off leaves no ghosts on phones."""
    assert [("check_in", "a")] == difference({"check_in": {"a": "1"}}, {}).gone


@given(contents, contents)
def test_applying_a_difference_gives_the_other(held: Content, visible: Content) -> None:
    """Whatever is held and whatever is visible."""
    todo = difference(held, visible)
    after = {place: version for place, version in flat(held).items() if place not in todo.gone}
    after |= {place: flat(visible)[place] for place in todo.changed}
    assert flat(visible) == after


@given(contents)
def test_nothing_is_to_do_when_nothing_changed(held: Content) -> None:
    """And then the difference says so."""
    assert not difference(held, held)
