"""PDF files as Chromium prints them: size and number of pages, words of each page."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

POINT = 25.4 / 72


class Printed(NamedTuple):
    """pages: (width, height) of each page in mm, rounded; words: the text of each page without blanks."""

    pages: list[tuple[int, int]]
    words: list[str]


def printed(page: Any, folder: Path, name: str) -> Printed:
    """Print the page that is open on the paper its style sheet asks for; kept in $SCREENSHOTS when that is set."""
    target = Path(os.environ.get("SCREENSHOTS") or folder) / f"{name}.pdf"
    page.pdf(path=target, prefer_css_page_size=True, print_background=True)
    facts = _run("pdfinfo", "-f", "1", "-l", "9999", target)
    sizes = re.findall(r"Page +\d+ size: +([\d.]+) x ([\d.]+)", facts)
    text = _run("pdftotext", "-layout", target, "-")
    return Printed(
        [(round(float(width) * POINT), round(float(height) * POINT)) for width, height in sizes],
        [re.sub(r"\s+", "", words) for words in text.split("\f")[:-1]],
    )


def _run(*command: Any) -> str:
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout
