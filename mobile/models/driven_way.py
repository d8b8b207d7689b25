"""Keeps the way that was recorded on a route's map: what comes is drawn as it comes, an older route's is read from the phone."""

from __future__ import annotations

from uuid import UUID

from mobile.models.background import Background
from mobile.models.map import MapModel
from mobile.models.ports import Recorder
from mobile.tracking.driven import ways
from shared.contracts import Fix


class DrivenWay:
    """Of one map; ``draw`` costs nothing while nothing has come."""

    def __init__(self, map_: MapModel, recorder: Recorder, background: Background) -> None:
        self._map = map_
        self._recorder = recorder
        self._background = background
        self._drawn: tuple[UUID | None, int] = (None, 0)  # route, and number of the fixes whose way is drawn

    def draw(self, route_id: UUID | None) -> None:
        """Show the way of this route as it is now."""
        driven = self._recorder.driven(route_id) if route_id else ()
        wanted = route_id, -1 if driven is None else len(driven)
        if wanted == self._drawn:
            return
        self._drawn = wanted
        self._map.drive(ways(driven or ()))
        if driven is None and route_id is not None:
            self._load(route_id)

    def _load(self, route_id: UUID) -> None:
        def done(fixes: tuple[Fix, ...]) -> None:
            if self._drawn == (route_id, -1):
                self._map.drive(ways(fixes))

        self._background.run(lambda: self._recorder.load(route_id), done, lambda _error: None)
