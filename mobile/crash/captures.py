"""What the phone of a crash run captures: small pictures that are all different, and the items made of them."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from datetime import datetime, timedelta

from PIL import Image

from mobile.capture.check_in import Occasion, Shot, Taken, signed_check_in
from mobile.crash.movable import Move, item_of
from mobile.models.phone import Phone
from mobile.outbox.ladder import NewItem
from mobile.simulated.location import fixes_around
from mobile.simulated.reports import Hand, check_in_item, defect_item, fixes_item, stop_report_item
from shared.contracts import DeviceClock
from shared.geometry import Point
from shared.vocabulary import StopState

CITY = Point(lat=54.87, lon=69.15)
FRAMES = 3
SIDES_PX = (80, 120, 320)  # the largest make items that travel in pieces after a cut
FIXES = 5


def picture(rng: random.Random, side_px: int) -> bytes:
    """A JPEG that no other run makes."""
    grain = Image.frombytes("L", (side_px, side_px), rng.randbytes(side_px * side_px))
    written = io.BytesIO()
    grain.save(written, "JPEG", quality=75)
    return written.getvalue()


class Captures:
    """Makes items for whoever is signed in on a phone."""

    def __init__(self, phone: Phone, now: Callable[[], datetime], rng: random.Random) -> None:
        self._phone = phone
        self._now = now
        self._rng = rng

    def any(self, move: Move | None) -> NewItem | None:
        """An item of some kind that this user may send; None before sign-in. ``move`` is one to make."""
        hand = self._hand()
        if hand is None:
            return None
        if move is not None:
            return item_of(move, hand)
        makers = [self._defect, self._fixes, self._stop_report, self._check_in, self._check_in]
        return self._rng.choice(makers)(hand) or self._defect(hand)

    def _hand(self) -> Hand | None:
        client, user = self._phone.account.client, self._phone.account.user
        if client is None or client.tokens is None or user is None:
            return None
        return Hand(
            owner_id=user.id,
            device_id=client.tokens.device_id,
            sign=self._phone.key.sign,
            now=self._now(),
            clock=DeviceClock(boot_id="crash", boot_ms=1_000_000),  # evidence is never refused for its time
        )

    def _defect(self, hand: Hand) -> NewItem:
        side_px = self._rng.choice(SIDES_PX)
        photos = [picture(self._rng, side_px) for _ in range(self._rng.randint(1, 2))]
        return defect_item(hand, photos, fixes_around(CITY, hand.now, self._rng, FIXES))

    def _fixes(self, hand: Hand) -> NewItem | None:
        routes = self._phone.local.routes()
        if not routes:
            return None
        return fixes_item(
            hand, fixes_around(CITY, hand.now, self._rng, FIXES), self._rng.choice(routes).sheet.id
        )

    def _stop_report(self, hand: Hand) -> NewItem | None:
        routes = self._phone.local.routes()
        if not routes:
            return None
        sheet = self._rng.choice(routes).sheet
        photos = [picture(self._rng, SIDES_PX[0]) for _ in range(self._rng.randint(0, 1))]
        return stop_report_item(
            hand,
            (sheet.id, sheet.version),
            self._rng.choice(sheet.stops).id,
            StopState.DONE,
            fixes_around(CITY, hand.now, self._rng, FIXES),
            photos,
        )

    def _check_in(self, hand: Hand) -> NewItem | None:
        places = [(task.card, person) for task in self._phone.local.tasks() for person in task.card.people]
        if not places or hand.clock is None:
            return None
        card, person = self._rng.choice(places)
        side_px = self._rng.choice(SIDES_PX)
        taken = Taken(
            shots=tuple(
                Shot(picture(self._rng, side_px), hand.now - timedelta(seconds=FRAMES - index), 1000 * index)
                for index in range(FRAMES)
            ),
            fixes=fixes_around(CITY, hand.now, self._rng, FIXES),
            captured_at=hand.now,
            clock=hand.clock,
        )
        capture = signed_check_in(
            taken, Occasion(person_id=person.id, task_id=card.id), hand.device_id, hand.sign
        )
        return check_in_item(hand, capture, card.id, person.id)
