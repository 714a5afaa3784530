"""A right of its own for the black list, and no new accounts of suppliers by who only keeps their data (R-PRC-17)."""

from typing import Any

from django.db import migrations

KEEPER = "system_administrator"


def part_rights(apps: Any, schema_editor: Any) -> None:
    """Give the new right to whoever used to decide by the right to change suppliers, but for the system administrator."""
    content_types, permissions = apps.get_model("contenttypes", "ContentType"), apps.get_model("auth", "Permission")
    groups, roles = apps.get_model("auth", "Group"), apps.get_model("directory", "Role")
    kind, _made = content_types.objects.get_or_create(app_label="directory", model="supplier")
    right, _made = permissions.objects.get_or_create(
        content_type=kind, codename="blacklist_supplier", defaults={"name": "Can blacklist supplier"}
    )
    keepers = set(roles.objects.filter(code=KEEPER).values_list("group", flat=True))
    for group in groups.objects.filter(permissions__codename="change_supplier", permissions__content_type=kind):
        if group.pk not in keepers:
            group.permissions.add(right)
    asking = permissions.objects.filter(content_type__app_label="directory", codename="add_supplierbankchange")
    for group in groups.objects.filter(pk__in=keepers):
        group.permissions.remove(*asking)


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("directory", "0002_supplier_trust"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="supplier",
            options={
                "default_permissions": ("add", "change", "delete", "view", "import", "reveal", "blacklist"),
                "ordering": ("code",),
                "verbose_name": "supplier",
                "verbose_name_plural": "suppliers",
            },
        ),
        migrations.RunPython(part_rights, migrations.RunPython.noop, elidable=True),
    ]
