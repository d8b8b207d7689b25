"""A phone whose outbox is full of photos behind one poisoned item, in a process of its own, so that its memory can be told.

``python -m mobile.bench.full_outbox SERVER FOLDER PHOTOS`` prints what has become of them, as JSON.
"""

from __future__ import annotations

import io
import json
import random
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from mobile.devices.platform import no_devices
from mobile.models.phone import Phone
from mobile.outbox.ladder import ItemState
from mobile.simulated.reports import Hand, defect_item
from mobile.simulated.served import PASSWORD

EACH = 4  # photos of a report
SIZE_PX = (1280, 960)
GRAIN_PX = (213, 160)
PATIENCE_S = 900.0
COMMENT = b"\xff\xfe"  # a JPEG's segment of words


def main(server: str, folder: Path, photos: int) -> dict[str, object]:
    """Fill the outbox faster than it empties itself, and wait until it has."""
    devices = no_devices(folder)
    phone = Phone(folder, devices.keys, device_name="full", devices=devices)
    try:
        user = phone.account.sign_in(server, "crew", PASSWORD)
        client = phone.account.client
        assert client is not None
        assert client.tokens is not None
        hand = Hand(
            owner_id=user.id, device_id=client.tokens.device_id, sign=phone.key.sign, now=client.server_now()
        )
        pictures = _pictures()
        poisoned = replace(defect_item(hand, [next(pictures)], ()), signature="no signature")
        phone.outbox.put(poisoned)
        started_s, saved_s, ids, photo_bytes = time.monotonic(), [], [], 0
        for _report in range(photos // EACH):
            item = defect_item(hand, [next(pictures) for _ in range(EACH)], ())
            before_s = time.monotonic()
            phone.outbox.put(item)
            saved_s.append(time.monotonic() - before_s)
            ids.append(item.id)
            photo_bytes += sum(len(photo) for photo in item.photos)
        while phone.outbox.waiting_count() and time.monotonic() - started_s < PATIENCE_S:
            time.sleep(0.2)
        kept = [phone.outbox.get(item_id) for item_id in ids]
        bad = phone.outbox.get(poisoned.id)
    finally:
        phone.close()
    there = {ItemState.STORED, ItemState.VERIFIED}
    return {
        "photos": photos,
        "photo_bytes": photo_bytes,
        "missing": sum(item is None or item.state not in there for item in kept) * EACH,
        "poisoned": bad.state.value if bad else "gone",
        "seconds": round(time.monotonic() - started_s, 1),
        "saved_s": sorted(saved_s)[len(saved_s) // 2],
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


def _pictures() -> Iterator[bytes]:
    """Photos of asphalt, so to speak, no two alike."""
    from PIL import Image

    rng = random.Random(11)
    grain = Image.frombytes("RGB", GRAIN_PX, rng.randbytes(3 * GRAIN_PX[0] * GRAIN_PX[1]))
    out = io.BytesIO()
    grain.resize(SIZE_PX, Image.Resampling.BICUBIC).save(out, "JPEG", quality=70)
    jpeg = out.getvalue()
    number = 0
    while True:
        number += 1
        words = str(number).encode()
        yield jpeg[:2] + COMMENT + (len(words) + 2).to_bytes(2, "big") + words + jpeg[2:]


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))))
