"""Small charts drawn by the server as SVG: no script, no inline style, every bar a link with its number in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

WIDTH, HEIGHT, TOP, FOOT = 360, 132, 18, 18


@dataclass(frozen=True)
class Bar:
    """label stands below the bar; value is shown above it, words is what a screen reader says."""

    label: str
    value: Decimal
    words: str
    url: str | None = None


@dataclass(frozen=True)
class BarChart:
    """Bars from left to right; values below zero stand on the ground line with their number."""

    title: Any
    bars: Sequence[Bar]

    @property
    def box(self) -> str:
        return f"0 0 {WIDTH} {HEIGHT}"

    @property
    def ground(self) -> int:
        return HEIGHT - FOOT

    def drawn(self) -> list[dict[str, Any]]:
        """Each bar with its place in the drawing."""
        slot = WIDTH / max(len(self.bars), 1)
        most = max((bar.value for bar in self.bars), default=Decimal(0)) or Decimal(1)
        width = min(slot * 0.56, 40)
        rows = []
        for place, bar in enumerate(self.bars):
            height = max(float(bar.value / most), 0) * (self.ground - TOP)
            middle = slot * (place + 0.5)
            rows.append(
                {
                    "bar": bar,
                    "middle": f"{middle:.1f}",
                    "x": f"{middle - width / 2:.1f}",
                    "y": f"{self.ground - height:.1f}",
                    "width": f"{width:.1f}",
                    "height": f"{height:.1f}",
                    "above": f"{self.ground - height - 5:.1f}",
                    "number": f"{bar.value:,.0f}" if bar.value else "",
                }
            )
        return rows


@dataclass(frozen=True)
class Share:
    """A part of a whole: kind is the colour (used, reserved, left), words what it says."""

    kind: str
    value: Decimal
    words: str


@dataclass(frozen=True)
class ShareBar:
    """One bar whose parts make up a whole, drawn to scale; parts of nothing are left out."""

    shares: Sequence[Share]

    def words(self) -> str:
        return " · ".join(share.words for share in self.shares)

    def drawn(self) -> list[dict[str, Any]]:
        """Each part with its place in a drawing 100 wide."""
        whole = sum((share.value for share in self.shares), Decimal(0))
        start, rows = 0.0, []
        for share in self.shares:
            width = float(share.value / whole * 100) if whole > 0 and share.value > 0 else 0.0
            if width:
                rows.append({"kind": share.kind, "x": f"{start:.2f}", "width": f"{width:.2f}", "words": share.words})
            start += width
        return rows
