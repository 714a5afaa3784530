import uuid

import django.db.models.deletion
import django.db.models.expressions
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import core.clock
import core.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("directory", "0001_initial"),
        ("directory", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="ItemCategory",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(db_index=True, default="", editable=False, max_length=255)),
                ("code", models.CharField(max_length=20, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=40, verbose_name="name")),
                ("active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="inventory.itemcategory",
                        verbose_name="parent",
                    ),
                ),
            ],
            options={
                "verbose_name": "item category",
                "verbose_name_plural": "item categories",
                "ordering": ("code",),
                "default_permissions": ("add", "change", "delete", "view", "import"),
            },
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=20, unique=True, verbose_name="unit")),
                ("places", models.PositiveSmallIntegerField(default=0, verbose_name="decimal places")),
            ],
            options={
                "verbose_name": "unit",
                "verbose_name_plural": "units",
                "ordering": ("name",),
                "default_permissions": ("add", "change", "delete", "view", "import"),
                "constraints": [models.CheckConstraint(condition=models.Q(("places__lte", 4)), name="unit_places")],
            },
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=30, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("specification", models.CharField(blank=True, max_length=80, verbose_name="specification")),
                ("brand", models.CharField(blank=True, max_length=40, verbose_name="brand")),
                (
                    "initials",
                    models.CharField(blank=True, db_index=True, max_length=60, verbose_name="pinyin initials"),
                ),
                ("barcode", models.CharField(blank=True, db_index=True, max_length=40, verbose_name="barcode")),
                ("min_stock", core.fields.QuantityField(blank=True, null=True, verbose_name="minimum stock")),
                ("max_stock", core.fields.QuantityField(blank=True, null=True, verbose_name="maximum stock")),
                (
                    "shelf_life_days",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="shelf life (days)"),
                ),
                ("track_lots", models.BooleanField(default=False, verbose_name="kept by lot")),
                (
                    "inspect_on_receipt",
                    models.BooleanField(
                        default=False,
                        help_text="New lots are kept back until somebody checks and releases them.",
                        verbose_name="quarantine on receipt",
                    ),
                ),
                (
                    "lead_time_days",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="delivery time (days)"),
                ),
                ("loanable", models.BooleanField(default=False, verbose_name="lent as a tool")),
                ("trade_in_required", models.BooleanField(default=False, verbose_name="old one handed in on issue")),
                (
                    "valuation",
                    models.CharField(
                        choices=[("moving_average", "moving average"), ("fifo", "first in, first out")],
                        default="moving_average",
                        max_length=16,
                        verbose_name="valuation",
                    ),
                ),
                (
                    "reference_price",
                    core.fields.PriceField(blank=True, null=True, verbose_name="reference price (yuan)"),
                ),
                ("storage_condition", models.CharField(blank=True, max_length=60, verbose_name="storage condition")),
                ("active", models.BooleanField(default=True, verbose_name="active")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="inventory.itemcategory",
                        verbose_name="category",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.unit",
                        verbose_name="stock unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "item",
                "verbose_name_plural": "items",
                "ordering": ("code",),
                "default_permissions": ("add", "change", "delete", "view", "import"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("min_stock", None), ("min_stock__gte", 0), _connector="OR"),
                        name="item_min_stock",
                        violation_error_message="The minimum stock cannot be negative.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("max_stock", None),
                            ("min_stock", None),
                            ("max_stock__gte", models.F("min_stock")),
                            _connector="OR",
                        ),
                        name="item_max_stock",
                        violation_error_message="The maximum stock is below the minimum.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Warehouse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=20, verbose_name="code")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                (
                    "valuation",
                    models.CharField(
                        choices=[("by_item", "as each item says"), ("period_average", "average of the whole month")],
                        default="by_item",
                        max_length=16,
                        verbose_name="valuation",
                    ),
                ),
                ("active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "accountant",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="store accountant",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "keepers",
                    models.ManyToManyField(
                        blank=True, related_name="warehouses_kept", to=settings.AUTH_USER_MODEL, verbose_name="keepers"
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="warehouses",
                        to="directory.organization",
                        verbose_name="organization",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.place",
                        verbose_name="place",
                    ),
                ),
            ],
            options={
                "verbose_name": "warehouse",
                "verbose_name_plural": "warehouses",
                "ordering": ("organization", "code"),
                "default_permissions": ("add", "change", "delete", "view", "import"),
                "constraints": [models.UniqueConstraint(fields=("organization", "code"), name="warehouse_code_unique")],
            },
        ),
        migrations.CreateModel(
            name="Shelf",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=20, verbose_name="code")),
                ("name", models.CharField(blank=True, max_length=60, verbose_name="name")),
                ("active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shelves",
                        to="inventory.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "shelf",
                "verbose_name_plural": "shelves",
                "ordering": ("warehouse", "code"),
                "default_permissions": ("add", "change", "delete", "view", "import"),
                "constraints": [models.UniqueConstraint(fields=("warehouse", "code"), name="shelf_code_unique")],
            },
        ),
        migrations.CreateModel(
            name="StockLocation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("physical", "warehouse"),
                            ("supplier", "suppliers"),
                            ("consumption", "use"),
                            ("adjustment", "count differences"),
                            ("opening", "opening stock"),
                            ("transit", "in transit"),
                            ("scrap", "write-offs"),
                            ("loan", "on loan"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.organization"
                    ),
                ),
                (
                    "warehouse",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="location",
                        to="inventory.warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "stock location",
                "verbose_name_plural": "stock locations",
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("warehouse", None)),
                        fields=("organization", "kind"),
                        name="one_virtual_location",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "physical"), ("warehouse__isnull", False)),
                            models.Q(models.Q(("kind", "physical"), _negated=True), ("warehouse__isnull", True)),
                            _connector="OR",
                        ),
                        name="physical_location_has_warehouse",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GoodsReceipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.CharField(db_index=True, editable=False, max_length=32, null=True, verbose_name="number"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("approved", "Approved"),
                            ("posted", "Posted"),
                            ("reversed", "Reversed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("business_date", models.DateField(default=core.clock.today, verbose_name="business date")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("created_at", models.DateTimeField(default=core.clock.now, editable=False, verbose_name="created at")),
                ("revision", models.PositiveIntegerField(default=0, editable=False)),
                ("request_key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("purchase", "purchase"),
                            ("estimate", "estimate, invoice to come"),
                            ("donation", "donation"),
                            ("materials", "materials left over"),
                            ("processing", "processing"),
                            ("surplus", "surplus found"),
                            ("other", "other"),
                        ],
                        default="purchase",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("invoice_number", models.CharField(blank=True, max_length=40, verbose_name="invoice number")),
                (
                    "accepted_by",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The people who counted and checked the goods; at least two, none of them the maker of this paper.",
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="accepted by",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="prepared by",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.organization",
                        verbose_name="organization",
                    ),
                ),
                (
                    "supplier",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.supplier",
                        verbose_name="supplier",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "goods receipt",
                "verbose_name_plural": "goods receipts",
                "ordering": ("-business_date", "-id"),
                "abstract": False,
                "default_permissions": (
                    "add",
                    "change",
                    "delete",
                    "view",
                    "submit",
                    "approve",
                    "post",
                    "reverse",
                    "cancel",
                ),
                "indexes": [
                    models.Index(fields=["organization", "status", "-business_date"], name="goodsreceipt_list")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="goodsreceipt_number_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "submitted", "approved", "posted", "reversed", "cancelled"])
                        ),
                        name="goodsreceipt_status_valid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalWarehouse",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("code", models.CharField(max_length=20, verbose_name="code")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                (
                    "valuation",
                    models.CharField(
                        choices=[("by_item", "as each item says"), ("period_average", "average of the whole month")],
                        default="by_item",
                        max_length=16,
                        verbose_name="valuation",
                    ),
                ),
                ("active", models.BooleanField(default=True, verbose_name="active")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "accountant",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="store accountant",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="directory.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="directory.organization",
                        verbose_name="organization",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="directory.place",
                        verbose_name="place",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical warehouse",
                "verbose_name_plural": "historical warehouses",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalWriteOffLimit",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("valid_from", models.DateField(verbose_name="valid from")),
                (
                    "amount",
                    core.fields.MoneyField(
                        blank=True,
                        help_text="Empty: no paper of the authority is needed.",
                        null=True,
                        verbose_name="from amount (yuan)",
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        help_text="The rule or decision this comes from.", max_length=200, verbose_name="basis"
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="directory.organization",
                        verbose_name="organization",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical limit of own write-offs",
                "verbose_name_plural": "historical limits of own write-offs",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="GoodsReceiptLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="line")),
                ("factor", core.fields.QuantityField(default=1, editable=False)),
                ("quantity", core.fields.QuantityField(verbose_name="quantity")),
                ("stock_quantity", core.fields.QuantityField(editable=False, verbose_name="quantity in stock units")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("unit_price", core.fields.PriceField(verbose_name="unit price")),
                ("amount", core.fields.MoneyField(editable=False, verbose_name="amount")),
                ("lot_number", models.CharField(blank=True, max_length=40, verbose_name="lot number")),
                ("made_on", models.DateField(blank=True, null=True, verbose_name="made on")),
                ("expires_on", models.DateField(blank=True, null=True, verbose_name="expires on")),
                (
                    "returned_quantity",
                    core.fields.QuantityField(default=0, editable=False, verbose_name="returned to the supplier"),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="inventory.goodsreceipt"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.item",
                        verbose_name="item",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "goods receipt line",
                "verbose_name_plural": "goods receipt lines",
                "ordering": ("position", "id"),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="goodsreceiptline_quantity_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("unit_price__gte", 0)), name="goodsreceiptline_price_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("returned_quantity__lte", models.F("stock_quantity"))),
                        name="returned_within_received",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalQuota",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "period",
                    models.CharField(
                        choices=[("month", "month"), ("quarter", "quarter"), ("term", "school term"), ("year", "year")],
                        default="month",
                        max_length=8,
                        verbose_name="period",
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        choices=[("fixed", "fixed"), ("head", "per head"), ("bed", "per bed"), ("class", "per class")],
                        default="fixed",
                        max_length=6,
                        verbose_name="basis",
                    ),
                ),
                ("limit_quantity", core.fields.QuantityField(blank=True, null=True, verbose_name="quantity")),
                ("limit_amount", core.fields.MoneyField(blank=True, null=True, verbose_name="amount (yuan)")),
                ("carry_over", models.BooleanField(default=False, verbose_name="carry over what is left")),
                ("valid_from", models.DateField(verbose_name="valid from")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="valid until")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="directory.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="directory.organization",
                        verbose_name="organization",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="inventory.item",
                        verbose_name="item",
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="inventory.itemcategory",
                        verbose_name="category",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical quota",
                "verbose_name_plural": "historical quotas",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalItemCategory",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("code", models.CharField(db_index=True, max_length=20, verbose_name="code")),
                ("name", models.CharField(max_length=40, verbose_name="name")),
                ("active", models.BooleanField(default=True, verbose_name="active")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="inventory.itemcategory",
                        verbose_name="parent",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical item category",
                "verbose_name_plural": "historical item categories",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Lot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(blank=True, max_length=40, verbose_name="lot number")),
                ("made_on", models.DateField(blank=True, null=True, verbose_name="made on")),
                ("expires_on", models.DateField(blank=True, null=True, verbose_name="expires on")),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lots",
                        to="inventory.item",
                        verbose_name="item",
                    ),
                ),
                (
                    "supplier",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.supplier",
                        verbose_name="supplier",
                    ),
                ),
            ],
            options={
                "verbose_name": "lot",
                "verbose_name_plural": "lots",
                "default_permissions": ("view",),
                "constraints": [models.UniqueConstraint(fields=("item", "number"), name="lot_number_unique")],
            },
        ),
        migrations.CreateModel(
            name="LotHold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("quarantine", "quarantine"), ("frozen", "frozen")], max_length=10, verbose_name="kind"
                    ),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                ("placed_at", models.DateTimeField(default=core.clock.now, verbose_name="placed at")),
                ("released_at", models.DateTimeField(blank=True, null=True, verbose_name="released at")),
                ("release_note", models.CharField(blank=True, max_length=200, verbose_name="result of the check")),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="inventory.lot",
                        verbose_name="lot",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.organization"
                    ),
                ),
                (
                    "placed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="placed by",
                    ),
                ),
                (
                    "released_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="released by",
                    ),
                ),
            ],
            options={
                "verbose_name": "kept-back lot",
                "verbose_name_plural": "kept-back lots",
                "ordering": ("-id",),
                "default_permissions": ("view", "add", "release"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("released_at", None)),
                        fields=("organization", "lot"),
                        name="one_open_hold_a_lot",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MonthClosing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("month", models.PositiveSmallIntegerField(verbose_name="month")),
                ("closed_at", models.DateTimeField(default=core.clock.now, verbose_name="closed at")),
                ("remarks", models.CharField(blank=True, max_length=500, verbose_name="remarks")),
                ("digest", models.CharField(max_length=64)),
                ("reopened_at", models.DateTimeField(null=True, verbose_name="reopened at")),
                ("reopen_reason", models.CharField(blank=True, max_length=500, verbose_name="reason")),
                (
                    "closed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="closed by",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.organization",
                        verbose_name="organization",
                    ),
                ),
                (
                    "reopened_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="reopened by",
                    ),
                ),
            ],
            options={
                "verbose_name": "month close",
                "verbose_name_plural": "month closes",
                "ordering": ("-year", "-month", "-id"),
                "default_permissions": ("view",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("reopened_at", None)),
                        fields=("organization", "year", "month"),
                        name="one_closing_a_month",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MonthPricing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.CharField(db_index=True, editable=False, max_length=32, null=True, verbose_name="number"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("approved", "Approved"),
                            ("posted", "Posted"),
                            ("reversed", "Reversed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("business_date", models.DateField(default=core.clock.today, verbose_name="business date")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("created_at", models.DateTimeField(default=core.clock.now, editable=False, verbose_name="created at")),
                ("revision", models.PositiveIntegerField(default=0, editable=False)),
                ("request_key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("month", models.PositiveSmallIntegerField(verbose_name="month")),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="prepared by",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.organization",
                        verbose_name="organization",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "month-end pricing",
                "verbose_name_plural": "month-end pricings",
                "ordering": ("-business_date", "-id"),
                "abstract": False,
                "default_permissions": (
                    "add",
                    "change",
                    "delete",
                    "view",
                    "submit",
                    "approve",
                    "post",
                    "reverse",
                    "cancel",
                ),
                "indexes": [
                    models.Index(fields=["organization", "status", "-business_date"], name="monthpricing_list")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="monthpricing_number_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "submitted", "approved", "posted", "reversed", "cancelled"])
                        ),
                        name="monthpricing_status_valid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MonthPricingLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveIntegerField(default=1, verbose_name="line")),
                ("quantity", core.fields.QuantityField(verbose_name="issued")),
                ("average", core.fields.PriceField(verbose_name="average price")),
                ("provisional", core.fields.MoneyField(verbose_name="amount so far")),
                ("amount", core.fields.MoneyField(verbose_name="correction")),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="inventory.monthpricing"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.item",
                        verbose_name="item",
                    ),
                ),
            ],
            options={
                "verbose_name": "month-end pricing line",
                "verbose_name_plural": "month-end pricing lines",
                "ordering": ("position", "id"),
            },
        ),
        migrations.CreateModel(
            name="OldPieceDisposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.CharField(db_index=True, editable=False, max_length=32, null=True, verbose_name="number"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("approved", "Approved"),
                            ("posted", "Posted"),
                            ("reversed", "Reversed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("business_date", models.DateField(default=core.clock.today, verbose_name="business date")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("created_at", models.DateTimeField(default=core.clock.now, editable=False, verbose_name="created at")),
                ("revision", models.PositiveIntegerField(default=0, editable=False)),
                ("request_key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "destination",
                    models.CharField(
                        choices=[("repair", "repair"), ("scrap", "scrapping"), ("recycle", "sale as recyclables")],
                        default="recycle",
                        max_length=10,
                        verbose_name="way",
                    ),
                ),
                ("taker", models.CharField(max_length=100, verbose_name="taken by")),
                (
                    "paid_to",
                    models.CharField(
                        blank=True,
                        help_text="Number of the receipt for the money.",
                        max_length=60,
                        verbose_name="money paid in",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="prepared by",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.organization",
                        verbose_name="organization",
                    ),
                ),
                (
                    "witnesses",
                    models.ManyToManyField(
                        blank=True, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="weighed and seen by"
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "disposal of old pieces",
                "verbose_name_plural": "disposals of old pieces",
                "ordering": ("-business_date", "-id"),
                "abstract": False,
                "default_permissions": (
                    "add",
                    "change",
                    "delete",
                    "view",
                    "submit",
                    "approve",
                    "post",
                    "reverse",
                    "cancel",
                ),
                "indexes": [
                    models.Index(fields=["organization", "status", "-business_date"], name="oldpiecedisposal_list")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="oldpiecedisposal_number_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "submitted", "approved", "posted", "reversed", "cancelled"])
                        ),
                        name="oldpiecedisposal_status_valid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OpeningStock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.CharField(db_index=True, editable=False, max_length=32, null=True, verbose_name="number"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("approved", "Approved"),
                            ("posted", "Posted"),
                            ("reversed", "Reversed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("business_date", models.DateField(default=core.clock.today, verbose_name="business date")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("created_at", models.DateTimeField(default=core.clock.now, editable=False, verbose_name="created at")),
                ("revision", models.PositiveIntegerField(default=0, editable=False)),
                ("request_key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="prepared by",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.organization",
                        verbose_name="organization",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "opening stock",
                "verbose_name_plural": "opening stocks",
                "ordering": ("-business_date", "-id"),
                "abstract": False,
                "default_permissions": (
                    "add",
                    "change",
                    "delete",
                    "view",
                    "submit",
                    "approve",
                    "post",
                    "reverse",
                    "cancel",
                ),
                "indexes": [
                    models.Index(fields=["organization", "status", "-business_date"], name="openingstock_list")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="openingstock_number_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "submitted", "approved", "posted", "reversed", "cancelled"])
                        ),
                        name="openingstock_status_valid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PriceDifference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.CharField(db_index=True, editable=False, max_length=32, null=True, verbose_name="number"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("approved", "Approved"),
                            ("posted", "Posted"),
                            ("reversed", "Reversed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("business_date", models.DateField(default=core.clock.today, verbose_name="business date")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("created_at", models.DateTimeField(default=core.clock.now, editable=False, verbose_name="created at")),
                ("revision", models.PositiveIntegerField(default=0, editable=False)),
                ("request_key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("invoice_number", models.CharField(max_length=40, verbose_name="invoice number")),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="prepared by",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.organization",
                        verbose_name="organization",
                    ),
                ),
                (
                    "receipt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="price_differences",
                        to="inventory.goodsreceipt",
                        verbose_name="receipt",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "price difference",
                "verbose_name_plural": "price differences",
                "ordering": ("-business_date", "-id"),
                "abstract": False,
                "default_permissions": (
                    "add",
                    "change",
                    "delete",
                    "view",
                    "submit",
                    "approve",
                    "post",
                    "reverse",
                    "cancel",
                ),
                "indexes": [
                    models.Index(fields=["organization", "status", "-business_date"], name="pricedifference_list")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="pricedifference_number_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "submitted", "approved", "posted", "reversed", "cancelled"])
                        ),
                        name="pricedifference_status_valid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PriceDifferenceLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="line")),
                ("quantity", core.fields.QuantityField(verbose_name="quantity")),
                ("new_price", core.fields.PriceField(verbose_name="price on the invoice")),
                ("booked", core.fields.MoneyField(editable=False, null=True, verbose_name="amount booked")),
                ("invoiced", core.fields.MoneyField(editable=False, null=True, verbose_name="amount invoiced")),
                ("amount", core.fields.MoneyField(editable=False, null=True, verbose_name="difference")),
                ("stock_part", core.fields.MoneyField(editable=False, null=True, verbose_name="of it in stock")),
                ("use_part", core.fields.MoneyField(editable=False, null=True, verbose_name="of it used")),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="inventory.pricedifference",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.item",
                        verbose_name="item",
                    ),
                ),
                (
                    "receipt_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="price_difference_lines",
                        to="inventory.goodsreceiptline",
                    ),
                ),
            ],
            options={
                "verbose_name": "price difference line",
                "verbose_name_plural": "price difference lines",
                "ordering": ("position", "id"),
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("new_price__gte", 0)), name="new_price_not_negative"),
                    models.UniqueConstraint(fields=("document", "receipt_line"), name="receipt_line_corrected_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Quota",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "period",
                    models.CharField(
                        choices=[("month", "month"), ("quarter", "quarter"), ("term", "school term"), ("year", "year")],
                        default="month",
                        max_length=8,
                        verbose_name="period",
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        choices=[("fixed", "fixed"), ("head", "per head"), ("bed", "per bed"), ("class", "per class")],
                        default="fixed",
                        max_length=6,
                        verbose_name="basis",
                    ),
                ),
                ("limit_quantity", core.fields.QuantityField(blank=True, null=True, verbose_name="quantity")),
                ("limit_amount", core.fields.MoneyField(blank=True, null=True, verbose_name="amount (yuan)")),
                ("carry_over", models.BooleanField(default=False, verbose_name="carry over what is left")),
                ("valid_from", models.DateField(verbose_name="valid from")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="valid until")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quotas",
                        to="inventory.itemcategory",
                        verbose_name="category",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quotas",
                        to="inventory.item",
                        verbose_name="item",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.organization",
                        verbose_name="organization",
                    ),
                ),
            ],
            options={
                "verbose_name": "quota",
                "verbose_name_plural": "quotas",
                "ordering": ("department", "item", "category"),
                "default_permissions": ("add", "change", "delete", "view", "import"),
                "indexes": [models.Index(fields=["department", "valid_from"], name="quota_of_department")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("category__isnull", True), ("item__isnull", False)),
                            models.Q(("category__isnull", False), ("item__isnull", True)),
                            _connector="OR",
                        ),
                        name="quota_for_item_or_category",
                        violation_error_message="Choose either an item or a category.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("item__isnull", False), ("limit_amount__isnull", True), ("limit_quantity__gte", 0)
                            ),
                            models.Q(("limit_amount__gte", 0), ("limit_quantity__isnull", True)),
                            _connector="OR",
                        ),
                        name="quota_has_one_limit",
                        violation_error_message="Enter a quantity (for an item) or an amount, not both.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until", None), ("valid_until__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="quota_days",
                        violation_error_message="The last day is before the first.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Requisition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.CharField(db_index=True, editable=False, max_length=32, null=True, verbose_name="number"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("approved", "Approved"),
                            ("posted", "Posted"),
                            ("reversed", "Reversed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("business_date", models.DateField(default=core.clock.today, verbose_name="business date")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("created_at", models.DateTimeField(default=core.clock.now, editable=False, verbose_name="created at")),
                ("revision", models.PositiveIntegerField(default=0, editable=False)),
                ("request_key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("purpose", models.CharField(max_length=200, verbose_name="purpose")),
                ("needed_by", models.DateField(blank=True, null=True, verbose_name="needed by")),
                ("over_quota", models.BooleanField(default=False, editable=False, verbose_name="over quota")),
                (
                    "fulfilment",
                    models.CharField(
                        choices=[
                            ("none", "nothing issued"),
                            ("partial", "partly issued"),
                            ("complete", "issued"),
                            ("closed", "rest not delivered"),
                        ],
                        default="none",
                        editable=False,
                        max_length=8,
                        verbose_name="fulfilment",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="prepared by",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.organization",
                        verbose_name="organization",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "requisition",
                "verbose_name_plural": "requisitions",
                "ordering": ("-business_date", "-id"),
                "abstract": False,
                "default_permissions": (
                    "add",
                    "change",
                    "delete",
                    "view",
                    "submit",
                    "approve",
                    "post",
                    "reverse",
                    "cancel",
                ),
                "indexes": [models.Index(fields=["organization", "status", "-business_date"], name="requisition_list")],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="requisition_number_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "submitted", "approved", "posted", "reversed", "cancelled"])
                        ),
                        name="requisition_status_valid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GoodsIssue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.CharField(db_index=True, editable=False, max_length=32, null=True, verbose_name="number"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("approved", "Approved"),
                            ("posted", "Posted"),
                            ("reversed", "Reversed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("business_date", models.DateField(default=core.clock.today, verbose_name="business date")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("created_at", models.DateTimeField(default=core.clock.now, editable=False, verbose_name="created at")),
                ("revision", models.PositiveIntegerField(default=0, editable=False)),
                ("request_key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("received_by", models.CharField(blank=True, max_length=40, verbose_name="received by")),
                ("purpose", models.CharField(blank=True, max_length=200, verbose_name="purpose")),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="prepared by",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.organization",
                        verbose_name="organization",
                    ),
                ),
                (
                    "requisition",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="issues",
                        to="inventory.requisition",
                        verbose_name="requisition",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "goods issue",
                "verbose_name_plural": "goods issues",
                "ordering": ("-business_date", "-id"),
                "abstract": False,
                "default_permissions": (
                    "add",
                    "change",
                    "delete",
                    "view",
                    "submit",
                    "approve",
                    "post",
                    "reverse",
                    "cancel",
                ),
                "indexes": [models.Index(fields=["organization", "status", "-business_date"], name="goodsissue_list")],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="goodsissue_number_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "submitted", "approved", "posted", "reversed", "cancelled"])
                        ),
                        name="goodsissue_status_valid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RequisitionLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="line")),
                ("factor", core.fields.QuantityField(default=1, editable=False)),
                ("quantity", core.fields.QuantityField(verbose_name="quantity")),
                ("stock_quantity", core.fields.QuantityField(editable=False, verbose_name="quantity in stock units")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                (
                    "unit_price",
                    core.fields.PriceField(blank=True, editable=False, null=True, verbose_name="estimated price"),
                ),
                ("amount", core.fields.MoneyField(default=0, editable=False, verbose_name="estimated amount")),
                (
                    "approved_quantity",
                    core.fields.QuantityField(blank=True, editable=False, null=True, verbose_name="approved"),
                ),
                ("issued_quantity", core.fields.QuantityField(default=0, editable=False, verbose_name="issued")),
                ("over_quota", models.BooleanField(default=False, editable=False, verbose_name="over quota")),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="inventory.requisition"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.item",
                        verbose_name="item",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "requisition line",
                "verbose_name_plural": "requisition lines",
                "ordering": ("position", "id"),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="requisitionline_quantity_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("issued_quantity", 0),
                            ("issued_quantity__lte", models.F("approved_quantity")),
                            _connector="OR",
                        ),
                        name="issued_within_approved",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GoodsIssueLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="line")),
                ("factor", core.fields.QuantityField(default=1, editable=False)),
                ("quantity", core.fields.QuantityField(verbose_name="quantity")),
                ("stock_quantity", core.fields.QuantityField(editable=False, verbose_name="quantity in stock units")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("unit_cost", core.fields.PriceField(editable=False, null=True, verbose_name="unit cost")),
                ("amount", core.fields.MoneyField(editable=False, null=True, verbose_name="amount")),
                ("old_quantity", core.fields.QuantityField(default=0, verbose_name="old pieces handed in")),
                (
                    "old_condition",
                    models.CharField(
                        choices=[("repairable", "can be repaired"), ("broken", "broken"), ("empty", "used up")],
                        default="broken",
                        max_length=10,
                        verbose_name="condition of the old pieces",
                    ),
                ),
                (
                    "old_destination",
                    models.CharField(
                        choices=[("repair", "repair"), ("scrap", "scrapping"), ("recycle", "sale as recyclables")],
                        default="recycle",
                        max_length=10,
                        verbose_name="where the old pieces go",
                    ),
                ),
                (
                    "trade_in_waiver",
                    models.CharField(blank=True, max_length=100, verbose_name="reason why no old piece is handed in"),
                ),
                ("old_pieces_follow", models.BooleanField(default=False, verbose_name="old pieces follow")),
                (
                    "returned_quantity",
                    core.fields.QuantityField(default=0, editable=False, verbose_name="returned to the store"),
                ),
                ("returned_amount", core.fields.MoneyField(default=0, editable=False)),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="inventory.goodsissue"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.item",
                        verbose_name="item",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.lot",
                        verbose_name="lot",
                    ),
                ),
                (
                    "requisition_line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="issue_lines",
                        to="inventory.requisitionline",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "goods issue line",
                "verbose_name_plural": "goods issue lines",
                "ordering": ("position", "id"),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="goodsissueline_quantity_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("returned_quantity__lte", models.F("stock_quantity"))),
                        name="returned_within_issued",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StockCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.CharField(db_index=True, editable=False, max_length=32, null=True, verbose_name="number"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("approved", "Approved"),
                            ("posted", "Posted"),
                            ("reversed", "Reversed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("business_date", models.DateField(default=core.clock.today, verbose_name="business date")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("created_at", models.DateTimeField(default=core.clock.now, editable=False, verbose_name="created at")),
                ("revision", models.PositiveIntegerField(default=0, editable=False)),
                ("request_key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("whole", "whole warehouse"),
                            ("category", "one category"),
                            ("shelf", "one shelf"),
                            ("sample", "random sample"),
                            ("moved", "items that moved since"),
                        ],
                        default="whole",
                        max_length=10,
                        verbose_name="what is counted",
                    ),
                ),
                (
                    "sample_size",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="number of items"),
                ),
                ("moved_since", models.DateField(blank=True, null=True, verbose_name="moved since")),
                (
                    "with_zero",
                    models.BooleanField(
                        default=False,
                        help_text="Lots that the books say are gone are looked for as well.",
                        verbose_name="also lots with zero book stock",
                    ),
                ),
                (
                    "blind",
                    models.BooleanField(
                        default=True, help_text="Counters do not see the book quantity.", verbose_name="blind"
                    ),
                ),
                ("tolerance_percent", models.PositiveSmallIntegerField(default=2, verbose_name="tolerance (%)")),
                ("tolerance_amount", core.fields.MoneyField(default=50, verbose_name="tolerance (yuan)")),
                (
                    "phase",
                    models.CharField(
                        choices=[("planned", "planned"), ("counting", "counting"), ("finished", "counted")],
                        default="planned",
                        editable=False,
                        max_length=10,
                        verbose_name="phase",
                    ),
                ),
                ("opened_at", models.DateTimeField(editable=False, null=True, verbose_name="opened at")),
                ("finished_at", models.DateTimeField(editable=False, null=True, verbose_name="finished at")),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.itemcategory",
                        verbose_name="category",
                    ),
                ),
                (
                    "counters",
                    models.ManyToManyField(related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="counters"),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="prepared by",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.organization",
                        verbose_name="organization",
                    ),
                ),
                (
                    "shelf",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.shelf",
                        verbose_name="shelf",
                    ),
                ),
                (
                    "supervisor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="supervisor",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "stock count",
                "verbose_name_plural": "stock counts",
                "ordering": ("-business_date", "-id"),
                "abstract": False,
                "default_permissions": (
                    "add",
                    "change",
                    "delete",
                    "view",
                    "submit",
                    "approve",
                    "post",
                    "reverse",
                    "cancel",
                ),
                "indexes": [models.Index(fields=["organization", "status", "-business_date"], name="stockcount_list")],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="stockcount_number_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "submitted", "approved", "posted", "reversed", "cancelled"])
                        ),
                        name="stockcount_status_valid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StockCountLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveIntegerField(default=1, verbose_name="line")),
                ("unexpected", models.BooleanField(default=False, verbose_name="not on the plan")),
                ("round", models.PositiveSmallIntegerField(default=1, verbose_name="round")),
                ("second_needed", models.BooleanField(default=False, verbose_name="second count needed")),
                ("counted_quantity", core.fields.QuantityField(blank=True, null=True, verbose_name="counted")),
                ("counted_at", models.DateTimeField(null=True, verbose_name="counted at")),
                ("book_quantity", core.fields.QuantityField(null=True, verbose_name="book quantity")),
                ("book_amount", core.fields.MoneyField(null=True, verbose_name="book amount")),
                ("difference", core.fields.QuantityField(null=True, verbose_name="difference")),
                ("amount", core.fields.MoneyField(null=True, verbose_name="value of the difference")),
                (
                    "cause",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unknown", "unknown"),
                            ("papers", "papers missing or late"),
                            ("unit", "wrong unit or pack"),
                            ("loss", "natural loss"),
                            ("damage", "broken or spoilt"),
                            ("theft", "theft"),
                            ("mixed", "mixed up with another item"),
                        ],
                        max_length=10,
                        verbose_name="cause",
                    ),
                ),
                ("treatment", models.CharField(blank=True, max_length=200, verbose_name="treatment")),
                (
                    "counted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="counted by",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="inventory.stockcount"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.item",
                        verbose_name="item",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.lot",
                        verbose_name="lot",
                    ),
                ),
                (
                    "shelf",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.shelf",
                        verbose_name="shelf",
                    ),
                ),
            ],
            options={
                "verbose_name": "count line",
                "verbose_name_plural": "count lines",
                "ordering": ("position", "id"),
                "constraints": [
                    models.UniqueConstraint(fields=("document", "lot"), name="lot_counted_once"),
                    models.CheckConstraint(
                        condition=models.Q(("counted_quantity", None), ("counted_quantity__gte", 0), _connector="OR"),
                        name="counted_not_negative",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StockCountEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("client_id", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("round", models.PositiveSmallIntegerField(verbose_name="round")),
                ("quantity", core.fields.QuantityField(verbose_name="counted")),
                ("counted_at", models.DateTimeField(verbose_name="counted at")),
                ("received_at", models.DateTimeField(default=core.clock.now, verbose_name="received at")),
                ("clock_difference", models.IntegerField(default=0, verbose_name="clock difference (s)")),
                (
                    "source",
                    models.CharField(
                        choices=[("phone", "on a phone"), ("screen", "on a computer"), ("excel", "Excel")],
                        default="phone",
                        max_length=6,
                        verbose_name="source",
                    ),
                ),
                (
                    "counted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="counted by",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="inventory.stockcountline",
                    ),
                ),
            ],
            options={
                "verbose_name": "count entry",
                "verbose_name_plural": "count entries",
                "ordering": ("id",),
                "default_permissions": ("view",),
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("quantity__gte", 0)), name="entry_not_negative")
                ],
            },
        ),
        migrations.CreateModel(
            name="StockMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity", core.fields.QuantityField(verbose_name="quantity")),
                ("unit_cost", core.fields.PriceField(verbose_name="unit cost")),
                ("amount", core.fields.MoneyField(verbose_name="amount")),
                ("business_date", models.DateField(verbose_name="business date")),
                ("posted_at", models.DateTimeField(default=core.clock.now, verbose_name="posted at")),
                ("object_id", models.PositiveBigIntegerField()),
                ("line_id", models.PositiveBigIntegerField()),
                ("sequence", models.PositiveSmallIntegerField(default=1)),
                ("number", models.CharField(max_length=32, verbose_name="document number")),
                ("digest", models.CharField(max_length=64)),
                (
                    "content_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="contenttypes.contenttype"
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "layer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consumed_by",
                        to="inventory.stockmove",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.organization"
                    ),
                ),
                (
                    "origin",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="onward",
                        to="inventory.stockmove",
                    ),
                ),
                (
                    "posted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="posted by",
                    ),
                ),
                (
                    "reverses",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversal",
                        to="inventory.stockmove",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves",
                        to="inventory.item",
                        verbose_name="item",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves",
                        to="inventory.lot",
                        verbose_name="lot",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves_out",
                        to="inventory.stocklocation",
                        verbose_name="from",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves_in",
                        to="inventory.stocklocation",
                        verbose_name="to",
                    ),
                ),
            ],
            options={
                "verbose_name": "stock movement",
                "verbose_name_plural": "stock movements",
                "ordering": ("id",),
                "default_permissions": ("view",),
                "indexes": [
                    models.Index(fields=["source", "item", "business_date"], name="move_out"),
                    models.Index(fields=["target", "item", "business_date"], name="move_in"),
                    models.Index(fields=["organization", "business_date"], name="move_day"),
                    models.Index(fields=["department", "business_date"], name="move_department"),
                    models.Index(fields=["content_type", "object_id"], name="move_document"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("reverses", None)),
                        fields=("content_type", "object_id", "line_id", "sequence"),
                        name="move_posted_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("quantity__gt", 0), models.Q(("amount__gt", 0), ("quantity", 0)), _connector="OR"
                        ),
                        name="move_moves_something",
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="move_amount_not_negative"),
                    models.CheckConstraint(
                        condition=models.Q(("source", models.F("target")), _negated=True), name="move_goes_somewhere"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StockBalance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity", core.fields.QuantityField(default=0, verbose_name="quantity")),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="balances",
                        to="inventory.item",
                        verbose_name="item",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="balances",
                        to="inventory.lot",
                        verbose_name="lot",
                    ),
                ),
                (
                    "location",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="balances",
                        to="inventory.stocklocation",
                        verbose_name="warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "stock balance",
                "verbose_name_plural": "stock balances",
                "default_permissions": ("view",),
                "constraints": [
                    models.UniqueConstraint(fields=("location", "lot"), name="one_balance_a_lot"),
                    models.CheckConstraint(condition=models.Q(("quantity__gte", 0)), name="balance_not_negative"),
                ],
            },
        ),
        migrations.CreateModel(
            name="StockReturn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.CharField(db_index=True, editable=False, max_length=32, null=True, verbose_name="number"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("approved", "Approved"),
                            ("posted", "Posted"),
                            ("reversed", "Reversed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("business_date", models.DateField(default=core.clock.today, verbose_name="business date")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("created_at", models.DateTimeField(default=core.clock.now, editable=False, verbose_name="created at")),
                ("revision", models.PositiveIntegerField(default=0, editable=False)),
                ("request_key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("surplus", "not needed"),
                            ("wrong", "wrong goods"),
                            ("defect", "defective"),
                            ("other", "other"),
                        ],
                        default="surplus",
                        max_length=10,
                        verbose_name="reason",
                    ),
                ),
                ("returned_by", models.CharField(blank=True, max_length=40, verbose_name="returned by")),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="prepared by",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "issue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returns",
                        to="inventory.goodsissue",
                        verbose_name="issue",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.organization",
                        verbose_name="organization",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "return to the store",
                "verbose_name_plural": "returns to the store",
                "ordering": ("-business_date", "-id"),
                "abstract": False,
                "default_permissions": (
                    "add",
                    "change",
                    "delete",
                    "view",
                    "submit",
                    "approve",
                    "post",
                    "reverse",
                    "cancel",
                ),
                "indexes": [models.Index(fields=["organization", "status", "-business_date"], name="stockreturn_list")],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="stockreturn_number_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "submitted", "approved", "posted", "reversed", "cancelled"])
                        ),
                        name="stockreturn_status_valid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StockTransfer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.CharField(db_index=True, editable=False, max_length=32, null=True, verbose_name="number"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("approved", "Approved"),
                            ("posted", "Posted"),
                            ("reversed", "Reversed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("business_date", models.DateField(default=core.clock.today, verbose_name="business date")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("created_at", models.DateTimeField(default=core.clock.now, editable=False, verbose_name="created at")),
                ("revision", models.PositiveIntegerField(default=0, editable=False)),
                ("request_key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("purpose", models.CharField(blank=True, max_length=200, verbose_name="purpose")),
                ("carrier", models.CharField(blank=True, max_length=40, verbose_name="carried by")),
                (
                    "arrival",
                    models.CharField(
                        choices=[
                            ("none", "not sent"),
                            ("transit", "in transit"),
                            ("partial", "partly arrived"),
                            ("arrived", "arrived"),
                        ],
                        default="none",
                        editable=False,
                        max_length=8,
                        verbose_name="arrival",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="prepared by",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.organization",
                        verbose_name="organization",
                    ),
                ),
                (
                    "to_warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                        verbose_name="receiving warehouse",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "stock transfer",
                "verbose_name_plural": "stock transfers",
                "ordering": ("-business_date", "-id"),
                "abstract": False,
                "default_permissions": (
                    "add",
                    "change",
                    "delete",
                    "view",
                    "submit",
                    "approve",
                    "post",
                    "reverse",
                    "cancel",
                ),
                "indexes": [
                    models.Index(fields=["organization", "status", "-business_date"], name="stocktransfer_list")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="stocktransfer_number_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "submitted", "approved", "posted", "reversed", "cancelled"])
                        ),
                        name="stocktransfer_status_valid",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("warehouse", models.F("to_warehouse")), _negated=True),
                        name="transfer_goes_elsewhere",
                        violation_error_message="Choose another warehouse than the one that sends.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StockTransferLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="line")),
                ("factor", core.fields.QuantityField(default=1, editable=False)),
                ("quantity", core.fields.QuantityField(verbose_name="quantity")),
                ("stock_quantity", core.fields.QuantityField(editable=False, verbose_name="quantity in stock units")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("unit_cost", core.fields.PriceField(editable=False, null=True, verbose_name="unit cost")),
                ("amount", core.fields.MoneyField(editable=False, null=True, verbose_name="amount")),
                ("arrived_quantity", core.fields.QuantityField(default=0, editable=False, verbose_name="arrived")),
                ("short_quantity", core.fields.QuantityField(default=0, editable=False, verbose_name="missing")),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="inventory.stocktransfer"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.item",
                        verbose_name="item",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.lot",
                        verbose_name="lot",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "transfer line",
                "verbose_name_plural": "transfer lines",
                "ordering": ("position", "id"),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="stocktransferline_quantity_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "arrived_quantity__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("stock_quantity"), "-", models.F("short_quantity")
                                ),
                            )
                        ),
                        name="arrived_within_sent",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SupplierReturn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.CharField(db_index=True, editable=False, max_length=32, null=True, verbose_name="number"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("approved", "Approved"),
                            ("posted", "Posted"),
                            ("reversed", "Reversed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("business_date", models.DateField(default=core.clock.today, verbose_name="business date")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("created_at", models.DateTimeField(default=core.clock.now, editable=False, verbose_name="created at")),
                ("revision", models.PositiveIntegerField(default=0, editable=False)),
                ("request_key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("quality", "bad quality"),
                            ("wrong", "wrong goods"),
                            ("expired", "expired or near expiry"),
                            ("recall", "recall"),
                            ("other", "other"),
                        ],
                        default="quality",
                        max_length=10,
                        verbose_name="reason",
                    ),
                ),
                ("collected_by", models.CharField(blank=True, max_length=40, verbose_name="collected by")),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="prepared by",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.organization",
                        verbose_name="organization",
                    ),
                ),
                (
                    "receipt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returns",
                        to="inventory.goodsreceipt",
                        verbose_name="receipt",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "return to the supplier",
                "verbose_name_plural": "returns to the supplier",
                "ordering": ("-business_date", "-id"),
                "abstract": False,
                "default_permissions": (
                    "add",
                    "change",
                    "delete",
                    "view",
                    "submit",
                    "approve",
                    "post",
                    "reverse",
                    "cancel",
                ),
                "indexes": [
                    models.Index(fields=["organization", "status", "-business_date"], name="supplierreturn_list")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="supplierreturn_number_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "submitted", "approved", "posted", "reversed", "cancelled"])
                        ),
                        name="supplierreturn_status_valid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ToolLoan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.CharField(db_index=True, editable=False, max_length=32, null=True, verbose_name="number"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("approved", "Approved"),
                            ("posted", "Posted"),
                            ("reversed", "Reversed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("business_date", models.DateField(default=core.clock.today, verbose_name="business date")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("created_at", models.DateTimeField(default=core.clock.now, editable=False, verbose_name="created at")),
                ("revision", models.PositiveIntegerField(default=0, editable=False)),
                ("request_key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("purpose", models.CharField(max_length=200, verbose_name="purpose")),
                ("due_on", models.DateField(verbose_name="to be returned by")),
                ("settled", models.BooleanField(default=False, editable=False, verbose_name="returned")),
                (
                    "borrower",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="borrower",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="prepared by",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.organization",
                        verbose_name="organization",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "tool loan",
                "verbose_name_plural": "tool loans",
                "ordering": ("-business_date", "-id"),
                "abstract": False,
                "default_permissions": (
                    "add",
                    "change",
                    "delete",
                    "view",
                    "submit",
                    "approve",
                    "post",
                    "reverse",
                    "cancel",
                ),
                "indexes": [models.Index(fields=["organization", "status", "-business_date"], name="toolloan_list")],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="toolloan_number_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "submitted", "approved", "posted", "reversed", "cancelled"])
                        ),
                        name="toolloan_status_valid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LoanReturn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.CharField(db_index=True, editable=False, max_length=32, null=True, verbose_name="number"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("approved", "Approved"),
                            ("posted", "Posted"),
                            ("reversed", "Reversed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("business_date", models.DateField(default=core.clock.today, verbose_name="business date")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("created_at", models.DateTimeField(default=core.clock.now, editable=False, verbose_name="created at")),
                ("revision", models.PositiveIntegerField(default=0, editable=False)),
                ("request_key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("compensation", core.fields.MoneyField(default=0, verbose_name="compensation (yuan)")),
                ("explanation", models.CharField(blank=True, max_length=200, verbose_name="what happened")),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="prepared by",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.organization",
                        verbose_name="organization",
                    ),
                ),
                (
                    "loan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returns",
                        to="inventory.toolloan",
                        verbose_name="loan",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "tool return",
                "verbose_name_plural": "tool returns",
                "ordering": ("-business_date", "-id"),
                "abstract": False,
                "default_permissions": (
                    "add",
                    "change",
                    "delete",
                    "view",
                    "submit",
                    "approve",
                    "post",
                    "reverse",
                    "cancel",
                ),
                "indexes": [models.Index(fields=["organization", "status", "-business_date"], name="loanreturn_list")],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="loanreturn_number_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "submitted", "approved", "posted", "reversed", "cancelled"])
                        ),
                        name="loanreturn_status_valid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TradeIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.CharField(db_index=True, editable=False, max_length=32, null=True, verbose_name="number"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("approved", "Approved"),
                            ("posted", "Posted"),
                            ("reversed", "Reversed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("business_date", models.DateField(default=core.clock.today, verbose_name="business date")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("created_at", models.DateTimeField(default=core.clock.now, editable=False, verbose_name="created at")),
                ("revision", models.PositiveIntegerField(default=0, editable=False)),
                ("request_key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("handed_in_by", models.CharField(blank=True, max_length=40, verbose_name="handed in by")),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="prepared by",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.organization",
                        verbose_name="organization",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "hand-in of old pieces",
                "verbose_name_plural": "hand-ins of old pieces",
                "ordering": ("-business_date", "-id"),
                "abstract": False,
                "default_permissions": (
                    "add",
                    "change",
                    "delete",
                    "view",
                    "submit",
                    "approve",
                    "post",
                    "reverse",
                    "cancel",
                ),
                "indexes": [models.Index(fields=["organization", "status", "-business_date"], name="tradein_list")],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="tradein_number_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "submitted", "approved", "posted", "reversed", "cancelled"])
                        ),
                        name="tradein_status_valid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TransferArrival",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.CharField(db_index=True, editable=False, max_length=32, null=True, verbose_name="number"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("approved", "Approved"),
                            ("posted", "Posted"),
                            ("reversed", "Reversed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("business_date", models.DateField(default=core.clock.today, verbose_name="business date")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("created_at", models.DateTimeField(default=core.clock.now, editable=False, verbose_name="created at")),
                ("revision", models.PositiveIntegerField(default=0, editable=False)),
                ("request_key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "shortage",
                    models.CharField(
                        choices=[
                            ("none", "nothing missing"),
                            ("sent_back", "still with the sender"),
                            ("lost", "lost or broken on the way"),
                        ],
                        default="none",
                        max_length=10,
                        verbose_name="what is missing",
                    ),
                ),
                ("shortage_cause", models.CharField(blank=True, max_length=200, verbose_name="cause of the shortage")),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="prepared by",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.organization",
                        verbose_name="organization",
                    ),
                ),
                (
                    "responsible",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="responsible person",
                    ),
                ),
                (
                    "transfer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="arrivals",
                        to="inventory.stocktransfer",
                        verbose_name="transfer",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "transfer arrival",
                "verbose_name_plural": "transfer arrivals",
                "ordering": ("-business_date", "-id"),
                "abstract": False,
                "default_permissions": (
                    "add",
                    "change",
                    "delete",
                    "view",
                    "submit",
                    "approve",
                    "post",
                    "reverse",
                    "cancel",
                ),
                "indexes": [
                    models.Index(fields=["organization", "status", "-business_date"], name="transferarrival_list")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="transferarrival_number_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "submitted", "approved", "posted", "reversed", "cancelled"])
                        ),
                        name="transferarrival_status_valid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TransferArrivalLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="line")),
                ("factor", core.fields.QuantityField(default=1, editable=False)),
                ("quantity", core.fields.QuantityField(verbose_name="quantity")),
                ("stock_quantity", core.fields.QuantityField(editable=False, verbose_name="quantity in stock units")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("short_quantity", core.fields.QuantityField(default=0, verbose_name="missing")),
                ("stock_short_quantity", core.fields.QuantityField(default=0, editable=False)),
                ("amount", core.fields.MoneyField(editable=False, null=True, verbose_name="amount")),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="inventory.transferarrival",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.item",
                        verbose_name="item",
                    ),
                ),
                (
                    "transfer_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="arrival_lines",
                        to="inventory.stocktransferline",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "arrival line",
                "verbose_name_plural": "arrival lines",
                "ordering": ("position", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("quantity__gte", 0),
                            ("short_quantity__gte", 0),
                            models.Q(("quantity__gt", 0), ("short_quantity__gt", 0), _connector="OR"),
                        ),
                        name="arrival_says_something",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TradeInLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="line")),
                ("factor", core.fields.QuantityField(default=1, editable=False)),
                ("quantity", core.fields.QuantityField(verbose_name="quantity")),
                ("stock_quantity", core.fields.QuantityField(editable=False, verbose_name="quantity in stock units")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                (
                    "condition",
                    models.CharField(
                        choices=[("repairable", "can be repaired"), ("broken", "broken"), ("empty", "used up")],
                        default="broken",
                        max_length=10,
                        verbose_name="condition",
                    ),
                ),
                (
                    "destination",
                    models.CharField(
                        choices=[("repair", "repair"), ("scrap", "scrapping"), ("recycle", "sale as recyclables")],
                        default="recycle",
                        max_length=10,
                        verbose_name="where the old pieces go",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="inventory.tradein"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.item",
                        verbose_name="item",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "hand-in line",
                "verbose_name_plural": "hand-in lines",
                "ordering": ("position", "id"),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="tradeinline_quantity_positive"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ToolLoanLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="line")),
                ("factor", core.fields.QuantityField(default=1, editable=False)),
                ("quantity", core.fields.QuantityField(verbose_name="quantity")),
                ("stock_quantity", core.fields.QuantityField(editable=False, verbose_name="quantity in stock units")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("unit_cost", core.fields.PriceField(editable=False, null=True, verbose_name="unit cost")),
                ("amount", core.fields.MoneyField(editable=False, null=True, verbose_name="amount")),
                ("serial", models.CharField(blank=True, max_length=40, verbose_name="number on the tool")),
                ("returned_quantity", core.fields.QuantityField(default=0, editable=False, verbose_name="returned")),
                ("lost_quantity", core.fields.QuantityField(default=0, editable=False, verbose_name="lost")),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="inventory.toolloan"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.item",
                        verbose_name="item",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.lot",
                        verbose_name="lot",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "loan line",
                "verbose_name_plural": "loan lines",
                "ordering": ("position", "id"),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="toolloanline_quantity_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "returned_quantity__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("stock_quantity"), "-", models.F("lost_quantity")
                                ),
                            )
                        ),
                        name="loan_return_within_lent",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SupplierReturnLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="line")),
                ("factor", core.fields.QuantityField(default=1, editable=False)),
                ("quantity", core.fields.QuantityField(verbose_name="quantity")),
                ("stock_quantity", core.fields.QuantityField(editable=False, verbose_name="quantity in stock units")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("unit_cost", core.fields.PriceField(editable=False, null=True, verbose_name="unit cost")),
                ("amount", core.fields.MoneyField(editable=False, null=True, verbose_name="amount")),
                ("credit", core.fields.MoneyField(default=0, editable=False, verbose_name="credit")),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="inventory.supplierreturn"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.item",
                        verbose_name="item",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.lot",
                        verbose_name="lot",
                    ),
                ),
                (
                    "receipt_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="return_lines",
                        to="inventory.goodsreceiptline",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "return line",
                "verbose_name_plural": "return lines",
                "ordering": ("position", "id"),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="supplierreturnline_quantity_positive"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StockReturnLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="line")),
                ("factor", core.fields.QuantityField(default=1, editable=False)),
                ("quantity", core.fields.QuantityField(verbose_name="quantity")),
                ("stock_quantity", core.fields.QuantityField(editable=False, verbose_name="quantity in stock units")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("unit_cost", core.fields.PriceField(editable=False, null=True, verbose_name="unit cost")),
                ("amount", core.fields.MoneyField(editable=False, null=True, verbose_name="amount")),
                ("intact", models.BooleanField(default=True, verbose_name="intact")),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="inventory.stockreturn"
                    ),
                ),
                (
                    "issue_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="return_lines",
                        to="inventory.goodsissueline",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.item",
                        verbose_name="item",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.lot",
                        verbose_name="lot",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "return line",
                "verbose_name_plural": "return lines",
                "ordering": ("position", "id"),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="stockreturnline_quantity_positive"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OpeningStockLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="line")),
                ("factor", core.fields.QuantityField(default=1, editable=False)),
                ("quantity", core.fields.QuantityField(verbose_name="quantity")),
                ("stock_quantity", core.fields.QuantityField(editable=False, verbose_name="quantity in stock units")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("unit_price", core.fields.PriceField(verbose_name="unit price")),
                ("amount", core.fields.MoneyField(editable=False, verbose_name="amount")),
                ("lot_number", models.CharField(blank=True, max_length=40, verbose_name="lot number")),
                ("made_on", models.DateField(blank=True, null=True, verbose_name="made on")),
                ("expires_on", models.DateField(blank=True, null=True, verbose_name="expires on")),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="inventory.openingstock"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.item",
                        verbose_name="item",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "opening stock line",
                "verbose_name_plural": "opening stock lines",
                "ordering": ("position", "id"),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="openingstockline_quantity_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("unit_price__gte", 0)), name="openingstockline_price_not_negative"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OldPieceDisposalLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="line")),
                ("factor", core.fields.QuantityField(default=1, editable=False)),
                ("quantity", core.fields.QuantityField(verbose_name="quantity")),
                ("stock_quantity", core.fields.QuantityField(editable=False, verbose_name="quantity in stock units")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("amount", core.fields.MoneyField(default=0, verbose_name="money received")),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="inventory.oldpiecedisposal",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.item",
                        verbose_name="item",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "disposal line",
                "verbose_name_plural": "disposal lines",
                "ordering": ("position", "id"),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="oldpiecedisposalline_quantity_positive"
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="disposal_money_not_negative"),
                ],
            },
        ),
        migrations.CreateModel(
            name="LoanReturnLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="line")),
                ("factor", core.fields.QuantityField(default=1, editable=False)),
                ("quantity", core.fields.QuantityField(verbose_name="quantity")),
                ("stock_quantity", core.fields.QuantityField(editable=False, verbose_name="quantity in stock units")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("intact", models.BooleanField(default=True, verbose_name="intact")),
                ("lost_quantity", core.fields.QuantityField(default=0, verbose_name="lost")),
                ("stock_lost_quantity", core.fields.QuantityField(default=0, editable=False)),
                ("amount", core.fields.MoneyField(editable=False, null=True, verbose_name="amount")),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="inventory.loanreturn"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.item",
                        verbose_name="item",
                    ),
                ),
                (
                    "loan_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="return_lines",
                        to="inventory.toolloanline",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "tool return line",
                "verbose_name_plural": "tool return lines",
                "ordering": ("position", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("lost_quantity__gte", 0),
                            ("quantity__gte", 0),
                            models.Q(("quantity__gt", 0), ("lost_quantity__gt", 0), _connector="OR"),
                        ),
                        name="loan_return_says_something",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ItemUnit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("factor", core.fields.QuantityField(verbose_name="stock units in one")),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="packs",
                        to="inventory.item",
                        verbose_name="item",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "unit conversion",
                "verbose_name_plural": "unit conversions",
                "constraints": [
                    models.UniqueConstraint(fields=("item", "unit"), name="item_unit_once"),
                    models.CheckConstraint(
                        condition=models.Q(("factor__gt", 0)),
                        name="item_unit_factor",
                        violation_error_message="The number of stock units must be greater than zero.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalItem",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("code", models.CharField(db_index=True, max_length=30, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("specification", models.CharField(blank=True, max_length=80, verbose_name="specification")),
                ("brand", models.CharField(blank=True, max_length=40, verbose_name="brand")),
                (
                    "initials",
                    models.CharField(blank=True, db_index=True, max_length=60, verbose_name="pinyin initials"),
                ),
                ("barcode", models.CharField(blank=True, db_index=True, max_length=40, verbose_name="barcode")),
                ("min_stock", core.fields.QuantityField(blank=True, null=True, verbose_name="minimum stock")),
                ("max_stock", core.fields.QuantityField(blank=True, null=True, verbose_name="maximum stock")),
                (
                    "shelf_life_days",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="shelf life (days)"),
                ),
                ("track_lots", models.BooleanField(default=False, verbose_name="kept by lot")),
                (
                    "inspect_on_receipt",
                    models.BooleanField(
                        default=False,
                        help_text="New lots are kept back until somebody checks and releases them.",
                        verbose_name="quarantine on receipt",
                    ),
                ),
                (
                    "lead_time_days",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="delivery time (days)"),
                ),
                ("loanable", models.BooleanField(default=False, verbose_name="lent as a tool")),
                ("trade_in_required", models.BooleanField(default=False, verbose_name="old one handed in on issue")),
                (
                    "valuation",
                    models.CharField(
                        choices=[("moving_average", "moving average"), ("fifo", "first in, first out")],
                        default="moving_average",
                        max_length=16,
                        verbose_name="valuation",
                    ),
                ),
                (
                    "reference_price",
                    core.fields.PriceField(blank=True, null=True, verbose_name="reference price (yuan)"),
                ),
                ("storage_condition", models.CharField(blank=True, max_length=60, verbose_name="storage condition")),
                ("active", models.BooleanField(default=True, verbose_name="active")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="inventory.itemcategory",
                        verbose_name="category",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="inventory.unit",
                        verbose_name="stock unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical item",
                "verbose_name_plural": "historical items",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="StockValue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity", core.fields.QuantityField(default=0, verbose_name="quantity")),
                ("amount", core.fields.MoneyField(default=0, verbose_name="amount")),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="values",
                        to="inventory.item",
                        verbose_name="item",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="values",
                        to="inventory.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "stock value",
                "verbose_name_plural": "stock on hand",
                "default_permissions": ("view",),
                "constraints": [
                    models.UniqueConstraint(fields=("warehouse", "item"), name="one_value_an_item"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount__gte", 0), ("quantity__gt", 0)),
                            models.Q(("amount", 0), ("quantity", 0)),
                            _connector="OR",
                        ),
                        name="value_zero_with_quantity",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StockSnapshot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity", core.fields.QuantityField(verbose_name="quantity")),
                ("amount", core.fields.MoneyField(verbose_name="amount")),
                (
                    "closing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="snapshots",
                        to="inventory.monthclosing",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.item",
                        verbose_name="item",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "closing stock",
                "verbose_name_plural": "closing stocks",
                "default_permissions": ("view",),
                "constraints": [
                    models.UniqueConstraint(fields=("closing", "warehouse", "item"), name="one_snapshot_an_item")
                ],
            },
        ),
        migrations.CreateModel(
            name="ReplenishmentSuggestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("ordered", "requested"),
                            ("dismissed", "dismissed"),
                            ("filled", "in stock again"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("in_stock", core.fields.QuantityField(verbose_name="in stock")),
                ("minimum", core.fields.QuantityField(verbose_name="minimum stock")),
                ("quantity", core.fields.QuantityField(verbose_name="suggested quantity")),
                ("opened_at", models.DateTimeField(default=core.clock.now, verbose_name="since")),
                ("changed_at", models.DateTimeField(default=core.clock.now, verbose_name="changed at")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                ("reference", models.CharField(blank=True, max_length=40, verbose_name="request")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.item",
                        verbose_name="item",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.organization"
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "replenishment suggestion",
                "verbose_name_plural": "replenishment suggestions",
                "ordering": ("warehouse", "item"),
                "default_permissions": ("view", "change"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("open", "ordered"))),
                        fields=("warehouse", "item"),
                        name="one_open_suggestion",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OldPieceMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "destination",
                    models.CharField(
                        choices=[("repair", "repair"), ("scrap", "scrapping"), ("recycle", "sale as recyclables")],
                        max_length=10,
                        verbose_name="where the old pieces go",
                    ),
                ),
                (
                    "condition",
                    models.CharField(
                        choices=[("repairable", "can be repaired"), ("broken", "broken"), ("empty", "used up")],
                        max_length=10,
                        verbose_name="condition",
                    ),
                ),
                ("quantity", core.fields.QuantityField(verbose_name="quantity")),
                ("business_date", models.DateField(verbose_name="business date")),
                ("posted_at", models.DateTimeField(default=core.clock.now, verbose_name="posted at")),
                ("object_id", models.PositiveBigIntegerField()),
                ("line_id", models.PositiveBigIntegerField()),
                ("number", models.CharField(max_length=32, verbose_name="document number")),
                (
                    "content_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="contenttypes.contenttype"
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.item",
                        verbose_name="item",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.organization"
                    ),
                ),
                (
                    "posted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="posted by",
                    ),
                ),
                (
                    "reverses",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversal",
                        to="inventory.oldpiecemove",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "movement of old pieces",
                "verbose_name_plural": "movements of old pieces",
                "ordering": ("id",),
                "default_permissions": ("view",),
                "indexes": [
                    models.Index(fields=["warehouse", "item", "business_date"], name="old_piece_item"),
                    models.Index(fields=["department", "item"], name="old_piece_department"),
                    models.Index(fields=["content_type", "object_id"], name="old_piece_document"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity", 0), _negated=True), name="old_piece_moves_something"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("reverses", None)),
                        fields=("content_type", "object_id", "line_id"),
                        name="old_piece_posted_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OldPieceBalance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "destination",
                    models.CharField(
                        choices=[("repair", "repair"), ("scrap", "scrapping"), ("recycle", "sale as recyclables")],
                        max_length=10,
                        verbose_name="where the old pieces go",
                    ),
                ),
                ("quantity", core.fields.QuantityField(default=0, verbose_name="quantity")),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.item",
                        verbose_name="item",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "stock of old pieces",
                "verbose_name_plural": "stock of old pieces",
                "default_permissions": ("view",),
                "constraints": [
                    models.UniqueConstraint(fields=("warehouse", "item", "destination"), name="one_old_balance"),
                    models.CheckConstraint(condition=models.Q(("quantity__gte", 0)), name="old_balance_not_negative"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ItemShelf",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shelves",
                        to="inventory.item",
                        verbose_name="item",
                    ),
                ),
                (
                    "shelf",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="inventory.shelf",
                        verbose_name="shelf",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "place of an item",
                "verbose_name_plural": "places of items",
                "default_permissions": ("add", "change", "delete", "view", "import"),
                "constraints": [models.UniqueConstraint(fields=("warehouse", "item"), name="one_shelf_an_item")],
            },
        ),
        migrations.CreateModel(
            name="HistoricalWarehouse_keepers",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("m2m_history_id", models.AutoField(primary_key=True, serialize=False)),
                (
                    "history",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        to="inventory.historicalwarehouse",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_tablespace="",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_tablespace="",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="inventory.warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "HistoricalWarehouse_keepers",
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="WriteOff",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.CharField(db_index=True, editable=False, max_length=32, null=True, verbose_name="number"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("approved", "Approved"),
                            ("posted", "Posted"),
                            ("reversed", "Reversed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("business_date", models.DateField(default=core.clock.today, verbose_name="business date")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("created_at", models.DateTimeField(default=core.clock.now, editable=False, verbose_name="created at")),
                ("revision", models.PositiveIntegerField(default=0, editable=False)),
                ("request_key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("expired", "expired"),
                            ("spoilt", "spoilt"),
                            ("broken", "broken"),
                            ("lost", "lost"),
                            ("disaster", "accident or disaster"),
                        ],
                        default="expired",
                        max_length=10,
                        verbose_name="cause",
                    ),
                ),
                ("explanation", models.CharField(max_length=200, verbose_name="what happened")),
                ("treatment", models.CharField(blank=True, max_length=200, verbose_name="treatment")),
                ("compensation", core.fields.MoneyField(default=0, verbose_name="compensation (yuan)")),
                (
                    "authority_reference",
                    models.CharField(
                        blank=True,
                        help_text="Number of the paper, where the amount needs one.",
                        max_length=60,
                        verbose_name="approval of the competent authority",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="prepared by",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.organization",
                        verbose_name="organization",
                    ),
                ),
                (
                    "responsible",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="responsible person",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "write-off",
                "verbose_name_plural": "write-offs",
                "ordering": ("-business_date", "-id"),
                "abstract": False,
                "default_permissions": (
                    "add",
                    "change",
                    "delete",
                    "view",
                    "submit",
                    "approve",
                    "post",
                    "reverse",
                    "cancel",
                ),
                "indexes": [models.Index(fields=["organization", "status", "-business_date"], name="writeoff_list")],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="writeoff_number_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "submitted", "approved", "posted", "reversed", "cancelled"])
                        ),
                        name="writeoff_status_valid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WriteOffLimit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField(verbose_name="valid from")),
                (
                    "amount",
                    core.fields.MoneyField(
                        blank=True,
                        help_text="Empty: no paper of the authority is needed.",
                        null=True,
                        verbose_name="from amount (yuan)",
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        help_text="The rule or decision this comes from.", max_length=200, verbose_name="basis"
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.organization",
                        verbose_name="organization",
                    ),
                ),
            ],
            options={
                "verbose_name": "limit of own write-offs",
                "verbose_name_plural": "limits of own write-offs",
                "ordering": ("organization", "-valid_from"),
                "default_permissions": ("add", "change", "view"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "valid_from"),
                        name="one_write_off_limit_a_day",
                        violation_error_message="There is a limit from this day already; change that one.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount", None), ("amount__gte", 0), _connector="OR"),
                        name="write_off_limit_amount",
                        violation_error_message="The amount cannot be negative.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WriteOffLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="line")),
                ("factor", core.fields.QuantityField(default=1, editable=False)),
                ("quantity", core.fields.QuantityField(verbose_name="quantity")),
                ("stock_quantity", core.fields.QuantityField(editable=False, verbose_name="quantity in stock units")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("unit_cost", core.fields.PriceField(editable=False, null=True, verbose_name="unit cost")),
                ("amount", core.fields.MoneyField(editable=False, null=True, verbose_name="amount")),
                ("salvage", core.fields.MoneyField(default=0, verbose_name="salvage value")),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="inventory.writeoff"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.item",
                        verbose_name="item",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.lot",
                        verbose_name="lot",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "write-off line",
                "verbose_name_plural": "write-off lines",
                "ordering": ("position", "id"),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="writeoffline_quantity_positive"
                    ),
                    models.CheckConstraint(condition=models.Q(("salvage__gte", 0)), name="salvage_not_negative"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CostLayer",
            fields=[
                (
                    "move",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="cost_layer",
                        serialize=False,
                        to="inventory.stockmove",
                    ),
                ),
                ("quantity", core.fields.QuantityField()),
                ("amount", core.fields.MoneyField()),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="inventory.item"
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="inventory.lot"
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="inventory.warehouse"
                    ),
                ),
            ],
            options={
                "verbose_name": "cost layer",
                "verbose_name_plural": "cost layers",
                "ordering": ("move",),
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("quantity__gt", 0)),
                        fields=["warehouse", "item", "move"],
                        name="layer_with_stock",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount__gte", 0), ("quantity__gt", 0)),
                            models.Q(("amount", 0), ("quantity", 0)),
                            _connector="OR",
                        ),
                        name="layer_zero_with_quantity",
                    )
                ],
            },
        ),
    ]
