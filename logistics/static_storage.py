"""How styles and scripts are stored for serving."""

from django.contrib.staticfiles.storage import HashedFilesMixin
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFilesStorage(CompressedManifestStaticFilesStorage):
    """Names carry a hash of the content, so browsers keep them for ever; imports between our own modules follow.

    Without the second part a new page could load an old module from a browser's cache, and a module imported twice
    under two names would run twice. Only our own folder: packages ship modules with imports that lead nowhere.
    """

    support_js_module_import_aggregation = True
    _js_module_import_aggregation_patterns = ("js/*.js", HashedFilesMixin._js_module_import_aggregation_patterns[1])  # type: ignore[attr-defined]
