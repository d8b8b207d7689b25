"""The words of an imported table of vehicles in three languages: its headings, and what may stand in its cells."""

from __future__ import annotations

from enum import StrEnum

from backend.tables.reading import Form
from shared.vocabulary import VehicleKind


class Column(StrEnum):
    """A column of the form; its own name is understood as a heading too."""

    BOARD_NUMBER = "board_number"
    PLATE = "plate"
    KIND = "kind"
    MODEL = "model"
    DISTRICT = "district"
    CONTRACTOR = "contractor"
    DEPOT = "depot"
    CONTAINER_TYPES = "container_types"
    CAPACITY_KG = "capacity_kg"
    CAPACITY_M3 = "capacity_m3"
    COMPACTION = "compaction"
    LOADING_M3_H = "loading_m3_h"
    GROSS_WEIGHT_T = "gross_weight_t"
    HEIGHT_M = "height_m"
    WIDTH_M = "width_m"
    COST_FIXED_KZT = "cost_fixed_kzt"
    COST_PER_KM_KZT = "cost_per_km_kzt"
    COST_PER_H_KZT = "cost_per_h_kzt"
    OUT_REASON = "out_reason"


TITLES: dict[Column, tuple[str, str, str]] = {  # ru, kk, en
    Column.BOARD_NUMBER: ("Бортовой номер", "Борт нөмірі", "Board number"),
    Column.PLATE: ("Госномер", "Мемлекеттік нөмір", "Plate"),
    Column.KIND: ("Вид техники", "Техника түрі", "Kind"),
    Column.MODEL: ("Модель", "Үлгісі", "Model"),
    Column.DISTRICT: ("Район", "Аудан", "District"),
    Column.CONTRACTOR: ("Подрядчик", "Мердігер", "Contractor"),
    Column.DEPOT: ("База", "Тұрағы", "Depot"),
    Column.CONTAINER_TYPES: ("Типы контейнеров", "Контейнер түрлері", "Container types"),
    Column.CAPACITY_KG: ("Грузоподъёмность, кг", "Жүк көтергіштігі, кг", "Payload, kg"),
    Column.CAPACITY_M3: ("Объём кузова, м³", "Шанақ көлемі, м³", "Body, m³"),
    Column.COMPACTION: ("Уплотнение", "Нығыздау", "Compaction"),
    Column.LOADING_M3_H: ("Погрузка, м³ в час", "Тиеу, сағатына м³", "Loads, m³ an hour"),
    Column.GROSS_WEIGHT_T: ("Полная масса, т", "Толық массасы, т", "Gross weight, t"),
    Column.HEIGHT_M: ("Высота, м", "Биіктігі, м", "Height, m"),
    Column.WIDTH_M: ("Ширина, м", "Ені, м", "Width, m"),
    Column.COST_FIXED_KZT: ("Смена, ₸", "Ауысым, ₸", "Shift, KZT"),
    Column.COST_PER_KM_KZT: ("Километр, ₸", "Шақырым, ₸", "Kilometre, KZT"),
    Column.COST_PER_H_KZT: ("Час, ₸", "Сағат, ₸", "Hour, KZT"),
    Column.OUT_REASON: ("Не на ходу, причина", "Жұмыста емес, себебі", "Out of service, reason"),
}
FORM = Form(
    TITLES,
    required=(Column.BOARD_NUMBER, Column.KIND),
    lengths={
        Column.BOARD_NUMBER: 20,
        Column.PLATE: 15,
        Column.MODEL: 80,
        Column.CONTRACTOR: 120,
        Column.OUT_REASON: 200,
    },
)
KINDS: dict[str, VehicleKind] = {
    "мусоровоз задний": VehicleKind.REFUSE_REAR,
    "мусоровоз боковой": VehicleKind.REFUSE_SIDE,
    "мусоровоз фронтальный": VehicleKind.REFUSE_FRONT,
    "мусоровоз с краном": VehicleKind.REFUSE_CRANE,
    "бункеровоз": VehicleKind.SKIP_LOADER,
    "снегоочиститель": VehicleKind.PLOUGH,
    "автогрейдер": VehicleKind.GRADER,
    "грейдер": VehicleKind.GRADER,
    "пескоразбрасыватель": VehicleKind.SPREADER,
    "подметальная": VehicleKind.SWEEPER,
    "погрузчик": VehicleKind.LOADER,
    "снегопогрузчик": VehicleKind.SNOW_LOADER,
    "самосвал": VehicleKind.DUMP_TRUCK,
    "трактор": VehicleKind.TRACTOR,
    "прочее": VehicleKind.OTHER,
    "қоқыс тасығыш (артқы)": VehicleKind.REFUSE_REAR,
    "қоқыс тасығыш (бүйірлік)": VehicleKind.REFUSE_SIDE,
    "бункер тасығыш": VehicleKind.SKIP_LOADER,
    "қар тазалағыш": VehicleKind.PLOUGH,
    "құм шашқыш": VehicleKind.SPREADER,
    "тиегіш": VehicleKind.LOADER,
    "қар тиегіш": VehicleKind.SNOW_LOADER,
    "өзі аударғыш": VehicleKind.DUMP_TRUCK,
    "басқа": VehicleKind.OTHER,
    **{kind.value: kind for kind in VehicleKind},
}
