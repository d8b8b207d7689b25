"""An example of a recording: a lorry that has come along the example's route since eight, through its corners."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from mobile.devices.trouble import Trouble
from mobile.shots.example_routes import sheet
from mobile.shots.examples import NOW
from mobile.tracking.keeper import Recording
from mobile.tracking.tracker import Shift
from shared.contracts import Fix, RouteSheet
from shared.vocabulary import StopState


class ExampleRecorder:
    """Records, or cannot; nothing moves by itself."""

    def __init__(self, route: RouteSheet | None = None, trouble: Trouble | None = None) -> None:
        self.sheet = route or sheet()
        self.fixes = way_so_far(self.sheet)
        self.calls: list[Callable[[], None]] = []
        shift = Shift(until=self.sheet.ends_at, route_id=self.sheet.id, title=self.sheet.title)
        self.recording = Recording(
            shift=shift, trouble=trouble, count=len(self.fixes), last_at=self.fixes[-1].taken_at
        )

    def listen(self, call: Callable[[], None]) -> Callable[[], None]:
        """See mobile.models.ports."""
        self.calls.append(call)
        return lambda: self.calls.remove(call)

    def driven(self, subject_id: UUID) -> tuple[Fix, ...] | None:
        """See mobile.models.ports."""
        return self.fixes if subject_id == self.sheet.id else None

    def load(self, subject_id: UUID) -> tuple[Fix, ...]:
        """See mobile.models.ports."""
        return self.driven(subject_id) or ()


def way_so_far(route: RouteSheet) -> tuple[Fix, ...]:
    """A fix at each corner of the way to the stops that are done, a little beside it, as receivers are."""
    places = [
        (lat, lon)
        for stop in route.stops
        if stop.state is StopState.DONE
        for lon, lat in (stop.path or {"coordinates": [(stop.lon, stop.lat)]})["coordinates"]
    ]
    return tuple(
        Fix(
            lat=lat + 0.00006,
            lon=lon - 0.00008,
            accuracy_m=6.0,
            taken_at=NOW - timedelta(minutes=2 * (len(places) - number)),
        )
        for number, (lat, lon) in enumerate(places)
    )
