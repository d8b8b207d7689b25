"""No order of calls can credit presence without evidence.

Hypothesis plays supervisors, dispatchers and an administrator who call the API in any order, honestly and not; after each call
the hours are held against what this file itself knows to be evidence. A new way to call is one more ``@rule``. Each course begins
after a day that is written down (``yesterday``), on which everything came about that the hours can rest on: no course is empty, whatever
is drawn for it. Nothing is left to chance: ids, movements and spot checks are drawn from a seed.
"""

from __future__ import annotations

import io
import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from backend.config import Settings
from shared.vocabulary import Role
from tests.conftest import Clock
from tests.factories import (
    OUTSIDE,
    CheckInDraft,
    enrol,
    frames_of,
    make_geofence,
    make_order,
    make_person,
    make_task,
)
from tests.fakes import NO_FACE, face_photo
from tests.phone import Phone

RUNS, CALLS = 12, 30
CITY = ZoneInfo("Asia/Almaty")
SHIFT_H = 6
SPOT_CHECKS = 5.0
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WAYS = ("other face", "nobody", "flat", "outside", "no challenge", "spent challenge")
KINDS = ("arrival", "spot_check", "departure")
OUTCOMES = {"accepted", "to_review", "refused", "decisions", "papers", "gaps", "credited"}


@dataclass
class City:
    """Who takes part; the same in every run."""

    app: Flask
    clock: Clock
    district_id: UUID
    geofence_id: str
    staff: list[Phone]  # two supervisors, two dispatchers, an administrator

    @property
    def supervisors(self) -> list[Phone]:
        """Who carries phones."""
        return self.staff[:2]


@dataclass
class Sent:
    """A check-in that was sent, with what this file knows of it."""

    draft: CheckInDraft
    phone: Phone
    honest: bool
    accepted: bool = False  # as it stands: the program's verdict, or somebody else's decision


@dataclass
class Paper:
    """A sheet that was entered."""

    id: str
    entered_by: Phone
    minutes: float
    approved: bool = False


@dataclass
class Evidence:
    """What there is of one person."""

    sent: list[Sent] = field(default_factory=list)
    papers: list[Paper] = field(default_factory=list)

    def longest_min(self) -> float:
        """More than this cannot have been proven: from proof to proof of each shift, unless the first is a departure; sheets."""
        shifts: dict[str, list[Sent]] = {}
        for each in self.sent:
            if each.accepted:
                shifts.setdefault(each.draft.task_id, []).append(each)
        proven = timedelta()
        for proofs in shifts.values():
            proofs.sort(key=lambda each: (each.draft.captured_at, KINDS.index(each.draft.kind)))
            proven += sum(
                (
                    later.draft.captured_at - before.draft.captured_at
                    for before, later in pairwise(proofs)
                    if before.draft.kind != "departure"
                ),
                timedelta(),
            )
        return proven.total_seconds() / 60 + sum(each.minutes for each in self.papers if each.approved)


class AnyOrder(RuleBasedStateMachine):
    """One person's days under whatever people do."""

    city: ClassVar[City]
    seen: ClassVar[Counter[str]] = Counter()

    sent = Bundle("sent")
    papers = Bundle("papers")
    who = st.integers(0, 4)
    supervisor = st.integers(0, 1)
    yes = st.booleans()

    @initialize(target=sent)
    def yesterday(self) -> Any:
        """A new person under an order, enrolled, has a day behind them with every kind of evidence; now it is nine again.

        They came, somebody else held the phone, a phone had no challenge, spot checks were missed, they went, worked on on paper,
        went home for a while, and came back.
        """
        city = self.city
        number = self.seen["people"] = self.seen["people"] + 1
        self.ids = random.Random(number)
        self.face = f"face {number}"
        self.evidence = Evidence()
        self.spent: dict[str, Any] | None = None
        dispatcher = city.staff[2]
        self.person_id = make_person(dispatcher, city.district_id, seed=number * 100)
        self.order_id = make_order(dispatcher, self.person_id, hours_total_min=20 * 60)
        photos = [face_photo(self.face, shot) for shot in range(4)]
        assert "enrolled" == enrol(dispatcher, self.person_id, photos).json["state"]  # type: ignore[index]
        self._next_morning()
        self.days = [city.clock().date()]
        came = self._check_in("arrival", "honest", 0, 0)
        self._check_in("spot_check", "other face", 0, 0)
        doubtful = self._check_in("spot_check", "no challenge", 1, 1)
        self.decide_on_check_in(doubtful, 3, True)
        for _again in range(3):
            self.let_time_pass(80)
        went = self._check_in("departure", "honest", 0, 0)
        self.decide_on_gap(2, 0, True)
        self.approve_honestly(self.work_on_paper(0, 0, 30), 1, True)
        self.let_time_pass(40)
        back = self._check_in("arrival", "honest", 1, 0)
        self.let_time_pass(10)
        self._check_in("departure", "honest", 1, 0)
        self.nothing_is_credited_without_evidence()
        self._next_morning()
        self.days.append(city.clock().date())
        return multiple(came, doubtful, went, back)

    def _next_morning(self) -> None:
        """Two tasks that overlap, from nine on, on the next day that counts."""
        city = self.city
        day = city.clock().astimezone(CITY) + timedelta(days=1)
        day = day.replace(hour=9, minute=0, second=0) + timedelta(days=day.weekday() == 6)
        city.clock.moment = day.astimezone(city.clock.moment.tzinfo)
        self.task_ids = [
            make_task(
                city.staff[2],
                city.district_id,
                start=city.clock() + timedelta(hours=later),
                geofence_id=city.geofence_id,
                assignee_ids=[phone.tokens["user"]["id"] for phone in city.supervisors],
                person_ids=[self.person_id],
                hours=SHIFT_H,
            )
            for later in (0, 2)
        ]

    # --- what people do ------------------------------------------------------------------------------------------------

    @rule(
        target=sent,
        kind=st.sampled_from(KINDS),
        way=st.sampled_from(WAYS),
        phone=supervisor,
        task=st.integers(0, 1),
    )
    def check_in_otherwise(self, kind: str, way: str, phone: int, task: int) -> Sent:
        """Try to check somebody in who is not there, or not like that."""
        return self._check_in(kind, way, phone, task)

    @rule(target=sent, kind=st.sampled_from(KINDS), phone=supervisor, task=st.integers(0, 1))
    def check_in_honestly(self, kind: str, phone: int, task: int) -> Sent:
        """Check in as it is meant."""
        return self._check_in(kind, "honest", phone, task)

    def _check_in(self, kind: str, way: str, phone: int, task: int) -> Sent:
        by = self.city.staff[phone]
        faces = {"other face": "somebody else", "nobody": NO_FACE}
        draft = CheckInDraft(
            self.person_id,
            self.task_ids[task],
            by.device_id,
            self.city.clock(),
            frames_of(faces.get(way, self.face)),
            id=self._new_id(),
            kind=kind,
            flat=way == "flat",
            asks=way != "no challenge",
        )
        if way == "outside":
            draft.at = OUTSIDE
        if way == "spent challenge" and self.spent is not None:
            draft.answer(self.spent)
        each = Sent(draft, by, honest=way == "honest" or (way == "spent challenge" and self.spent is None))
        answer = draft.send(by)
        assert 200 == answer.status_code, answer.text
        self.spent = draft.challenge or self.spent
        self._learn(each, answer.json)  # type: ignore[arg-type]
        self.evidence.sent.append(each)
        return each

    @rule(each=sent)
    def send_again(self, each: Sent) -> None:
        """A phone whose answer was lost sends the same once more."""
        answer = each.draft.send(each.phone)
        assert 200 == answer.status_code, answer.text
        assert each.draft.id == answer.json["id"]  # type: ignore[index]

    @rule(each=sent, phone=supervisor)
    def send_as_another(self, each: Sent, phone: int) -> None:
        """The same evidence under a new id, or by another phone, is refused or proves nothing more."""
        by = self.city.staff[phone]
        copy = replace(each.draft, id=self._new_id(), device_id=by.device_id, asks=False)
        answer = copy.send(by)
        if answer.status_code == 200:
            again = Sent(copy, by, honest=False)
            self._learn(again, answer.json)  # type: ignore[arg-type]
            self.evidence.sent.append(again)

    @rule(each=sent, decider=who, accepted=yes)
    def decide_on_check_in(self, each: Sent, decider: int, accepted: bool) -> None:
        """Anybody tries to decide on anything."""
        by = self.city.staff[decider]
        body = {
            "outcome": "accepted" if accepted else "refused",
            "reason": "known_in_person" if accepted else "evidence_insufficient",
            "words": "Видел своими глазами, знаю лично.",
        }
        answer = by.post(f"/reviews/{each.draft.id}/decision", json=body)
        if answer.status_code == 200:
            assert by is not each.phone
            assert decider >= 2
            each.accepted = accepted
            self.seen["decisions"] += 1

    @rule(
        target=papers,
        enterer=who,
        ago_min=st.integers(10, 300),
        length_min=st.integers(5, 300),
        task=st.integers(0, 1),
    )
    def enter_sheet(self, enterer: int, ago_min: int, length_min: int, task: int) -> Any:
        """Anybody enters a sheet with any times."""
        return self._enter_sheet(enterer, self.city.clock() - timedelta(minutes=ago_min), length_min, task)

    @rule(target=papers, phone=supervisor, task=st.integers(0, 1), length_min=st.integers(5, 90))
    def work_on_paper(self, phone: int, task: int, length_min: int) -> Any:
        """The task's supervisor enters the sheet of work that is just over."""
        self.let_time_pass(length_min)
        paper = self._enter_sheet(phone, self.city.clock(), length_min, task)
        assert isinstance(paper, Paper)
        return paper

    def _enter_sheet(self, enterer: int, left_at: datetime, length_min: int, task: int) -> Any:
        by = self.city.staff[enterer]
        sheet = {
            "person_id": self.person_id,
            "task_id": self.task_ids[task],
            "came_at": (left_at - timedelta(minutes=length_min)).isoformat(),
            "left_at": left_at.isoformat(),
            "reason": "phone_failed",
        }
        photo = [(io.BytesIO(face_photo(f"paper {self._new_id()}")), "sheet.png")]
        paper = Paper(self._new_id(), by, length_min)
        answer = by.put(
            f"/paper-sheets/{paper.id}",
            data={"sheet": json.dumps(sheet), "photo": photo},
            content_type="multipart/form-data",
        )
        if answer.status_code != 200:
            return multiple()
        self.evidence.papers.append(paper)
        return paper

    @rule(paper=papers, decider=who, approved=yes)
    def decide_on_sheet(self, paper: Paper, decider: int, approved: bool) -> None:
        """Anybody tries to approve any sheet."""
        self._decide_on_sheet(paper, decider, approved)

    @rule(paper=papers, shift=st.integers(0, 1), approved=yes)
    def approve_honestly(self, paper: Paper, shift: int, approved: bool) -> None:
        """A dispatcher decides who has not entered the sheet."""
        others = [index for index in (2, 3) if self.city.staff[index] is not paper.entered_by]
        self._decide_on_sheet(paper, others[shift % len(others)], approved)

    def _decide_on_sheet(self, paper: Paper, decider: int, approved: bool) -> None:
        by = self.city.staff[decider]
        body = {"outcome": "approved" if approved else "refused", "words": "Подписи сличены."}
        answer = by.post(f"/paper-sheets/{paper.id}/decision", json=body)
        if answer.status_code == 200:
            assert by is not paper.entered_by
            assert decider >= 2
            paper.approved = approved
            self.seen["papers"] += approved

    @rule(decider=who, which=st.integers(0, 3), credited=yes)
    def decide_on_gap(self, decider: int, which: int, credited: bool) -> None:
        """Anybody tries to credit the minutes round a missed spot check."""
        for gap in self._hours()["gaps"][which : which + 1]:
            path = f"/people/{self.person_id}/hours/gaps/{gap['id']}/decision"
            answer = self.city.staff[decider].post(
                path, json={"credited": credited, "words": "Был на месте."}
            )
            assert answer.status_code in ({200, 409} if decider >= 2 else {403})
            self.seen["gaps"] += answer.status_code == 200

    @rule(enterer=who)
    def enter_absence(self, enterer: int) -> None:
        """An absence is no presence."""
        day = self.city.clock().date().isoformat()
        absence = {"person_id": self.person_id, "from_day": day, "until_day": day, "reason": "family"}
        self.city.staff[enterer].put(
            f"/absences/{self._new_id()}",
            data={"absence": json.dumps(absence)},
            content_type="multipart/form-data",
        )

    @rule(phone=supervisor, task=st.integers(0, 1))
    def go_offline(self, phone: int, task: int) -> None:
        """Take challenges and the coming spot checks along."""
        body = {"task_id": self.task_ids[task], "person_ids": [self.person_id], "offline": True}
        answer = self.city.staff[phone].post("/check-in-challenges", json=body)
        assert answer.status_code in {201, 409}, answer.text

    @rule(to=st.sampled_from(["serving", "suspended"]))
    def move_order(self, to: str) -> None:
        """Suspend the order or take it up again."""
        self.city.staff[2].post(
            f"/orders/{self.order_id}/moves", json={"to": to, "reason": "По письму пробации."}
        )

    @rule(minutes=st.integers(1, 120))
    def let_time_pass(self, minutes: int) -> None:
        """Workers draw, settle and reveal spot checks meanwhile."""
        self.city.clock.advance(minutes=minutes)
        self.city.app.extensions["qala_jobs"].sweep()

    # --- what must hold ------------------------------------------------------------------------------------------------

    @invariant()
    def nothing_is_credited_without_evidence(self) -> None:
        """Not a minute beyond what this file knows to be proven, and every minute names its proofs."""
        hours = self._hours()
        assert hours["credited_min"] <= self.evidence.longest_min()
        assert hours["credited_min"] <= hours["worked_min"]
        standing = {each.draft.id for each in self.evidence.sent if each.accepted}
        approved = {each.id for each in self.evidence.papers if each.approved}
        for day in hours["days"]:
            assert day["credited_min"] <= 8 * 60
            for piece in day["pieces"]:
                assert set(piece["check_in_ids"]) <= standing
                assert set(piece["sheet_ids"]) <= approved
                assert len(piece["check_in_ids"]) >= 2 or piece["sheet_ids"]
        self.seen["credited"] += hours["credited_min"] > 0

    def _new_id(self) -> str:
        return str(UUID(bytes=self.ids.randbytes(16), version=4))

    def _learn(self, each: Sent, answer: dict[str, Any]) -> None:
        each.accepted = answer["outcome"] == "accepted"
        assert each.honest or not each.accepted, answer
        self.seen[answer["outcome"]] += 1

    def _hours(self) -> dict[str, Any]:
        span = f"?from={self.days[0].isoformat()}&until={(self.days[-1] + timedelta(days=3)).isoformat()}"
        answer = self.city.staff[4].get(f"/people/{self.person_id}/hours{span}")
        assert 200 == answer.status_code, answer.text
        return answer.json  # type: ignore[return-value]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Shifts have spot checks."""
    return replace(settings, spot_checks_per_shift=SPOT_CHECKS)


@pytest.fixture
def city(app: Flask, clock: Clock, staff: Callable[..., Phone], district_id: UUID) -> City:
    """Five members of staff and a geofence."""
    roles = [Role.SUPERVISOR, Role.SUPERVISOR, Role.DISPATCHER, Role.DISPATCHER, Role.ADMINISTRATOR]
    people = [staff(role) for role in roles]
    return City(app, clock, district_id, make_geofence(people[2], district_id), people)


@pytest.mark.slow
@ON_SQLITE
def test_no_order_of_calls_credits_presence_without_evidence(city: City) -> None:
    """And the courses were not empty: check-ins of every outcome, sheets, decisions, gaps and credited minutes came about."""
    AnyOrder.city, AnyOrder.seen = city, Counter()
    run_state_machine_as_test(
        AnyOrder,
        settings=hypothesis_settings(
            max_examples=RUNS, stateful_step_count=CALLS, suppress_health_check=list(HealthCheck)
        ),
    )
    assert OUTCOMES <= set(+AnyOrder.seen)
