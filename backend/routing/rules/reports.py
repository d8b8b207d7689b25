"""Which report of a stop counts, and what must be in one. Pure."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from backend.routing.rules.plans import Errors
from shared.i18n import Message
from shared.vocabulary import SkipReason, StopState

_ = Message
Order = tuple[datetime, datetime, UUID]  # captured_at, received_at, the report's id: the greatest counts


def report_errors(state: StopState, skip_reason: SkipReason | None) -> Errors:
    """What is wrong with a report by itself."""
    if state is StopState.SKIPPED and skip_reason is None:
        reasons = ", ".join(each.value for each in SkipReason)
        message = _("must say why the stop was skipped: one of {choices}")
        return {"skip_reason": [message.format(choices=reasons)]}
    if state is not StopState.SKIPPED and skip_reason is not None:
        message = _("goes with the state skipped only, not with {value}: send null")
        return {"skip_reason": [message.format(value=state.value)]}
    return {}


def counts(new: Order, standing: Order | None) -> bool:
    """Whether a report says the stop's state from now on: the one captured last does, whatever came first."""
    return standing is None or new > standing


def lacks_proof(state: StopState, *, photo_needed: bool, photo_count: int) -> bool:
    """Whether a stop was called done without the photo that it asks for; received all the same, and marked."""
    return state is StopState.DONE and photo_needed and photo_count == 0
