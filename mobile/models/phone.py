"""The phone itself, without a screen: its private store, outbox, local copy, worker and account, put together."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from mobile.api_client import ApiClient, system_clock
from mobile.device_key import DeviceKey
from mobile.keeping.seal import KeyStore
from mobile.keeping.store import open_store
from mobile.ladder import About, ItemKind, NewItem
from mobile.listeners import Listeners
from mobile.local_copy import LocalCopy
from mobile.models.account import MakeClient, RememberedAccount
from mobile.models.desk import Core
from mobile.models.ports import Whereabouts
from mobile.models.settings import WIFI_FACT, kept_language
from mobile.outbox import Outbox
from mobile.sync import SyncStatus, SyncWorker
from mobile.task_moves import MovedTask
from shared.vocabulary import TaskState

STOP_S = 2.0  # the app does not wait longer for a request under way: what it leaves is sent again


class Phone:
    """Everything that outlives a screen; ``close`` it when the app ends.

    ``on_wifi`` says whether photos may go out where the user wants Wi-Fi only; ``here`` where the device was last seen.
    """

    def __init__(
        self,
        folder: Path,
        keys: KeyStore,
        *,
        device_name: str,
        server: str = "",
        now: Callable[[], datetime] = system_clock,
        rng: random.Random | None = None,
        make_client: MakeClient = ApiClient,
        on_wifi: Callable[[], bool] = lambda: True,
        here: Whereabouts = lambda: None,
    ) -> None:
        self.folder = folder
        self.store = open_store(folder / "store", keys)
        self.outbox = Outbox(self.store, now=now)
        self.local = LocalCopy(self.store, self.outbox)
        self.key = DeviceKey.load_or_make(folder / "device.key")
        self.account = RememberedAccount(
            self.store.facts,
            self.key,
            device_name=device_name,
            language=lambda: kept_language(self.store.facts),
            hear=self._use,
            make_client=make_client,
            server=server,
        )
        self.listeners = Listeners()
        self._now = now
        self._rng = rng or random.Random()
        self._on_wifi = on_wifi
        self._here = here
        self._worker: SyncWorker | None = None

    def start(self) -> None:
        """Go on as whoever signed in last, without waiting for the network."""
        self.account.resume()

    def close(self) -> None:
        """End the worker and let go of the store."""
        if self._worker is not None:
            self._worker.stop(STOP_S)
        if self.account.client is not None:
            self.account.client.close()
        self.store.close()

    def core(self) -> Core:
        """What the models stand on."""
        return Core(
            facts=self.store.facts,
            account=self.account,
            outbox=self.outbox,
            tasks=self.local,
            worker=self,
            move=self.move_task,
            now=self._server_now,
            stored_bytes=self.store.files.size_bytes,
            reports=self.folder / "reports",
            here=self._here,
        )

    # --- the worker, whoever is signed in -----------------------------------------------------------

    def status(self) -> SyncStatus:
        """How things stand; without a worker, what is known all the same."""
        if self._worker is not None:
            return self._worker.status()
        return SyncStatus(
            online=None,
            last_pull_at=self.local.last_pull_at(),
            waiting=self.outbox.waiting_count(),
            oldest_waiting_age=self.outbox.oldest_waiting_age(),
            trouble=self.outbox.trouble_count(),
            sending=None,
            sign_in_needed=True,
            update_needed=None,
            photos_wait_for_wifi=False,
            full=False,
        )

    def wake(self) -> None:
        """Pull and send at once."""
        if self._worker is not None:
            self._worker.wake()

    def foreground(self, is_open: bool) -> None:
        """The app was opened or left."""
        if self._worker is not None:
            self._worker.foreground(is_open)

    def listen(self, call: Callable[[], None]) -> Callable[[], None]:
        """Be told when the status may have changed."""
        return self.listeners.add(call)

    def _use(self, client: ApiClient | None) -> None:
        """Work through another client from now on; None after signing out."""
        if self._worker is not None:
            self._worker.stop()
            self._worker = None
        if client is not None:
            self._worker = SyncWorker(
                client,
                self.store,
                self.outbox,
                self.local,
                rng=self._rng,
                may_send_photos=self._may_send_photos,
            )
            self._worker.listen(self.listeners.tell)
            self._worker.start()
        self.listeners.tell()

    def _may_send_photos(self) -> bool:
        return not self.store.facts.get(WIFI_FACT, False) or self._on_wifi()

    def _server_now(self) -> datetime:
        client = self.account.client
        return self._now() if client is None else client.server_now()

    # --- what screens put into the outbox -----------------------------------------------------------

    def move_task(self, task_id: UUID, to: TaskState, line: str) -> None:
        """Move a task; kept before this returns. StoreFull when the phone's memory is full."""
        user = self.account.user
        if user is None:
            raise ValueError("nobody is signed in on this phone")
        self.outbox.put(
            NewItem(
                id=uuid4(),
                kind=ItemKind.TASK_MOVE,
                owner_id=user.id,
                manifest=MovedTask(task_id=task_id, to=to).manifest(),
                created_at=self._now(),
                about=About(line, {"task": task_id}),
            )
        )
