"""Sources and targets of stock."""

from inventory.models import StockLocation, Warehouse


def virtual(organization_id: int, kind: str) -> StockLocation:
    """The place outside all warehouses that a kind of movement comes from or goes to; made at its first use."""
    return StockLocation.objects.get_or_create(organization_id=organization_id, kind=kind, warehouse=None)[0]


def of_warehouse(warehouse: Warehouse) -> StockLocation:
    """The physical location of a warehouse."""
    return StockLocation.objects.select_related("warehouse").get(warehouse=warehouse)
