"""How values look on every screen and paper: one format for money, quantities, dates, statuses and icons.

Loaded everywhere as a template builtin; no `{% load %}` is needed. `None` and "" are shown as nothing, never as "None".
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

import barcode
import cn2an
import segno
from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

register = template.Library()

CENT = Decimal("0.01")
# The largest whole amount that has a conventional spelling in capitals: up to 仟万亿.
CAPITALS_LIMIT = Decimal("10000000000000000")

# status value -> (icon, tone); the tones are the classes chip-<tone> in static/css/shell.css.
CHIPS = {
    "draft": ("pencil", "neutral"),
    "submitted": ("clock", "warning"),
    "approved": ("circle-check", "info"),
    "posted": ("checks", "success"),
    "reversed": ("arrow-back-up", "danger"),
    "cancelled": ("ban", "neutral"),
    # An invoice beside its order and what was accepted.
    "agrees": ("circle-check", "success"),
    "differs": ("alert-triangle", "danger"),
    # The second axis: how far a document has been carried out.
    "none": ("circle-dashed", "neutral"),
    "partial": ("circle-half-2", "warning"),
    "complete": ("circle-check", "success"),
    "closed": ("lock", "neutral"),
    "transit": ("truck-delivery", "warning"),
    "arrived": ("circle-check", "success"),
    "overdue": ("alert-triangle", "danger"),
    # Suggestions to reorder.
    "open": ("clock", "warning"),
    "ordered": ("truck-delivery", "info"),
    "dismissed": ("ban", "neutral"),
    "filled": ("circle-check", "success"),
    # Lots that are kept back.
    "quarantine": ("clock", "warning"),
    "frozen": ("lock", "danger"),
    # How far a sourcing is.
    "stage-preparing": ("pencil", "neutral"),
    "stage-collecting": ("inbox", "warning"),
    "stage-opened": ("key", "info"),
    "stage-failed": ("circle-x", "danger"),
    # Asset cards.
    "in_stock": ("archive", "neutral"),
    "in_use": ("circle-check", "success"),
    "idle": ("hourglass", "warning"),
    "repair": ("tool", "warning"),
    "lent": ("package-export", "info"),
    "let": ("key", "info"),
    "missing": ("alert-triangle", "danger"),
    "disposed": ("ban", "neutral"),
    # Work orders.
    "new": ("inbox", "warning"),
    "triaged": ("clipboard-check", "warning"),
    "dispatched": ("send", "info"),
    "accepted": ("check", "info"),
    "on_site": ("map-pin", "info"),
    "suspended": ("hourglass", "warning"),
    "done": ("circle-half-2", "success"),
    "confirmed": ("circle-check", "success"),
    "urgency-urgent": ("alert-triangle", "danger"),
    "urgency-normal": ("minus", "neutral"),
    "urgency-low": ("chevron-down", "neutral"),
    "due-danger": ("alert-triangle", "danger"),
    "due-warning": ("clock", "warning"),
    "due-neutral": ("clock", "neutral"),
    # Signatures.
    "waiting": ("clock", "warning"),
    "pending": ("clock", "warning"),
    "returned": ("arrow-back-up", "danger"),
    "rejected": ("arrow-back-up", "danger"),
    "withdrawn": ("arrow-back-up", "neutral"),
    # Master data.
    "active": ("circle-check", "success"),
    "stopped": ("ban", "danger"),
}
# step of the life cycle -> icon in the story of a document
STEP_ICONS = {
    "create": "plus",
    "edit": "pencil",
    "submit": "send",
    "withdraw": "arrow-back-up",
    "sign": "check",
    "approve": "circle-check",
    "reject": "arrow-back-up",
    "post": "checks",
    "issue": "package-export",
    "close_rest": "lock",
    "over_quota": "alert-triangle",
    "take_back": "arrow-back-up",
    "send_back": "arrow-back-up",
    "arrive": "package-import",
    "bring_back": "arrow-back-up",
    "overdue": "hourglass",
    "arrive_back": "arrow-back-up",
    "reverse": "arrow-back-up",
    "cancel": "ban",
    # Work orders.
    "report": "inbox",
    "triage": "clipboard-check",
    "dispatch": "send",
    "transfer": "switch-horizontal",
    "take": "check",
    "accept": "check",
    "decline": "arrow-back-up",
    "set_out": "truck-delivery",
    "suspend": "hourglass",
    "resume": "tool",
    "finish": "checks",
    "reopen": "arrow-back-up",
    "confirm": "circle-check",
    "close": "lock",
    "merge": "git-branch",
    "join_work": "users",
    "note": "message",
    "urgency": "alert-triangle",
    "describe": "pencil",
    "contract": "building-store",
}
# names of line fields that the grid of lines calculates with
LINE_ROLES = {"unit_price": "price", "unit_cost": "price"}
NUMBER_KINDS = {"money", "quantity", "price", "integer", "percent"}


def _decimal(value: Any) -> Decimal | None:
    """The value as an exact Decimal, or None where it is empty or not a number (a screen never fails over a blank)."""
    if value is None or value == "":
        return None
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


@register.filter
def money(value: Any) -> str:
    """1234.5 -> "1,234.50": yuan, two places, rounded half up (R-SYS-05)."""
    number = _decimal(value)
    return "" if number is None else f"{number.quantize(CENT, ROUND_HALF_UP) + 0:,.2f}"


@register.filter
def quantity(value: Any) -> str:
    """1200.5000 -> "1,200.5": at most four places, trailing zeros dropped."""
    return _trimmed(value, most=4, least=0)


@register.filter
def price(value: Any) -> str:
    """12.5 -> "12.50", 0.123456 -> "0.123456": between two and six places."""
    return _trimmed(value, most=6, least=2)


def _trimmed(value: Any, *, most: int, least: int) -> str:
    """The number with thousands separators, rounded to `most` places, its trailing zeros cut down to `least` places."""
    number = _decimal(value)
    if number is None:
        return ""
    whole, _point, fraction = f"{number.quantize(Decimal(1).scaleb(-most), ROUND_HALF_UP) + 0:,f}".partition(".")
    fraction = fraction.rstrip("0").ljust(least, "0")
    return f"{whole}.{fraction}" if fraction else whole


@register.filter
def day(value: Any) -> str:
    """A date as 2026-11-23; a moment is first taken to the local time zone."""
    if isinstance(value, datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{value:%Y-%m-%d}" if isinstance(value, date) else ""


@register.filter
def moment(value: Any) -> str:
    """A moment as 2026-11-23 14:05 in the local time zone."""
    if not isinstance(value, datetime):
        return day(value)
    return f"{timezone.localtime(value) if timezone.is_aware(value) else value:%Y-%m-%d %H:%M}"


@register.filter
def minutes(value: timedelta) -> int:
    """A span of time in whole minutes, rounded up: what to tell a person who has to wait."""
    return -(-int(value.total_seconds()) // 60)


@register.filter
def capital_amount(value: Any) -> str:
    """Yuan in Chinese capitals (大写金额), rounded half up to the cent first: 1234.5 -> 壹仟贰佰叁拾肆元伍角."""
    number = _decimal(value)
    if number is None:
        return ""
    number = number.quantize(CENT, ROUND_HALF_UP)
    if abs(number) >= CAPITALS_LIMIT:
        return money(number)
    if number == 0:
        return "零元整"
    return str(cn2an.an2cn(f"{number:f}", "rmb"))


@register.filter
def mask_phone(value: Any) -> str:
    """13812345678 -> "138****5678"; shorter numbers keep only their last two digits."""
    text = str(value or "").strip()
    if len(text) >= 9:
        return f"{text[:3]}****{text[-4:]}"
    return "*" * max(len(text) - 2, 0) + text[-2:]


@register.simple_tag
def icon_href(name: str) -> str:
    """The address of an icon in the sprite, for a <use> element; with "" the beginning that scripts add a name to."""
    return f"{static('vendor/tabler/icons.svg')}#{name}"


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite. Without a label it is decoration; with one it is read aloud."""
    href = icon_href(name)
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, href)
    return format_html('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"/></svg>', href)


@register.simple_tag
def status_chip(value: Any, label: Any = "") -> SafeString:
    """A status as a word with an icon, never colour alone. `value` is the stored value, `label` the word shown."""
    name, tone = CHIPS.get(str(value), ("circle-dashed", "neutral"))
    return format_html('<span class="chip chip-{}">{}{}</span>', tone, icon(name), label or value)


@register.simple_tag
def step_icon(step: Any) -> SafeString:
    """The icon of a step of the life cycle."""
    return icon(STEP_ICONS.get(str(step), "clock"))


@register.filter
def line_role(field: Any) -> str:
    """What a field of a document line is to static/js/line-grid.js: item, quantity, unit, price, or its own name.

    The first search box of a line is the one of its item; boxes behind “More” are called by their names. A widget
    that carries data-line-role says itself what it is (how many cards, the value of one).
    """
    if role := field.field.widget.attrs.get("data-line-role"):
        return str(role)
    if getattr(field.field.widget, "search_url", "") and not _is_more(field):
        return "item"
    return LINE_ROLES.get(field.name, str(field.name))


def _is_more(field: Any) -> bool:
    return bool(field.field.widget.attrs.get("data-more"))


LONGEST_KEPT = 16


@register.filter
def kept_together(text: Any) -> SafeString:
    """Words parted by dots, for the second line of a card: short parts, numbers and days do not break across lines."""
    parts = str(text).split(" · ")
    spans = (("nowrap" if len(part) <= LONGEST_KEPT else "", part) for part in parts)
    return format_html_join(" · ", '<span class="{}">{}</span>', spans)


@register.filter
def main_fields(form: Any) -> list[Any]:
    """The visible fields of a document line that are columns of the grid."""
    return [field for field in form.visible_fields() if field.name != "DELETE" and not _is_more(field)]


@register.filter
def more_fields(form: Any) -> list[Any]:
    """The fields of a document line that stand behind “More”, below its item."""
    return [field for field in form.visible_fields() if _is_more(field)]


@register.filter
def any_errors(fields: Any) -> bool:
    """Whether one of these fields was refused."""
    return any(field.errors for field in fields)


def _field(column: Any, name: str) -> Any:
    """A column may be a dict or an object; both are read the same way."""
    return column.get(name, "") if isinstance(column, dict) else getattr(column, name, "")


@register.filter
def cell_class(column: Any) -> str:
    """The CSS classes of a table cell: numbers are set right, short kinds do not wrap; the column may add its own."""
    kind = _field(column, "kind")
    base = {"day": "nowrap", "moment": "nowrap", "code": "code", "status": "nowrap"}.get(kind, "")
    return " ".join(part for part in ("num" if kind in NUMBER_KINDS else base, _field(column, "css") or "") if part)


@register.simple_tag
def cell(column: Any, value: Any) -> Any:
    """One table cell. A value `{"value": …, "url": …}` becomes a link; a status is a pair (stored value, word)."""
    if isinstance(value, dict):
        inner = cell(column, value.get("value"))
        return format_html('<a href="{}">{}</a>', value["url"], inner) if value.get("url") else inner
    kind = _field(column, "kind")
    if kind == "status":
        if not value:
            return ""
        return status_chip(*value) if isinstance(value, (tuple, list)) else status_chip(value)
    if kind == "flag":
        return icon("check", _("Yes")) if value else ""
    if kind == "percent":
        number = _decimal(value)
        return "" if number is None else f"{_trimmed(number * 100, most=2, least=0)}%"
    formats = {"money": money, "quantity": quantity, "integer": quantity, "price": price, "day": day, "moment": moment}
    if kind in formats:
        return formats[kind](value)
    return "" if value is None else value


@register.filter
def beside(values: Iterable[Any], columns: Iterable[Any]) -> list[tuple[Any, Any]]:
    """`{% for column, value in row.cells|beside:columns %}`: columns with their values; one missing is an error."""
    return list(zip(columns, values, strict=True))


@register.simple_tag
def qr_svg(text: Any, label: str = "") -> SafeString:
    """A QR code as an inline picture, black on white. Full codes only: phones do not read the micro kind."""
    drawing = segno.make_qr(str(text), error="m").svg_inline(
        scale=1, border=2, omitsize=True, dark="#000", light="#fff"
    )
    return format_html('<span class="qr" role="img" aria-label="{}">{}</span>', label or text, mark_safe(drawing))  # noqa: S308


@register.simple_tag
def barcode_svg(text: Any) -> SafeString:
    """A Code 128 barcode as an inline picture, black on white, stretched by CSS (class `barcode`)."""
    modules = barcode.get("code128", str(text)).build()[0]
    bars, start = [], 0
    while (start := modules.find("1", start)) >= 0:
        end = modules.find("0", start)
        end = len(modules) if end < 0 else end
        bars.append(f"M{start + 10} 0h{end - start}v30h-{end - start}z")
        start = end
    # Ten modules of white on each side: scanners need the quiet zone.
    return format_html(
        '<svg class="barcode" role="img" aria-label="{}" viewBox="0 0 {} 30" preserveAspectRatio="none">'
        '<path fill="#fff" d="M0 0h{}v30h-{}z"/><path fill="#000" d="{}"/></svg>',
        text,
        len(modules) + 20,
        len(modules) + 20,
        len(modules) + 20,
        "".join(bars),
    )
