"""Files on documents and on asset cards: what is let in, how it is cleaned, and who may add or remove it.

Rows that are no documents keep files too when their model says who may add some (`takes_files_from(user)`) and who
may read which (`files_for(user)`, as documents do).

Let in by ending AND first bytes; pictures are written anew, which drops hidden data such as where a photo was taken.
Nothing that a browser would run (SVG, HTML) is ever taken. Electronic invoices come as PDF, OFD or XML: an XML file is
plain data in UTF-8 without a document type, entities or a style sheet, and is handed out as bytes.
"""

import hashlib
import io
import re
import zipfile
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from core.documents import registry
from core.documents.lifecycle import Status
from core.documents.models import Document
from core.documents.routes import has_to_sign, kind_of
from core.documents.services import permission_for
from core.errors import DomainError, IllegalTransition, NotAllowed
from core.models.attachments import Attachment

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 60_000_000
LONGEST_SIDE = 3000
MAX_FILES = 30

IMAGES = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}
MEDIA_TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ofd": "application/ofd",
    "xml": "application/octet-stream",
}
RUNNABLE_XML = (
    "http://www.w3.org/1999/xhtml",
    "http://www.w3.org/2000/svg",
    "http://www.w3.org/1999/xsl",
    "xml-stylesheet",
)
"""What would make a browser draw or run an XML file; none of it stands in an invoice."""
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069/\\:*?\"<>|]")


def keeps_files(model: Any) -> bool:
    """Whether files may lie with the rows of a model."""
    return registry.is_document(model) or hasattr(model, "takes_files_from")


def readable_files(document: Any, user: Any) -> QuerySet[Attachment]:
    """The files of a document that this person, who may see the document, may read."""
    of_document = Attachment.objects.filter(content_type=kind_of(document), object_id=document.pk)
    return of_document.filter(document.files_for(user))


def attachments_of(document: Any, user: Any) -> list[dict[str, Any]]:
    """The files of a document that this person may read, as templates/partials/attachments.html wants them."""
    rows = readable_files(document, user).select_related("uploaded_by")
    return [
        {
            "name": row.name,
            "url": reverse("attachment", args=(row.key,)),
            "thumbnail_url": reverse("attachment", args=(row.key,)) if row.media_type.startswith("image/") else None,
            "size": row.size,
            "who": row.uploaded_by,
            "at": row.uploaded_at,
        }
        for row in rows
    ]


def may_attach(document: Any, user: Any) -> bool:
    """Whether this person may add files: whoever may do something with this kind of document, not who only reads it;
    of a kind that named people sign (the acceptors of a delivery) they too, as long as it waits for them."""
    if not isinstance(document, Document):
        return bool(document.takes_files_from(user))
    if document.status == Status.CANCELLED:
        return False
    actions = ("add", "change", "approve", "post", "reverse")
    if any(user.has_perm(permission_for(document, action)) for action in actions) or document.takes_files_from(user):
        return True
    return registry.for_model(type(document)).signers is not None and has_to_sign(document, user)


@transaction.atomic
def attach(document: Any, upload: UploadedFile, *, actor: Any) -> Attachment:
    """Check a file, clean it and keep it with the document; the same bytes twice are one file.

    Raises NotAllowed without the right, IllegalTransition on a cancelled document, DomainError naming what is wrong
    with the file (ending, size, damaged, other content than its ending says).
    """
    document = type(document)._base_manager.select_for_update(of=("self",)).get(pk=document.pk)
    if isinstance(document, Document) and document.status == Status.CANCELLED:
        raise IllegalTransition(_("%(document)s is cancelled; files can no longer be added.") % {"document": document})
    visible = type(document).objects.visible_to(actor).filter(pk=document.pk).exists()
    if not visible or not may_attach(document, actor):
        raise NotAllowed(_("You may not add files to %(document)s.") % {"document": document})
    ending, content = checked(upload)
    return keep(document, clean_name(upload.name or "", ending), ending, content, actor=actor)


def keep(document: Any, name: str, ending: str, content: bytes, *, actor: Any) -> Attachment:
    """Keep what `checked` let in with a document; the same bytes twice are one file.

    The caller asked who may and holds the row of the document. actor: None for a stranger. Raises DomainError when the
    document has its MAX_FILES already.
    """
    digest = hashlib.sha256(content).hexdigest()
    of_document = Attachment.objects.filter(content_type=kind_of(document), object_id=document.pk)
    if known := of_document.filter(sha256=digest).first():
        return known
    if of_document.count() >= MAX_FILES:
        raise DomainError(_("%(document)s already has %(limit)d files.") % {"document": document, "limit": MAX_FILES})
    row = Attachment(
        organization_id=document.organization_id,
        content_type=kind_of(document),
        object_id=document.pk,
        name=name,
        media_type=MEDIA_TYPES[ending],
        size=len(content),
        sha256=digest,
        uploaded_by=actor,
    )
    row.file.save("file", ContentFile(content), save=False)
    try:
        with transaction.atomic():
            row.save()
    except BaseException:
        row.file.storage.delete(str(row.file.name))
        raise
    return row


def clean_name(name: str, ending: str) -> str:
    """The name shown to people: no folders, no control or direction characters, at most 150 characters."""
    stem = PurePosixPath(_FORBIDDEN.sub(" ", name.replace("\\", "/").rsplit("/", 1)[-1])).stem.strip(" .")
    return f"{stem[:140] or _('file')}.{ending}"


def checked(upload: UploadedFile) -> tuple[str, bytes]:
    """The true ending and the bytes to keep. Raises DomainError with a sentence when the file is not taken."""
    ending = PurePosixPath(upload.name or "").suffix.lower().lstrip(".").replace("jpeg", "jpg")
    if ending not in MEDIA_TYPES:
        raise DomainError(
            _(
                "Files of this kind are not taken. Send a photo (JPG, PNG, WebP), a PDF, an OFD or XML invoice, "
                "a Word or an Excel file."
            ),
            field="file",
        )
    if (upload.size or 0) > MAX_BYTES:
        raise DomainError(_("The file is larger than 20 MB. Make it smaller or take a new photo."), field="file")
    content = upload.read()
    if not content:
        raise DomainError(_("The file is empty."), field="file")
    if not _begins_right(ending, content):
        raise DomainError(
            _("The content of this file is not what its ending .%(ending)s says. Save it again in the right format.")
            % {"ending": ending},
            field="file",
        )
    return (ending, _written_anew(content, IMAGES[ending])) if ending in IMAGES else (ending, content)


def _begins_right(ending: str, content: bytes) -> bool:
    if ending == "jpg":
        return content.startswith(b"\xff\xd8\xff")
    if ending == "png":
        return content.startswith(b"\x89PNG\r\n\x1a\n")
    if ending == "webp":
        return content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    if ending == "pdf":
        return content.startswith(b"%PDF-")
    if ending == "xml":
        return _is_plain_xml(content)
    return content.startswith(b"PK\x03\x04") and _is_office(ending, content)


def _is_plain_xml(content: bytes) -> bool:
    """Data in UTF-8 that begins as XML does, without anything that names other files or that a browser would run."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    lower = text.lower()
    if not lower.lstrip().startswith("<") or "<!" in lower.replace("<![cdata[", "").replace("<!--", ""):
        return False
    return not any(word in lower for word in RUNNABLE_XML)


def _is_office(ending: str, content: bytes) -> bool:
    """A real .docx, .xlsx (without macros) or .ofd, by the list of its parts; nothing is unpacked."""
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    if ending == "ofd":
        return "OFD.xml" in names
    folder = {"docx": "word/", "xlsx": "xl/"}[ending]
    inside = any(name.startswith(folder) for name in names)
    return inside and "[Content_Types].xml" in names and not any("vbaproject" in name.lower() for name in names)


def _written_anew(content: bytes, kind: str) -> bytes:
    """The picture without anything hidden in it, upright, at most 3000 pixels long."""
    try:
        with Image.open(io.BytesIO(content), formats=[kind]) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise DomainError(_("The picture has too many pixels. Take it at a lower resolution."), field="file")
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            if kind == "JPEG" and upright.mode != "RGB":
                upright = upright.convert("RGB")
            clean = Image.new(upright.mode, upright.size)
            if upright.mode == "P":
                upright = upright.convert("RGBA")
                clean = Image.new("RGBA", upright.size)
            clean.paste(upright)
            out = io.BytesIO()
            clean.save(out, kind, quality=88)
    except DomainError:
        raise
    except Exception as error:  # a damaged picture makes Pillow raise anything from SyntaxError to struct.error
        raise DomainError(_("The picture is damaged and cannot be opened."), field="file") from error
    return out.getvalue()
