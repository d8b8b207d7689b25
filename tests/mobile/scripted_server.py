"""A server for tests of the client that answers what it is told to, and remembers what it was asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx

from mobile.client.api_client import API_PREFIX, ApiClient
from mobile.client.device_key import DeviceKey
from mobile.client.session import Tokens
from shared.vocabulary import Language

Answer = httpx.Response | Exception
NOON = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


class ScriptedServer:
    """Answers by path in the order given; the last answer of a path stays."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.clock = NOON
        self._answers: dict[str, list[Answer]] = defaultdict(list)
        self.tell(
            "/auth/nonce", httpx.Response(200, json={"nonce": "n", "expires_at": "2026-11-23T07:03:00Z"})
        )

    def tell(self, path: str, *answers: Answer) -> None:
        """Say what a path answers from now on."""
        self._answers[path] = list(answers)

    def asked(self, path: str) -> list[httpx.Request]:
        """The requests that came to a path."""
        return [request for request in self.requests if request.url.path == API_PREFIX + path]

    def client(
        self, *, tokens: Tokens | None = None, keep: Callable[[Any], None] = lambda _: None
    ) -> ApiClient:
        """A client of this server whose clock is the test's."""
        return ApiClient(
            "http://server.test",
            DeviceKey.generate(),
            Language.EN,
            tokens=tokens,
            keep=keep,
            now=lambda: self.clock,
            transport=httpx.MockTransport(self._answer),
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answers = self._answers[request.url.path.removeprefix(API_PREFIX)]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


def problem(status: int, slug: str, **more: Any) -> httpx.Response:
    """A problem as Qala words it."""
    headers = {"Content-Type": "application/problem+json", **more.pop("headers", {})}
    body = {"type": f"urn:qala:problem:{slug}", "title": "t", "status": status, "detail": "said so", **more}
    return httpx.Response(status, headers=headers, content=httpx.Response(200, json=body).content)


def tokens_body(
    access: str = "access", *, life: timedelta = timedelta(minutes=15), **more: Any
) -> dict[str, Any]:
    """What signing in answers, with fields that the phone does not use."""
    user = {
        "id": str(uuid4()),
        "login": "supervisor",
        "display_name": "Марат",
        "role": "supervisor",
        "language": "kk",
        "district_ids": [],
    }
    return {
        "access_token": access,
        "expires_at": (NOON + life).isoformat(),
        "refresh_token": f"refresh of {access}",
        "device_id": str(uuid4()),
        "user": user,
        **more,
    }
