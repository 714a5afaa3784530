#!/bin/sh
# Fetches the third-party front-end files, pinned, and writes what came (version, sha256) to vendor/VERSIONS.md.
# Run it only to upgrade: the results are committed, so that a closed network needs no registry and no build step.
# Needs: npm, python3.
set -eu

BOOTSTRAP=5.3.9
HTMX=2.0.11
ECHARTS=6.1.0
TABLER=3.51.0
ZXING=0.2.1
ZXING_LIBRARY=0.23.0

here=$(cd "$(dirname "$0")" && pwd)/vendor
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fetch() { # fetch <package> <version> <folder>
    npm pack --silent "$1@$2" >/dev/null
    mkdir "$3"
    tar -xzf ./*.tgz -C "$3" --strip-components=1
    rm -f ./*.tgz
}

take() { # take <from> <to>: copy without the sourceMappingURL line, which the hashed static storage cannot resolve
    mkdir -p "$(dirname "$here/$2")"
    sed -e 's#/\*\# sourceMappingURL=[^*]*\*/##' -e '/^\/\/# sourceMappingURL=/d' "$1" >"$here/$2"
}

fetch bootstrap "$BOOTSTRAP" bootstrap
take bootstrap/dist/css/bootstrap.min.css bootstrap/bootstrap.min.css
take bootstrap/dist/js/bootstrap.bundle.min.js bootstrap/bootstrap.bundle.min.js
take bootstrap/LICENSE bootstrap/LICENSE

fetch htmx.org "$HTMX" htmx
take htmx/dist/htmx.min.js htmx/htmx.min.js
take htmx/LICENSE htmx/LICENSE

fetch echarts "$ECHARTS" echarts
take echarts/dist/echarts.common.min.js echarts/echarts.common.min.js
take echarts/LICENSE echarts/LICENSE
take echarts/NOTICE echarts/NOTICE

fetch @zxing/browser "$ZXING" zxing
take zxing/umd/zxing-browser.min.js zxing/zxing-browser.min.js
take zxing/LICENSE zxing/LICENSE
fetch @zxing/library "$ZXING_LIBRARY" zxing-library
take zxing-library/LICENSE zxing/LICENSE-library

fetch @tabler/icons "$TABLER" tabler
take tabler/LICENSE tabler/LICENSE
python3 - tabler/icons/outline "$here" <<'PYTHON'
"""One sprite with only the icons named in icons.txt; `{% icon "name" %}` refers to them by id."""
import re
import sys
from pathlib import Path

source, target = Path(sys.argv[1]), Path(sys.argv[2])
symbols = []
for name in sorted(set((target / "icons.txt").read_text().split())):
    drawing = (source / f"{name}.svg").read_text()
    paths = [p for p in re.findall(r"<(?:path|circle|rect|line)[^>]*/>", drawing) if 'd="M0 0h24v24H0z"' not in p]
    symbols.append(
        f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75"'
        f' stroke-linecap="round" stroke-linejoin="round">{"".join(paths)}</symbol>'
    )
sprite = '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"
(target / "tabler" / "icons.svg").write_text(sprite)
PYTHON

{
    echo "# Third-party front-end files"
    echo
    echo "Written by \`static/vendor.sh\`. Licences are beside the files."
    echo
    echo "| package | version | licence |"
    echo "|---|---|---|"
    echo "| bootstrap | $BOOTSTRAP | MIT |"
    echo "| htmx.org | $HTMX | 0BSD |"
    echo "| echarts (echarts.common.min.js) | $ECHARTS | Apache-2.0 |"
    echo "| @zxing/browser, which contains @zxing/library (Apache-2.0) | $ZXING | MIT |"
    echo "| @tabler/icons (outline, those in icons.txt) | $TABLER | MIT |"
    echo
    echo "| file | sha256 |"
    echo "|---|---|"
    cd "$here"
    find . -type f ! -name VERSIONS.md ! -name icons.txt | LC_ALL=C sort | while read -r file; do
        echo "| ${file#./} | $(sha256sum "$file" | cut -d' ' -f1) |"
    done
} >"$work/VERSIONS.md"
cp "$work/VERSIONS.md" "$here/VERSIONS.md"
