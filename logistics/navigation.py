"""The frame around every page: what the left navigation and the bottom bar offer to this person (context processor).

An item is data. It is shown only if its page exists and the person may open it, so that nobody is offered a refusal.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from core.documents import routes
from core.notices import unread_count
from core.views.report_list import reads_reports
from directory.models import Organization
from inventory.closing_selectors import may_look

Permission = str | Callable[[Any], bool] | None
Counts = dict[str, Callable[[], int]]


@dataclass(frozen=True)
class Item:
    """One entry: `url` is a URL name; `permission` a codename, a function of the user, or None for everyone."""

    label: Promise | str
    url: str
    icon: str
    permission: Permission = None
    count: str = ""


@dataclass(frozen=True)
class Group:
    label: Promise | str
    items: tuple[Item, ...]


def opens_back_office(user: Any) -> bool:
    return bool(user.is_staff)


def looks_after_classes(user: Any) -> bool:
    """A hospital has no classes: there the entry would only lead to an empty page."""
    hospital = user.organization is not None and user.organization.kind == Organization.Kind.HOSPITAL
    return not hospital and bool(user.has_perm("assets.view_asset"))


NAVIGATION = (
    # What everybody looks at first stands on top, without a heading.
    Group(
        "",
        (
            Item(_("Workbench"), "workbench", icon="layout-dashboard"),
            Item(_("Waiting for me"), "waiting", icon="clipboard-check", count="waiting_count"),
        ),
    ),
    Group(
        _("Requests"),
        (
            Item(_("New request"), "requisition_new", icon="shopping-cart", permission="inventory.add_requisition"),
            Item(_("My requests"), "requisition_list", icon="clipboard-list", permission="inventory.view_requisition"),
        ),
    ),
    Group(
        _("Procurement"),
        (
            Item(_("Budgets"), "budgets", icon="scale", permission="procurement.view_budgetallotment"),
            Item(
                _("Budget decisions"),
                "budgetdecision_list",
                icon="clipboard-list",
                permission="procurement.view_budgetdecision",
            ),
            Item(
                _("Procurement plans"),
                "procurementplan_list",
                icon="calendar",
                permission="procurement.view_procurementplan",
            ),
            Item(
                _("Purchase requests"),
                "purchaserequest_list",
                icon="shopping-cart",
                permission="procurement.view_purchaserequest",
            ),
            Item(
                _("Request from plans"),
                "purchaserequest_from_plan",
                icon="clipboard-list",
                permission="procurement.add_purchaserequest",
            ),
            Item(
                _("Papers of urgent purchases"),
                "urgent_papers",
                icon="hourglass",
                permission="procurement.view_purchaserequest",
            ),
            Item(_("Sourcing"), "sourcing_list", icon="scale", permission="procurement.view_sourcing"),
            Item(
                _("Framework agreements"),
                "frameworkagreement_list",
                icon="file-text",
                permission="procurement.view_frameworkagreement",
            ),
            Item(
                _("Orders and contracts"),
                "purchaseorder_list",
                icon="file-text",
                permission="procurement.view_purchaseorder",
            ),
            Item(_("Changes of orders"), "orderchange_list", icon="pencil", permission="procurement.view_orderchange"),
            Item(
                _("Deliveries to accept"),
                "acceptance_choose",
                icon="truck-delivery",
                permission="procurement.add_acceptance",
            ),
            Item(_("Acceptances"), "acceptance_list", icon="checks", permission="procurement.view_acceptance"),
            Item(
                _("Rejected goods"),
                "rejectedgoods_list",
                icon="arrow-back-up",
                permission="procurement.view_rejectedgoods",
            ),
            Item(
                _("Supplier invoices"),
                "supplierinvoice_list",
                icon="file-text",
                permission="procurement.view_supplierinvoice",
            ),
            Item(
                _("Payment requests"),
                "paymentrequest_list",
                icon="checks",
                permission="procurement.view_paymentrequest",
            ),
            Item(
                _("Suppliers and marks"),
                "supplier_list",
                icon="building-store",
                permission="procurement.view_supplierevaluation",
            ),
            Item(
                _("Bank accounts to confirm"),
                "bank_change_list",
                icon="key",
                permission="directory.confirm_supplierbankchange",
            ),
        ),
    ),
    Group(
        _("Store"),
        (
            Item(_("Requests to issue"), "requisitions_to_issue", icon="inbox", permission="inventory.add_goodsissue"),
            Item(_("Goods issues"), "goodsissue_list", icon="package-export", permission="inventory.view_goodsissue"),
            Item(
                _("Goods receipts"),
                "goodsreceipt_list",
                icon="package-import",
                permission="inventory.view_goodsreceipt",
            ),
            Item(_("Opening stock"), "openingstock_list", icon="archive", permission="inventory.view_openingstock"),
            Item(_("Stock counts"), "stockcount_list", icon="checks", permission="inventory.view_stockcount"),
            Item(_("Stock on hand"), "stock_on_hand", icon="stack-2", permission="inventory.view_stockvalue"),
            Item(_("Item ledger"), "item_ledger", icon="book-2", permission="inventory.view_stockvalue"),
            Item(_("Expiry dates"), "expiry", icon="calendar", permission="inventory.view_stockvalue"),
            Item(_("Labels"), "labels", icon="barcode", permission="inventory.view_stockvalue"),
        ),
    ),
    Group(
        _("Returns and transfers"),
        (
            Item(
                _("Arrivals to confirm"),
                "transferarrival_choose",
                icon="truck-delivery",
                permission="inventory.add_transferarrival",
            ),
            Item(
                _("Stock transfers"),
                "stocktransfer_list",
                icon="switch-horizontal",
                permission="inventory.view_stocktransfer",
            ),
            Item(
                _("Transfer arrivals"),
                "transferarrival_list",
                icon="packages",
                permission="inventory.view_transferarrival",
            ),
            Item(
                _("Returns to the store"),
                "stockreturn_list",
                icon="arrow-back-up",
                permission="inventory.view_stockreturn",
            ),
            Item(
                _("Returns to suppliers"),
                "supplierreturn_list",
                icon="building-store",
                permission="inventory.view_supplierreturn",
            ),
        ),
    ),
    Group(
        _("Losses, loans, prices"),
        (
            Item(_("Write-offs"), "writeoff_list", icon="trash", permission="inventory.view_writeoff"),
            Item(_("Tool loans"), "toolloan_list", icon="tool", permission="inventory.view_toolloan"),
            Item(_("Tool returns"), "loanreturn_list", icon="arrow-back-up", permission="inventory.add_loanreturn"),
            Item(
                _("Estimates without an invoice"),
                "open_estimates",
                icon="hourglass",
                permission="inventory.view_pricedifference",
            ),
            Item(
                _("Price differences"),
                "pricedifference_list",
                icon="arrows-sort",
                permission="inventory.view_pricedifference",
            ),
        ),
    ),
    Group(
        _("Old for new"),
        (
            Item(_("Old pieces owed"), "old_piece_debts", icon="recycle", permission="inventory.view_tradein"),
            Item(_("Hand-ins of old pieces"), "tradein_list", icon="inbox", permission="inventory.view_tradein"),
            Item(
                _("Stock of old pieces"), "old_piece_stock", icon="archive", permission="inventory.view_oldpiecebalance"
            ),
            Item(
                _("Disposals of old pieces"),
                "oldpiecedisposal_list",
                icon="scale",
                permission="inventory.view_oldpiecedisposal",
            ),
            Item(_("Old for new register"), "trade_in_register", icon="table", permission="inventory.view_tradein"),
        ),
    ),
    Group(
        _("Fixed assets"),
        (
            Item(_("My things"), "asset_mine", icon="user-circle"),
            Item(_("Asset cards"), "asset_list", icon="archive", permission="assets.view_asset"),
            Item(
                _("Goods waiting for asset cards"), "asset_intake", icon="archive", permission="assets.view_assetintake"
            ),
            Item(_("Asset additions"), "assetaddition_list", icon="plus", permission="assets.view_assetaddition"),
            Item(_("Cards to be booked"), "asset_booking", icon="book-2", permission="assets.book_asset"),
            Item(
                _("Asset hand-overs"),
                "custodychange_list",
                icon="switch-horizontal",
                permission="assets.view_custodychange",
            ),
            Item(_("Idle things"), "idle_pool", icon="recycle", permission="assets.view_assetcategory"),
            Item(_("Class property"), "class_list", icon="users", permission=looks_after_classes),
            Item(
                _("Changes of asset value"),
                "valuechange_list",
                icon="arrows-sort",
                permission="assets.view_valuechange",
            ),
            Item(
                _("Splits and merges of cards"), "cardsplit_list", icon="git-branch", permission="assets.view_cardsplit"
            ),
            Item(
                _("Depreciation runs"),
                "depreciationrun_list",
                icon="calendar",
                permission="assets.view_depreciationrun",
            ),
            Item(
                _("Journal proposals"), "journalproposal_list", icon="book-2", permission="assets.view_journalproposal"
            ),
            Item(
                _("Asset accounts and cards"), "account_balances", icon="scale", permission="assets.view_accountbalance"
            ),
            Item(_("Asset counts"), "assetcount_list", icon="checks", permission="assets.view_assetcount"),
            Item(_("Asset disposals"), "disposal_list", icon="trash", permission="assets.view_disposal"),
            Item(
                _("Compensation cases"),
                "compensationcase_list",
                icon="scale",
                permission="assets.view_compensationcase",
            ),
        ),
    ),
    Group(
        _("Repairs"),
        (
            Item(_("Report a fault"), "report_new", icon="plus", permission="maintenance.add_repairticket"),
            Item(_("My reports of faults"), "repair_mine", icon="clipboard-list"),
            Item(_("My repairs"), "repair_work", icon="hammer", permission="maintenance.work_workorder"),
            Item(_("Work orders"), "workorder_list", icon="tool", permission="maintenance.view_workorder"),
            Item(_("Board of repairs"), "order_board", icon="table", permission="maintenance.dispatch_workorder"),
            Item(
                _("Labels to report faults by"), "place_labels", icon="qrcode", permission="maintenance.add_placecode"
            ),
            Item(_("Duty roster"), "roster", icon="calendar", permission="maintenance.view_rosterentry"),
            Item(
                _("Contractors' jobs"),
                "contractorjob_list",
                icon="file-text",
                permission="maintenance.view_contractorjob",
            ),
            Item(_("Pauses to decide on"), "pause_list", icon="hourglass", permission="maintenance.pause_workorder"),
            Item(
                _("Key figures of repairs"),
                "repair_kpis",
                icon="chart-bar",
                permission="maintenance.export_workorder",
            ),
            Item(
                _("Upkeep plans"),
                "maintenanceplan_list",
                icon="calendar-check",
                permission="maintenance.view_maintenanceplan",
            ),
            Item(
                _("Read meters"),
                "meter_reading",
                icon="adjustments-horizontal",
                permission="maintenance.add_meterreading",
            ),
            Item(_("Meters"), "meter_list", icon="chart-bar", permission="maintenance.view_meter"),
            Item(
                _("Special equipment"),
                "specialequipment_list",
                icon="shield-check",
                permission="maintenance.view_specialequipment",
            ),
        ),
    ),
    Group(
        _("Month and plan"),
        (
            Item(_("Month close"), "month_close", icon="calendar-check", permission=may_look),
            Item(_("Quotas: used and left"), "quota_use", icon="scale", permission="inventory.view_quota"),
            Item(
                _("Replenishment"),
                "replenishment_list",
                icon="shopping-cart",
                permission="inventory.view_replenishmentsuggestion",
            ),
            Item(_("Closing report"), "closing_report", icon="lock", permission=may_look),
            Item(
                _("Month-end pricings"),
                "monthpricing_list",
                icon="adjustments-horizontal",
                permission="inventory.view_monthpricing",
            ),
        ),
    ),
    Group(
        _("Reports"),
        (
            Item(_("All reports"), "report_list", icon="report-analytics", permission=reads_reports),
            Item(
                _("Budget execution"),
                "budget_execution",
                icon="table",
                permission="procurement.view_budgetallotment",
            ),
            Item(_("Plan fulfilment"), "plan_fulfilment", icon="table", permission="procurement.view_procurementplan"),
            Item(
                _("Purchase prices"),
                "purchase_prices",
                icon="chart-bar",
                permission="procurement.view_purchaseorder",
            ),
            Item(
                _("Approval times"), "approval_times", icon="hourglass", permission="procurement.view_purchaserequest"
            ),
            Item(_("Stock summary"), "stock_summary", icon="table", permission="inventory.view_stockvalue"),
            Item(_("Consumption"), "consumption", icon="chart-bar", permission="inventory.view_stockmove"),
            Item(_("Slow-moving stock"), "slow_moving", icon="hourglass", permission="inventory.view_stockvalue"),
            Item(_("Open orders"), "open_orders", icon="truck-delivery", permission="procurement.view_purchaseorder"),
            Item(
                _("Late deliveries"), "late_deliveries", icon="hourglass", permission="procurement.view_purchaseorder"
            ),
            Item(_("Acceptance rate"), "acceptance_rate", icon="checks", permission="procurement.view_acceptance"),
            Item(_("Contract ledger"), "contract_ledger", icon="book-2", permission="procurement.view_purchaseorder"),
            Item(_("Purchase ledger"), "purchase_ledger", icon="book-2", permission="procurement.view_purchaseorder"),
            Item(
                _("Purchases by department"),
                "department_purchases",
                icon="sitemap",
                permission="procurement.view_purchaseorder",
            ),
            Item(_("Owed and not paid"), "payables", icon="hourglass", permission="procurement.view_paymentrequest"),
            Item(
                _("Two duties in one hand"),
                "purchase_duty_conflicts",
                icon="shield-check",
                permission="procurement.view_paymentrequest",
            ),
            Item(_("Price changes"), "price_changes", icon="arrows-sort", permission="inventory.view_stockvalue"),
            Item(
                _("Deliveries by supplier"),
                "supplier_deliveries",
                icon="truck-delivery",
                permission="inventory.view_stockvalue",
            ),
            Item(_("Purchases by method"), "procurement_methods", icon="scale", permission="procurement.view_sourcing"),
            Item(
                _("Savings against the estimate"),
                "procurement_savings",
                icon="chart-bar",
                permission="procurement.view_sourcing",
            ),
            Item(
                _("Suppliers and their marks"),
                "supplier_scores",
                icon="star",
                permission="procurement.view_supplierevaluation",
            ),
            Item(
                _("Licences of suppliers that end"),
                "licences_ending",
                icon="calendar",
                permission="directory.view_supplier",
            ),
        ),
    ),
    Group(
        _("Master data"),
        (
            Item(_("Items"), "admin:inventory_item_changelist", icon="package", permission="inventory.view_item"),
            Item(
                _("Item categories"),
                "admin:inventory_itemcategory_changelist",
                icon="category",
                permission="inventory.view_itemcategory",
            ),
            Item(_("Quotas"), "admin:inventory_quota_changelist", icon="scale", permission="inventory.view_quota"),
            Item(
                _("Warehouses"),
                "admin:inventory_warehouse_changelist",
                icon="building-warehouse",
                permission="inventory.view_warehouse",
            ),
            Item(
                _("Suppliers"),
                "admin:directory_supplier_changelist",
                icon="building-store",
                permission="directory.view_supplier",
            ),
            Item(
                _("Departments"),
                "admin:directory_department_changelist",
                icon="sitemap",
                permission="directory.view_department",
            ),
            Item(_("People"), "admin:directory_user_changelist", icon="users", permission="directory.view_user"),
            Item(_("Places"), "admin:directory_place_changelist", icon="map-pin", permission="directory.view_place"),
            Item(_("Excel import"), "import_home", icon="upload", permission=opens_back_office),
        ),
    ),
    Group(
        _("Settings"),
        (
            Item(_("Role matrix"), "role_matrix", icon="shield-check", permission="directory.view_role"),
            Item(
                _("Approval rules"),
                "admin:core_approvalrule_changelist",
                icon="route",
                permission="core.view_approvalrule",
            ),
            Item(
                _("Duty conflicts"),
                "admin:core_dutyconflict_changelist",
                icon="scale",
                permission="core.view_dutyconflict",
            ),
            Item(_("Dated figures"), "dated_figures", icon="scale", permission="core.view_policy"),
            Item(_("Months"), "admin:core_period_changelist", icon="calendar-check", permission="core.view_period"),
            Item(_("Back office"), "admin:index", icon="settings"),
        ),
    ),
)


def _repairs(user: Any) -> bool:
    """Whether somebody spends his day on repairs; parts he asks for on the order they are for."""
    return bool(user.has_perm("maintenance.work_workorder")) and not user.is_superuser


def _asks(user: Any) -> bool:
    return bool(user.has_perm("inventory.add_requisition")) and not _repairs(user)


# On phones: five places at most; of several items with the same label the first that the person may open is taken.
BOTTOM = (
    Item(_("Workbench"), "workbench", icon="layout-dashboard"),
    Item(_("Repairs"), "repair_work", icon="hammer", permission=_repairs),
    Item(_("Request"), "requisition_new", icon="shopping-cart", permission=_asks),
    Item(_("To do"), "waiting", icon="clipboard-check", count="waiting_count"),
    Item(_("Documents"), "requisition_list", icon="clipboard-list", permission="inventory.view_requisition"),
    Item(_("Documents"), "goodsissue_list", icon="clipboard-list", permission="inventory.view_goodsissue"),
    Item(_("Me"), "profile", icon="user-circle"),
)


def _may_open(user: Any, item: Item) -> bool:
    """Whether the page answers this person; the back office opens only for roles that may enter it."""
    if item.url.startswith("admin:") and not opens_back_office(user):
        return False
    if item.permission is None:
        return True
    return item.permission(user) if callable(item.permission) else user.has_perm(item.permission)


def _address(name: str) -> str | None:
    """The address of a URL name, or None where no such page is installed."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return None


def _offered(items: tuple[Item, ...], user: Any, counts: Counts) -> Iterator[dict[str, Any]]:
    """The items this person may open, as the templates want them."""
    for item in items:
        url = _address(item.url)
        if url is not None and _may_open(user, item):
            yield {
                "label": item.label,
                "url": url,
                "icon": item.icon,
                "active": False,
                "count": counts[item.count]() if item.count else 0,
            }


def _mark_active(entries: list[dict[str, Any]], path: str) -> None:
    """Marks the entry whose address is the longest beginning of the current path; the front page only when exact."""
    home = _address("workbench")
    matching = [
        entry for entry in entries if path == entry["url"] or (entry["url"] != home and path.startswith(entry["url"]))
    ]
    if matching:
        max(matching, key=lambda entry: len(entry["url"]))["active"] = True


def navigation_for(user: Any, path: str, counts: Counts) -> list[dict[str, Any]]:
    """The groups of the left navigation: [{label, items: [{label, url, icon, active, count}]}]; no empty ones."""
    groups = [(group.label, list(_offered(group.items, user, counts))) for group in NAVIGATION]
    _mark_active([entry for _label, entries in groups for entry in entries], path)
    return [{"label": label, "items": entries} for label, entries in groups if entries]


def bottom_bar_for(user: Any, path: str, counts: Counts) -> list[dict[str, Any]]:
    """The entries of the bottom bar on phones, at most five."""
    entries: dict[str, dict[str, Any]] = {}
    for entry in _offered(BOTTOM, user, counts):
        entries.setdefault(str(entry["label"]), entry)
    _mark_active(list(entries.values()), path)
    return list(entries.values())[:5]


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: nav, bottom_nav, waiting_count, notice_count, product_name, organization_name.

    Everything that asks the database is lazy: fragments and error pages do not pay for a frame they do not draw.
    """
    context: dict[str, Any] = {"product_name": settings.PRODUCT_NAME}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return context
    counts: Counts = {
        "waiting_count": cache(lambda: routes.waiting_for(user).count()),
        "notice_count": cache(lambda: unread_count(user)),
    }
    return {
        **context,
        **{name: SimpleLazyObject(count) for name, count in counts.items()},
        "organization_name": SimpleLazyObject(lambda: str(user.organization or "")),
        "nav": SimpleLazyObject(lambda: navigation_for(user, request.path, counts)),
        "bottom_nav": SimpleLazyObject(lambda: bottom_bar_for(user, request.path, counts)),
    }
