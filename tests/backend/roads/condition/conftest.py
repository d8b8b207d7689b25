"""The same city with streets, crew and dispatcher as cases have."""

from __future__ import annotations

from tests.backend.roads.cases.conftest import crew as crew
from tests.backend.roads.cases.conftest import dispatcher as dispatcher
from tests.backend.roads.cases.conftest import street as street
