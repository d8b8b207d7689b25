"""Whom simulated phones play: logins, and which face each enrolled person has, from the demo city's file."""

from __future__ import annotations

import json
import random
import time
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from mobile.client.api_client import ApiClient
from mobile.client.device_key import DeviceKey
from mobile.simulated.boot_clock import BootClock
from mobile.simulated.faces import PORTRAIT, Face, find_face
from mobile.simulated.outbox_phone import OutboxPhone
from mobile.simulated.phone import SimulatedPhone
from shared.i18n import DEFAULT_LANGUAGE
from shared.vocabulary import Language


@dataclass(frozen=True)
class Cast:
    """The demo city as its phones know it."""

    passwords: dict[str, str]
    faces: dict[UUID, Face]  # of enrolled people, as far as the pictures are on this machine
    portrait_of: UUID | None
    strangers: list[Face]

    @classmethod
    def load(cls, path: Path, data_dir: Path | None) -> Cast:
        """Read the file that `qala seed-demo` writes."""
        said = json.loads(path.read_text(encoding="utf-8"))
        names = {UUID(person): name for person, name in said["faces"].items()}
        found = {person: find_face(name, data_dir) for person, name in names.items()}
        strangers = [find_face(name, data_dir) for name in said["strangers"]]
        return cls(
            passwords={login["login"]: login["password"] for login in said["logins"]},
            faces={person: face for person, face in found.items() if face is not None},
            portrait_of=next((person for person, name in names.items() if name == PORTRAIT), None),
            strangers=[face for face in strangers if face is not None],
        )


def pick_up(
    login: str,
    device: str,
    server: str,
    keys: Path,
    rng: random.Random,
    language: Language = DEFAULT_LANGUAGE,
) -> SimulatedPhone:
    """A phone whose key is kept from run to run, so that the server sees one device; not signed in yet."""
    key = DeviceKey.load_or_make(keys / f"{device}-{login}.key")
    return SimulatedPhone(ApiClient(server, key, language), rng, BootClock(), time.sleep)


def pick_up_with_outbox(
    login: str,
    device: str,
    server: str,
    keys: Path,
    rng: random.Random,
    language: Language = DEFAULT_LANGUAGE,
) -> OutboxPhone:
    """The same with the app's own storage, which is kept from run to run too."""
    key = DeviceKey.load_or_make(keys / f"{device}-{login}.key")
    folder = keys / f"{device}-{login}"
    return OutboxPhone(ApiClient(server, key, language), folder, rng, BootClock(), time.sleep)
