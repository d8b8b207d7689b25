"""The network that finds plates: a small pyramid that says for each 4 × 4 px how likely a plate lies there."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

WIDTHS = (16, 24, 48, 72)
HEAD = 32
STRIDE = 16
"""Height and width of the input are multiples of this."""


class Convolution(nn.Sequential):
    """Convolution, normalisation, ReLU."""

    def __init__(self, into: int, out: int, *, stride: int = 1, dilation: int = 1) -> None:
        super().__init__(
            nn.Conv2d(into, out, 3, stride, dilation, dilation=dilation, bias=False),
            nn.BatchNorm2d(out),
            nn.ReLU(inplace=True),
        )


class PlateNet(nn.Module):
    """RGB in 0 to 1, (n, 3, h, w), to logits (n, 1, h/4, w/4)."""

    def __init__(self) -> None:
        super().__init__()
        one, two, three, four = WIDTHS
        self.fine = nn.Sequential(Convolution(3, one, stride=2), Convolution(one, two, stride=2))
        self.middle = nn.Sequential(Convolution(two, three, stride=2), Convolution(three, three))
        self.coarse = nn.Sequential(
            Convolution(three, four, stride=2), Convolution(four, four), Convolution(four, four, dilation=2)
        )
        self.laterals = nn.ModuleList(nn.Conv2d(width, HEAD, 1) for width in (two, three, four))
        self.head = nn.Sequential(Convolution(HEAD, HEAD), nn.Conv2d(HEAD, 1, 1))

    def forward(self, pictures: Tensor) -> Tensor:
        """Logits at a quarter of the resolution."""
        fine = self.fine(pictures)
        middle = self.middle(fine)
        coarse = self.coarse(middle)
        merged = self.laterals[2](coarse)
        for lateral, level in ((self.laterals[1], middle), (self.laterals[0], fine)):
            merged = functional.interpolate(merged, scale_factor=2.0, mode="nearest") + lateral(level)
        logits: Tensor = self.head(merged)
        return logits
