"""People: registering, reading (every read is logged), changing, erasing; and cards and templates for other features."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.accounts.policy import districts_for
from backend.accounts.service import require_district
from backend.adapters import blobs, settings
from backend.blobs import new_key, seal, unseal
from backend.clock import new_id, now
from backend.database import after_commit, db
from backend.errors import Conflict, Invalid, NotFound
from backend.faces.compare import Template
from backend.faces.reading import MODEL_VERSION
from backend.ledger.service import log_access, record
from backend.people import keys, order_rows, rules
from backend.people.models import Enrolment, EnrolmentPhoto, Person, photo_blob
from backend.web.paging import Page, paginate
from backend.web.principal import Principal
from shared.contracts import PersonCard
from shared.i18n import Message
from shared.vocabulary import Audience, BiometricBasis, Language

_ = Message
PERSON = _("person")
ASKED_AT_ONCE = 500  # hashes in one query


REFUSED_BIOMETRICS = _("This person has refused biometrics: use the paper way instead.")


class BiometricsRefused(Conflict):
    """Nobody may look at this person's face; phones know it by the slug."""

    slug = "biometrics-refused"

    def __init__(self) -> None:
        super().__init__(REFUSED_BIOMETRICS)


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who a person is: the part of the row that is sealed with the person's own key."""

    family_name: str
    given_name: str
    patronymic: str = ""
    iin: str = ""


@dataclass(frozen=True, kw_only=True)
class PersonView:
    """A person as an authorised reader sees it: the identity is open, the ИИН masked."""

    id: UUID
    district_id: UUID
    identity: Identity | None
    language: Language
    biometric_basis: BiometricBasis
    enrolled: bool
    erased: bool
    created_at: Any
    version: int

    @property
    def iin_masked(self) -> str:
        """The ИИН as lists show it."""
        return rules.masked(self.identity.iin) if self.identity and self.identity.iin else ""


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """Whom to register, and where."""

    district_id: UUID
    identity: Identity
    language: Language
    biometric_basis: BiometricBasis


def register(
    by: Principal,
    *,
    district_id: UUID,
    identity: Identity,
    language: Language,
    biometric_basis: BiometricBasis,
) -> PersonView:
    """Add a person; the same ИИН twice is a conflict, found by its keyed hash."""
    require_district(district_id, by, "people.change")
    identity = _cleaned(identity)
    _free_iin_hash(identity.iin)
    newcomer = Newcomer(
        district_id=district_id, identity=identity, language=language, biometric_basis=biometric_basis
    )
    [person] = register_all([newcomer], by)
    return _view(person)


def register_all(newcomers: Sequence[Newcomer], by: Principal) -> list[Person]:
    """Add people in few statements; districts, names and ИИН were checked before."""
    people, new_keys = [], []
    for each in newcomers:
        person = Person(
            id=new_id(),
            district_id=each.district_id,
            iin_hash=_iin_hash(each.identity.iin),
            language=each.language,
            biometric_basis=each.biometric_basis,
            created_at=now(),
            version=1,
        )
        new_keys.append(new_key())
        _seal_identity(person, each.identity, new_keys[-1])
        people.append(person)
        record(
            "person.registered",
            actor=by.actor,
            subject=f"person:{person.id}",
            at=now(),
            audience=Audience.SUPERVISION,
            district_id=person.district_id,
        )
    db.session().add_all(people)
    db.session().flush()
    for person, key in zip(people, new_keys, strict=True):
        keys.keep_key(person.id, key)
    return people


def change(
    person_id: UUID,
    by: Principal,
    *,
    identity: dict[str, str] | None = None,
    language: Language | None = None,
    biometric_basis: BiometricBasis | None = None,
    district_id: UUID | None = None,
) -> PersonView:
    """Correct a person's data."""
    person = _row(person_id, by, "people.change", lock=True)
    if person.erased_at is not None:
        raise Conflict(_("This person's data was erased: there is nothing left to change."))
    changed: list[str] = []
    if identity:
        new = _cleaned(replace(_identity(person), **identity))
        person.iin_hash = _free_iin_hash(new.iin, person.id)
        _seal_identity(person, new, keys.key_of(person.id))
        changed += sorted(identity)
    if language is not None:
        person.language = language
        changed.append("language")
    if biometric_basis is not None:
        person.biometric_basis = biometric_basis
        changed.append("biometric_basis")
        if biometric_basis is BiometricBasis.REFUSED:
            _drop_biometrics(person)
            order_rows.follow_enrolment(person.id)  # the paper way needs no face
    if district_id is not None:
        person.district_id = require_district(district_id, by, "people.change")
        order_rows.follow_district(person.id, person.district_id, by)
        changed.append("district_id")
    if changed:
        person.version += 1
        record(
            "person.changed",
            actor=by.actor,
            subject=f"person:{person.id}",
            at=now(),
            audience=Audience.SUPERVISION,
            district_id=person.district_id,
            fields=changed,
        )
    return _view(person)


def erase(person_id: UUID, by: Principal) -> None:
    """Erase a person's key, and with it every name, photo and template; what was accountable stays in the ledger."""
    person = _row(person_id, by, "people.erase", lock=True)
    if person.erased_at is not None:
        return
    person.erased_at, person.sealed_identity, person.iin_hash = now(), None, None
    person.version += 1
    keys.erase_key(person.id)
    _drop_biometrics(person)
    record(
        "person.erased",
        actor=by.actor,
        subject=f"person:{person.id}",
        at=now(),
        audience=Audience.SUPERVISION,
        district_id=person.district_id,
    )


def get(person_id: UUID, by: Principal, *, lock: bool = False) -> PersonView:
    """One person, locked until the transaction ends if wished; the read is logged."""
    person = _row(person_id, by, "people.read", lock=lock)
    log_access(by.actor, "people.read", f"person:{person.id}", now())
    return _view(person)


def list_people(by: Principal, *, cursor: str | None, limit: int) -> Page:
    """People of the caller's districts; each read is logged."""
    query = _in_scope(sa.select(Person).where(Person.erased_at.is_(None)), by)
    page = paginate(query, Person.created_at, Person.id, cursor=cursor, limit=limit)
    for person in page.items:
        log_access(by.actor, "people.list", f"person:{person.id}", now())
    return Page([_view(person) for person in page.items], page.next)


def find_by_iin(iin: str, by: Principal) -> list[PersonView]:
    """The person with an ИИН, if in the caller's districts; the read is logged."""
    people = list(
        db.session().scalars(_in_scope(sa.select(Person).where(Person.iin_hash == _iin_hash(iin)), by))
    )
    for person in people:
        log_access(by.actor, "people.search", f"person:{person.id}", now())
    return [_view(person) for person in people]


# --- for other features ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class KnownFace:
    """The template that a check-in is compared with, and the enrolment it came from."""

    enrolment_id: UUID
    template: Template
    enrolled_by: UUID


def require(
    person_id: UUID, by: Principal, action: str, *, or_among: Container[UUID] = (), lock: bool = False
) -> Person:
    """A person in the principal's districts, or among those named, whose data has not been erased."""
    person = db.session().get(Person, person_id) if person_id in or_among else None
    person = person or _row(person_id, by, action, lock=lock)
    if person.erased_at is not None:
        raise Conflict(_("This person's data was erased."))
    return person


def in_district(person_ids: Iterable[UUID], district_id: UUID) -> set[UUID]:
    """Those of the people who belong to a district and are not erased."""
    query = sa.select(Person.id).where(
        Person.id.in_(list(person_ids)), Person.district_id == district_id, Person.erased_at.is_(None)
    )
    return set(db.session().scalars(query))


def known_iins(iins: Iterable[str]) -> set[str]:
    """Those of the ИИН with which somebody is registered, in any district: told to who has the number already."""
    by_hash = {_iin_hash(iin): iin for iin in iins}
    hashes = sorted(by_hash)
    found: set[str] = set()
    for start in range(0, len(hashes), ASKED_AT_ONCE):
        query = sa.select(Person.iin_hash).where(Person.iin_hash.in_(hashes[start : start + ASKED_AT_ONCE]))
        found.update(by_hash[digest] for digest in db.session().scalars(query) if digest)
    return found


def versions(person_ids: Iterable[UUID]) -> dict[UUID, int]:
    """A number for each person that grows whenever the card changes."""
    rows = db.session().execute(sa.select(Person.id, Person.version).where(Person.id.in_(list(person_ids))))
    return {row.id: row.version for row in rows}


def cards(person_ids: Iterable[UUID], by: Principal) -> dict[UUID, PersonCard]:
    """What a phone or a task shows of people; each read is logged."""
    people = list(
        db.session().scalars(
            sa.select(Person).where(Person.id.in_(list(person_ids)), Person.erased_at.is_(None))
        )
    )
    enrolled = _enrolled([person.id for person in people])
    answer = {}
    for person in people:
        identity = _identity(person)
        log_access(by.actor, "people.card", f"person:{person.id}", now())
        answer[person.id] = PersonCard(
            id=person.id,
            initials=rules.initials(identity.family_name, identity.given_name, identity.patronymic),
            family_name=identity.family_name,
            given_name=identity.given_name,
            enrolled=person.id in enrolled,
            language=person.language,
        )
    return answer


def biometrics_allowed(person_id: UUID) -> bool:
    """Whether the person's face may be processed: neither refused nor erased. Lock the person for an answer that lasts."""
    query = sa.select(Person.biometric_basis).where(Person.id == person_id, Person.erased_at.is_(None))
    basis = db.session().scalar(query)
    return basis is not None and basis is not BiometricBasis.REFUSED


def comparable(person_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the people who have a face to compare with and have not refused it."""
    enrolled = _enrolled(list(person_ids))
    query = sa.select(Person.id).where(
        Person.id.in_(enrolled),
        Person.erased_at.is_(None),
        Person.biometric_basis != BiometricBasis.REFUSED,
    )
    return set(db.session().scalars(query))


def lock(person_id: UUID) -> None:
    """Keep a person to this transaction until it ends: a refusal, an erasure or another reckoning of the hours waits for it."""
    db.session().get(Person, person_id, with_for_update=True, populate_existing=True)


def known_face(person_id: UUID) -> KnownFace | None:
    """The newest template that fits the encoder in use."""
    sealed = (
        db.session()
        .execute(
            sa.select(Enrolment.id, Enrolment.sealed_template, Enrolment.created_by)
            .where(
                Enrolment.person_id == person_id,
                Enrolment.model_version == MODEL_VERSION,
                Enrolment.sealed_template.is_not(None),
            )
            .order_by(Enrolment.created_at.desc(), Enrolment.id.desc())
            .limit(1)
        )
        .first()
    )
    if sealed is None:
        return None
    plain = unseal(keys.key_of(person_id), sealed.sealed_template, bound_to=f"template:{sealed.id}")
    template = Template.from_bytes(plain)
    return KnownFace(sealed.id, template, sealed.created_by) if template.is_current else None


def touch(person: Person) -> None:
    """Say that a person's card changed."""
    person.version += 1


def _drop_biometrics(person: Person) -> None:
    """Delete a person's enrolment photos and templates; the enrolments' outcome stays."""
    names = [
        photo_blob(photo.enrolment_id, person.id, photo.sha256)
        for photo in db.session().scalars(
            sa.select(EnrolmentPhoto)
            .join(Enrolment, Enrolment.id == EnrolmentPhoto.enrolment_id)
            .where(Enrolment.person_id == person.id)
        )
    ]
    db.session().execute(
        sa.update(Enrolment).where(Enrolment.person_id == person.id).values(sealed_template=None)
    )
    after_commit(partial(_forget_blobs, names))


def _forget_blobs(names: list[str]) -> None:
    for name in names:
        blobs().delete(name)


def _in_scope(query: sa.Select[Person], by: Principal) -> sa.Select[Person]:
    allowed = districts_for(by, "people.read")
    return query if allowed is None else query.where(Person.district_id.in_(allowed))


def _row(person_id: UUID, by: Principal, action: str, *, lock: bool = False) -> Person:
    person = db.session().get(Person, person_id, with_for_update=lock, populate_existing=lock)
    allowed = districts_for(by, action)
    if person is None or (allowed is not None and person.district_id not in allowed):
        raise NotFound(PERSON, person_id)
    return person


def _view(person: Person) -> PersonView:
    erased = person.erased_at is not None
    return PersonView(
        id=person.id,
        district_id=person.district_id,
        identity=None if erased else _identity(person),
        language=person.language,
        biometric_basis=person.biometric_basis,
        enrolled=person.id in _enrolled([person.id]),
        erased=erased,
        created_at=person.created_at,
        version=person.version,
    )


def _enrolled(person_ids: list[UUID]) -> set[UUID]:
    query = sa.select(Enrolment.person_id).where(
        Enrolment.person_id.in_(person_ids),
        Enrolment.sealed_template.is_not(None),
        Enrolment.model_version == MODEL_VERSION,
    )
    return set(db.session().scalars(query))


def _cleaned(identity: Identity) -> Identity:
    cleaned = Identity(**{name: rules.clean_name(value) for name, value in asdict(identity).items()})
    errors: dict[str, list[Message]] = {}
    for name in ("family_name", "given_name"):
        if not getattr(cleaned, name):
            errors[name] = [_("must not be empty")]
    flaw = rules.iin_flaw(cleaned.iin)
    if flaw is not None:
        errors["iin"] = [flaw]
    if errors:
        raise Invalid(errors)
    return cleaned


def _free_iin_hash(iin: str, own_id: UUID | None = None) -> str:
    digest = _iin_hash(iin)
    holder_id = db.session().scalar(sa.select(Person.id).where(Person.iin_hash == digest))
    if holder_id is not None and holder_id != own_id:
        raise Conflict(
            _("A person with this ИИН is registered already: search by the ИИН, or ask the other districts.")
        )
    return digest


def _iin_hash(iin: str) -> str:
    return rules.iin_hash(iin, settings().secret_bytes("search_key"))


def _seal_identity(person: Person, identity: Identity, key: bytes) -> None:
    plain = json.dumps(asdict(identity), ensure_ascii=False).encode()
    person.sealed_identity = seal(key, plain, bound_to=f"identity:{person.id}")


def _identity(person: Person) -> Identity:
    assert person.sealed_identity is not None
    return Identity(
        **json.loads(unseal(keys.key_of(person.id), person.sealed_identity, bound_to=f"identity:{person.id}"))
    )
