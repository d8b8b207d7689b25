"""The streets of the city as the map asks for them: read in a thread of its own when somebody first looks."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from mobile.keeping.fetched import FetchedFile
from mobile.mapping.streets import Street, StreetIndex
from shared.contracts import DecodeError, StreetNames
from shared.contracts.streets import STEPS_PER_DEGREE
from shared.street_pack import PackedStreet, read_pack
from shared.vocabulary import Language

log = logging.getLogger(__name__)
Start = Callable[[Callable[[], None]], None]


def in_a_thread(work: Callable[[], None]) -> None:
    """Start work that the screen does not wait for."""
    threading.Thread(target=work, name="streets", daemon=True).start()


class CityStreets:
    """See mobile.mapping.streets.StreetMap; none until they are read, those before until others are."""

    def __init__(
        self,
        file: FetchedFile,
        *,
        language: Callable[[], Language],
        arrived: Callable[[], None],
        start: Start = in_a_thread,
    ) -> None:
        """``arrived`` is told, on any thread, when there is something else to draw."""
        self._file = file
        self._language = language
        self._arrived = arrived
        self._start = start
        self._index = StreetIndex(())
        self._credit = ""
        self._edition = 0
        self._looked_at = False  # whether anybody wants them: who never sees a map need not load a city
        self._is_new = True
        self._lock = threading.Lock()

    @property
    def edition(self) -> int:
        """Grows when the streets are others."""
        return self._edition

    @property
    def credit(self) -> str:
        """Whose data they are."""
        return self._credit

    def within(self, south: float, west: float, north: float, east: float) -> Sequence[Street]:
        """The streets of a box, as far as they are read."""
        self._looked_at = True
        self._read_if_new()
        return self._index.within(south, west, north, east)

    def renew(self) -> None:
        """Another version has come."""
        self._is_new = True
        if self._looked_at:
            self._read_if_new()

    def _read_if_new(self) -> None:
        with self._lock:
            is_new, self._is_new = self._is_new, False
        if is_new:
            self._start(self._read)

    def _read(self) -> None:
        content = self._file.read()
        if content is None:
            return
        try:
            pack, packed = read_pack(content)
        except DecodeError as error:  # of a server that is newer than this app, or another disk fault
            log.warning("the streets cannot be read: %s", error)
            return
        language = self._language()
        self._index = StreetIndex([_street(each, language) for each in packed])
        self._credit = pack.attribution
        self._edition += 1
        self._arrived()


def _street(packed: PackedStreet, language: Language) -> Street:
    line = tuple((lon / STEPS_PER_DEGREE, lat / STEPS_PER_DEGREE) for lon, lat in packed.line)
    return Street(packed.id, packed.kind, said(packed.name, language), line)


def said(name: StreetNames | None, language: Language) -> str:
    """A name in a language, in Russian where that one does not have it."""
    if name is None:
        return ""
    chosen: str = getattr(name, language.value)
    return chosen or name.ru
