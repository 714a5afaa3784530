"""What fixed assets ask of a month before it is closed, on the checklist of the month close."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from assets.services import balances, depreciation
from core.templatetags.display import money
from inventory.closing_selectors import BLOCK, OK, WARN, Check, Entry


def depreciation_run(organization: Any, first: dt.date, last: dt.date) -> Check | None:
    """The run of the month is posted, where the house has begun to depreciate."""
    if depreciation.first_month_run(organization.pk) is None:
        return None
    title = _("The depreciation of the month is posted")
    if not balances.missing_run(organization.pk, first.year, first.month):
        return Check("depreciation", title, OK)
    due = depreciation.month_words(depreciation.month_to_run(organization.pk))
    entry = Entry(_("Run %(month)s") % {"month": due}, url=reverse("depreciationrun_list"))
    return Check("depreciation", title, BLOCK, _("Without it the month cannot be closed."), 1, [entry])


def accounts(organization: Any, first: dt.date, last: dt.date) -> Check | None:
    """Cards and general ledger agree (R-ACC-01): a difference without an explanation blocks, nothing entered warns."""
    lines = [
        line
        for line in balances.compare(organization.pk, first.year, first.month)
        if line.cards or line.balance is not None
    ]
    if not lines:
        return None
    title = _("Asset cards agree with the general ledger")
    url = f"{reverse('account_balances')}?month={first:%Y-%m}"
    unexplained = [line for line in lines if line.is_unexplained]
    waiting = [line for line in lines if line.balance is None]
    if unexplained:
        entries = [
            Entry(line.label, _("differs by %(yuan)s yuan") % {"yuan": money(line.difference)}, url=url)
            for line in unexplained
        ]
        return Check("accounts", title, BLOCK, _("Correct the difference or explain it."), len(entries), entries)
    if waiting:
        entries = [Entry(line.label, _("not entered yet"), url=url) for line in waiting]
        text = _("Enter what the general ledger holds at the end of the month.")
        return Check("accounts", title, WARN, text, len(entries), entries)
    return Check("accounts", title, OK)
