"""Importing shifts: what a row of their table says (`accounts/keyed_imports` does the rest); one is known by vehicle and begin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from backend.accounts import keyed_imports
from backend.accounts.district_words import DistrictWords
from backend.accounts.service import id_of_login
from backend.adapters import settings
from backend.errors import Invalid
from backend.fleet.shifts import service
from backend.fleet.shifts.import_words import FORM, Column
from backend.fleet.shifts.models import VehicleShift
from backend.fleet.shifts.schemas import ShiftChange, ShiftRequest
from backend.fleet.vehicles.service import Vehicle, by_board_number
from backend.tables.files import Row
from backend.tables.reading import Reader
from backend.web.imports import Report
from backend.web.principal import Principal
from backend.web.wire import fields
from shared.i18n import Message

_ = Message
BREAK = (Column.BREAK_FROM, Column.BREAK_UNTIL, Column.BREAK_MIN)
COLUMN_OF = {
    "vehicle_id": Column.BOARD_NUMBER,
    "driver_id": Column.DRIVER,
    "district_id": Column.DISTRICT,
    "starts_at": Column.STARTS,
    "ends_at": Column.ENDS,
    "breaks": Column.BREAK_FROM,
    "note": Column.NOTE,
}


class ShiftRow(ShiftChange):
    """A row about a shift that is there."""

    district_id = fields.UUID()


def carry_out(
    table: list[Row], by: Principal, *, district_id: UUID | None, dry_run: bool, update: bool
) -> Report:
    """Read a table and, unless it is a dry run or a row is wrong, plan its shifts; known ones change on wish."""
    rows = _Rows(by_board_number(by), ZoneInfo(settings().time_zone))
    kind = keyed_imports.Kind(
        plural="shifts",
        action="shifts.import",
        key=Column.BOARD_NUMBER,
        columns=COLUMN_OF,
        new=ShiftRequest,
        changed=ShiftRow,
        values=rows.values,
        key_of=lambda said: (
            _key(said["vehicle_id"], said["starts_at"])
            if {"vehicle_id", "starts_at"} <= said.keys()
            else None
        ),
        known={_key(shift.vehicle_id, shift.starts_at.isoformat()): shift for shift in service.open_ones(by)},
        may_change=lambda _shift, _by: True,
        check=_check,
        create=service.create,
        change=lambda shift, by, district_id=None, **wished: service.change(shift, by, **wished),
    )
    return keyed_imports.carry_out(
        kind, table, FORM, by, district_id=district_id, dry_run=dry_run, update=update
    )


@dataclass
class _Rows:
    """The rows of one table, which see each other: a vehicle and a driver have one shift at a time."""

    vehicles: Mapping[str, Vehicle]
    zone: ZoneInfo
    earlier: list[tuple[int, set[UUID], datetime, datetime]] = field(default_factory=list)

    def values(self, reader: Reader[Column], districts: DistrictWords) -> dict[str, Any]:
        """What a row says, as a request would; an end before the begin is the next day's."""
        vehicle, driver_id = self._vehicle(reader), _driver(reader)
        day = reader.day(Column.DAY)
        starts_at, ends_at = (self._moment(reader, day, each) for each in (Column.STARTS, Column.ENDS))
        if starts_at is not None and ends_at is not None and ends_at <= starts_at:
            ends_at += timedelta(days=1)
        if vehicle is not None and starts_at is not None and ends_at is not None:
            self._see(reader, {vehicle.id} | ({driver_id} if driver_id else set()), starts_at, ends_at)
        named = reader.cell(Column.DISTRICT) is not None
        district_id = keyed_imports.district(reader, Column.DISTRICT, districts, needed=False)
        return {
            "vehicle_id": vehicle and vehicle.id,
            "driver_id": driver_id,
            # Without a cell it is the vehicle's; that of the whole import is for the whole city's vehicles
            "district_id": district_id if named or (vehicle and vehicle.district_id is None) else None,
            "starts_at": starts_at and starts_at.isoformat(),
            "ends_at": ends_at and ends_at.isoformat(),
            "breaks": self._breaks(reader, day, starts_at),
            "note": reader.text(Column.NOTE) or None,
        }

    def _vehicle(self, reader: Reader[Column]) -> Vehicle | None:
        number = " ".join(reader.text(Column.BOARD_NUMBER).split())
        found = self.vehicles.get(number)
        if number and found is None:
            message = _("must be the board number of a vehicle in the fleet; see /vehicles")
            reader.flaw(Column.BOARD_NUMBER, message)
        return found

    def _moment(self, reader: Reader[Column], day: date | None, column: Column) -> datetime | None:
        minute = reader.minute(column)
        if day is None or minute is None:
            return None
        midnight = datetime(day.year, day.month, day.day, tzinfo=self.zone)
        return (midnight + timedelta(minutes=minute)).astimezone(UTC)

    def _breaks(
        self, reader: Reader[Column], day: date | None, starts_at: datetime | None
    ) -> list[dict[str, Any]] | None:
        if all(reader.cell(each) is None for each in BREAK):
            return None
        first, last = (self._moment(reader, day, each) for each in BREAK[:2])
        minutes = reader.number(Column.BREAK_MIN)
        if first is None or minutes is None:
            message = _("needs all of «from» and «minutes»: fill both in, or leave the break empty")
            reader.flaw(Column.BREAK_FROM, message)
            return None
        latest = last or first
        late = timedelta(days=1)
        moments = [
            each + late if starts_at is not None and each < starts_at else each for each in (first, latest)
        ]
        return [
            {
                "earliest_at": moments[0].isoformat(),
                "latest_at": moments[1].isoformat(),
                "minutes": int(minutes) if minutes.is_integer() else minutes,
            }
        ]

    def _see(self, reader: Reader[Column], who: set[UUID], starts_at: datetime, ends_at: datetime) -> None:
        for row, others, begin, end in self.earlier:
            if who & others and begin < ends_at and starts_at < end:
                message = _("has another shift at that time in row {row}: correct one of them")
                column = Column.DRIVER if len(who & others) == 1 and len(who) == 2 else Column.BOARD_NUMBER
                reader.flaw(column, message.format(row=row))
        self.earlier.append((reader.row.number, who, starts_at, ends_at))


def _driver(reader: Reader[Column]) -> UUID | None:
    login = reader.text(Column.DRIVER).strip()
    found = id_of_login(login) if login else None
    if login and found is None:
        reader.flaw(Column.DRIVER, _("must be the login of a driver; see /users"))
    return found


def _key(vehicle_id: object, starts_at: object) -> str:
    return f"{vehicle_id} {starts_at}"


def _check(values: dict[str, Any], by: Principal, shift: VehicleShift | None) -> None:
    if shift is not None and values.get("district_id", shift.district_id) != shift.district_id:
        message = _("must stay the shift's: cancel it and plan another")
        raise Invalid({"district_id": [message]})
    service.check(values, by, shift)
