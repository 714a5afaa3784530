"""Addresses of the directory."""

from django.urls import path

from .bank_views import AskView, BankChangeList, DecideView
from .views import (
    DelegationEndView,
    DepartmentSearch,
    OwnPasswordView,
    PersonSearch,
    ProfileView,
    SupplierSearch,
)

urlpatterns = [
    path("me/", ProfileView.as_view(), name="profile"),
    path("me/password/", OwnPasswordView.as_view(), name="password_change"),
    path("me/substitutes/<int:pk>/end/", DelegationEndView.as_view(), name="delegation_end"),
    path("departments/search/", DepartmentSearch.as_view(), name="department_search"),
    path("suppliers/search/", SupplierSearch.as_view(), name="supplier_search"),
    path("suppliers/<int:pk>/bank/", AskView.as_view(), name="bank_change_ask"),
    path("bank-changes/", BankChangeList.as_view(), name="bank_change_list"),
    path("bank-changes/<int:pk>/<slug:decision>/", DecideView.as_view(), name="bank_change_decide"),
    path("people/search/", PersonSearch.as_view(), name="person_search"),
    path("people/search/all/", PersonSearch.as_view(with_self=True), name="anyone_search"),
]
