"""One frame as a report: named by its bytes, sealed before, entered with the transaction that knows that it is wanted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

import sqlalchemy as sa

from backend.blobs import sha256_hex
from backend.database import db
from backend.roads import receiving
from backend.roads.frames.rules import PlacedFrame
from backend.roads.models import Defect
from backend.roads.rules import FoundPlace
from backend.uploads import evidence
from shared.vocabulary import DefectSource


@dataclass(frozen=True, kw_only=True)
class SealedFrame:
    """A frame that is durable, and that no row names yet."""

    report_id: UUID
    sha256: str
    photos: evidence.SealedPhotos


def report_id_of(name: str) -> UUID:
    """The id of a frame's report, from what names the frame: the SHA-256 of its bytes, or its film and time in it."""
    return uuid5(NAMESPACE_URL, f"qala-frame:{name}")


def there(report_ids: Collection[UUID]) -> set[UUID]:
    """Those that are reports already."""
    return set(db.session().scalars(sa.select(Defect.id).where(Defect.id.in_(report_ids))))


def seal(report_id: UUID, content: bytes) -> SealedFrame:
    """Seal a frame's bytes and make them durable; outside any transaction."""
    photos = evidence.seal_photos(receiving.owner(report_id), [content])
    evidence.keep(photos)
    return SealedFrame(report_id=report_id, sha256=sha256_hex(content), photos=photos)


def enter(sealed: SealedFrame, frame: PlacedFrame, *, district_id: UUID, actor: str) -> None:
    """Write the report of a sealed frame; it is looked at when nobody else waits."""
    evidence.remember(sealed.photos)
    receiving.enter(
        sealed.report_id,
        DefectSource.VEHICLE,
        photo_hashes=[sealed.sha256],
        place=FoundPlace(point=frame.place, accuracy_m=frame.accuracy_m),
        district_id=district_id,
        captured_at=frame.at,
        actor=actor,
        heading_deg=frame.heading_deg,
    )
