"""The window through which the plane is seen: where its middle is and how many metres a pixel is. North is up.

Pixels count from the lower left corner, as Kivy counts them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from mobile.mapping.plane import XY, Bounds

M_PER_PX_LEAST, M_PER_PX_MOST = 0.05, 60.0  # from a yard to the whole city on the smallest screen
BAR_STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewport:
    """A view of the plane; every change is a new view."""

    centre: XY = (0.0, 0.0)
    m_per_px: float = 1.0
    width_px: float = 1.0
    height_px: float = 1.0

    @property
    def bounds(self) -> Bounds:
        """What is seen."""
        half_w, half_h = self.width_px / 2 * self.m_per_px, self.height_px / 2 * self.m_per_px
        x, y = self.centre
        return Bounds(x - half_w, y - half_h, x + half_w, y + half_h)

    def to_px(self, xy: XY) -> XY:
        """Where a place is seen."""
        return (
            (xy[0] - self.centre[0]) / self.m_per_px + self.width_px / 2,
            (xy[1] - self.centre[1]) / self.m_per_px + self.height_px / 2,
        )

    def to_plane(self, px: XY) -> XY:
        """Which place is seen there."""
        return (
            (px[0] - self.width_px / 2) * self.m_per_px + self.centre[0],
            (px[1] - self.height_px / 2) * self.m_per_px + self.centre[1],
        )

    def panned(self, right_px: float, up_px: float) -> Viewport:
        """The picture moved by so much under a finger."""
        x, y = self.centre
        return replace(self, centre=(x - right_px * self.m_per_px, y - up_px * self.m_per_px))

    def zoomed(self, factor: float, at_px: XY | None = None) -> Viewport:
        """Nearer by a factor above 1; what is seen at ``at_px`` stays there, the middle where none is given."""
        if factor <= 0:
            raise ValueError(f"factor must be above 0, was {factor}")
        m_per_px = min(max(self.m_per_px / factor, M_PER_PX_LEAST), M_PER_PX_MOST)
        at_px = at_px or (self.width_px / 2, self.height_px / 2)
        fixed = self.to_plane(at_px)
        centre = (
            fixed[0] - (at_px[0] - self.width_px / 2) * m_per_px,
            fixed[1] - (at_px[1] - self.height_px / 2) * m_per_px,
        )
        return replace(self, centre=centre, m_per_px=m_per_px)

    def fitted(self, bounds: Bounds, margin_px: float, m_per_px_least: float = 0.4) -> Viewport:
        """All of ``bounds`` with a margin, but no nearer than ``m_per_px_least``: one stop is no reason to see only its yard."""
        wide_px, high_px = (
            max(self.width_px - 2 * margin_px, 1.0),
            max(self.height_px - 2 * margin_px, 1.0),
        )
        wanted = max((bounds.right - bounds.left) / wide_px, (bounds.top - bounds.low) / high_px)
        m_per_px = min(max(wanted, m_per_px_least, M_PER_PX_LEAST), M_PER_PX_MOST)
        centre = ((bounds.left + bounds.right) / 2, (bounds.low + bounds.top) / 2)
        return replace(self, centre=centre, m_per_px=m_per_px)

    def resized(self, width_px: float, height_px: float) -> Viewport:
        """The same middle in another window."""
        return replace(self, width_px=max(width_px, 1.0), height_px=max(height_px, 1.0))

    def grown(self, factor: float) -> Viewport:
        """The same middle with more around it, so that a small pan has something to show."""
        return replace(self, width_px=self.width_px * factor, height_px=self.height_px * factor)


def scale_bar_m(m_per_px: float, most_px: float) -> float:
    """The longest round length (1, 2 or 5 times a power of ten) that fits into ``most_px``, in metres."""
    most_m = m_per_px * most_px
    power = 1.0
    while power * 10 <= most_m:
        power *= 10
    while power > most_m:
        power /= 10
    return max(step * power for step in BAR_STEPS if step * power <= most_m)
