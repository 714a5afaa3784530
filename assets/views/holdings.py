"""个人名下资产: what I use and keep. 班级物品: the things of a class, kept by its teacher."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from assets.models import Asset, AssetCount, AssetState, CustodyChange
from assets.selectors import RELATED, cards_seen, held_by, in_service
from core import clock
from core.numbers import ZERO
from core.reports import report_url
from core.views.signed_in import SignedInMixin, SignedInRequest
from core.views.tables import Column, TableView
from directory.models import Department

from .cards import DEPARTMENT, NAME, NUMBER, PLACE, SPECIFICATION, STATE, phone_card


class MyThings(TableView):
    """Everybody sees what he uses or keeps, whatever his role."""

    model = Asset
    title = gettext_lazy("My things")
    columns = (
        *(NUMBER, NAME, STATE, SPECIFICATION, DEPARTMENT, PLACE),
        Column("user", gettext_lazy("User")),
        Column("custodian", gettext_lazy("Custodian")),
        Column("acquired_on", gettext_lazy("Acquired on"), "day", sort=("acquired_on",)),
    )
    search_fields = ("number", "name", "specification", "serial_number")
    search_initials = "initials"
    search_placeholder = gettext_lazy("Asset number, name or initials")
    ordering = ("number",)
    empty_text = gettext_lazy("Nothing is in your name.")

    def queryset(self) -> QuerySet:
        return held_by(self.request.user).select_related(*RELATED)

    def url_of(self, row: Any) -> str | None:
        return reverse("asset_detail", args=(row.pk,))

    def card(self, row: Any) -> dict[str, Any]:
        return phone_card(row)

    def extra_context(self) -> dict[str, Any]:
        paper = report_url("personal_assets", person=self.request.user) + "&format=print"
        return {"actions": [{"label": _("Print the list"), "url": paper, "icon": "printer"}]}


def classes_seen(user: Any) -> QuerySet[Department]:
    """The classes of the house; for who sees no whole house, those of his own departments."""
    rows = Department.objects.filter(
        organization_id=user.organization_id, kind=Department.Kind.CLASS, active=True
    ).select_related("head", "parent")
    if user.scopes_for("assets.view_asset") & {"organization", "all"}:
        return rows
    own = Q(head=user)
    for path in user.department_paths:
        own |= Q(path__startswith=path)
    return rows.filter(own)


class ClassList(TableView):
    """班级物品 by class: how many things, and whether the class teacher keeps them all."""

    model = Department
    title = gettext_lazy("Class property")
    permission = "assets.view_asset"
    columns = (
        Column("name", gettext_lazy("Class"), sort=("code",)),
        Column("parent", gettext_lazy("Grade")),
        Column("head", gettext_lazy("Class teacher")),
        Column("things", gettext_lazy("Number of things"), "integer"),
        Column("others", gettext_lazy("Kept by somebody else"), "integer"),
    )
    search_fields = ("name", "code", "head__name")
    search_placeholder = gettext_lazy("Class or teacher")
    ordering = ("code", "pk")
    empty_text = gettext_lazy("There are no classes; a department becomes one by its kind.")

    def queryset(self) -> QuerySet:
        return classes_seen(self.request.user)

    def prepare(self, rows: list[Any]) -> None:
        things = in_service(Asset.objects.filter(department__in=rows)).order_by().values("department", "custodian")
        counted = list(things.annotate(count=Count("pk")))
        for row in rows:
            own = [each for each in counted if each["department"] == row.pk]
            row.things = sum(each["count"] for each in own)
            row.others = sum(each["count"] for each in own if each["custodian"] != row.head_id)

    def url_of(self, row: Any) -> str | None:
        return reverse("class_property", args=(row.pk,))

    def card(self, row: Any) -> dict[str, Any]:
        words = _("%(count)d things") % {"count": row.things}
        return {"title": row.name, "meta": " · ".join(str(part) for part in (row.parent, row.head, words) if part)}


class ClassMixin(SignedInMixin):
    """Finds the class of the address and its things."""

    def find(self, pk: int) -> Department:
        found = classes_seen(self.request.user).filter(pk=pk).first()
        if found is None or not self.request.user.has_perm("assets.view_asset"):
            raise Http404
        return found

    def things(self, department: Department) -> list[Asset]:
        rows = in_service(Asset.objects.filter(department=department))
        return list(rows.select_related("custodian", "user", "place").order_by("name", "number"))


class ClassProperty(ClassMixin, View):
    """The things of one class, its letter of responsibility and its monthly checks."""

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        department = self.find(pk)
        things = self.things(department)
        others = [thing for thing in things if thing.custodian_id != department.head_id]
        seen = set(cards_seen(request.user).filter(department=department).values_list("pk", flat=True))
        context = {
            "title": _("Class property of %(class)s") % {"class": department},
            "department": department,
            "rows": [(thing, thing.pk in seen) for thing in things],
            "others": others,
            "missing": sum(thing.state == AssetState.MISSING for thing in things),
            "checks_url": self._checks(department),
            "plan_url": self._plan(department),
            "hand_over_url": self._hand_over(others),
        }
        return render(request, "assets/class_property.html", context)

    def _checks(self, department: Department) -> str | None:
        """The monthly checks of this class, for who sees counts."""
        if not self.request.user.has_perm("assets.view_assetcount"):
            return None
        asked = {"kind": AssetCount.Kind.CLASS_CHECK.value, "q": department.name}
        return f"{reverse('assetcount_list')}?{urlencode(asked)}"

    def _plan(self, department: Department) -> str | None:
        """Where the next monthly check is planned, for who plans counts."""
        if not self.request.user.has_perm("assets.add_assetcount"):
            return None
        asked = {"kind": AssetCount.Kind.CLASS_CHECK.value, "scope_department": department.pk}
        return f"{reverse('assetcount_new')}?{urlencode(asked)}"

    def _hand_over(self, others: list[Asset]) -> str | None:
        """The hand-over that puts the others into the keeping of the class teacher, for who may write one."""
        if not others or not self.request.user.has_perm("assets.add_custodychange"):
            return None
        asked = [("kind", CustodyChange.Kind.USER.value), *(("asset", thing.pk) for thing in others)]
        return f"{reverse('custodychange_new')}?{urlencode(asked)}"


class ResponsibilityLetter(ClassMixin, View):
    """责任书: the class teacher signs for the things of the class."""

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        department = self.find(pk)
        things = self.things(department)
        context = {
            "title": _("Letter of responsibility for class property"),
            "organization": department.organization,
            "department": department,
            "teacher": department.head,
            "things": things,
            "total": sum((thing.original_value for thing in things), ZERO),
            "today": clock.today(),
            "back_url": reverse("class_property", args=(department.pk,)),
        }
        return render(request, "print/class_letter.html", context)
