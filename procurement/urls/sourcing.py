"""Addresses of sourcing, agreements and suppliers."""

from django.urls import path

from core.views.documents import document_urls
from procurement.views import awards, frameworks, quotations, sourcing, sourcing_screens, suppliers
from procurement.views.comparison_sheet import ComparisonDownload

urlpatterns = [
    path("sourcing/choose/", sourcing.ChooseLines.as_view(), name="sourcing_choose"),
    *document_urls(
        "sourcing",
        listing=sourcing.SourcingList,
        detail=sourcing.SourcingDetail,
        form=sourcing.SourcingFormView,
        paper=sourcing_screens.SourcingPaper,
        extra=(
            path("sourcing/<int:pk>/suppliers/", quotations.InviteView.as_view(), name="sourcing_invite"),
            path(
                "sourcing/<int:pk>/suppliers/<int:supplier>/remove/",
                quotations.UninviteView.as_view(),
                name="sourcing_uninvite",
            ),
            path("sourcing/<int:pk>/collect/", quotations.CollectView.as_view(), name="sourcing_collect"),
            path("sourcing/<int:pk>/letter/", quotations.LetterView.as_view(), name="sourcing_letter"),
            path("sourcing/<int:pk>/quotations/", quotations.QuotationGridView.as_view(), name="sourcing_quotations"),
            path("sourcing/<int:pk>/sheet/", quotations.SheetDownload.as_view(), name="sourcing_sheet"),
            path("sourcing/<int:pk>/upload/", quotations.SheetUpload.as_view(), name="sourcing_upload"),
            path("sourcing/<int:pk>/opening/", quotations.OpeningView.as_view(), name="sourcing_opening"),
            path("sourcing/<int:pk>/opening/stop/", quotations.StopOpeningView.as_view(), name="sourcing_stop_opening"),
            path("sourcing/<int:pk>/open/", quotations.ConfirmOpeningView.as_view(), name="sourcing_open"),
            path("sourcing/<int:pk>/award/", awards.AwardView.as_view(), name="sourcing_award"),
            path("sourcing/<int:pk>/comparison/", ComparisonDownload.as_view(), name="sourcing_comparison"),
            path("sourcing/<int:pk>/exclude/", awards.ExcludeView.as_view(), name="sourcing_exclude"),
            path("sourcing/<int:pk>/result/", awards.ResultView.as_view(), name="sourcing_result"),
            path("sourcing/<int:pk>/agreed/", awards.AgreedPricesView.as_view(), name="sourcing_agreed"),
            path("sourcing/<int:pk>/fail/", quotations.FailView.as_view(), name="sourcing_fail"),
            path("sourcing/<int:pk>/next-round/", quotations.NextRoundView.as_view(), name="sourcing_next_round"),
        ),
    ),
    *document_urls(
        "framework-agreements",
        listing=frameworks.FrameworkList,
        detail=frameworks.FrameworkDetail,
        form=frameworks.FrameworkFormView,
        paper=frameworks.FrameworkPaper,
    ),
    path("suppliers/", suppliers.SupplierList.as_view(), name="supplier_list"),
    path("suppliers/export/", suppliers.SupplierExport.as_view(), name="supplier_export"),
    path("suppliers/<int:pk>/", suppliers.SupplierPage.as_view(), name="supplier_page"),
    path("suppliers/<int:pk>/black-list/", suppliers.BlacklistView.as_view(), name="supplier_blacklist"),
    path("suppliers/<int:pk>/marks/", suppliers.MarkView.as_view(), name="supplier_mark"),
    path("suppliers/<int:pk>/serves/", suppliers.ServeView.as_view(), name="supplier_serve"),
]
