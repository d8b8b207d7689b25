"""The work of the demo city: what is planned for each day, in the city's own hours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from backend.cli.demo_cast import (
    AUEZOV,
    BEREKE,
    BUKETOV,
    EMBANKMENT,
    NAZARBAYEV,
    NAZARBAYEV_NORTH,
    PARK,
    PEDESTRIAN,
    VICTORY,
    ZHAMBYL,
)
from shared.vocabulary import EvidenceKind, TaskKind


@dataclass(frozen=True)
class DemoTask:
    """A task that comes back every day; hours above 24 lie in the next day."""

    title: str
    kind: TaskKind
    place: str
    from_h: int
    until_h: int
    assignee: str
    priority: int = 3
    families: tuple[str, ...] = ()

    @property
    def evidence(self) -> tuple[EvidenceKind, ...]:
        """What must be there before it is done."""
        return (EvidenceKind.CHECK_IN,) if self.kind is TaskKind.PUBLIC_WORKS else ()


WORKS, NORTH = TaskKind.PUBLIC_WORKS, "supervisor-north"
DAY_SHIFT = ("Соколова", "Ахметов", "Петренко", "Мельник", "Әлімжанова")
EVENING_SHIFT = ("Соколова", "Жақсыбеков", "Ковалёв", "Сейітова")
NIGHT_SHIFT = ("Соколова", "Ахметов", "Жақсыбеков")

# The three shifts in the centre follow each other round the clock, so that a demonstration works at any hour.
TASKS = (
    DemoTask("Уборка аллей парка", WORKS, PARK, 6, 14, "supervisor", 2, DAY_SHIFT),
    DemoTask("Очистка урн и скамеек", WORKS, PEDESTRIAN, 14, 22, "supervisor", 3, EVENING_SHIFT),
    DemoTask("Расчистка остановок от снега", WORKS, ZHAMBYL, 22, 30, "supervisor", 2, NIGHT_SHIFT),
    DemoTask("Уборка парка Победы", WORKS, VICTORY, 8, 13, NORTH, 3, ("Тулегенов", "Омаров", "Қожахметов")),
    DemoTask("Побелка бордюров", WORKS, EMBANKMENT, 13, 20, NORTH, 4, ("Тулегенов", "Захарова")),
    DemoTask("Посыпка тротуаров", WORKS, NAZARBAYEV_NORTH, 20, 32, NORTH, 2, ("Тулегенов", "Омаров")),
    DemoTask("Уборка парка Береке", WORKS, BEREKE, 9, 17, NORTH, 3, ("Шевченко", "Ибраев", "Нұрпейісова")),
    DemoTask("Осмотр светофоров", TaskKind.INSPECTION, ZHAMBYL, 9, 12, "crew", 3),
    DemoTask("Ямочный ремонт", TaskKind.REPAIR, NAZARBAYEV, 9, 17, "crew", 2),
    DemoTask("Вывоз переполненных контейнеров", TaskKind.WASTE, BUKETOV, 7, 12, "crew", 1),
    DemoTask("Вывоз снега", TaskKind.SNOW, ZHAMBYL, 20, 29, "crew", 1),
    DemoTask("Осмотр освещения", TaskKind.INSPECTION, AUEZOV, 18, 21, NORTH, 4),
)


def windows(now: datetime, zone: ZoneInfo) -> Iterator[tuple[DemoTask, datetime, datetime]]:
    """Each task with its begin and end: what is left of yesterday, today's and tomorrow's."""
    today = now.astimezone(zone).date()
    for offset in (-1, 0, 1):
        day = today + timedelta(days=offset)
        for task in TASKS:
            start, end = at_hour(day, task.from_h, zone), at_hour(day, task.until_h, zone)
            if end > now or offset == 0:
                yield task, start, end


def at_hour(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """An hour of a day by the city's clock; 26 is two o'clock in the night that follows."""
    return datetime.combine(day + timedelta(days=hour // 24), time(hour % 24), zone)
