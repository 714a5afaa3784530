"""What the shipped roles may do in the storehouse."""

from directory.roles import EVERYBODY, register_grants

_CATALOGUE = ("view_item", "view_itemcategory", "view_unit", "view_warehouse")
_ASK = (
    *_CATALOGUE,
    "add_requisition",
    "change_requisition",
    "view_requisition",
    "submit_requisition",
    "cancel_requisition",
)
_SEE_ALL = ("view_*",)
_PLAN_COUNTS = tuple(f"{action}_stockcount" for action in ("add", "change", "submit", "post", "cancel"))
_BRING_BACK = tuple(f"{action}_stockreturn" for action in ("add", "change", "view", "submit", "cancel"))

register_grants(
    "inventory",
    {
        **dict.fromkeys(EVERYBODY, _ASK),
        "department_head": (
            *_ASK,
            "view_quota",
            "approve_requisition",
            "view_stockmove",
            "view_goodsissue",
            *_BRING_BACK,
        ),
        "requester": (*_ASK, "view_quota", "view_goodsissue", *_BRING_BACK),
        "storekeeper": (
            *_ASK,
            *_SEE_ALL,
            "change_replenishmentsuggestion",
            *(
                f"{action}_{kind}"
                for kind in (
                    "goodsreceipt",
                    "goodsissue",
                    "openingstock",
                    "stockreturn",
                    "supplierreturn",
                    "stocktransfer",
                    "transferarrival",
                )
                for action in ("add", "change", "submit", "post", "cancel")
            ),
            *_PLAN_COUNTS,
            "add_item",
            "change_item",
            "add_itemunit",
            "change_itemunit",
            "delete_itemunit",
            "add_unit",
            "import_item",
            "add_lothold",
        ),
        "buyer": (*_ASK, *_SEE_ALL, "change_replenishmentsuggestion"),
        "logistics_head": (
            *_ASK,
            *_SEE_ALL,
            *(f"{action}_quota" for action in ("add", "change", "delete", "import")),
            "change_replenishmentsuggestion",
            "approve_*",
            *_PLAN_COUNTS,
            "reverse_stockcount",
            "reverse_goodsissue",
            "reverse_goodsreceipt",
            "reverse_stockreturn",
            "reverse_supplierreturn",
            "reverse_stocktransfer",
            "reverse_transferarrival",
            "add_lothold",
            "release_lothold",
            "cancel_*",
            "add_item*",
            "change_item*",
            "delete_itemunit",
            "import_item*",
            "add_unit",
            "change_unit",
            "add_warehouse",
            "change_warehouse",
        ),
        "leader": (*_ASK, *_SEE_ALL, "approve_stockcount", "approve_requisition"),
        "accountant": (
            *_ASK,
            *_SEE_ALL,
            *_PLAN_COUNTS,
            "reverse_stockcount",
            "submit_monthpricing",
            "post_monthpricing",
            "approve_goodsreceipt",
            "approve_openingstock",
            "approve_supplierreturn",
            "reverse_goodsreceipt",
            "reverse_goodsissue",
            "reverse_openingstock",
            "reverse_stockreturn",
            "reverse_supplierreturn",
            "reverse_stocktransfer",
            "reverse_transferarrival",
        ),
        "auditor": _SEE_ALL,
        "system_administrator": (
            *_CATALOGUE,
            "add_item*",
            "change_item*",
            "delete_itemunit",
            "import_*",
            "add_unit",
            "change_unit",
            "add_warehouse",
            "change_warehouse",
        ),
        "rights_administrator": _CATALOGUE,
    },
)

# Old pieces, losses, loans and prices.
_LOSS_PAPERS = ("tradein", "oldpiecedisposal", "writeoff", "toolloan", "loanreturn", "pricedifference")

register_grants(
    "inventory",
    {
        "department_head": ("view_tradein", "view_toolloan", "view_loanreturn"),
        "requester": ("view_tradein", "view_toolloan", "view_loanreturn"),
        "storekeeper": tuple(
            f"{action}_{kind}" for kind in _LOSS_PAPERS for action in ("add", "change", "submit", "post", "cancel")
        ),
        "logistics_head": tuple(f"reverse_{kind}" for kind in _LOSS_PAPERS),
        "accountant": ("reverse_oldpiecedisposal", "reverse_writeoff", "approve_pricedifference"),
        "leader": ("approve_writeoff",),
        "rights_administrator": ("view_writeofflimit", "add_writeofflimit", "change_writeofflimit"),
    },
)

# Shelves, and what lies on them.
_SHELVES = tuple(f"{act}_{kind}" for kind in ("shelf", "itemshelf") for act in ("add", "change", "view", "import"))

register_grants(
    "inventory",
    dict.fromkeys(("storekeeper", "logistics_head", "system_administrator"), (*_SHELVES, "delete_itemshelf")),
)
