"""The lock: a PIN after the phone lay idle; wrong ones cost time, and the password always opens.

The PIN keeps a colleague or a passer-by from the screen. What is on the disk is sealed with the phone's key, not with the PIN.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from mobile.models.observed import Observed
from mobile.models.ports import Clock, Facts
from mobile.models.words import Words
from shared.i18n import Message as _

IDLE = timedelta(minutes=5)
DIGITS_LEAST, DIGITS_MOST = 4, 8
FREE_TRIES = 4  # so many slips cost nothing
FIRST_WAIT = timedelta(seconds=30)  # doubles with every further one
LONGEST_WAIT = timedelta(hours=1)
SCRYPT = {"n": 2**13, "r": 8, "p": 1}  # 8 MB and some 30 ms: a phone answers at once
PIN_FACT, TRIES_FACT = "lock.pin", "lock.tries"


class Mode(StrEnum):
    """What the pad is for."""

    OPEN = "open"  # nothing is locked
    CHOOSE = "choose"
    REPEAT = "repeat"
    ASK = "ask"


@dataclass(frozen=True, slots=True, kw_only=True)
class LockView:
    """The pad's state; ``dots`` is how many digits were entered."""

    title: str
    text: str
    dots: int
    error: str
    ready: bool
    action: str
    other_way: str  # «sign in with the password», empty where a PIN is chosen


class Lock(Observed):
    """Locks when idle, opens by PIN; ``opened`` is called when the pad has done its work."""

    def __init__(
        self, facts: Facts, words: Words, *, now: Clock, opened: Callable[[], None], idle: timedelta = IDLE
    ) -> None:
        super().__init__()
        self._facts = facts
        self._words = words
        self._now = now
        self._opened = opened
        self._idle = idle
        self._digits = ""
        self._first = ""
        self._error: tuple[_, dict[str, object]] | None = None
        self._touched_at = now()
        self.mode = Mode.OPEN
        words.listen(self.changed)

    @property
    def has_pin(self) -> bool:
        """Whether a PIN was chosen on this phone."""
        return self._facts.get(PIN_FACT) is not None

    def touched(self) -> None:
        """The phone is being used."""
        self._touched_at = self._now()

    def is_due(self) -> bool:
        """Whether the phone lay idle so long that it must lock; a clock that was set back locks too."""
        idle = self._now() - self._touched_at
        return self.mode is Mode.OPEN and self.has_pin and not timedelta(0) <= idle < self._idle

    def ask(self) -> None:
        """Lock, or have a PIN chosen where there is none."""
        self._digits, self._first, self._error = "", "", None
        self.mode = Mode.ASK if self.has_pin else Mode.CHOOSE
        self.changed()

    def forget(self) -> None:
        """Somebody has signed in with the password: a new PIN is chosen."""
        self._facts.forget(PIN_FACT)
        self._facts.forget(TRIES_FACT)
        self.mode = Mode.OPEN

    def press(self, digit: str) -> None:
        """A digit of the pad."""
        if len(self._digits) < DIGITS_MOST and self._wait_left() == timedelta(0):
            self._digits += digit
            self._error = None
            self.changed()

    def erase(self) -> None:
        """Take the last digit back."""
        self._digits = self._digits[:-1]
        self.changed()

    def confirm(self) -> None:
        """The digits are complete; a pad that is not ready tries nothing."""
        if not self.view.ready:
            return
        entered, self._digits = self._digits, ""
        if self.mode is Mode.ASK:
            self._try(entered)
        elif self.mode is Mode.CHOOSE:
            self._first, self.mode = entered, Mode.REPEAT
        elif self.mode is Mode.REPEAT and entered != self._first:
            self.mode, self._error = Mode.CHOOSE, (_("The two PINs differ: choose again."), {})
        elif self.mode is Mode.REPEAT:
            salt = secrets.token_bytes(16)
            self._facts.put(PIN_FACT, {"salt": salt.hex(), "hash": _hash(entered, salt)})
            self._open()
        self.changed()

    @property
    def view(self) -> LockView:
        """What the pad shows now."""
        say, wait = self._words, self._wait_left()
        title, text = {
            Mode.CHOOSE: (
                _("Choose a PIN"),
                _("4 to 8 digits. It opens this phone after it lay idle, offline too."),
            ),
            Mode.REPEAT: (_("Repeat the PIN"), _("The same digits once more.")),
        }.get(self.mode, (_("Enter the PIN"), _("This phone lay idle.")))
        error = say(self._error[0], **self._error[1]) if self._error else ""
        if wait:
            error = say(_("Too many wrong PINs. Try again in {wait}."), wait=say.wait(wait))
        return LockView(
            title=say(title),
            text=say(text),
            dots=len(self._digits),
            error=error,
            ready=len(self._digits) >= DIGITS_LEAST and not wait,
            action=say(_("Unlock")) if self.mode is Mode.ASK else say(_("Next")),
            other_way=say(_("Sign in with the password")) if self.mode is Mode.ASK else "",
        )

    def _try(self, entered: str) -> None:
        kept, tries = self._facts.get(PIN_FACT), self._facts.get(TRIES_FACT, {"wrong": 0})
        wrong = int(tries["wrong"])
        self._count(wrong + 1)  # before it is compared: ending the app in between gains no free try
        if hmac.compare_digest(_hash(entered, bytes.fromhex(kept["salt"])), kept["hash"]):
            self._facts.forget(TRIES_FACT)
            self._open()
            return
        self._error = (_("This PIN is wrong."), {})

    def _count(self, wrong: int) -> None:
        """Write down how many were wrong in a row, and how long the pad rests for it."""
        wait_s = int(wait_after(wrong).total_seconds())
        self._facts.put(TRIES_FACT, {"wrong": wrong, "at": self._now().isoformat(), "wait_s": wait_s})

    def _wait_left(self) -> timedelta:
        """How long the pad still rests; a clock that was set back starts the wait anew."""
        tries = self._facts.get(TRIES_FACT)
        if self.mode is not Mode.ASK or not tries:
            return timedelta(0)
        wait = timedelta(seconds=int(tries["wait_s"]))
        passed = self._now() - datetime.fromisoformat(tries["at"])
        return min(max(wait - passed, timedelta(0)), wait)

    def _open(self) -> None:
        self.mode = Mode.OPEN
        self.touched()
        self._opened()


def wait_after(wrong: int) -> timedelta:
    """How long the pad rests after so many wrong PINs in a row."""
    if wrong <= FREE_TRIES:
        return timedelta(0)
    doublings: int = min(wrong - FREE_TRIES - 1, 10)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def _hash(pin: str, salt: bytes) -> str:
    return hashlib.scrypt(pin.encode(), salt=salt, dklen=32, **SCRYPT).hex()
