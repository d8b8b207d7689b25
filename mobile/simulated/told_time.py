"""Phones whose clock shows the time that was said last, so that a day passes in minutes."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

from mobile.client.api_client import ApiClient
from mobile.client.device_key import DeviceKey
from mobile.simulated.boot_clock import BootClock
from mobile.simulated.outbox_phone import OutboxPhone


class ToldClock:
    """The time that was said last."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The device's time."""
        return self.now


def signed_in(
    server: str, keys: Path, login: str, password: str, clock: ToldClock, rng: random.Random
) -> OutboxPhone:
    """A phone with the app's own outbox and sync, signed in; its key and store lie under ``keys``."""
    name = f"day-{login}"
    client = ApiClient(server, DeviceKey.load_or_make(keys / f"{name}.key"), now=clock)
    phone = OutboxPhone(client, keys / name, rng, BootClock(lambda: clock().timestamp()))
    client.login(login, password, name)
    return phone
