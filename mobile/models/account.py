"""Who works with this phone, and with which server: remembered, so that the app opens without a network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from mobile.client.api_client import ApiClient, NotNow
from mobile.client.device_key import DeviceKey
from mobile.client.session import Tokens, User
from mobile.models.ports import Facts
from shared.contracts import DecodeError, decode, encode
from shared.vocabulary import Language

SERVER_FACT, USER_FACT, TOKENS_FACT = "account.server", "account.user", "account.tokens"
MakeClient = Callable[..., ApiClient]
Kept = TypeVar("Kept", User, Tokens)


class RememberedAccount:
    """The account kept in the phone's facts; ``hear`` is called with every new client, None after signing out."""

    def __init__(
        self,
        facts: Facts,
        key: DeviceKey,
        *,
        device_name: str,
        language: Callable[[], Language],
        hear: Callable[[ApiClient | None], None],
        make_client: MakeClient = ApiClient,
        server: str = "",
    ) -> None:
        self._facts = facts
        self._key = key
        self._device_name = device_name
        self._language = language
        self._hear = hear
        self._make_client = make_client
        self._default_server = server
        self.client: ApiClient | None = None

    @property
    def server(self) -> str:
        """The server's address as it was last used, or the one that the app came with."""
        return str(self._facts.get(SERVER_FACT, self._default_server))

    @property
    def user(self) -> User | None:
        """Who has signed in, even when the session has ended meanwhile."""
        return _read(User, self._facts.get(USER_FACT))

    def resume(self) -> User | None:
        """Go on as whoever signed in last, without the network."""
        user = self.user
        if user is not None:
            self._use(self._client(self.server, _read(Tokens, self._facts.get(TOKENS_FACT))))
        return user

    def sign_in(self, server: str, login: str, password: str) -> User:
        """Sign in; Declined or NotNow leave the account as it was."""
        client = self._client(server, None)
        try:
            user = client.login(login, password, self._device_name)
        except Exception:
            client.close()
            raise
        self._facts.put(SERVER_FACT, server)
        self._facts.put(USER_FACT, encode(user))
        self._use(client)
        return user

    def language_changed(self) -> None:
        """Have the server answer in the language that is now spoken; the session stays."""
        old = self.client
        if old is not None:
            self._hear(None)  # no request may renew the tokens meanwhile
            self._use(self._client(self.server, old.tokens))

    def sign_out(self) -> None:
        """End the session; what waits in the outbox stays. Without a network the server ends it in its own time."""
        client, self.client = self.client, None
        self._facts.forget(USER_FACT)
        self._hear(None)
        if client is not None:
            try:
                client.logout()
            except NotNow:
                pass
            finally:
                client.close()
        self._facts.forget(TOKENS_FACT)

    def _use(self, client: ApiClient) -> None:
        old, self.client = self.client, client
        self._hear(client)
        if old is not None:
            old.close()

    def _client(self, server: str, tokens: Tokens | None) -> ApiClient:
        return self._make_client(server, self._key, self._language(), tokens=tokens, keep=self._keep)

    def _keep(self, tokens: Tokens | None) -> None:
        if tokens is None:
            self._facts.forget(TOKENS_FACT)
        else:
            self._facts.put(TOKENS_FACT, encode(tokens))


def _read(contract: type[Kept], kept: Any) -> Kept | None:
    try:
        return None if kept is None else decode(contract, kept)
    except DecodeError:  # kept by another version: signing in once more mends it
        return None
