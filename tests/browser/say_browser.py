"""Say plainly before the suite whether the browser tests will run."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from chromium import find_chromium

if __name__ == "__main__":
    found = find_chromium()
    if found:
        sys.stdout.write(f"Browser tests run in {found}.\n")
    elif os.environ.get("BROWSER_REQUIRED"):
        sys.exit("No Chromium found, and BROWSER_REQUIRED is set: install Debian's package chromium.")
    else:
        sys.stdout.write("NO CHROMIUM FOUND: the browser tests will NOT run. Install Debian's package chromium.\n")
