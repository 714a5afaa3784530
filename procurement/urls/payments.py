"""Addresses of invoices and payments."""

from django.urls import path

from core.views.documents import document_urls
from procurement.views import invoices, payments

urlpatterns = [
    path("supplier-invoices/choose/", invoices.ChooseOrderToBill.as_view(), name="supplierinvoice_choose"),
    *document_urls(
        "supplier-invoices",
        listing=invoices.InvoiceList,
        detail=invoices.InvoiceDetail,
        form=invoices.InvoiceFormView,
        paper=invoices.InvoicePaper,
    ),
    path("payment-requests/choose/", payments.ChooseOrderToPay.as_view(), name="paymentrequest_choose"),
    *document_urls(
        "payment-requests",
        listing=payments.PaymentList,
        detail=payments.PaymentDetail,
        form=payments.PaymentFormView,
        paper=payments.PaymentPaper,
        extra=[path("payment-requests/<int:pk>/pay/", payments.PayView.as_view(), name="paymentrequest_pay")],
    ),
]
