"""Comma-separated text in the encodings that Chinese offices produce. No Django here."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from core.excel.guard import Refused

_ENCODINGS = ("utf-8-sig", "gb18030")
_FORMULA_START = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
LONGEST_FIELD = 40_000


def decode(data: bytes) -> str:
    """The text of a CSV file in UTF-8 (with or without mark), UTF-16 or GB18030; else raises Refused("encoding")."""
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else _ENCODINGS
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Refused("encoding")


def _separator(text: str) -> str:
    """The separator of the first lines: the one of comma, semicolon, TAB that occurs most often there."""
    head = text[:4096]
    return max(",;\t", key=head.count)


def rows(data: bytes, longest: int) -> Iterator[tuple[int, list[Any]]]:
    """(row number as Excel would show it, cells); texts only. Raises Refused for broken quotes and over-long rows."""
    csv.field_size_limit(LONGEST_FIELD)
    text = decode(data)
    try:
        for number, record in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text)), 1):
            if len(record) > longest and any(cell.strip() for cell in record[longest:]):
                raise Refused("too_many_columns", found=len(record), limit=longest)
            yield number, [_unescaped(cell) for cell in record[:longest]]
    except csv.Error as error:
        raise Refused("broken_csv") from error


def _unescaped(cell: str) -> str | None:
    """Take off the one quote that exports put before a text that a spreadsheet would calculate (U7)."""
    if cell.startswith("'") and cell[1:].lstrip(" ").startswith(_FORMULA_START):
        return cell[1:]
    return cell or None
