"""Four check-ins that show what the server makes of a right person, a wrong place, a wrong face and a wrong key."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from mobile.answers import Refused, RetryLater, Stored, Why
from mobile.api_client import Declined, NotNow
from mobile.device_key import DeviceKey
from mobile.simulated.cast import Cast
from mobile.simulated.faces import Face
from mobile.simulated.location import inner_point, outer_point
from mobile.simulated.phone import FRAMES, Capture, SimulatedPhone
from mobile.simulated.words import OUTCOMES, word
from shared.contracts import TaskCard
from shared.geometry import place_of
from shared.vocabulary import CheckInState, FindingResult, Language, Outcome

LOGIN = "supervisor"
OUTSIDE_M = 200.0
PATIENCE_S = 30.0  # the first verdict after a start also loads the models
MARKS = {FindingResult.OK: "✓", FindingResult.DOUBT: "?", FindingResult.FAIL: "✗"}
WIDTH = 110

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

    yield Scene(
        word("inside", language),
        lambda: phone.capture(task, person_id, face.shots(rng, FRAMES), inside),
        _judged(Outcome.ACCEPTED),
    )
    yield Scene(
        word("outside", language),
        lambda: phone.capture(task, person_id, face.shots(rng, FRAMES), outside),
        _judged(Outcome.REFUSED),
    )
    yield Scene(
        word("stranger", language),
        (lambda: phone.capture(task, person_id, stranger.shots(rng, FRAMES), inside)) if stranger else None,
        _judged(Outcome.REFUSED),
    )
    yield Scene(
        word("other_key", language),
        lambda: phone.capture(task, person_id, face.shots(rng, FRAMES), inside, key=DeviceKey.generate()),
        lambda end: isinstance(end, Refused) and end.problem.slug == "bad-signature",
    )


def _judged(outcome: Outcome) -> Callable[[End], bool]:
    return lambda end: isinstance(end, Stored) and end.answer.outcome is outcome


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
