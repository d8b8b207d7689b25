"""From the import to the phone's map: sync names the streets, the worker's errand fetches them, the map finds them offline."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from flask import Flask

from backend.streets.invented import invented_city
from mobile.client.api_client import ApiClient
from mobile.client.device_key import DeviceKey
from mobile.keeping.fetched import FetchedFile
from mobile.keeping.seal import KeyFile
from mobile.keeping.store import Store, open_store
from mobile.outbox.queue import Outbox
from mobile.streets.city import CityStreets
from mobile.streets.fetching import StreetFetch
from mobile.sync.local_copy import LocalCopy
from mobile.sync.worker import SyncWorker
from shared.vocabulary import Language, Role
from tests.conftest import PASSWORD, Clock, make_user
from tests.invented_streets import import_streets

ZHAMBYL = (54.864, 69.134, 54.871, 69.145)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A phone's store."""
    store = open_store(tmp_path / "store", KeyFile(tmp_path / "key"))
    yield store
    store.close()


def test_a_phone_draws_the_streets_of_the_import_offline(
    app: Flask, clock: Clock, district_id: UUID, store: Store, tmp_path: Path
) -> None:
    """Without an import it has none; after one, all of them, in its language, also after a restart without a network."""
    make_user(app, "crew", Role.CREW, [district_id])
    with ApiClient(
        "http://server.test", DeviceKey.generate(), now=clock, transport=httpx.WSGITransport(app=app)
    ) as client:
        client.login("crew", PASSWORD, "phone")
        seconds = [0.0]
        file, outbox = FetchedFile(tmp_path / "streets"), Outbox(store, now=clock)
        streets = CityStreets(
            file, language=lambda: Language.KK, arrived=lambda: None, start=lambda work: work()
        )
        worker = SyncWorker(
            client,
            store,
            outbox,
            LocalCopy(store, outbox),
            rng=random.Random(1),
            errands=(StreetFetch(store.facts, file, streets.renew),),
            seconds=lambda: seconds[0],
        )

        def pass_a_quarter_of_an_hour() -> None:
            for _step in range(180):
                seconds[0] += 5.0
                worker.step()

        pass_a_quarter_of_an_hour()
        assert 0 == len(streets.within(*ZHAMBYL))
        import_streets(app)
        pass_a_quarter_of_an_hour()
    assert "Жамбыл көшесі" in {street.name for street in streets.within(*ZHAMBYL)}
    again = CityStreets(file, language=lambda: Language.EN, arrived=lambda: None, start=lambda work: work())
    everywhere = again.within(54.0, 68.0, 56.0, 70.0)
    assert invented_city().network.segments == len(everywhere)
    assert "Invented" in again.credit
