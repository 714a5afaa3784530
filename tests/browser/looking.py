"""How a page is looked at: one function for all tests in a browser."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe

CUT = "net::ERR_"  # what a browser complains of while the line is cut
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def serious(page: Any) -> list[tuple[str, str]]:
    """What axe finds serious or critical: (rule, the first place)."""
    found = Axe().run(page).response["violations"]
    return [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in found if rule["impact"] in ("serious", "critical")]


def look(page: Any, name: str, *, besides: str = "") -> None:
    """Axe is content, nothing is wider than the screen, the browser complains of nothing (but of what contains the
    words `besides`); a picture is kept where SCREENSHOTS says."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
    assert page.evaluate(WIDER) <= 0, name
    assert [problem for problem in page.problems if not besides or besides not in problem] == [], name
    assert (name, serious(page)) == (name, [])
