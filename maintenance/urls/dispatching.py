"""Addresses: dispatching."""

from django.urls import URLPattern, URLResolver, path

from maintenance.views import order_page, orders

urlpatterns: list[URLPattern | URLResolver] = [
    path("repairs/orders/", orders.OrderList.as_view(), name="workorder_list"),
    path("repairs/orders/export/", orders.OrderExport.as_view(), name="workorder_export"),
    path("repairs/orders/<int:pk>/", order_page.OrderDetail.as_view(), name="workorder_detail"),
    path("repairs/orders/<int:pk>/<slug:slug>/", order_page.OrderStep.as_view(), name="workorder_step"),
]
