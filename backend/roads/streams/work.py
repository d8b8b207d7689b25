"""What workers do for streams: forget where vehicles were when their frames were taken."""

from __future__ import annotations

from backend.database import transaction
from backend.jobs import daily
from backend.roads.frames import streamed


@daily
def purge_streamed_frames() -> None:
    """Delete the places of old drives, a batch a transaction; the reports stay."""
    while True:
        with transaction():
            if not streamed.purge():
                return
