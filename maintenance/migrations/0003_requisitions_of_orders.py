import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0003_receipt_source"),
        ("maintenance", "0002_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="OrderRequisition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requisitions",
                        to="maintenance.workorder",
                        verbose_name="work order",
                    ),
                ),
                (
                    "requisition",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="inventory.requisition",
                        verbose_name="requisition",
                    ),
                ),
            ],
            options={
                "verbose_name": "requisition of an order",
                "verbose_name_plural": "requisitions of orders",
                "default_permissions": (),
            },
        ),
    ]
