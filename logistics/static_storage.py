"""How styles and scripts are stored for serving."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFilesStorage(CompressedManifestStaticFilesStorage):
    """Names carry a hash of the content, so browsers keep them for ever; imports between script modules follow.

    Without the second part a new page could load an old module from a browser's cache, and a module imported twice
    under two names would run twice.
    """

    support_js_module_import_aggregation = True
