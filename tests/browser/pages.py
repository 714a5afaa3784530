"""Pages of made-up content in the generic templates: what the tests of the frame and of the line grid open."""

from __future__ import annotations

import datetime as dt
import time
import uuid
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils import timezone

from core.forms import ExactDecimalField
from core.printing import PAPERS, Form, cut
from core.widgets import PickerInput

ITEMS = [
    {"id": 1, "code": "BG001", "name": "复印纸", "spec": "A4 70g", "initials": "FYZ", "unit": "包", "stock": "40"},
    {"id": 2, "code": "YL002", "name": "检查手套", "spec": "中号", "initials": "JCST", "unit": "盒", "stock": "3"},
    {"id": 3, "code": "QJ003", "name": "拖把", "spec": "棉线", "initials": "TB", "unit": "把", "stock": "12.5"},
]
PRICES = {1: "24.5", 2: "38.005", 3: "15"}
BOX = {"id": 9, "label": "箱", "factor": "10"}
received: list[dict[str, Any]] = []


def item_search(request: HttpRequest) -> JsonResponse:
    text = request.GET.get("q", "").upper()
    ids, codes = request.GET.getlist("ids"), request.GET.getlist("codes")
    found = [
        {
            **item,
            "price": PRICES[item["id"]],
            "trade_in": item["id"] == 3,
            "units": [{"id": item["id"] * 100, "label": item["unit"], "factor": "1"}, BOX],
        }
        for item in ITEMS
        if str(item["id"]) in ids
        or item["code"] in codes
        or (text and (text in item["code"] or text in item["name"] or text in item["initials"]))
    ]
    return JsonResponse({"results": found})


class Head(forms.Form):
    purpose = forms.CharField(label="用途")
    note = forms.CharField(label="备注", required=False, widget=forms.Textarea(attrs={"rows": 2}))


class Line(forms.Form):
    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    item = forms.IntegerField(label="物资", widget=PickerInput("item_search"))
    unit = forms.CharField(label="单位", required=False, widget=forms.Select)
    quantity = ExactDecimalField(label="数量", decimal_places=4, min_value=0)
    note = forms.CharField(label="说明", required=False)


class Lines(forms.BaseFormSet):
    show_amount = True
    warn_stock = True


def form(request: HttpRequest) -> HttpResponse:
    saved = "saved" in request.GET
    factory = forms.formset_factory(Line, formset=Lines, extra=0 if saved else 1, can_delete=saved)
    initial = [{"id": n + 10, "item": n, "quantity": Decimal(n)} for n in (1, 2, 3)] if saved else None
    head, lines = Head(request.POST or None), factory(request.POST or None, prefix="lines", initial=initial)
    if request.method == "POST":
        received.append(request.POST.dict())
        if head.is_valid() and lines.is_valid():
            return HttpResponse("<!DOCTYPE html><link rel='icon' href='data:,'><title>ok</title><p id='done'>done</p>")
    context = {
        "title": "新建领用申请",
        "form": head,
        "formset": lines,
        "request_key": uuid.uuid4(),
        "cancel_url": "/list/",
    }
    return render(request, "generic/form.html", {**context, "save_label": "保存", "submit_label": "提交"})


STATUSES = [("draft", "草稿"), ("submitted", "待审批"), ("posted", "已过账")]


def records(request: HttpRequest) -> HttpResponse:
    columns = [
        {"key": "number", "label": "单号", "kind": "code", "sort": "number"},
        {"key": "status", "label": "状态", "kind": "status"},
        {"key": "date", "label": "日期", "kind": "day", "sort": "-date", "sorted": "desc"},
        {"key": "amount", "label": "金额", "kind": "money"},
    ]
    rows = [
        {
            "url": f"/detail/?n={n}",
            "cells": [f"SL{n:05}", STATUSES[n % 3], dt.date(2026, 11, 23), Decimal(n * 1000)],
            "card": {"title": f"SL{n:05}", "status": STATUSES[n % 3], "meta": "内科一病区", "amount": f"{n},000.00"},
        }
        for n in range(30)
    ]
    page = Paginator(rows, 20).get_page(request.GET.get("page"))
    context = {
        "title": "领用申请",
        "count": 30,
        "columns": columns,
        "rows": [] if "empty" in request.GET else page.object_list,
        "totals": [None, None, None, Decimal("435000")],
        "search": "",
        "filter_form": Head(),
        "active_filters": [{"label": "状态", "value": "草稿", "remove_url": "?"}],
        "clear_url": "?",
        "page_obj": page,
        "create_url": "/form/",
        "export_url": "/slow-file/",
    }
    return render(request, "generic/list.html", context)


class Paper(SimpleNamespace):
    def get_status_display(self) -> str:
        return "待审批"


LINE_COLUMNS = [
    {"label": "编码", "kind": "code"},
    {"label": "名称"},
    {"label": "数量", "kind": "quantity"},
    {"label": "金额", "kind": "money"},
]
LINE_ROWS = [["BG001", "复印纸 A4", Decimal(2), Decimal("49")], ["YL002", "检查手套", Decimal("3.5"), Decimal("133")]]


def detail(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        received.append(request.POST.dict())
    context = {
        "document": Paper(number="SL00001", revision=4, status="submitted"),
        "title": "领用申请 SL00001",
        "list_url": "/list/",
        "list_title": "我的申请",
        "amount": Decimal("1289.5"),
        "request_key": uuid.uuid4(),
        "steps": [
            {
                "name": "reject",
                "label": "退回",
                "needs_reason": True,
                "danger": True,
                "url": "",
                "reasons": ["数量过多"],
            },
            {"name": "approve", "label": "同意", "primary": True, "url": ""},
        ],
        "facts": [("科室", "内科一病区"), ("备注", "")],
        "line_columns": LINE_COLUMNS,
        "line_rows": LINE_ROWS,
        "totals": [None, None, None, Decimal("182")],
        "story": [{"at": timezone.now(), "who": "李护士", "step": "submit", "label": "提交", "reason": "急用"}],
        "signatures": [{"who": "科主任", "decision": ("pending", "待签")}],
        "next_approvers": ["王主任"],
        "attachments": [{"name": "旧件.jpg", "url": "/list/", "size": 2345, "at": timezone.now(), "delete_url": ""}],
        "attach_url": "/detail/",
        "menu": [{"label": "作废", "url": "", "icon": "ban", "post": True, "danger": True, "confirm": "确定作废？"}],
    }
    return render(request, "generic/detail.html", context)


def report(request: HttpRequest) -> HttpResponse:
    header = [
        [{"label": "编码", "rowspan": 2}, {"label": "名称", "rowspan": 2}, {"label": "本期发出", "colspan": 2}],
        [{"label": "数量", "kind": "quantity"}, {"label": "金额", "kind": "money"}],
    ]
    rows = [{"cells": cells, "level": 0} for cells in LINE_ROWS * 20]
    context = {"title": "收发存汇总表", "form": Head(), "header_rows": header, "columns": LINE_COLUMNS, "rows": rows}
    return render(request, "generic/report.html", {**context, "totals": [None, None, None, Decimal("3640")]})


def paper(request: HttpRequest) -> HttpResponse:
    context = {
        "paper": "half",
        "organization_name": "第一人民医院",
        "title": "出库单",
        "number": "CK00001",
        "code": "CK00001",
        "facts": [("科室", "急诊科")],
        "columns": LINE_COLUMNS,
        "sheets": cut(
            Form(PAPERS["half"], [0.2] * 5), LINE_ROWS * 5, [[""] * 5] * 10, [row[3] for row in LINE_ROWS * 5]
        ),
        "copies": [""],
        "total_amount": Decimal("910"),
        "total_place": 3,
        "capitals": "合计（大写）：玖佰壹拾元整",
        "signature_places": [("制单", "李"), ("领用", "")],
        "back_url": "/list/",
    }
    return render(request, "generic/print.html", context)


def slow_file(request: HttpRequest) -> HttpResponse:
    time.sleep(1.5)
    return HttpResponse("a,b", headers={"Content-Disposition": 'attachment; filename="list.csv"'})


def missing(request: HttpRequest) -> HttpResponse:
    return render(request, "404.html", status=200)


urlpatterns = [
    path("", records, name="workbench"),
    path("search/", records, name="search"),
    path("notices/", records, name="notices"),
    path("form/", form),
    path("list/", records),
    path("detail/", detail),
    path("report/", report),
    path("paper/", paper),
    path("slow-file/", slow_file),
    path("missing/", missing),
    path("items/", item_search, name="item_search"),
    path("i18n/", include("django.conf.urls.i18n")),
]
