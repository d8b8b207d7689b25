"""Receipts: everything that a check-in's row, its decisions and its settings say, put into plain words."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from backend.accounts import service as accounts
from backend.adapters import settings
from backend.attendance import service as attendance
from backend.attendance import words as verdict_words
from backend.attendance.models import CheckIn
from backend.attendance.receipts import words
from backend.attendance.receipts.layout import Part, PartKind, Receipt, Section
from backend.attendance.reviews import rules as review_rules
from backend.attendance.reviews import service as reviews
from backend.attendance.reviews.appeal_reading import open_on
from backend.attendance.reviews.models import Appeal, Decision
from backend.database import db
from backend.errors import NotFound
from backend.people import service as people
from backend.tasks import service as tasks
from backend.web.language import current_language
from backend.web.principal import Principal
from shared.contracts import PersonCard
from shared.i18n import Message, translate
from shared.vocabulary import (
    CheckInState,
    DecisionReason,
    FindingCode,
    FindingResult,
    Language,
    Outcome,
    ReviewCause,
    ReviewState,
)


def of_check_in(check_in_id: UUID, by: Principal, language: Language | None) -> Receipt:
    """The receipt for a check-in in the principal's scope, in the person's language unless told; the read is logged."""
    row = attendance.get(check_in_id, by, "receipts.read")
    card = people.cards([row.person_id], by).get(row.person_id)
    return _Writing(row, card, by, language or (card.language if card else current_language())).receipt()


class _Writing:
    """One receipt on its way: what it is about, and the language it is written in."""

    def __init__(self, row: CheckIn, card: PersonCard | None, by: Principal, language: Language) -> None:
        self.row, self.card, self.by, self.language = row, card, by, language
        self.zone = ZoneInfo(settings().time_zone)
        self.answer = attendance.answer(row, language)
        self.decisions = reviews.decisions_on(row.id)
        open_id = open_on("check_in", row.id)
        self.appeal = db.session().get(Appeal, open_id) if open_id else None

    def receipt(self) -> Receipt:
        """Everything, the most important first."""
        sections = [
            (words.ABOUT, self._about()),
            (words.STANDS, self._stands()),
            (words.PROGRAM, self._program()),
            (words.PERSON, self._person()),
            (words.OBJECT, self._object()),
            (words.PROOF, self._proof()),
        ]
        return Receipt(
            id=self.row.id,
            language=self.language,
            title=self._say(words.TITLE),
            introduction=self._say(words.INTRODUCTION),
            made_at=self._made_at(),
            sections=tuple(
                Section(heading=self._say(heading), parts=tuple(parts))
                for heading, parts in sections
                if parts
            ),
            measures=self.answer.findings,
        )

    def _about(self) -> list[Part]:
        sure = self.row.expected.get("time_sure", False)
        return [
            self._fact(words.WHO, self.card.initials if self.card else words.ERASED),
            self._fact(words.WHAT, words.KINDS[self.row.kind]),
            self._fact(
                words.WHEN,
                (words.BY_SERVER if sure else words.UNCERTAIN_TIME).format(
                    moment=self._moment(self.row.captured_at), zone=self.zone.key
                ),
            ),
            self._fact(words.WHERE, " ".join([self._task_title(), *self._place()])),
            self._fact(words.RECEIVED, self._moment(self.row.received_at)),
            self._fact(words.NUMBER, str(self.row.id)),
        ]

    def _stands(self) -> list[Part]:
        parts = [self._paragraph(words.STANDING[self._standing()])]
        if self.appeal is not None:
            due_on = self.appeal.due_at - timedelta(seconds=1)  # the end of the last day
            parts.append(self._paragraph(words.APPEAL_OPEN.format(day=self._day(due_on))))
        elif self.row.review_state is ReviewState.OPEN and self.row.review_cause is ReviewCause.SAMPLE:
            parts.append(self._paragraph(words.SAMPLE_OPEN))
        return parts

    def _program(self) -> list[Part]:
        if self.row.outcome is None or self.row.decided_at is None:
            return []
        verdict = words.VERDICTS[self.row.outcome].format(moment=self._moment(self.row.decided_at))
        parts = [self._paragraph(verdict), self._paragraph(words.PROGRAM_DECIDES)]
        for result in (FindingResult.FAIL, FindingResult.DOUBT, FindingResult.OK):
            found = [finding for finding in self.answer.findings if finding.result is result]
            if found:
                parts.append(Part(kind=PartKind.SUBHEADING, text=self._say(words.GROUPS[result])))
                parts += [Part(kind=PartKind.POINT, text=finding.text) for finding in found]
        for label, version in (
            (words.FACE_MODEL, self.row.model_version),
            (words.THRESHOLD, self.row.threshold_version),
            (words.LIVENESS, self.row.liveness_version),
        ):
            text = words.VERSION.format(version=version) if version else words.NOT_USED
            parts.append(self._fact(label, text))
        return parts

    def _person(self) -> list[Part]:
        if not self.decisions:
            return [self._paragraph(words.NOBODY_DECIDED)]
        deciders = {decision.decided_by for decision in self.decisions}
        staff = accounts.staff_in_district(deciders, self.row.district_id)
        parts = []
        for decision in self.decisions:
            parts.append(self._paragraph(self._decision(decision)))
            if decision.appeal_id is not None:
                parts.append(self._paragraph(words.ON_APPEAL))
            officer = staff.get(decision.decided_by)
            role = officer.role if officer else None
            parts.append(
                self._paragraph(
                    words.DECIDED_BY.get(role, words.DECIDED_BY[None])
                )  # the role, never the name
            )
            said = reviews.words_of(decision, self.row.person_id)
            if said:
                parts.append(self._paragraph(words.IN_WORDS.format(words=said)))
        return parts

    def _object(self) -> list[Part]:
        chosen = settings()
        subject = reviews.look(self.row.id, lock=False)
        if subject is None or subject.decided_at is None:
            in_time = words.IN_TIME_LATER.format(days=chosen.appeal_days)
        else:
            until = review_rules.appeal_until(subject.decided_at, chosen.appeal_days, self.zone)
            in_time = words.IN_TIME_UNTIL.format(
                day=words.day(until, self.zone, self.language), days=chosen.appeal_days
            )
        said = [
            words.TO_WHOM,
            words.SAY_WHAT,
            in_time,
            words.ANOTHER_OFFICER.format(days=chosen.appeal_decide_days),
            words.COURT,
            words.NO_SANCTION,
            words.NO_BIOMETRICS,
        ]
        return [Part(kind=PartKind.POINT, text=self._say(text)) for text in said]

    def _proof(self) -> list[Part]:
        parts = []
        if self.row.ledger_id is not None and self.row.ledger_hash is not None:
            parts += [
                self._fact(words.ENTRY, f"№ {self.row.ledger_id}"),
                self._fact(words.ENTRY_HASH, self.row.ledger_hash),
                self._paragraph(words.ENTRY_MEANS),
            ]
        if self.row.frames_purged_at is not None:
            parts.append(self._paragraph(words.PURGED.format(day=self._day(self.row.frames_purged_at))))
        elif self.card is not None:
            days = settings().photo_retention_days
            until = self._day(self.row.received_at + timedelta(days=days))
            kept = words.KEPT_UNTIL.format(count=len(self.row.frame_hashes), day=until, days=days)
            parts.append(self._paragraph(kept))
        return parts

    def _standing(self) -> Outcome | None:
        return self.row.standing if self.row.state is CheckInState.JUDGED else None

    def _decision(self, decision: Decision) -> Message:
        if decision.reason is DecisionReason.OTHER:  # the officer's own words say it, and follow
            text = self._say(verdict_words.DECISIONS[decision.outcome])
        else:
            text = verdict_words.decision(decision.outcome, decision.reason, self.language)
        return words.DECIDED.format(moment=self._moment(decision.decided_at), text=text)

    def _made_at(self) -> datetime:
        known = [
            self.row.received_at,
            self.row.decided_at,
            self.row.frames_purged_at,
            self.appeal.received_at if self.appeal else None,
            *(decision.decided_at for decision in self.decisions),
        ]
        return max(at for at in known if at is not None)

    def _task_title(self) -> str:
        try:
            title = tasks.get(self.row.task_id, self.by).title
        except NotFound:  # it was handed to somebody else since
            return self._say(words.A_TASK.format(id=str(self.row.task_id))) + "."
        return f"«{title}»."

    def _place(self) -> list[str]:
        return [finding.text for finding in self.answer.findings if finding.code is FindingCode.PLACE]

    def _say(self, text: str) -> str:
        return translate(text, self.language)

    def _paragraph(self, text: str) -> Part:
        return Part(kind=PartKind.PARAGRAPH, text=self._say(text))

    def _fact(self, label: str, text: str) -> Part:
        return Part(kind=PartKind.FACT, label=self._say(label), text=self._say(text))

    def _day(self, at: datetime) -> str:
        return words.day(at, self.zone, self.language)

    def _moment(self, at: datetime) -> str:
        return words.moment(at, self.zone, self.language)
