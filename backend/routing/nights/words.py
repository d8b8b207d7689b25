"""A night's report in words: a few sentences, and what each state, cause and kind of work is called."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from babel.dates import format_date
from babel.numbers import format_decimal

from backend.routing.exports.words import REASONS
from backend.routing.nights.rules.judging import Cause, PassState
from backend.routing.nights.rules.summing import CauseSum, Sum
from shared.i18n import Message, translate
from shared.vocabulary import Language, SkipReason, WinterWork

_ = Message
KM, TONNE = 1000.0, 1000.0

STATES: dict[PassState, Message] = {
    PassState.IN_TIME: _("done in time"),
    PassState.LATE: _("done late"),
    PassState.NOT_DONE: _("not done"),
    PassState.OPEN: _("not yet reported"),
}
CAUSES: dict[Cause, Message] = {
    Cause.PLANNED_LATE: _("the plan had it late: too few machines for the hour"),
    Cause.STARTED_LATE: _("the machine set out late"),
    Cause.REPLANNED: _("another machine took it over in the night"),
    Cause.BEHIND: _("slower than planned"),
    Cause.LEFT_OUT: _("no plan had room for it"),
    Cause.TAKEN_OFF: _("a newer plan took it off the sheets"),
    Cause.SKIPPED: _("skipped"),
    Cause.NOT_REPORTED: _("nobody reported anything"),
    Cause.NOT_BORNE_OUT: _("reported done, but the streets driven show otherwise"),
}
WORKS: dict[WinterWork, Message] = {
    WinterWork.CLEAR: _("clearing"),
    WinterWork.GRIT: _("gritting"),
    WinterWork.PAVEMENT: _("pavements"),
}
TITLE = _("Report of the night from {date}")
NAMELESS = _("street without a name")


def title(night: date, language: Language) -> str:
    """What the report is called."""
    return translate(TITLE.format(date=day(night, language)), language)


def day(night: date, language: Language) -> str:
    """A date, written out."""
    return format_date(night, "d MMMM y", locale=language.value)


def cause_words(cause: Cause, skip_reason: SkipReason | None, because: str, language: Language) -> str:
    """Why, with the reason that the crew gave, or for which a new plan was made."""
    said = translate(CAUSES[cause], language)
    closer = because if skip_reason is None else translate(REASONS[skip_reason], language).lower()
    return f"{said}: {closer}" if closer else said


def sentences(
    whole: Sum, by_priority: Sequence[tuple[int, Sum]], causes: Sequence[CauseSum], language: Language
) -> list[str]:
    """The night in a few sentences: how much, until when, why not, what proves it, grit."""
    said = [
        _(
            "{done} of {planned} km of passes are done ({share} %): {in_time} km in time, {late} km late; {not_done} km are not done."
        ).format(
            done=km(whole.done_m, language),
            planned=km(whole.metres, language),
            share=percent(whole.done_m, whole.metres),
            in_time=km(whole.in_time_m, language),
            late=km(whole.late_m, language),
            not_done=km(whole.not_done_m, language),
        )
    ]
    if whole.open_m:
        message = _("{open} km are not reported yet: the night goes on.")
        said.append(message.format(open=km(whole.open_m, language)))
    said += [
        _("Priority {priority}: {share} % done, {late} km of it late, {not_done} km not done.").format(
            priority=priority,
            share=percent(each.done_m, each.metres),
            late=km(each.late_m, language),
            not_done=km(each.not_done_m, language),
        )
        for priority, each in by_priority
    ]
    said += [
        (
            _("Late, {km} km in {streets} streets: {cause}.")
            if each.state is PassState.LATE
            else _("Not done, {km} km in {streets} streets: {cause}.")
        ).format(
            km=km(each.metres, language),
            streets=len(each.streets),
            cause=cause_words(each.cause, each.skip_reason, each.because, language),
        )
        for each in causes
    ]
    if whole.done_m:
        message = _("Of what is done, tracks show {track} km; {report} km stand on reports alone.")
        said.append(
            message.format(track=km(whole.by_track_m, language), report=km(whole.by_report_m, language))
        )
    if whole.grit_kg:
        message = _("Grit for what is done: {spread} t of {planned} t.")
        said.append(
            message.format(
                spread=tonnes(whole.grit_spread_kg, language), planned=tonnes(whole.grit_kg, language)
            )
        )
    return [translate(each, language) for each in said]


def km(metres: float, language: Language) -> str:
    """Kilometres with one digit."""
    return format_decimal(metres / KM, format="#,##0.0", locale=language.value)


def tonnes(kg: float, language: Language) -> str:
    """Tonnes with one digit."""
    return format_decimal(kg / TONNE, format="#,##0.0", locale=language.value)


def percent(part: float, whole: float) -> int:
    """Whole per cents; all of nothing is all."""
    return 100 if not whole else int(100 * part / whole)
