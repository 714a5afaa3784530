"""Addresses of orders, contracts and acceptance."""

from django.urls import path

from core.views.documents import document_urls
from procurement.views import acceptance, order_acts, order_changes, order_papers, orders, rejections

urlpatterns = [
    path("purchase-orders/choose/", order_acts.ChooseAward.as_view(), name="purchaseorder_choose"),
    path("purchase-orders/from-award/<int:pk>/", order_acts.FromAward.as_view(), name="purchaseorder_from_award"),
    path("purchase-orders/from-requests/", order_acts.FromRequests.as_view(), name="purchaseorder_from_requests"),
    *document_urls(
        "purchase-orders",
        listing=orders.OrderList,
        detail=orders.OrderDetail,
        form=orders.OrderFormView,
        paper=order_papers.OrderPaper,
        extra=[
            path("purchase-orders/<int:pk>/act/<slug:act>/", order_acts.OrderAct.as_view(), name="purchaseorder_act"),
        ],
    ),
    path("order-changes/choose/", order_changes.ChooseOrderToChange.as_view(), name="orderchange_choose"),
    *document_urls(
        "order-changes",
        listing=order_changes.OrderChangeList,
        detail=order_changes.OrderChangeDetail,
        form=order_changes.OrderChangeFormView,
        paper=order_changes.OrderChangePaper,
    ),
    path("acceptances/choose/", acceptance.DeliveriesToAccept.as_view(), name="acceptance_choose"),
    *document_urls(
        "acceptances",
        listing=acceptance.AcceptanceList,
        detail=acceptance.AcceptanceDetail,
        form=acceptance.AcceptanceFormView,
        paper=acceptance.AcceptancePaper,
    ),
    path("rejected-goods/", rejections.RejectionList.as_view(), name="rejectedgoods_list"),
    path("rejected-goods/export/", rejections.RejectionExport.as_view(), name="rejectedgoods_export"),
    path("rejected-goods/<int:pk>/settle/", rejections.SettleRejection.as_view(), name="rejectedgoods_settle"),
    path("rejected-goods/<int:pk>/print/", rejections.ReturnSlip.as_view(), name="rejectedgoods_print"),
]
