"""Receipts for what people do without a program: a paper sheet, and an appeal."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from backend.accounts.policy import owns_only
from backend.attendance.paper import sheets
from backend.attendance.receipts import words
from backend.attendance.receipts.layout import Part, Receipt
from backend.attendance.receipts.saying import Saying
from backend.attendance.reviews import appeal_reading
from backend.attendance.reviews.models import Appeal
from backend.clock import now
from backend.errors import NotFound
from backend.ledger.service import log_access
from backend.web.principal import Principal
from shared.i18n import Message
from shared.vocabulary import AppealState, Language

_ = Message
ACTION = "receipts.read"


def of_paper_sheet(sheet_id: UUID, by: Principal, language: Language | None) -> Receipt:
    """The receipt for a paper sheet in the principal's scope; supervisors only of those that they entered."""
    sheet = sheets.get(sheet_id, by)
    _require_own(by, sheet.entered_by, _("paper sheet"), sheet_id)
    log_access(by.actor, ACTION, f"paper_sheet:{sheet_id}", now())
    voice = Saying(sheet.person_id, by, language)
    appeal = voice.open_appeal(sheets.KIND, sheet_id)
    decision = sheet.decision
    about = [
        voice.who(),
        voice.fact(words.WHERE, voice.task_title(sheet.task_id)),
        voice.fact(words.CAME, voice.moment(sheet.came_at)),
        voice.fact(words.LEFT, voice.moment(sheet.left_at)),
        voice.fact(words.WHY_PAPER, words.PAPER_REASONS[sheet.reason]),
        voice.fact(words.ENTERED, voice.moment(sheet.entered_at)),
        voice.fact(words.SHEET_NUMBER, str(sheet.id)),
    ]
    stands = [voice.paragraph(words.SHEET_STANDS[sheet.state])]
    if appeal is not None:
        stands.append(voice.paragraph(words.APPEAL_OPEN.format(day=_last_day(voice, appeal))))
    person: list[Part] = []
    if decision is None:
        person.append(voice.paragraph(words.SHEET_UNDECIDED))
    else:
        outcome = words.SHEET_DECIDED[sheet.state].format(moment=voice.moment(decision.decided_at))
        person.append(voice.paragraph(outcome))
        if decision.on_appeal:
            person.append(voice.paragraph(words.ON_APPEAL))
        if decision.words:
            person.append(voice.paragraph(words.IN_WORDS.format(words=decision.words)))
    known = [
        sheet.entered_at,
        decision.decided_at if decision else None,
        appeal.received_at if appeal else None,
    ]
    return _receipt(
        voice,
        sheet.id,
        words.SHEET_TITLE,
        words.SHEET_INTRODUCTION,
        known,
        (
            (words.ABOUT, about),
            (words.STANDS, stands),
            (words.PERSON, person),
            (words.HOW_TO_APPEAL, voice.how_to_appeal(decision.decided_at if decision else None)),
        ),
    )


def of_appeal(appeal_id: UUID, by: Principal, language: Language | None) -> Receipt:
    """The receipt for an appeal in the principal's scope; supervisors only of those that they wrote down."""
    appeal = appeal_reading.get(appeal_id, by)
    _require_own(by, appeal.filed_by, _("appeal"), appeal_id)
    log_access(by.actor, ACTION, f"appeal:{appeal_id}", now())
    voice = Saying(appeal.person_id, by, language)
    texts = appeal_reading.texts_of(appeal)
    about = [
        voice.who(),
        voice.fact(words.AGAINST, words.SUBJECTS.get(appeal.kind, appeal.kind)),
        voice.fact(words.SUBJECT_NUMBER, str(appeal.subject_id)),
        voice.fact(words.FILED_ON, voice.day(appeal.filed_on)),
        voice.fact(words.FORM, words.FORMS[appeal.filed_as]),
        voice.fact(words.APPEAL_NUMBER, str(appeal.id)),
    ]
    if texts.words:
        about.append(voice.fact(words.WRITTEN_DOWN, f"«{texts.words}»"))
    if appeal.late:
        about.append(voice.paragraph(words.LATE.format(day=voice.day(appeal.appeal_until))))
    stands = [voice.paragraph(words.APPEAL_STANDS[appeal.state].format(day=_last_day(voice, appeal)))]
    if appeal.closed_at is not None:
        stands.append(voice.fact(words.CLOSED, voice.moment(appeal.closed_at)))
    if texts.ruling:
        stands.append(voice.paragraph(words.IN_WORDS.format(words=texts.ruling)))
    rights = [words.COURT, words.NO_WORSE, words.NO_SANCTION]
    if appeal.state is AppealState.FILED:
        rights.insert(0, words.ANOTHER_ACTS)
    return _receipt(
        voice,
        appeal.id,
        words.APPEAL_TITLE,
        words.APPEAL_INTRODUCTION,
        [appeal.received_at, appeal.closed_at],
        ((words.ABOUT, about), (words.STANDS, stands), (words.RIGHTS, voice.points(rights))),
    )


def _receipt(
    voice: Saying,
    subject_id: UUID,
    title: str,
    introduction: str,
    known: list[datetime | None],
    sections: tuple[tuple[str, list[Part]], ...],
) -> Receipt:
    return Receipt(
        id=subject_id,
        language=voice.language,
        title=voice.say(title),
        introduction=voice.say(introduction),
        made_at=max(at for at in known if at is not None),
        sections=voice.sections(sections),
        measures=(),
    )


def _last_day(voice: Saying, appeal: Appeal) -> str:
    return voice.day(appeal.due_at - timedelta(seconds=1))


def _require_own(by: Principal, owner_id: UUID, what: Message, subject_id: UUID) -> None:
    if owns_only(by, ACTION) and owner_id != by.user_id:
        raise NotFound(what, subject_id)
