"""The design tokens: complete in light and dark, and readable (WCAG 2.2 AA) in both."""

import hashlib
import re
from pathlib import Path

import pytest
from django.conf import settings

CSS = (Path(settings.BASE_DIR) / "static/css/tokens.css").read_text()
VENDOR = Path(settings.BASE_DIR) / "static/vendor"
TONES = ("success", "warning", "danger", "info")
TEXT_PAIRS = [
    *[("text", ground) for ground in ("paper", "ground", "hover", "selected", "stripe")],
    *[("text-quiet", ground) for ground in ("paper", "ground", "hover", "selected")],
    *[("accent-text", ground) for ground in ("paper", "ground", "hover", "selected")],
    *[(f"{tone}-text", ground) for tone in TONES for ground in (f"{tone}-bg", "paper")],
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("on-danger", "danger"),
    ("on-danger", "danger-hover"),
]


def block(selector: str) -> dict[str, str]:
    """The custom properties of the first rule that starts with this selector."""
    body = CSS.split(selector, 1)[1].split("{", 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+): ([^;]+);", body))


LIGHT = block('[data-theme="light"] {'.removesuffix(" {"))
DARK = block(':root[data-theme="dark"]')
DARK_AUTOMATIC = block(':root:not([data-theme="light"])')


def luminance(theme: dict[str, str], name: str) -> float:
    value = theme[name]
    if value.startswith("var(--"):
        return luminance(theme, value[6:-1])
    channels = [int(value[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(theme: dict[str, str], one: str, other: str) -> float:
    low, high = sorted((luminance(theme, one), luminance(theme, other)))
    return (high + 0.05) / (low + 0.05)


def test_every_theme_defines_every_colour():
    assert DARK == DARK_AUTOMATIC
    assert LIGHT.keys() == DARK.keys()
    assert len(LIGHT) > 40


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back"), TEXT_PAIRS)
def test_text_is_readable(theme, front, back):
    assert contrast(theme, front, back) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_edge_of_a_field_is_visible(theme):
    assert contrast(theme, "control-line", "paper") >= 3


def test_no_colour_outside_the_tokens():
    papers = {"tokens.css", "print.css", "papers.css"}  # papers are black on white
    sheets = [path for path in (Path(settings.BASE_DIR) / "static/css").glob("*.css") if path.name not in papers]
    assert len(sheets) > 12
    for path in sheets:
        name, text = path.name, path.read_text()
        assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;\s,)])", text) == [], name


def test_every_icon_in_use_is_in_the_sprite():
    sprite = set(re.findall(r'<symbol id="([\w-]+)"', (VENDOR / "tabler/icons.svg").read_text()))
    root = Path(settings.BASE_DIR)
    used = set()
    for path in root.glob("templates/**/*.html"):
        used |= set(re.findall(r'{% icon "([\w-]+)"', path.read_text()))
    for path in root.glob("static/js/*.js"):
        used |= set(re.findall(r'\bicon\("([\w-]+)"', path.read_text()))
    navigation = (root / "logistics/navigation.py").read_text()
    used |= set(re.findall(r'icon="([\w-]+)"', navigation))
    display = (root / "core/templatetags/display.py").read_text().split("CHIPS = {")[1].split("}")[0]
    used |= set(re.findall(r': \("([\w-]+)"', display))
    assert len(used) > 30
    assert used - sprite == set()


def test_vendored_files_are_those_that_were_recorded():
    recorded = dict(re.findall(r"^\| (\S+/\S+) \| ([0-9a-f]{64}) \|$", (VENDOR / "VERSIONS.md").read_text(), re.M))
    present = {str(p.relative_to(VENDOR)): p for p in VENDOR.glob("*/*") if p.is_file()}
    assert recorded.keys() == present.keys()
    for name, path in present.items():
        data = path.read_bytes()
        assert hashlib.sha256(data).hexdigest() == recorded[name], name
        assert b"sourceMappingURL" not in data, name
