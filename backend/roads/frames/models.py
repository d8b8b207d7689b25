"""Rows of frames: which were sent while a vehicle drove, where and when."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base


class StreamedFrame(Base):
    """A frame of a driving vehicle that became a report: by it the next ones, and the same drive's card, are thinned; purged like positions."""

    __tablename__ = "streamed_frames"
    __table_args__ = (
        Index("ix_streamed_frames_tracker_id_drive_id_at", "tracker_id", "drive_id", "at"),
        Index("ix_streamed_frames_vehicle_id_at", "vehicle_id", "at"),
        Index("ix_streamed_frames_at", "at"),
    )

    report_id: Mapped[UUID] = mapped_column(ForeignKey("defects.id"), primary_key=True)
    tracker_id: Mapped[UUID] = mapped_column(ForeignKey("trackers.id"))
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("vehicles.id"))
    drive_id: Mapped[UUID]  # made by the camera
    at: Mapped[datetime]
    lat: Mapped[float]
    lon: Mapped[float]
    accuracy_m: Mapped[float]
