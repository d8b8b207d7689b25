"""The phone itself, without a screen: its private store, outbox, local copy, worker and account, put together."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from mobile.capture.held_challenges import HeldChallenges
from mobile.capture.saving import NobodySignedIn
from mobile.capture.signer import Signer
from mobile.capture.stock import ChallengeStock
from mobile.client.answers import UNREACHABLE_S, RetryLater, Why
from mobile.client.api_client import ApiClient, NotNow, system_clock
from mobile.client.challenges import ChallengeBatch
from mobile.client.device_key import DeviceKey
from mobile.client.session import Tokens
from mobile.devices.boot_clock import DeviceTime
from mobile.devices.platform import Devices, no_devices
from mobile.keeping.fetched import FetchedFile
from mobile.keeping.files import size_bytes
from mobile.keeping.seal import KeyStore
from mobile.keeping.store import open_store
from mobile.listeners import Listeners
from mobile.models.account import MakeClient, RememberedAccount
from mobile.models.desk import Core
from mobile.models.equipment import Equipment
from mobile.models.ports import Stored, Whereabouts
from mobile.models.recording import notice_words
from mobile.models.settings import WIFI_FACT, kept_language
from mobile.outbox.fault_moves import MovedFault
from mobile.outbox.ladder import About, ItemKind, NewItem
from mobile.outbox.queue import Outbox
from mobile.outbox.route_moves import MovedRoute
from mobile.outbox.task_moves import MovedTask
from mobile.streets.city import CityStreets
from mobile.streets.fetching import StreetFetch
from mobile.sync.local_copy import OWNER, LocalCopy
from mobile.sync.worker import SyncStatus, SyncWorker
from mobile.tracking.due import NO_WORK, TRACKED_ROLES, Work
from mobile.tracking.keeper import ShiftKeeper
from mobile.tracking.tracker import Shift, Tracker
from shared.contracts import Fix
from shared.vocabulary import CaseState, RouteState, TaskState

STORE, STREETS, REPORTS = "store", "streets", "reports"  # folders; on Android the code lies beside them
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
        devices: Devices | None = None,
    ) -> None:
        self.folder = folder
        self.store = open_store(folder / STORE, keys)
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
        self._devices = devices or no_devices(folder)
        self._time = DeviceTime(self._devices.boot_clock, self.store.facts, now)
        self._held = HeldChallenges(self.store, self.local)
        self._street_file = FetchedFile(folder / STREETS)
        self.streets = CityStreets(
            self._street_file,
            language=lambda: kept_language(self.store.facts),
            arrived=self.listeners.tell,
        )
        self._signer = Signer(self.store.facts, self.key.sign, self._tokens)
        self.shifts = self._keeper()
        self._deaf = (
            self._devices.network.listen(self._network_changed),
            self.local.listen(self.shifts.wake),
        )

    def start(self) -> None:
        """Go on as whoever signed in last, without waiting for the network."""
        self.account.resume()
        self.shifts.start()

    def close(self) -> None:
        """End the worker and let go of the devices and the store."""
        for stop in self._deaf:
            stop()
        self.shifts.stop(STOP_S)
        self._devices.close()
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
            routes=self.local,
            worker=self,
            move=self.move_task,
            move_route=self.move_route,
            move_fault=self.move_fault,
            fault_photo=self._fault_photo,
            now=self._server_now,
            stored=lambda: Stored(
                total_bytes=sum(size_bytes(self.folder / part) for part in (STORE, STREETS, REPORTS)),
                waiting_bytes=self.store.files.size_bytes(),
            ),
            reports=self.folder / REPORTS,
            here=self._here,
            equipment=self.equipment(),
            streets=self.streets,
            recorder=self.shifts,
        )

    def equipment(self) -> Equipment:
        """What captures are made with."""
        return Equipment(
            devices=self._devices,
            time=self._time,
            signer=self._signer,
            outbox=self.outbox,
            owner_id=lambda: self.account.user.id if self.account.user else None,
            ask=self._challenges,
            held=self._held,
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
        if client is None and self.account.user is None:  # signed out, not merely another language
            self._held.give_up_stock()
        if client is not None:
            self._worker = SyncWorker(
                client,
                self.store,
                self.outbox,
                self.local,
                rng=self._rng,
                may_send_photos=self._may_send_photos,
                heard=self._time.hear,
                errands=(
                    ChallengeStock(self._held, self.local.tasks),
                    StreetFetch(self.store.facts, self._street_file, self.streets.renew),
                ),
            )
            self._worker.listen(self.listeners.tell)
            self._worker.start()
        self.shifts.wake()
        self.listeners.tell()

    def _may_send_photos(self) -> bool:
        return not self.store.facts.get(WIFI_FACT, False) or self._on_wifi()

    def _server_now(self) -> datetime:
        """By the boot clock where the server was heard since the start: no set clock opens the lock or hides what is due."""
        carried = self._time.server_now()
        if carried is not None:
            return carried
        client = self.account.client
        return self._now() if client is None else client.server_now()

    def _network_changed(self) -> None:
        if self._worker is not None and self._devices.network.online():
            self._worker.reconnected()

    # --- the recording of a shift -------------------------------------------------------------------

    @property
    def device_id(self) -> UUID | None:
        """In whose name positions are sent."""
        return self._signer.device_id

    @property
    def owner_id(self) -> UUID | None:
        """In whose name positions are sent."""
        user = self.account.user
        return user.id if user else None

    def _keeper(self) -> ShiftKeeper:
        devices = self._devices

        def tracker(heard: Callable[[Fix], None]) -> Tracker:
            return Tracker(
                devices.location,
                self.outbox,
                self.store.facts,
                self,
                self._time,
                devices.battery,
                now=self._shift_now,
                heard=heard,
            )

        return ShiftKeeper(
            tracker,
            devices.location,
            self.outbox,
            work=self._work,
            now=self._shift_now,
            notice=devices.shift_notice,
            say=self._shift_notice_words,
        )

    def _work(self) -> Work:
        """The work of whoever is signed in; nobody's while the copy is still another user's."""
        user = self.account.user
        if user is None or user.role not in TRACKED_ROLES or self.store.facts.get(OWNER) != str(user.id):
            return NO_WORK
        return Work(tuple(self.local.routes()), tuple(self.local.tasks()))

    def _shift_now(self) -> datetime:
        return self._time.server_now() or self._server_now()

    def _shift_notice_words(self, shift: Shift) -> tuple[str, str]:
        return notice_words(shift, kept_language(self.store.facts))

    # --- what captures need of whoever is signed in --------------------------------------------------

    def _tokens(self) -> Tokens | None:
        client = self.account.client
        return None if client is None else client.tokens

    def _fault_photo(self, fault_id: UUID) -> bytes:
        client = self.account.client
        if client is None:
            raise NotNow(RetryLater(UNREACHABLE_S, Why.UNREACHABLE))
        return client.picture(f"/cases/{fault_id}/photo")

    def _challenges(
        self, task_id: UUID, person_ids: Sequence[UUID], *, each: int = 1, offline: bool = False
    ) -> ChallengeBatch:
        client = self.account.client
        if client is None:
            raise NotNow(RetryLater(UNREACHABLE_S, Why.UNREACHABLE))
        return client.challenges(task_id, person_ids, each=each, offline=offline)

    # --- what screens put into the outbox -----------------------------------------------------------

    def move_route(self, route_id: UUID, to: RouteState, line: str) -> None:
        """Begin or finish a route; kept before this returns. StoreFull when the phone's memory is full."""
        self._move(
            ItemKind.ROUTE_MOVE, MovedRoute(route_id=route_id, to=to), About(line, {"route": route_id})
        )

    def move_task(self, task_id: UUID, to: TaskState, line: str) -> None:
        """Move a task; the same."""
        self._move(ItemKind.TASK_MOVE, MovedTask(task_id=task_id, to=to), About(line, {"task": task_id}))

    def move_fault(
        self,
        fault_id: UUID,
        to: CaseState,
        line: str,
        *,
        repaired_at: datetime | None = None,
        proof_id: UUID | None = None,
    ) -> None:
        """Begin the repair of a fault, or call it repaired; the same."""
        move = MovedFault(fault_id=fault_id, to=to, repaired_at=repaired_at, proof_id=proof_id)
        self._move(ItemKind.FAULT_MOVE, move, About(line, {"fault": fault_id}))

    def _move(self, kind: ItemKind, move: MovedRoute | MovedTask | MovedFault, about: About) -> None:
        user = self.account.user
        if user is None:
            raise NobodySignedIn
        self.outbox.put(
            NewItem(
                id=uuid4(),
                kind=kind,
                owner_id=user.id,
                manifest=move.manifest(),
                created_at=self._now(),
                about=about,
            )
        )
