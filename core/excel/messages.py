"""The sentences behind the codes that the child process answers with."""

from typing import Any

from django.utils.translation import gettext_lazy as _

REFUSALS = {
    "empty_file": _("The file is empty (0 bytes). Export or save it again, then upload it."),
    "file_too_big": _("The file is larger than %(limit)s MB. Split it into several files."),
    "wrong_ending": _(
        "The file is an Excel workbook, but its name ends in “.%(ending)s”. Rename it to “.%(right)s” and try again."
    ),
    "renamed_text": _(
        "The file is not an Excel workbook but plain text, although its name ends in “.%(ending)s”. "
        "Save it as .xlsx in Excel or WPS, or rename it to .csv."
    ),
    "old_excel": _("The file has the old Excel format (.xls or .et). Open it and save it as “Excel workbook (.xlsx)”."),
    "macros": _("The workbook holds macros. Save it as “Excel workbook (.xlsx)” without macros."),
    "binary_excel": _("The file has the binary Excel format (.xlsb). Save it as “Excel workbook (.xlsx)”."),
    "open_document": _("The file has the OpenDocument format (.ods). Save it as “Excel workbook (.xlsx)”."),
    "password": _("The workbook is protected by a password. Remove the password, save it, and upload it again."),
    "web_page": _(
        "The file is a web page that was only named like a workbook. "
        "Open it in Excel or WPS and save it as “Excel workbook (.xlsx)”."
    ),
    "not_spreadsheet": _("The file is not a spreadsheet. Upload an Excel workbook (.xlsx) or a CSV file."),
    "not_workbook": _("The file is a compressed archive without a workbook in it. Upload the workbook itself (.xlsx)."),
    "damaged": _(
        "The file is damaged or was not completely uploaded. Open it in Excel or WPS, save it again, and retry."
    ),
    "suspicious": _("The file is built in a way that no spreadsheet program uses, and was not opened for safety."),
    "bomb": _("Unpacked, the file is larger than %(limit)s MB and was not opened for safety."),
    "too_heavy": _("The file takes too much time or memory to read. Delete unused sheets and formats, or split it."),
    "no_sheets": _("The workbook has no sheet with cells."),
    "only_hidden_sheets": _("All sheets of the workbook are hidden. Unhide the one with the data."),
    "empty_sheet": _("The sheet “%(sheet)s” is empty."),
    "no_header": _(
        "No row with column names was found; the first filled row is: %(first)s. "
        "Put the column names of the template into one row above the data."
    ),
    "no_rows": _("The sheet “%(sheet)s” has column names but no rows under them."),
    "duplicate_column": _(
        "Two columns mean the same: %(first)s (“%(first_name)s”) and %(second)s (“%(name)s”). Delete one of them."
    ),
    "missing_columns": _("These columns are missing: %(names)s. The column names found are: %(found)s."),
    "too_many_rows": _(
        "The file has about %(found)s rows; at most %(limit)s can be read at once. Split it into several files."
    ),
    "too_many_columns": _("The file has %(found)s columns; at most %(limit)s can be read. Delete the unused ones."),
    "far_cell": _(
        "There is a filled cell far outside the table (%(cell)s). Delete the rows and columns around the table, "
        "save the file and upload it again."
    ),
    "encoding": _("The text of the file is in an unknown encoding. Save it as “CSV UTF-8” or as .xlsx."),
    "broken_csv": _("The file has a quotation mark that is opened but not closed. Save it as .xlsx instead."),
    "bad_ending": _("Only files ending in .xlsx or .csv can be uploaded, not “%(name)s”."),
}

NOTICES = {
    "extra_columns": _("%(count)s columns are not known and were ignored: %(names)s."),
    "other_sheets": _("Only the sheet “%(sheet)s” was read; these were not: %(names)s."),
    "hidden_sheets": _("Hidden sheets were not read: %(names)s."),
    "hidden_rows": _("%(count)s hidden or filtered rows were read as well."),
    "hidden_columns": _("Hidden columns were read as well: %(names)s."),
    "formulas": _("%(count)s cells hold formulas (the first is %(first)s); their stored results were used."),
    "links_ignored": _("Links to other files and data connections were ignored."),
    "merged_across": _("In %(count)s places cells are merged across columns; the text belongs to the first of them."),
    "repeated_headers": _("%(count)s repeated header rows between the data were skipped."),
    "title_rows": _("%(count)s title lines above repeated headers were skipped (rows %(rows)s)."),
    "header_row": _("The column names were found in row %(row)s; what is above was ignored."),
}


def sentence(code: str, params: dict[str, Any]) -> str:
    """The refusal or notice with this code, in the language of whoever is asking."""
    text = REFUSALS.get(code) or NOTICES[code]
    return str(text) % params
