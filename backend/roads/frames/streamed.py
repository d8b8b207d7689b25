"""What of a time is told already: what vehicles sent while they drove (forgotten like positions), and what came on cards."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from backend.adapters import settings
from backend.clock import now
from backend.database import db
from backend.ledger.service import record
from backend.roads.frames.models import StreamedFrame
from backend.roads.frames.rules import Told
from backend.roads.models import Defect
from shared.geometry import Point
from shared.vocabulary import Audience, DefectSource

PURGE_BATCH = 5000


def between(begin: datetime, end: datetime) -> list[Told]:
    """The frames of a span of time that became reports, of all vehicles, in the order of their times."""
    query = sa.select(StreamedFrame.at, StreamedFrame.lat, StreamedFrame.lon).where(
        StreamedFrame.at.between(begin, end)
    )
    return [
        Told(at=at, place=Point(lat=lat, lon=lon))
        for at, lat, lon in db.session().execute(query.order_by(StreamedFrame.at))
    ]


def imported_between(begin: datetime, end: datetime) -> list[Told]:
    """The frames of a span of time that came on a card: nobody said of which vehicle."""
    query = (
        sa.select(Defect.captured_at, Defect.lat, Defect.lon)
        .outerjoin(StreamedFrame, StreamedFrame.report_id == Defect.id)
        .where(
            Defect.source == DefectSource.VEHICLE,
            Defect.captured_at.between(begin, end),
            StreamedFrame.report_id.is_(None),
        )
    )
    return [
        Told(at=at, place=Point(lat=lat, lon=lon))
        for at, lat, lon in db.session().execute(query)
        if lat is not None and lon is not None
    ]


def purge() -> int:
    """Forget a batch of drives whose time is over; their reports stay. Returns how many frames."""
    before = now() - timedelta(days=settings().location_keep_days)
    due = sa.select(StreamedFrame.report_id).where(StreamedFrame.at < before)
    ids = list(db.session().scalars(due.order_by(StreamedFrame.at).limit(PURGE_BATCH)))
    if ids:
        db.session().execute(sa.delete(StreamedFrame).where(StreamedFrame.report_id.in_(ids)))
        record(
            "frames.purged",
            actor="system",
            subject="streamed_frames",
            at=now(),
            audience=Audience.OPERATIONS,
            frames=len(ids),
        )
    return len(ids)
