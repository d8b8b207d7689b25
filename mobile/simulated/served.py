"""A real server for a measurement: `qala serve` in a process and an instance folder of its own, and staff who sign in."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from mobile.client.api_client import API_PREFIX, ApiClient
from mobile.client.device_key import DeviceKey
from shared.vocabulary import Language

PROJECT_DIR = Path(__file__).resolve().parents[2]
QALA = (sys.executable, "-m", "backend.cli")
PASSWORD = "a password for measurements"
STOP_S = 30.0
SETTINGS = {
    "QALA_PORT": "0",
    "QALA_WEB_PROCESSES": "1",
    "QALA_LOGIN_RATE": "100000 per minute",
    "QALA_PUBLIC_RATE": "100000 per minute",
    "QALA_LOG_LEVEL": "ERROR",
    "PYTHONUNBUFFERED": "1",
}


@dataclass(frozen=True)
class Served:
    """Where the server is and where its rows lie; there is an administrator `boss`."""

    url: str
    database: Path
    log: Path

    def signed_in(self, login: str) -> ApiClient:
        """A new device in somebody's hand."""
        client = ApiClient(self.url, DeviceKey.generate(), Language.EN)
        client.login(login, PASSWORD, f"measurement, {login}")
        return client

    def invite(self, boss: ApiClient, login: str, district_id: str, role: str = "") -> str:
        """A member of staff who can sign in, by default with the role that the login names; the user's id."""
        body = {"login": login, "display_name": login, "role": role or login, "district_ids": [district_id]}
        invited = boss.call("POST", "/users", body)
        chosen = {"code": invited["code"], "password": PASSWORD}
        httpx.post(f"{self.url}{API_PREFIX}/auth/password", json=chosen, timeout=30.0).raise_for_status()
        return str(invited["user"]["id"])


@contextmanager
def served(folder: Path, settings: Mapping[str, str]) -> Iterator[Served]:
    """Serve an empty city from a folder on SQLite; stopped at the end, cleanly."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QALA_")}
    environment |= {"QALA_INSTANCE_DIR": str(folder / "instance"), **SETTINGS, **settings}
    _qala(environment, "migrate")
    _qala(environment, "create-admin", "boss", "--password-stdin", said=f"{PASSWORD}\n")
    log = folder / "serve.log"
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [*QALA, "serve"],
            cwd=PROJECT_DIR,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    try:
        assert process.stdout is not None
        found = (re.search(r"serves at (\S+)", line) for line in process.stdout)
        url = next((each[1] for each in found if each), None)
        if url is None:
            raise RuntimeError(f"the server did not start: {log.read_text(encoding='utf-8')[-2000:]}")
        yield Served(url, folder / "instance" / "qala.db", log)
    finally:
        process.terminate()
        try:
            process.wait(STOP_S)
        finally:
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()


def _qala(environment: Mapping[str, str], *arguments: str, said: str | None = None) -> None:
    subprocess.run(
        [*QALA, *arguments],
        cwd=PROJECT_DIR,
        env=environment,
        input=said,
        text=True,
        check=True,
        stdout=subprocess.DEVNULL,
    )
