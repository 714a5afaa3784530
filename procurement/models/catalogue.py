"""What purchases are sorted by: categories of the procurement catalogue, economic classes, projects."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.visibility import ScopedQuerySet, Visibility
from directory.models import SupplierLicence

MASTER = ("add", "change", "view", "import")


class PurchaseCategory(models.Model):
    """A class of 政府采购品目分类目录, for example A0201 信息化设备. Shared by all organizations (docs/adr/0007).

    `code` begins with the letter and the four digits by which purchases of a year are added up (R-PRC-04).
    """

    class Kind(models.TextChoices):
        GOODS = "goods", _("goods")
        WORKS = "works", _("works")
        SERVICES = "services", _("services")

    code = models.CharField(_("code"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=80)
    initials = models.CharField(_("pinyin initials"), max_length=60, blank=True, db_index=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.GOODS)
    evidence = models.CharField(_("source"), max_length=200, blank=True)
    active = models.BooleanField(_("active"), default=True)

    visibility = Visibility(shared=True)
    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("purchase category")
        verbose_name_plural = _("purchase categories")
        default_permissions = MASTER
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def save(self, *args: object, **kwargs: object) -> None:
        from core.search import initials_of

        self.initials = self.initials or initials_of(self.name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def major(self) -> str:
        """The code by which a year's purchases are added up: letter and four digits (R-PRC-04)."""
        return self.code[:5]


class CentralCatalogueEntry(models.Model):
    """A category that must go through the central purchasing body from a day on (集中采购目录; R-PRC-05)."""

    organization = models.ForeignKey(
        settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    category = models.ForeignKey(
        PurchaseCategory, models.PROTECT, related_name="central_entries", verbose_name=_("purchase category")
    )
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    basis = models.CharField(_("basis"), max_length=200, help_text=_("The rule or decision this comes from."))

    visibility = Visibility(organization="organization")
    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("category of the central catalogue")
        verbose_name_plural = _("categories of the central catalogue")
        default_permissions = ("add", "change", "delete", "view")
        ordering = ("category", "-valid_from")
        constraints = [
            models.UniqueConstraint(fields=("organization", "category", "valid_from"), name="central_entry_once")
        ]

    def __str__(self) -> str:
        return f"{self.category} ({self.valid_from})"


class CategoryLicence(models.Model):
    """A licence that suppliers of a category must hold (R-PRC-09)."""

    category = models.ForeignKey(
        PurchaseCategory, models.CASCADE, related_name="licences", verbose_name=_("purchase category")
    )
    kind = models.CharField(_("licence"), max_length=20, choices=SupplierLicence.Kind)

    visibility = Visibility(shared=True)
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("licence demanded for a category")
        verbose_name_plural = _("licences demanded for categories")
        default_permissions = ("add", "change", "delete", "view")
        constraints = [models.UniqueConstraint(fields=("category", "kind"), name="category_licence_once")]

    def __str__(self) -> str:
        return f"{self.category}: {self.get_kind_display()}"


class ItemCategoryLink(models.Model):
    """Under which purchase category the items of a stock category are bought."""

    item_category = models.OneToOneField(
        "inventory.ItemCategory", models.CASCADE, related_name="+", verbose_name=_("item category")
    )
    category = models.ForeignKey(
        PurchaseCategory, models.PROTECT, related_name="+", verbose_name=_("purchase category")
    )

    visibility = Visibility(shared=True)
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("purchase category of a stock category")
        verbose_name_plural = _("purchase categories of stock categories")
        default_permissions = ("add", "change", "delete", "view")

    def __str__(self) -> str:
        return f"{self.item_category} → {self.category}"


class EconomicClass(models.Model):
    """Economic class of spending (部门预算支出经济分类), for example 30201 办公费. Shared."""

    code = models.CharField(_("code"), max_length=10, unique=True)
    name = models.CharField(_("name"), max_length=60)
    active = models.BooleanField(_("active"), default=True)

    visibility = Visibility(shared=True)
    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("economic class")
        verbose_name_plural = _("economic classes")
        default_permissions = MASTER
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Project(models.Model):
    """A budget project (项目支出); what belongs to none is basic spending."""

    organization = models.ForeignKey(
        settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    code = models.CharField(_("code"), max_length=30)
    name = models.CharField(_("name"), max_length=80)
    active = models.BooleanField(_("active"), default=True)

    visibility = Visibility(organization="organization", common=True)
    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        default_permissions = MASTER
        ordering = ("organization", "code")
        constraints = [models.UniqueConstraint(fields=("organization", "code"), name="project_code_unique")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
