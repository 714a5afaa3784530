"""How a document is cut into sheets of paper: real sizes, rows as high as their words, subtotals where it runs over.

Everything is reckoned beforehand in millimetres, on the safe side, so that a page never loses its foot: what a browser
would only find out while printing, the subtotal of a page has to know before. static/css/print.css draws what is
reckoned here with the same measures; a browser test holds the two together.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.numbers import ZERO

POINT = 25.4 / 72  # mm
LINE_HEIGHT = 1.25
ROW = 7.2  # mm, the least height of a row: a hand can write in it
CELL_PADDING = 3.2  # mm, left and right together
CELL_AIR = 1.7  # mm, above and below together, with the rule
LETTERS = (100, 85, 70, 60)  # percent of the usual size, for forms with very long words
FACT_GAP = 6.0  # mm between two facts
_WORDS = re.compile(r"\n|[^\S\n]+|[\u0021-\u02ff]+|.")
_PARTS = re.compile(r"\n|[^\S\n]+|[\u0021-\u02ff]+?(?:[-/?]|(?![\u0021-\u02ff]))|.")  # a word may end after - / ?


@dataclass(frozen=True)
class Paper:
    """A size of paper. Lengths in mm; `width` and `height` are what may be written on, inside the margins.

    head: title with barcode and number. fewest_rows: an almost empty form is filled up to so many rows, None for as
    many as the sheet holds. copies: a carbon set makes all copies in one print.
    """

    code: str
    label: Any
    width: float
    height: float
    text: float  # points
    head: float
    fewest_rows: int | None = None
    carbon: bool = False

    def lines(self, text: Any, width: float) -> int:
        """Lines that a text takes in `width` mm."""
        return lines_needed(str(text), width / (self.text * POINT))

    @property
    def line(self) -> float:
        """Height of one line of text in mm."""
        return self.text * POINT * LINE_HEIGHT


PAPERS = {
    paper.code: paper
    for paper in (
        Paper("half", _("Three-part paper 241 × 140 mm"), 209, 126, 10, 16, carbon=True),
        Paper("a5", _("A5 across"), 188, 132, 9.5, 16),
        Paper("a4", _("A4"), 184, 268, 10, 18, fewest_rows=12),
    )
}


def em(text: str) -> float:
    """Width of a text in em, never less than it is: Chinese characters take one, Latin letters and digits less."""
    return sum(_letter(letter) for letter in text)


def _letter(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in "WFA":
        return 1.0
    if letter in "mwMW%@":
        return 0.95
    if letter in " ,.:;'!|()[]-/ijl":
        return 0.4
    return 0.74 if letter.isupper() else 0.57 if letter.isdigit() else 0.6


def lines_needed(text: str, width: float) -> int:
    """Lines that a text takes in a box `width` em wide, never less than the browser needs.

    Latin words stay whole where they fit and break anywhere where they do not; beside Chinese half an em is left over,
    because its punctuation does not begin a line.
    """
    width = max(width - (0.5 if any(unicodedata.east_asian_width(letter) in "WFA" for letter in text) else 0.1), 1.0)
    return max(_filled(_WORDS.findall(text), width), _filled(_PARTS.findall(text), width))


def _filled(words: Iterable[str], width: float) -> int:
    lines, used = 1, 0.0
    for word in words:
        size = em(word)
        if word == "\n":
            lines, used = lines + 1, 0.0
        elif used + size <= width or word.isspace():
            used += size
        else:
            more, rest = divmod(size, width) if size > width else (0, size)
            lines, used = lines + int(more) + (1 if used else 0), rest
    return lines


@dataclass(frozen=True)
class Form:
    """What stands around the rows of one document, as far as it takes room.

    shares: part of the width of each column. facts and places: (label, value). sums: whether amounts are added up.
    capitals: the longest words of the last row.
    """

    paper: Paper
    shares: Sequence[float]
    facts: Sequence[tuple[Any, Any]] = ()
    places: Sequence[tuple[Any, Any]] = ()
    remark: str = ""
    headings: Sequence[Any] = ()
    capitals: str = ""

    def row_height(self, texts: Iterable[str]) -> float:
        """Height of a row with these words, in mm."""
        boxes = (share * self.paper.width - CELL_PADDING for share in self.shares)
        lines = max((self.paper.lines(text, box) for text, box in zip(texts, boxes, strict=True)), default=1)
        return max(ROW, lines * self.paper.line + CELL_AIR)

    def room(self) -> float:
        """Height for the rows of a sheet that is not the last, in mm: its subtotal takes a row."""
        return self.paper.height - self.paper.head - self._facts() - self._heading() - ROW - self._foot()

    def last_room(self, *, several: bool) -> float:
        """Height for the rows of the last sheet: it has the total, the remark, and its subtotal if there are others."""
        wide = self.paper.width - CELL_PADDING
        total = max(ROW, self.paper.lines(self.capitals, wide * 0.7) * self.paper.line + CELL_AIR)
        remark = self.paper.lines(self.remark, wide) * self.paper.line + 1.5 if self.remark else 0
        return self.room() + ROW - total - remark - (ROW if several else 0)

    def _facts(self) -> float:
        lines, used = 1, 0.0
        for label, value in self.facts:
            width = em(f"{label}：{value}") * self.paper.text * POINT + FACT_GAP
            if used + width - FACT_GAP <= self.paper.width:
                used += width
            else:
                lines += max(self.paper.lines(f"{label}：{value}", self.paper.width), 1) if used else 0
                used = min(width, self.paper.width)
        return lines * (self.paper.line + 0.5) + 1.5

    def _heading(self) -> float:
        return self.row_height(str(heading) for heading in self.headings) if self.headings else ROW

    def _foot(self) -> float:
        """Signatures in columns of equal width, then one small line."""
        each = self.paper.width / max(len(self.places), 1) - 4
        boxes = [(each - em(f"{label}：") * self.paper.text * POINT, value or "") for label, value in self.places]
        lines = max((self.paper.lines(value, width) for width, value in boxes), default=1)
        return lines * self.paper.line + 3 + 5


def fitted(form: Form, texts: Sequence[Sequence[str]]) -> tuple[Form, int]:
    """The form in the largest letters in which its highest row fits on a sheet, and their size in percent."""
    for percent in LETTERS:
        smaller = replace(form, paper=replace(form.paper, text=form.paper.text * percent / 100))
        highest = max((smaller.row_height(words) for words in texts), default=0)
        if highest <= smaller.room() and smaller.last_room(several=True) >= 0:
            break
    return smaller, percent


@dataclass(frozen=True)
class Sheet:
    """One sheet: its rows, the empty rows that fill it, its subtotal in yuan, and where it stands among the others."""

    number: int
    count: int
    rows: Sequence[Any]
    blanks: range
    first_line: int
    subtotal: Decimal

    @property
    def is_last(self) -> bool:
        return self.number == self.count

    @property
    def is_alone(self) -> bool:
        return self.count == 1


def cut(
    form: Form, rows: Sequence[Sequence[Any]], texts: Sequence[Sequence[str]], amounts: Sequence[Any]
) -> list[Sheet]:
    """Rows cut into sheets; a row is never divided, no rows give one empty sheet.

    Args:
        texts: the words of each row, one a column, as they are printed.
        amounts: yuan of each row, None for none.
    """
    heights = [form.row_height(words) for words in texts]
    ends = _ends(heights, form.room(), form.last_room)
    starts = [0, *ends[:-1]]
    room = [form.room()] * (len(ends) - 1) + [form.last_room(several=len(ends) > 1)]
    sheets = []
    for place, (start, end) in enumerate(zip(starts, ends, strict=True)):
        left = max(int((room[place] - sum(heights[start:end])) // ROW), 0)
        if form.paper.fewest_rows is not None:
            left = min(left, max(form.paper.fewest_rows - (end - start), 0))
        subtotal = sum((amount or ZERO for amount in amounts[start:end]), ZERO)
        sheets.append(Sheet(place + 1, len(ends), rows[start:end], range(left), start, subtotal))
    return sheets


def _ends(heights: Sequence[float], room: float, last_room: Callable[..., float]) -> list[int]:
    """Where each sheet ends. The last sheet has less room: rows that do not fit beside the total move on."""
    if sum(heights) <= last_room(several=False):
        return [len(heights)]
    ends, start = [], 0
    while sum(heights[start:]) > last_room(several=True):
        end, used = start, 0.0
        while end < len(heights) and (used + heights[end] <= room or end == start):
            used, end = used + heights[end], end + 1
        if end == len(heights) and end - start > 1:
            end -= 1  # the total had better stand beside a row; one that fills a sheet leaves the last one empty
        ends.append(end)
        start = end
    return [*ends, len(heights)]
