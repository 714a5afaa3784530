"""Workbooks as HTTP answers."""

import tempfile
from collections.abc import Sequence

from django.http import FileResponse

from core.excel.writer import Sheet, write_workbook

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook_response(filename: str, sheets: Sequence[Sheet]) -> FileResponse:
    """The sheets as a download; filename without ending, in any script. Written to a temporary file, then streamed."""
    target = tempfile.TemporaryFile()  # noqa: SIM115 - FileResponse closes it after the last byte
    try:
        write_workbook(target, sheets)
    except BaseException:
        target.close()
        raise
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=f"{filename}.xlsx", content_type=CONTENT_TYPE)
