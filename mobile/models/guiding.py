"""Guides the driver aloud: each turn once from afar and once at hand, a lost way once and quietly, a new plan once."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from mobile.devices.talker import Talker
from mobile.models.guidance import Guide, guide
from mobile.models.ports import Facts
from mobile.models.route_signs import SIDES
from mobile.models.words import Words
from mobile.models.working import Along
from shared.contracts import Fix, RouteStop
from shared.i18n import Message as _
from shared.vocabulary import Turn, WinterWork

VOICE_FACT = "setting.voice_of_turns"
TOWN_MPS = 7.0  # where the receiver tells no speed
FAR_S, FAR_M = 25.0, (150.0, 600.0)  # so long before a turn it is said first, within these metres
NEAR_S, NEAR_M = 6.0, (35.0, 150.0)  # and again
STEP_M = 50  # spoken metres are multiples: nobody counts on the road, and the word bends right
LOST_TICKS = 3  # one wild position is no lost way

IN = _("In {distance} metres: {turn}")
NEXT = _("Next: {stop}. {turn}")
THERE = _("{turn}: {stop}")
AHEAD = _("the stop {stop}")  # in the place of «you have reached the stop» while it is still ahead
LOST = _("You are beside the planned way.")
NEW_PLAN = _("The plan has changed.")
VOICE_ON, VOICE_OFF = _("the voice is on"), _("the voice is off")

DOWN: dict[WinterWork, _] = {
    WinterWork.CLEAR: _("Blade down"),
    WinterWork.GRIT: _("Spreader on"),
    WinterWork.PAVEMENT: _("Brush down"),
}
UP: dict[WinterWork, _] = {
    WinterWork.CLEAR: _("Blade up"),
    WinterWork.GRIT: _("Spreader off"),
    WinterWork.PAVEMENT: _("Brush up"),
}
DOWN_ICON = "▼"
BEGINS = _("{act}: {stop}")
ON_SIDE = _("{act}: {stop}, {side}")

ARROWS: dict[Turn, str] = {
    Turn.DEPART: "↑",
    Turn.STRAIGHT: "↑",
    Turn.SLIGHT_LEFT: "↖",
    Turn.LEFT: "←",
    Turn.SHARP_LEFT: "↙",
    Turn.SLIGHT_RIGHT: "↗",
    Turn.RIGHT: "→",
    Turn.SHARP_RIGHT: "↘",
    Turn.U_TURN: "↶",
    Turn.ROUNDABOUT: "↻",
    Turn.ARRIVE: "⚑",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnView:
    """What the route's screen shows of the next turn; empty words show nothing."""

    icon: str = ""
    text: str = ""
    distance: str = ""
    beside: str = ""
    speaks: bool = True


NO_TURN = TurnView()


class Guiding:
    """Follows the driver from stop to stop."""

    def __init__(self, talker: Talker, facts: Facts, words: Words) -> None:
        self._talker = talker
        self._facts = facts
        self._words = words
        self._stop_id: UUID | None = None
        self._title = ""
        self._along_m = 0.0
        self._lost = 0
        self._said: set[tuple[int, str]] = set()
        self._told_version: tuple[UUID, int] | None = None
        self._guide: Guide | None = None
        self._stop: RouteStop | None = None
        self._along: Along | None = None
        self._is_down = False

    @property
    def speaks(self) -> bool:
        """Whether turns are said aloud."""
        return bool(self._facts.get(VOICE_FACT, True))

    def switch(self) -> None:
        """Aloud, or not any more."""
        self._facts.put(VOICE_FACT, not self.speaks)
        self._talker.hush()
        self._say(VOICE_ON)

    def hush(self) -> None:
        """The screen is left."""
        self._talker.hush()

    def follow(self, stop: RouteStop | None, fix: Fix | None, along: Along | None = None) -> None:
        """Time has passed: say what is to be said of the way to the next stop, or of the street that is worked ``along``."""
        self._say_blade(stop, along)
        self._stop, self._along = stop, along
        if stop is None:
            self._stop_id = self._guide = None
            return
        if along is not None:
            self._stop_id, self._title, self._guide, self._lost = stop.id, stop.title, None, 0
            return
        begins, self._title = stop.id != self._stop_id, stop.title
        if begins:
            self._stop_id, self._along_m, self._lost, self._said = stop.id, 0.0, 0, set()
        now = self._guide = guide(stop, fix, self._along_m)
        if now is None or fix is None:
            return
        if now.off_way:
            self._lost += 1
            if self._lost == LOST_TICKS:
                self._say(LOST)
            return
        self._lost, self._along_m = 0, now.along_m
        self._say_turn(now, stop, fix, begins)

    def tell_of_plan(self, route_id: UUID, version: int) -> None:
        """There is a new plan that the driver has not acknowledged: it is said once."""
        if self._told_version != (route_id, version):
            self._told_version = route_id, version
            self._say(NEW_PLAN)

    def view(self) -> TurnView:
        """What is shown now."""
        now = self._guide
        if self._along is not None and self._stop is not None and self._stop.work is not None:
            return TurnView(
                icon=DOWN_ICON,
                text=self._words(DOWN[self._stop.work]),
                distance=self._words.distance(self._along.left_m),
                speaks=self.speaks,
            )
        if now is None:
            return NO_TURN
        lost, say = self._lost >= LOST_TICKS, self._words
        distance = say.distance(now.beside_m if lost else now.distance_m)
        return TurnView(
            icon=ARROWS[now.turn.turn],
            text=self._text(now),
            distance="" if lost else distance if self.speaks else f"{distance} · {say(VOICE_OFF)}",
            beside=say(_("{distance} beside the planned way"), distance=distance) if lost else "",
            speaks=self.speaks,
        )

    def _text(self, now: Guide) -> str:
        """The turn's words; nobody is told from afar that they have arrived."""
        if now.turn.turn is Turn.ARRIVE and now.distance_m > NEAR_M[0]:
            return self._words(AHEAD, stop=self._title)
        return now.turn.text

    def _say_blade(self, stop: RouteStop | None, along: Along | None) -> None:
        """Down where a street begins, up where it ends; streets that follow each other are told one by one."""
        before, was_down = self._stop, self._is_down
        self._is_down = along is not None
        goes_on = stop is not None and before is not None and stop.id == before.id
        if along is not None and stop is not None and stop.work is not None and not (was_down and goes_on):
            act = self._words(DOWN[stop.work])
            if stop.side is None:
                self._say(BEGINS, act=act, stop=stop.title)
            else:
                self._say(ON_SIDE, act=act, stop=stop.title, side=self._words(SIDES[stop.side]))
        elif along is None and was_down and before is not None and before.work is not None:
            self._say(UP[before.work])

    def _say_turn(self, now: Guide, stop: RouteStop, fix: Fix, begins: bool) -> None:
        speed_mps = max(fix.speed_mps or TOWN_MPS, 1.0)
        if begins and now.number == 0:
            self._said.add((0, "near"))
            self._say(NEXT, stop=stop.title, turn=now.turn.text)
        elif now.distance_m <= _within(speed_mps * NEAR_S, NEAR_M):
            if self._is_new(now.number, "near"):
                self._say_near(now, stop)
        elif now.distance_m <= _within(speed_mps * FAR_S, FAR_M) and self._is_new(now.number, "far"):
            metres = max(STEP_M, round(now.distance_m / STEP_M) * STEP_M)
            self._say(IN, distance=metres, turn=self._text(now))

    def _say_near(self, now: Guide, stop: RouteStop) -> None:
        if now.turn.turn is Turn.ARRIVE:
            self._say(THERE, turn=now.turn.text, stop=stop.title)
        else:
            self._speak(now.turn.text)

    def _is_new(self, number: int, when: str) -> bool:
        if (number, when) in self._said:
            return False
        self._said |= {(number, when), (number, "far")}
        return True

    def _say(self, message: _, **values: object) -> None:
        self._speak(self._words(message, **values))

    def _speak(self, text: str) -> None:
        if self.speaks:
            self._talker.say(text, self._words.language)


def _within(value: float, limits: tuple[float, float]) -> float:
    return min(max(value, limits[0]), limits[1])
