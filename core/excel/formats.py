"""How each kind of column looks in Excel."""

from typing import Any, NamedTuple

FONT = "Microsoft YaHei"
BORDER_COLOUR = "#BFC5CC"
HEADER_COLOUR = "#E8EEF1"


class Kind(NamedTuple):
    """Number format, alignment and usual width (characters) of a kind of column."""

    number_format: str
    align: str
    width: float


def _red_below_zero(number_format: str) -> str:
    """Negative numbers keep their sign and are red, as reversals are in the books."""
    return f"{number_format};[Red]-{number_format}"


KINDS = {
    "text": Kind("@", "left", 18),
    "code": Kind("@", "left", 14),
    "boolean": Kind("@", "center", 8),
    "integer": Kind(_red_below_zero("#,##0"), "right", 10),
    "quantity": Kind(_red_below_zero("#,##0.####"), "right", 12),
    "price": Kind(_red_below_zero("#,##0.00####"), "right", 12),
    "money": Kind(_red_below_zero("#,##0.00"), "right", 15),
    "date": Kind("yyyy-mm-dd", "center", 12),
    "datetime": Kind("yyyy-mm-dd hh:mm", "center", 17),
}


class Formats:
    """The cell formats of one workbook, made once each."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._made: dict[tuple[str, str], Any] = {}
        self.title = self._make(bold=True, font_size=16, align="center")
        self.subtitle = self._make(font_size=10, align="left", font_color="#555555")
        self.note = self._make(font_size=9, font_color="#555555")
        self.header = self._make(
            bold=True, align="center", text_wrap=True, border=1, border_color=BORDER_COLOUR, bg_color=HEADER_COLOUR
        )

    def _make(self, **properties: Any) -> Any:
        return self._workbook.add_format({"font_name": FONT, "font_size": 10, "valign": "vcenter", **properties})

    def _kind(self, name: str, kind: str, **properties: Any) -> Any:
        if (name, kind) not in self._made:
            look = {"num_format": KINDS[kind].number_format, "align": KINDS[kind].align, **properties}
            self._made[name, kind] = self._make(**look)
            if kind == "quantity":
                # With #,##0.#### Excel shows ten pieces as "10."; whole numbers get a format without the point.
                self._made[name, kind].for_whole = self._make(**{**look, "num_format": KINDS["integer"].number_format})
        return self._made[name, kind]

    def plain(self, kind: str) -> Any:
        """For the empty cells of a column: what is typed into a code column stays text."""
        return self._kind("plain", kind)

    def body(self, kind: str) -> Any:
        """An ordinary cell; long words are wrapped."""
        return self._kind("body", kind, border=1, border_color=BORDER_COLOUR, text_wrap=kind == "text")

    def strong(self, kind: str) -> Any:
        """A cell of a subtotal row."""
        return self._kind("strong", kind, border=1, border_color=BORDER_COLOUR, bold=True)

    def total(self, kind: str) -> Any:
        """A cell of the totals row."""
        return self._kind("total", kind, border=1, border_color=BORDER_COLOUR, bold=True, top=6, bg_color="#F7F9FA")
