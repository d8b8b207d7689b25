"""The frame round every screen: the status line above, the tabs below, a notice where something keeps the phone from working."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from kivy.app import App
from kivy.lang import Builder
from kivy.properties import BooleanProperty, ObjectProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.screenmanager import Screen
from kivy.utils import get_hex_from_color

import mobile.screens.widgets  # noqa: F401  # the rules name its classes
from mobile.models.check_in_prompts import PromptView
from mobile.models.desk import Desk
from mobile.models.navigation import Place, Stand
from mobile.models.recording import RecordingView
from mobile.models.status import StatusView
from mobile.screens.check_in import CheckInScreen
from mobile.screens.check_in_camera import CameraScreen
from mobile.screens.defect import DefectScreen
from mobile.screens.fault import FaultScreen
from mobile.screens.item import ItemScreen
from mobile.screens.lock import LockScreen
from mobile.screens.outbox import OutboxScreen
from mobile.screens.route import RouteScreen, StopsScreen
from mobile.screens.settings import SettingsScreen
from mobile.screens.sign_in import SignInScreen
from mobile.screens.task import TaskScreen
from mobile.screens.today import TodayScreen

MakeScreen = Callable[[Desk], Screen]

SCREENS: Mapping[Place, MakeScreen] = {  # what this version has; a tab without its screen is not shown
    Place.SIGN_IN: lambda desk: SignInScreen(desk.sign_in),
    Place.LOCK: lambda desk: LockScreen(desk.lock),
    Place.TODAY: lambda desk: TodayScreen(desk.today),
    Place.TASK: lambda desk: TaskScreen(desk.task),
    Place.CHECK_IN: lambda desk: CheckInScreen(desk.check_ins),
    Place.CAMERA: lambda desk: CameraScreen(desk.capture),
    Place.DEFECT: lambda desk: DefectScreen(desk.defect),
    Place.FAULT: lambda desk: FaultScreen(desk.fault),
    Place.ROUTE: lambda desk: RouteScreen(desk.route),
    Place.STOPS: lambda desk: StopsScreen(desk.route),
    Place.OUTBOX: lambda desk: OutboxScreen(desk.queue),
    Place.ITEM: lambda desk: ItemScreen(desk.queue),
    Place.SETTINGS: lambda desk: SettingsScreen(desk.settings),
}
BUILT = frozenset(SCREENS)

Builder.load_file(str(Path(__file__).with_name("shell.kv")))


class TabButton(ButtonBehavior, BoxLayout):
    """One tab: icon, word, and how many things wait behind it."""

    place = StringProperty("")
    icon = StringProperty("")
    word = StringProperty("")
    badge = StringProperty("")
    chosen = BooleanProperty(False)


class Shell(BoxLayout):
    """Follows the desk: opens the screen where the user stands, and shows the status of the core."""

    status = ObjectProperty(StatusView(), rebind=True)
    prompt = ObjectProperty(PromptView(), rebind=True)
    recording = ObjectProperty(RecordingView(), rebind=True)
    inside = BooleanProperty(False)
    can_go_back = BooleanProperty(False)
    tab = StringProperty("")

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._stand: Stand | None = None
        super().__init__()
        desk.listen(self.follow)
        self.follow()

    def follow(self) -> None:
        """Show what the desk says."""
        desk, screens = self.desk, self.ids.screens
        stand = desk.stand
        self.inside = desk.inside
        self.status = desk.status if desk.inside else StatusView()
        self.prompt = desk.prompt
        self.recording = desk.recording
        self.tab = (desk.navigation.tab or "") if desk.inside else ""
        self.can_go_back = desk.inside and desk.navigation.can_go_back
        self._follow_tabs()
        if not screens.has_screen(stand.place):
            screen = SCREENS[stand.place](desk)
            screen.name = stand.place.value
            screens.add_widget(screen)
        screens.current = stand.place.value
        if stand != self._stand:
            self._stand = stand
            screens.current_screen.show(stand.key)
        else:
            screens.current_screen.refresh()

    def _follow_tabs(self) -> None:
        """As many tabs as the role has; their words follow the language, the outbox's counts what waits."""
        bar, desk = self.ids.tabs, self.desk
        tabs = desk.navigation.tabs if desk.inside else ()
        if [button.place for button in reversed(bar.children)] != [tab.place.value for tab in tabs]:
            bar.clear_widgets()
            for tab in tabs:
                bar.add_widget(TabButton(place=tab.place.value, icon=tab.icon))
        for button, tab in zip(reversed(bar.children), tabs, strict=True):
            button.word = desk.words(tab.word)
            button.badge = self._badge() if tab.place is Place.OUTBOX else ""
            button.chosen = tab.place.value == self.tab

    def _badge(self) -> str:
        """How many items wait, and how many are in trouble: a sign of its own, in the colour of what needs somebody."""
        outbox = self.desk.core.outbox
        waiting, trouble = outbox.waiting_count(), outbox.trouble_count()
        colour = get_hex_from_color(App.get_running_app().theme.bad)
        badge = f" [b]{waiting}[/b]" if waiting else ""
        return badge + (f" [color={colour}][font=Icons]⚠[/font][b]{trouble}[/b][/color]" if trouble else "")
