"""Schemas refuse and accept exactly what the decoder refuses and accepts."""

from __future__ import annotations

import copy
import json
import math
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError

from backend.web.contract_schemas import schema_of
from shared.contracts import (
    CONTRACTS,
    CheckIn,
    DecodeError,
    Fix,
    SyncAnswer,
    decode,
    encode,
    fields_of,
    parse_json,
)
from shared.i18n import Message, translate
from shared.shapes import Kind, Shape

ALWAYS_THE_SAME = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
FIX = {"lat": 54.87, "lon": 69.15, "accuracy_m": 5, "taken_at": "2026-01-31T09:00:00+05:00"}
STORABLE_TEXT = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
JUNK_NUMBERS = [0, -1, 1.5, 91, 10**400, -(10**30), math.nan, math.inf]
JUNK_TEXTS = ["", "x", "\0", "\ud800", "5", "nan", "arrival", "a" * 3000, "0" * 32, "0" * 64, "0" * 64 + "\n"]
JUNK_TIMES = [
    "2026-01-31",
    "2026-01-31T09:00:00",
    "2026-02-31T09:00:00Z",
    "2026-01-31T09:00:00.123456789Z",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59Z",
]
JUNK_IDS = ["{00000000-0000-0000-0000-000000000000}", "00000000-0000-4000-8000-00000000000A"]
JUNK_OTHERS = [None, True, False, [], [1], {}, {"a": 1}, [[]]]
JUNK = st.sampled_from([*JUNK_NUMBERS, *JUNK_TEXTS, *JUNK_TIMES, *JUNK_IDS, *JUNK_OTHERS])


def values(shape: Shape) -> st.SearchStrategy[Any]:
    """Python values that a shape allows."""
    limits = shape.limits
    if shape.kind is Kind.TEXT and limits.pattern:
        some: st.SearchStrategy[Any] = st.from_regex(limits.pattern, fullmatch=True)
    elif shape.kind is Kind.TEXT:
        most = min(limits.max_length or 20, 20)
        some = st.text(STORABLE_TEXT, min_size=limits.min_length or 0, max_size=most)
    elif shape.kind is Kind.NUMBER:
        least = limits.minimum if limits.above is None else limits.above
        some = st.floats(
            least, limits.maximum, exclude_min=limits.above is not None, allow_nan=False, allow_infinity=False
        )
    elif shape.kind is Kind.WHOLE_NUMBER:
        some = st.integers(int(limits.minimum or 0), int(limits.maximum or 2**53))
    elif shape.kind is Kind.FLAG:
        some = st.booleans()
    elif shape.kind is Kind.UUID:
        some = st.uuids()
    elif shape.kind is Kind.TIME:
        offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
        some = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=offsets)
    elif shape.kind is Kind.WORD:
        some = st.sampled_from(list(shape.python_type))
    elif shape.kind is Kind.OBJECT:
        some = st.dictionaries(st.text(STORABLE_TEXT, max_size=5), st.integers() | st.booleans(), max_size=3)
    elif shape.kind is Kind.CONTRACT:
        some = instances(shape.python_type)
    else:
        assert shape.kind is Kind.LIST
        assert shape.item is not None
        least_items = limits.min_length or 0
        some = st.lists(values(shape.item), min_size=least_items, max_size=least_items + 2).map(tuple)
    return st.none() | some if shape.nullable else some


def instances(contract: type) -> st.SearchStrategy[Any]:
    """Instances of a contract that keep to its limits."""
    return st.builds(contract, **{each.name: values(each.shape) for each in fields_of(contract)})


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) in a JSON value."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []
    return [place for key in keys for place in [(value, key), *places(value[key])]]


@st.composite
def broken(draw: st.DrawFn, contract: type) -> Any:
    """The wire form of a contract with one to three things changed, often for the worse."""
    body = copy.deepcopy(encode(draw(instances(contract))))
    for _turn in range(draw(st.integers(1, 3))):
        choices = places(body)
        if not choices:
            return body
        container, key = choices[draw(st.integers(0, len(choices) - 1))]
        change = draw(st.sampled_from(["replace", "replace", "remove", "add", "many"]))
        if change == "replace":
            container[key] = copy.deepcopy(draw(JUNK))  # a later turn may change it
        elif change == "remove":
            del container[key]
        elif change == "many" and isinstance(container[key], list):
            container[key] = container[key] * 25
        elif isinstance(container, dict):
            container[draw(st.sampled_from(["surplus", "id", "mock", "\0"]))] = copy.deepcopy(draw(JUNK))
    return body


def outcome_of_decode(contract: type, body: Any) -> Any:
    """The instance, or the sorted paths and messages of the refusal."""
    try:
        return decode(contract, body)
    except DecodeError as refusal:
        return sorted((path, str(message)) for path, message in refusal.errors)


def outcome_of_schema(contract: type, body: Any) -> Any:
    """The same of the schema."""
    try:
        return schema_of(contract)().load(body)
    except ValidationError as refusal:
        return sorted(flat(refusal.messages, ()))


def flat(messages: Any, path: tuple[Any, ...]) -> list[tuple[tuple[Any, ...], str]]:
    """marshmallow's nested messages as (path, text)."""
    if isinstance(messages, dict):
        parts = [flat(value, path if key == "_schema" else (*path, key)) for key, value in messages.items()]
        return [entry for part in parts for entry in part]
    return [(path, str(message)) for message in messages]


def as_bytes(body: Any) -> bytes:
    """What goes over the wire."""
    return json.dumps(body, ensure_ascii=False, allow_nan=False).encode()


@pytest.mark.parametrize("contract", CONTRACTS)
def test_contract_survives_the_wire_through_decoder_and_schema(contract: type) -> None:
    """encode, bytes, parse, decode gives the instance back, and so does the schema; dump equals encode."""

    @ALWAYS_THE_SAME
    @given(instances(contract))
    def check(instance: Any) -> None:
        body = parse_json(as_bytes(encode(instance)))
        assert instance == decode(contract, body)
        assert instance == schema_of(contract)().load(body)
        assert encode(instance) == schema_of(contract)().dump(instance)

    check()


@pytest.mark.parametrize("contract", CONTRACTS)
def test_schema_and_decoder_agree_on_broken_bodies(contract: type) -> None:
    """Whatever one refuses the other refuses, at the same paths and in the same words."""

    @ALWAYS_THE_SAME
    @given(broken(contract))
    def check(body: Any) -> None:
        expected = outcome_of_decode(contract, body)
        assert expected == outcome_of_schema(contract, body)

    check()


@pytest.mark.parametrize("body", [None, 3, "x", [], [FIX], True])
def test_body_that_is_no_object_is_refused(body: Any) -> None:
    """Both say that the body must be an object."""
    expected = outcome_of_decode(Fix, body)
    assert isinstance(expected, list)
    assert expected == outcome_of_schema(Fix, body)


def test_broken_bodies_are_mostly_broken() -> None:
    """The mutations exercise refusals, not only acceptances."""
    refused = []

    @ALWAYS_THE_SAME
    @given(broken(CheckIn))
    def collect(body: Any) -> None:
        refused.append(isinstance(outcome_of_decode(CheckIn, body), list))

    collect()
    assert sum(refused) > len(refused) / 2


def test_refusal_of_a_schema_is_translated() -> None:
    """Messages stay Messages inside the ValidationError, so the answer can speak the caller's language."""
    with pytest.raises(ValidationError) as refusal:
        schema_of(Fix)().load({**FIX, "lat": 91, "surplus": 1})
    message = refusal.value.messages_dict["lat"][0]
    assert isinstance(message, Message)
    assert translate(message, "en") == "lat must be at most 90, was 91"
    assert isinstance(refusal.value.messages_dict["surplus"][0], Message)


def test_many_bodies_are_refused_by_index() -> None:
    """A list of contracts says which entry is wrong."""
    with pytest.raises(ValidationError) as refusal:
        schema_of(Fix)(many=True).load([FIX, {**FIX, "lat": "x"}])
    expected = {1: {"lat": ["lat must be a number, was «x»"]}}
    assert expected == refusal.value.messages


def test_missing_fields_take_the_defaults_of_the_dataclass() -> None:
    """A fix without provider is a GPS fix."""
    fix = schema_of(Fix)().load(FIX)
    assert (fix.provider, fix.mock, fix.speed_mps) == ("gps", False, None)
    assert fix.taken_at == datetime(2026, 1, 31, 4, tzinfo=UTC)


def test_schema_is_made_once() -> None:
    """Nested use shares the class, which is what keeps OpenAPI free of duplicates."""
    assert schema_of(CheckIn) is schema_of(CheckIn)
    assert isinstance(schema_of(CheckIn)().fields["fixes"].inner.schema, schema_of(Fix))


def test_openapi_names_contracts_and_shows_limits() -> None:
    """Each contract stands once under its own name, with its limits and descriptions."""
    spec = APISpec("Qala", "1", "3.1.0", plugins=[MarshmallowPlugin()])
    spec.components.schema("SyncAnswer", schema=schema_of(SyncAnswer))
    spec.components.schema("CheckIn", schema=schema_of(CheckIn))
    schemas = spec.to_dict()["components"]["schemas"]
    names = {
        "ChallengeAnswer",
        "CheckIn",
        "CheckInAnswer",
        "Decision",
        "DefectAnswer",
        "DeviceClock",
        "Finding",
        "Fix",
        "Frame",
        "Instruction",
        "PersonCard",
        "RoadFault",
        "RouteSheet",
        "RouteStop",
        "SpotCheck",
        "StreetPackNotice",
        "SyncAnswer",
        "TaskCard",
        "Tombstone",
    }
    assert names == set(schemas)
    fix, check_in = schemas["Fix"], schemas["CheckIn"]
    assert fix["properties"]["accuracy_m"]["exclusiveMinimum"] == 0
    assert fix["properties"]["lat"]["maximum"] == 90
    assert fix["properties"]["speed_mps"]["type"] == ["number", "null"]
    assert fix["additionalProperties"] is False
    assert {"accuracy_m", "lat", "lon", "taken_at"} == set(fix["required"])
    frames = check_in["properties"]["frames"]
    assert (frames["minItems"], frames["maxItems"]) == (3, 12)
    assert frames["items"] == {"$ref": "#/components/schemas/Frame"}
    assert check_in["properties"]["kind"]["enum"] == ["arrival", "departure", "spot_check"]
    assert schemas["Frame"]["properties"]["sha256"]["pattern"] == "^[0-9a-f]{64}$"


@pytest.mark.parametrize("contract", CONTRACTS)
def test_every_text_number_and_id_of_the_wire_is_described(contract: type) -> None:
    """What a name does not say a description does; names and titles say it themselves."""
    plain = {"title", "note", "family_name", "given_name"}
    undescribed = {each.name for each in fields_of(contract) if not each.shape.limits.description}
    assert undescribed <= plain
