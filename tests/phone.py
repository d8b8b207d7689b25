"""A phone for tests: it has a device key, signs in, and talks to the API through Flask's test client."""

from __future__ import annotations

import base64
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shared.proofs import login_message, refresh_message

API = "/api/v1"


class Phone:
    """One device and, after ``sign_in``, the user who holds it."""

    def __init__(self, client: FlaskClient, *, name: str = "test phone") -> None:
        self.client = client
        self.name = name
        self.key = Ed25519PrivateKey.generate()
        self.headers: dict[str, str] = {"Accept-Language": "en"}
        self.tokens: dict[str, Any] = {}

    @property
    def public_key(self) -> str:
        """The device's public key as the API takes it."""
        return base64.b64encode(self.key.public_key().public_bytes_raw()).decode()

    def sign(self, message: bytes) -> str:
        """A base64 signature of this device."""
        return base64.b64encode(self.key.sign(message)).decode()

    def nonce(self) -> str:
        """A fresh nonce from the server."""
        answer: str = self.client.post(f"{API}/auth/nonce").json["nonce"]  # type: ignore[index]
        return answer

    def try_sign_in(self, login: str, password: str) -> TestResponse:
        """Ask for tokens, whatever the answer."""
        nonce = self.nonce()
        return self.client.post(
            f"{API}/auth/login",
            json={
                "login": login,
                "password": password,
                "device_key": self.public_key,
                "device_name": self.name,
                "nonce": nonce,
                "signature": self.sign(login_message(login, nonce)),
            },
            headers={"Accept-Language": "en"},
        )

    def sign_in(self, login: str, password: str) -> Phone:
        """Sign in and keep the tokens."""
        answer = self.try_sign_in(login, password)
        assert answer.status_code == 200, answer.text
        self.keep(answer.json)  # type: ignore[arg-type]
        return self

    def try_refresh(self) -> TestResponse:
        """Ask for new tokens, whatever the answer."""
        nonce = self.nonce()
        token = self.tokens["refresh_token"]
        body = {"refresh_token": token, "nonce": nonce, "signature": self.sign(refresh_message(token, nonce))}
        return self.client.post(f"{API}/auth/refresh", json=body, headers={"Accept-Language": "en"})

    def refresh(self) -> None:
        """Stay signed in after a while."""
        answer = self.try_refresh()
        assert answer.status_code == 200, answer.text
        self.keep(answer.json or {})

    def keep(self, tokens: dict[str, Any]) -> None:
        """Be signed in by what the server answered."""
        self.tokens = tokens
        self.headers["Authorization"] = f"Bearer {tokens['access_token']}"

    @property
    def device_id(self) -> str:
        """The id under which the server knows this device."""
        return str(self.tokens["device_id"])

    def request(self, method: str, path: str, **options: Any) -> TestResponse:
        """A request to the API as the signed-in user."""
        headers = {**self.headers, **options.pop("headers", {})}
        answer = self.client.open(API + path, method=method, headers=headers, **options)
        answer.request.environ["wsgi.input"].close()  # a large body is a temporary file
        return answer

    def get(self, path: str, **options: Any) -> TestResponse:
        """GET."""
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> TestResponse:
        """POST."""
        return self.request("POST", path, **options)

    def put(self, path: str, **options: Any) -> TestResponse:
        """PUT."""
        return self.request("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> TestResponse:
        """PATCH."""
        return self.request("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> TestResponse:
        """DELETE."""
        return self.request("DELETE", path, **options)
