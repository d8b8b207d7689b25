"""Check-ins that show what the server makes of the right person, a wrong place, face, key or movement, and a printed photo."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from mobile.client.answers import Refused, RetryLater, Stored, Why
from mobile.client.api_client import Declined, NotNow
from mobile.client.device_key import DeviceKey
from mobile.simulated.cast import Cast
from mobile.simulated.faces import Face
from mobile.simulated.location import inner_point, outer_point
from mobile.simulated.phone import Capture, SimulatedPhone
from mobile.simulated.prints import Way
from mobile.simulated.words import OUTCOMES, word
from shared.contracts import Challenge, TaskCard
from shared.geometry import Point, place_of
from shared.vocabulary import CheckInState, FindingCode, FindingResult, Language, Move, Outcome, Remedy

LOGIN = "supervisor"
OUTSIDE_M = 200.0
PATIENCE_S = 30.0  # the first verdict after a start also loads the models
MARKS = {FindingResult.OK: "✓", FindingResult.DOUBT: "?", FindingResult.FAIL: "✗"}
WIDTH = 110
OPPOSITE = {Move.LEFT: Move.RIGHT, Move.RIGHT: Move.LEFT, Move.UP: Move.DOWN, Move.DOWN: Move.UP}

End = Stored | Refused | RetryLater


@dataclass(frozen=True)
class Scene:
    """One check-in, and whether its end is the one that the scene is there to show."""

    title: str
    play: Callable[[], Capture] | None  # None: what it needs is not on this machine
    expected: Callable[[End], bool]


def demonstrate(phone: SimulatedPhone, cast: Cast, language: Language, say: Callable[[str], None]) -> int:
    """Play the scenes on a phone; 0 when every one ended as it should, else 1."""
    try:
        user = phone.client.login(LOGIN, cast.passwords[LOGIN], "Qala demo phone")
        found = _stage(phone, cast, lambda: say(word("not_enrolled", language)))
    except Declined as declined:
        say(declined.problem.detail)
        return 1
    except NotNow as later:
        say(
            word("unreachable", language)
            if later.end.why is Why.UNREACHABLE
            else later.end.detail or str(later)
        )
        return 1
    if found is None:
        say(word("no_task", language))
        return 1
    task, person_id = found
    name = next(person.initials for person in task.people if person.id == person_id)
    say(f"{word('phone', language)}: {user.login} ({user.display_name})")
    say(f"{word('task', language)}: {task.title}")
    say(f"{word('person', language)}: {name}")
    say(f"{word('camera', language)}\n")
    good = played = 0
    for number, scene in enumerate(_scenes(phone, task, person_id, cast, language), start=1):
        if scene.play is None:
            say(f"{number}. {scene.title}: {word('no_strangers', language)}\n")
            continue
        started = time.monotonic()
        end = phone.send(scene.play(), patience_s=PATIENCE_S)
        played, good = played + 1, good + scene.expected(end)
        for line in _report(number, scene, end, time.monotonic() - started, language):
            say(line)
    say(f"{word('summary', language)}: {good}/{played}")
    return 0 if good == played else 1


def _stage(phone: SimulatedPhone, cast: Cast, waiting: Callable[[], None]) -> tuple[TaskCard, UUID] | None:
    """The task of this hour and its person whose face is the portrait, once a worker has enrolled it."""
    deadline, told = time.monotonic() + PATIENCE_S, False
    while True:
        phone.sync()
        now = phone.client.server_now()
        for task in phone.tasks:
            card = next((card for card in task.people if card.id == cast.portrait_of), None)
            if card is None or card.id not in cast.faces or not task.starts_at <= now < task.ends_at:
                continue
            if card.enrolled or time.monotonic() > deadline:
                return task, card.id
            break
        else:
            return None
        if not told:
            waiting()
            told = True
        time.sleep(0.5)


def _scenes(
    phone: SimulatedPhone, task: TaskCard, person_id: UUID, cast: Cast, language: Language
) -> Iterator[Scene]:
    place = place_of(task.place or {}, task.radius_m)
    inside, face, rng = inner_point(place), cast.faces[person_id], phone.rng
    outside = outer_point(place, OUTSIDE_M, rng)
    stranger: Face | None = rng.choice(cast.strangers) if cast.strangers else None
    challenge: Challenge | None = None

    def first() -> Capture:
        nonlocal challenge
        challenge = phone.challenge(task, person_id)
        return phone.check_in(task, person_id, face, inside, challenge=challenge)

    def scene(name: str, who: Face | None, at: Point, expected: Callable[[End], bool], **how: Any) -> Scene:
        play = (lambda: phone.check_in(task, person_id, who, at, **how)) if who else None
        return Scene(word(name, language), play, expected)

    yield Scene(word("inside", language), first, _judged(Outcome.ACCEPTED))
    yield scene("outside", face, outside, _judged(Outcome.REFUSED))
    yield scene("stranger", stranger, inside, _judged(Outcome.REFUSED))
    yield scene("printed", face, inside, _judged(Outcome.REFUSED, Outcome.TO_REVIEW), way=Way.FLAT)
    yield scene("again", face, inside, _refused_for(FindingCode.CHALLENGE_ONCE), challenge=challenge)
    yield scene("wrong_way", face, inside, _to_be_retaken, moves=_opposite)
    yield scene("other_key", face, inside, _not_taken, key=DeviceKey.generate())


def _opposite(moves: Sequence[Move]) -> list[Move]:
    """What somebody does who takes the phone's left for the own."""
    return [OPPOSITE[move] for move in moves]


def _judged(*outcomes: Outcome) -> Callable[[End], bool]:
    return lambda end: isinstance(end, Stored) and end.answer.outcome in outcomes


def _refused_for(code: FindingCode) -> Callable[[End], bool]:
    return lambda end: (
        isinstance(end, Stored)
        and end.answer.outcome is Outcome.REFUSED
        and any(each.code is code and each.result is FindingResult.FAIL for each in end.answer.findings)
    )


def _to_be_retaken(end: End) -> bool:
    return (
        isinstance(end, Stored)
        and end.answer.outcome is not Outcome.ACCEPTED
        and end.answer.remedy is Remedy.RETAKE
    )


def _not_taken(end: End) -> bool:
    return isinstance(end, Refused) and end.problem.slug == "bad-signature"


def _report(number: int, scene: Scene, end: End, seconds: float, language: Language) -> Iterator[str]:
    """The scene's verdict, every reason, and where the ledger holds it."""
    took = f"{seconds:.1f}" if language is Language.EN else f"{seconds:.1f}".replace(".", ",")
    wrong = "" if scene.expected(end) else f"   ← {word('unexpected', language)}"
    head = f"{number}. {scene.title}"
    yield f"{head:<62}{_outcome(end, language):<14}{took} {word('seconds', language)}{wrong}"
    if isinstance(end, Stored):
        for finding in end.answer.findings:
            yield _wrapped(MARKS[finding.result], finding.text)
        yield _wrapped("→", end.answer.summary)
        if end.answer.ledger_id is not None:
            yield _wrapped(
                "#", f"{word('ledger', language)} {end.answer.ledger_id}, {end.answer.ledger_hash}"
            )
    elif isinstance(end, Refused):
        yield _wrapped("→", end.problem.detail)
        for name, texts in end.problem.errors.items():
            for text in texts:
                yield _wrapped(MARKS[FindingResult.FAIL], f"{name}: {text}")
    else:
        yield _wrapped("→", end.detail or str(end.why))
    yield ""


def _outcome(end: End, language: Language) -> str:
    if isinstance(end, Refused):
        return word("not_received", language)
    if isinstance(end, RetryLater):
        return word("later", language)
    if end.answer.state is CheckInState.PENDING or end.answer.outcome is None:
        return word("pending", language)
    return OUTCOMES[end.answer.outcome][language]


def _wrapped(mark: str, text: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent=f"     {mark} ", subsequent_indent="       ")
