"""The uploaded files behind imports: read, limited in what they take, and cleared away when they are old.

The record of an import (who, when, which file by its digest, with which result) stays; only its file goes.
"""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from core import clock
from core.excel.reader import FileRefused
from core.models.imports import ImportJob

ABANDONED_AFTER = 7
"""Days after which the file of an import that was never confirmed is cleared away."""
AT_ONCE = 20
"""How many old files one upload clears away, so that nobody waits for a year's leftovers."""


def read(job: ImportJob) -> bytes:
    """The bytes that were uploaded. Raises FileRefused when they are no longer kept."""
    if not job.file:
        raise FileRefused(_("The file of this import is no longer kept. Upload it again."), code="file_gone")
    with job.file.open("rb") as stored:
        return stored.read()


def require_room(size: int, *, user: Any, organization: Any) -> None:
    """Raise FileRefused when a file of so many bytes would go beyond what a person or an organization may keep."""
    kept = ImportJob.objects.exclude(file="")
    if _bytes(kept.filter(user=user)) + size > settings.IMPORT_QUOTA_PERSON:
        raise FileRefused(
            _(
                "Your uploaded sheets take up all the %(limit)d MB that one person has. The oldest are cleared away "
                "after some days; until then, upload smaller files or ask a colleague."
            )
            % {"limit": settings.IMPORT_QUOTA_PERSON // 2**20},
            code="quota_person",
        )
    if organization and _bytes(kept.filter(organization=organization)) + size > settings.IMPORT_QUOTA_ORGANIZATION:
        raise FileRefused(
            _(
                "The uploaded sheets of your organization take up all its %(limit)d MB. Ask the operator to clear old "
                "ones away (manage.py clean_imports) or to raise the limit."
            )
            % {"limit": settings.IMPORT_QUOTA_ORGANIZATION // 2**20},
            code="quota_organization",
        )


def _bytes(jobs: Any) -> int:
    return jobs.aggregate(sum=Sum("size"))["sum"] or 0


def clean_up(*, limit: int | None = None) -> int:
    """Clear away files older than IMPORT_KEEP_DAYS, and after a week those never confirmed; returns how many."""
    today = clock.now()
    confirmed = Q(status=ImportJob.Status.CONFIRMED)
    keep_days = settings.IMPORT_KEEP_DAYS
    old = Q(created_at__lt=today - dt.timedelta(days=keep_days))
    abandoned = ~confirmed & Q(created_at__lt=today - dt.timedelta(days=min(ABANDONED_AFTER, keep_days)))
    jobs = ImportJob.objects.exclude(file="").filter(old | abandoned).order_by("created_at").only("file")
    cleared = 0
    for job in jobs[:limit]:
        name = job.file.name
        # The record first: should the process end in between, a file lies there unused, but no record misses its file.
        if ImportJob.objects.filter(pk=job.pk, file=name).update(file=""):
            job.file.storage.delete(str(name))
            cleared += 1
    return cleared
