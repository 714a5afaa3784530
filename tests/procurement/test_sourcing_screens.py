"""The pages of sourcing: choosing lines, asking, opening, awarding; what is refused there does not happen."""

from __future__ import annotations

import io
import re
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.documents.models import Signature
from core.documents.services import apply_transition
from directory.models import Supplier
from procurement.models import Method, QuotationLine, Sourcing
from procurement.services import quotations
from tests.buying import make_sourcing, request_approved, rivals
from tests.factories import House
from tests.procurement.test_sourcing import awarded, begin, collecting, opened, quoted

pytestmark = pytest.mark.django_db
SECRET = "24.3719"


@pytest.fixture
def buyer(house: House, client: Client) -> Client:
    client.force_login(house.buyer)
    return client


def enter(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(client: Client, name: str, document: Any, *more: Any) -> str:
    answer = client.get(reverse(f"sourcing_{name}", args=(document.pk, *more)))
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def sheet(*rows: tuple[Any, ...]) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    place: Any = book.active
    place.append(["序号", "名称", "单价", "品牌"])
    for row in rows:
        place.append(list(row))
    target = io.BytesIO()
    book.save(target)
    return SimpleUploadedFile("报价.xlsx", target.getvalue())


def test_from_open_lines_to_the_award(house: House, buyer: Client) -> None:
    request = request_approved(house, (house.gloves, 10, 25), (house.paper, 5, 20))
    keys = list(request.lines.order_by("position").values_list("pk", flat=True))
    chosen = buyer.get(reverse("sourcing_choose"))
    assert all(f'value="{key}"' in chosen.content.decode() for key in keys)
    form = buyer.get(reverse("sourcing_new"), {"line": keys})
    assert form.status_code == 200
    assert 'value="10"' in form.content.decode()
    data = {
        "title": "手套和纸",
        "method": "enquiry",
        "request_key": "6b0f1c52-3a43-4a6e-8f4d-4f1f6f3f0d11",
        "lines-TOTAL_FORMS": "2",
        "lines-INITIAL_FORMS": "2",
        "lines-0-key": keys[0],
        "lines-0-quantity": "10",
        "lines-0-market_price": "26",
        "lines-1-key": keys[1],
        "lines-1-quantity": "",
    }
    buyer.post(reverse("sourcing_new"), data)
    buyer.post(reverse("sourcing_new"), data)  # sent twice
    document = Sourcing.objects.get()
    line = document.lines.get()
    assert (line.quantity, line.market_price) == (10, 26)

    one, two, three = rivals(house)
    buyer.post(reverse("sourcing_invite", args=(document.pk,)), {"supplier_1": one.pk, "supplier_2": one.pk})
    assert not document.invitations.exists()  # the same supplier twice
    data = {"supplier_1": one.pk, "supplier_2": two.pk, "supplier_3": three.pk}
    buyer.post(reverse("sourcing_invite", args=(document.pk,)), data)
    assert document.invitations.count() == 3
    day = clock.today().replace(year=clock.today().year + 1)
    answer = buyer.post(
        reverse("sourcing_collect", args=(document.pk,)), {"day": f"{day}", "hour": "17:00"}, follow=True
    )
    words = answer.content.decode()
    assert "医用手套" in words
    assert "25" not in re.sub(r"<[^>]*>", "", words.split('id="letter"')[1].split("</textarea>")[0]).replace("2025", "")

    grid = reverse("sourcing_quotations", args=(document.pk,))
    assert "医用手套" in buyer.get(grid).content.decode()
    prices = {f"s{row.pk}-price-{line.pk}": price for row, price in ((one, SECRET), (two, "23"), (three, "25"))}
    buyer.post(grid, prices)
    assert document.quotations.count() == 3
    for name in ("detail", "quotations"):
        assert SECRET not in page(buyer, name, document)

    buyer.post(reverse("sourcing_opening", args=(document.pk,)), {"witness": house.accountant.pk})
    witness = enter(house.accountant)
    assert reverse("sourcing_open", args=(document.pk,)) in page(witness, "detail", document)
    assert SECRET not in page(witness, "detail", document)
    buyer.post(reverse("sourcing_open", args=(document.pk,)))
    document.refresh_from_db()
    assert document.opened_at is None  # the buyer is not the witness
    witness.post(reverse("sourcing_open", args=(document.pk,)))
    document.refresh_from_db()
    assert document.opened_at is not None
    assert SECRET in page(buyer, "detail", document)

    award = reverse("sourcing_award", args=(document.pk,))
    dear = QuotationLine.objects.get(quotation__supplier=three)
    refused = buyer.post(award, {f"offer-{line.pk}": dear.pk})
    assert refused.status_code == 409
    assert "not the lowest price" in refused.content.decode()
    line.refresh_from_db()
    assert line.awarded is None
    buyer.post(award, {"lowest": "1"})
    line.refresh_from_db()
    assert line.awarded.quotation.supplier == two
    buyer.post(reverse("sourcing_step", args=(document.pk, "submit")))
    document.refresh_from_db()
    assert document.status == "submitted"


def test_sealed_prices_are_nowhere(house: House, buyer: Client) -> None:
    """Not on a page, in an export, on paper, in the back office or in the history, for anybody."""
    document = quoted(house, SECRET, "23.4411", "25.8133")
    secrets = (SECRET, "23.4411", "25.8133")
    assert QuotationLine.objects.filter(unit_price=Decimal(SECRET)).exists()
    addresses = [
        reverse(f"sourcing_{name}", args=(document.pk,)) for name in ("detail", "quotations", "upload", "letter")
    ]
    addresses += [reverse("sourcing_list"), reverse("supplier_page", args=(house.supplier.pk,))]
    addresses += [
        reverse("admin:procurement_sourcing_change", args=(document.pk,)),
        reverse("admin:procurement_sourcing_changelist"),
    ]
    for person in (house.buyer, house.logistics_head, house.auditor, house.leader):
        client = enter(person)
        for address in addresses:
            text = client.get(address, follow=True).content.decode()
            assert not any(secret in text for secret in secrets), address
    for name in ("sheet",):
        answer = buyer.get(reverse(f"sourcing_{name}", args=(document.pk,)))
        book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
        cells = [str(cell.value) for row in book.active.iter_rows() for cell in row]  # type: ignore[union-attr]
        assert not any(secret in cell for secret in secrets for cell in cells)
    assert buyer.get(reverse("sourcing_award", args=(document.pk,))).status_code == 404


def test_a_quotation_after_the_opening_is_refused_on_the_page(house: House, buyer: Client) -> None:
    document = opened(house)
    line = document.lines.get()
    data = {f"s{house.supplier.pk}-price-{line.pk}": "1"}
    answer = buyer.post(reverse("sourcing_quotations", args=(document.pk,)), data, follow=True)
    assert "none is taken in or changed after that" in answer.content.decode()
    assert not QuotationLine.objects.filter(unit_price=1).exists()


@pytest.mark.parametrize("price", ["0", "-1", "abc"])
def test_bad_prices_stand_beside_their_box(house: House, buyer: Client, price: str) -> None:
    document = collecting(house)
    line = document.lines.get()
    one, two, _three = rivals(house)
    data = {f"s{one.pk}-price-{line.pk}": price, f"s{two.pk}-price-{line.pk}": "23"}
    answer = buyer.post(reverse("sourcing_quotations", args=(document.pk,)), data)
    assert answer.status_code == 409
    assert "cell-error" in answer.content.decode()
    assert not document.quotations.exists()  # neither the bad one nor the good one beside it


def test_a_suppliers_sheet_is_taken_whole_or_not_at_all(house: House, buyer: Client) -> None:
    document = begin(house, request_approved(house, (house.gloves, 10, 25), (house.paper, 5, 20)))
    quotations.invite(document, rivals(house), actor=house.buyer)
    import datetime as dt

    quotations.start_collecting(document, deadline=clock.now() + dt.timedelta(days=1), actor=house.buyer)
    address = reverse("sourcing_upload", args=(document.pk,))
    data = {"supplier": house.supplier.pk, "file": sheet((1, "手套", 24, ""), (2, "纸", -5, ""), (9, "什么", 3, ""))}
    answer = buyer.post(address, data)
    assert answer.status_code == 409
    words = answer.content.decode()
    assert "greater than zero" in words
    assert "no line with this number" in words
    assert not document.quotations.exists()
    data = {"supplier": house.supplier.pk, "file": sheet((1, "手套", 24, "蓝帆"), (2, "纸", None, ""))}
    assert buyer.post(address, data).status_code == 302
    row = QuotationLine.objects.get()
    assert (row.unit_price, row.brand) == (24, "蓝帆")


def test_excluding_on_the_page_needs_a_reason(house: House, buyer: Client) -> None:
    document = opened(house)
    quotation = document.quotations.first()
    assert quotation is not None
    address = reverse("sourcing_exclude", args=(document.pk,))
    buyer.post(address, {"quotation": quotation.pk, "reason": ""})
    quotation.refresh_from_db()
    assert not quotation.excluded
    buyer.post(address, {"quotation": quotation.pk, "reason": "没有注册证"})
    quotation.refresh_from_db()
    assert quotation.excluded
    assert "没有注册证" in page(buyer, "detail", document)


def test_failing_and_beginning_anew(house: House, buyer: Client) -> None:
    document = quoted(house, 24, 23)
    buyer.post(reverse("sourcing_fail", args=(document.pk,)), {"reason": "不足三家"})
    document.refresh_from_db()
    assert document.stage == "failed"
    answer = buyer.post(reverse("sourcing_next_round", args=(document.pk,)), follow=True)
    assert "new round was begun" in answer.content.decode()
    assert Sourcing.objects.filter(previous=document).count() == 1


def test_the_result_of_a_direct_purchase_is_typed(house: House, buyer: Client) -> None:
    document = begin(house, method=Method.DIRECT)
    line = document.lines.get()
    address = reverse("sourcing_result", args=(document.pk,))
    assert buyer.get(address).status_code == 200
    refused = buyer.post(address, {"supplier": house.supplier.pk, f"offer-price-{line.pk}": "0"})
    assert refused.status_code == 409
    assert not document.quotations.exists()
    buyer.post(address, {"supplier": house.supplier.pk, f"offer-price-{line.pk}": "22"})
    line.refresh_from_db()
    assert line.amount == 220


def test_another_method_begins_anew_and_shows_nothing(house: House, buyer: Client) -> None:
    """Changing the method is no way to look at sealed prices: lines and method are fixed once suppliers are asked."""
    document = quoted(house, SECRET, 23, 25)
    line = document.lines.get()
    data = {
        "title": "x",
        "method": "direct",
        "revision": Sourcing.objects.get(pk=document.pk).revision,
        "lines-TOTAL_FORMS": "1",
        "lines-INITIAL_FORMS": "1",
        "lines-0-key": line.request_line_id,
        "lines-0-quantity": "10",
    }
    answer = buyer.post(reverse("sourcing_edit", args=(document.pk,)), data, follow=True)
    document.refresh_from_db()
    assert document.method == "enquiry"
    assert document.quotations.count() == 3
    assert SECRET not in answer.content.decode()


def test_the_approver_sees_every_offer(house: House) -> None:
    document = opened(house, 24, 23, 25)
    awarded(house, document, place=2, reason="交货最快")
    apply_transition(document, "submit", actor=house.buyer)
    signature = Signature.objects.get(object_id=document.pk, content_type__model="sourcing", is_next=True)
    client = enter(house.logistics_head)
    text = client.get(reverse("waiting_document", args=(signature.pk,))).content.decode()
    for words in ("交货最快", "· ", "23", "24", "25", "witness"):
        assert words in text
    assert client.get(reverse("waiting")).status_code == 200


def test_paper_and_export(house: House, buyer: Client) -> None:
    document = apply_transition(make_sourcing(house), "submit", actor=house.buyer)
    paper = buyer.get(reverse("sourcing_print", args=(document.pk,)), {"paper": "a4"})
    assert paper.status_code == 200
    assert "华康科技" in paper.content.decode()
    answer = buyer.get(reverse("sourcing_export"))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    assert any(document.number == cell.value for row in book.active.iter_rows() for cell in row)  # type: ignore[union-attr]


def test_the_comparison_as_a_workbook(house: House, buyer: Client) -> None:
    sealed = quoted(house, SECRET, 23, 25)
    assert buyer.get(reverse("sourcing_comparison", args=(sealed.pk,))).status_code == 404
    document = make_sourcing(house)
    address = reverse("sourcing_comparison", args=(document.pk,))
    assert address in page(buyer, "detail", document)
    answer = buyer.get(address)
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    cells = [cell.value for row in book.active.iter_rows() for cell in row]  # type: ignore[union-attr]
    assert house.supplier.name in cells
    assert {23, 24, 25} <= {value for value in cells if isinstance(value, (int, float))}


def test_others_do_not_work_on_it(house: House, other_house: House) -> None:
    document = collecting(house)
    line = document.lines.get()
    data = {f"s{house.supplier.pk}-price-{line.pk}": "20"}
    for person, status in ((house.requester, 404), (house.auditor, 404), (other_house.buyer, 404)):
        client = enter(person)
        assert client.post(reverse("sourcing_quotations", args=(document.pk,)), data).status_code == status
        assert client.get(reverse("sourcing_invite", args=(document.pk,))).status_code == 404
    assert enter(house.requester).get(reverse("sourcing_choose")).status_code == 403
    assert not document.quotations.exists()


def test_queries_do_not_grow_with_the_lines(house: House, buyer: Client) -> None:
    from django.db import connection

    counts = []
    for number in (2, 12):
        lines = [(house.item(f"物品{number}-{place}"), 2, 20) for place in range(number)]
        document = make_sourcing(house, request_approved(house, *lines))
        buyer.get(reverse("sourcing_detail", args=(document.pk,)))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            buyer.get(reverse("sourcing_detail", args=(document.pk,)))
        counts.append(len(queries))
    assert counts[1] <= counts[0] + 1


def test_an_expired_licence_is_said_when_inviting(house: House, buyer: Client) -> None:
    document = begin(house)
    Supplier.objects.filter(pk=house.supplier.pk).update(blacklisted_until=clock.today(), blacklist_reason="以次充好")
    answer = buyer.post(reverse("sourcing_invite", args=(document.pk,)), {"supplier_1": house.supplier.pk})
    assert "以次充好" in answer.content.decode()
    assert not document.invitations.exists()


def test_an_invitation_is_taken_back_before_suppliers_are_asked(house: House, buyer: Client) -> None:
    document = begin(house)
    quotations.invite(document, rivals(house), actor=house.buyer)
    address = reverse("sourcing_uninvite", args=(document.pk, house.supplier.pk))
    assert address in page(buyer, "detail", document)
    buyer.post(address)
    assert document.invitations.count() == 2
    asked = collecting(house)
    buyer.post(reverse("sourcing_uninvite", args=(asked.pk, house.supplier.pk)))
    assert asked.invitations.count() == 3


def test_more_lines_join_a_draft(house: House, buyer: Client) -> None:
    document = begin(house)
    other = request_approved(house, (house.paper, 5, 20)).lines.get()
    choose = buyer.get(reverse("sourcing_choose"), {"for": document.pk}).content.decode()
    assert reverse("sourcing_edit", args=(document.pk,)) in choose
    form = buyer.get(reverse("sourcing_edit", args=(document.pk,)), {"line": other.pk}).content.decode()
    assert 'name="lines-1-key"' in form
    first = document.lines.get()
    data = {
        "title": "两行",
        "method": "enquiry",
        "revision": Sourcing.objects.get(pk=document.pk).revision,
        "lines-TOTAL_FORMS": "2",
        "lines-INITIAL_FORMS": "2",
        "lines-0-key": first.request_line_id,
        "lines-0-quantity": "10",
        "lines-1-key": other.pk,
        "lines-1-quantity": "6",
    }
    refused = buyer.post(reverse("sourcing_edit", args=(document.pk,)), data)
    assert "Only 5 are open" in refused.content.decode()
    assert document.lines.count() == 1
    buyer.post(reverse("sourcing_edit", args=(document.pk,)), {**data, "lines-1-quantity": "5"})
    assert document.lines.count() == 2


def test_the_workbench_counts_lines_to_source_and_openings_to_witness(house: House, buyer: Client) -> None:
    request_approved(house)
    document = quoted(house)
    assert "Lines to source" in buyer.get("/").content.decode()
    witness = enter(house.accountant)
    assert "Openings to witness" not in witness.get("/").content.decode()
    quotations.ask_opening(document, house.accountant, actor=house.buyer)
    text = witness.get("/").content.decode()
    assert "Openings to witness" in text
    assert reverse("sourcing_detail", args=(document.pk,)) in text
