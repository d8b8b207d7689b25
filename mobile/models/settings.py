"""Settings: language, theme, data use, storage, and what to hand over when something goes wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from mobile.client.api_client import VERSION
from mobile.models.background import Background
from mobile.models.daylight import is_night
from mobile.models.observed import Observed
from mobile.models.ports import Account, Clock, Facts, NoRecorder, Outbox, Recorder, Worker
from mobile.models.recording import recording_facts
from mobile.models.words import Words
from mobile.outbox.ladder import Item, ItemKind
from mobile.tracking.due import TRACKED_ROLES
from shared.i18n import DEFAULT_LANGUAGE
from shared.i18n import Message as _
from shared.vocabulary import Language

LANGUAGE_FACT, THEME_FACT, WIFI_FACT = "setting.language", "setting.theme", "setting.photos_on_wifi_only"
NAMES = {Language.RU: "Русский", Language.KK: "Қазақша", Language.EN: "English"}
REPORTED_ITEMS = 200
Choice = TypeVar("Choice", bound=StrEnum)


class ThemeChoice(StrEnum):
    """When the screen is dark."""

    AUTO = "auto"  # with the sun
    LIGHT = "light"
    DARK = "dark"


THEMES: dict[ThemeChoice, _] = {
    ThemeChoice.AUTO: _("Auto"),
    ThemeChoice.LIGHT: _("Light"),
    ThemeChoice.DARK: _("Dark"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsView:
    """The screen's state; options are pairs of value and word."""

    title: str
    user: str
    language_label: str
    languages: tuple[tuple[str, str], ...]
    language: str
    theme_label: str
    themes: tuple[tuple[str, str], ...]
    theme: str
    data_label: str
    data: tuple[tuple[str, str], ...]
    data_chosen: str
    data_hint: str
    way_label: str
    way: str
    storage_label: str
    storage: str
    export: str
    exported: str
    lock: str
    sign_out: str
    question: str
    question_text: str
    yes: str
    no: str
    version: str


class Settings(Observed):
    """What the user has chosen, kept on the phone; choices work at once."""

    def __init__(
        self,
        facts: Facts,
        account: Account,
        outbox: Outbox,
        worker: Worker,
        background: Background,
        words: Words,
        *,
        now: Clock,
        stored_bytes: Callable[[], int],
        reports: Path,
        recorder: Recorder | None = None,
    ) -> None:
        super().__init__()
        self._facts = facts
        self._account = account
        self._outbox = outbox
        self._worker = worker
        self._background = background
        self._words = words
        self._now = now
        self._stored_bytes = stored_bytes
        self._reports = reports
        self._recorder = recorder or NoRecorder()
        self._unsent = 0  # parts of the way that is recorded
        self._exported: tuple[_, str] | None = None
        self._stored: int | None = None
        words.speak(kept_language(facts))
        words.listen(self.changed)

    # --- what holds ---------------------------------------------------------------------------------

    @property
    def theme(self) -> ThemeChoice:
        """When the screen is dark."""
        return _one_of(ThemeChoice, self._facts.get(THEME_FACT), ThemeChoice.AUTO)

    @property
    def dark(self) -> bool:
        """Whether the screen is dark now."""
        return is_night(self._now()) if self.theme is ThemeChoice.AUTO else self.theme is ThemeChoice.DARK

    @property
    def wifi_only(self) -> bool:
        """Whether photos wait for Wi-Fi."""
        return bool(self._facts.get(WIFI_FACT, False))

    # --- choosing -----------------------------------------------------------------------------------

    def choose_language(self, value: str) -> None:
        """Speak another language from now on."""
        self._facts.put(LANGUAGE_FACT, Language(value).value)
        self._words.speak(Language(value))
        self._background.run(self._account.language_changed, lambda _end: None, lambda _error: None)

    def choose_theme(self, value: str) -> None:
        """Light, dark, or with the sun."""
        self._facts.put(THEME_FACT, ThemeChoice(value).value)
        self.changed()

    def choose_data(self, value: str) -> None:
        """Photos on Wi-Fi only, or always."""
        self._facts.put(WIFI_FACT, value == "wifi")
        self._worker.wake()
        self.changed()

    def measure(self) -> None:
        """Count what lies on the phone: the folder may be large, so away from the screen."""

        shift = self._recorder.recording.shift

        def count() -> tuple[int, int]:
            about = [each for subject in shift.subjects.values() for each in self._outbox.about(subject)] if shift else []  # fmt: skip
            fixes = [each for each in about if each.kind is ItemKind.LOCATION_FIXES and each.waiting]
            return self._stored_bytes(), len(fixes)

        def done(counted: tuple[int, int]) -> None:
            self._stored, self._unsent = counted
            self.changed()

        self._background.run(count, done, lambda _error: None)

    def export(self) -> None:
        """Write a report for whoever helps: states and times, no names, no photos, no keys."""

        def work() -> Path:
            now = self._now()
            path = self._reports / f"qala-{now:%Y%m%d-%H%M%S}.json"
            self._reports.mkdir(parents=True, exist_ok=True)
            path.write_text(
                json.dumps(diagnostics(self._outbox, self._worker, now), indent=1), encoding="utf-8"
            )
            return path

        def done(path: Path) -> None:
            self._exported = (_("Saved as {path}. It holds no names and no photos."), str(path))
            self.changed()

        def failed(error: Exception) -> None:
            self._exported = (_("The report could not be written: {path}"), str(error))
            self.changed()

        self._background.run(work, done, failed)

    @property
    def view(self) -> SettingsView:
        """What the screen shows now."""
        say, user = self._words, self._account.user
        waiting = self._outbox.waiting_count()
        return SettingsView(
            title=say(_("Settings")),
            user=f"{user.display_name} · {self._account.server}" if user else "",
            language_label=say(_("Language")),
            languages=tuple((language.value, name) for language, name in NAMES.items()),
            language=say.language.value,
            theme_label=say(_("Theme")),
            themes=tuple((theme.value, say(word)) for theme, word in THEMES.items()),
            theme=self.theme.value,
            data_label=say(_("Sending photos")),
            data=(("always", say(_("Always"))), ("wifi", say(_("Wi-Fi only")))),
            data_chosen="wifi" if self.wifi_only else "always",
            data_hint=say(_("Photos wait on the phone until there is Wi-Fi; verdicts wait with them."))
            if self.wifi_only
            else "",
            way_label=say(_("Recording of your way")),
            way=recording_facts(self._recorder.recording, self._unsent, say)
            if user and user.role in TRACKED_ROLES
            else "",
            storage_label=say(_("Storage")),
            storage=say(_("On this phone: {size}"), size=say.size(self._stored))
            if self._stored is not None
            else say(_("Counting…")),
            export=say(_("Save a report for support")),
            exported=say(self._exported[0], path=self._exported[1]) if self._exported else "",
            lock=say(_("Lock now")),
            sign_out=say(_("Sign out…")),
            question=say(_("Sign out of this phone?")),
            question_text=say.count(
                _(
                    "{count} item is not sent yet. It stays on this phone and is sent when you sign in again.|{count} items are not sent yet. They stay on this phone and are sent when you sign in again."
                ),
                waiting,
            )
            if waiting
            else say(_("Everything is on the server. Signing in again needs the network.")),
            yes=say(_("Yes, sign out")),
            no=say(_("Stay signed in")),
            version=f"Qala {VERSION}",
        )


def kept_language(facts: Facts) -> Language:
    """The language chosen on this phone."""
    return _one_of(Language, facts.get(LANGUAGE_FACT), DEFAULT_LANGUAGE)


def diagnostics(outbox: Outbox, worker: Worker, now: datetime) -> dict[str, object]:
    """What helps to find a fault, without anything personal: an id of an item is a random number."""
    status = worker.status()
    return {
        "written_at": now.isoformat(),
        "version": VERSION,
        "online": status.online,
        "last_pull_at": status.last_pull_at.isoformat() if status.last_pull_at else None,
        "waiting": status.waiting,
        "trouble": status.trouble,
        "sign_in_needed": status.sign_in_needed,
        "update_needed": status.update_needed,
        "items": [_reported(item) for item in outbox.items(limit=REPORTED_ITEMS)],
    }


def _reported(item: Item) -> dict[str, object]:
    return {
        "id": str(item.id),
        "kind": item.kind.value,
        "state": item.state.value,
        "created_at": item.created_at.isoformat(),
        "tries": item.tries,
        "why": item.why.value if item.why else None,
        "waits_until": item.waits_until.isoformat() if item.waits_until else None,
        "refusal": item.problem.slug if item.problem else None,
        "damage": item.damage.value if item.damage else None,
        "photo_bytes": item.photo_bytes,
        "withdrawn": item.withdrawn,
    }


def _one_of(kind: type[Choice], value: object, default: Choice) -> Choice:
    try:
        return kind(str(value))
    except ValueError:
        return default
