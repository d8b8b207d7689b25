"""The camera screen's model: from opening a person to the saved check-in and its verdict."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from mobile.capture.challenges import ChallengeSource
from mobile.capture.photos import CHECK_IN_BYTES
from mobile.capture.saving import Saver
from mobile.client.answers import Problem, RetryLater, Why
from mobile.client.api_client import Declined, NotNow
from mobile.client.challenges import ChallengeBatch
from mobile.client.device_key import DeviceKey
from mobile.keeping.disk import StoreFull
from mobile.models.capture import CaptureModel
from mobile.models.words import Words
from mobile.outbox.ladder import Done, ItemState, NewItem
from mobile.outbox.rows import open_content
from shared.contracts import (
    Challenge,
    CheckIn,
    CheckInAnswer,
    Finding,
    SpotCheck,
    TaskCard,
    decode,
    encode,
    parse_json,
)
from shared.vocabulary import (
    Camera,
    CheckInKind,
    CheckInState,
    FindingCode,
    FindingResult,
    Language,
    Move,
    Outcome,
    Remedy,
)
from tests.mobile.capture.capture_stage import AT, NOON, TICK_MS, Stage, challenge, textured
from tests.mobile.phone_store import OWNER, Phone, a_task

DEVICE_ID = uuid4()


class Later:
    """Work that waits until the test says so."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def run(
        self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Exception], None]
    ) -> None:
        """See Background."""

        def job() -> None:
            try:
                result = work()
            except Exception as error:
                failed(error)
            else:
                done(result)

        self.waiting.append(job)

    def catch_up(self) -> None:
        """Do what waits."""
        jobs, self.waiting = self.waiting, []
        for job in jobs:
            job()


class Device:
    """Signs with a key of its own."""

    def __init__(self) -> None:
        self.device_id: UUID | None = DEVICE_ID
        self.key = DeviceKey.generate()
        self.sign = self.key.sign


class Desk:
    """The model on a real store, a scripted server of challenges and a stage."""

    def __init__(self, folder: Path) -> None:
        self.phone = Phone(folder)
        self.stage = Stage()
        self.later = Later()
        self.device = Device()
        self.said: Exception | None = None
        self.asked = 0
        self.full = False
        self.held: list[Challenge] = []
        card = a_task(
            place={"type": "Point", "coordinates": [AT.lon, AT.lat]},
            radius_m=100.0,
            starts_at=NOON - timedelta(hours=1),
        )
        self.card: TaskCard = card
        self.person = card.people[0]
        self.phone.pull(tasks=(card,))
        self.model = CaptureModel(
            self.stage.guide,
            ChallengeSource(self.ask, self, self.stage.ticks.now),
            Saver(self.device, self, lambda: OWNER),
            self.phone.outbox,
            self.phone.local,
            self.later,
            Words(Language.EN),
            preview=self.stage.camera.preview,
            now=self.stage.ticks.now,
        )

    def ask(self, _task_id: UUID, people: Any) -> ChallengeBatch:
        """The server."""
        self.asked += 1
        if self.said is not None:
            raise self.said
        return ChallengeBatch(
            items=(challenge(Move.LEFT, Move.UP, person_id=people[0]),), server_time=self.stage.ticks.now()
        )

    def take(self, _task_id: UUID, _person_id: UUID, _now: Any) -> Challenge | None:
        """What the phone holds."""
        return self.held.pop() if self.held else None

    def put(self, item: NewItem) -> None:
        """The outbox, on a disk that may be full."""
        if self.full:
            raise StoreFull
        self.phone.outbox.put(item)

    def open(self) -> None:
        """The person is chosen, the challenge has come, the receiver has found the sky."""
        self.model.show(f"{self.card.id} {self.person.id}")
        self.later.catch_up()
        self.pass_ms(3000)

    def pass_ms(self, ms: int) -> None:
        """Let time pass as the screen would."""
        end_ms = self.stage.ticks.ms + ms
        while self.stage.ticks.ms < end_ms:
            self.stage.ticks.ms += TICK_MS
            if self.stage.ticks.ms // 1000 != (self.stage.ticks.ms - TICK_MS) // 1000:
                self.stage.fix()
            self.model.tick()

    def check_in(self) -> CheckIn:
        """The whole, as it lies in the outbox."""
        self.model.begin()
        self.pass_ms(10_000)
        self.later.catch_up()
        assert self.model.saved_id is not None, self.model.view
        return self.saved()

    def saved(self) -> CheckIn:
        """What was signed last."""
        [item, *_older] = self.phone.outbox.items()
        with self.phone.store.database.reading() as connection:
            row = connection.execute("SELECT * FROM outbox WHERE id = ?", (str(item.id),)).fetchone()
        return decode(CheckIn, parse_json(open_content(self.phone.store.seal, row).manifest))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A supervisor's phone."""
    return Desk(tmp_path)


def answer(check_in_id: UUID, outcome: Outcome | None, remedy: Remedy = Remedy.NONE) -> CheckInAnswer:
    """What the server says of it."""
    return CheckInAnswer(
        id=check_in_id,
        state=CheckInState.JUDGED if outcome else CheckInState.PENDING,
        received=(),
        outcome=outcome,
        remedy=remedy if outcome else None,
        findings=tuple(
            Finding(
                code=FindingCode.CHALLENGE_ONCE,
                result=result,
                value=None,
                threshold=None,
                margin=None,
                unit="",
                text=f"it was {result}",
            )
            for result in (FindingResult.OK, FindingResult.FAIL, FindingResult.DOUBT)
        ),
        summary="In one sentence.",
        decided_at=NOON if outcome else None,
        ledger_id=1 if outcome else None,
        ledger_hash="00" if outcome else None,
    )


def test_check_in_is_saved_signed_and_small(desk: Desk) -> None:
    """Everything that the contract asks for, in the outbox before the screen says «saved»."""
    desk.open()
    said = desk.check_in()
    [item] = desk.phone.outbox.items()
    assert (item.id, ItemState.SAVED) == (said.id, item.state)
    assert (desk.person.id, desk.card.id, DEVICE_ID) == (said.person_id, said.task_id, said.device_id)
    assert (CheckInKind.ARRIVAL, Camera.REAR, False) == (said.kind, said.camera, said.mirrored)
    assert [None, None, 0, 0, 0, 1, 1, 1, None] == [frame.prompt for frame in said.frames]
    assert len(said.fixes) >= 3
    assert said.clock is not None
    assert said.challenge is not None
    assert item.photo_bytes < CHECK_IN_BYTES
    assert {"task": desk.card.id, "person": desk.person.id} == dict(item.about.subjects)
    assert f"{desk.person.initials}, arrival" == item.about.line


def test_screen_says_saved_and_will_be_sent(desk: Desk) -> None:
    """Offline that is the end: nothing more can be known, and nothing is lost."""
    desk.open()
    desk.check_in()
    verdict = desk.model.view.verdict
    assert verdict is not None
    assert ("saved, will be sent", False, False) == (verdict.word, verdict.final, verdict.again)
    assert "cannot be lost" in verdict.reason


def test_verdict_shows_every_reason_the_worst_first(desk: Desk) -> None:
    """And asks for another try where that helps."""
    desk.open()
    said = desk.check_in()
    judged = answer(said.id, Outcome.REFUSED, Remedy.RETAKE)
    item = desk.phone.due()
    assert item == said.id
    assert desk.phone.dispatch.begin(said.id) is not None
    hashes = tuple(frame.sha256 for frame in said.frames)
    desk.phone.dispatch.finish(said.id, Done(received=hashes, answer=encode(judged)), desk.stage.ticks.now())
    verdict = desk.model.view.verdict
    assert verdict is not None
    assert ("refused", "In one sentence.", True, True) == (
        verdict.word,
        verdict.reason,
        verdict.again,
        verdict.final,
    )
    assert ["✖", "⚑", "✔"] == [reason.icon for reason in verdict.reasons]


def test_button_before_the_challenge_waits_for_it(desk: Desk) -> None:
    """The thumb is faster than the network."""
    desk.model.show(f"{desk.card.id} {desk.person.id}")
    desk.model.begin()
    assert (True, "", "Stop") == (desk.model.view.busy, desk.model.view.begin, desk.model.view.cancel)
    desk.later.catch_up()
    assert (False, "straight") == (desk.model.view.busy, desk.model.view.phase)


def test_without_a_network_the_held_challenge_is_asked(desk: Desk) -> None:
    """It is taken from the phone's store."""
    desk.said = NotNow(RetryLater(1, Why.UNREACHABLE))
    held = challenge(Move.DOWN, person_id=desk.person.id)
    desk.held.append(held)
    desk.open()
    said = desk.check_in()
    assert said.challenge is not None
    assert held.nonce == said.challenge.nonce


def test_without_any_challenge_a_person_will_decide(desk: Desk) -> None:
    """The screen says so before the button is pressed; three looks straight ahead are taken."""
    desk.said = NotNow(RetryLater(1, Why.UNREACHABLE))
    desk.open()
    assert "a person of the staff will decide" in desk.model.view.notice
    said = desk.check_in()
    assert (None, [None] * 3) == (said.challenge, [frame.prompt for frame in said.frames])


def test_what_the_server_declines_is_said(desk: Desk) -> None:
    """In its own words."""
    desk.said = Declined(Problem(slug="not-found", status=404, detail="No such task."))
    desk.open()
    assert "No such task." == desk.model.view.words


def test_left_of_the_person_is_right_on_the_supervisor_s_screen(desk: Desk) -> None:
    """The arrow points where the head goes in the picture; a front camera's preview is a mirror."""
    for facing, icon in ((Camera.REAR, "→"), (Camera.FRONT, "←")):
        desk.model.open(desk.card.id, desk.person.id, facing)
        desk.later.catch_up()
        desk.model.begin()
        while not desk.model.view.arrow:
            desk.pass_ms(TICK_MS)
        assert ("left", icon) == (desk.model.view.arrow, desk.model.view.arrow_icon)


def test_location_is_said_in_one_line(desk: Desk) -> None:
    """How good, and whether it is the place."""
    desk.model.show(f"{desk.card.id} {desk.person.id}")
    assert "GPS: searching…" == desk.model.view.gps
    desk.pass_ms(4000)
    view = desk.model.view
    assert ("GPS ± 8 m · at the place", "good") == (view.gps, view.gps_colour)


def test_dark_pictures_are_kept_only_when_asked(desk: Desk) -> None:
    """Better once more; «save all the same» is there, for the evening is dark."""
    desk.stage.camera.rgb = textured(10)
    desk.open()
    desk.model.begin()
    desk.pass_ms(12_000)
    view = desk.model.view
    assert ("Too dark: turn the face to the light. Better take it once more.", "Save all the same") == (
        view.words,
        view.save,
    )
    assert 0 == desk.phone.outbox.waiting_count()
    desk.model.save()
    desk.later.catch_up()
    assert 1 == desk.phone.outbox.waiting_count()


def test_full_phone_says_what_to_do_and_keeps_the_pictures(desk: Desk) -> None:
    """Nothing is lost by saving again."""
    desk.full = True
    desk.open()
    desk.model.begin()
    desk.pass_ms(10_000)
    desk.later.catch_up()
    view = desk.model.view
    assert "storage is full" in view.words
    assert ("Save again", None) == (view.save, view.verdict)
    desk.full = False
    desk.model.save()
    desk.later.catch_up()
    assert desk.model.view.verdict is not None


def test_nobody_signed_in_is_told(desk: Desk) -> None:
    """A phone that never was signed in has no id to sign under."""
    desk.device.device_id = None
    desk.open()
    desk.model.begin()
    desk.pass_ms(10_000)
    desk.later.catch_up()
    assert "Nobody is signed in" in desk.model.view.words


def test_retake_takes_another_challenge(desk: Desk) -> None:
    """The first one was heard."""
    desk.open()
    first = desk.check_in()
    desk.model.retake()
    desk.later.catch_up()
    second = desk.check_in()
    assert first.challenge is not None
    assert second.challenge is not None
    assert first.challenge.id != second.challenge.id
    assert 2 == len(desk.phone.outbox.items())


def test_person_who_has_arrived_is_likely_to_depart(desk: Desk) -> None:
    """The supervisor can say otherwise."""
    desk.open()
    assert "arrival" == desk.model.view.kind
    desk.check_in()
    desk.open()
    assert "departure" == desk.model.view.kind
    desk.model.choose_kind("arrival")
    assert CheckInKind.ARRIVAL is desk.check_in().kind


def test_due_spot_check_is_answered(desk: Desk) -> None:
    """It names the spot check; one that is not due yet is not shown."""
    now = desk.stage.ticks.now()
    due, coming = (
        SpotCheck(
            id=uuid4(),
            task_id=desk.card.id,
            person_id=desk.person.id,
            due_at=now + timedelta(minutes=minutes),
            answer_by=now + timedelta(minutes=minutes + 20),
            foreknowledge=False,
        )
        for minutes in (-5, 30)
    )
    desk.phone.pull(tasks=(desk.card,), spot_checks=(due, coming))
    desk.open()
    assert "spot_check" == desk.model.view.kind
    assert due.id == desk.check_in().spot_check_id


def test_unheard_challenge_serves_the_next_try(desk: Desk) -> None:
    """Leaving the screen before the button asks the server for nothing new."""
    desk.open()
    desk.model.close()
    desk.open()
    desk.check_in()
    assert 1 == desk.asked


def test_answer_for_a_screen_that_was_left_changes_nothing(desk: Desk) -> None:
    """The network was slower than the thumb."""
    desk.model.show(f"{desk.card.id} {desk.person.id}")
    late, desk.later.waiting = desk.later.waiting, []
    desk.model.close()
    for job in late:
        job()
    assert "closed" == desk.model.view.phase


def test_person_who_left_the_task_is_told(desk: Desk) -> None:
    """The camera stays closed."""
    desk.model.open(desk.card.id, uuid4())
    assert "This person is no longer on the task." == desk.model.view.words
    assert desk.stage.camera.facing is None


def test_stop_after_the_first_movement_asks_for_a_new_challenge(desk: Desk) -> None:
    """Before it, the same one goes on."""
    desk.open()
    desk.model.begin()
    desk.pass_ms(200)
    desk.model.cancel()
    desk.later.catch_up()
    assert 1 == desk.asked
    desk.model.begin()
    desk.pass_ms(4000)
    desk.model.cancel()
    desk.later.catch_up()
    assert (2, "ready") == (desk.asked, desk.model.view.phase)


def test_note_is_signed_with_the_check_in(desk: Desk) -> None:
    """Whoever reviews it reads it; the next person's check-in has none."""
    desk.open()
    desk.model.annotate("injured", "left eye")
    assert "Face injured or bandaged: left eye" == desk.model.view.noted
    assert "Face injured or bandaged: left eye" == desk.check_in().note
    desk.open()
    assert ("", "") == (desk.model.view.noted, desk.check_in().note)


def test_who_refuses_biometrics_goes_the_paper_way(desk: Desk) -> None:
    """No camera looks at them, no button takes them; what counts is explained."""
    desk.said = Declined(Problem(slug="biometrics-refused", status=409, detail="Biometrics refused."))
    desk.open()
    view = desk.model.view
    assert ("Biometrics refused.", "", False) == (view.words, view.begin, view.can_note)
    assert view.notice.startswith("The paper way")
    assert desk.stage.camera.facing is None
    desk.model.begin()
    desk.model.cancel()
    assert "closed" == desk.model.view.phase


def test_button_asks_again_after_a_failure(desk: Desk) -> None:
    """A server that stumbled once does not keep the supervisor from the next try."""
    desk.said = RuntimeError("stumbled")
    desk.open()
    assert "press the button to try again" in desk.model.view.words
    desk.said = None
    desk.model.begin()
    desk.later.catch_up()
    assert "straight" == desk.model.view.phase
