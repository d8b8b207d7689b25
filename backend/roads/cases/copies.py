"""A photo that was saved anew is no new witness: messengers strip, scale and compress, and the bytes say nothing any more.

Looked for once, in the turn in which a report is first taken in, among witnesses only: a vehicle that creeps on would else be
one copy after the other of the frame before.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import repeat
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.clock import now
from backend.database import db
from backend.ledger.service import record
from backend.roads.cases.models import CaseView
from backend.roads.cases.proofs import check_named, check_of
from backend.roads.looking.models import PhotoPrint
from backend.roads.models import Defect
from backend.roads.seeing.prints import LIKE_BITS, bits_apart, is_copy
from shared.geometry import EARTH_RADIUS_M
from shared.vocabulary import Audience

NEAR_M = 300.0  # half the side of the square in which every photo is compared
NEAR_MOST, FAR_MOST = 500, 2_000  # the newest
LAID_OVER = 8  # of the likest

_BANDS = (PhotoPrint.band_0, PhotoPrint.band_1, PhotoPrint.band_2, PhotoPrint.band_3)


def note_copy(row: Defect) -> None:
    """Write into a report that is taken in for the first time which earlier one has its photo, saved anew; nothing where none has."""
    if row.same_photo_as is not None or row.lat is None or row.lon is None:
        return
    mine = db.session().scalars(sa.select(PhotoPrint).where(PhotoPrint.defect_id == row.id))
    found = next((each for each in map(_witness_like, mine.all(), repeat(row)) if each is not None), None)
    if found is None:
        return
    row.same_photo_as, row.saved_anew = found, True
    row.version += 1
    record(
        "defect.copy_found",
        actor="system",
        subject=f"defect:{row.id}",
        at=now(),
        audience=Audience.OPERATIONS,
        district_id=row.district_id,
        same_photo_as=str(found),
    )


def no_copy(row: Defect) -> None:
    """A person says that it shows another place: what its print was taken for is taken back; equal bytes stay equal."""
    if row.saved_anew:
        row.same_photo_as, row.saved_anew = None, False
        row.version += 1
        check_named(row.id, check_of(row.id))


def _witness_like(mine: PhotoPrint, row: Defect) -> UUID | None:
    """A witness with this very picture: near by whatever was cut off, anywhere where a word of the print is the same."""
    words = mine.words
    like = {}
    for each in [*_near(row), *_anywhere(mine)]:
        apart = bits_apart(words, tuple(each[2:]))
        if apart <= LIKE_BITS:
            like[each[0], each[1]] = apart
    for key in sorted(like, key=lambda each: (like[each], each))[:LAID_OVER]:
        other = db.session().get_one(PhotoPrint, key)
        if is_copy(other.printed, mine.printed):
            return other.defect_id
    return None


def _near(row: Defect) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    assert row.lat is not None
    assert row.lon is not None
    up = math.degrees(NEAR_M / EARTH_RADIUS_M)
    aside = up / max(0.01, math.cos(math.radians(row.lat)))
    query = _of_witnesses(row.id).where(
        CaseView.lat.between(row.lat - up, row.lat + up),
        CaseView.lon.between(row.lon - aside, row.lon + aside),
    )
    return db.session().execute(query.limit(NEAR_MOST)).all()


def _anywhere(mine: PhotoPrint) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    shared = (band == word for band, word in zip(_BANDS, mine.words, strict=True))
    query = _of_witnesses(mine.defect_id).where(sa.or_(*shared))
    return db.session().execute(query.limit(FAR_MOST)).all()


def _of_witnesses(defect_id: UUID) -> sa.Select[*tuple[Any, ...]]:
    query: sa.Select[*tuple[Any, ...]] = (
        sa.select(PhotoPrint.defect_id, PhotoPrint.place, *_BANDS)
        .join(CaseView, CaseView.defect_id == PhotoPrint.defect_id)
        .where(CaseView.is_witness.is_(True), CaseView.defect_id != defect_id)
        .order_by(CaseView.taken_in_at.desc(), PhotoPrint.place)
    )
    return query
