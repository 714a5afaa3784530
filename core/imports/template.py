"""The empty workbook that a resource offers: header, one example, a sheet that explains every column."""

from typing import Any

from django.utils.translation import gettext as _

from core.excel.values import RelatedWidget
from core.excel.writer import Column, Sheet

SHOWN_RECORDS = 30


def template_sheets(resource: Any) -> list[Sheet]:
    """Two sheets for `write_workbook`: the one to fill (required columns marked with *), and the explanations."""
    columns = []
    for name, field in resource.fields.items():
        mark = "*" if resource.is_required(name) else ""
        columns.append(Column(field.column_name + mark, kind=field.widget.kind, choices=tuple(field.widget.choices())))
    example = [resource.example(name) for name in resource.fields]
    rows = [example] if any(cell not in (None, "") for cell in example) else []
    return [Sheet(resource.title(), columns, rows, freeze=1), _notes(resource)]


def _notes(resource: Any) -> Sheet:
    columns = [
        Column(_("Column"), width=20),
        Column(_("Required"), kind="boolean"),
        Column(_("What to write"), width=40),
        Column(_("Allowed values"), width=50),
        Column(_("Explanation"), width=50),
        Column(_("Also recognised as"), width=36),
    ]
    title = [_("How to fill in the sheet “%(sheet)s”") % {"sheet": resource.title()}, *_hints(resource)]
    return Sheet(_("How to fill in"), columns, [_note(resource, name) for name in resource.fields], title=title)


def _hints(resource: Any) -> list[str]:
    hints = [_("Columns marked with * must be filled in. The example row may stay; it is skipped.")]
    if keys := [field.column_name for field in resource.key_fields()]:
        hints.append(
            _("A row whose %(key)s already exists changes that record; otherwise a new one is made.")
            % {"key": "、".join(keys)}
        )
    return hints


def _note(resource: Any, name: str) -> list[Any]:
    field = resource.fields[name]
    names = next(column.names for column in resource.column_names() if column.key == name)
    explained = resource.column_notes.get(name) or resource.model._meta.get_field(name).help_text
    return [
        field.column_name,
        resource.is_required(name),
        field.widget.describe(),
        _allowed(resource, name, field.widget),
        str(explained or ""),
        "、".join(dict.fromkeys(other for other in names if other != field.column_name)),
    ]


def _allowed(resource: Any, name: str, widget: Any) -> str:
    if isinstance(widget, RelatedWidget):
        records = resource.choosable(name, widget.model)[: SHOWN_RECORDS + 1]
        shown = [widget.render(record) or "" for record in records]
        return "、".join(shown[:SHOWN_RECORDS]) + (" …" if len(shown) > SHOWN_RECORDS else "")
    return "、".join(widget.choices())
