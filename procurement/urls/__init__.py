"""Addresses of procurement, in the order of the chain."""

from . import budgets, orders, payments, reports, requests, sourcing

urlpatterns = [
    *budgets.urlpatterns,
    *requests.urlpatterns,
    *sourcing.urlpatterns,
    *orders.urlpatterns,
    *payments.urlpatterns,
    *reports.urlpatterns,
]
