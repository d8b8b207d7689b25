"""The words of an imported table of container sites in three languages, and how containers are written in a cell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from backend.containers.rules import Containers
from backend.tables.container_words import TYPES
from backend.tables.reading import Form
from shared.vocabulary import ContainerType


class Column(StrEnum):
    """A column of the form; its own name is understood as a heading too."""

    CODE = "code"
    ADDRESS = "address"
    DISTRICT = "district"
    LAT = "lat"
    LON = "lon"
    CONTAINERS = "containers"
    DEMAND_M3 = "demand_m3"
    DEMAND_KG = "demand_kg"
    SERVICE_MIN = "service_min"
    HOURS = "hours"
    ACCESS_NOTE = "access_note"
    MAX_GROSS_T = "max_gross_t"
    MAX_HEIGHT_M = "max_height_m"
    MAX_WIDTH_M = "max_width_m"
    PRIORITY = "priority"


TITLES: dict[Column, tuple[str, str, str]] = {  # ru, kk, en
    Column.CODE: ("Номер площадки", "Алаң нөмірі", "Site code"),
    Column.ADDRESS: ("Адрес", "Мекенжайы", "Address"),
    Column.DISTRICT: ("Район", "Аудан", "District"),
    Column.LAT: ("Широта", "Ендік", "Latitude"),
    Column.LON: ("Долгота", "Бойлық", "Longitude"),
    Column.CONTAINERS: ("Контейнеры", "Контейнерлер", "Containers"),
    Column.DEMAND_M3: ("Накопление, м³ в день", "Жиналуы, күніне м³", "Fill, m³ a day"),
    Column.DEMAND_KG: ("Накопление, кг в день", "Жиналуы, күніне кг", "Fill, kg a day"),
    Column.SERVICE_MIN: ("Минут на площадке", "Алаңдағы минут", "Minutes of service"),
    Column.HOURS: ("Когда можно", "Қашан болады", "Hours"),
    Column.ACCESS_NOTE: ("Подъезд", "Кіреберіс", "Access"),
    Column.MAX_GROSS_T: ("Машина не тяжелее, т", "Көлік ауыр емес, т", "Truck at most, t"),
    Column.MAX_HEIGHT_M: ("Машина не выше, м", "Көлік биік емес, м", "Truck height at most, m"),
    Column.MAX_WIDTH_M: ("Машина не шире, м", "Көлік кең емес, м", "Truck width at most, m"),
    Column.PRIORITY: ("Приоритет", "Басымдық", "Priority"),
}
REQUIRED = (Column.CODE, Column.ADDRESS, Column.LAT, Column.LON, Column.CONTAINERS, Column.DEMAND_M3)
LENGTHS = {
    Column.CODE: 40,
    Column.ADDRESS: 200,
    Column.ACCESS_NOTE: 500,
    Column.CONTAINERS: 300,
    Column.HOURS: 500,
    Column.DEMAND_M3: 120,
    Column.DEMAND_KG: 120,
}
FORM = Form(TITLES, required=REQUIRED, lengths=LENGTHS)
# Files of maps carry much that is no column here: it is said, and passed over
GEOJSON_FORM = Form(TITLES, required=REQUIRED, lengths=LENGTHS, ignores_others=True)
SOME = re.compile(
    r"^(?P<count>\d+)\s*[x×хX*]\s*(?P<volume>\d+(?:[.,]\d+)?)\s*(?:м³|м3|m³|m3)?\s*(?P<type>.*)$"
)


def read_containers(text: str) -> list[Containers]:
    """Containers as people write them: «3 × 1,1 евро; 1 × 8 бункер»; without a type they are wheeled. Raises ValueError."""
    found = []
    for part in filter(None, (part.strip() for part in re.split(r"[;+\n]", text.casefold()))):
        match = SOME.match(part)
        word = match["type"].strip(" ,") if match else ""
        if match is None or (word and word not in TYPES):
            raise ValueError(part)
        kind = TYPES[word] if word else ContainerType.WHEELED
        found.append(Containers(kind, int(match["count"]), float(match["volume"].replace(",", "."))))
    if not found:
        raise ValueError(text)
    return found


def write_containers(containers: Iterable[Containers]) -> str:
    """Containers as `read_containers` reads them."""
    return "; ".join(f"{each.count} × {each.volume_m3:g} {each.type.value}" for each in containers)
