"""The whole API held against its own description: no failure, no undocumented status, type or shape, whoever asks.

Bounded here; `make torture` runs many more examples. On SQLite alone: what is held against the description does not depend
on the database, and what could (texts, numbers and times at their limits) is tried on both in test_bad_input.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import jsonschema_rs
import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case
from schemathesis.checks import CHECKS
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from backend.accounts import tokens
from backend.app import create_app
from backend.config import load_settings
from backend.database import db
from shared.vocabulary import Role
from tests.backend.planning import on_new_device
from tests.conftest import Clock, make_district, make_user
from tests.fakes import FakeVerifier
from tests.phone import API, Phone
from tests.requests_of_every_endpoint import World

print(sorted(CHECKS.get_all_names()) if hasattr(CHECKS,'get_all_names') else '')
