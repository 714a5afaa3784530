"""`manage.py setup`: from an empty installation to two administrators who set their passwords."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from core.documents.models import ApprovalRule, DutyConflict
from core.errors import DomainError
from directory.models import Organization, Role, User
from directory.services.roles import grant_role, sync_roles

FLAGS = {
    "code": "H9",
    "name": "第九医院",
    "kind": "hospital",
    "system_admin": "A1:张系统",
    "rights_admin": "A2:李权限",
}


def setup(**flags: Any) -> str:
    out = io.StringIO()
    call_command("setup", stdout=out, **{**FLAGS, **flags})
    return out.getvalue()


def test_setup_opens_a_house_without_any_password(db: Any) -> None:
    text = setup()
    links = re.findall(r"http://127\.0\.0\.1:8000(\S+)", text)
    assert len(links) == 2
    house = Organization.objects.get()
    assert {rule.basis != "" for rule in ApprovalRule.objects.filter(organization=house)} == {True}
    assert ApprovalRule.objects.filter(from_amount=1000).exists()
    held = {user.name: {role.code for role in user.roles} for user in User.objects.all()}
    assert held == {"张系统": {"system_administrator"}, "李权限": {"rights_administrator"}}
    assert not any(user.has_usable_password() for user in User.objects.all())
    client = Client()
    page = client.get(links[0], follow=True)
    new = {"new_password1": "korrekt-Pferd-77", "new_password2": "korrekt-Pferd-77"}
    client.post(page.request["PATH_INFO"], new)
    assert client.login(request=page.wsgi_request, username="A1", password="korrekt-Pferd-77")


@pytest.mark.parametrize(
    "flags",
    [{"rights_admin": "A1:张系统"}, {"kind": "kirche"}, {"system_admin": "A1"}, {"name": ""}],
)
def test_bad_answers_change_nothing(db: Any, flags: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builtins.input", lambda question: "")
    with pytest.raises(CommandError):
        setup(**flags)
    assert not Organization.objects.exists()
    assert not User.objects.exists()


def test_a_house_that_exists_is_left_alone(db: Any) -> None:
    setup()
    with pytest.raises(CommandError):
        setup(name="別的", system_admin="B1:甲", rights_admin="B2:乙")
    assert Organization.objects.get().name == "第九医院"
    assert User.objects.count() == 2


def test_a_number_of_another_house_is_told(db: Any) -> None:
    setup()
    with pytest.raises(CommandError, match=r"already used in another organization.*H8-A1"):
        setup(code="H8", name="第八小学", system_admin="A1:甲", rights_admin="B2:乙")
    assert Organization.objects.count() == 1


def test_one_person_is_warned_and_recorded(db: Any) -> None:
    text = setup(one_person=True, rights_admin=None)
    assert text.count("http://") == 1
    person = User.objects.get()
    assert {role.code for role in person.roles} == {"system_administrator", "rights_administrator"}
    groups = Role.objects.filter(code__in=("system_administrator", "rights_administrator")).values("group")
    rows = DutyConflict.objects.filter(role_a__in=groups, role_b__in=groups)
    assert rows.get(organization=None).severity == "block"
    conflict = rows.get(organization=person.organization)
    assert conflict.severity == "warn"
    assert "--one-person" in conflict.basis


def test_one_person_in_one_house_binds_no_other(db: Any) -> None:
    """The row of the small house softens the duty there and nowhere else, whichever house was opened first."""
    setup(code="H8", name="第八小学", system_admin="B1:甲", rights_admin="B2:乙")
    setup(one_person=True, rights_admin=None)
    other = User.objects.get(employee_number="B1")
    with pytest.raises(DomainError, match="must not combine"):
        grant_role(other, "rights_administrator")
    assert {role.code for role in User.objects.get(pk=other.pk).roles} == {"system_administrator"}
    sync_roles()
    assert DutyConflict.objects.filter(severity="warn").count() == 1
