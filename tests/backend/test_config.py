"""Settings: what cannot work is refused by name when they are read, and secrets stay out of what is printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.config import SECRETS, BadSetting, load_settings

UNUSABLE = {
    "QALA_LOGIN_RATE": ("abc", "Write a rate such as 20 per minute"),
    "QALA_PUBLIC_RATE": ("", "Write a rate such as 20 per minute"),
    "QALA_TIME_ZONE": ("Mars/Base", "Write a name of the tz database"),
    "QALA_CITY_LAT": ("400", "400"),
    "QALA_CITY_LON": ("-181", "-181"),
    "QALA_DATABASE_URL": ("mysql://qala@host/qala", "Write postgresql://"),
    "QALA_JOBS_URL": ("http://host:6379", "Write redis://"),
    "QALA_BLOBS_URL": ("s3:/bucket", "Write s3://bucket"),
    "QALA_ANCHOR_DIR": ("~nobody-of-that-name/anchors", "write the whole path"),
}
USABLE = {
    "QALA_LOGIN_RATE": "5 per second; 20/minute",
    "QALA_TIME_ZONE": "Asia/Qyzylorda",
    "QALA_DATABASE_URL": "postgresql://qala:pass-word@db/qala",
    "QALA_JOBS_URL": "rediss://:pass-word@queue:6380/1",
    "QALA_BLOBS_URL": "s3://evidence",
}


@pytest.mark.parametrize("variable", UNUSABLE)
def test_setting_that_cannot_work_is_refused_with_its_remedy(tmp_path: Path, variable: str) -> None:
    """The variable, its value and what to write instead."""
    value, remedy = UNUSABLE[variable]
    with pytest.raises(BadSetting) as refusal:
        load_settings({"QALA_INSTANCE_DIR": str(tmp_path), variable: value})
    assert f"{variable} = {value!r} cannot be used" in str(refusal.value)
    assert remedy in str(refusal.value)


@pytest.mark.parametrize(
    "text", ["nonsense", "postgresql://host", "sqlite://", "postgresql://host:port/name"]
)
def test_database_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    """Not a URL, or one without a database."""
    with pytest.raises(BadSetting, match="QALA_DATABASE_URL"):
        load_settings({"QALA_INSTANCE_DIR": str(tmp_path), "QALA_DATABASE_URL": text})


@pytest.mark.parametrize("variable", USABLE)
def test_setting_that_works_is_taken(tmp_path: Path, variable: str) -> None:
    """As it was written."""
    settings = load_settings({"QALA_INSTANCE_DIR": str(tmp_path), variable: USABLE[variable]})
    assert USABLE[variable] == getattr(settings, variable.removeprefix("QALA_").lower())


def test_home_is_understood_in_the_folder_of_anchors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No folder named ~; empty is none at all."""
    monkeypatch.setenv("HOME", str(tmp_path))
    own = {"QALA_INSTANCE_DIR": str(tmp_path / "instance")}
    assert tmp_path / "anchors" == load_settings({**own, "QALA_ANCHOR_DIR": "~/anchors"}).anchor_dir
    assert load_settings({**own, "QALA_ANCHOR_DIR": ""}).anchor_dir is None


def test_settings_print_neither_secrets_nor_passwords(tmp_path: Path) -> None:
    """A repr may end in a log, a refusal on a screen."""
    own = {"QALA_INSTANCE_DIR": str(tmp_path)}
    settings = load_settings({**own, "QALA_DATABASE_URL": "postgresql://qala:pass-word@db/qala"})
    assert [] == [name for name in SECRETS if getattr(settings, name) in repr(settings)]
    assert "pass-word" not in repr(settings)
    with pytest.raises(BadSetting) as refusal:
        load_settings({**own, "QALA_JOBS_URL": "http://:pass-word@host"})
    assert "pass-word" not in str(refusal.value)
