"""The product's main job, whole: from signing in on a phone to a verdict that stands in a ledger which proves itself."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from mobile.client.answers import Stored
from mobile.client.api_client import API_PREFIX, ApiClient
from shared.vocabulary import FindingCode, FindingResult, Outcome
from tests.architecture.project_files import PROJECT_DIR
from tests.stories.conftest import Works
from tests.stories.running_city import RunningCity

pytestmark = pytest.mark.slow


def test_check_in_from_phone_to_ledger(works: Works, tmp_path: Path) -> None:
    """Accepted; on the live feed under the id and hash of the answer; the ledger and its export verify."""
    with live_feed(works.city, works.dispatcher) as feed:
        end = works.phone.send(works.capture(), patience_s=90)
        assert isinstance(end, Stored), end
        answer = end.answer
        assert Outcome.ACCEPTED is answer.outcome, answer.findings
        assert {FindingResult.OK} == {finding.result for finding in answer.findings}
        seen_to = {FindingCode.FACE_MATCH, FindingCode.PLACE, FindingCode.CHALLENGE, FindingCode.LIVE_DEPTH}
        assert seen_to <= {finding.code for finding in answer.findings}
        seen = next(
            event
            for event in events_of(feed)
            if event["subject"] == f"check_in:{answer.id}" and "outcome" in event["facts"]
        )
    assert (answer.ledger_id, answer.ledger_hash) == (seen["id"], seen["hash"])
    assert "accepted" == seen["facts"]["outcome"]
    check_ledger(works.city, tmp_path / "ledger.jsonl", answer.ledger_hash)


def check_ledger(city: RunningCity, export: Path, newest_hash: str | None) -> None:
    """The chain is sound where it is kept, and once more with nothing but the export."""
    verified = city.qala("ledger", "verify")
    assert verified.returncode == 0, verified.stdout
    assert verified.stdout.startswith("sound: ")
    exported = city.qala("ledger", "export", str(export))
    assert exported.returncode == 0, exported.stderr
    assert newest_hash is not None
    assert newest_hash in export.read_text(encoding="utf-8")
    command = [sys.executable, str(PROJECT_DIR / "verify_ledger.py"), str(export)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def live_feed(city: RunningCity, client: ApiClient) -> Any:
    """The open stream of somebody who is signed in."""
    assert client.tokens is not None
    headers = {"Authorization": f"Bearer {client.tokens.access_token}"}
    return httpx.stream("GET", f"{city.url}{API_PREFIX}/events/stream", headers=headers, timeout=90)


def events_of(feed: httpx.Response) -> Iterator[dict[str, Any]]:
    """The ledger entries of a stream; each must carry its own id as the event's id."""
    event_id = None
    for line in feed.iter_lines():
        name, _colon, value = line.partition(": ")
        if name == "id":
            event_id = int(value)
        elif name == "data":
            entry = json.loads(value)
            assert event_id == entry["id"]
            yield entry
