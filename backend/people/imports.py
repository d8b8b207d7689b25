"""Importing people and their orders: a dry run or the real thing; nothing is written while one row is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from backend.accounts import service as accounts
from backend.accounts.district_words import DistrictWords
from backend.clock import now
from backend.ledger.service import record
from backend.people import importing, order_rows, orders
from backend.people import service as people
from backend.people.import_words import Column
from backend.people.importing import NewPerson, Plan
from backend.tables.reading import Flaw
from backend.web.imports import Report, read_rows
from backend.web.principal import Principal
from shared.i18n import Message
from shared.vocabulary import Audience, BiometricBasis, OrderState, Regime

_ = Message


@dataclass(frozen=True)
class Created:
    """Who was registered for a row."""

    row: int
    person_id: UUID
    order_id: UUID


def read(data: bytes) -> Plan:
    """What a file says, checked row by row; outside any transaction, for it may take a second."""
    laws = {regime: order_rows.law_of(regime) for regime in Regime}
    return importing.plan_of(read_rows(data), laws, today=orders.local_day(now()))


def carry_out(plan: Plan, by: Principal, *, district_id: UUID | None, dry_run: bool) -> Report:
    """Check a plan against who is registered already and, unless it is a dry run or a row is wrong, register everybody."""
    if district_id is not None:
        accounts.require_district(district_id, by, "people.import")
    known = people.known_iins(person.iin for person in plan.people)
    districts = DistrictWords(by, district_id)
    good: list[tuple[NewPerson, UUID]] = []
    flaws = list(plan.flaws)
    for person in plan.people:
        found = list(_flaws_here(person, person.iin in known, districts, plan.titles))
        flaws += found
        home = districts.find(person.district)
        if not found and home is not None:
            good.append((person, home))
    write = not dry_run and not flaws
    created = _register(good, by) if write else []
    if write:
        record(
            "people.imported",
            actor=by.actor,
            subject=f"user:{by.user_id}",
            at=now(),
            audience=Audience.SUPERVISION,
            district_id=district_id,
            people=len(created),
        )
    return Report(
        rows=plan.rows,
        good=len(good),
        dry_run=dry_run,
        written=write,
        flaws=sorted(flaws, key=lambda flaw: flaw.row),
        mended=plan.mended,
        created=created,
    )


def _flaws_here(
    person: NewPerson, is_known: bool, districts: DistrictWords, titles: Mapping[Column, str]
) -> Iterator[Flaw]:
    if is_known:
        message = _(
            "is registered already: search the person by the ИИН, and add the order there; remove this row"
        )
        title = titles.get(Column.IIN, Column.IIN.value)
        yield Flaw(person.row, title, importing.shown(Column.IIN, person.iin), message)
    if districts.find(person.district) is None:
        message = _("must be one of your districts: {choices}")
        choices = ", ".join(districts.codes)
        title = titles.get(Column.DISTRICT, Column.DISTRICT.value)
        yield Flaw(person.row, title, person.district or "", message.format(choices=choices))


def _register(good: Sequence[tuple[NewPerson, UUID]], by: Principal) -> list[Created]:
    newcomers = [
        people.Newcomer(
            district_id=district_id,
            identity=people.Identity(
                family_name=person.family_name,
                given_name=person.given_name,
                patronymic=person.patronymic,
                iin=person.iin,
            ),
            language=person.language,
            biometric_basis=person.biometric_basis,
        )
        for person, district_id in good
    ]
    ids = [person.id for person in people.register_all(newcomers, by)]
    wished = [
        (person_id, district_id, dict(person.order))
        for person_id, (person, district_id) in zip(ids, good, strict=True)
    ]
    made = orders.register_all(wished, by)
    for order, (person, _district_id) in zip(made, good, strict=True):
        if person.biometric_basis is BiometricBasis.REFUSED:
            order_rows.write_move(order, OrderState.ENROLLED)
    return [
        Created(person.row, order.person_id, order.id)
        for order, (person, _district_id) in zip(made, good, strict=True)
    ]
