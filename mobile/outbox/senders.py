"""How each kind of item is sent; a new kind is a new line in SENDERS.

Of an answer only what the ladder needs is read strictly: an old app must be able to empty its outbox into a newer server.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mobile.client.answers import RetryLater, Why
from mobile.client.api_client import UNREACHABLE_S, ApiClient, NotNow
from mobile.outbox.fault_moves import read_fault_move
from mobile.outbox.ladder import Done, End, ItemKind, Parcel
from mobile.outbox.route_moves import read_route_move
from mobile.outbox.task_moves import read_move
from shared.contracts import CheckInAnswer, DefectAnswer, encode, parse_json
from shared.vocabulary import CheckInState, DefectState

Sender = Callable[[ApiClient, Parcel], End]
"""Sends a parcel and says what became of it; Declined and NotNow are answers, too."""


@dataclass(frozen=True)
class Evidence:
    """How a kind with photos is sent: its address, the names of its parts, and the state that still waits for a verdict."""

    path: str
    manifest: str
    photo: str
    undecided: str | None = None

    def __call__(self, client: ApiClient, parcel: Parcel) -> End:
        """Whole; in pieces after an upload of it was cut."""
        answer = client.send_evidence(
            f"{self.path}/{parcel.id}",
            (self.manifest, parcel.manifest),
            parcel.signature,
            (self.photo, parcel.photos),
            in_pieces=parcel.cut,
        )
        received = answer.get("received")
        if str(answer.get("id")) != str(parcel.id) or not isinstance(received, list):
            raise NotNow(RetryLater(UNREACHABLE_S, Why.NOT_OURS))
        return Done(
            received=tuple(str(each) for each in received),
            answer=answer,
            verified=self.undecided is None or answer.get("state") != self.undecided,
        )


def send_task_move(client: ApiClient, parcel: Parcel) -> End:
    """A change of a task's state; under the item's id it is made once, whatever becomes of the task between two tries."""
    move = read_move(parcel.manifest)
    client.move_task(parcel.id, move.task_id, move.to, move.reason)
    return Done()


def send_fixes(client: ApiClient, parcel: Parcel) -> End:
    """A batch of fixes; the answer counts what was kept."""
    answer: Any = client.call("PUT", f"/location-fixes/{parcel.id}", parse_json(parcel.manifest))
    if not isinstance(answer, dict) or str(answer.get("id")) != str(parcel.id):
        raise NotNow(RetryLater(UNREACHABLE_S, Why.NOT_OURS))
    return Done(answer=answer)


def send_route_move(client: ApiClient, parcel: Parcel) -> End:
    """A route that its crew has begun or finished; once, though a dispatcher may reopen it between two tries."""
    move = read_route_move(parcel.manifest)
    client.move_route(parcel.id, move.route_id, move.to)
    return Done()


def send_fault_move(client: ApiClient, parcel: Parcel) -> End:
    """A fault whose repair was begun or done; once, after the photo that shows it."""
    move = read_fault_move(parcel.manifest)
    client.move_fault(parcel.id, move.fault_id, move.body())
    return Done()


SENDERS: Mapping[ItemKind, Sender] = {
    ItemKind.CHECK_IN: Evidence("/check-ins", "check_in", "frame", CheckInState.PENDING),
    ItemKind.DEFECT: Evidence("/defects", "defect", "photo", DefectState.RECEIVED),
    ItemKind.STOP_REPORT: Evidence("/stop-reports", "stop_report", "photo"),
    ItemKind.LOCATION_FIXES: send_fixes,
    ItemKind.TASK_MOVE: send_task_move,
    ItemKind.ROUTE_MOVE: send_route_move,
    ItemKind.FAULT_MOVE: send_fault_move,
}


def done_with_check_in(answer: CheckInAnswer) -> Done:
    """What sync says of a check-in's item."""
    verified = answer.state is not CheckInState.PENDING
    return Done(received=answer.received, answer=encode(answer), verified=verified)


def done_with_defect(answer: DefectAnswer) -> Done:
    """What sync says of a defect's item."""
    verified = answer.state not in (DefectState.RECEIVED, DefectState.REJECTED)
    return Done(received=answer.received, answer=encode(answer), verified=verified)
