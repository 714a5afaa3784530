"""The two services behind every import: check an upload, and write what was checked."""

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from core import clock
from core.documents.models import Document
from core.documents.services import edit_draft
from core.errors import DomainError, NotAllowed
from core.excel.annotate import annotate_workbook
from core.excel.guard import MAX_PACKED
from core.excel.reader import check_filename, refusal
from core.imports import storage
from core.imports.report import ImportReport
from core.models.imports import ImportJob
from core.resources import BaseResource, by_name

logger = logging.getLogger(__name__)


class AlreadyImported(DomainError):
    """The same file was imported before; it can be imported again on purpose."""


class _Failed(Exception):
    """Carries the report out of the transaction that it rolls back."""

    def __init__(self, report: ImportReport) -> None:
        super().__init__()
        self.report = report


class _OnlyLooking(Exception):
    """Ends an edit of a draft without leaving a trace."""


def require_right(resource: type[BaseResource], user: Any) -> None:
    """Raise NotAllowed unless the user may import these records."""
    if resource.export_only or not user.has_perm(resource.import_permission()):
        raise NotAllowed(_("You may not import these records."))


def check_upload(upload: Any, *, resource: type[BaseResource], user: Any, parent: Any = None) -> ImportJob:
    """Read an uploaded file and check every row; nothing but the job itself is written.

    upload: an UploadedFile; parent: the draft document whose lines the file holds. Returns the job, `checked` or
    `failed` with its report. Raises NotAllowed, or FileRefused when the file as a whole cannot be read.
    """
    require_right(resource, user)
    name = _clean_name(upload.name or "")
    check_filename(name)
    data = upload.read(MAX_PACKED + 1)
    if len(data) > MAX_PACKED:
        raise refusal("file_too_big", limit=MAX_PACKED // 2**20)
    importer = resource(user=user, parent=parent)
    storage.clean_up(limit=storage.AT_ONCE)
    storage.require_room(len(data), user=user, organization=importer.organization)
    _require_open(parent, user)
    report = importer.import_table(importer.read(data, name), dry_run=True)
    job = ImportJob(
        organization=importer.organization,
        resource=resource.resource_name(),
        parent_type=ContentType.objects.get_for_model(parent) if parent is not None else None,
        parent_id=parent.pk if parent is not None else None,
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        user=user,
    )
    _keep(job, report)
    job.file.save("sheet", ContentFile(data), save=False)
    try:
        job.save()
    except BaseException:
        job.file.storage.delete(str(job.file.name))
        raise
    return job


def _clean_name(name: str) -> str:
    """The user's name for the file, without folders, at most 150 characters with its ending."""
    stem, dot, suffix = name.replace("\\", "/").rpartition("/")[2].strip().rpartition(".")
    return f"{stem[: 149 - len(suffix)]}{dot}{suffix[:10]}" if dot else suffix[:150]


def _keep(job: ImportJob, report: ImportReport) -> None:
    job.report = report.as_json()
    job.status = ImportJob.Status.CHECKED if report.ok else ImportJob.Status.FAILED


def report_of(job: ImportJob) -> ImportReport:
    """What the last check or the import found."""
    return ImportReport.from_json(job.report)


def earlier_import(job: ImportJob) -> ImportJob | None:
    """The last import of the same bytes into the same records of the same organization, by whomever."""
    same = ImportJob.objects.filter(
        organization=job.organization_id,
        resource=job.resource,
        sha256=job.sha256,
        status=ImportJob.Status.CONFIRMED,
    )
    return same.exclude(pk=job.pk).select_related("user").first()


def earlier_sentence(earlier: ImportJob) -> str:
    """Says when and by whom the same file was imported."""
    when = timezone.localtime(earlier.confirmed_at)
    return _("This file was already imported on %(when)s by %(who)s.") % {
        "when": f"{when:%Y-%m-%d %H:%M}",
        "who": earlier.user,
    }


def confirm_import(job: ImportJob, *, user: Any, again: bool = False) -> ImportJob:
    """Check the kept file once more and write all its rows, or none.

    Returns the job: `confirmed`, or `failed` with the new report when the records have changed meanwhile. A second
    confirmation of the same job changes nothing. Raises NotAllowed, AlreadyImported unless `again`, DomainError when
    the draft document is no longer open.
    """
    resource = by_name(job.resource)
    require_right(resource, user)
    if job.user_id != user.pk:
        raise NotAllowed(_("Only the person who uploaded the file can confirm it."))
    if job.status == ImportJob.Status.CONFIRMED:
        return job
    importer = resource(user=user, organization=job.organization, parent=job.parent)
    importer.locking = True
    data = storage.read(job)
    if hashlib.sha256(data).hexdigest() != job.sha256:
        raise DomainError(_("The kept file has changed. Upload it again."))
    table = importer.read(data, job.name)
    try:
        return _write(job.pk, importer, table, user, again)
    except _Failed as failed:
        _keep(job, failed.report)
        job.save(update_fields=["report", "status"])
        return job


def _write(pk: int, importer: BaseResource, table: Any, user: Any, again: bool) -> ImportJob:
    try:
        with transaction.atomic():
            job = ImportJob.objects.select_for_update().get(pk=pk)
            if job.status == ImportJob.Status.CONFIRMED:
                return job
            earlier = earlier_import(job)
            if earlier and not again:
                raise AlreadyImported(earlier_sentence(earlier))
            # Whoever was told of no earlier import takes the first place: a second look could already see one that came
            # in between, and make room beside it.
            job.repeat = _next_repeat(job) if again else 0
            job.status = ImportJob.Status.CONFIRMED
            job.confirmed_at = clock.now()
            job.save()  # first: of two equal files at once, the second one stops here
            with _parent_open(importer.parent, user):
                report = importer.import_table(table, dry_run=False)
                if not report.ok:
                    raise _Failed(report)
            job.report = report.as_json()
            job.save(update_fields=["report"])
    except IntegrityError as error:
        raise AlreadyImported(_("Somebody else is importing the same file right now.")) from error
    logger.info("import %s: %s new, %s changed by %s", job.resource, report.new, report.changed, user.pk)
    return job


def _next_repeat(job: ImportJob) -> int:
    same = ImportJob.objects.filter(
        organization=job.organization_id,
        resource=job.resource,
        sha256=job.sha256,
        status=ImportJob.Status.CONFIRMED,
    )
    last = same.aggregate(last=Max("repeat"))["last"]
    return 0 if last is None else last + 1


@contextmanager
def _parent_open(parent: Any, user: Any) -> Iterator[None]:
    """Hold the draft whose lines are imported; it refuses when it is no longer a draft or not the user's to change."""
    if isinstance(parent, Document):
        with edit_draft(parent, actor=user):
            yield
    else:
        yield


def _require_open(parent: Any, user: Any) -> None:
    """Refuse like `_parent_open`, but leave the draft's revision alone: a check changes nothing."""
    with suppress(_OnlyLooking), _parent_open(parent, user):
        raise _OnlyLooking


def marked_workbook(job: ImportJob) -> bytes:
    """The user's own file with a column of reasons.

    Raises FileRefused when it is too heavy to be written back, or no longer kept.
    """
    report = report_of(job)
    data = storage.read(job)
    return annotate_workbook(data, report.reasons(), report.header_row, filename=job.name, sheet=report.sheet)
