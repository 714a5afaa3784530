"""Electronic invoices as files: OFD and plain XML are taken, what a browser would run is not."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.attachments import checked
from core.errors import DomainError

GOOD = '<?xml version="1.0" encoding="UTF-8"?><EInvoice><Number>26110000000000000077</Number></EInvoice>'


def ofd(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return out.getvalue()


def test_ofd_and_plain_xml_are_taken() -> None:
    assert checked(SimpleUploadedFile("发票.ofd", ofd("OFD.xml", "Doc_0/Document.xml")))[0] == "ofd"
    assert checked(SimpleUploadedFile("发票.XML", GOOD.encode())) == ("xml", GOOD.encode())
    assert checked(SimpleUploadedFile("发票.xml", GOOD.encode("utf-8-sig")))[0] == "xml"


@pytest.mark.parametrize(
    "text",
    [
        "no xml at all",
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
        '<html xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></html>',
        '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        '<?xml version="1.0"?><?xml-stylesheet href="x.xsl"?><a/>',
        '<x xmlns:s="http://www.w3.org/1999/XSL/Transform"/>',
    ],
)
def test_xml_that_would_be_run_or_reaches_out_is_refused(text: str) -> None:
    with pytest.raises(DomainError, match="not what its ending"):
        checked(SimpleUploadedFile("a.xml", text.encode()))


@pytest.mark.parametrize("content", [GOOD.encode("utf-16"), b"\xff\xfe\x00", b"PK\x03\x04"])
def test_broken_xml_and_ofd_are_refused(content: bytes) -> None:
    for name in ("a.xml", "a.ofd"):
        with pytest.raises(DomainError):
            checked(SimpleUploadedFile(name, content))


def test_an_archive_without_the_invoice_is_no_ofd() -> None:
    with pytest.raises(DomainError):
        checked(SimpleUploadedFile("a.ofd", ofd("readme.txt")))
