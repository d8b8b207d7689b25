"""Reports of drawn faults, received and looked at as real ones are, by an eye that knows what was drawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from backend.blobs import sha256_hex
from backend.database import transaction
from backend.errors import NotFound
from backend.roads import receiving
from backend.roads import service as roads
from backend.roads.blurring.blur import FindingBlurrer
from backend.roads.blurring.softening import Box
from backend.roads.drawn.photos import DrawnFault, drawn_finding, drawn_photo
from backend.roads.looking import holding as steps
from backend.roads.open311 import following
from backend.roads.open311 import service as citizens
from backend.roads.open311.rules import Asked
from backend.roads.rules import FoundPlace
from backend.roads.seeing.finding import Finding
from backend.uploads import evidence
from backend.web.principal import Principal
from shared.geometry import Point
from shared.vocabulary import DefectSource, PublicService

ACCURACY_M = 6.0


class KnownEye:
    """Sees in a drawn photo what was drawn."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding

    def look(self, picture: NDArray[np.uint8]) -> Finding:
        """The finding, whatever the picture."""
        return self.finding


def nobody(pixels: NDArray[np.uint8], /) -> list[Box]:
    """Of faces and plates in a drawn photo: none, and no model need be loaded to know."""
    return []


def report(
    report_id: UUID,
    drawn: DrawnFault,
    by: Principal,
    *,
    place: Point | None,
    heading_deg: float | None,
    captured_at: datetime,
    district_id: UUID,
) -> bool:
    """Receive a drawn photo and look at it; False where it was received before. Opens transactions of its own."""
    with transaction(read_only=True):
        try:
            roads.get(report_id, by)
        except NotFound:
            pass
        else:
            return False
    photo = drawn_photo(drawn)
    sealed = evidence.seal_photos(receiving.owner(report_id), [photo])
    evidence.keep(sealed)
    with transaction():
        evidence.remember(sealed)
        receiving.enter(
            report_id,
            DefectSource.VEHICLE,
            photo_hashes=[sha256_hex(photo)],
            place=None if place is None else FoundPlace(point=place, accuracy_m=ACCURACY_M),
            district_id=district_id,
            captured_at=captured_at,
            actor="cli",
            heading_deg=heading_deg,
        )
        holding = steps.hold(report_id)  # before it can be seen: no worker looks with its own eye
    _look(holding, [photo], drawn_finding(drawn))
    return True


def ask(text: str, service: PublicService, drawn: DrawnFault | None, place: Point) -> None:
    """A citizen's request through the public door, with a drawn photo or in words alone."""
    photos = [] if drawn is None else [drawn_photo(drawn)]
    number = citizens.ask(Asked(service=service, place=place, description=text, address=""), photos, app="")
    if drawn is not None:
        with transaction(read_only=True):
            request_id = following.find(number).request.id
        with transaction():
            holding = steps.hold(request_id)
        _look(holding, photos, drawn_finding(drawn))


def _look(holding: steps.Holding | None, photos: Sequence[bytes], finding: Finding) -> None:
    """What a worker does; where one was faster, it has looked with its own eye."""
    if holding is None:
        return
    seen = [steps.see(photo, KnownEye(finding), FindingBlurrer(nobody, nobody)) for photo in photos]
    views = steps.seal_views(holding, seen)
    if views is not None:
        evidence.keep(views)
    with transaction():
        steps.write(holding, seen, views)
    with transaction():
        steps.into_a_case(holding.defect_id)
