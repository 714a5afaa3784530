"""Addresses of the month close, quotas and replenishment."""

from django.urls import path

from .views import closing, quotas, replenishment

urlpatterns = [
    path("requisitions/quota/", quotas.QuotaHint.as_view(), name="requisition_quota"),
    path("month-close/", closing.MonthClose.as_view(), name="month_close"),
    path("month-close/close/", closing.CloseMonth.as_view(), name="month_close_close"),
    path("month-close/reopen/", closing.ReopenMonth.as_view(), name="month_close_reopen"),
    path("replenishment/", replenishment.SuggestionList.as_view(), name="replenishment_list"),
    path("replenishment/export/", replenishment.SuggestionExport.as_view(), name="replenishment_export"),
    path("replenishment/refresh/", replenishment.Refresh.as_view(), name="replenishment_refresh"),
    path("replenishment/request/", replenishment.RequestShown.as_view(), name="replenishment_request"),
    path("replenishment/<int:pk>/", replenishment.SuggestionPage.as_view(), name="replenishment_detail"),
    path("replenishment/<int:pk>/<slug:step>/", replenishment.SuggestionStep.as_view(), name="replenishment_step"),
    path("month-pricings/", closing.PricingList.as_view(), name="monthpricing_list"),
    path("month-pricings/export/", closing.PricingExport.as_view(), name="monthpricing_export"),
    path("month-pricings/<int:pk>/", closing.PricingDetail.as_view(), name="monthpricing_detail"),
    path("month-pricings/<int:pk>/print/", closing.PricingPaper.as_view(), name="monthpricing_print"),
]
