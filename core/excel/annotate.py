"""A refused workbook goes back to its owner with a reason beside every row."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from core.excel.reader import run_worker


def annotate_workbook(
    original: bytes, reasons: Mapping[int, str], header_row: int, *, filename: str, sheet: str = ""
) -> bytes:
    """The user's own workbook with a last column of reasons.

    reasons: Excel row number -> sentence; header_row and sheet: where the table was found (`Table.header_row`,
    `Table.sheet`). A CSV comes back as .xlsx. Raises FileRefused when the workbook cannot be opened or is too heavy to
    be written back.
    """
    options = {
        "filename": filename,
        "sheet": sheet,
        "header_row": header_row,
        "label": _("Error reason"),
        "reasons": {str(number): reason for number, reason in reasons.items()},
    }
    with run_worker("mark", options, original) as output:
        return output.read()
