"""How long a new task takes to reach an open app: a dispatcher hands tasks out, a phone's worker pulls as it always does."""

from __future__ import annotations

import random
import time
from pathlib import Path
from uuid import UUID

from mobile.bench.city import City
from mobile.bench.figures import Figure, spread
from mobile.devices.platform import no_devices
from mobile.models.phone import Phone
from mobile.simulated.served import PASSWORD

APART_S = (2.0, 9.0)  # so that they fall into every phase of the pulling
LOOK_EVERY_S = 0.05
PATIENCE_S = 90.0


def measure_news(city: City, folder: Path, tasks: int) -> Figure:
    """Hand out so many tasks; seconds until each is on the phone."""
    devices, rng = no_devices(folder), random.Random(5)
    phone = Phone(folder, devices.keys, device_name="open", devices=devices)
    took_s: list[float] = []
    try:
        phone.account.sign_in(city.server.url, "supervisor", PASSWORD)
        handed_out: dict[UUID, float] = {}
        next_s, ends_s = time.monotonic(), time.monotonic() + PATIENCE_S + tasks * APART_S[1]
        while len(took_s) < tasks:
            now_s = time.monotonic()
            if now_s > ends_s:
                raise RuntimeError(f"{tasks - len(took_s)} tasks have not reached the phone")
            if len(handed_out) < tasks and now_s >= next_s:
                handed_out[city.plan(f"Lamp {len(handed_out)}")] = time.monotonic()
                next_s = now_s + rng.uniform(*APART_S)
            there = {task.card.id for task in phone.local.tasks()}
            for task_id in [each for each in handed_out if each in there]:
                if handed_out[task_id]:
                    took_s.append(time.monotonic() - handed_out[task_id])
                    handed_out[task_id] = 0.0
            time.sleep(LOOK_EVERY_S)
    finally:
        phone.close()
    return spread("s until a new task is on an open phone", took_s, 30.0, 1)
