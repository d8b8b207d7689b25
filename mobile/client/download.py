"""Something large from the server, handed on as it comes, so that a cut loses only what was under way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

import httpx

from mobile.client.answers import UNREACHABLE_S, Declined, NotNow, Refused, RetryLater, Why, failure_of

Take = Callable[[int, Iterator[bytes]], None]


def stream(http: httpx.Client, path: str, headers: Mapping[str, str], take: Take, now: datetime) -> bool:
    """Hand on the body of an answer; False when the token is not accepted, Declined or NotNow for any other refusal."""
    try:
        with http.stream("GET", path, headers=dict(headers)) as response:
            if response.is_success:
                take(response.status_code, response.iter_bytes())
                return True
            response.read()
    except httpx.HTTPError as error:
        raise NotNow(RetryLater(UNREACHABLE_S, Why.UNREACHABLE, type(error).__name__)) from error
    if response.status_code == httpx.codes.UNAUTHORIZED and "Authorization" in headers:
        return False
    end = failure_of(response, now)
    raise Declined(end.problem) if isinstance(end, Refused) else NotNow(end)
