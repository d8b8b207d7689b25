"""The report for whoever helps: written on the phone, and handed to an app that the user chooses."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from mobile.client.api_client import VERSION
from mobile.devices.sharer import Sharer
from mobile.models.ports import Clock, Outbox, Worker
from mobile.outbox.ladder import Item

REPORTED_ITEMS = 200  # of some 350 bytes each: what one app can hand to another


@dataclass(frozen=True, kw_only=True)
class Report:
    """Where it lies, and whether an app was offered it; ``path`` is None where only the app has it."""

    path: Path | None
    handed_over: bool


@dataclass(frozen=True, kw_only=True)
class Diagnostics:
    """What helps to find a fault, without anything personal: an id of an item is a random number."""

    outbox: Outbox
    worker: Worker
    now: Clock
    folder: Path
    sharer: Sharer

    def hand_over(self) -> Report:
        """Write the report and offer it to other apps; OSError when neither can be done: a full disk is when it is wanted most."""
        title = f"qala-{self.now():%Y%m%d-%H%M%S}"
        path = self.folder / f"{title}.json"
        text = json.dumps(self.read(), indent=1)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError:
            if not self.sharer.share(text, title):
                raise
            return Report(path=None, handed_over=True)
        return Report(path=path, handed_over=self.sharer.share(text, title))

    def read(self) -> dict[str, object]:
        """States and times, no names, no photos, no keys."""
        status = self.worker.status()
        return {
            "written_at": self.now().isoformat(),
            "version": VERSION,
            "online": status.online,
            "last_pull_at": status.last_pull_at.isoformat() if status.last_pull_at else None,
            "waiting": status.waiting,
            "trouble": status.trouble,
            "sign_in_needed": status.sign_in_needed,
            "update_needed": status.update_needed,
            "items": [_reported(item) for item in self.outbox.items(limit=REPORTED_ITEMS)],
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
