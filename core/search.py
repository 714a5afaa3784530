"""Search by code, name or pinyin initials, the way people type: A4 zhi, FYZ, 复印纸."""

from django.db.models import Q, QuerySet
from pypinyin import Style, lazy_pinyin


def initials_of(text: str, *, limit: int = 60) -> str:
    """Pinyin initials in capitals: 复印纸 A4 -> FYZA4. Letters and digits stay; the user may correct the result."""
    parts = lazy_pinyin(text, style=Style.FIRST_LETTER, errors="default")
    return "".join(letter for part in parts for letter in part if letter.isalnum() and letter.isascii()).upper()[:limit]


def matching(rows: QuerySet, text: str, *, fields: tuple[str, ...], initials: str = "initials") -> QuerySet:
    """Rows in which every word of `text` occurs in one of the fields or begins or continues the initials."""
    for word in text.split()[:6]:
        condition = Q(**{f"{initials}__contains": word.upper()}) if initials and word.isascii() else Q()
        for field in fields:
            condition |= Q(**{f"{field}__icontains": word})
        rows = rows.filter(condition)
    return rows
