"""How styles and scripts are stored for serving."""

from whitenoise.storage import CompressedManifestStaticFilesStorage

# Only at the start of a line: Django's own patterns take the word "export" or "import" in a comment for the beginning
# of a statement, run on to the next "from" and put the hash into a name a second time.
IMPORT_FROM = (
    r"""(?m)^(?P<matched>import(?P<import>\s+[^;"']*?|\s*\{[^;"']*?)\s*from\s*["'](?P<url>[./][^"']*)["']\s*;)"""
)
IMPORT_ONLY = r"""(?m)^(?P<matched>import\s*["'](?P<url>[./][^"']*)["']\s*;)"""


class HashedFilesStorage(CompressedManifestStaticFilesStorage):
    """Names carry a hash of the content, so browsers keep them for ever; imports between our own modules follow.

    Without the second part a new page could load an old module from a browser's cache, and a module imported twice
    under two names would run twice. Only our own folder: packages ship modules with imports that lead nowhere.
    """

    support_js_module_import_aggregation = True
    _js_module_import_aggregation_patterns = (
        "js/*.js",
        ((IMPORT_FROM, 'import%(import)s from "%(url)s";'), (IMPORT_ONLY, 'import "%(url)s";')),
    )
