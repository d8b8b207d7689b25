"""The words of an imported table in three languages: its headings, and what may stand in its cells."""

from __future__ import annotations

from enum import StrEnum

from backend.people.rules import NAME_MAX
from backend.tables.reading import Form
from shared.vocabulary import BiometricBasis, Language, Regime


class Column(StrEnum):
    """A column of the form; its own name is understood as a heading too."""

    IIN = "iin"
    FAMILY_NAME = "family_name"
    GIVEN_NAME = "given_name"
    PATRONYMIC = "patronymic"
    LANGUAGE = "language"
    BIOMETRIC_BASIS = "biometric_basis"
    DISTRICT = "district"
    NUMBER = "number"
    REGIME = "regime"
    HOURS = "hours"
    EMPLOYED = "employed"
    DAILY_CAP_H = "daily_cap_h"
    WEEKLY_CAP_H = "weekly_cap_h"
    STARTS_ON = "starts_on"
    ENDS_ON = "ends_on"
    RECEIVED_ON = "received_on"
    WORK_KIND = "work_kind"


TITLES: dict[Column, tuple[str, str, str]] = {  # ru, kk, en
    Column.IIN: ("ИИН", "ЖСН", "IIN"),
    Column.FAMILY_NAME: ("Фамилия", "Тегі", "Family name"),
    Column.GIVEN_NAME: ("Имя", "Аты", "Given name"),
    Column.PATRONYMIC: ("Отчество", "Әкесінің аты", "Patronymic"),
    Column.LANGUAGE: ("Язык", "Тілі", "Language"),
    Column.BIOMETRIC_BASIS: ("Основание биометрии", "Биометрия негізі", "Biometric basis"),
    Column.DISTRICT: ("Район", "Аудан", "District"),
    Column.NUMBER: ("Номер акта", "Акт нөмірі", "Act number"),
    Column.REGIME: ("Вид наказания", "Жаза түрі", "Regime"),
    Column.HOURS: ("Часов всего", "Барлық сағат", "Total hours"),
    Column.EMPLOYED: ("Работает или учится", "Жұмыс істейді не оқиды", "Works or studies"),
    Column.DAILY_CAP_H: ("Часов в день не более", "Күніне сағаттан аспайды", "Hours a day at most"),
    Column.WEEKLY_CAP_H: ("Часов в неделю не более", "Аптасына сағаттан аспайды", "Hours a week at most"),
    Column.STARTS_ON: ("Начало", "Басталуы", "Starts on"),
    Column.ENDS_ON: ("Окончание", "Аяқталуы", "Ends on"),
    Column.RECEIVED_ON: ("Получен акиматом", "Әкімдік алған күні", "Received on"),
    Column.WORK_KIND: ("Вид работ", "Жұмыс түрі", "Kind of work"),
}
NAMES = (Column.FAMILY_NAME, Column.GIVEN_NAME, Column.PATRONYMIC)
FORM = Form(
    TITLES,
    required=(
        Column.IIN,
        Column.FAMILY_NAME,
        Column.GIVEN_NAME,
        Column.BIOMETRIC_BASIS,
        Column.NUMBER,
        Column.REGIME,
        Column.HOURS,
        Column.EMPLOYED,
        Column.STARTS_ON,
    ),
    lengths={Column.NUMBER: 80, Column.WORK_KIND: 200, **dict.fromkeys(NAMES, NAME_MAX)},
)

REGIMES: dict[str, Regime] = {
    "уголовный": Regime.CRIMINAL,
    "административный": Regime.ADMINISTRATIVE,
    "қылмыстық": Regime.CRIMINAL,
    "әкімшілік": Regime.ADMINISTRATIVE,
    "criminal": Regime.CRIMINAL,
    "administrative": Regime.ADMINISTRATIVE,
}
BASES: dict[str, BiometricBasis] = {
    "согласие": BiometricBasis.CONSENT,
    "закон": BiometricBasis.LAW,
    "отказ": BiometricBasis.REFUSED,
    "келісім": BiometricBasis.CONSENT,
    "заң": BiometricBasis.LAW,
    "бас тарту": BiometricBasis.REFUSED,
    "consent": BiometricBasis.CONSENT,
    "law": BiometricBasis.LAW,
    "refused": BiometricBasis.REFUSED,
}
LANGUAGES: dict[str, Language] = {
    "русский": Language.RU,
    "казахский": Language.KK,
    "английский": Language.EN,
    "орысша": Language.RU,
    "қазақша": Language.KK,
    "ағылшынша": Language.EN,
    **{language.value: language for language in Language},
}
