"""The three steps of an import: choose a file, look at the check, confirm."""

import io
import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from core.errors import DomainError
from core.excel.download import CONTENT_TYPE, workbook_response
from core.excel.reader import FileRefused
from core.imports.forms import UploadForm
from core.imports.report import SHOWN
from core.imports.services import (
    AlreadyImported,
    check_upload,
    confirm_import,
    earlier_import,
    earlier_sentence,
    marked_workbook,
    report_of,
)
from core.imports.template import template_sheets
from core.models.imports import ImportJob
from core.parsing import parse_key
from core.resources import BaseResource, all_resources, by_name

RECENT = 20


class _ResourceView(LoginRequiredMixin, View):
    """Finds the resource of the address, the right to it, and the draft document that ?parent= names."""

    resource: type[BaseResource]
    parent: Any = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            self.resource = _resource(kwargs["name"], request.user)
            self.parent = _parent(self.resource, request)
        return super().dispatch(request, *args, **kwargs)


def _resource(name: str, user: Any) -> type[BaseResource]:
    try:
        resource = by_name(name)
    except KeyError:
        raise Http404 from None
    if resource.export_only:
        raise Http404
    if not user.has_perm(resource.import_permission()):
        raise PermissionDenied
    return resource


def _parent(resource: type[BaseResource], request: HttpRequest) -> Any:
    """The document whose lines are imported; one that the user may not see answers like one that does not exist."""
    if not resource.parent_field:
        return None
    model: Any = resource._meta.model._meta.get_field(resource.parent_field).related_model
    key = parse_key(request.GET.get("parent", ""))
    rows = model._default_manager.visible_to(request.user) if hasattr(model._default_manager, "visible_to") else None
    parent = rows.filter(pk=key).first() if rows is not None else None
    if parent is None:
        raise Http404
    return parent


def address(step: str, resource: type[BaseResource], parent: Any = None) -> str:
    """The address of import_start or import_template for these records (of this document)."""
    query = f"?parent={parent.pk}" if parent is not None else ""
    return reverse(step, args=(resource.resource_name(),)) + query


def back_address(resource: type[BaseResource], parent: Any) -> str:
    """Where the records are to be seen after the import: the document, else the list in the back office."""
    options = resource._meta.model._meta
    try:
        if parent is not None:
            return reverse(f"{parent._meta.model_name}_detail", args=(parent.pk,))
        return reverse(f"admin:{options.app_label}_{options.model_name}_changelist")
    except NoReverseMatch:
        return reverse("import_home")


class ImportHomeView(LoginRequiredMixin, View):
    """Everything that this person may import, and his last imports."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        offered = [
            {
                "title": resource.title(),
                "start_url": address("import_start", resource),
                "template_url": address("import_template", resource),
            }
            for resource in all_resources()
            if not resource.parent_field and not resource.export_only and user.has_perm(resource.import_permission())
        ]
        jobs = ImportJob.objects.filter(user=user).defer("report").annotate(rows=F("report__total"))[:RECENT]
        recent = [{"job": job, "title": _title(job)} for job in jobs]
        return render(
            request, "core/imports/home.html", {"title": _("Excel import"), "offered": offered, "recent": recent}
        )


def _title(job: ImportJob) -> str:
    try:
        return by_name(job.resource).title()
    except KeyError:
        return job.resource


class ImportStartView(_ResourceView):
    """Step 1: the file. A file that cannot be read as a whole is answered here; else step 2 follows."""

    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        return self._page(request, UploadForm())

    def post(self, request: HttpRequest, name: str) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                job = check_upload(
                    form.cleaned_data["file"], resource=self.resource, user=request.user, parent=self.parent
                )
            except DomainError as error:
                form.add_error("file", str(error))
            else:
                return redirect("import_check", key=job.key)
        return self._page(request, form, status=400)

    def _page(self, request: HttpRequest, form: UploadForm, status: int = 200) -> HttpResponse:
        importer = self.resource(user=request.user, parent=self.parent)
        names = [(field.column_name, importer.is_required(name)) for name, field in importer.fields.items()]
        context = {
            "title": _("Import %(records)s") % {"records": self.resource.title()},
            "form": form,
            "columns": names,
            "parent": self.parent,
            "template_url": address("import_template", self.resource, self.parent),
            "back_url": back_address(self.resource, self.parent),
        }
        return render(request, "core/imports/start.html", context, status=status)


class ImportTemplateView(_ResourceView):
    """The workbook to fill in."""

    def get(self, request: HttpRequest, name: str) -> HttpResponseBase:
        importer = self.resource(user=request.user, parent=self.parent)
        filename = _("%(records)s template") % {"records": self.resource.title()}
        return workbook_response(filename, template_sheets(importer))


class _JobView(LoginRequiredMixin, View):
    """An import of this person; another person's answers like one that does not exist."""

    def job_of(self, request: HttpRequest, key: uuid.UUID) -> ImportJob:
        user: Any = request.user
        job = ImportJob.objects.filter(user=user, key=key).first()
        if job is None:
            raise Http404
        self.resource = _resource(job.resource, user)
        return job


class ImportCheckView(_JobView):
    """Step 2: what the check found; after the confirmation, what was imported."""

    def get(self, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
        job = self.job_of(request, key)
        report = report_of(job)
        earlier = earlier_import(job) if job.status == ImportJob.Status.CHECKED else None
        context = {
            "title": _("Import %(records)s") % {"records": self.resource.title()},
            "job": job,
            "report": report,
            "errors": report.errors[:SHOWN],
            "more_errors": max(report.error_count - SHOWN, 0),
            "changed_shown": len(report.changes),
            "earlier": earlier_sentence(earlier) if earlier else "",
            "start_url": address("import_start", self.resource, job.parent),
            "back_url": back_address(self.resource, job.parent),
            "is_imported": job.status == ImportJob.Status.CONFIRMED,
            "to_write": report.new + report.changed,
            "can_confirm": job.status == ImportJob.Status.CHECKED and report.new + report.changed > 0,
        }
        return render(request, "core/imports/check.html", context)


class ImportConfirmView(_JobView):
    """Step 3: write everything, or say why nothing was written."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
        job = self.job_of(request, key)
        try:
            job = confirm_import(job, user=request.user, again=bool(request.POST.get("again")))
        except AlreadyImported as error:
            messages.warning(request, str(error))
        except DomainError as error:
            messages.error(request, str(error))
        else:
            self._say(request, job)
        return redirect("import_check", key=job.key)

    def _say(self, request: HttpRequest, job: ImportJob) -> None:
        report = report_of(job)
        if job.status == ImportJob.Status.CONFIRMED:
            messages.success(
                request,
                _("Imported: %(new)d new, %(changed)d changed, %(unchanged)d unchanged.")
                % {"new": report.new, "changed": report.changed, "unchanged": report.unchanged},
            )
        else:
            messages.error(request, _("The records have changed since the check; nothing was imported. See below."))


class ImportMarkedView(_JobView):
    """The user's own workbook with the reasons."""

    def get(self, request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
        job = self.job_of(request, key)
        try:
            content = marked_workbook(job)
        except FileRefused as error:
            messages.error(request, str(error))
            return redirect("import_check", key=job.key)
        filename = _("%(file)s with reasons") % {"file": job.name.rpartition(".")[0] or job.name}
        return FileResponse(
            io.BytesIO(content), as_attachment=True, filename=f"{filename}.xlsx", content_type=CONTENT_TYPE
        )
