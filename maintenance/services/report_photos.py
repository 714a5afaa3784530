"""Photos of a report: read and cleaned before anything is written, kept with the order afterwards."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from core.attachments import IMAGES, checked, clean_name, keep
from core.errors import DomainError
from maintenance.models import OrderPhoto, WorkOrder

MOST_PHOTOS = 5
"""Photos of one report, or of one remark."""
MOST_BYTES = 10 * 1024 * 1024
"""Of one photo; phones send less after static/js/repair-report.js made it smaller."""
MOST_ON_ORDER = 15
"""Photos by reporters on one order: the rest of what it holds is left to the workers."""


@dataclass(frozen=True)
class Photo:
    """A picture that was let in and written anew (core.attachments)."""

    name: str
    ending: str
    content: bytes


def read_photos(uploads: Iterable[UploadedFile]) -> list[Photo]:
    """Look at and clean what was sent. Raises DomainError (field photos) for the first that is not taken; nothing is
    decoded before number and size are known to be right."""
    files = list(uploads)
    if len(files) > MOST_PHOTOS:
        raise DomainError(_("At most %(count)d photos with one report.") % {"count": MOST_PHOTOS}, field="photos")
    for upload in files:
        if (upload.size or 0) > MOST_BYTES:
            sentence = _("“%(name)s” is larger than %(size)d MB. Take the photo at a lower resolution.")
            words = {"name": clean_name(upload.name or "", "jpg"), "size": MOST_BYTES // 2**20}
            raise DomainError(sentence % words, field="photos")
        if (upload.name or "").rsplit(".", 1)[-1].lower().replace("jpeg", "jpg") not in IMAGES:
            raise DomainError(_("Only photos are taken here (JPG, PNG, WebP)."), field="photos")
    return [_read(upload) for upload in files]


def _read(upload: UploadedFile) -> Photo:
    try:
        ending, content = checked(upload)
    except DomainError as refusal:
        raise DomainError(str(refusal), field="photos") from refusal
    return Photo(clean_name(upload.name or "", ending), ending, content)


def keep_photos(order: WorkOrder, photos: Sequence[Photo], *, actor: Any) -> list[OrderPhoto]:
    """Keep photos of a report with its order; the caller holds the row of the order in a transaction.

    Raises DomainError when reporters have added MOST_ON_ORDER photos already. What was written to the disk is taken
    away again when a later one fails.
    """
    if not photos:
        return []
    before = order.photos.filter(moment=OrderPhoto.Moment.REPORT).count()
    if before + len(photos) > MOST_ON_ORDER:
        sentence = _("There are %(count)d photos of this fault already. Send your report without photos.")
        raise DomainError(sentence % {"count": before}, field="photos")
    rows: list[OrderPhoto] = []
    new: list[Any] = []
    known = set(order.photos.values_list("attachment", flat=True))
    try:
        for photo in photos:
            file = keep(order, photo.name, photo.ending, photo.content, actor=actor)
            if file.pk not in known:
                known.add(file.pk)
                new.append(file.file)
            row, _made = OrderPhoto.objects.get_or_create(
                attachment=file, defaults={"order": order, "moment": OrderPhoto.Moment.REPORT}
            )
            rows.append(row)
    except BaseException:
        for each in new:
            each.storage.delete(str(each.name))
        raise
    return rows
