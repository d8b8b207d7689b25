"""Fetches the city's streets when sync names a version that is not here, piece by piece, and never in the way of evidence."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime

from mobile.client.api_client import ApiClient
from mobile.keeping.facts import Facts
from mobile.keeping.fetched import FetchedFile
from mobile.sync.pulling import STREETS
from shared.contracts import DecodeError, StreetPackNotice, decode

log = logging.getLogger(__name__)
PATH = "/streets/pack"
PIECE_BYTES = 256 * 1024  # a request on a poor network ends within half a minute
PACK_MOST_BYTES = 16_000_000  # no city's streets: a mistake
PARTIAL = 206


class StreetFetch:
    """See mobile.sync.errands.Errand."""

    def __init__(self, facts: Facts, file: FetchedFile, arrived: Callable[[], None]) -> None:
        self._facts = facts
        self._file = file
        self._arrived = arrived

    def is_due(self, now: datetime) -> bool:
        """Whether sync has named other streets than those that are here."""
        notice = self._notice()
        return notice is not None and self._file.kept() != notice.sha256

    def run(self, client: ApiClient) -> None:
        """Fetch one piece; what has come before a cut stays."""
        notice = self._notice()
        if notice is None:
            return
        have = self._file.part_bytes(notice.sha256)
        last = min(have + PIECE_BYTES, notice.bytes) - 1
        headers = {"Range": f"bytes={have}-{last}", "If-Range": f'"{notice.sha256}"'}

        def take(status: int, chunks: Iterator[bytes]) -> None:
            start = (
                have if status == PARTIAL else 0
            )  # the whole of it: the server has another version, or knows no ranges
            self._file.add(notice.sha256, chunks, at_bytes=start, most_bytes=notice.bytes)

        if have < notice.bytes:
            client.download(PATH, headers, take)
        if self._file.part_bytes(notice.sha256) >= notice.bytes:
            if self._file.finish(notice.sha256):
                self._arrived()
            else:
                log.info("the streets that came are not version %s: asking again", notice.version)

    def _notice(self) -> StreetPackNotice | None:
        said = self._facts.get(STREETS)
        try:
            notice = None if said is None else decode(StreetPackNotice, said)
        except DecodeError:  # another version of the app wrote it
            return None
        return notice if notice is not None and notice.bytes <= PACK_MOST_BYTES else None
