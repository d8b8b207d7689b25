"""The quiet line on top of every screen: whether the phone is online, how fresh its data is, how much waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from mobile.models.words import Words
from mobile.sync.worker import SyncStatus
from shared.i18n import Message as _

STALE_AFTER = timedelta(minutes=10)  # an open app pulls every 25 s: older data has lost its network


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusView:
    """The line, and below it at most one notice: what keeps the phone from working."""

    icon: str = "○"
    colour: str = "wait"
    text: str = ""
    notice: str = ""
    sign_in: str = ""  # the word of the button that mends it, where signing in does


def status_view(status: SyncStatus, now: datetime, words: Words) -> StatusView:
    """How the line reads at a moment."""
    icon, colour, word = _connection(status)
    parts = [words(word), _freshness(status, now, words)]
    if status.waiting:
        parts.append(words.count(_("{count} waits|{count} wait"), status.waiting))
    return StatusView(
        icon=icon,
        colour=colour,
        text=" · ".join(part for part in parts if part),
        notice=_notice(status, words),
        sign_in=words(_("Sign in")) if status.sign_in_needed else "",
    )


def _connection(status: SyncStatus) -> tuple[str, str, _]:
    if status.online is None:
        return "◌", "wait", _("connecting")
    return ("●", "good", _("online")) if status.online else ("○", "warn", _("offline"))


def _freshness(status: SyncStatus, now: datetime, words: Words) -> str:
    if status.last_pull_at is None:
        return words(_("no data yet"))
    age = now - status.last_pull_at
    if status.online and age < timedelta(minutes=1):
        return words(_("just now"))
    wait = words.wait(age)
    return words(_("data {wait} old"), wait=wait) if age >= STALE_AFTER else wait


def _notice(status: SyncStatus, words: Words) -> str:
    """The most urgent one; what was captured is safe in each of them, and the texts say so."""
    if status.full:
        return words(
            _("The phone's memory is full: nothing new can be saved. Free some space, then go on working.")
        )
    if status.sign_in_needed:
        return words(_("Your session has ended. All is saved on this phone; sign in again to send it."))
    if status.update_needed is not None:
        return words(
            _(
                "This app is too old for the server (it wants {version}). What is saved will still be sent; update before you capture more."
            ),
            version=status.update_needed,
        )
    if status.photos_wait_for_wifi:
        return words(_("Photos wait for Wi-Fi, as set in the settings."))
    return ""
