"""A night's report as the wire shows it, as a table (CSV, XLSX), and as pages to print (PDF); in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID

from backend.routing.nights import words
from backend.routing.nights.rules.summing import StreetSum, Sum
from backend.routing.nights.schemas import SumSchema
from backend.routing.nights.service import NightReport
from shared.i18n import Message, translate
from shared.vocabulary import Language

_ = Message
SUMS = tuple(SumSchema().fields)
HEAD = (
    _("Street"),
    _("Work"),
    _("Priority"),
    _("District"),
    _("Due"),
    _("Last done"),
    _("Planned, m"),
    _("In time, m"),
    _("Late, m"),
    _("Not done, m"),
    _("Not yet, m"),
    _("By track, m"),
    _("By report, m"),
    _("Grit, kg"),
    _("Why"),
)
SUM_HEAD = (_("Planned, km"), _("In time, km"), _("Late, km"), _("Not done, km"), _("By track, km"))
STREETS_PRINTED = 200  # those with trouble come first; all of them stand in the tables


def shown(report: NightReport, language: Language) -> dict[str, Any]:
    """The report as the wire shows it."""
    return {
        **{name: getattr(report, name) for name in ("plan_id", "title", "night", "state", "made_at")},
        "text": words.sentences(report.whole, report.by_priority, report.causes, language),
        "whole": _sum(report.whole),
        "by_priority": [{"priority": key, **_sum(each)} for key, each in report.by_priority],
        "by_district": [
            {"district_id": key, "district": district(report, key, language), **_sum(each)}
            for key, each in report.by_district
        ],
        "by_work": [{"work": key, **_sum(each)} for key, each in report.by_work],
        "causes": [
            {
                **{
                    name: getattr(each, name)
                    for name in ("state", "cause", "skip_reason", "passes", "metres")
                },
                "text": words.cause_words(each.cause, each.skip_reason, each.because, language),
                "streets": len(each.streets),
            }
            for each in report.causes
        ],
        "streets": [
            {
                **_sum(each),
                "street": _street(each, language),
                "district": district(report, each.district_id, language),
                **{
                    name: getattr(each, name)
                    for name in ("work", "priority", "district_id", "due_at", "last_done_at")
                },
                "why": _why(each, language),
            }
            for each in report.streets
        ],
        "machines": [
            {**{name: getattr(each, name) for name in vars(each)}, "work": _sum(each.work)}
            for each in report.machines
        ],
        "compared": asdict(report.compared),
    }


def table(report: NightReport, language: Language, zone: tzinfo) -> tuple[list[str], list[list[str | int]]]:
    """Headings and a row for each street and work."""
    rows: list[list[str | int]] = [
        [
            _street(each, language),
            translate(words.WORKS[each.work], language),
            each.priority,
            district(report, each.district_id, language),
            _moment(each.due_at, zone),
            _moment(each.last_done_at, zone),
            each.metres,
            each.in_time_m,
            each.late_m,
            each.not_done_m,
            each.open_m,
            each.by_track_m,
            each.by_report_m,
            each.grit_spread_kg,
            "; ".join(_why(each, language)),
        ]
        for each in report.streets
    ]
    return [translate(each, language) for each in HEAD], rows


def as_pdf(report: NightReport, language: Language, zone: tzinfo) -> bytes:
    """A4, to print. Takes some CPU: never call it within a transaction."""
    from backend.web.pdf import Document  # half a second to import, and most processes never print

    def say(message: Message) -> str:
        return translate(message, language)

    heading = words.title(report.night, language)
    page = Document(heading, language, report.made_at, foot=f"{heading} · {report.plan_id}")
    if report.title:
        page.paragraph(report.title, bold=True)
    page.points(words.sentences(report.whole, report.by_priority, report.causes, language))
    groups = (
        (_("By priority"), [(str(key), each) for key, each in report.by_priority]),
        (
            _("By district"),
            [(district(report, key, language), each) for key, each in report.by_district],
        ),
        (_("By work"), [(say(words.WORKS[key]), each) for key, each in report.by_work]),
        (_("By machine"), [(each.vehicle, each.work) for each in report.machines]),
    )
    for name, sums in groups:
        page.heading(say(name))
        page.table(
            ["", *map(say, SUM_HEAD)],
            [[label, *_kms(each, language)] for label, each in sums],
            widths=[3, 1.4, 1.4, 1.4, 1.4, 1.4],
            aligns=["L", "R", "R", "R", "R", "R"],
        )
    troubled = [each for each in report.streets if each.late_m or each.not_done_m]
    if troubled:
        page.heading(say(_("Streets that were late or not done")))
        names = (_("Street"), _("District"), _("Work"), _("Late, m"), _("Not done, m"), _("Why"))
        head = [say(each) for each in names]
        page.table(
            head,
            [
                [
                    _street(each, language),
                    district(report, each.district_id, language),
                    say(words.WORKS[each.work]),
                    str(each.late_m),
                    str(each.not_done_m),
                    "; ".join(_why(each, language)),
                ]
                for each in troubled[:STREETS_PRINTED]
            ],
            widths=[2.6, 1.5, 1.5, 1.2, 1.4, 3.6],
            aligns=["L", "L", "L", "R", "R", "L"],
        )
        if len(troubled) > STREETS_PRINTED:
            message = _("{count} more streets stand in the table (CSV, XLSX).")
            page.note(say(message.format(count=len(troubled) - STREETS_PRINTED)))
    page.note(say(_("As of {moment}.").format(moment=_moment(report.made_at, zone))))
    return page.bytes()


def district(report: NightReport, district_id: UUID | None, language: Language) -> str:
    """A district's name, or that there is none."""
    if district_id is None:
        return translate(_("in no district"), language)
    row = report.districts.get(district_id)
    return "" if row is None else str(getattr(row, f"name_{language.value}"))


def _sum(each: Sum) -> dict[str, Any]:
    return {name: getattr(each, name) for name in SUMS}


def _kms(each: Sum, language: Language) -> Sequence[str]:
    metres = (each.metres, each.in_time_m, each.late_m, each.not_done_m, each.by_track_m)
    return [words.km(part, language) for part in metres]


def _street(each: StreetSum, language: Language) -> str:
    return each.street or translate(words.NAMELESS, language)


def _why(each: StreetSum, language: Language) -> list[str]:
    found = sorted(each.causes, key=lambda why: -each.causes[why])
    said = [words.cause_words(*why, language) for why in found]
    # The plan's own words name the street first, which stands here already
    closer = each.why_left_out.split(f"{each.street}: ", 1)[-1] if each.street else each.why_left_out
    return [*said, closer] if closer else said


def _moment(moment: datetime | None, zone: tzinfo) -> str:
    return "" if moment is None else moment.astimezone(zone).strftime("%d.%m.%Y %H:%M")
