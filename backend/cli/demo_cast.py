"""Who and what the demo city consists of: districts, staff, places and people of an invented Petropavl.

Places are honest approximations of real ones (rounded to about 10 m; orientation © OpenStreetMap contributors). People
are invented: their ИИН are well-formed, but name a day above 40, so they belong to nobody.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from shared.vocabulary import BiometricBasis, Language, Role

METRES_PER_DEGREE = 111_195.0
Corner = tuple[float, float]  # lat, lon


@dataclass(frozen=True)
class DemoDistrict:
    """A part of the city."""

    code: str
    name_ru: str
    name_kk: str
    name_en: str


@dataclass(frozen=True)
class DemoUser:
    """A member of staff; administrators need no district."""

    login: str
    display_name: str
    role: Role
    districts: tuple[str, ...] = ()


@dataclass(frozen=True)
class DemoPlace:
    """A geofence: a ring of corners, not closed."""

    name: str
    district: str
    corners: tuple[Corner, ...]

    @property
    def boundary(self) -> dict[str, object]:
        """The place as a GeoJSON Polygon."""
        ring = [[lon, lat] for lat, lon in (*self.corners, self.corners[0])]
        return {"type": "Polygon", "coordinates": [ring]}


@dataclass(frozen=True)
class DemoPerson:
    """Somebody who serves public works, and the face to enrol, if any."""

    family_name: str
    given_name: str
    patronymic: str
    iin: str
    district: str
    language: Language = Language.RU
    face: str = ""
    basis: BiometricBasis = BiometricBasis.CONSENT


def corridor(start: Corner, end: Corner, width_m: float) -> tuple[Corner, ...]:
    """The rectangle along a straight piece of street."""
    shrink = math.cos(math.radians(start[0]))
    north, east = end[0] - start[0], (end[1] - start[1]) * shrink
    length = math.hypot(north, east)
    half = width_m / 2 / METRES_PER_DEGREE / length
    across = (-east * half, north * half / shrink)
    return (
        (start[0] + across[0], start[1] + across[1]),
        (end[0] + across[0], end[1] + across[1]),
        (end[0] - across[0], end[1] - across[1]),
        (start[0] - across[0], start[1] - across[1]),
    )


DISTRICTS = (
    DemoDistrict("centre", "Центр", "Орталық", "Centre"),
    DemoDistrict("north", "Северный район", "Солтүстік ауданы", "North"),
    DemoDistrict("bereke", "Береке", "Береке", "Bereke"),
)

STAFF = (
    DemoUser("admin", "Ержан Касымов", Role.ADMINISTRATOR),
    DemoUser("dispatcher", "Гүлнар Әбенова", Role.DISPATCHER, ("centre",)),
    DemoUser("supervisor", "Марат Жұмабеков", Role.SUPERVISOR, ("centre",)),
    DemoUser("crew", "Бригада № 4", Role.CREW, ("centre",)),
    DemoUser("probation", "Ольга Кравченко", Role.PROBATION_OFFICER, ("centre", "north", "bereke")),
    DemoUser("dispatcher-north", "Сергей Лебедев", Role.DISPATCHER, ("north", "bereke")),
    DemoUser("supervisor-north", "Динара Оспанова", Role.SUPERVISOR, ("north", "bereke")),
)

PARK, PEDESTRIAN, ZHAMBYL, BUKETOV, NAZARBAYEV = (
    "Парк Первого Президента",
    "Пешеходная улица Конституции Казахстана",
    "Улица Жамбыла, у Букетова",
    "Улица Букетова, у Жамбыла",
    "Улица Назарбаева, у Сутюшева",
)
VICTORY, EMBANKMENT, NAZARBAYEV_NORTH = (
    "Парк Победы",
    "Набережная улица",
    "Улица Назарбаева, северная часть",
)
BEREKE, AUEZOV = "Парк Береке", "Улица Ауэзова, восточная часть"

PLACES = (
    DemoPlace(
        PARK,
        "centre",
        (
            (54.8636, 69.1384),
            (54.8624, 69.1369),
            (54.8616, 69.1359),
            (54.8602, 69.1381),
            (54.8589, 69.1358),
            (54.8572, 69.1386),
            (54.8561, 69.1366),
            (54.8546, 69.1395),
            (54.8563, 69.1459),
            (54.8574, 69.1450),
            (54.8594, 69.1419),
            (54.8599, 69.1410),
            (54.8610, 69.1425),
        ),
    ),
    DemoPlace(PEDESTRIAN, "centre", corridor((54.8646, 69.1371), (54.8690, 69.1300), 90)),
    DemoPlace(ZHAMBYL, "centre", corridor((54.8649, 69.1348), (54.8701, 69.1446), 80)),
    DemoPlace(BUKETOV, "centre", corridor((54.8650, 69.1435), (54.8700, 69.1355), 80)),
    DemoPlace(NAZARBAYEV, "centre", corridor((54.8679, 69.1282), (54.8720, 69.1357), 80)),
    DemoPlace(
        VICTORY,
        "north",
        (
            (54.8976, 69.1336),
            (54.8977, 69.1320),
            (54.8970, 69.1314),
            (54.8952, 69.1311),
            (54.8947, 69.1322),
            (54.8944, 69.1359),
            (54.8975, 69.1362),
        ),
    ),
    DemoPlace(EMBANKMENT, "north", corridor((54.9024, 69.1367), (54.9068, 69.1334), 90)),
    DemoPlace(NAZARBAYEV_NORTH, "north", corridor((54.8860, 69.1452), (54.8940, 69.1462), 80)),
    DemoPlace(
        BEREKE,
        "bereke",
        ((54.8756, 69.1905), (54.8756, 69.1922), (54.8738, 69.1928), (54.8736, 69.1925), (54.8737, 69.1905)),
    ),
    DemoPlace(AUEZOV, "bereke", corridor((54.8798, 69.1946), (54.8795, 69.2054), 80)),
)

KK, REFUSED, LAW = Language.KK, BiometricBasis.REFUSED, BiometricBasis.LAW
STRANGERS = ("orl/s9", "orl/s20", "orl/s13")

PEOPLE = (
    DemoPerson("Соколова", "Елена", "Викторовна", "751051400210", "centre", face="portrait"),
    DemoPerson("Ахметов", "Серік", "Болатұлы", "800341400137", "centre", KK, "orl/s14"),
    DemoPerson("Петренко", "Андрей", "Николаевич", "910745401144", "centre", face="orl/s18"),
    DemoPerson("Жақсыбеков", "Нұрлан", "Ерланұлы", "881156400377", "centre", KK, "orl/s11"),
    DemoPerson("Мельник", "Виктор", "Павлович", "950221500587", "centre"),
    DemoPerson("Әлімжанова", "Айгүл", "Мұратқызы", "830644500265", "centre", KK, basis=REFUSED),
    DemoPerson("Ковалёв", "Дмитрий", "Сергеевич", "790949400910", "centre"),
    DemoPerson("Сейітова", "Мәдина", "Асқарқызы", "920153401722", "centre", KK),
    DemoPerson("Тулегенов", "Руслан", "Кайратович", "861243500332", "north", face="orl/s5"),
    DemoPerson("Омаров", "Дәурен", "Талғатұлы", "970856400458", "north", KK, "orl/s4", LAW),
    DemoPerson("Захарова", "Ирина", "Олеговна", "900357400660", "north"),
    DemoPerson("Қожахметов", "Бауыржан", "", "841148400871", "north", KK, basis=REFUSED),
    DemoPerson("Шевченко", "Максим", "Игоревич", "930661400986", "bereke"),
    DemoPerson("Ибраев", "Асхат", "Жанатович", "780229401090", "bereke"),
    DemoPerson("Нұрпейісова", "Жанар", "", "961055401105", "bereke", KK),
)
