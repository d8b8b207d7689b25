"""The words of an imported table of facilities in three languages: its headings, and what may stand in its cells."""

from __future__ import annotations

from enum import StrEnum

from backend.tables.reading import Form
from shared.vocabulary import FacilityKind


class Column(StrEnum):
    """A column of the form; its own name is understood as a heading too."""

    NAME = "name"
    KIND = "kind"
    ADDRESS = "address"
    DISTRICT = "district"
    LAT = "lat"
    LON = "lon"
    HOURS = "hours"
    UNLOAD_MIN = "unload_min"
    QUEUE_MIN = "queue_min"
    BAYS = "bays"
    CAPACITY_T_DAY = "capacity_t_day"
    CAPACITY_M3_DAY = "capacity_m3_day"
    PRICE_M3_KZT = "price_m3_kzt"
    CLOSED_REASON = "closed_reason"
    NOTE = "note"


TITLES: dict[Column, tuple[str, str, str]] = {  # ru, kk, en
    Column.NAME: ("Название", "Атауы", "Name"),
    Column.KIND: ("Вид объекта", "Нысан түрі", "Kind"),
    Column.ADDRESS: ("Адрес", "Мекенжайы", "Address"),
    Column.DISTRICT: ("Район", "Аудан", "District"),
    Column.LAT: ("Широта", "Ендік", "Latitude"),
    Column.LON: ("Долгота", "Бойлық", "Longitude"),
    Column.HOURS: ("Часы работы", "Жұмыс уақыты", "Hours"),
    Column.UNLOAD_MIN: ("Минут на выгрузку", "Түсіруге минут", "Minutes to unload"),
    Column.QUEUE_MIN: ("Минут в очереди", "Кезекте минут", "Minutes of queue"),
    Column.BAYS: ("Мест одновременно", "Бір мезгілде орын", "Bays"),
    Column.CAPACITY_T_DAY: ("Приём, т в день", "Қабылдау, күніне т", "Takes, t a day"),
    Column.CAPACITY_M3_DAY: ("Приём, м³ в день", "Қабылдау, күніне м³", "Takes, m³ a day"),
    Column.PRICE_M3_KZT: ("Цена за м³, ₸", "м³ бағасы, ₸", "Price of an m³, KZT"),
    Column.CLOSED_REASON: ("Закрыт, причина", "Жабық, себебі", "Closed, reason"),
    Column.NOTE: ("Примечание", "Ескертпе", "Note"),
}
FORM = Form(
    TITLES,
    required=(Column.NAME, Column.KIND, Column.LAT, Column.LON),
    lengths={
        Column.NAME: 120,
        Column.ADDRESS: 200,
        Column.HOURS: 500,
        Column.CLOSED_REASON: 200,
        Column.NOTE: 500,
    },
)
KINDS: dict[str, FacilityKind] = {
    "база": FacilityKind.DEPOT,
    "гараж": FacilityKind.DEPOT,
    "полигон": FacilityKind.LANDFILL,
    "перегрузочная станция": FacilityKind.TRANSFER_STATION,
    "снегосвалка": FacilityKind.SNOW_DUMP,
    "тұрақ": FacilityKind.DEPOT,
    "қайта тиеу станциясы": FacilityKind.TRANSFER_STATION,
    "қар төгетін орын": FacilityKind.SNOW_DUMP,
    **{kind.value: kind for kind in FacilityKind},
}
