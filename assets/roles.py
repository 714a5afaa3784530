"""What the shipped roles may do with fixed assets."""

from directory.roles import EVERYBODY, register_grants

_CATALOGUE = ("view_assetclass", "view_assetcategory")
_CLASSES = tuple(
    f"{action}_{model}" for model in ("assetclass", "assetcategory") for action in ("add", "change", "import")
)
_WRITE = ("add", "change", "view", "submit", "cancel")
_POST = (*_WRITE, "post", "reverse")


def _all(*kinds: str, actions: tuple[str, ...] = _WRITE) -> tuple[str, ...]:
    return tuple(f"{action}_{kind}" for kind in kinds for action in actions)


_SEE = (*_CATALOGUE, "view_asset", "view_assetmove", "view_custodychange", "view_assetcount")
_KEEP = ("assetaddition", "custodychange", "valuechange", "cardsplit", "assetcount", "disposal", "compensationcase")

register_grants(
    "assets",
    {
        **dict.fromkeys(EVERYBODY, _CATALOGUE),
        "requester": (*_SEE, *_all("custodychange")),
        "storekeeper": _SEE,
        "repair_dispatcher": _SEE,
        "repair_worker": _SEE,
        "buyer": (*_SEE, "view_assetintake"),
        "acceptor": _SEE,
        "department_head": (
            *_SEE,
            *_all("custodychange", "disposal", "compensationcase"),
            "approve_custodychange",
            "export_asset",
        ),
        "asset_manager": (
            "view_*",
            *_CLASSES,
            *_all(*_KEEP, actions=_POST),
            "approve_custodychange",
            *_all("asset", actions=("change", "export", "label")),
            *_all("categorymapping", actions=("add", "change", "delete", "import")),
            *_all("assetlife", actions=("add", "change")),
        ),
        "logistics_head": (
            "view_*",
            *_all(*_KEEP, actions=("approve", "cancel")),
            "export_asset",
        ),
        "leader": (
            "view_*",
            *_all("assetaddition", "valuechange", "assetcount", "disposal", "compensationcase", actions=("approve",)),
        ),
        "accountant": (
            "view_*",
            *_all("depreciationrun", actions=_POST),
            *_all("accountbalance", actions=("add", "change")),
            "approve_valuechange",
            "book_asset",
            "export_asset",
            "take_journalproposal",
            "export_journalproposal",
            "add_compensationpayment",
        ),
        "auditor": ("view_*", "export_asset", "export_journalproposal"),
        "system_administrator": (*_CATALOGUE, *_CLASSES, *_all("assetlife", actions=("add", "change", "view"))),
    },
)
