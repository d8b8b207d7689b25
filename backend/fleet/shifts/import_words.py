"""The words of an imported table of shifts in three languages: its headings."""

from __future__ import annotations

from enum import StrEnum

from backend.tables.reading import Form


class Column(StrEnum):
    """A column of the form; its own name is understood as a heading too."""

    DAY = "day"
    STARTS = "starts"
    ENDS = "ends"
    BOARD_NUMBER = "board_number"
    DRIVER = "driver"
    DISTRICT = "district"
    BREAK_FROM = "break_from"
    BREAK_UNTIL = "break_until"
    BREAK_MIN = "break_min"
    NOTE = "note"


TITLES: dict[Column, tuple[str, str, str]] = {  # ru, kk, en
    Column.DAY: ("Дата", "Күні", "Day"),
    Column.STARTS: ("Начало", "Басталуы", "Starts"),
    Column.ENDS: ("Конец", "Аяқталуы", "Ends"),
    Column.BOARD_NUMBER: ("Бортовой номер", "Борт нөмірі", "Board number"),
    Column.DRIVER: ("Водитель (логин)", "Жүргізуші (логин)", "Driver (login)"),
    Column.DISTRICT: ("Район", "Аудан", "District"),
    Column.BREAK_FROM: ("Перерыв не раньше", "Үзіліс, ең ерте", "Break from"),
    Column.BREAK_UNTIL: ("Перерыв не позже", "Үзіліс, ең кеш", "Break until"),
    Column.BREAK_MIN: ("Перерыв, минут", "Үзіліс, минут", "Break, minutes"),
    Column.NOTE: ("Примечание", "Ескертпе", "Note"),
}
FORM = Form(
    TITLES,
    required=(Column.DAY, Column.STARTS, Column.ENDS, Column.BOARD_NUMBER),
    lengths={Column.BOARD_NUMBER: 20, Column.DRIVER: 64, Column.NOTE: 500},
)
