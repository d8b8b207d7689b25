"""A fault whose repair was begun or done: shown at once, sent after the photo that shows it, never lost by a pull."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mobile.client.answers import Problem, Refused
from mobile.outbox.fault_moves import MovedFault
from mobile.outbox.ladder import About, Done, ItemKind, NewItem
from mobile.shots.example_faults import FAULTS, REPAIR
from shared.contracts import RoadFault
from shared.contracts.sync import Tombstone
from shared.vocabulary import CaseState, ProofCheck
from tests.mobile.phone_store import Phone, new_item

FAULT, OTHER = (each.fault for each in FAULTS[:2])


@pytest.fixture
def phone(tmp_path: Path) -> Phone:
    """A crew's phone with two faults of one task."""
    phone = Phone(tmp_path)
    phone.pull(faults=(FAULT, OTHER))
    return phone


def move(phone: Phone, to: CaseState, fault: RoadFault = FAULT) -> NewItem:
    """Begin the repair, or say that it is done."""
    item = new_item(
        ItemKind.FAULT_MOVE,
        manifest=MovedFault(fault_id=fault.id, to=to).manifest(),
        photos=(),
        about=About("", {"fault": fault.id}),
    )
    phone.outbox.put(item)
    return item


def shown(phone: Phone) -> tuple[CaseState, bool]:
    """As the screens show it."""
    found = phone.local.fault(FAULT.id)
    assert found is not None
    assert found in phone.local.faults(REPAIR.id)
    return found.fault.state, found.unsent


def test_repair_is_shown_before_anything_is_sent(phone: Phone) -> None:
    """After a crash too, and whatever a pull says meanwhile; the other fault stays as it is."""
    move(phone, CaseState.REPAIRING)
    phone.restart()
    assert (CaseState.REPAIRING, True) == shown(phone)
    phone.pull(faults=(replace(FAULT, street="улица Мира"),))
    assert (CaseState.REPAIRING, True) == shown(phone)
    other = phone.local.fault(OTHER.id)
    assert other is not None
    assert (OTHER, False) == (other.fault, other.unsent)


def test_repaired_waits_for_the_photo_that_shows_it(phone: Phone) -> None:
    """And for nothing else of its task."""
    about_both = About("", {"task": REPAIR.id, "fault": FAULT.id})
    proof = new_item(ItemKind.DEFECT, about=about_both)
    phone.outbox.put(proof)
    done, begun = move(phone, CaseState.REPAIRED), move(phone, CaseState.REPAIRING, OTHER)
    assert proof.id == phone.due()
    phone.dispatch.begin(proof.id)
    assert begun.id == phone.due()
    phone.dispatch.begin(begun.id)
    phone.dispatch.finish(begun.id, Done(), phone.clock.now)
    assert phone.due() is None
    phone.outbox.discard(proof.id, confirmed=True)
    assert done.id == phone.due()


def test_what_the_photo_shows_comes_with_the_servers_state(phone: Phone) -> None:
    """Until then nothing is said of it: the last one was of another repair."""
    item = move(phone, CaseState.REPAIRED)
    phone.dispatch.begin(item.id)
    phone.dispatch.finish(item.id, Done(), phone.clock.now)
    assert (CaseState.REPAIRED, True) == shown(phone)
    phone.pull(faults=(replace(FAULT, state=CaseState.REPAIRED, proof_check=ProofCheck.CLEAN),))
    assert (CaseState.REPAIRED, False) == shown(phone)


def test_withdrawn_fault_stays_while_something_of_it_is_unsent(phone: Phone) -> None:
    """The crew sees that it was taken away; the other one simply goes."""
    move(phone, CaseState.REPAIRING)
    gone = tuple(Tombstone(kind="fault", id=each.id) for each in (FAULT, OTHER))
    phone.pull(tombstones=gone)
    (held,) = phone.local.faults(REPAIR.id)
    assert (FAULT.id, True) == (held.fault.id, held.withdrawn)


def test_refused_repair_may_be_told_anew(phone: Phone) -> None:
    """A photo from elsewhere, say: the fault is under repair still, and the refusal lies in the outbox."""
    begun = move(phone, CaseState.REPAIRING)
    phone.dispatch.begin(begun.id)
    phone.dispatch.finish(begun.id, Done(), phone.clock.now)
    phone.pull(faults=(replace(FAULT, state=CaseState.REPAIRING),))
    item = move(phone, CaseState.REPAIRED)
    phone.dispatch.begin(item.id)
    phone.dispatch.finish(item.id, Refused(Problem(status=422, slug="invalid", detail="")), phone.clock.now)
    assert (CaseState.REPAIRING, False) == shown(phone)
    assert 1 == phone.outbox.trouble_count()
