"""Documents that are generated, or name things of the code, are true on the day of the commit."""

from __future__ import annotations

import re

import pytest

from backend.people.order_rules import order_state_diagram
from backend.roads.cases.rules.life import state_diagram as case_state_diagram
from backend.routing.plans.rules import state_diagram as plan_state_diagram
from backend.tasks.rules import state_diagram
from tests.architecture.project_files import PROJECT_DIR

DOCS = sorted([PROJECT_DIR / "README.md", *(PROJECT_DIR / "docs").rglob("*.md")])


def test_the_tasks_state_diagram_is_the_tables() -> None:
    """Printed by `python -c "from backend.tasks.rules import state_diagram; print(state_diagram())"`."""
    assert state_diagram() in (PROJECT_DIR / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_the_orders_state_diagram_is_the_tables() -> None:
    """Printed in the same way from backend.people.order_rules."""
    assert order_state_diagram() in (PROJECT_DIR / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_the_plans_state_diagram_is_the_tables() -> None:
    """Printed by `python -c "from backend.roads.cases.rules.life import state_diagram as case_state_diagram
    from backend.routing.plans.rules import state_diagram; print(state_diagram())"`."""
    assert plan_state_diagram() in (PROJECT_DIR / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_the_cases_state_diagram_is_the_tables() -> None:
    """Printed in the same way from backend.roads.cases.rules.life."""
    assert case_state_diagram() in (PROJECT_DIR / "docs" / "architecture.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", DOCS, ids=lambda page: str(page.relative_to(PROJECT_DIR)))
def test_every_link_between_documents_leads_somewhere(page) -> None:  # type: ignore[no-untyped-def]
    """A renamed page takes its links along."""
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [] == [link for link in links if not (page.parent / link).exists()]
