"""The duty roster as a sheet: a month made in Excel is read in one go."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.resources import BaseResource, register
from maintenance.models import RosterEntry
from maintenance.order_selectors import workshop_of
from maintenance.services.rosters import is_here


@register
class RosterEntryResource(BaseResource):
    """A duty is known by worker, day and shift; a row that is there already changes its team at most."""

    class Meta:
        model = RosterEntry
        fields = ("day", "shift", "worker", "team")
        import_id_fields = ("worker", "day", "shift")

    column_synonyms = {
        "day": ("日期", "值班日期"),
        "shift": ("班次", "值班班次"),
        "worker": ("工号", "值班人", "值班人员", "姓名"),
        "team": ("班组", "维修班组"),
    }
    column_examples = {"day": "2026-10-01", "worker": "0001"}
    column_notes = {"worker": gettext_lazy("Employee number."), "shift": gettext_lazy("Name of the shift.")}

    def choosable(self, name: str, model: type[models.Model]) -> models.QuerySet:
        """Workers are known to who keeps the roster, though he may not see the files of everybody."""
        if name == "worker" and self.organization is not None:
            return workshop_of(self.organization.pk)
        return super().choosable(name, model)

    def clean_instance(self, instance: Any) -> None:
        """Members of the team who are here on that day."""
        if None in (instance.worker_id, instance.team_id, instance.day):
            return  # the row says already what is missing
        person, day = instance.worker, instance.day
        words = {"person": person, "day": day, "team": instance.team}
        if not is_here(person, day):
            raise ValidationError({"worker": _("%(person)s is no longer here on %(day)s.") % words})
        if person.pk not in self._members(instance.team):
            raise ValidationError({"worker": _("%(person)s does not belong to %(team)s.") % words})

    def _members(self, team: Any) -> set[int]:
        """Members of a team, read once for a sheet."""
        if not hasattr(self, "_known_members"):
            self._known_members: dict[int, set[int]] = {}
        if team.pk not in self._known_members:
            self._known_members[team.pk] = set(team.members.values_list("pk", flat=True))
        return self._known_members[team.pk]
