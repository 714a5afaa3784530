"""Files on documents: what is let in, what is stripped, who may have them."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from core.attachments import attach, clean_name
from core.documents.services import apply_transition
from core.errors import DomainError, IllegalTransition, NotAllowed
from core.models import Attachment
from tests.factories import House, make_requisition

pytestmark = pytest.mark.django_db


def photo(kind: str = "JPEG") -> bytes:
    """A picture with a place hidden in it."""
    picture, out = Image.new("RGB", (40, 30), "red"), io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    picture.save(out, kind, exif=exif)
    return out.getvalue()


def office(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("[Content_Types].xml", *names):
            archive.writestr(name, "x")
    return out.getvalue()


def send(person: Any, document: Any, name: str, content: bytes) -> Any:
    client = Client()
    client.force_login(person)
    url = reverse("attachment_add", args=(document._meta.label_lower, document.pk))
    return client.post(url, {"file": SimpleUploadedFile(name, content)}, follow=True)


def test_a_photo_is_kept_without_its_hidden_data(house: House) -> None:
    document = make_requisition(house)
    send(house.requester, document, "现场 照片.JPG", photo())
    row = Attachment.objects.get()
    assert (row.name, row.media_type) == ("现场 照片.jpg", "image/jpeg")
    assert "照片" not in row.file.name
    content = row.file.read()
    assert b"secret place" not in content
    assert Image.open(io.BytesIO(content)).size == (40, 30)


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.pdf", b"%PDF-1.7 x"), ("a.docx", office("word/document.xml")), ("a.xlsx", office("xl/workbook.xml"))],
)
def test_papers_are_taken(house: House, name: str, content: bytes) -> None:
    document = make_requisition(house)
    send(house.requester, document, name, content)
    assert Attachment.objects.get().file.read() == content


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.svg", b"<svg onload=alert(1)>", "not taken"),
        ("a.html", b"<script>", "not taken"),
        ("a.exe", b"MZ", "not taken"),
        ("a", b"x", "not taken"),
        ("a.pdf", b"", "is empty"),
        ("a.pdf", b"<html>", "not what its ending"),
        ("a.jpg", b"%PDF-1.7", "not what its ending"),
        ("a.jpg", b"\xff\xd8\xff broken", "damaged"),
        ("a.xlsx", office("word/document.xml"), "not what its ending"),
        ("a.xlsx", office("xl/workbook.xml", "xl/vbaProject.bin"), "not what its ending"),
        ("a.docx", b"PK\x03\x04 broken", "not what its ending"),
    ],
)
def test_other_files_are_refused(house: House, name: str, content: bytes, words: str) -> None:
    with pytest.raises(DomainError, match=words):
        attach(make_requisition(house), SimpleUploadedFile(name, content), actor=house.requester)
    assert not Attachment.objects.exists()


def test_a_large_file_is_refused_before_it_is_read(house: House) -> None:
    upload = SimpleUploadedFile("a.pdf", b"%PDF-")
    upload.size = 21 * 1024 * 1024
    with pytest.raises(DomainError, match="20 MB"):
        attach(make_requisition(house), upload, actor=house.requester)
    assert not Attachment.objects.exists()


def test_the_same_file_twice_is_one(house: House) -> None:
    document = make_requisition(house)
    for _time in range(2):
        send(house.requester, document, "a.pdf", b"%PDF-1.7")
    assert Attachment.objects.count() == 1


def test_a_cancelled_document_takes_no_file(house: House) -> None:
    document = make_requisition(house)
    apply_transition(document, "cancel", actor=house.requester, reason="不要了")
    send(house.requester, document, "a.pdf", b"%PDF-1")
    with pytest.raises(IllegalTransition):
        attach(document, SimpleUploadedFile("a.pdf", b"%PDF-1"), actor=house.requester)
    assert not Attachment.objects.exists()


def test_who_only_reads_adds_no_file(house: House) -> None:
    document = make_requisition(house)
    assert send(house.auditor, document, "a.pdf", b"%PDF-1").status_code == 200
    with pytest.raises(NotAllowed):
        attach(document, SimpleUploadedFile("a.pdf", b"%PDF-1"), actor=house.auditor)
    assert not Attachment.objects.exists()


def test_only_who_sees_the_document_gets_the_file(house: House) -> None:
    document = make_requisition(house)
    assert send(house.other_requester, document, "a.pdf", b"%PDF-1").status_code == 404
    send(house.requester, document, "发票=1.pdf", b"%PDF-1")
    url = reverse("attachment", args=(Attachment.objects.get().key,))
    client = Client()
    assert client.get(url).url.startswith("/login/")
    client.force_login(house.other_requester)
    assert client.get(url).status_code == 404
    client.force_login(house.requester)
    response = client.get(url)
    assert b"".join(response.streaming_content) == b"%PDF-1"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["../../etc/passwd.pdf", "a\u202efdp.pdf", "C:\\x\\b.pdf", ".pdf", "x" * 300 + ".pdf"])
def test_names_are_cleaned(name: str) -> None:
    clean = clean_name(name, "pdf")
    assert clean.endswith(".pdf")
    assert len(clean) <= 150
    assert not set(clean) & {"/", "\\", "\u202e"}
