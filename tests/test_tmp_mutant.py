from dataclasses import replace
import pytest, sqlalchemy as sa
from tests.backend.attendance.hours.test_any_order import *
from tests.backend.attendance.hours.test_any_order import city
from tests.backend.attendance.hours.conftest import settings as settings
from backend.attendance.hours import reckoning, rules
from backend.attendance.models import CheckIn
from backend.database import db
old = reckoning.facts_of
def mutant(person_id):
    f = old(person_id)
    rows = db.session().scalars(sa.select(CheckIn).where(CheckIn.person_id == person_id, CheckIn.outcome == "to_review"))
    more = [rules.Proof(check_in_id=r.id, task_id=r.task_id, kind=r.kind, at=r.captured_at) for r in rows]
    return replace(f, proofs=[*f.proofs, *more])
@pytest.fixture(autouse=True)
def _m(monkeypatch): monkeypatch.setattr(reckoning, "facts_of", mutant)
