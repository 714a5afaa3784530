"""What both sides of a hand-over are told, and who is reminded of things that should be back."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assets import figures
from assets.models import CustodyChange
from assets.selectors import held_by
from core import clock, notices
from core.documents.lifecycle import Status
from core.policies import value_of
from directory.models import User

Kind = CustodyChange.Kind
ASKED, DONE, REVERSED, DUE_SOON, OVERDUE, LEAVING = (
    "custody_asked",
    "custody_done",
    "custody_reversed",
    "asset_loan_due",
    "asset_loan_overdue",
    "leaving_with_things",
)

notices.register_sentence(
    ASKED, _("%(person)s submitted a hand-over of %(count)d things (%(kind)s); please confirm for your side.")
)
notices.register_sentence(DONE, _("%(number)s (%(kind)s): both sides confirmed, %(count)d things changed hands."))
notices.register_sentence(REVERSED, _("%(number)s (%(kind)s) was reversed: %(count)d things are where they were."))
notices.register_sentence(DUE_SOON, _("%(count)d things lent by %(number)s are to be back by %(day)s."))
notices.register_sentence(
    OVERDUE, _("%(count)d things lent to %(borrower)s by %(number)s are overdue: they were to be back by %(day)s.")
)

notices.register_sentence(
    LEAVING, _("%(person)s leaves on %(day)s and still uses or keeps %(count)d things; let them be handed over.")
)


def ask(document: CustodyChange) -> None:
    """Tell whoever has to confirm that a hand-over waits for him."""
    people = {key for key in (document.hander_id, document.receiver_id) if key and key != document.submitter_id}
    words = {**_words(document), "person": str(document.submitter)}
    told_as = f"custody:{document.pk}:asked:{document.revision}"
    notices.tell(people, ASKED, key=told_as, url=_url(document), words=words)


def tell_done(document: CustodyChange) -> None:
    """Tell both sides that the things changed hands, or that this was reversed."""
    code = REVERSED if document.status == Status.REVERSED else DONE
    people = {
        *(document.hander_id, document.receiver_id, document.to_user_id, document.to_custodian_id),
        document.department.head_id,
        document.to_department.head_id if document.to_department else None,
    }
    notices.tell(
        {key for key in people if key},
        code,
        key=f"custody:{document.pk}:{code}",
        url=_url(document),
        words=_words(document),
    )


def remind_of_loans(day: dt.date | None = None) -> int:
    """Remind borrowers and asset managers of loans that are due soon or overdue; returns how many notices are new.

    Once before the day, then every so many days after it (dated figures); run as often as one likes.
    """
    today = day or clock.today()
    told = 0
    loans = CustodyChange.objects.filter(kind=Kind.LOAN, status=Status.POSTED, settled=False, due_on__isnull=False)
    for loan in loans.select_related("to_department", "department", "to_user").order_by("pk"):
        told += _remind(loan, today)
    return told


def _remind(loan: CustodyChange, today: dt.date) -> int:
    due = loan.due_on or today
    before = int(value_of(figures.LOAN_REMIND_BEFORE, loan.organization_id, today))
    every = max(int(value_of(figures.LOAN_REMIND_EVERY, loan.organization_id, today)), 1)
    late = (today - due).days
    if late < -before:
        return 0
    code, turn = (OVERDUE, (late - 1) // every) if late > 0 else (DUE_SOON, 0)
    words = {
        "count": loan.lines.filter(returned=False).count(),
        "number": loan.number or "",
        "day": due.isoformat(),
        "borrower": loan.borrower or str(loan.to_user or loan.to_department),
    }
    key = f"asset_loan:{loan.pk}:{due}:{code}:{turn}"
    return notices.tell(_concerned(loan), code, key=key, url=_url(loan), words=words)


def remind_of_leavers(day: dt.date | None = None) -> int:
    """Tell people whose last day is near, the heads of their departments and the asset managers, once, that things are
    still in their hands (R-AST-11): a day that was known when they came closes their account by itself."""
    today = day or clock.today()
    told = 0
    people = User.objects.filter(is_active=True, active_until__gte=today, organization__isnull=False)
    for person in people.select_related("department").order_by("pk"):
        days = int(value_of(figures.LEAVING_REMIND_BEFORE, person.organization_id or 0, today))
        last = person.active_until or today
        if (last - today).days > days or not (count := held_by(person).count()):
            continue
        concerned = {person.pk, *_managers(person.organization_id)}
        if person.department and person.department.head_id:
            concerned.add(person.department.head_id)
        words = {"person": str(person), "day": last.isoformat(), "count": count}
        url = reverse("custody_of_person", args=(person.pk,))
        told += notices.tell(concerned, LEAVING, key=f"leaving:{person.pk}:{last}", url=url, words=words)
    return told


def _managers(organization_id: int | None) -> set[int]:
    """Keys of those who keep the asset register of a house."""
    found = User.objects.filter(
        organization=organization_id,
        is_active=True,
        groups__permissions__codename="post_custodychange",
        groups__permissions__content_type__app_label="assets",
    )
    return set(found.values_list("pk", flat=True))


def _concerned(loan: CustodyChange) -> set[int]:
    """Borrower and head of the borrowing department, whoever lent it, and the asset managers of the house."""
    people = {loan.to_user_id, loan.hander_id, *_managers(loan.organization_id)}
    if loan.to_department:
        people.add(loan.to_department.head_id)
    return {person for person in people if person}


def _words(document: CustodyChange) -> dict[str, Any]:
    return {
        "number": document.number or "",
        "kind": str(document.get_kind_display()),
        "count": document.lines.count(),
    }


def _url(document: CustodyChange) -> str:
    return reverse("custodychange_detail", args=(document.pk,))
