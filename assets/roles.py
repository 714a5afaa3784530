"""What the shipped roles may do with fixed assets."""

from directory.roles import EVERYBODY, register_grants

_LOAD = ("view_assetclass", "add_assetclass", "change_assetclass", "import_assetclass")

register_grants(
    "assets",
    {
        **dict.fromkeys(EVERYBODY, ("view_assetclass",)),
        "asset_manager": (*_LOAD, "view_assetintake"),
        "logistics_head": ("view_assetclass", "view_assetintake"),
        "accountant": ("view_assetclass", "view_assetintake"),
        "auditor": ("view_assetclass", "view_assetintake"),
        "system_administrator": _LOAD,
    },
)
