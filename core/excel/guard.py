"""What an uploaded file really is, and whether it is safe to open. No Django here: this runs in the child process.

Nothing but the bytes decides: the name only tells which mistake to explain (a renamed CSV, an old .xls, a password).
"""

import io
import re
import stat
import zipfile
import zlib

MAX_PACKED = 10 * 1024 * 1024
MAX_UNPACKED = 80 * 1024 * 1024
MAX_MEMBERS = 200
BLOCK = 64 * 1024

ENDINGS = ("xlsx", "csv", "txt")
_OTHER_FORMATS = {
    "xls": "old_excel",
    "et": "old_excel",
    "xlt": "old_excel",
    "xlsm": "macros",
    "xltm": "macros",
    "xlam": "macros",
    "xlsb": "binary_excel",
    "ods": "open_document",
    "numbers": "not_spreadsheet",
}
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
_OTHER_MAGIC = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"BM",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"RIFF",
    b"MZ",
)
_MARKUP = re.compile(rb"\s*<(?:!doctype|html|head|body|table|meta|\?xml|!--|div|style|workbook)", re.IGNORECASE)
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([^"']*)["']""")
_TEXT_MEMBERS = (".xml", ".rels", ".vml")


class Refused(Exception):
    """The file is not taken. `code` names the sentence in core/excel/messages.py, `params` fill it."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def ending(filename: str) -> str:
    """The ending of a file name in lower case, without the dot; "" if there is none."""
    return filename.rpartition(".")[2].strip().lower() if "." in filename else ""


def check(data: bytes, filename: str, *, unpacked: int = MAX_UNPACKED) -> str:
    """Say what the file is: "xlsx" or "csv". Raises Refused for everything else, and for workbooks that are unsafe.

    unpacked: how many bytes the members of a workbook may have together."""
    if not data:
        raise Refused("empty_file")
    if len(data) > MAX_PACKED:
        raise Refused("file_too_big", limit=MAX_PACKED // 2**20)
    suffix = ending(filename)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        _check_container(data, unpacked)
        if suffix not in ("xlsx", "xls", "xlsm"):
            raise Refused("wrong_ending", ending=suffix, right="xlsx")
        return "xlsx"
    _refuse_other_formats(data, suffix)
    if suffix not in ("csv", "txt"):
        raise Refused(_OTHER_FORMATS.get(suffix, "renamed_text"), ending=suffix)
    return "csv"


def _refuse_other_formats(data: bytes, suffix: str) -> None:
    if data.startswith(_OLE2):
        encrypted = "EncryptedPackage".encode("utf-16-le") in data
        raise Refused("password" if encrypted else "old_excel")
    if data.startswith(_OTHER_MAGIC):
        raise Refused("not_spreadsheet")
    head = data[:1024].removeprefix(b"\xef\xbb\xbf")
    if _MARKUP.match(head):
        raise Refused("web_page")
    if b"\x00" in head and not data.startswith(_UTF16_BOMS):
        raise Refused("damaged" if suffix == "xlsx" else "not_spreadsheet")


def _check_container(data: bytes, unpacked: int) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            names = _check_names(container.infolist())
            _check_kind(names)
            _check_members(container, unpacked)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise Refused("damaged") from error


def _check_names(members: list[zipfile.ZipInfo]) -> set[str]:
    """Refuse containers whose member names or flags are those of an attack; return the names in lower case."""
    if len(members) > MAX_MEMBERS:
        raise Refused("suspicious")
    names: set[str] = set()
    for member in members:
        name = member.filename
        parts = name.replace("\\", "/").split("/")
        absolute = name.startswith(("/", "\\")) or ":" in name
        link = stat.S_ISLNK(member.external_attr >> 16)
        if absolute or ".." in parts or "\\" in name or not name.isprintable() or link or name.lower() in names:
            raise Refused("suspicious")
        if member.flag_bits & 0x1:
            raise Refused("password")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refused("damaged")
        names.add(name.lower())
    return names


def _check_kind(names: set[str]) -> None:
    if any(name.endswith("vbaproject.bin") for name in names):
        raise Refused("macros")
    if "xl/workbook.bin" in names:
        raise Refused("binary_excel")
    if "content.xml" in names and "mimetype" in names:
        raise Refused("open_document")
    if "[content_types].xml" not in names or "xl/workbook.xml" not in names:
        raise Refused("not_workbook")


def _check_members(container: zipfile.ZipFile, unpacked: int) -> None:
    """Unpack everything once, counting real bytes (the header may lie), and look for what XML must not bring."""
    total = 0
    for member in container.infolist():
        is_text = member.filename.lower().endswith(_TEXT_MEMBERS)
        tail, first = b"", True
        with container.open(member) as stream:
            while block := stream.read(BLOCK):
                total += len(block)
                if total > unpacked:
                    raise Refused("bomb", limit=unpacked // 2**20)
                if is_text:
                    _check_markup(tail + block, member.filename, first=first)
                    tail, first = block[-16:], False


def _check_markup(block: bytes, name: str, *, first: bool) -> None:
    if first:
        declared = _ENCODING.match(block.removeprefix(b"\xef\xbb\xbf"))
        if b"\x00" in block[:4] or block.startswith(_UTF16_BOMS):
            raise Refused("suspicious")
        if declared and declared[1].lower() not in (b"utf-8", b"us-ascii", b"ascii"):
            raise Refused("suspicious")
    if _DOCTYPE.search(block):
        raise Refused("suspicious")
    if name == "[Content_Types].xml" and b"macroEnabled" in block:
        raise Refused("macros")
