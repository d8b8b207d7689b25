"""Papers have an end: files of what was decided long ago go, what was decided stays, and whoever asks is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from backend.attendance.paper.work import purge_old_papers
from backend.config import Settings
from backend.database import transaction
from backend.ledger.models import AccessEntry, LedgerEntry
from tests.backend.attendance.paper.conftest import PDF, Desk, decide
from tests.backend.attendance.paper.test_appeals import file
from tests.phone import Phone

Staff = Callable[..., Phone]


@pytest.fixture
def keep_days(settings: Settings) -> int:
    """How long papers are kept."""
    return settings.paper_keep_days


def purge(app: Flask) -> None:
    """What workers do every day."""
    with app.app_context():
        purge_old_papers()


def files(app: Flask) -> int:
    """How many files lie in the blob store."""
    folder = app.config["QALA"].instance_dir / "blobs"
    return sum(path.is_file() for path in folder.rglob("*"))


def purged(app: Flask) -> list[str]:
    """Of what the ledger says that papers were deleted, in order."""
    with app.app_context(), transaction(read_only=True) as session:
        query = sa.select(LedgerEntry.subject).where(LedgerEntry.kind == "evidence.purged")
        return list(session.scalars(query.order_by(LedgerEntry.id)))


def read(desk: Desk, path: str) -> Any:
    """What the API shows of a sheet or an absence."""
    return desk.dispatcher.get(f"/{path}").json


def looks(app: Flask) -> int:
    """How many looks at personal data were logged."""
    with app.app_context(), transaction(read_only=True) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(AccessEntry)) or 0


def test_photos_of_a_sheet_go_when_their_time_is_over_and_the_sheet_stays(
    app: Flask, desk: Desk, keep_days: int
) -> None:
    """To the day; the answer says that nothing was lost, and no look is logged that was none."""
    sheet_id = desk.entered()
    decide(desk.dispatcher, f"paper-sheets/{sheet_id}", "approved")
    desk.later(days=keep_days)
    purge(app)
    assert 200 == desk.dispatcher.get(f"/paper-sheets/{sheet_id}/photos/0").status_code
    desk.later(minutes=1)
    purge(app)
    purge(app)
    before = looks(app)
    gone = desk.dispatcher.get(f"/paper-sheets/{sheet_id}/photos/0")
    assert (409, "urn:qala:problem:paper-purged") == (gone.status_code, gone.json["type"])  # type: ignore[index]
    assert "2031-11-22" in gone.json["detail"]  # type: ignore[index]
    sheet = read(desk, f"paper-sheets/{sheet_id}")
    assert ("approved", 1, "Ахметов подписал при мне") == (
        sheet["state"],
        len(sheet["photos"]),
        sheet["note"],
    )
    assert sheet["purged_at"].startswith("2031-11-22")
    assert (0, ["paper_sheets"], before + 1) == (files(app), purged(app), looks(app))


def test_documents_of_an_absence_go_likewise(app: Flask, desk: Desk, keep_days: int) -> None:
    """An absence without documents has nothing that could go."""
    absence_id, bare_id = desk.absent(documents=[PDF]), desk.absent(documents=[], from_day="2026-11-21")
    for each in (absence_id, bare_id):
        assert 200 == decide(desk.dispatcher, f"absences/{each}", "confirmed").status_code
    desk.later(days=keep_days, minutes=1)
    purge(app)
    gone = desk.dispatcher.get(f"/absences/{absence_id}/documents/0")
    assert (409, "urn:qala:problem:paper-purged") == (gone.status_code, gone.json["type"])  # type: ignore[index]
    absence, bare = read(desk, f"absences/{absence_id}"), read(desk, f"absences/{bare_id}")
    assert (1, False) == (len(absence["documents"]), absence["document_missing"])
    assert (True, None) == (absence["purged_at"] is not None, bare["purged_at"])
    assert (0, ["absences"]) == (files(app), purged(app))


def test_what_nobody_has_decided_stays(app: Flask, desk: Desk, keep_days: int) -> None:
    """Whoever decides at last must see the paper."""
    sheet_id, absence_id = desk.entered(), desk.absent()
    desk.later(days=3 * keep_days)
    purge(app)
    for path in (f"paper-sheets/{sheet_id}/photos/0", f"absences/{absence_id}/documents/0"):
        assert 200 == desk.dispatcher.get(f"/{path}").status_code
    assert [] == purged(app)


def test_the_time_runs_from_the_last_word(app: Flask, desk: Desk, keep_days: int, staff: Staff) -> None:
    """A late decision starts it; under appeal papers stay, and the appeal's end starts it anew."""
    sheet_id = desk.entered()
    desk.later(days=keep_days)
    decide(desk.dispatcher, f"paper-sheets/{sheet_id}", "refused")
    desk.later(days=keep_days - 1)
    appeal = file(desk, staff, "paper_sheet", sheet_id)
    desk.later(days=keep_days)
    purge(app)
    assert 200 == decide(desk.second, appeal, "rejected").status_code
    desk.later(days=keep_days)
    purge(app)
    assert (1, []) == (files(app), purged(app))
    desk.later(minutes=1)
    purge(app)
    assert (0, ["paper_sheets"]) == (files(app), purged(app))


class AwayBlobs:
    """A store that cannot be reached."""

    def delete(self, name: str) -> None:
        """Fail."""
        raise ConnectionError(name)


def test_an_outage_of_the_store_leaves_no_paper_behind(app: Flask, desk: Desk, keep_days: int) -> None:
    """A paper is noted as gone only once it is."""
    sheet_id = desk.entered()
    decide(desk.dispatcher, f"paper-sheets/{sheet_id}", "approved")
    desk.later(days=keep_days, minutes=1)
    store, app.extensions["qala_blobs"] = app.extensions["qala_blobs"], AwayBlobs()
    with pytest.raises(ConnectionError):
        purge(app)
    assert (None, []) == (read(desk, f"paper-sheets/{sheet_id}")["purged_at"], purged(app))
    app.extensions["qala_blobs"] = store
    purge(app)
    assert (0, ["paper_sheets"]) == (files(app), purged(app))
