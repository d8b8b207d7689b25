"""Which screen is open: tabs by role at the bottom, and what was opened from them on top."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mobile.models.observed import Observed
from shared.i18n import Message as _
from shared.vocabulary import Role

TABS_MOST = 4


class Place(StrEnum):
    """Every screen of the app."""

    SIGN_IN = "sign_in"
    LOCK = "lock"
    TODAY = "today"
    TASK = "task"
    CHECK_IN = "check_in"
    CAMERA = "camera"  # the check-in of one person
    ROUTE = "route"
    STOPS = "stops"  # all stops of the route
    DEFECT = "defect"
    FAULT = "fault"  # one fault that a task repairs
    OUTBOX = "outbox"
    ITEM = "item"  # one item of the outbox
    SETTINGS = "settings"


@dataclass(frozen=True, slots=True)
class Tab:
    """A way to a screen that is always at hand."""

    place: Place
    icon: str
    word: _


TODAY = Tab(Place.TODAY, "☰", _("Today"))
CHECK_IN = Tab(Place.CHECK_IN, "☺", _("Check-in"))
ROUTE = Tab(Place.ROUTE, "➤", _("Route"))
DEFECT = Tab(Place.DEFECT, "⚠", _("Defect"))
OUTBOX = Tab(Place.OUTBOX, "⇅", _("Outbox"))

TABS: dict[Role, tuple[Tab, ...]] = {
    Role.SUPERVISOR: (TODAY, CHECK_IN, DEFECT, OUTBOX),
    Role.CREW: (TODAY, ROUTE, DEFECT, OUTBOX),
}
TABS_OF_OTHERS = (TODAY, OUTBOX)


@dataclass(frozen=True, slots=True)
class Stand:
    """A screen with what it is about: the id of a task or of an item, empty for none."""

    place: Place
    key: str = ""


class Navigation(Observed):
    """Where the user stands, and the way back; ``built`` names the screens that this version has."""

    def __init__(self, built: frozenset[Place]) -> None:
        super().__init__()
        self._built = built
        self._way: list[Stand] = [Stand(Place.SIGN_IN)]
        self.tabs: tuple[Tab, ...] = ()

    @property
    def here(self) -> Stand:
        """The screen that is open."""
        return self._way[-1]

    @property
    def tab(self) -> Place | None:
        """The tab from which the open screen was reached; None where there are no tabs."""
        first = self._way[0].place
        return first if any(tab.place is first for tab in self.tabs) else None

    @property
    def can_go_back(self) -> bool:
        """Whether something was opened on top of a tab."""
        return len(self._way) > 1

    def has(self, place: Place) -> bool:
        """Whether this version has the screen."""
        return place in self._built

    def welcome(self, role: Role) -> None:
        """Somebody is signed in: their tabs, and their first one open."""
        self.tabs = tuple(tab for tab in TABS.get(role, TABS_OF_OTHERS) if self.has(tab.place))
        self._way = [Stand(self.tabs[0].place)]
        self.changed()

    def leave(self) -> None:
        """Nobody is signed in any more."""
        self.tabs = ()
        self._way = [Stand(Place.SIGN_IN)]
        self.changed()

    def go(self, place: Place) -> None:
        """To a tab: the way back ends there."""
        self._way = [Stand(place)]
        self.changed()

    def open(self, place: Place, key: str = "") -> None:
        """On top of where the user stands."""
        if self.here != Stand(place, key):
            self._way.append(Stand(place, key))
            self.changed()

    def back(self) -> bool:
        """One step back; False at the end of the way, where the system's «back» leaves the app."""
        if len(self._way) == 1:
            return False
        self._way.pop()
        self.changed()
        return True
