"""The order in which a new house is filled, with what is there already."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.resources import by_name

STEPS = (
    ("directory.department", gettext_lazy("Everybody and everything belongs to a department.")),
    ("directory.user", gettext_lazy("They get one-time links for their passwords; roles are granted afterwards.")),
    ("directory.department", gettext_lazy("Once more, with the heads: they sign the requests of their departments.")),
    ("directory.place", gettext_lazy("Campus, building, floor, room.")),
    ("directory.supplier", gettext_lazy("Who delivers.")),
    ("directory.supplierlicence", gettext_lazy("What they are licensed for, and until when.")),
    ("inventory.unit", gettext_lazy("What goods are counted in.")),
    ("inventory.itemcategory", gettext_lazy("Kinds of goods.")),
    ("inventory.item", gettext_lazy("Goods, with pack sizes.")),
    ("inventory.warehouse", gettext_lazy("Stores with their keepers.")),
)
"""(resource, why it is needed); by name, because a lower app does not import a higher one."""


def opening_steps(user: Any) -> list[dict[str, Any]]:
    """The steps of filling a new house for this person: title, why, count there, addresses, state.

    A step that he may not take has no addresses; then somebody else takes it. One query a step.
    """
    steps = [_step(name, why, user) for name, why in STEPS]
    heads = by_name("directory.department")._meta.model.objects.filter(
        organization_id=user.organization_id, head__isnull=False
    )
    steps[2]["title"], steps[2]["count"] = _("Heads of departments"), heads.count()
    steps.append(_opening_stock(user))
    for step in steps:
        step["done"] = step["count"] > 0
    return steps


def _step(name: str, why: Any, user: Any) -> dict[str, Any]:
    resource = by_name(name)
    may = user.has_perm(resource.import_permission())
    return {
        "title": resource.title(),
        "why": why,
        "count": resource(user=user).scope().count(),
        "start_url": reverse("import_start", args=(name,)) if may else None,
        "template_url": reverse("import_template", args=(name,)) if may else None,
    }


def _opening_stock(user: Any) -> dict[str, Any]:
    """Opening stock is imported into the lines of a draft, so its step leads to the papers."""
    model: Any = by_name("inventory.openingstockline")._meta.model._meta.get_field("document").related_model
    may = user.has_perm("inventory.add_openingstock")
    return {
        "title": str(model._meta.verbose_name_plural),
        "why": _("Make a draft, import its lines, submit it; an accountant or the logistics head approves it."),
        "count": model.objects.visible_to(user).count(),
        "start_url": reverse("openingstock_list") if may else None,
        "template_url": None,
    }
