"""What all receipts say alike: in one language, by the city's clock, and with the same way to appeal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from backend.accounts import service as accounts
from backend.adapters import settings
from backend.attendance.receipts import words
from backend.attendance.receipts.layout import Part, PartKind, Section
from backend.attendance.reviews import rules as review_rules
from backend.attendance.reviews.appeal_reading import open_on
from backend.attendance.reviews.models import Appeal
from backend.database import db
from backend.errors import NotFound
from backend.people import service as people
from backend.tasks import service as tasks
from backend.web.language import current_language
from backend.web.principal import Principal
from shared.contracts import PersonCard
from shared.i18n import translate
from shared.vocabulary import Language


class Saying:
    """Says things in the language of the person concerned, or in the one asked for."""

    def __init__(self, person_id: UUID, by: Principal, language: Language | None) -> None:
        self.by = by
        self.card: PersonCard | None = people.cards([person_id], by).get(person_id)
        self.language = language or (self.card.language if self.card else current_language())
        self.zone = ZoneInfo(settings().time_zone)

    def say(self, text: str) -> str:
        """A message in words; a plain text stays as it is."""
        return translate(text, self.language)

    def paragraph(self, text: str) -> Part:
        """A paragraph."""
        return Part(kind=PartKind.PARAGRAPH, text=self.say(text))

    def fact(self, label: str, text: str) -> Part:
        """A fact with what it is."""
        return Part(kind=PartKind.FACT, label=self.say(label), text=self.say(text))

    def points(self, texts: Iterable[str]) -> list[Part]:
        """Points of a list."""
        return [Part(kind=PartKind.POINT, text=self.say(text)) for text in texts]

    def sections(self, parts: Iterable[tuple[str, Iterable[Part]]]) -> tuple[Section, ...]:
        """Headed parts; a heading without anything below is left out."""
        listed = [(heading, tuple(below)) for heading, below in parts]
        return tuple(Section(heading=self.say(heading), parts=below) for heading, below in listed if below)

    def day(self, at: datetime | date) -> str:
        """A day of the city's calendar."""
        return words.day(at, self.zone, self.language)

    def moment(self, at: datetime) -> str:
        """A moment by the city's clock."""
        return words.moment(at, self.zone, self.language)

    def who(self) -> Part:
        """The person by initials."""
        return self.fact(words.WHO, self.card.initials if self.card else words.ERASED)

    def task_title(self, task_id: UUID) -> str:
        """What the task is called, as far as the reader may see it still."""
        try:
            return f"«{tasks.get(task_id, self.by).title}»."
        except NotFound:  # it was handed to somebody else since
            return self.say(words.A_TASK.format(id=str(task_id))) + "."

    def decided_by(self, user_id: UUID, district_id: UUID) -> Part:
        """Who decided: the role, never the name."""
        officer = accounts.staff_in_district([user_id], district_id).get(user_id)
        role = officer.role if officer else None
        return self.paragraph(words.DECIDED_BY.get(role, words.DECIDED_BY[None]))

    def open_appeal(self, kind: str, subject_id: UUID) -> Appeal | None:
        """The appeal that is being dealt with."""
        appeal_id = open_on(kind, subject_id)
        return db.session().get(Appeal, appeal_id) if appeal_id else None

    def how_to_appeal(self, decided_at: datetime | None) -> list[Part]:
        """To whom, in what form, until when, who decides, and what never follows; None: nothing is decided yet."""
        chosen = settings()
        if decided_at is None:
            in_time = words.IN_TIME_LATER.format(days=chosen.appeal_days)
        else:
            until = review_rules.appeal_until(decided_at, chosen.appeal_days, self.zone)
            in_time = words.IN_TIME_UNTIL.format(day=self.day(until), days=chosen.appeal_days)
        another = words.ANOTHER_OFFICER.format(days=chosen.appeal_decide_days)
        return self.points(
            (
                words.TO_WHOM,
                words.SAY_WHAT,
                in_time,
                another,
                words.COURT,
                words.NO_SANCTION,
                words.NO_BIOMETRICS,
            )
        )
