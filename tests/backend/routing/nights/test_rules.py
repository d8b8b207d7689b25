"""The report of a night: how a pass stands and why, the sums, and how they read, as words, table and pages."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from backend.routing.nights import layout, words
from backend.routing.nights.rules import summing
from backend.routing.nights.rules.judging import Cause, Done, Judged, NightPass, PassState, Sheet, judge
from backend.routing.nights.service import Compared, NightReport
from backend.tables.files import filled_csv, filled_xlsx
from shared.i18n import translate
from shared.vocabulary import Language, PlanState, SkipReason, StopState, WinterWork

DUE = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)  # 05:00 in Petropavl
ZONE = ZoneInfo("Asia/Almaty")
MINUTE = timedelta(minutes=1)
ROUTE, DISTRICT = uuid4(), uuid4()


def sheet(state: StopState = StopState.DONE, **facts: Any) -> Sheet:
    """A stop of a sheet that was closed, reported an hour before its hour."""
    usual: dict[str, Any] = {
        "route_id": ROUTE,
        "skip_reason": None,
        "planned_at": DUE - 90 * MINUTE,
        "reported_at": DUE - 60 * MINUTE,
        "is_on_it": True,
        "started_late": timedelta(0),
        "is_closed": True,
    }
    return Sheet(state=state, **{**usual, **facts})


def night_pass(on: Sheet | None, **facts: Any) -> NightPass:
    """A kilometre of clearing a street of the first priority."""
    usual: dict[str, Any] = {
        "segment_id": 1,
        "forward": True,
        "work": WinterWork.CLEAR,
        "number": 1,
        "street": "улица Абая",
        "district_id": DISTRICT,
        "priority": 1,
        "metres": 1000,
        "grit_kg": 0,
        "due_at": DUE,
        "planned_late": False,
        "moved": False,
        "because": "Поломка машины 301",
        "why_left_out": "",
        "done": None,
    }
    return NightPass(sheet=on, **{**usual, **facts})


def done(minutes: float = -30, *, by_track: bool = True, is_whole: bool = True) -> Done:
    """Work that is recorded so many minutes after its hour."""
    return Done(at=DUE + minutes * MINUTE, by_track=by_track, is_whole=is_whole)


LATE = sheet(reported_at=DUE + 30 * MINUTE)


@pytest.mark.parametrize(
    ("one", "state", "cause"),
    [
        (night_pass(sheet(), done=done()), PassState.IN_TIME, None),
        (night_pass(sheet()), PassState.IN_TIME, None),
        (night_pass(LATE, due_at=None), PassState.IN_TIME, None),
        (night_pass(LATE), PassState.LATE, Cause.BEHIND),
        (night_pass(LATE, done=done(-1)), PassState.IN_TIME, None),
        (night_pass(sheet(), done=done(1)), PassState.LATE, Cause.BEHIND),
        (night_pass(LATE, planned_late=True), PassState.LATE, Cause.PLANNED_LATE),
        (night_pass(LATE, moved=True), PassState.LATE, Cause.REPLANNED),
        (
            night_pass(sheet(reported_at=DUE + MINUTE, started_late=30 * MINUTE)),
            PassState.LATE,
            Cause.STARTED_LATE,
        ),
        (night_pass(None), PassState.NOT_DONE, Cause.LEFT_OUT),
        (night_pass(sheet(StopState.PLANNED)), PassState.NOT_DONE, Cause.NOT_REPORTED),
        (night_pass(sheet(StopState.PLANNED, is_on_it=False)), PassState.NOT_DONE, Cause.TAKEN_OFF),
        (night_pass(sheet(StopState.PLANNED, is_closed=False)), PassState.OPEN, None),
        (night_pass(sheet(StopState.SKIPPED)), PassState.NOT_DONE, Cause.SKIPPED),
        (night_pass(sheet(), done=done(is_whole=False)), PassState.NOT_DONE, Cause.NOT_BORNE_OUT),
    ],
)
def test_how_a_pass_stands_and_why(one: NightPass, state: PassState, cause: Cause | None) -> None:
    """The time of the track stands before that of the report; what the track denies is not done."""
    found = judge(one)
    assert (state, cause) == (found.state, found.cause)


def test_only_a_new_plan_s_doing_carries_its_reason() -> None:
    """The breakdown explains what it moved or took off, nothing else."""
    off, moved, behind = (
        judge(each)
        for each in (
            night_pass(sheet(StopState.PLANNED, is_on_it=False)),
            night_pass(LATE, moved=True),
            night_pass(LATE),
        )
    )
    assert ["Поломка машины 301", "Поломка машины 301", ""] == [each.because for each in (off, moved, behind)]
    why = words.cause_words(*off.why, Language.RU)
    assert why.endswith(": Поломка машины 301")


def judged() -> list[Judged]:
    """A night of five kilometres: in time by track, late by report, skipped, left out, gritted."""
    parked = sheet(StopState.SKIPPED, skip_reason=SkipReason.PARKED_CARS)
    return [
        judge(each)
        for each in (
            night_pass(sheet(), done=done()),
            night_pass(LATE, done=done(30, by_track=False), segment_id=2),
            night_pass(parked, street="=улица Сатпаева", segment_id=3, priority=2),
            night_pass(None, street="", segment_id=4, priority=2, district_id=None, why_left_out="мест нет"),
            night_pass(sheet(), work=WinterWork.GRIT, grit_kg=200, done=done()),
        )
    ]


def test_sums_tell_metres_by_state_proof_and_grit() -> None:
    """Everything that was asked for is somewhere."""
    whole = summing.total(judged())
    assert (5, 5000, 2000, 1000, 2000, 0) == (
        whole.passes,
        whole.metres,
        whole.in_time_m,
        whole.late_m,
        whole.not_done_m,
        whole.open_m,
    )
    assert (2000, 1000, 200, 200) == (
        whole.by_track_m,
        whole.by_report_m,
        whole.grit_kg,
        whole.grit_spread_kg,
    )
    by_priority = summing.sums_by(judged(), lambda each: each.night_pass.priority)
    assert {1: 3000, 2: 2000} == {key: each.metres for key, each in by_priority.items()}
    assert [(Cause.SKIPPED, 1000), (Cause.LEFT_OUT, 1000), (Cause.BEHIND, 1000)] == [
        (each.cause, each.metres) for each in summing.causes_of(judged())
    ]


def test_streets_with_trouble_come_first() -> None:
    """What was not done, then what was late, then the rest."""
    streets = summing.streets_of(judged())
    assert ["", "=улица Сатпаева", "улица Абая", "улица Абая"] == [each.street for each in streets]
    late = streets[2]
    assert (2000, 1000, DUE, DUE + 30 * MINUTE) == (
        late.metres,
        late.late_m,
        late.due_at,
        late.last_done_at,
    )


def report() -> NightReport:
    """The report of that night."""
    found = judged()
    whole = summing.total(found)
    name: Any = SimpleNamespace(name_ru="Центр", name_kk="Орталық", name_en="Centre")
    districts = summing.sums_by(found, lambda each: each.night_pass.district_id)
    return NightReport(
        plan_id=UUID(int=1),
        title="Ночь",
        night=date(2026, 11, 23),
        state=PlanState.CLOSED,
        made_at=DUE,
        districts={DISTRICT: name},
        judged=found,
        whole=whole,
        by_priority=sorted(summing.sums_by(found, lambda each: each.night_pass.priority).items()),
        by_district=list(districts.items()),
        by_work=sorted(summing.sums_by(found, lambda each: each.night_pass.work).items()),
        causes=summing.causes_of(found),
        streets=summing.streets_of(found),
        machines=[],
        compared=Compared(
            planned_m=whole.metres,
            reported_m=whole.done_m,
            by_track_m=whole.by_track_m,
            by_report_m=whole.by_report_m,
            with_m=2000,
            against_m=0,
            fast_m=0,
            unknown_m=0,
            way_planned_m=9000,
            way_driven_m=9500,
        ),
    )


@pytest.mark.parametrize("language", list(Language))
def test_the_night_is_told_in_the_reader_s_language(language: Language) -> None:
    """Each cause is a sentence; districts by their names; the same content gives the same pages."""
    shown = layout.shown(report(), language)
    assert translate(words.CAUSES[Cause.LEFT_OUT], language) in " ".join(shown["text"])
    assert {"Центр", "Орталық", "Centre"} & {each["district"] for each in shown["by_district"]}
    pages = layout.as_pdf(report(), language, ZONE)
    assert (b"%PDF-", pages) == (pages[:5], layout.as_pdf(report(), language, ZONE))


def test_russian_sentences_read_as_they_should() -> None:
    """Numbers with the language's comma."""
    said = layout.shown(report(), Language.RU)["text"]
    assert said[0] == (
        "Выполнено 3,0 из 5,0 км проходов (60 %): в срок 2,0 км, с опозданием 1,0 км; не выполнено 2,0 км."
    )
    assert "Не выполнено 1,0 км (улиц: 1): пропущено: мешают машины." in said


def test_tables_hold_every_street_and_reckon_nothing() -> None:
    """A street whose name begins like a formula stays a text in both."""
    head, rows = layout.table(report(), Language.RU, ZONE)
    assert (15, 4) == (len(head), len(rows))
    lines = list(csv.reader(io.StringIO(filled_csv(head, rows).decode("utf-8-sig")), delimiter=";"))
    assert ["'=улица Сатпаева", "1000"] == [lines[2][0], lines[2][9]]
    sheet_of = load_workbook(io.BytesIO(filled_xlsx(head, rows))).worksheets[0]
    cell = sheet_of.cell(3, 1)
    assert ("=улица Сатпаева", "s", 1000) == (cell.value, cell.data_type, sheet_of.cell(3, 10).value)
    assert "24.11.2026 05:00" == sheet_of.cell(4, 5).value
