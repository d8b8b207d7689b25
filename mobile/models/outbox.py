"""The outbox as people read it: each item on its ladder, why it waits or was refused, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from mobile.client.answers import Problem
from mobile.models.defect_results import result_of
from mobile.models.observed import Observed
from mobile.models.ports import Clock, Outbox
from mobile.models.roster import JUDGED
from mobile.models.rows import Row
from mobile.models.signs import Sign
from mobile.models.words import Words, city_day
from mobile.outbox.ladder import DAMAGE_WORDS, Item, ItemKind, ItemState, WaitReason
from shared.i18n import Message as _
from shared.vocabulary import Outcome

PAGE = 50

STATES: dict[ItemState, Sign] = {
    ItemState.SAVED: Sign("▣", _("saved on the phone"), "wait"),
    ItemState.SENDING: Sign("⇡", _("being sent"), "accent"),
    ItemState.SENT: Sign("↑", _("sent, no answer yet"), "accent"),
    ItemState.STORED: Sign("✓", _("on the server"), "good"),
    ItemState.VERIFIED: Sign("✔", _("confirmed"), "good"),
    ItemState.REFUSED: Sign("✖", _("refused by the server"), "bad"),
    ItemState.DAMAGED: Sign("⚠", _("damaged on the phone"), "bad"),
}
WITHDRAWN = Sign("⚑", _("withdrawn by the dispatcher"), "warn")
TROUBLE = frozenset({ItemState.REFUSED, ItemState.DAMAGED})
KINDS: dict[ItemKind, _] = {
    ItemKind.CHECK_IN: _("Check-in"),
    ItemKind.DEFECT: _("Defect"),
    ItemKind.STOP_REPORT: _("Stop of a route"),
    ItemKind.LOCATION_FIXES: _("Location during the shift"),
    ItemKind.TASK_MOVE: _("Task moved on"),
    ItemKind.ROUTE_MOVE: _("Route begun or finished"),
    ItemKind.FAULT_MOVE: _("Repair begun or done"),
}
REASONS: dict[WaitReason, _] = {
    WaitReason.UNREACHABLE: _("no connection to the server"),
    WaitReason.BUSY: _("the server asks to wait"),
    WaitReason.SIGN_IN: _("sign in to send it"),
    WaitReason.NOT_OURS: _("this network needs a sign-in of its own"),
    WaitReason.UNCONFIRMED: _("the server has not confirmed every photo"),
    WaitReason.FAULT: _("a fault of the app"),
}
LADDER: tuple[tuple[frozenset[ItemState], _], ...] = (
    (frozenset({ItemState.SAVED}), _("Saved on the phone")),
    (frozenset({ItemState.SENDING, ItemState.SENT}), _("Sent")),
    (frozenset({ItemState.STORED}), _("On the server, every photo counted")),
    (frozenset({ItemState.VERIFIED}), _("Confirmed")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxView:
    """The list's state; ``more`` is the word of the button that shows older items, empty at the end."""

    title: str
    summary: str
    rows: tuple[Row, ...]
    empty: str
    more: str


@dataclass(frozen=True, slots=True)
class Step:
    """One rung of the ladder."""

    icon: str
    colour: str
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """One item's state; an empty ``retry`` or ``discard`` has no button."""

    title: str = ""
    facts: str = ""
    steps: tuple[Step, ...] = ()
    notice: str = ""
    notice_icon: str = "⚠"
    notice_colour: str = "warn"
    retry: str = ""
    discard: str = ""
    question: str = ""
    question_text: str = ""
    yes: str = ""
    no: str = ""


class Queue(Observed):
    """The outbox's tab, and the screen of whichever item was opened."""

    def __init__(self, outbox: Outbox, words: Words, *, now: Clock) -> None:
        super().__init__()
        self._outbox = outbox
        self._words = words
        self._now = now
        self._shown = PAGE
        self._item_id: UUID | None = None
        words.listen(self.changed)

    # --- the list -----------------------------------------------------------------------------------

    @property
    def view(self) -> OutboxView:
        """What the list shows now, the newest first."""
        say = self._words
        items = self._outbox.items(limit=self._shown + 1)
        return OutboxView(
            title=say(_("Outbox")),
            summary=self._summary(),
            rows=tuple(self._row(item) for item in items[: self._shown]),
            empty="" if items else say(_("Nothing was captured on this phone in the last days.")),
            more=say(_("Show older ones")) if len(items) > self._shown else "",
        )

    def show_more(self) -> None:
        """One page more."""
        self._shown += PAGE
        self.changed()

    def _summary(self) -> str:
        say, waiting, trouble = self._words, self._outbox.waiting_count(), self._outbox.trouble_count()
        if not waiting and not trouble:
            return say(_("Everything is on the server."))
        parts = [say.count(_("{count} waits|{count} wait"), waiting)] if waiting else []
        if trouble:
            parts.append(say.count(_("{count} in trouble|{count} in trouble"), trouble))
        return " · ".join(parts)

    def _row(self, item: Item) -> Row:
        say, sign = self._words, sign_of(item)
        verdicts = verdict_of(item)
        shown = verdicts[0] if verdicts else sign  # a tick beside «refused» would be misread
        reason = wait_reason(item, self._now(), say)
        return Row(
            key=str(item.id),
            icon=shown.icon,
            colour=shown.colour,
            title=item.about.line or say(KINDS[item.kind]),
            facts=" · ".join(say(each.word) for each in (sign, *verdicts)),
            extra=reason,
            time=self._time(item.created_at),
            alarming=item.state in TROUBLE or item.withdrawn,
        )

    def _time(self, moment: datetime) -> str:
        day = city_day(moment)
        return self._words.clock(moment) if day == city_day(self._now()) else self._words.day(day)

    # --- one item -----------------------------------------------------------------------------------

    def show(self, item_id: str) -> None:
        """Open an item."""
        self._item_id = UUID(item_id)
        self.changed()

    def retry(self) -> None:
        """Send it again at once."""
        if self._item_id is not None:
            self._outbox.retry(self._item_id)
            self.changed()

    def discard(self) -> None:
        """Throw it away; the screen has asked and was answered «yes»."""
        if self._item_id is not None:
            self._outbox.discard(self._item_id, confirmed=True)
            self._item_id = None
            self.changed()

    @property
    def item(self) -> ItemView:
        """What the item's screen shows now."""
        say = self._words
        item = self._outbox.get(self._item_id) if self._item_id else None
        if item is None:
            return ItemView(title=say(_("This item is no longer on the phone.")))
        settled = item.state in (ItemState.STORED, ItemState.VERIFIED)
        notice, icon, colour = self._notice(item)
        return ItemView(
            title=item.about.line or say(KINDS[item.kind]),
            facts="\n".join(self._facts(item)),
            steps=ladder(item, say),
            notice=notice,
            notice_icon=icon,
            notice_colour=colour,
            retry="" if settled else say(_("Send again now")),
            discard="" if settled else say(_("Discard…")),
            question=say(_("Discard without sending?")),
            question_text=say(
                _("«{item}» is only on this phone. After this it is gone, and nobody can restore it."),
                item=item.about.line or say(KINDS[item.kind]),
            ),
            yes=say(_("Yes, discard it")),
            no=say(_("Keep it")),
        )

    def _facts(self, item: Item) -> list[str]:
        say = self._words
        facts = [f"{say(KINDS[item.kind])} · {say.moment(item.created_at)}"]
        if item.photo_count:
            kept = _("{count} photo, {size}|{count} photos, {size}")
            gone = _("{count} photo, on the server|{count} photos, on the server")
            facts.append(
                say.count(
                    kept if item.photos_kept else gone, item.photo_count, size=say.size(item.photo_bytes)
                )
            )
        if item.tries:
            facts.append(say.count(_("{count} try so far|{count} tries so far"), item.tries))
        return facts

    def _notice(self, item: Item) -> tuple[str, str, str]:
        """The verdict; or why it does not move, what is safe and what to do. With the notice's icon and colour."""
        say, sign = self._words, sign_of(item)
        for verdict in verdict_of(item):
            summary = str((item.answer or {}).get("summary") or say(verdict.word))
            return summary, verdict.icon, verdict.colour
        if (
            item.kind is ItemKind.DEFECT
            and item.answer
            and item.state in (ItemState.STORED, ItemState.VERIFIED)
        ):
            return str(item.answer.get("summary", "")), sign.icon, sign.colour
        if item.state is ItemState.REFUSED:
            detail = refusal_text(item.problem) if item.problem else say(_("The server gave no reason."))
            return f"{detail} {say(_('It stays on this phone until you decide.'))}", sign.icon, sign.colour
        if item.damage is not None:
            return say(DAMAGE_WORDS[item.damage]), sign.icon, sign.colour
        if item.withdrawn:
            kept = _("The dispatcher has withdrawn what this is about. It is kept: ask the dispatcher.")
            return say(kept), sign.icon, sign.colour
        reason = wait_reason(item, self._now(), say)
        safe = say(_("It is safe on this phone and will be sent by itself."))
        return f"{reason[:1].upper()}{reason[1:]}. {safe}" if reason else "", "⚠", "warn"


def refusal_text(problem: Problem) -> str:
    """Why the server refuses something: what is wrong with each field says more than that something is."""
    flaws = [text.rstrip(".") for texts in problem.errors.values() for text in texts]
    return " ".join(f"{text[:1].upper()}{text[1:]}." for text in flaws) or problem.detail


def verdict_of(item: Item) -> list[Sign]:
    """How a judged check-in was judged, what a defect looks like; nothing for anything else."""
    if item.kind is ItemKind.DEFECT:
        return result_of(item.answer)
    outcome = (item.answer or {}).get("outcome")
    return [JUDGED[Outcome(outcome)]] if item.kind is ItemKind.CHECK_IN and outcome else []


def sign_of(item: Item) -> Sign:
    """How an item looks."""
    return WITHDRAWN if item.withdrawn and item.state not in TROUBLE else STATES[item.state]


def wait_reason(item: Item, now: datetime, words: Words) -> str:
    """Why a waiting item is not on its way, and when it is tried again; empty where there is nothing to say."""
    if item.state is ItemState.DAMAGED or not item.waiting or item.why is None:
        return ""
    reason = words(REASONS[item.why])
    left = item.waits_until - now if item.waits_until else timedelta()
    if left <= timedelta():
        return reason
    return words(_("{reason}, again in {wait}"), reason=reason, wait=words.wait(left))


def ladder(item: Item, words: Words) -> tuple[Step, ...]:
    """The rungs: those behind it ticked, the one it stands on filled, the others empty."""
    if item.state in TROUBLE:
        sign = STATES[item.state]
        first = Step("✔", "good", words(LADDER[0][1]))
        word = words(sign.word)
        return (first, Step(sign.icon, sign.colour, word[:1].upper() + word[1:]))
    at = next(index for index, (states, _word) in enumerate(LADDER) if item.state in states)
    steps = []
    for index, (_states, word) in enumerate(LADDER):
        done = index < at or (index == at and item.state is not ItemState.SENDING)
        icon, colour = ("✔", "good") if done else ("●", "accent") if index == at else ("○", "wait")
        steps.append(Step(icon, colour, words(word)))
    return tuple(steps)
