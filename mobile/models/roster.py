"""The people of a task, and how each of them stands: not checked in, saved, awaiting the verdict, or judged."""

from __future__ import annotations

from uuid import UUID

from mobile.models.ports import LocalTasks, Outbox
from mobile.models.rows import Row
from mobile.models.signs import Sign
from mobile.models.words import Words
from mobile.outbox.ladder import Item, ItemKind, ItemState
from shared.contracts import PersonCard, TaskCard
from shared.i18n import Message as _
from shared.vocabulary import Outcome

NOT_YET = Sign("○", _("not checked in"), "wait")
SAVED = Sign("⇡", _("saved, will be sent"), "accent")
AWAITED = Sign("◌", _("awaits the verdict"), "accent")
TROUBLE = Sign("⚠", _("not sent: see the outbox"), "bad")
JUDGED: dict[Outcome, Sign] = {
    Outcome.ACCEPTED: Sign("✔", _("accepted"), "good"),
    Outcome.TO_REVIEW: Sign("⚑", _("to review"), "warn"),
    Outcome.REFUSED: Sign("✖", _("refused"), "bad"),
}
COUNTED = (SAVED, AWAITED, JUDGED[Outcome.ACCEPTED], JUDGED[Outcome.TO_REVIEW])


def roster(card: TaskCard, outbox: Outbox, tasks: LocalTasks, words: Words, search: str = "") -> list[Row]:
    """The people whose name holds every word of the search, by name."""
    latest = _latest(card, outbox)
    wanted = search.casefold().split()
    people = [person for person in card.people if all(part in _name(person) for part in wanted)]
    return [
        _row(person, latest.get(person.id), tasks, words)
        for person in sorted(people, key=lambda person: person.initials)
    ]


def checked_in(card: TaskCard, outbox: Outbox, tasks: LocalTasks) -> int:
    """How many people of a task this phone has checked in; a refused last try does not count."""
    latest = _latest(card, outbox)
    return sum(person.id in latest and sign_of(latest[person.id], tasks) in COUNTED for person in card.people)


def sign_of(item: Item, tasks: LocalTasks) -> Sign:
    """How a check-in stands; the verdict that sync has brought is newer than the first answer."""
    if item.state in (ItemState.REFUSED, ItemState.DAMAGED):
        return TROUBLE
    if item.waiting:
        return SAVED
    known = tasks.check_in(item.id)
    if known is None:
        outcome = (item.answer or {}).get("outcome")
        return JUDGED[Outcome(outcome)] if outcome else AWAITED
    standing = known.decision.outcome if known.decision else known.outcome
    return JUDGED[standing] if standing else AWAITED


def _row(person: PersonCard, item: Item | None, tasks: LocalTasks, words: Words) -> Row:
    sign = sign_of(item, tasks) if item else NOT_YET
    facts = [words(sign.word)]
    if not person.enrolled:
        facts.append(words(_("no face template")))
    return Row(
        key=str(person.id),
        icon=sign.icon,
        colour=sign.colour,
        title=person.initials,
        facts=" · ".join(facts),
        time=words.clock(item.created_at) if item else "",
        alarming=sign.colour == "bad",
    )


def _latest(card: TaskCard, outbox: Outbox) -> dict[UUID, Item]:
    """The last check-in of each person of a task."""
    latest: dict[UUID, Item] = {}
    for item in outbox.about(card.id):  # newest first
        person_id = item.about.subjects.get("person")
        if item.kind is ItemKind.CHECK_IN and person_id is not None:
            latest.setdefault(person_id, item)
    return latest


def _name(person: PersonCard) -> str:
    return f"{person.initials} {person.family_name} {person.given_name}".casefold()
