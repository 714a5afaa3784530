"""部门资产清单 and 个人名下资产清单: lists that are printed and signed."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.models import Asset
from assets.selectors import RELATED, cards_seen, held_by, in_service
from core import clock
from core.forms import offer
from core.reports import Column, Report, ReportForm, Row, register
from core.visibility import Scope
from core.widgets import PickerInput
from directory.models import Department, User

from .parts import EXPORT

VIEW = "assets.view_asset"
NUMBER = Column(gettext_lazy("Asset number"), "number", "code", width=16)
NAME = Column(gettext_lazy("Asset name"), "name", width=20)
SPECIFICATION = Column(gettext_lazy("Specification and model"), "specification", width=20)
QUANTITY = Column(gettext_lazy("Quantity or area"), "quantity", "quantity", width=8)
UNIT = Column(gettext_lazy("Unit"), "unit", width=6)
ACQUIRED = Column(gettext_lazy("Acquired on"), "acquired_on", "date")
VALUE = Column(gettext_lazy("Original value"), "original_value", "money", total=True)
NET = Column(gettext_lazy("Net value"), "net", "money", total=True)
PLACE = Column(gettext_lazy("Place"), "place")
STATE = Column(gettext_lazy("State"), "state", width=8)


def values_of(row: Asset) -> dict[str, Any]:
    """A card as the lists show it."""
    return {
        "number": row.number,
        "name": row.name,
        "specification": row.specification,
        "quantity": row.quantity,
        "unit": row.unit,
        "acquired_on": row.acquired_on,
        "original_value": row.original_value,
        "net": row.net_value,
        "place": str(row.place or row.situated_at),
        "state": str(row.get_state_display()),
        "user": str(row.user or ""),
        "custodian": str(row.custodian or ""),
        "department": str(row.department),
    }


class CardRows(Report):
    """A list of cards, one row each."""

    frozen_columns = 2
    icon = "clipboard-list"

    def cards(self) -> QuerySet[Asset]:
        raise NotImplementedError

    def rows(self) -> Iterator[Row]:
        for row in self.cards().select_related(*RELATED).order_by("department__path", "number").iterator(1000):
            yield Row(values_of(row), subject=row)

    def links(self, row: Row) -> dict[str, str]:
        return {"number": reverse("asset_detail", args=(row.subject.pk,))}


class DepartmentForm(ReportForm):
    department = forms.ModelChoiceField(Department.objects.none(), label=gettext_lazy("Department"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Department.objects.visible_to(self.user).filter(organization=self.user.organization_id, active=True)
        offer(self, "department", rows)
        self.fields["department"].initial = self.user.department_id


@register
class DepartmentAssets(CardRows):
    """What a department and those under it use; signed once a year by its head and by the asset clerk."""

    code = "department_assets"
    title = gettext_lazy("Department asset list")
    permission = VIEW
    export_permission = EXPORT
    form_class = DepartmentForm
    signature_places = (gettext_lazy("Head of the department"), gettext_lazy("Asset clerk"), gettext_lazy("Date"))
    empty_text = gettext_lazy("This department has no things on cards that you may see.")

    def columns(self) -> Sequence[Column]:
        return (
            *(NUMBER, NAME, SPECIFICATION, QUANTITY, UNIT, ACQUIRED, VALUE, NET),
            Column(gettext_lazy("Using department"), "department"),
            Column(gettext_lazy("User"), "user", width=9),
            Column(gettext_lazy("Custodian"), "custodian", width=9),
            *(PLACE, STATE),
        )

    def summary(self) -> list[tuple[Any, Any]]:
        department = self.params["department"]
        return [
            (_("Department"), department),
            (_("Head of the department"), department.head or ""),
            (_("As of"), f"{clock.today()}"),
        ]

    def cards(self) -> QuerySet[Asset]:
        path = self.params["department"].path
        return in_service(cards_seen(self.user)).filter(department__path__startswith=path)


class PersonForm(ReportForm):
    person = forms.ModelChoiceField(
        User.objects.none(), label=gettext_lazy("Person"), widget=PickerInput("anyone_search")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "person", people_asked_about(self.user))
        self.fields["person"].initial = self.user.pk


def people_asked_about(user: Any) -> QuerySet[User]:
    """Himself; for who sees the things of a whole house or department, the people there, those who left included."""
    scopes = user.scopes_for(VIEW)
    if scopes & {Scope.ORGANIZATION, Scope.ALL}:
        return User.objects.filter(organization_id=user.organization_id)
    if user.has_perm("directory.view_user"):
        return User.objects.filter(pk=user.pk) | User.objects.filter(pk__in=User.objects.visible_to(user).values("pk"))
    return User.objects.filter(pk=user.pk)


@register
class PersonalAssets(CardRows):
    """What a person uses or keeps; signed when he leaves and hands it over. Everybody sees his own."""

    code = "personal_assets"
    title = gettext_lazy("Personal asset list")
    permission = VIEW
    export_permission = EXPORT
    form_class = PersonForm
    signature_places = (
        *(gettext_lazy("User"), gettext_lazy("Received by"), gettext_lazy("Head of the department")),
        *(gettext_lazy("Asset clerk"), gettext_lazy("Date")),
    )
    empty_text = gettext_lazy("Nothing is in this person's name.")

    @classmethod
    def may_open(cls, user: Any) -> bool:
        return bool(user.is_active)

    def columns(self) -> Sequence[Column]:
        as_what = Column(gettext_lazy("As"), "as_what", width=10)
        department = Column(gettext_lazy("Using department"), "department")
        return NUMBER, NAME, SPECIFICATION, QUANTITY, UNIT, ACQUIRED, VALUE, as_what, department, PLACE, STATE

    def summary(self) -> list[tuple[Any, Any]]:
        person = self.params["person"]
        return [
            (_("Person"), person),
            (_("Department"), person.department or ""),
            (_("As of"), f"{clock.today()}"),
        ]

    def cards(self) -> QuerySet[Asset]:
        person = self.params["person"]
        rows = held_by(person)
        return rows if person == self.user else rows.filter(pk__in=cards_seen(self.user).values("pk"))

    def rows(self) -> Iterator[Row]:
        person = self.params["person"]
        for row in super().rows():
            held = ((row.subject.user_id, _("User")), (row.subject.custodian_id, _("Custodian")))
            as_what = " · ".join(str(word) for key, word in held if key == person.pk)
            yield Row({**row.values, "as_what": as_what}, subject=row.subject)
