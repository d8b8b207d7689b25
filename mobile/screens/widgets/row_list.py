"""A list that makes widgets only for the rows in sight, and refreshes when it is pulled down."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from kivy.metrics import dp, sp
from kivy.properties import BooleanProperty, ListProperty, NumericProperty
from kivy.uix.recycleview import RecycleView

from mobile.models.rows import Row

PULL_DP = 72
ROW_DP = 72  # with two lines
LINE_SP = 20
LETTER_SP = 9.5  # of a bold Cyrillic letter, on average
TIME_SP = 56  # «23 ноя»
BESIDE_TITLE_DP = 12 + 28 + 12 + 8 + 12  # paddings, icon and gaps


class RowList(RecycleView):
    """Shows ``rows``; fires ``on_open`` with a row's key and ``on_pull`` when pulled down at its top."""

    rows = ListProperty()
    can_pull = BooleanProperty(False)
    pulled = NumericProperty(0)  # how far it is pulled at the moment, in pixels

    __events__ = ("on_open", "on_pull")

    def on_rows(self, _list: RowList, rows: Sequence[Row]) -> None:
        """Hand the rows to the recycler, each with its height: no row has to be made to know where the last one lies."""
        self.data = [{"row": row, "list": self, "row_size": (None, self._height_of(row))} for row in rows]

    def on_width(self, _list: RowList, _width: float) -> None:
        """Names break elsewhere."""
        self.on_rows(self, self.rows)

    def _height_of(self, row: Row) -> float:
        lines = 2 + bool(row.extra)
        if row.whole_title:
            letters = max((self.width - dp(BESIDE_TITLE_DP) - sp(TIME_SP)) / sp(LETTER_SP), 1)
            lines += max(math.ceil(len(row.title) / letters) - 1, 0)
        return max(float(dp(ROW_DP)), lines * float(sp(LINE_SP)) + float(dp(ROW_DP - 2 * LINE_SP)))

    def on_touch_down(self, touch: Any) -> bool:
        """Remember where a pull may begin: only a list at its top can be pulled."""
        at_top = self.scroll_y >= 1 or self.layout_manager.height <= self.height
        if self.can_pull and at_top and self.collide_point(*touch.pos):
            touch.ud[self] = True
        return bool(super().on_touch_down(touch))

    def on_touch_move(self, touch: Any) -> bool:
        """Follow the pull, so that the screen can say what it would do."""
        if self in touch.ud:
            self.pulled = min(max(touch.oy - touch.y, 0), dp(PULL_DP))
        return bool(super().on_touch_move(touch))

    def on_touch_up(self, touch: Any) -> bool:
        """A pull far enough asks for fresh rows."""
        if touch.ud.pop(self, False):
            self.pulled = 0
            if touch.oy - touch.y >= dp(PULL_DP):
                self.dispatch("on_pull")
        return bool(super().on_touch_up(touch))

    def on_open(self, key: str) -> None:
        """A touch on a row."""

    def on_pull(self) -> None:
        """Pulled down at the top."""
