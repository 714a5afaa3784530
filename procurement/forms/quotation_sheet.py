"""The quotation sheet: out with empty prices for one supplier, back with his. All errors of all rows at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import ValueRefused
from core.excel.reader import ColumnNames, read_workbook
from core.excel.rows import RowError
from core.excel.writer import Column, Sheet
from core.parsing import parse_decimal, parse_text
from procurement.models import Sourcing, SourcingLine
from procurement.services.quotations import when

LABELS = {
    "line": gettext_lazy("Line no."),
    "item": gettext_lazy("Item"),
    "specification": gettext_lazy("Specification"),
    "unit": gettext_lazy("Unit"),
    "quantity": gettext_lazy("Quantity"),
    "price": gettext_lazy("Unit price (yuan, taxes included)"),
    "brand": gettext_lazy("Brand and model"),
}
KINDS = {"line": "integer", "quantity": "quantity", "price": "price"}
WIDTHS = {"item": 26, "specification": 24, "price": 18, "brand": 20}
ENGLISH = {
    "line": ("Line no.", "序号"),
    "price": ("Unit price (yuan, taxes included)", "Unit price", "单价", "报价", "含税单价"),
    "brand": ("Brand and model", "品牌", "品牌型号"),
}


@dataclass
class Filled:
    """What a filled sheet says. prices, brands: by key of the sourcing line."""

    prices: dict[int, Decimal] = field(default_factory=dict)
    brands: dict[int, str] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def sheet_of(document: Sourcing, lines: Sequence[SourcingLine]) -> Sheet:
    """The sheet that goes to every invited supplier; it says nothing of estimates."""
    columns = [Column(str(LABELS[name]), WIDTHS.get(name), KINDS.get(name, "text")) for name in LABELS]
    rows = []
    for line in lines:
        request = line.request_line
        rows.append([line.position, request.title, request.described, request.unit.name, line.quantity, None, ""])
    until = when(document.deadline) if document.deadline else "—"
    title = (
        f"{document.organization}  {document.title}",
        _("Please enter your unit prices and send the sheet back until %(moment)s.") % {"moment": until},
    )
    return Sheet(_("Quotation"), columns, rows, title=title)


def read_sheet(lines: Sequence[SourcingLine], data: bytes, filename: str) -> Filled:
    """Read a filled sheet. Raises FileRefused when the file cannot be read; rows without a price are not offered."""
    names = [
        ColumnNames(name, list(dict.fromkeys((str(LABELS[name]), *ENGLISH[name]))), name != "brand")
        for name in ("line", "price", "brand")
    ]
    table = read_workbook(data, filename=filename, columns=names)
    known = {line.position: line for line in lines}
    filled = Filled(warnings=table.warnings)
    for row in table.rows:
        _read(filled, known, row.number, dict(zip(table.columns, row.cells, strict=True)))
    if not filled.prices and not filled.errors:
        filled.errors.append(RowError(table.header_row, str(LABELS["price"]), "", _("No row has a price.")))
    return filled


def _read(filled: Filled, known: dict[int, SourcingLine], number: int, cells: dict[str, Any]) -> None:
    def refuse(name: str, sentence: Any) -> None:
        value = cells.get(name)
        filled.errors.append(
            RowError(number, str(LABELS[name]), "" if value is None else str(value)[:60], str(sentence))
        )

    try:
        price = parse_decimal(cells.get("price"), 6)
    except ValueRefused as refusal:
        refuse("price", refusal)
        return
    if price is None:
        return
    try:
        position = parse_decimal(cells.get("line"), 0, minimum=1)
        brand = parse_text(cells.get("brand")) or ""
    except ValueRefused as refusal:
        refuse("line", refusal)
        return
    line = known.get(int(position)) if position is not None else None
    if line is None:
        refuse("line", _("The enquiry has no line with this number."))
    elif line.pk in filled.prices:
        refuse("line", _("This line stands in the sheet twice; keep one."))
    elif price <= 0:
        refuse("price", _("Enter a price greater than zero, or leave it empty."))
    else:
        filled.prices[line.pk], filled.brands[line.pk] = price, brand[:100]
