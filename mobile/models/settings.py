"""Settings: language, theme, data use, storage, and what to hand over when something goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from mobile.client.api_client import VERSION
from mobile.models.background import Background
from mobile.models.daylight import is_night
from mobile.models.diagnostics import Diagnostics, Report
from mobile.models.observed import Observed
from mobile.models.ports import Account, Clock, Facts, NoRecorder, Outbox, Recorder, Stored, Worker
from mobile.models.recording import recording_facts
from mobile.models.words import Words
from mobile.outbox.ladder import ItemKind
from mobile.tracking.due import TRACKED_ROLES
from shared.i18n import DEFAULT_LANGUAGE
from shared.i18n import Message as _
from shared.vocabulary import Language

LANGUAGE_FACT, THEME_FACT, WIFI_FACT = "setting.language", "setting.theme", "setting.photos_on_wifi_only"
NAMES = {Language.RU: "Русский", Language.KK: "Қазақша", Language.EN: "English"}
SAVED_AS = _("Saved as {path}. It holds no names and no photos.")
HANDED_OVER = _("Choose who gets the report. It holds no names and no photos.")
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
        stored: Callable[[], Stored],
        diagnostics: Diagnostics,
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
        self._count_stored = stored
        self._diagnostics = diagnostics
        self._recorder = recorder or NoRecorder()
        self._unsent = 0  # parts of the way that is recorded
        self._exported: tuple[_, str] | None = None
        self._stored: Stored | None = None
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

        def count() -> tuple[Stored, int]:
            about = [each for subject in shift.subjects.values() for each in self._outbox.about(subject)] if shift else []  # fmt: skip
            fixes = [each for each in about if each.kind is ItemKind.LOCATION_FIXES and each.waiting]
            return self._count_stored(), len(fixes)

        def done(counted: tuple[Stored, int]) -> None:
            self._stored, self._unsent = counted
            self.changed()

        self._background.run(count, done, lambda _error: None)

    def export(self) -> None:
        """Give a report to whoever helps: states and times, no names, no photos, no keys."""

        def done(report: Report) -> None:
            self._exported = HANDED_OVER if report.handed_over else SAVED_AS, str(report.path or "")
            self.changed()

        def failed(error: Exception) -> None:
            self._exported = (_("The report could not be written: {path}"), str(error))
            self.changed()

        self._background.run(self._diagnostics.hand_over, done, failed)

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
            storage=say(
                _("On this phone: {size}. Of it photos that wait to be sent: {waiting}"),
                size=say.size(self._stored.total_bytes),
                waiting=say.size(self._stored.waiting_bytes),
            )
            if self._stored is not None
            else say(_("Counting…")),
            export=say(_("A report for support")),
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


def _one_of(kind: type[Choice], value: object, default: Choice) -> Choice:
    try:
        return kind(str(value))
    except ValueError:
        return default
