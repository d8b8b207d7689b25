"""Example data: an ordinary winter morning in Petropavl, with everything that can go wrong at once. Names are invented."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from mobile.client.answers import Problem
from mobile.client.session import User
from mobile.outbox.ladder import About, Damage, Item, ItemKind, ItemState, WaitReason
from mobile.sync.overlay import LocalTask
from shared.contracts import PersonCard, TaskCard
from shared.geometry import Point
from shared.vocabulary import (
    CheckInState,
    EvidenceKind,
    Language,
    Outcome,
    Role,
    TaskKind,
    TaskState,
)

NOW = datetime(2026, 11, 22, 4, 40, tzinfo=UTC)  # a Sunday, 09:40 in Petropavl
HERE = Point(lat=54.8712, lon=69.1478)
PARK = {"type": "Point", "coordinates": [69.1478, 54.8712]}
STREET = {"type": "Point", "coordinates": [69.1760, 54.8840]}
FAMILY_NAMES = (
    "Ахметов",
    "Әбілқасымова",
    "Ғабитов",
    "Қожахметұлы",
    "Иванов",
    "Өмірзақов",
    "Ұлықбекова",
    "Смирнова",
)
INITIALS = ("С. Б.", "А. Қ.", "Н. І.", "Ү. Ө.", "П. С.", "Д. Ж.")


def uuid(number: int) -> UUID:
    """The same id every time."""
    return UUID(int=0x5EED_0000_0000_4000_8000_0000_0000_0000 + number)


def people(count: int) -> tuple[PersonCard, ...]:
    """Invented people, with every letter that Kazakh has more."""
    cards = []
    for number in range(count):
        family = FAMILY_NAMES[number % len(FAMILY_NAMES)]
        initials = INITIALS[number // len(FAMILY_NAMES) % len(INITIALS)]
        cards.append(
            PersonCard(
                id=uuid(1000 + number),
                initials=f"{family} {initials}",
                family_name=family,
                given_name=initials[0],
                enrolled=number % 7 != 6,
                language=Language.KK if number % 2 else Language.RU,
            )
        )
    return tuple(cards)


def task(
    number: int, title: str, state: TaskState, starts_h: float, hours: float = 4, **more: Any
) -> TaskCard:
    """A task that begins so many hours after midnight of the example's day."""
    midnight = NOW.replace(hour=0, minute=0) - timedelta(hours=5)
    values: dict[str, Any] = {
        "id": uuid(number),
        "kind": TaskKind.PUBLIC_WORKS,
        "title": title,
        "note": "",
        "state": state,
        "priority": 3,
        "starts_at": midnight + timedelta(hours=starts_h),
        "ends_at": midnight + timedelta(hours=starts_h + hours),
        "district_id": uuid(1),
        "geofence_id": None,
        "place": STREET,
        "radius_m": 120.0,
        "required_evidence": (EvidenceKind.CHECK_IN,),
        "people": (),
        "version": 1,
    }
    return TaskCard(**{**values, **more})


TASKS = (
    LocalTask(
        card=task(
            10,
            "Уборка снега, двор школы № 4",
            TaskState.ASSIGNED,
            6,
            2,
            people=people(4),
        ),
        unsent=False,
        withdrawn=False,
    ),
    LocalTask(
        card=task(
            11,
            "Парк Первого Президента",
            TaskState.IN_PROGRESS,
            9,
            place=PARK,
            people=people(12),
            note="Лопаты и жилеты у сторожа, вход с улицы Букетова. При −30 °C и ниже работы прекращаются.",
        ),
        unsent=True,
        withdrawn=False,
    ),
    LocalTask(
        card=task(
            12,
            "Осмотр остановочных павильонов на улице Интернациональной, от Жамбыла до Назарбаева",
            TaskState.ASSIGNED,
            14,
            kind=TaskKind.INSPECTION,
            required_evidence=(EvidenceKind.PHOTO, EvidenceKind.TRACK),
        ),
        unsent=False,
        withdrawn=False,
    ),
    LocalTask(
        card=task(13, "ул. Жамбыла, 120–180", TaskState.ASSIGNED, 20, 9, kind=TaskKind.SNOW),
        unsent=False,
        withdrawn=True,
    ),
    LocalTask(
        card=task(14, "Сквер Жеңіс, тазалау", TaskState.ASSIGNED, 33, people=people(8)),
        unsent=False,
        withdrawn=False,
    ),
    LocalTask(
        card=task(15, "Ремонт скамеек, Пестровское", TaskState.DONE, 7, 2, kind=TaskKind.REPAIR),
        unsent=False,
        withdrawn=False,
    ),
)


def item(number: int, state: ItemState, line: str, minutes_ago: float, **more: Any) -> Item:
    """An item of the outbox."""
    values: dict[str, Any] = {
        "number": number,
        "id": uuid(2000 + number),
        "kind": ItemKind.CHECK_IN,
        "owner_id": uuid(2),
        "state": state,
        "created_at": NOW - timedelta(minutes=minutes_ago),
        "about": About(line, {"task": uuid(11), "person": uuid(1000 + number)}),
        "photo_count": 12,
        "photo_bytes": 612_000,
        "photos_kept": state not in (ItemState.STORED, ItemState.VERIFIED),
    }
    return Item(**{**values, **more})


def judged(outcome: Outcome) -> dict[str, Any]:
    """The part of a server's answer that lists read."""
    return {
        "state": CheckInState.JUDGED.value,
        "outcome": outcome.value,
        "summary": "Принято: лицо совпало, телефон был в геозоне, время верно.",
    }


def seen(summary: str, **known: Any) -> dict[str, Any]:
    """The part of a server's answer on a defect that lists read."""
    return {"state": "received", "kind": None, "severity": None, "summary": summary, **known}


POTHOLE = seen(
    "Похоже: яма, степень — сильная. Это предположение, пока человек не подтвердит.",
    kind="pothole",
    severity="high",
    suggested=True,
)
DARK = seen("Оценить нельзя, слишком темно: снимите ещё раз со светом.", cannot="too_dark")
ITEMS = (
    item(0, ItemState.SENDING, "Ахметов С. Б. · приход", 0.5, tries=1),
    item(1, ItemState.SAVED, "Әбілқасымова А. Қ. · приход", 1, tries=3, why=WaitReason.UNREACHABLE, waits_until=NOW + timedelta(minutes=2)),
    item(2, ItemState.SENT, "Ғабитов Н. І. · приход", 4, tries=1, why=WaitReason.UNCONFIRMED),
    item(3, ItemState.REFUSED, "Қожахметұлы Ү. Ө. · приход", 9, tries=1, problem=Problem(status=409, slug="conflict", detail="Эта отметка уже прислана с другим содержимым: сделайте новую.")),
    item(4, ItemState.DAMAGED, "Иванов П. С. · приход", 12, damage=Damage.FILE_MISSING),
    item(5, ItemState.STORED, "Өмірзақов Д. Ж. · приход", 15),
    item(6, ItemState.VERIFIED, "Ұлықбекова А. Қ. · приход", 18, answer=judged(Outcome.ACCEPTED)),
    item(7, ItemState.VERIFIED, "Смирнова С. Б. · приход", 25, answer=judged(Outcome.TO_REVIEW)),
    item(8, ItemState.SAVED, "Парк Первого Президента · в работе", 41, kind=ItemKind.TASK_MOVE, photo_count=0, photo_bytes=0, withdrawn=True, about=About("Парк Первого Президента · в работе", {"task": uuid(11)})),
    item(10, ItemState.STORED, "Дефект, 2 фото", 55, kind=ItemKind.DEFECT, photo_count=2, answer=POTHOLE, about=About("Дефект, 2 фото")),
    item(11, ItemState.STORED, "Яма, 1 фото", 60, kind=ItemKind.DEFECT, photo_count=1, answer=DARK, about=About("Яма, 1 фото")),
    item(9, ItemState.VERIFIED, "Яма, ул. Букетова, 41", 60 * 17, kind=ItemKind.DEFECT, photo_count=2, about=About("Яма, ул. Букетова, 41")),
)  # fmt: skip

USER = User(
    id=uuid(2), login="nurlan", display_name="Нұрлан Сәрсенов", role=Role.SUPERVISOR, language=Language.RU
)
