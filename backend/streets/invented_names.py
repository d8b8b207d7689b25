"""Streets of the invented city: real names of Petropavl in its three languages, and how great each street is. Pure data.

The centre's lines are given in metres from the crossing of Zhambyl and Buketov, the others' in metres north or east of it.
"""

from __future__ import annotations

from backend.streets.network import StreetClass, StreetName

PRIMARY, SECONDARY, TERTIARY, RESIDENTIAL = (
    StreetClass.PRIMARY,
    StreetClass.SECONDARY,
    StreetClass.TERTIARY,
    StreetClass.RESIDENTIAL,
)
Line = tuple[int, StreetClass, StreetName]

ALONG_CENTRE: tuple[Line, ...] = (  # towards north-east; by metres north-west
    (-1200, SECONDARY, StreetName("улица Сатпаева", "Сәтбаев көшесі", "Satpayev street")),
    (-930, RESIDENTIAL, StreetName("улица Токсан би", "Тоқсан би көшесі", "Toksan bi street")),
    (-700, RESIDENTIAL, StreetName("улица Горького", "Горький көшесі", "Gorky street")),
    (-460, TERTIARY, StreetName("улица Валиханова", "Уәлиханов көшесі", "Valikhanov street")),
    (-230, RESIDENTIAL, StreetName("улица Васильева", "Васильев көшесі", "Vasilyev street")),
    (0, SECONDARY, StreetName("улица Жамбыла", "Жамбыл көшесі", "Zhambyl street")),
    (265, RESIDENTIAL, StreetName("улица Жумабаева", "Жұмабаев көшесі", "Zhumabayev street")),
    (532, SECONDARY, StreetName("улица Назарбаева", "Назарбаев көшесі", "Nazarbayev street")),
    (790, RESIDENTIAL, StreetName("улица Пушкина", "Пушкин көшесі", "Pushkin street")),
    (1040, RESIDENTIAL, StreetName("Береговая улица", "Жағалау көшесі", "Beregovaya street")),
)
ACROSS_CENTRE: tuple[Line, ...] = (  # towards north-west; by metres north-east
    (-1180, RESIDENTIAL, StreetName("улица Хименко", "Хименко көшесі", "Khimenko street")),
    (-920, RESIDENTIAL, StreetName("улица Гоголя", "Гоголь көшесі", "Gogol street")),
    (-680, TERTIARY, StreetName("улица Сутюшева", "Сүтішев көшесі", "Sutyushev street")),
    (-510, TERTIARY, StreetName("улица Брусиловского", "Брусиловский көшесі", "Brusilovsky street")),
    (
        -337,
        RESIDENTIAL,
        StreetName("улица Конституции Казахстана", "Қазақстан Конституциясы көшесі", "Constitution street"),
    ),
    (-165, RESIDENTIAL, StreetName("Театральная улица", "Театр көшесі", "Teatralnaya street")),
    (0, TERTIARY, StreetName("улица Букетова", "Бөкетов көшесі", "Buketov street")),
    (
        230,
        PRIMARY,
        StreetName("Интернациональная улица", "Интернационал көшесі", "Internatsionalnaya street"),
    ),
    (470, TERTIARY, StreetName("улица Абая", "Абай көшесі", "Abai street")),
    (730, RESIDENTIAL, StreetName("улица Кошукова", "Кошуков көшесі", "Koshukov street")),
    (1000, RESIDENTIAL, StreetName("улица Калинина", "Калинин көшесі", "Kalinin street")),
)
ALONG_NORTH: tuple[Line, ...] = (  # towards east; by metres north
    (2057, TERTIARY, StreetName("улица Мусрепова", "Мүсірепов көшесі", "Musrepov street")),
    (2330, RESIDENTIAL, StreetName("Партизанская улица", "Партизан көшесі", "Partizanskaya street")),
    (2640, RESIDENTIAL, StreetName("улица Алтынсарина", "Алтынсарин көшесі", "Altynsarin street")),
    (2947, SECONDARY, StreetName("улица Гашека", "Гашек көшесі", "Hasek street")),
    (3420, RESIDENTIAL, StreetName("улица Победы", "Жеңіс көшесі", "Pobedy street")),
    (3900, TERTIARY, StreetName("улица Медведева", "Медведев көшесі", "Medvedev street")),
)
NAZARBAYEV_NORTH = 390
ACROSS_NORTH: tuple[Line, ...] = (  # towards north; by metres east
    (-600, RESIDENTIAL, StreetName("Парковая улица", "Парк көшесі", "Parkovaya street")),
    (-186, TERTIARY, StreetName("Набережная улица", "Жағалау даңғылы", "Naberezhnaya street")),
    (110, RESIDENTIAL, StreetName("Крепостная улица", "Қамал көшесі", "Krepostnaya street")),
    (NAZARBAYEV_NORTH, SECONDARY, StreetName("улица Назарбаева", "Назарбаев көшесі", "Nazarbayev street")),
    (900, SECONDARY, StreetName("улица Жамбыла", "Жамбыл көшесі", "Zhambyl street")),
    (1400, RESIDENTIAL, StreetName("улица Космонавтов", "Ғарышкерлер көшесі", "Kosmonavtov street")),
)
ACROSS_BEREKE: tuple[Line, ...] = (  # towards north; by metres east
    (3000, TERTIARY, StreetName("улица Сатпаева", "Сәтбаев көшесі", "Satpayev street")),
    (3220, RESIDENTIAL, StreetName("улица Жукова", "Жуков көшесі", "Zhukov street")),
    (3460, RESIDENTIAL, StreetName("улица Шажимбаева", "Шажымбаев көшесі", "Shazhimbayev street")),
    (3800, RESIDENTIAL, StreetName("улица Кизатова", "Қизатов көшесі", "Kizatov street")),
)
ALONG_BEREKE: tuple[Line, ...] = (  # towards east; by metres north
    (640, RESIDENTIAL, StreetName("улица Береке", "Береке көшесі", "Bereke street")),
    (960, RESIDENTIAL, StreetName("улица Украинская", "Украина көшесі", "Ukrainskaya street")),
)
AUEZOV = StreetName("улица Ауэзова", "Әуезов көшесі", "Auezov street")
SATPAYEV = StreetName("улица Сатпаева", "Сәтбаев көшесі", "Satpayev street")
ZHAMBYL = StreetName("улица Жамбыла", "Жамбыл көшесі", "Zhambyl street")
NAZARBAYEV = StreetName("улица Назарбаева", "Назарбаев көшесі", "Nazarbayev street")
INTERNATIONAL = StreetName("Интернациональная улица", "Интернационал көшесі", "Internatsionalnaya street")
EMBANKMENT = StreetName("Набережная улица", "Жағалау даңғылы", "Naberezhnaya street")
OLD_BRIDGE = StreetName("Старый мост через Ишим", "Есіл үстіндегі ескі көпір", "Old bridge over the Ishim")
NEW_BRIDGE = StreetName("Новый мост через Ишим", "Есіл үстіндегі жаңа көпір", "New bridge over the Ishim")
BEHIND_THE_RIVER = StreetName("Заречная улица", "Заречная көшесі", "Zarechnaya street")
BYPASS = StreetName("Объездная дорога", "Айналма жол", "Bypass road")
