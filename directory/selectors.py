"""Read queries of the directory."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.documents.models import Approver
from core.documents.routes import rules_for
from directory.models import Department, User


def signers_of(
    kind: Any, department: Department, amount: Decimal, *, escalated: bool = False, hurried: bool = False
) -> list[tuple[str, list[str]]]:
    """(rule in words, names) of everybody who would sign a document of this kind (a model or its content type), in
    order. escalated: it needs one level more; hurried: the last level signs alone.

    An empty list of names means that nobody could sign, which the rights administrator has to mend.
    """
    found: list[tuple[str, list[str]]] = []
    model = kind if isinstance(kind, type) else kind.model_class()
    document = model(department=department, organization_id=department.organization_id)
    for rule in rules_for(document, amount, escalated=escalated, hurried=hurried):
        label = str(rule.get_approver_display())
        if rule.approver == Approver.ROLE and rule.role:
            people = User.objects.filter(groups=rule.role, organization_id=department.organization_id, is_active=True)
            found.append((_(rule.role.name), [person.name for person in people]))
        elif rule.approver == Approver.PERSON:
            found.append((label, [str(rule.person)]))
        else:
            heads = [row.head for row in (department, *department.ancestors()) if row.head_id]
            found.append((label, [str(heads[0])] if heads else []))
    return found
