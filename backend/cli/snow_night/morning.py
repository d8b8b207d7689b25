"""The morning after a snow night: the streets driven prove what was reported, the night is told, and anybody asks about a street."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from backend.cli import stage
from backend.cli.stage import Api

PROOFS_WITHIN_S = 300.0
SAID_MOST = 12


def tell(api: Api, plan: dict[str, Any], say: Callable[[str], None]) -> dict[str, Any]:
    """The night's report in sentences, once every sheet's streets have been sought; its figures."""
    _await_proofs(api, plan)
    report = api.ask("GET", f"/plans/{plan['id']}/night-report")
    say("the report of the night:")
    for sentence in report["text"][:SAID_MOST]:
        say(f"  {sentence}")
    _one_street(api, report, say)
    whole, compared = report["whole"], report["compared"]
    return {
        "reported_km": round(compared["reported_m"] / 1000, 1),
        "by_track_km": round(compared["by_track_m"] / 1000, 1),
        "by_report_km": round(compared["by_report_m"] / 1000, 1),
        "late_done_km": round(whole["late_m"] / 1000, 1),
        "not_done_km": round(whole["not_done_m"] / 1000, 1),
    }


def _await_proofs(api: Api, plan: dict[str, Any]) -> None:
    """Workers match tracks after the sheets are closed."""
    begun = time.monotonic()
    waiting = [route["id"] for route in plan["routes"]]
    while waiting and time.monotonic() - begun < PROOFS_WITHIN_S:
        if api.ask("GET", f"/routes/{waiting[-1]}/proof")["kept"]:
            waiting.pop()
        else:  # one at a time: each question is answered by positions alone meanwhile, which costs the workers their time
            time.sleep(1.0)


def _one_street(api: Api, report: dict[str, Any], say: Callable[[str], None]) -> None:
    """What anybody hears of a street that was cleared."""
    cleared = [each for each in report["streets"] if each["work"] == "clear" and each["last_done_at"]]
    if not cleared:
        return
    name = min(cleared, key=lambda each: (each["not_done_m"] > 0, each["street"]))["street"]
    pieces = api.ask("GET", f"/winter/streets?name={name}&limit=500")["items"]
    known = [each["cleared"] for each in pieces if each["cleared"] is not None]
    if known:
        last = max(known, key=lambda each: str(each["at"]))
        at = datetime.fromisoformat(last["at"]).astimezone(stage.city_zone())
        proof = "a track" if last["by_track"] else "a report"
        say(f"anybody asks /streets: «{name}» was last cleared at {at:%H:%M}, as {proof} shows")
