"""The receipt for a check-in: everything that its row, its decisions and the settings say, in plain words."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from backend.adapters import settings
from backend.attendance import service as attendance
from backend.attendance import words as verdict_words
from backend.attendance.models import CheckIn
from backend.attendance.receipts import words
from backend.attendance.receipts.layout import Part, PartKind, Receipt
from backend.attendance.receipts.saying import Saying
from backend.attendance.reviews import service as reviews
from backend.attendance.reviews.models import Decision
from backend.web.principal import Principal
from shared.i18n import Message
from shared.vocabulary import (
    CheckInState,
    DecisionReason,
    FindingCode,
    FindingResult,
    Language,
    ReviewCause,
    ReviewState,
)


def of_check_in(check_in_id: UUID, by: Principal, language: Language | None) -> Receipt:
    """The receipt for a check-in in the principal's scope, in the person's language unless told; the read is logged."""
    row = attendance.get(check_in_id, by, "receipts.read")
    return _Writing(row, Saying(row.person_id, by, language)).receipt()


class _Writing:
    """One receipt on its way."""

    def __init__(self, row: CheckIn, voice: Saying) -> None:
        self.row, self.voice = row, voice
        self.answer = attendance.answer(row, voice.language)
        self.decisions = reviews.decisions_on(row.id)
        self.appeal = voice.open_appeal("check_in", row.id)

    def receipt(self) -> Receipt:
        """Everything, the most important first."""
        subject = reviews.look(self.row.id, lock=False)
        return Receipt(
            id=self.row.id,
            language=self.voice.language,
            title=self.voice.say(words.TITLE),
            introduction=self.voice.say(words.INTRODUCTION),
            made_at=self._made_at(),
            sections=self.voice.sections(
                (
                    (words.ABOUT, self._about()),
                    (words.STANDS, self._stands()),
                    (words.PROGRAM, self._program()),
                    (words.PERSON, self._person()),
                    (words.HOW_TO_APPEAL, self.voice.how_to_appeal(subject.decided_at if subject else None)),
                    (words.PROOF, self._proof()),
                )
            ),
            measures=self.answer.findings,
        )

    def _about(self) -> list[Part]:
        voice, row = self.voice, self.row
        time = words.BY_SERVER if row.expected.get("time_sure", False) else words.UNCERTAIN_TIME
        return [
            voice.who(),
            voice.fact(words.WHAT, words.KINDS[row.kind]),
            voice.fact(words.WHEN, time.format(moment=voice.moment(row.captured_at), zone=voice.zone.key)),
            voice.fact(words.WHERE, " ".join([voice.task_title(row.task_id), *self._place()])),
            voice.fact(words.RECEIVED, voice.moment(row.received_at)),
            voice.fact(words.NUMBER, str(row.id)),
        ]

    def _stands(self) -> list[Part]:
        judged = self.row.state is CheckInState.JUDGED
        parts = [self.voice.paragraph(words.STANDING[self.row.standing if judged else None])]
        if self.appeal is not None:
            due_on = self.appeal.due_at - timedelta(seconds=1)  # the end of the last day
            parts.append(self.voice.paragraph(words.APPEAL_OPEN.format(day=self.voice.day(due_on))))
        elif self.row.review_state is ReviewState.OPEN and self.row.review_cause is ReviewCause.SAMPLE:
            parts.append(self.voice.paragraph(words.SAMPLE_OPEN))
        return parts

    def _program(self) -> list[Part]:
        if self.row.outcome is None or self.row.decided_at is None:
            return []
        verdict = words.VERDICTS[self.row.outcome].format(moment=self.voice.moment(self.row.decided_at))
        parts = [self.voice.paragraph(verdict), self.voice.paragraph(words.PROGRAM_DECIDES)]
        for result in (FindingResult.FAIL, FindingResult.DOUBT, FindingResult.OK):
            found = [finding.text for finding in self.answer.findings if finding.result is result]
            if found:
                parts.append(Part(kind=PartKind.SUBHEADING, text=self.voice.say(words.GROUPS[result])))
                parts += self.voice.points(found)
        for label, version in (
            (words.FACE_MODEL, self.row.model_version),
            (words.THRESHOLD, self.row.threshold_version),
            (words.LIVENESS, self.row.liveness_version),
        ):
            text = words.VERSION.format(version=version) if version else words.NOT_USED
            parts.append(self.voice.fact(label, text))
        return parts

    def _person(self) -> list[Part]:
        if not self.decisions:
            return [self.voice.paragraph(words.NOBODY_DECIDED)]
        parts = []
        for decision in self.decisions:
            parts.append(self.voice.paragraph(self._decision(decision)))
            if decision.appeal_id is not None:
                parts.append(self.voice.paragraph(words.ON_APPEAL))
            parts.append(self.voice.decided_by(decision.decided_by, self.row.district_id))
            said = reviews.words_of(decision, self.row.person_id)
            if said:
                parts.append(self.voice.paragraph(words.IN_WORDS.format(words=said)))
        return parts

    def _proof(self) -> list[Part]:
        row, voice, parts = self.row, self.voice, []
        if row.ledger_id is not None and row.ledger_hash is not None:
            parts += [
                voice.fact(words.ENTRY, f"№ {row.ledger_id}"),
                voice.fact(words.ENTRY_HASH, row.ledger_hash),
                voice.paragraph(words.ENTRY_MEANS),
            ]
        if row.frames_purged_at is not None:
            parts.append(voice.paragraph(words.PURGED.format(day=voice.day(row.frames_purged_at))))
        elif voice.card is not None:
            days = settings().photo_retention_days
            until = voice.day(row.received_at + timedelta(days=days))
            kept = words.KEPT_UNTIL.format(count=len(row.frame_hashes), day=until, days=days)
            parts.append(voice.paragraph(kept))
        return parts

    def _decision(self, decision: Decision) -> Message:
        if decision.reason is DecisionReason.OTHER:  # the officer's own words say it, and follow
            text = self.voice.say(verdict_words.DECISIONS[decision.outcome])
        else:
            text = verdict_words.decision(decision.outcome, decision.reason, self.voice.language)
        return words.DECIDED.format(moment=self.voice.moment(decision.decided_at), text=text)

    def _made_at(self) -> datetime:
        known = [
            self.row.received_at,
            self.row.decided_at,
            self.row.frames_purged_at,
            self.appeal.received_at if self.appeal else None,
            *(decision.decided_at for decision in self.decisions),
        ]
        return max(at for at in known if at is not None)

    def _place(self) -> list[str]:
        return [finding.text for finding in self.answer.findings if finding.code is FindingCode.PLACE]
