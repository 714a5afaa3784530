"""What is said about single rows of a workbook that people filled in."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RowError:
    """One thing wrong with one row of the user's workbook: its number in Excel, the column, what stood there, why."""

    number: int
    column: str
    value: str
    sentence: str
