"""The code table of fixed assets."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.visibility import ScopedQuerySet, Visibility


class AssetClass(models.Model):
    """One row of 高等学校固定资产分类与代码: what a thing is called and under which national code it falls.

    The published workbook lost the last of 16 digits in Excel, so `raw_code` is not unique; a row is known by its row
    number in its edition. The first 7 digits (`code`, GB/T 14885-2010) and the names are sound.
    """

    edition = models.CharField(_("edition"), max_length=20, default="2010")
    source_row = models.PositiveIntegerField(_("row of the workbook"))
    raw_code = models.CharField(_("classification code"), max_length=16)
    code = models.CharField(_("national code (7 digits)"), max_length=7, db_index=True)
    name = models.CharField(_("classification name"), max_length=80, blank=True)  # one published row has none
    national_name = models.CharField(_("national name"), max_length=80, blank=True)
    initials = models.CharField(_("pinyin initials"), max_length=60, blank=True, db_index=True)

    visibility = Visibility(shared=True)
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("asset class")
        verbose_name_plural = _("asset classes")
        default_permissions = ("add", "change", "view", "import")
        ordering = ("edition", "source_row")
        constraints = [models.UniqueConstraint(fields=("edition", "source_row"), name="asset_class_row_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.name or self.national_name}"
