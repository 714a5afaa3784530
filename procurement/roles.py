"""What the shipped roles may do in procurement."""

from directory.roles import EVERYBODY, register_grants

_CATALOGUE = ("view_purchasecategory", "view_economicclass", "view_project")
_WRITE = ("add", "change", "view", "submit", "cancel")


def _all(*kinds: str, actions: tuple[str, ...] = _WRITE) -> tuple[str, ...]:
    return tuple(f"{action}_{kind}" for kind in kinds for action in actions)


_ASK = (*_CATALOGUE, *_all("purchaserequest", "procurementplan"), "view_budgetallotment", "view_budgetmove")
_BUY = _all("sourcing", "frameworkagreement", "purchaseorder", "orderchange", "paymentrequest", "supplierinvoice")
_PAPERS = (
    "procurementplan",
    "purchaserequest",
    "sourcing",
    "frameworkagreement",
    "purchaseorder",
    "orderchange",
)

register_grants(
    "procurement",
    {
        **dict.fromkeys(EVERYBODY, _CATALOGUE),
        "requester": _ASK,
        "department_head": (*_ASK, *_all("procurementplan", "purchaserequest", actions=("approve",))),
        "storekeeper": (*_ASK, "view_purchaseorder", "view_acceptance", "view_rejectedgoods"),
        "asset_manager": (*_ASK, "view_purchaseorder", "view_acceptance"),
        "acceptor": (
            *_CATALOGUE,
            "view_purchaseorder",
            *_all("acceptance"),
            "view_rejectedgoods",
            "change_rejectedgoods",
        ),
        "buyer": (
            *_ASK,
            "view_*",
            *_BUY,
            "change_rejectedgoods",
            "change_supplierevaluation",
            *_all("supplierfield", actions=("add", "change", "delete")),
        ),
        "logistics_head": (
            *_ASK,
            "view_*",
            *_all(*_PAPERS, "paymentrequest", "acceptance", actions=("approve", "cancel")),
            *_all("purchasecategory", "project", actions=("add", "change", "import")),
            *_all("categorylicence", "itemcategorylink", "centralcatalogueentry", actions=("add", "change", "delete")),
            "change_supplierevaluation",
        ),
        "leader": (
            *_CATALOGUE,
            "view_*",
            *_all(*_PAPERS, "budgetdecision", "paymentrequest", actions=("approve",)),
        ),
        "accountant": (
            *_ASK,
            "view_*",
            *_all("budgetdecision", actions=("add", "change", "submit", "post", "reverse", "cancel")),
            *_all("supplierinvoice", actions=("approve", "cancel")),
            *_all("paymentrequest", actions=("post", "reverse")),
            *_all("economicclass", "project", actions=("add", "change", "import")),
        ),
        "auditor": ("view_*",),
        "system_administrator": (
            *_CATALOGUE,
            *_all("purchasecategory", "economicclass", "project", actions=("add", "change", "import")),
        ),
    },
)
