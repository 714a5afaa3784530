"""Scanning in a real browser: typed codes, photos, the live camera, and what stands on the lines afterwards."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import segno
from playwright.sync_api import expect

from directory.models import Organization

from .conftest import CHROMIUM, PHONE
from .looking import serious

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _pages(settings: Any, transactional_db: Any) -> None:
    settings.ROOT_URLCONF = "tests.browser.pages"
    Organization.objects.create(code="H1", name="第一人民医院")


def photo(text: str) -> dict[str, Any]:
    """A picture of a QR code as a file chosen in the browser."""
    picture = io.BytesIO()
    segno.make_qr(text, error="m").save(picture, kind="png", scale=7, border=6)
    return {"name": "code.png", "mimeType": "image/png", "buffer": picture.getvalue()}


def film(path: Path, text: str) -> Path:
    """A film of one QR code for the browser's pretended camera: 640 × 480 points, uncompressed."""
    width, height, scale = 640, 480, 10
    matrix = [list(row) for row in segno.make_qr(text, error="m").matrix_iter(scale=scale, border=4)]
    top, left = (height - len(matrix)) // 2, (width - len(matrix[0])) // 2
    light = bytearray(b"\xeb" * (width * height))
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            if dark:
                light[(y + top) * width + x + left] = 16
    colour = b"\x80" * (width * height // 2)
    path.write_bytes(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n" + 20 * (b"FRAME\n" + bytes(light) + colour))
    return path


def rows(page: Any) -> Any:
    return page.locator("tr[data-line]:visible")


def dialog(page: Any) -> Any:
    return page.locator("#scan-dialog")


def open_scanner(page: Any) -> None:
    page.locator(".grid-foot [data-scan]").click()
    expect(dialog(page)).to_be_visible()


def type_code(page: Any, text: str) -> None:
    """As a hand scanner does: letters and Enter, wherever the focus is."""
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def without_camera(page: Any) -> list[str]:
    """What the browser complained about, besides the camera it does not have."""
    return [line for line in page.problems if "camera" not in line.lower()]


def test_typed_code_puts_the_item_on_the_line(live_server, open_page):
    page = open_page(f"{live_server.url}/form/", phone=True)
    open_scanner(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    type_code(page, "YL002")
    expect(dialog(page)).to_be_hidden()
    expect(page.locator("#id_lines-0-item")).to_have_value("YL002 检查手套 中号")
    expect(page.locator('[name="lines-0-quantity"]')).to_have_value("1")
    expect(page.locator('[name="lines-0-quantity"]')).to_be_focused()
    open_scanner(page)
    type_code(page, "YL002")
    expect(page.locator('[name="lines-0-quantity"]')).to_have_value("2")
    expect(rows(page)).to_have_count(1)
    assert without_camera(page) == []


def test_photo_of_a_code_at_390_points(live_server, open_page):
    page = open_page(f"{live_server.url}/form/", phone=True)
    rows(page).first.locator("[data-scan]").tap()
    expect(dialog(page)).to_be_visible()
    dialog(page).locator("input[type=file]").set_input_files(photo("QJ003"))
    expect(dialog(page)).to_be_hidden()
    expect(page.locator("#id_lines-0-item")).to_have_value("QJ003 拖把 棉线")
    assert without_camera(page) == []


def test_photo_without_a_code_and_file_that_is_no_picture(live_server, open_page):
    page = open_page(f"{live_server.url}/form/")
    open_scanner(page)
    files = dialog(page).locator("input[type=file]")
    files.set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": page.screenshot()})
    expect(dialog(page).locator(".notice-error")).to_have_text(dialog(page).get_attribute("data-no-code"))
    files.set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": b"nothing of the kind"})
    expect(dialog(page).locator(".notice-error")).to_have_text(dialog(page).get_attribute("data-no-picture"))
    assert page.locator('input[type=hidden][name="lines-0-item"]').input_value() == ""


@pytest.mark.parametrize("dark", [False, True])
def test_unknown_code_is_said_and_changes_nothing(live_server, open_page, dark):
    page = open_page(f"{live_server.url}/form/", phone=True, dark=dark)
    open_scanner(page)
    type_code(page, "6900000000001")
    expect(dialog(page).locator(".notice-error")).to_contain_text("6900000000001")
    expect(dialog(page)).to_be_visible()
    assert serious(page) == []
    page.keyboard.press("Escape")
    expect(dialog(page)).to_be_hidden()
    assert page.locator('input[type=hidden][name="lines-0-item"]').input_value() == ""
    assert page.locator('[name="lines-0-quantity"]').input_value() == ""
    assert without_camera(page) == []


def test_several_codes_one_after_the_other(live_server, open_page):
    page = open_page(f"{live_server.url}/form/")
    open_scanner(page)
    dialog(page).locator("[data-scan-many]").check()
    for code in ("BG001", "YL002", "BG001", "XX", "QJ003", "BG001"):
        type_code(page, code)
    expect(rows(page)).to_have_count(3)
    expect(page.locator('[name="lines-0-quantity"]')).to_have_value("3")
    expect(page.locator('[name="lines-2-quantity"]')).to_have_value("1")
    dialog(page).locator(".btn-primary[data-dialog-close]").click()
    expect(page.locator('[name="lines-0-quantity"]')).to_be_focused()
    expect(page.locator("#id_lines-2-item")).to_have_value("QJ003 拖把 棉线")


def test_hand_scanner_in_the_item_box_itself(live_server, open_page):
    page = open_page(f"{live_server.url}/form/")
    page.locator("#id_lines-0-item").focus()
    type_code(page, "QJ003")
    expect(page.locator("#id_lines-0-item")).to_have_value("QJ003 拖把 棉线")
    assert page.locator('input[type=hidden][name="lines-0-item"]').input_value() == "3"


def test_live_camera_reads_and_stops(live_server, chromium, tmp_path):
    """The policy of the page lets the camera and the reader work, and the camera goes off with the dialog."""
    options = ["--no-sandbox", "--disable-gpu", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    options.append(f"--use-file-for-fake-video-capture={film(tmp_path / 'code.y4m', 'YL002')}")
    browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=options)
    try:
        page = browser.new_page(viewport=PHONE, has_touch=True, locale="zh-CN")
        problems: list[str] = []
        page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(f"{live_server.url}/form/")
        page.evaluate("""() => {
            const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
            navigator.mediaDevices.getUserMedia = async (wish) => (window.film = await ask(wish));
        }""")
        open_scanner(page)
        expect(page.locator("#id_lines-0-item")).to_have_value("YL002 检查手套 中号", timeout=20_000)
        expect(dialog(page)).to_be_hidden()
        assert page.locator('[name="lines-0-quantity"]').input_value() == "1"
        assert page.evaluate("window.film.getTracks().map((track) => track.readyState)") == ["ended"]
        assert problems == []
    finally:
        browser.close()


def test_the_reader_of_the_browser_is_used_where_there_is_one(live_server, open_page):
    page = open_page(f"{live_server.url}/form/")
    page.add_init_script("""window.BarcodeDetector = class {
        static async getSupportedFormats() { return ["qr_code", "code_128", "ean_13"]; }
        async detect() { return [{ rawValue: "]C10106901234567892" }, { rawValue: "other" }]; }
    };""")
    page.reload()
    open_scanner(page)
    dialog(page).locator("input[type=file]").set_input_files(photo("BG001"))
    expect(dialog(page).locator(".notice-error")).to_contain_text("]C10106901234567892")
    assert page.evaluate("typeof window.ZXingBrowser") == "undefined"


def test_what_a_code_may_stand_for(live_server, open_page):
    page = open_page(f"{live_server.url}/form/")
    found = page.evaluate(
        """async (codes) => {
            const address = document.querySelector("script[src*='js/line-scan']").src.replace("line-scan", "scan");
            return codes.map((await import(address)).candidatesOf);
        }""",
        ["BG001", "690123456789", "0690123456789", "010690123456789217271231\u001d10A7", "(01)06901234567892"],
    )
    assert found[0] == ["BG001"]
    assert found[1] == ["690123456789", "0690123456789"]
    assert found[2] == ["0690123456789", "690123456789"]
    assert found[3][1:] == ["06901234567892", "6901234567892"]
    assert found[4][1:] == ["06901234567892", "6901234567892"]


def test_without_https_the_camera_is_said_to_be_missing(live_server, open_page):
    page = open_page(f"{live_server.url}/form/", phone=True)
    page.add_init_script("Object.defineProperty(window, 'isSecureContext', { value: false });")
    page.reload()
    open_scanner(page)
    expect(dialog(page).locator("[data-scan-note]")).to_have_text(dialog(page).get_attribute("data-insecure"))
    dialog(page).locator("input[type=file]").set_input_files(photo("YL002"))
    expect(page.locator("#id_lines-0-item")).to_have_value("YL002 检查手套 中号")
    assert page.problems == []
