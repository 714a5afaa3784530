"""Excel: departments, people, places, suppliers and their licences."""

from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import DomainError
from core.imports.extras import ExtraColumns, extra_column
from core.parsing import refuse
from core.resources import BaseResource, register
from core.search import initials_of
from directory.models import Department, Place, Role, Supplier, SupplierLicence, User
from directory.models.people import number_used_elsewhere
from directory.services import leaving
from directory.services.roles import grant_role

SEPARATORS = str.maketrans({"；": ";", "，": ";", "、": ";", ",": ";", "\n": ";"})


def parts_of(text: str) -> list[str]:
    """The entries of a list typed into one cell, whatever stands between them."""
    return [part.strip() for part in text.translate(SEPARATORS).split(";") if part.strip()]


@register
class DepartmentResource(BaseResource):
    class Meta:
        model = Department
        fields = (
            *("code", "name", "kind", "parent", "head", "cost_class", "phone"),
            *("head_count", "bed_count", "class_count", "active"),
        )
        import_id_fields = ("code",)

    column_synonyms = {
        "code": ("科室编码", "科室代码", "部门编码", "部门代码", "编号"),
        "name": ("科室名称", "部门名称", "科室", "部门"),
        "kind": ("科室类型", "部门类别", "类别", "类型"),
        "parent": ("上级科室", "上级部门", "上级编码"),
        "head": ("负责人", "科室负责人", "主任", "负责人工号"),
        "phone": ("联系电话", "科室电话"),
        "head_count": ("人数", "在岗人数", "编制人数"),
        "bed_count": ("床位数", "编制床位", "开放床位"),
        "class_count": ("班级数", "班数"),
        "active": ("是否启用", "启用"),
    }
    column_examples = {"code": "0101", "name": "示例科室", "phone": "8101"}
    column_notes = {
        "head": gettext_lazy("Employee number. People are imported after departments: fill this in a second time."),
        "parent": gettext_lazy("Code of the department above; it may stand further down in the same file."),
    }

    def clean_instance(self, instance: Any) -> None:
        """Nothing more: parent and head can only be rows of the same organization."""


@register
class PlaceResource(BaseResource):
    class Meta:
        model = Place
        fields = ("code", "name", "kind", "parent", "active")
        import_id_fields = ("code",)

    column_synonyms = {
        "code": ("地点编码", "位置编码", "房间号", "编号"),
        "name": ("地点名称", "位置名称", "房间名称", "存放地点"),
        "kind": ("地点类型", "类型", "类别"),
        "parent": ("上级地点", "上级位置", "所属楼栋"),
        "active": ("是否启用", "启用"),
    }
    column_examples = {"code": "A-1-101", "name": "示例房间"}


@register
class UserResource(ExtraColumns, BaseResource):
    """People of the importer's organization. New ones have no password: they get a one-time link."""

    class Meta:
        model = User
        fields = ("employee_number", "name", "department", "job_title", "phone", "email", "active_until", "role_names")
        import_id_fields = ("employee_number",)

    role_names = extra_column("role_names")
    extras = ("role_names",)
    column_labels = {"role_names": gettext_lazy("roles")}
    column_synonyms = {
        "employee_number": ("工号", "职工号", "员工编号", "人员编码"),
        "name": ("姓名", "人员姓名"),
        "department": ("所在科室", "科室", "部门", "科室编码"),
        "job_title": ("职务", "岗位", "职称"),
        "phone": ("手机", "手机号", "联系电话"),
        "email": ("邮箱", "电子邮件"),
        "active_until": ("离职日期", "有效期至"),
        "role_names": ("角色", "系统角色"),
    }
    column_examples = {"employee_number": "0001", "name": "示例人员"}
    column_notes = {
        "role_names": gettext_lazy("Several with ; between them. Only the rights administrator may fill this column."),
    }

    def init_instance(self, row: Any = None) -> Any:
        instance = super().init_instance(row)
        instance.password = make_password(None)
        return instance

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        super().before_save_instance(instance, row, **kwargs)

    def clean_instance(self, instance: Any) -> None:
        """A new person takes no number of another organization. AbstractBaseUser.clean only normalises the number."""
        home = self.organization
        if home is not None and not instance.pk and instance.employee_number in self._numbers_elsewhere():
            raise ValidationError({"employee_number": number_used_elsewhere(instance.employee_number, home.code)})
        if instance.pk and instance.active_until is not None:
            self._refuse_holding(instance)

    def _refuse_holding(self, instance: Any) -> None:
        """Nobody is closed by a sheet while he holds something (R-AST-11)."""
        try:
            leaving.require_empty_hands(instance)
        except leaving.StillHolding as refusal:
            raise ValidationError({"active_until": str(refusal)}) from refusal

    def _numbers_elsewhere(self) -> set[str]:
        """Which numbers of the file belong to people of other organizations; one query."""
        if not hasattr(self, "_foreign_numbers"):
            numbers = [key[0] for key in self.keys_of_file.values()]
            foreign = User._base_manager.exclude(organization=self.organization).filter(employee_number__in=numbers)
            self._foreign_numbers = set(foreign.values_list("employee_number", flat=True))
        return self._foreign_numbers

    def read_role_names(self, text: str) -> str:
        known = self._roles()
        unknown = [part for part in parts_of(text) if part not in known]
        if unknown:
            refuse("roles", _("There is no role “%(name)s”.") % {"name": unknown[0][:40]})
        return ";".join(sorted({known[part] for part in parts_of(text)}))

    def _roles(self) -> dict[str, str]:
        """Code by everything a role may be called."""
        if not hasattr(self, "_role_codes"):
            rows = list(Role.objects.select_related("group"))
            self._role_codes = {name: row.code for row in rows for name in (row.code, row.group.name, str(row))}
        return self._role_codes

    def texts_role_names(self, keys: Any) -> dict[int, str]:
        pairs = User.groups.through.objects.filter(group__role__isnull=False)
        if keys is not None:
            pairs = pairs.filter(user__in=keys)
        found: dict[int, list[str]] = {}
        for user, code in pairs.values_list("user", "group__role__code"):
            found.setdefault(user, []).append(code)
        return {user: ";".join(sorted(codes)) for user, codes in found.items()}

    def write_role_names(self, rows: list[tuple[Any, str]]) -> None:
        """Roles are added, never taken away by a sheet; the service refuses conflicts and oneself."""
        held = self.texts_role_names([instance.pk for instance, _text in rows])
        for instance, text in rows:
            for code in sorted(set(parts_of(text)) - set(parts_of(held.get(instance.pk, "")))):
                try:
                    grant_role(instance, code, actor=self.user)
                except DomainError as error:
                    self._refuse_stored(instance, "role_names", str(error))


@register
class SupplierResource(BaseResource):
    class Meta:
        model = Supplier
        fields = (
            "code",
            "name",
            "credit_code",
            "legal_person",
            "contact",
            "phone",
            "address",
            "bank",
            "active",
            "blacklisted_until",
            "blacklist_reason",
            "controlling_owner",
            "note",
        )
        import_id_fields = ("code",)

    column_synonyms = {
        "code": ("供应商编码", "供应商代码", "供货商编码", "编号"),
        "name": ("供应商名称", "供货商", "供货单位", "供应商", "单位名称"),
        "credit_code": ("社会信用代码", "信用代码", "税号", "纳税人识别号"),
        "legal_person": ("法人", "法定代表人"),
        "contact": ("联系人", "业务员"),
        "phone": ("联系电话", "手机"),
        "address": ("地址", "注册地址"),
        "bank": ("开户银行",),
        "note": ("说明",),
    }
    column_examples = {"code": "G0001", "name": "示例商贸有限公司"}
    column_options = {"credit_code": {"upper": True}}
    computed_fields = ("initials",)

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        instance.initials = instance.initials or initials_of(instance.name)

    def clean_instance(self, instance: Any) -> None:
        """A sheet enters the bank of new suppliers only; another account needs a second person (R-PRC-17). The black
        list is changed by who may do that, not by everybody who may change suppliers."""
        super().clean_instance(instance)
        bank, *black = self._known().get(instance.pk, ("", None, ""))
        if instance.pk and instance.bank != bank:
            raise ValidationError(
                {
                    "bank": _(
                        "The bank of a supplier is not changed by a sheet: ask for it on the page of the supplier, "
                        "where somebody else confirms it."
                    )
                }
            )
        may_blacklist = self.user is None or self.user.has_perm("directory.blacklist_supplier")
        if [instance.blacklisted_until, instance.blacklist_reason] != black and not may_blacklist:
            raise ValidationError({"blacklisted_until": _("You may not change the black list.")})
        if instance.blacklisted_until and not instance.blacklist_reason:
            raise ValidationError({"blacklist_reason": _("Say why this supplier goes on the black list.")})

    def _known(self) -> dict[int, tuple[str, Any, str]]:
        """Bank and black list of every supplier as they are, by key; one query."""
        if not hasattr(self, "_suppliers"):
            rows = Supplier.objects.values_list("pk", "bank", "blacklisted_until", "blacklist_reason")
            self._suppliers = {key: (bank, until, reason) for key, bank, until, reason in rows}
        return self._suppliers


@register
class SupplierLicenceResource(BaseResource):
    """Licences stand on a sheet of their own: a supplier has several."""

    class Meta:
        model = SupplierLicence
        fields = ("supplier", "kind", "number", "issued_by", "valid_from", "valid_until")
        import_id_fields = ("supplier", "kind", "number")

    column_synonyms = {
        "supplier": ("供应商编码", "供应商名称", "供货商"),
        "kind": ("证照类型", "资质类型"),
        "number": ("证照编号", "证书编号", "许可证号"),
        "issued_by": ("发证机关", "颁发单位"),
        "valid_from": ("生效日期", "发证日期"),
        "valid_until": ("有效期至", "到期日期", "截止日期"),
    }
    column_examples = {"number": "示例0001"}

    @classmethod
    def import_permission(cls) -> str:
        return "directory.import_supplier"
