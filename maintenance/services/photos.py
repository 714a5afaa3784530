"""Pictures of an order: before and after the work."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from core.attachments import attach, clean_name
from core.errors import DomainError
from maintenance.models import OrderPhoto, WorkOrder

BY_WORKERS = (OrderPhoto.Moment.BEFORE, OrderPhoto.Moment.AFTER)


@transaction.atomic
def add_photo(order: WorkOrder, upload: UploadedFile, moment: str, *, actor: Any) -> OrderPhoto:
    """Keep a picture of an order; the same bytes sent twice are one picture.

    Raises DomainError for a file that is no picture, NotAllowed for somebody who does not work on the order.
    """
    if moment not in BY_WORKERS:
        raise DomainError(_("Say whether the photo was taken before or after the work."), field="moment")
    name = upload.name or ""
    words = _("%(order)s before") if moment == OrderPhoto.Moment.BEFORE else _("%(order)s after")
    upload.name = clean_name(words % {"order": order}, name.rsplit(".", 1)[-1])
    row = attach(order, upload, actor=actor)
    if not row.media_type.startswith("image/"):
        raise DomainError(_("Only pictures are taken here."), field="file")
    return OrderPhoto.objects.get_or_create(attachment=row, defaults={"order": order, "moment": moment})[0]
