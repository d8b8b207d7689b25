"""The reader's language: messages with their plural forms, dates, distances and waits as people say them.

Dates are the city's: «22 ноя, 14:05»; distances «120 м», «3,4 км»; a wait is rounded down to what matters.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from mobile.models.observed import Observed
from shared.i18n import DEFAULT_LANGUAGE, translate
from shared.i18n import Message as _
from shared.vocabulary import Language

CITY_ZONE = ZoneInfo("Asia/Almaty")  # UTC+5 since 2024-03-01, so never a fixed offset
NO_BREAK = "\N{NO-BREAK SPACE}"
MONTHS = _("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec")
WEEKDAYS = _("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
BYTE_UNITS = (_("B"), _("kB"), _("MB"), _("GB"))
KM_FROM_M = 950.0  # from here on «1 км» says more than «950 м»


class Words(Observed):
    """Says messages in the language that is set; listeners hear when it changes."""

    def __init__(self, language: Language = DEFAULT_LANGUAGE) -> None:
        super().__init__()
        self._language = language

    @property
    def language(self) -> Language:
        """The language that is spoken now."""
        return self._language

    def speak(self, language: Language) -> None:
        """Speak another language from now on."""
        if language is not self._language:
            self._language = language
            self.changed()

    def __call__(self, message: str, **values: object) -> str:
        """The message in the reader's language; a text that is no message comes back as it is."""
        if isinstance(message, _) and values:
            message = message.format(**values)
        return translate(message, self._language)

    def count(self, message: _, count: int, **values: object) -> str:
        """A message whose plural forms stand between ``|`` in CLDR's order, for ``{count}`` things."""
        forms = translate(message, self._language).split("|")
        form = forms[min(plural_form(self._language, count), len(forms) - 1)]
        return form.format(count=count, **values)

    def clock(self, moment: datetime) -> str:
        """«14:05», by the city's clock."""
        return moment.astimezone(CITY_ZONE).strftime("%H:%M")

    def hours(self, start: datetime, end: datetime) -> str:
        """«09:00–13:00»."""
        return f"{self.clock(start)}–{self.clock(end)}"

    def day(self, day: date) -> str:
        """«22 ноя»."""
        return f"{day.day}{NO_BREAK}{self(MONTHS).split()[day.month - 1]}"

    def weekday(self, day: date) -> str:
        """«понедельник»."""
        return self(WEEKDAYS).split()[day.weekday()]

    def moment(self, moment: datetime) -> str:
        """«22 ноя, 14:05»."""
        return f"{self.day(city_day(moment))}, {self.clock(moment)}"

    def wait(self, wait: timedelta) -> str:
        """«20 с», «2 мин», «3 ч», «5 дн»."""
        seconds = max(int(wait.total_seconds()), 0)
        if seconds < 60:
            return self(_("{count} s"), count=seconds)
        if seconds < 3600:
            return self(_("{count} min"), count=seconds // 60)
        if seconds < 86_400:
            return self(_("{count} h"), count=seconds // 3600)
        return self(_("{count} d"), count=seconds // 86_400)

    def distance(self, distance_m: float) -> str:
        """«120 м», «3,4 км», «27 км»."""
        if distance_m < KM_FROM_M:
            step_m = 5 if distance_m < 100 else 10  # more digits than a receiver knows say nothing
            return self(_("{distance} m"), distance=int(distance_m / step_m + 0.5) * step_m)
        distance_km = distance_m / 1000
        return self(_("{distance} km"), distance=self._number(distance_km, 1 if distance_km < 10 else 0))

    def size(self, size_bytes: int) -> str:
        """«0 Б», «640 кБ», «12,3 МБ»."""
        size, unit = float(size_bytes), 0
        while size >= 1000 and unit < len(BYTE_UNITS) - 1:
            size, unit = size / 1000, unit + 1
        digits = 1 if unit > 1 and size < 100 else 0
        return f"{self._number(size, digits)}{NO_BREAK}{self(BYTE_UNITS[unit])}"

    def number(self, value: float) -> str:
        """A number with at most one digit behind the comma."""
        return self._number(value, 0 if float(value).is_integer() else 1)

    def _number(self, value: float, digits: int) -> str:
        text = f"{value:.{digits}f}"
        return text if self._language is Language.EN else text.replace(".", ",")


def city_day(moment: datetime) -> date:
    """The city's day at a moment."""
    return moment.astimezone(CITY_ZONE).date()


def plural_form(language: Language, count: int) -> int:
    """Which plural form a count takes (CLDR): English one, other; Russian one, few, many; Kazakh one form."""
    if language is Language.EN:
        return 0 if count == 1 else 1
    if language is Language.KK:
        return 0
    tens, ones = count % 100, count % 10
    if ones == 1 and tens != 11:
        return 0
    return 1 if 2 <= ones <= 4 and not 12 <= tens <= 14 else 2
