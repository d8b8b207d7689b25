"""What workers do for reports of faults: look at the photos and blur them, holding no transaction; let the originals go."""

from __future__ import annotations

from uuid import UUID

import structlog

from backend.database import transaction
from backend.jobs import Lane, daily, sweep, work
from backend.roads.looking import holding as steps
from backend.roads.looking.holding import Holding, Seen
from backend.roads.looking.ports import blurrer, road_eye
from backend.uploads import evidence

log = structlog.get_logger()


@work(steps.WORK, lane=Lane.PHOTOS)
def look(defect_id: UUID) -> None:
    """Look at a report's photos, make their views durable, write the findings, tell the cases, then delete the originals."""
    with transaction():
        holding = steps.hold(defect_id)
    if holding is None:
        return
    seen = steps.unseen(holding) if holding.hopeless else _see(holding)
    views = steps.seal_views(holding, seen)
    if views is not None:
        _keep(holding, views)
    with transaction(), evidence.dropped_if_unwritten(views):
        written = steps.write(holding, seen, views) is not None
    if views is not None and not written:
        evidence.drop(views)
    if written:
        _into_a_case(defect_id)
    _let_go(defect_id)


@sweep(steps.WORK)
def waiting_reports() -> list[UUID]:
    """Reports whose wake-up was lost."""
    with transaction(read_only=True):
        return steps.waiting()


@daily
def tell_cases_of_what_was_left() -> None:
    """Tell the cases of reports whose worker died before it could, or of which the telling failed."""
    with transaction(read_only=True):
        left = steps.not_in_cases()
    for each in left:
        _into_a_case(each)


@daily
def delete_originals() -> None:
    """Delete the originals whose views have stood long enough; an outage of the store leaves them to the next time."""
    while _let_go():
        pass


@daily
def forget_old_prints() -> None:
    """Prints are kept no longer than the views that they were made of."""
    with transaction():
        steps.forget_prints()


def _see(holding: Holding) -> list[Seen]:
    seen = []
    for place in range(holding.photos):
        try:
            with transaction(read_only=True):
                data = steps.open_photo(holding, place)
        except Exception:  # the store is away, which is not the photo's fault
            with transaction():
                steps.give_up_for_now(holding)
            raise
        seen.append(steps.see(data, road_eye(), blurrer()))
    return seen


def _keep(holding: Holding, views: evidence.SealedPhotos) -> None:
    try:
        evidence.keep(views)
    except Exception:
        with transaction():
            steps.give_up_for_now(holding)
        raise


def _into_a_case(defect_id: UUID) -> None:
    """In a transaction of its own: what fails here holds no result back, and is tried again."""
    try:
        with transaction():
            steps.into_a_case(defect_id)
    except Exception:
        log.exception("telling_cases_failed", defect=str(defect_id))


def _let_go(defect_id: UUID | None = None) -> bool:
    """Delete blobs first, then what names them; whether there was anything."""
    with transaction(read_only=True):
        going = steps.originals_to_go(defect_id)
    if not going:
        return False
    for names in going.values():
        steps.delete_blobs(names)
    with transaction():
        steps.note_gone(list(going))
    return True
