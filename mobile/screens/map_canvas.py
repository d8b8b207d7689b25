"""Paints the map: a picture larger than its window, moved by a matrix under the finger and painted anew when it no longer fits."""

from __future__ import annotations

import math
from typing import Any

from kivy.app import App
from kivy.clock import Clock
from kivy.core.text import Label as Letters
from kivy.graphics import (
    Color,
    Ellipse,
    InstructionGroup,
    Line,
    Mesh,
    PopMatrix,
    PushMatrix,
    Rectangle,
    RoundedRectangle,
    Scale,
    Translate,
    Triangle,
)
from kivy.metrics import dp, sp
from kivy.uix.stencilview import StencilView

from mobile.mapping.drawing import Drawing, Me, Sign
from mobile.mapping.lines import ribbons
from mobile.mapping.viewport import Viewport
from mobile.models.map import MapModel

MORE = 1.6  # how much larger than the window the painted picture is
STRETCH = (0.6, 1.7)  # beyond it a pinched picture looks wrong
ME_DP = 18


class MapCanvas(StencilView):
    """Shows a model's map; one finger moves it, two zoom."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.model: MapModel | None = None
        self._fingers: list[Any] = []
        self._painted: Viewport | None = None
        self._painted_seen = -1
        self._letters: dict[tuple[str, int, bool], Any] = {}
        with self.canvas:
            self._ground = Color(*App.get_running_app().theme.surface)
            self._area = Rectangle()
            PushMatrix()
            self._move = Translate()
            self._stretch = Scale()
            self._picture = InstructionGroup()
            PopMatrix()
        self._soon = Clock.create_trigger(lambda _dt: self.follow(), -1)
        self.bind(pos=self._resized, size=self._resized)
        App.get_running_app().theme.bind(tints=self._recoloured)

    def watch(self, model: MapModel) -> None:
        """Show this map."""
        self.model = model
        model.listen(self._soon)
        self._resized()

    # --- painting -----------------------------------------------------------------------------------

    def follow(self) -> None:
        """Move what is painted to where the model looks; paint anew where that does not do."""
        if self.model is None or self.width <= 1:
            return
        view = self.model.viewport
        painted = self._painted
        if painted is None or self._painted_seen != self.model.seen or not self._does(painted, view):
            painted = self._paint(view)
        stretch = painted.m_per_px / view.m_per_px
        self._stretch.xyz = (stretch, stretch, 1)
        corner = view.to_px(painted.to_plane((0.0, 0.0)))
        self._move.xy = (self.x + corner[0], self.y + corner[1])

    def _does(self, painted: Viewport, view: Viewport) -> bool:
        stretch = painted.m_per_px / view.m_per_px
        if not (STRETCH[0] <= stretch <= STRETCH[1]) or (not self._fingers and abs(stretch - 1) > 0.001):
            return False
        seen, there = view.bounds, painted.bounds
        return (
            there.left <= seen.left
            and there.low <= seen.low
            and seen.right <= there.right
            and seen.top <= there.top
        )

    def _paint(self, view: Viewport) -> Viewport:
        assert self.model is not None
        painted = view.grown(MORE)
        self._picture.clear()
        self._draw(self.model.drawing(painted))
        self._painted, self._painted_seen = painted, self.model.seen
        return painted

    def _draw(self, drawing: Drawing) -> None:
        tints, add = App.get_running_app().theme.tints, self._picture.add
        for stroke in drawing.strokes:
            add(Color(*tints[stroke.colour]))
            for vertices, indices in ribbons(stroke.lines, stroke.width_px):
                add(Mesh(vertices=vertices, indices=indices, mode="triangles"))
        if drawing.me is not None:
            self._draw_reach(drawing.me, tints)
        for sign in drawing.signs:
            self._draw_sign(sign, tints)
        if drawing.me is not None:
            self._draw_me(drawing.me, tints)

    def _draw_sign(self, sign: Sign, tints: Any) -> None:
        add, (x, y), size = self._picture.add, sign.at, sign.size_px
        if not sign.text:
            add(Color(*tints["raised"]))
            add(Ellipse(pos=(x - size / 2 - dp(1), y - size / 2 - dp(1)), size=(size + dp(2), size + dp(2))))
            add(Color(*tints[sign.colour]))
            add(Ellipse(pos=(x - size / 2, y - size / 2), size=(size, size)))
            return
        is_next = size > dp(30)
        texture = self._texture(sign.text, round(sp(18) if is_next else sp(14)), is_next)
        width, height = max(size, texture.width + dp(10)), max(size, texture.height + dp(4))
        box = (x - width / 2, y - height / 2)
        add(Color(*tints[sign.colour if is_next else "raised"]))
        add(RoundedRectangle(pos=box, size=(width, height), radius=[height / 2]))
        add(Color(*tints["raised" if is_next else sign.colour]))
        add(Line(rounded_rectangle=(*box, width, height, height / 2), width=dp(1.5)))
        add(Color(*tints["on_accent" if is_next else "text"]))
        add(
            Rectangle(texture=texture, pos=(x - texture.width / 2, y - texture.height / 2), size=texture.size)
        )

    def _draw_reach(self, me: Me, tints: Any) -> None:
        add, (x, y), radius = self._picture.add, me.at, me.radius_px
        add(Color(*tints["accent"][:3], 0.15))
        add(Ellipse(pos=(x - radius, y - radius), size=(2 * radius, 2 * radius)))
        add(Color(*tints["accent"][:3], 0.6))
        add(Line(circle=(x, y, radius), width=dp(1)))

    def _draw_me(self, me: Me, tints: Any) -> None:
        """An arrow where I drive, a dot where I stand; both with a rim, to be found on every ground."""
        add, (x, y), half = self._picture.add, me.at, dp(ME_DP) / 2
        for colour, more in (("raised", dp(3)), ("text", 0.0)):
            size = half + more
            add(Color(*tints[colour]))
            if me.heading_deg is None:
                add(Ellipse(pos=(x - size * 0.8, y - size * 0.8), size=(size * 1.6, size * 1.6)))
                continue
            turned = math.radians(me.heading_deg)
            corners: list[float] = []
            for right, ahead in ((0.0, 1.5), (1.0, -1.0), (-1.0, -1.0)):
                corners += (
                    x + size * (right * math.cos(turned) + ahead * math.sin(turned)),
                    y + size * (-right * math.sin(turned) + ahead * math.cos(turned)),
                )
            add(Triangle(points=corners))

    def _texture(self, text: str, size_px: int, bold: bool) -> Any:
        key = (text, size_px, bold)
        if key not in self._letters:
            letters = Letters(text=text, font_size=size_px, font_name="Icons", bold=bold)
            letters.refresh()
            self._letters[key] = letters.texture
        return self._letters[key]

    # --- what happens -------------------------------------------------------------------------------

    def _resized(self, *_event: object) -> None:
        self._area.pos, self._area.size = self.pos, self.size
        if self.model is not None and self.width > 1:
            self.model.resize(self.width, self.height, dp(1))

    def _recoloured(self, _theme: object, tints: Any) -> None:
        self._ground.rgba = tints["surface"]
        self._painted = None
        self._soon()

    def on_touch_down(self, touch: Any) -> bool:
        """A finger on the map."""
        if self.model is None or not self.collide_point(*touch.pos) or touch.is_mouse_scrolling:
            return bool(super().on_touch_down(touch))
        touch.grab(self)
        touch.ud[self] = touch.pos
        self._fingers.append(touch)
        return True

    def on_touch_move(self, touch: Any) -> bool:
        """One finger moves the map, two zoom it about the point between them."""
        if touch.grab_current is not self or self.model is None:
            return bool(super().on_touch_move(touch))
        was, touch.ud[self] = touch.ud[self], touch.pos
        right, up = touch.x - was[0], touch.y - was[1]
        if len(self._fingers) == 1:
            self.model.pan(right, up)
        elif touch in self._fingers[:2]:
            other = self._fingers[1] if touch is self._fingers[0] else self._fingers[0]
            still = other.ud[self]  # its own position is the window's, not this widget's
            before, after = math.dist(was, still), math.dist(touch.pos, still)
            middle = ((touch.x + still[0]) / 2 - self.x, (touch.y + still[1]) / 2 - self.y)
            self.model.pan(right / 2, up / 2)
            if before > dp(8) and after > dp(8):
                self.model.zoom(after / before, middle)
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """The finger is lifted: now the picture is made sharp."""
        if touch.grab_current is not self:
            return bool(super().on_touch_up(touch))
        touch.ungrab(self)
        self._fingers.remove(touch)
        self._soon()
        return True
