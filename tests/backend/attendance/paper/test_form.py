"""The sheet to print: a PDF with initials, in three languages, for those who may see the task."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from shared.vocabulary import Role
from tests.backend.attendance.paper.conftest import Desk
from tests.phone import Phone

Staff = Callable[..., Phone]


@pytest.mark.parametrize("language", ["ru", "kk", "en"])
def test_the_sheet_to_print_is_a_pdf_to_save(desk: Desk, language: str) -> None:
    """The same task gives the same bytes."""
    first, again = (
        desk.supervisor.get(f"/paper-sheets/form?task_id={desk.task_id}&language={language}")
        for _time in range(2)
    )
    assert (200, "application/pdf", b"%PDF-") == (first.status_code, first.content_type, first.data[:5])
    assert first.headers["Content-Disposition"].startswith("attachment;")
    assert first.data == again.data


def test_the_reader_s_language_is_the_default(desk: Desk) -> None:
    """As everywhere."""
    path = f"/paper-sheets/form?task_id={desk.task_id}"
    pages = {language: desk.supervisor.get(f"{path}&language={language}").data for language in ("kk", "ru")}
    desk.supervisor.headers["Accept-Language"] = "kk"
    assert pages["kk"] == desk.supervisor.get(path).data != pages["ru"]


def test_a_task_that_one_may_not_see_has_no_sheet(desk: Desk, staff: Staff, other_district_id: UUID) -> None:
    """Another district's, another supervisor's, nobody's."""
    path = "/paper-sheets/form?task_id="
    strangers = (staff(Role.DISPATCHER, districts=[other_district_id]), staff(Role.SUPERVISOR))
    assert [404, 404] == [phone.get(path + desk.task_id).status_code for phone in strangers]
    assert 404 == desk.dispatcher.get(path + str(uuid4())).status_code
    assert 422 == desk.dispatcher.get("/paper-sheets/form").status_code
    assert 422 == desk.dispatcher.get(f"{path}{desk.task_id}&language=de").status_code
