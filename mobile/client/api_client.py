"""The phone's only HTTP: signing in with the device's key, staying signed in, syncing, and sending evidence."""

from __future__ import annotations

import email.utils
import hashlib
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self, TypeVar
from uuid import UUID

import httpx

from mobile.client.answers import (
    UNREACHABLE_S,
    Declined,
    NotNow,
    Refused,
    RetryLater,
    Stored,
    Why,
    failure_of,
    problem_of,
)
from mobile.client.challenges import ChallengeBatch, read_challenges
from mobile.client.device_key import DeviceKey
from mobile.client.download import Take, stream
from mobile.client.pieces import PIECE_BYTES, put_in_pieces
from mobile.client.session import Tokens, User, read_tokens, read_user
from mobile.client.sync_answer import Pulled, read_sync
from shared.contracts import CheckInAnswer, DecodeError, decode, parse_json
from shared.i18n import DEFAULT_LANGUAGE
from shared.proofs import login_message, refresh_message
from shared.vocabulary import Language, RouteState, TaskState

__all__ = ["API_PREFIX", "UNREACHABLE_S", "VERSION", "ApiClient", "Declined", "NotNow", "system_clock"]

Read = TypeVar("Read")
VERSION = "0.1.0"
API_PREFIX = "/api/v1"
TIMEOUT = httpx.Timeout(connect=10.0, read=30.0, write=30.0, pool=10.0)  # the server waits 4 s for a verdict
SESSION_ENDED = "session-ended"
REFRESH_EARLY = timedelta(seconds=60)  # a token must outlive the upload that it accompanies
SERVER_CLOCK_NEWS = timedelta(seconds=2)  # «Date» counts whole seconds: smaller differences say nothing


def system_clock() -> datetime:
    """The device's time."""
    return datetime.now(UTC)


class ApiClient:
    """One device's conversation with one server; may be used from several threads.

    ``keep`` is called with new tokens before they are used (None: the session has ended), so that they survive a
    restart; hand them back as ``tokens``. Every method but ``send_check_in`` raises Declined or NotNow.
    """

    piece_bytes = PIECE_BYTES  # smaller ones lose less to a very poor network

    def __init__(
        self,
        base_url: str,
        key: DeviceKey,
        language: Language = DEFAULT_LANGUAGE,
        *,
        tokens: Tokens | None = None,
        keep: Callable[[Tokens | None], None] = lambda _tokens: None,
        now: Callable[[], datetime] = system_clock,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.key = key
        self.tokens = tokens
        self.clock_offset = timedelta()  # server's clock minus device's
        self._keep = keep
        self._now = now
        self._refreshing = threading.Lock()
        self._http = httpx.Client(
            base_url=base_url.rstrip("/") + API_PREFIX,
            headers={"Accept-Language": language.value, "User-Agent": f"qala-phone/{VERSION}"},
            timeout=TIMEOUT,
            transport=transport,
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def device_now(self) -> datetime:
        """The device's own time, right or wrong."""
        return self._now()

    def server_now(self) -> datetime:
        """The server's time as far as this device knows it."""
        return self._now() + self.clock_offset

    # --- session ------------------------------------------------------------------------------------

    def login(self, login: str, password: str, device_name: str) -> User:
        """Sign in on this device, which the server registers on its first use."""
        nonce = self._nonce()
        body = {
            "login": login,
            "password": password,
            "device_key": self.key.public,
            "device_name": device_name,
            "nonce": nonce,
            "signature": self.key.sign(login_message(login, nonce)),
        }
        response = self._send("POST", "/auth/login", json=body)
        if response.status_code == 401 and (problem := problem_of(response)) is not None:
            raise Declined(problem)  # here 401 means the password, and waiting would not mend it
        return self._take(_checked(response, self.server_now())).user

    def logout(self) -> None:
        """End the session here and, if it can be reached, on the server."""
        try:
            self.call("POST", "/auth/logout")
        finally:
            self._forget()

    def me(self) -> User:
        """Who is signed in, as the server says."""
        response = self._signed_in("GET", "/me")
        return _read(response, read_user)

    # --- work ---------------------------------------------------------------------------------------

    def sync(self, cursor: str | None = None) -> Pulled:
        """What changed for this device since the cursor of the last answer that was stored, as far as this app can read it."""
        said = self._asked("GET", "/sync", params={"cursor": cursor} if cursor else {})
        try:
            pulled = read_sync(said)
        except DecodeError:
            raise _not_ours() from None
        self.clock_offset = pulled.answer.server_time - self._now()
        return pulled

    def challenges(
        self, task_id: UUID, person_ids: Sequence[UUID], *, each: int = 1, offline: bool = False
    ) -> ChallengeBatch:
        """Which movements to ask people of a task for: ``each`` check-ins a person.

        ``offline``: the phone is about to leave the network, so they live longer and the coming spot checks come along.
        """
        body = {
            "task_id": str(task_id),
            "person_ids": [str(person_id) for person_id in person_ids],
            "each": each,
            "offline": offline,
        }
        batch = _read(self._signed_in("POST", "/check-in-challenges", json=body), read_challenges)
        self.clock_offset = batch.server_time - self._now()
        return batch

    def challenge_stock(self, person_ids: Sequence[UUID], *, unused: Sequence[UUID] = ()) -> ChallengeBatch:
        """A short-lived challenge for each of the people who may be checked in around now, no spot checks.

        ``unused`` of earlier stocks are given up for good.
        """
        body = {
            "person_ids": [str(person_id) for person_id in person_ids],
            "unused": [str(each) for each in unused],
        }
        batch = _read(self._signed_in("POST", "/check-in-challenges/stock", json=body), read_challenges)
        self.clock_offset = batch.server_time - self._now()
        return batch

    def move_task(self, move_id: UUID, task_id: UUID, to: TaskState, reason: str = "") -> None:
        """Move a task to another state; under the same id it is moved once, however often this is called."""
        self._move(f"/tasks/{task_id}", move_id, {"to": to.value, "reason": reason})

    def move_route(self, move_id: UUID, route_id: UUID, to: RouteState) -> None:
        """Move a route to another state; under the same id it is moved once, however often this is called."""
        self._move(f"/routes/{route_id}", move_id, {"to": to.value, "reason": ""})

    def move_fault(self, move_id: UUID, fault_id: UUID, body: dict[str, Any]) -> None:
        """Move a fault of the road to another state, in the same way."""
        self._move(f"/cases/{fault_id}", move_id, body)

    def _move(self, path: str, move_id: UUID, body: dict[str, Any]) -> None:
        said = self._asked("PUT", f"{path}/moves/{move_id}", json=body)
        if str(said.get("id")) != str(move_id):
            raise _not_ours()

    def send_check_in(
        self, manifest: bytes, signature: str, frames: Sequence[bytes]
    ) -> Stored | Refused | RetryLater:
        """Send a signed check-in; sending the same again is safe and gets the same answer.

        ``manifest`` is the JSON of a shared.contracts.CheckIn byte for byte as signed; ``frames`` are its pictures in order.
        """
        path, named = f"/check-ins/{json.loads(manifest)['id']}", ("check_in", manifest)
        try:
            said = self.send_evidence(path, named, signature, ("frame", frames))
            answer = decode(CheckInAnswer, said)
        except Declined as declined:
            return Refused(declined.problem)
        except NotNow as later:
            return later.end
        except DecodeError:
            return _not_ours().end
        if answer.received != tuple(hashlib.sha256(frame).hexdigest() for frame in frames):
            return RetryLater(UNREACHABLE_S, Why.UNCONFIRMED)
        return Stored(answer)

    def send_evidence(
        self,
        path: str,
        manifest: tuple[str, bytes],
        signature: str,
        photos: tuple[str, Sequence[bytes]],
        *,
        in_pieces: bool = False,
    ) -> dict[str, Any]:
        """Send a signed manifest and its photos, each named as the form names it; the answer's JSON.

        ``in_pieces``: a whole request broke off before, so its photos travel in pieces that stay where they have arrived;
        first of all the server is asked whether only its answer was lost. Sending again is safe.
        """
        name, data = manifest
        parts: list[tuple[str, Any]] = [
            (name, (f"{name}.json", data, "application/json")),
            ("signature", (None, signature)),
        ]
        if in_pieces and sum(len(photo) for photo in photos[1]) > self.piece_bytes:
            return put_in_pieces(self._asked, path, parts, photos[1], self.piece_bytes)
        parts += [
            (photos[0], (f"{index}", photo, "application/octet-stream"))
            for index, photo in enumerate(photos[1])
        ]
        return self._asked("PUT", path, files=parts)

    def call(self, method: str, path: str, body: object = None, **query: str) -> Any:
        """Any other request as the signed-in user; the answer's JSON, None when it is empty."""
        options = {"params": query} if body is None else {"json": body, "params": query}
        response = self._signed_in(method, path, **options)
        return _read(response, parse_json) if response.content else None

    def picture(self, path: str) -> bytes:
        """A picture as the signed-in user, as it comes; for one that is looked at and not kept."""
        return self._signed_in("GET", path).content

    def download(self, path: str, headers: Mapping[str, str], take: Take) -> None:
        """Fetch something large as the signed-in user: ``take`` gets the status (200, 206) and what comes, chunk by chunk.

        NotNow when it breaks off; what ``take`` has kept until then need not come again.
        """
        token = self._access_token()
        for again in (False, True):
            allowed = {**headers, "Authorization": f"Bearer {token}"}
            if stream(self._http, path, allowed, take, self.server_now()):
                return
            if not again:
                token = self._access_token(rejected=token)
        raise NotNow(RetryLater(UNREACHABLE_S, Why.SIGN_IN))

    # --- how ----------------------------------------------------------------------------------------

    def _asked(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        """A request as the signed-in user, and the JSON object that answers it."""
        said = _read(self._signed_in(method, path, **options), parse_json)
        if not isinstance(said, dict):
            raise _not_ours()
        return said

    def _signed_in(self, method: str, path: str, **options: Any) -> httpx.Response:
        """A request with an access token, renewed when it is near its end or the server knows it no more."""
        token = self._access_token()
        response = self._send(method, path, token, **options)
        if response.status_code == 401:
            response = self._send(method, path, self._access_token(rejected=token), **options)
        return _checked(response, self.server_now())

    def _access_token(self, *, rejected: str | None = None) -> str:
        with self._refreshing:
            tokens = self.tokens
            if tokens is None:
                raise NotNow(RetryLater(UNREACHABLE_S, Why.SIGN_IN))
            if tokens.access_token == rejected or self.server_now() >= tokens.expires_at - REFRESH_EARLY:
                tokens = self._refresh(tokens)
            return tokens.access_token

    def _refresh(self, tokens: Tokens) -> Tokens:
        nonce = self._nonce()
        signature = self.key.sign(refresh_message(tokens.refresh_token, nonce))
        body = {"refresh_token": tokens.refresh_token, "nonce": nonce, "signature": signature}
        response = self._send("POST", "/auth/refresh", json=body)
        problem = problem_of(response)
        if problem is not None and problem.slug == SESSION_ENDED:
            self._forget()
        return self._take(_checked(response, self.server_now()))

    def _nonce(self) -> str:
        response = _checked(self._send("POST", "/auth/nonce"), self.server_now())
        return str(_read(response, lambda body: _object(body)["nonce"]))

    def _take(self, response: httpx.Response) -> Tokens:
        tokens = _read(response, read_tokens)
        self._keep(tokens)
        self.tokens = tokens
        return tokens

    def _forget(self) -> None:
        self.tokens = None
        self._keep(None)

    def _send(
        self,
        method: str,
        path: str,
        token: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> httpx.Response:
        allowed = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            response = self._http.request(method, path, headers={**(headers or {}), **allowed}, **options)
        except httpx.HTTPError as error:
            raise NotNow(RetryLater(UNREACHABLE_S, Why.UNREACHABLE, type(error).__name__)) from error
        self._note_time(response)
        return response

    def _note_time(self, response: httpx.Response) -> None:
        """Learn the server's clock from «Date», as far as a header of whole seconds can teach it."""
        try:
            said = email.utils.parsedate_to_datetime(response.headers["Date"])
            offset = said - self._now()
        except (KeyError, ValueError, TypeError):
            return
        if abs(offset - self.clock_offset) > SERVER_CLOCK_NEWS:
            self.clock_offset = offset


def _checked(response: httpx.Response, now: datetime) -> httpx.Response:
    """A successful answer as it is, any other as an exception."""
    if response.is_success:
        return response
    end = failure_of(response, now)
    raise Declined(end.problem) if isinstance(end, Refused) else NotNow(end)


def _read(response: httpx.Response, read: Callable[[bytes], Read]) -> Read:
    try:
        return read(response.content)
    except (DecodeError, LookupError):
        raise _not_ours() from None


def _not_ours() -> NotNow:
    return NotNow(RetryLater(UNREACHABLE_S, Why.NOT_OURS))


def _object(body: bytes) -> dict[str, Any]:
    value = parse_json(body)
    return value if isinstance(value, dict) else {}
