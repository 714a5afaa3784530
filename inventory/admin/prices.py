"""Price differences in the back office; they are written in the front of house, from the receipt."""

from django.contrib import admin

from core.admin_documents import DocumentLines
from inventory.models import PriceDifference, PriceDifferenceLine

from .movements import FollowingAdmin
from .papers import StockDocumentAdmin


class PriceLines(DocumentLines):
    model = PriceDifferenceLine
    fields = ("item", "quantity", "new_price", "booked", "invoiced", "amount", "stock_part", "use_part")
    readonly_fields = ("booked", "invoiced", "amount", "stock_part", "use_part")
    related = ("item",)
    cached_choices = ()


@admin.register(PriceDifference)
class PriceDifferenceAdmin(FollowingAdmin):
    inlines = (PriceLines,)
    list_display = (*StockDocumentAdmin.list_display, "receipt", "invoice_number")
    list_select_related = (*StockDocumentAdmin.list_select_related, "receipt")
    search_fields = ("number", "receipt__number", "invoice_number", "note")
