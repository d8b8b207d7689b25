"""One row of a list: the icon of its state, its name, one line of facts, a time."""

from __future__ import annotations

from kivy.properties import ObjectProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.recycleview.views import RecycleDataViewBehavior

from mobile.models.rows import Row


class RowView(RecycleDataViewBehavior, ButtonBehavior, BoxLayout):
    """A row of ``RowList``; a touch tells the list."""

    row = ObjectProperty(Row(), rebind=True)
    list = ObjectProperty(None, allownone=True)
