from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.trees import TreeNode
from core.visibility import ScopedQuerySet, Visibility

from .organizations import MASTER_PERMISSIONS, Organization


class Place(TreeNode):
    """Campus, building, floor, room; a tree per organization."""

    class Kind(models.TextChoices):
        CAMPUS = "campus", _("campus")
        BUILDING = "building", _("building")
        FLOOR = "floor", _("floor")
        ROOM = "room", _("room")
        OTHER = "other", _("other")

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="places", verbose_name=_("organization")
    )
    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.ROOM)
    active = models.BooleanField(_("active"), default=True)

    visibility = Visibility(organization="organization", common=True)
    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["path"])

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        default_permissions = MASTER_PERMISSIONS
        ordering = ("organization", "code")
        constraints = [models.UniqueConstraint(fields=("organization", "code"), name="place_code_unique")]

    def __str__(self) -> str:
        return self.name

    @property
    def described(self) -> str:
        """Its name with the floor and the building it is in: 内科楼 三层 301. Readers of many join parent__parent.

        A name that says already what it is in (内科楼三层) is not preceded by it.
        """
        names: list[str] = [self.name]
        node: Any = self
        while node.kind not in (self.Kind.CAMPUS, self.Kind.BUILDING) and node.parent is not None:
            node = node.parent
            if node.kind != self.Kind.CAMPUS and not names[0].startswith(node.name):
                names.insert(0, node.name)
        return " ".join(names)
