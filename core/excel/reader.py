"""Reading what users upload: a child process opens the file, the application gets plain rows or one sentence."""

import json
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, NamedTuple

from core.errors import DomainError
from core.excel.cells import Cell, column_letter, decode
from core.excel.guard import ENDINGS, ending
from core.excel.messages import sentence

PROJECT = Path(__file__).resolve().parents[2]
MAX_ROWS = 20_000
"""Rows that a sheet may have unless its resource takes more; beyond it the child gets more time and memory."""
WALL_SECONDS = {"read": 30, "read_long": 120, "mark": 75}
_LIMIT_SIGNALS = (signal.SIGKILL, signal.SIGXCPU, signal.SIGXFSZ)
# Two files at a time in one server process: each child may take a core and hundreds of megabytes.
_turn = threading.BoundedSemaphore(2)


class FileRefused(DomainError):
    """The uploaded file as a whole cannot be taken; nothing of it was read."""


class ColumnNames(NamedTuple):
    """A column that the caller knows: its key, every name it may have in the header, whether it must be there."""

    key: str
    names: Sequence[str]
    required: bool = False


class Row(NamedTuple):
    """A row: its number in the user's own workbook and its cells in the order of `Table.columns`."""

    number: int
    cells: list[Cell]


@dataclass
class Table:
    """The table of an uploaded file.

    columns are the keys of the known columns (or normalised header texts when none were given), labels the header as
    the user wrote it, letters the columns' names in Excel. warnings are sentences that the user should see.
    """

    sheet: str
    header_row: int
    columns: list[str]
    labels: list[str]
    letters: list[str]
    rows: list[Row]
    warnings: list[str] = field(default_factory=list)
    kind: str = "xlsx"
    date1904: bool = False


def read_workbook(
    source: Path | bytes, *, filename: str, columns: Sequence[ColumnNames] = (), max_rows: int = MAX_ROWS
) -> Table:
    """The one table of an .xlsx or .csv file.

    filename is the user's own name for it. With `columns` the header row is searched for (titles above it are skipped)
    and other columns are ignored; without, the first row with texts is the header. Raises FileRefused with a sentence
    that says what is wrong with the file and what to do (U4); at most max_rows rows and 200 columns are read.
    """
    check_filename(filename)
    data = source if isinstance(source, bytes) else source.read_bytes()
    options: dict[str, Any] = {"filename": filename, "known": [[column.key, list(column.names)] for column in columns]}
    options["max_rows"] = max_rows
    with run_worker("read_long" if max_rows > MAX_ROWS else "read", options, data) as output:
        head = json.loads(output.readline())
        rows = [_row(line) for line in output]
    table = _table(head, rows)
    _require_columns(table, columns)
    return table


def check_filename(filename: str) -> None:
    """Refuse names whose ending is not one that can be read; the contents are judged later."""
    if ending(filename) not in (*ENDINGS, "xls", "xlsm", "xlsb", "ods", "et") or not filename.isprintable():
        raise refusal("bad_ending", name=Path(filename).name[-40:])


def refusal(code: str, **params: Any) -> FileRefused:
    """The FileRefused with this code's sentence in the active language."""
    return FileRefused(sentence(code, params), code=code)


def _row(line: bytes) -> Row:
    number, cells = json.loads(line)
    return Row(number, [decode(cell) if isinstance(cell, dict) else cell for cell in cells])


def _table(head: dict[str, Any], rows: list[Row]) -> Table:
    found = head["found"]
    return Table(
        sheet=found["sheet"],
        header_row=found["header_row"],
        columns=found["columns"],
        labels=found["labels"],
        letters=[column_letter(index) for index in found["letters"]],
        rows=rows,
        warnings=[sentence(code, params) for code, params in head["notices"]],
        kind=found["kind"],
        date1904=found.get("date1904", False),
    )


def _require_columns(table: Table, columns: Sequence[ColumnNames]) -> None:
    missing = [column.names[0] for column in columns if column.required and column.key not in table.columns]
    if missing:
        raise refusal("missing_columns", names="、".join(missing), found="、".join(table.labels[:20]))


@contextmanager
def run_worker(mode: str, options: dict[str, Any], data: bytes) -> Iterator[IO[bytes]]:
    """Run the child on these bytes and give its output as an open file, at the start. Raises FileRefused."""
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as output:
        source.write(data)
        source.seek(0)
        with _turn:
            code = _run(mode, options, source, output)
        if code != 0:
            # Killed by its limits, or aborted by the library: whatever the signal, the file is to blame.
            raise refusal("too_heavy" if -code in _LIMIT_SIGNALS else "damaged")
        output.seek(0)
        _raise_refusal(output)
        yield output


def _run(mode: str, options: dict[str, Any], source: IO[bytes], output: IO[bytes]) -> int:
    command = [sys.executable, "-E", "-s", "-m", "core.excel.worker", mode, json.dumps(options)]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module; the user's bytes come on standard input
            command,
            stdin=source,
            stdout=output,
            stderr=subprocess.DEVNULL,
            cwd=PROJECT,
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
            timeout=WALL_SECONDS[mode],
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise refusal("too_heavy") from error
    return done.returncode


def _raise_refusal(output: IO[bytes]) -> None:
    if output.read(11) == b'{"refused":':
        output.seek(0)
        answer = json.loads(output.readline())
        raise refusal(answer["refused"], **answer["params"])
    output.seek(0)
