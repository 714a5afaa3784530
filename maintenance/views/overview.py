"""What repairs add to the first page: what is to be dispatched, done or confirmed, and the way to report a fault."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core.views.workbench import Number, Shortcut, register_numbers, register_shortcuts
from maintenance.models import AT_WORK, State, WorkOrder
from maintenance.order_selectors import DISPATCH, overdue
from maintenance.report_selectors import department_tickets, own_tickets, waiting_for_word

TO_DISPATCH = (State.NEW, State.TRIAGED)


def repair_numbers(user: Any) -> Iterator[Number]:
    """Numbers of the dispatcher over what he sees, of a worker over what he has, of whoever reported something."""
    listed = reverse("workorder_list")
    if user.has_perm(DISPATCH):
        seen = WorkOrder.objects.visible_to(user)
        waiting = "&".join(f"state={state.value}" for state in TO_DISPATCH)
        yield Number(_("Orders to dispatch"), seen.filter(state__in=TO_DISPATCH).count(), f"{listed}?{waiting}")
        late = overdue(seen).count()
        yield Number(_("Overdue orders"), late, f"{listed}?overdue=on", warns=late > 0)
    if user.has_perm("maintenance.work_workorder") and not user.is_superuser:
        own, page = WorkOrder.objects.filter(worker=user), reverse("repair_work")
        yield Number(_("Repairs to accept"), own.filter(state=State.DISPATCHED).count(), page)
        yield Number(_("Repairs in hand"), own.filter(state__in=AT_WORK).count(), page)
    if user.has_perm("maintenance.view_repairticket"):
        done = waiting_for_word(own_tickets(user) | department_tickets(user)).distinct().count()
        if done:
            yield Number(_("Repairs to confirm"), done, f"{reverse('repair_mine')}?of=waiting")


def repair_shortcuts(user: Any) -> Iterator[Shortcut]:
    """Everybody who may reports a fault from the first page; workers open their repairs."""
    if user.has_perm("maintenance.work_workorder") and not user.is_superuser:
        yield Shortcut(_("My repairs"), reverse("repair_work"), "hammer")
    if user.has_perm("maintenance.add_repairticket") and user.organization_id:
        yield Shortcut(_("Report a fault"), reverse("report_new"), "tool")


register_numbers(repair_numbers)
register_shortcuts(repair_shortcuts)
