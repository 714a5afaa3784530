"""Styles and scripts as they are served in earnest: hashed names everywhere, also inside the product's own modules."""

import re
from pathlib import Path

from django.core.management import call_command


def test_every_file_can_be_collected_and_modules_import_hashed_names(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "logistics.static_storage.HashedFilesStorage"},
    }
    settings.WHITENOISE_KEEP_ONLY_HASHED_FILES = True
    call_command("collectstatic", interactive=False, verbosity=0)
    for module in Path(tmp_path).glob("js/*.*.js"):
        for name in re.findall(r'^import[^;]*"\./([^"]+)"', module.read_text(), re.M):
            assert (module.parent / name).is_file(), f"{module.name} imports {name}"
    [grid] = Path(tmp_path).glob("js/line-grid.*.js")
    imported = re.findall(r'from "\./([^"]+)"', grid.read_text())
    assert len(imported) == 5
    assert all((grid.parent / name).is_file() and re.search(r"\.[0-9a-f]{12}\.js$", name) for name in imported)
