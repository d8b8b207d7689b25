"""The strict decoder: everything that is wrong is named, with its path; nothing wrong gets through."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from shared.contracts import (
    CheckIn,
    DecodeError,
    Fix,
    PersonCard,
    TaskCard,
    Tombstone,
    canonical_json,
    decode,
    encode,
    fields_of,
    limits,
    parse_json,
    path_text,
)
from shared.strict_json import REASONS
from shared.vocabulary import CheckInKind, Language

FIX: dict[str, Any] = {"lat": 54.87, "lon": 69.15, "accuracy_m": 5, "taken_at": "2026-01-31T09:00:00+05:00"}
FRAME: dict[str, Any] = {"sha256": "0" * 64, "taken_at": "2026-01-31T09:00:00+05:00"}
ID = "123e4567-e89b-42d3-a456-426614174000"
CHECK_IN: dict[str, Any] = {
    "id": ID,
    "person_id": ID,
    "task_id": ID,
    "device_id": ID,
    "kind": "arrival",
    "captured_at": "2026-01-31T09:00:05+05:00",
    "frames": [FRAME] * 3,
    "fixes": [FIX] * 3,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A contract with the shapes that the wire's own do not use yet."""

    texts: dict[str, str] = field(metadata=limits(max_length=2, each=limits(max_length=3)["limits"]))
    count: int = field(default=1, metadata=limits(minimum=1, maximum=5))
    free: dict[str, Any] | None = None


def errors_of(contract: type, body: object) -> dict[str, list[str]]:
    """The refusal by path, as plain texts."""
    with pytest.raises(DecodeError) as refusal:
        decode(contract, body)
    return {
        path: [str(message) for message in messages] for path, messages in refusal.value.by_field().items()
    }


def refusal_of_json(data: bytes, **options: Any) -> str:
    """What parse_json says against the bytes."""
    with pytest.raises(DecodeError) as refusal:
        parse_json(data, **options)
    return str(refusal.value.errors[0][1])


def test_check_in_is_decoded_with_its_types() -> None:
    """Ids are UUIDs, words are enum members, times are aware, lists are tuples, defaults stand in."""
    check_in = decode(CheckIn, CHECK_IN)
    assert check_in.id == UUID(ID)
    assert check_in.kind is CheckInKind.ARRIVAL
    assert check_in.captured_at == datetime(2026, 1, 31, 4, 0, 5, tzinfo=UTC)
    assert isinstance(check_in.fixes, tuple)
    assert isinstance(check_in.fixes[0], Fix)
    assert check_in.fixes[0].accuracy_m == 5.0
    assert check_in.note == ""


def test_every_error_is_collected_with_its_path() -> None:
    """One answer tells all: unknown, missing, wrong, nested."""
    body = {**CHECK_IN, "kind": "lunch", "nonsense": 1, "fixes": [FIX, FIX, {**FIX, "lat": 91, "mock": 1}]}
    del body["person_id"]
    errors = errors_of(CheckIn, body)
    assert {"nonsense", "person_id", "kind", "fixes[2].lat", "fixes[2].mock"} == set(errors)
    assert errors["kind"] == ["kind must be one of arrival, departure, spot_check, was «lunch»"]
    assert errors["person_id"] == ["person_id is missing"]
    assert errors["fixes[2].lat"] == ["lat must be at most 90, was 91"]
    assert errors["nonsense"][0].startswith("«nonsense» is not known here")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"lat": True}, "lat must be a number, was true"),
        ({"lat": "54.87"}, "lat must be a number, was «54.87»"),
        ({"lat": None}, "lat must not be null"),
        ({"lat": math.nan}, "lat must be a finite number, was nan"),
        ({"lon": math.inf}, "lon must be a finite number, was inf"),
        ({"lon": 10**400}, "lon must be a finite number, was 2^1328…"),
        ({"lon": -180.001}, "lon must be at least -180, was -180.001"),
        ({"accuracy_m": 0}, "accuracy_m must be above 0, was 0"),
        ({"accuracy_m": -1}, "accuracy_m must be above 0, was -1"),
        ({"accuracy_m": 100_000.5}, "accuracy_m must be at most 100000, was 100000.5"),
        ({"mock": 1}, "mock must be true or false, was 1"),
        ({"mock": "true"}, "mock must be true or false, was «true»"),
        ({"provider": ""}, "provider must have at least 1 characters, has 0"),
        ({"provider": "x" * 33}, "provider must have at most 32 characters, has 33: shorten it"),
        ({"provider": 5}, "provider must be a text, was 5"),
        ({"provider": []}, "provider must be a text, was a list"),
        (
            {"provider": "g\0"},
            "provider has a character that cannot be stored (U+0000) at position 1: remove it",
        ),
        (
            {"provider": "\ud800"},
            "provider has a character that cannot be stored (U+D800) at position 0: remove it",
        ),
    ],
)
def test_wrong_value_of_a_fix_is_named_with_its_remedy(change: dict[str, Any], message: str) -> None:
    """Field, value and what would be right stand in the message."""
    assert [message] == errors_of(Fix, {**FIX, **change})[next(iter(change))]


@pytest.mark.parametrize(
    "time",
    [
        "2026-01-31",
        "2026-01-31 09:00:00+05:00",
        "2026-01-31T09:00+05:00",
        "2026-01-31T09:00:00+0500",
        "2026-02-31T09:00:00+05:00",
        "2026-01-31T24:00:00+05:00",
        "2026-01-31T09:00:60Z",
        "2026-01-31T09:00:00+24:00",
        "0000-01-31T09:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59Z",
        "2026-01-31T09:00:00.Z",
        "٢٠٢٦-01-31T09:00:00Z",
        " 2026-01-31T09:00:00Z",
        "2026-01-31T09:00:00Z\n",
        1769832000,
        None,
    ],
)
def test_time_that_is_not_rfc_3339_is_refused(time: object) -> None:
    """Dates, short forms, impossible days and numbers are no times."""
    assert "taken_at" in errors_of(Fix, {**FIX, "taken_at": time})


def test_time_without_offset_is_refused_with_the_remedy() -> None:
    """A local time says nothing about the moment."""
    message = "taken_at must carry its offset from UTC, such as +05:00 or Z, was «2026-01-31T09:00:00»"
    assert [message] == errors_of(Fix, {**FIX, "taken_at": "2026-01-31T09:00:00"})["taken_at"]


@pytest.mark.parametrize(
    ("text", "microsecond"),
    [
        ("2026-01-31T09:00:00+05:00", 0),
        ("2026-01-31t09:00:00.5+05:00", 500_000),
        ("2026-01-31T04:00:00.000001z", 1),
        ("2026-01-31T04:00:00.123456789Z", 123_456),
        ("2026-01-30T23:30:00-04:30", 0),
    ],
)
def test_rfc_3339_times_are_the_same_moment(text: str, microsecond: int) -> None:
    """Offset, Z, lower case and fractions of any length are read; beyond microseconds is cut."""
    expected = datetime(2026, 1, 31, 4, 0, 0, microsecond, tzinfo=UTC)
    assert expected == decode(Fix, {**FIX, "taken_at": text}).taken_at


@pytest.mark.parametrize("value", [3, "", "x", ID.replace("-", ""), f"{{{ID}}}", f"urn:uuid:{ID}", ID + "\n"])
def test_id_that_is_not_a_plain_uuid_is_refused(value: object) -> None:
    """Only the 8-4-4-4-12 form, so that one id has one text."""
    assert "id" in errors_of(Tombstone, {"kind": "task", "id": value})


@pytest.mark.parametrize("count", [0, 2, 13])
def test_number_of_frames_is_bounded(count: int) -> None:
    """3 to 12 frames; the items of a list of wrong length are not looked at."""
    errors = errors_of(CheckIn, {**CHECK_IN, "frames": [{}] * count})
    assert {"frames"} == set(errors)
    assert f"has {count}" in errors["frames"][0]


@pytest.mark.parametrize("value", [{}, "abc", None, (FRAME, FRAME, FRAME)])
def test_list_must_be_a_json_list(value: object) -> None:
    """No object, text or null, and no Python tuple either."""
    assert "frames" in errors_of(CheckIn, {**CHECK_IN, "frames": value})


@pytest.mark.parametrize("sha256", ["0" * 63, "0" * 65, "A" * 64, "g" * 64, "0" * 64 + "\n"])
def test_hash_must_be_64_lower_hex_digits(sha256: str) -> None:
    """A hash has one text form."""
    frames = [FRAME, FRAME, {**FRAME, "sha256": sha256}]
    message = errors_of(CheckIn, {**CHECK_IN, "frames": frames})["frames[2].sha256"][0]
    assert "64 digits 0-9 a-f" in message


def test_map_of_texts_is_checked_by_key() -> None:
    """Values must be texts within their limits, and the number of entries is bounded."""
    texts = {"ru": "да"}
    assert texts == decode(Label, {"texts": texts}).texts
    assert {"texts.ru"} == set(errors_of(Label, {"texts": {"ru": 1}}))
    assert {"texts.ru"} == set(errors_of(Label, {"texts": {"ru": "long"}}))
    assert {"texts"} == set(errors_of(Label, {"texts": {"a": "", "b": "", "c": ""}}))
    assert {"texts"} == set(errors_of(Label, {"texts": {"a\0": ""}}))
    assert {"texts"} == set(errors_of(Label, {"texts": {1: "a"}}))
    assert {"texts"} == set(errors_of(Label, {"texts": ["a"]}))


@pytest.mark.parametrize("count", [0, 6, 1.0, True, "1"])
def test_whole_number_is_strict(count: object) -> None:
    """Neither 1.0 nor true nor "1" is a whole number, and its range is kept."""
    assert {"count"} == set(errors_of(Label, {"texts": {}, "count": count}))


def test_free_object_is_refused_where_no_database_could_hold_it() -> None:
    """NaN, NUL, too deep and Python objects are refused inside free JSON too."""
    deep: dict[str, Any] = {}
    for _level in range(30):
        deep = {"a": deep}
    for free in [{"a": [math.nan]}, {"a": "\0"}, {"\0": 1}, deep, {"a": object()}, [], 1]:
        assert {"free"} == set(errors_of(Label, {"texts": {}, "free": free}))
    free = {"type": "Point", "coordinates": [69.15, 54.87], "x": None, "y": {"z": True}}
    assert free == decode(Label, {"texts": {}, "free": free}).free


def test_nullable_field_must_be_present_but_may_be_null() -> None:
    """An answer always has all its fields, so a phone never guesses."""
    card = {
        "id": ID,
        "kind": "snow",
        "title": "Улица Жамбыла",
        "note": "",
        "state": "draft",
        "priority": 1,
        "starts_at": "2026-01-31T20:00:00+05:00",
        "ends_at": "2026-02-01T05:00:00+05:00",
        "district_id": ID,
        "geofence_id": None,
        "place": None,
        "radius_m": None,
        "required_evidence": ["track"],
        "people": [],
        "version": 1,
    }
    assert decode(TaskCard, card).place is None
    del card["place"]
    expected = {"place": ["place is missing"]}
    assert expected == errors_of(TaskCard, card)


def test_contracts_are_frozen_and_slotted() -> None:
    """A message cannot change after it was read."""
    fix = decode(Fix, FIX)
    with pytest.raises(AttributeError):
        fix.lat = 0.0  # type: ignore[misc]
    assert not hasattr(fix, "__dict__")


def test_type_that_the_wire_does_not_speak_is_a_programming_error() -> None:
    """A set cannot be a field; the error says so when the contract is first read."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Wrong:
        """Has a field that cannot travel."""

        names: set[str]

    with pytest.raises(TypeError, match="cannot be"):
        fields_of(Wrong)


def test_encode_keeps_offset_and_microseconds() -> None:
    """A time leaves as it came, down to the microsecond."""
    body = {**FIX, "taken_at": "2026-01-31T09:00:00.000001+05:00"}
    assert body["taken_at"] == encode(decode(Fix, body))["taken_at"]


def test_encode_writes_a_time_of_local_mean_time_in_utc() -> None:
    """Offsets before time zones have seconds, which RFC 3339 does not know."""
    taken_at = datetime(1900, 1, 1, 12, tzinfo=ZoneInfo("Asia/Almaty"))
    written = encode(Fix(lat=0.0, lon=0.0, accuracy_m=1.0, taken_at=taken_at))["taken_at"]
    assert written.endswith("+00:00")
    assert taken_at == datetime.fromisoformat(written)


def test_encode_refuses_what_the_wire_cannot_say() -> None:
    """A naive time and a NaN are defects of the sender, found before they leave."""
    with pytest.raises(ValueError, match="must carry its offset"):
        encode(Fix(lat=0.0, lon=0.0, accuracy_m=1.0, taken_at=datetime(2026, 1, 1)))
    with pytest.raises(ValueError, match="must be finite"):
        encode(Fix(lat=math.nan, lon=0.0, accuracy_m=1.0, taken_at=datetime(2026, 1, 1, tzinfo=UTC)))


def test_encode_writes_enums_by_value() -> None:
    """Words travel as words."""
    card = PersonCard(
        id=UUID(ID),
        initials="АС",
        family_name="Ахметов",
        given_name="Серік",
        enrolled=True,
        language=Language.KK,
    )
    expected = {"id": ID, "initials": "АС", "family_name": "Ахметов", "given_name": "Серік", "enrolled": True}
    assert {**expected, "language": "kk"} == encode(card)


@pytest.mark.parametrize(
    ("path", "text"),
    [((), "body"), (("fixes", 0, "lat"), "fixes[0].lat"), (("a", 1, 2), "a[1][2]"), (("\ud800",), "\ufffd")],
)
def test_path_reads_like_code(path: tuple[str | int, ...], text: str) -> None:
    """Paths are the keys of problem+json errors and must be printable."""
    assert text == path_text(path)


def test_json_is_parsed() -> None:
    """The good case, with everything JSON has."""
    data = '{"a": [1, -2.5e3, true, false, null, "ә\\u0041\\n\\ud83d\\ude00", {}]}'.encode()
    expected = {"a": [1, -2500.0, True, False, None, "әA\n😀", {}]}
    assert expected == parse_json(data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "line 1, column 1"),
        (b'{"a": 1,\n "b": tru}', "line 2, column 7"),
        (b'{"a": 1, "a": 2}', 'column 10: the name "a" stands twice'),
        (b'{"a": 1, "\\u0061": 2}', "stands twice"),
        (b'{"x": {"a": 1}, "y": [{"b": 1, "b": 2}]}', 'the name "b" stands twice'),
        (b'{"a": NaN}', "column 7: NaN is not a number"),
        (b"[-Infinity]", "-Infinity is not a number"),
        (b"[1e999]", "column 2: a number is too large"),
        (b"[" + b"9" * 5000 + b"]", "a number is too large"),
        (b'["\\ud800"]', "column 2: a text has half of a surrogate pair"),
        (b'"abc', "line 1, column 1"),
        (b'{"a": 1} x', "column 10"),
        (b"\xef\xbb\xbf{}", "line 1, column 1"),
        (b'{"a": "\xff"}', "byte 7 (0xff)"),
        ('{"a": 1}'.encode("utf-16"), "UTF-8"),
        (b'["\\x"]', "line 1"),
        (b'["a\x01"]', "line 1"),
        (b"[1,]", "line 1"),
        (b"[1.2.3]", "line 1, column 5"),
        (b"]", "line 1"),
        (b"{]}", "line 1"),
    ],
)
def test_json_that_is_not_strict_is_refused_with_its_position(data: bytes, reason: str) -> None:
    """The message says what and where."""
    assert reason in refusal_of_json(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[1 2]",
        b'{"a" 1}',
        b"{a",
        b"1 2",
        rb'["\x"]',
        rb'["\u12"]',
        b'["\x01"]',
        b"\xef\xbb\xbf1",
        b'["a',
    ],
)
def test_every_reason_of_the_json_reader_can_be_translated(data: bytes) -> None:
    """Python's own words are among the messages that the translators see."""
    with pytest.raises(DecodeError) as refusal:
        parse_json(data)
    assert refusal.value.errors[0][1].values["reason"] in REASONS


def test_depth_of_json_is_bounded_exactly() -> None:
    """20 levels are read, 21 are not."""
    assert parse_json(b"[" * 20 + b"]" * 20)
    assert "nested more than 20 deep" in refusal_of_json(b"[" * 21 + b"]" * 21)
    assert "nested more than 2 deep" in refusal_of_json(b'{"a": {"b": []}}', max_depth=2)
    brackets_in_a_text = "[" * 50
    assert brackets_in_a_text == parse_json(b'"' + b"[" * 50 + b'"')


@pytest.mark.parametrize(
    "data", [b"[" * 1_000_000, b'{"a":' * 200_000, b'"' + b'\\"' * 500_000, b'"' * 999_999]
)
def test_hostile_json_is_refused_without_recursion(data: bytes) -> None:
    """A megabyte of brackets or quotes ends in an error, not in a crash or a long wait."""
    assert refusal_of_json(data)


def test_same_name_in_different_objects_is_fine() -> None:
    """Only one object may not repeat a name; values may look like names."""
    assert parse_json(b'[{"a": "a"}, {"a": {"a": "b"}, "b": ["a", "a"]}]')


def test_canonical_json_has_one_form() -> None:
    """Order of keys, spaces and escapes do not matter, so equal values have equal hashes."""
    first = canonical_json(parse_json('{"b": [1, 2.50], "a": "\\u04d9", "Я": null}'.encode()))
    second = canonical_json({"Я": None, "a": "ә", "b": (1, 2.5)})
    assert '{"a":"ә","b":[1,2.5],"Я":null}'.encode() == first
    assert hashlib.sha256(first).digest() == hashlib.sha256(second).digest()


@pytest.mark.parametrize("value", [{"a": math.nan}, [math.inf], "\ud800"])
def test_canonical_json_refuses_what_has_no_bytes(value: object) -> None:
    """NaN, infinity and lone surrogates have no JSON form."""
    with pytest.raises(ValueError, match=r"Out of range|surrogates"):
        canonical_json(value)


def test_canonical_json_refuses_keys_that_are_not_texts() -> None:
    """{1: x} and {"1": x} must not have one hash."""
    with pytest.raises(TypeError, match="key of canonical JSON"):
        canonical_json([{"a": {1: "x"}}])


def test_canonical_json_of_a_contract_is_stable_over_the_wire() -> None:
    """A signature made on the phone holds on the server."""
    taken_at = datetime(2026, 1, 31, 9, 0, 0, 120, tzinfo=timezone(timedelta(hours=5)))
    fix = Fix(lat=54.87, lon=69.15, accuracy_m=3.9, taken_at=taken_at)
    signed = canonical_json(encode(fix))
    assert signed == canonical_json(encode(decode(Fix, parse_json(signed))))
