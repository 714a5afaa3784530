"""Excel, declared once per model: import, export and template follow from one Resource (docs/excel.md).

    @register
    class ItemResource(BaseResource):
        class Meta:
            model = Item
            fields = ("code", "name", "category", "unit")
            import_id_fields = ("code",)

        column_synonyms = {"code": ("物资编码", "编号")}

Column names come from the models' verbose names, in every language of the application; foreign keys are named by code
or name; what a column may hold follows from the model field (core/excel/values.py).
"""

from typing import TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.db import models
from import_export.options import ResourceOptions

from core.imports.importing import BaseResource
from core.trees import TreeNode

__all__ = ["BaseResource", "all_resources", "by_name", "for_model", "register", "register_layout"]

R = TypeVar("R", bound=BaseResource)
_OPTIONS = {name for name in dir(ResourceOptions) if not name.startswith("_")}
_resources: dict[type[models.Model], type[BaseResource]] = {}
_layouts: dict[str, type[BaseResource]] = {}


def register(resource: type[R]) -> type[R]:
    """Class decorator: makes the resource the one of its model.

    Raises ImproperlyConfigured for what django-import-export would ignore in silence: a mistyped Meta option, fields
    that are not listed, a model whose save() does work that batches would skip.
    """
    _check(resource)
    model = resource._meta.model
    if model in _resources and _resources[model].__qualname__ != resource.__qualname__:
        raise ImproperlyConfigured(f"{model._meta.label} already has a resource")
    _resources[model] = resource
    return resource


def register_layout(resource: type[R]) -> type[R]:
    """A further sheet of a model that has a resource, under a name of its own (`resource_name`): one for each kind of
    card, say. It is reached by its address, not offered in the list of imports. Raises as `register` does."""
    _check(resource)
    _layouts[resource.resource_name().lower()] = resource
    return resource


def _check(resource: type[BaseResource]) -> None:
    declared = {name for name in dir(resource.Meta) if not name.startswith("_")}
    if unknown := declared - _OPTIONS:
        raise ImproperlyConfigured(f"{resource.__name__}.Meta: unknown options {sorted(unknown)}")
    if not resource._meta.fields:
        raise ImproperlyConfigured(f"{resource.__name__}.Meta: list the fields; nothing is exported by accident")
    for attribute in ("labels", "synonyms", "notes", "examples", "options"):
        if unknown := set(getattr(resource, f"column_{attribute}")) - set(resource.fields):
            raise ImproperlyConfigured(f"{resource.__name__}.column_{attribute}: no such columns {sorted(unknown)}")
    if unknown := {*resource.required_columns, *resource._meta.import_id_fields} - set(resource.fields):
        raise ImproperlyConfigured(f"{resource.__name__}: no such columns {sorted(unknown)}")
    _check_save(resource, resource._meta.model)


def _check_save(resource: type[BaseResource], model: type[models.Model]) -> None:
    own_save = model.save not in (models.Model.save, TreeNode.save)
    prepared = resource.before_save_instance is not BaseResource.before_save_instance
    if own_save and not prepared and not resource.export_only and resource._meta.use_bulk:
        raise ImproperlyConfigured(
            f"{resource.__name__}: {model.__name__}.save() does work that batches skip; do it in before_save_instance()"
        )


def for_model(model: type[models.Model]) -> type[BaseResource]:
    """The resource of a model. Raises KeyError when it has none."""
    return _resources[model]


def by_name(name: str) -> type[BaseResource]:
    """The resource that addresses and jobs call by this name (inventory.item). Raises KeyError."""
    if layout := _layouts.get(name.lower()):
        return layout
    for model, resource in _resources.items():
        if model._meta.label_lower == name.lower():
            return resource
    raise KeyError(name)


def all_resources() -> list[type[BaseResource]]:
    """Every registered resource, in the order of registration."""
    return list(_resources.values())
