"""Settings: what is chosen holds at once and after a restart; a report for support holds nothing personal."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mobile.devices.sharer import NoSharer
from mobile.models.diagnostics import Diagnostics
from mobile.models.ports import Stored
from mobile.models.settings import LANGUAGE_FACT, THEME_FACT, Settings, ThemeChoice
from mobile.models.words import Words
from mobile.outbox.ladder import ItemState
from mobile.shots.example_core import AtOnce, ExampleAccount, ExampleFacts, ExampleOutbox, ExampleWorker
from mobile.shots.examples import ITEMS, NOW, item
from shared.vocabulary import Language


def settings(folder: Path, **parts: Any) -> Settings:
    """The model on these parts."""
    outbox = parts.pop("outbox", ExampleOutbox())
    worker = parts.pop("worker", ExampleWorker(outbox))
    report = Diagnostics(
        outbox=outbox,
        worker=worker,
        now=lambda: NOW,
        folder=parts.pop("reports", folder / "reports"),
        sharer=parts.pop("sharer", NoSharer()),
    )
    values: dict[str, Any] = {
        "facts": ExampleFacts(),
        "account": ExampleAccount(),
        "outbox": outbox,
        "worker": worker,
        "background": AtOnce(),
        "words": Words(),
        "now": lambda: NOW,
        "stored": lambda: Stored(total_bytes=2_000_000, waiting_bytes=640_000),
        "diagnostics": report,
    }
    return Settings(**{**values, **parts})


def test_a_language_holds_at_once_and_after_a_restart(tmp_path: Path) -> None:
    """Russian until somebody chooses."""
    facts, words = ExampleFacts(), Words()
    assert "ru" == settings(tmp_path, facts=facts, words=words).view.language
    settings(tmp_path, facts=facts, words=words).choose_language("kk")
    assert Language.KK is words.language
    assert "kk" == settings(tmp_path, facts=facts).view.language


def test_what_another_version_kept_falls_back_to_the_default(tmp_path: Path) -> None:
    """A phone must open, whatever lies in it."""
    facts = ExampleFacts()
    facts.put(LANGUAGE_FACT, "tlh")
    facts.put(THEME_FACT, 7)
    model = settings(tmp_path, facts=facts)
    assert ("ru", ThemeChoice.AUTO) == (model.view.language, model.theme)


@pytest.mark.parametrize(
    ("choice", "hour", "dark"),
    [("auto", 4, False), ("auto", 13, True), ("light", 13, False), ("dark", 4, True)],
)
def test_the_screen_is_dark_by_choice_or_by_the_sun(
    tmp_path: Path, choice: str, hour: int, dark: bool
) -> None:
    """November: the sun sets before 17:00."""
    model = settings(tmp_path, now=lambda: NOW.replace(hour=hour) + timedelta(minutes=30))
    model.choose_theme(choice)
    assert dark is model.dark


def test_wi_fi_only_says_what_it_costs_and_wakes_the_worker(tmp_path: Path) -> None:
    """Verdicts wait with the photos."""
    worker = ExampleWorker(ExampleOutbox())
    model = settings(tmp_path, worker=worker)
    assert "" == model.view.data_hint
    model.choose_data("wifi")
    assert model.wifi_only
    assert model.view.data_hint
    assert 1 == worker.woken


def test_storage_is_counted_when_asked(tmp_path: Path) -> None:
    """Away from the screen's thread."""
    model = settings(tmp_path, words=Words(Language.EN))
    model.choose_language("en")
    assert "Counting…" == model.view.storage
    model.measure()
    words = "On this phone: 2.0 MB. Of it photos that wait to be sent: 640 kB"
    assert words == model.view.storage.replace("\N{NO-BREAK SPACE}", " ")


def test_a_report_holds_states_and_nothing_personal(tmp_path: Path) -> None:
    """No name of an item, no login, no server's words about a person."""
    model = settings(tmp_path)
    model.export()
    (path,) = (tmp_path / "reports").iterdir()
    text = path.read_text(encoding="utf-8")
    report = json.loads(text)
    assert [held.state.value for held in ITEMS] == [told["state"] for told in report["items"]]
    assert not any(secret in text for secret in ("Ахметов", "Парк", "nurlan", "Эта отметка"))
    assert str(path) in model.view.exported


def test_a_report_is_handed_to_an_app_where_there_is_one(tmp_path: Path) -> None:
    """Nobody can read the app's own folder on Android: the same text travels, from a full disk too."""
    handed: list[str] = []

    class Apps:
        def share(self, text: str, title: str) -> bool:
            handed.extend([text, title])
            return True

    model = settings(tmp_path, sharer=Apps())
    model.choose_language("en")
    (tmp_path / "file").write_text("")
    full = settings(tmp_path, sharer=Apps(), reports=tmp_path / "file" / "reports")
    full.choose_language("en")
    full.export()
    assert "Choose who gets the report. It holds no names and no photos." == full.view.exported
    handed.clear()
    model.export()
    (path,) = (tmp_path / "reports").iterdir()
    assert [path.read_text(encoding="utf-8"), path.stem] == handed
    assert "Choose who gets the report. It holds no names and no photos." == model.view.exported


def test_a_report_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    """A full disk is when reports are wanted most."""
    (tmp_path / "file").write_text("")
    model = settings(tmp_path, reports=tmp_path / "file" / "reports")
    model.choose_language("en")
    model.export()
    assert model.view.exported.startswith("The report could not be written")


def test_signing_out_says_what_waits(tmp_path: Path) -> None:
    """And that it is not lost."""
    waiting = settings(tmp_path, outbox=ExampleOutbox((item(0, ItemState.SAVED, "", 1),)))
    waiting.choose_language("en")
    assert "1 item is not sent yet." in waiting.view.question_text
    calm = settings(tmp_path, outbox=ExampleOutbox(()))
    calm.choose_language("en")
    assert "Everything is on the server." in calm.view.question_text
