"""What the shipped roles may do with fixed assets."""

from directory.roles import EVERYBODY, register_grants

_LOAD = ("view_assetclass", "add_assetclass", "change_assetclass", "import_assetclass")

register_grants(
    "assets",
    {
        **dict.fromkeys(EVERYBODY, ("view_assetclass",)),
        "asset_manager": _LOAD,
        "system_administrator": _LOAD,
    },
)
