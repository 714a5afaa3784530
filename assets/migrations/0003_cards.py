import datetime
import uuid

import django.db.models.deletion
import django.db.models.expressions
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import assets.models.cards
import core.clock
import core.fields


class Migration(migrations.Migration):
    dependencies = [
        ("assets", "0002_assetintake"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("directory", "0002_supplier_trust"),
    ]

    operations = [
        migrations.CreateModel(
            name="AssetAddition",
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
                    "way",
                    models.CharField(
                        choices=[
                            ("purchase", "bought"),
                            ("donation", "donated"),
                            ("transfer_in", "transferred in"),
                            ("construction", "built by ourselves"),
                            ("exchange", "exchanged"),
                            ("surplus", "surplus found"),
                            ("opening", "opening entry"),
                            ("other", "other way"),
                        ],
                        default="purchase",
                        max_length=12,
                        verbose_name="way of acquisition",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        blank=True,
                        help_text="The acceptance, gift letter or transfer paper.",
                        max_length=60,
                        verbose_name="made of",
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
            ],
            options={
                "verbose_name": "asset addition",
                "verbose_name_plural": "asset additions",
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
                    models.Index(fields=["organization", "status", "-business_date"], name="assetaddition_list")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="assetaddition_number_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "submitted", "approved", "posted", "reversed", "cancelled"])
                        ),
                        name="assetaddition_status_valid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AssetCategory",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(db_index=True, default="", editable=False, max_length=255)),
                (
                    "edition",
                    models.CharField(
                        choices=[("2022", "GB/T 14885-2022"), ("2010", "GB/T 14885-2010")],
                        default="2022",
                        max_length=4,
                        verbose_name="edition",
                    ),
                ),
                ("code", models.CharField(max_length=9, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "initials",
                    models.CharField(blank=True, db_index=True, max_length=60, verbose_name="pinyin initials"),
                ),
                (
                    "card_type",
                    models.CharField(
                        choices=[
                            ("land", "land"),
                            ("house", "house"),
                            ("structure", "structure"),
                            ("vehicle", "vehicle"),
                            ("equipment", "equipment"),
                            ("furniture", "furniture and utensils"),
                            ("relic", "relic or exhibit"),
                            ("book", "book or archive"),
                            ("living", "animal or plant"),
                            ("intangible", "intangible"),
                            ("other", "other"),
                        ],
                        default="equipment",
                        max_length=12,
                        verbose_name="kind of card",
                    ),
                ),
                ("unit", models.CharField(blank=True, max_length=20, verbose_name="unit")),
                ("evidence", models.CharField(blank=True, max_length=200, verbose_name="source")),
                ("active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="assets.assetcategory",
                        verbose_name="parent",
                    ),
                ),
            ],
            options={
                "verbose_name": "asset category",
                "verbose_name_plural": "asset categories",
                "ordering": ("edition", "code"),
                "default_permissions": ("add", "change", "view", "import"),
                "constraints": [models.UniqueConstraint(fields=("edition", "code"), name="asset_category_code_unique")],
            },
        ),
        migrations.CreateModel(
            name="AssetAdditionLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "card_type",
                    models.CharField(
                        choices=[
                            ("land", "land"),
                            ("house", "house"),
                            ("structure", "structure"),
                            ("vehicle", "vehicle"),
                            ("equipment", "equipment"),
                            ("furniture", "furniture and utensils"),
                            ("relic", "relic or exhibit"),
                            ("book", "book or archive"),
                            ("living", "animal or plant"),
                            ("intangible", "intangible"),
                            ("other", "other"),
                        ],
                        default="equipment",
                        max_length=12,
                        verbose_name="kind of card",
                    ),
                ),
                ("quantity", core.fields.QuantityField(default=1, verbose_name="quantity or area")),
                ("unit", models.CharField(default="台", max_length=20, verbose_name="unit")),
                ("brand", models.CharField(blank=True, max_length=60, verbose_name="brand")),
                ("specification", models.CharField(blank=True, max_length=120, verbose_name="specification and model")),
                ("manufacturer", models.CharField(blank=True, max_length=100, verbose_name="manufacturer")),
                (
                    "serial_number",
                    models.CharField(blank=True, db_index=True, max_length=60, verbose_name="serial number"),
                ),
                (
                    "old_number",
                    models.CharField(blank=True, db_index=True, max_length=60, verbose_name="number in the old system"),
                ),
                ("acquired_on", models.DateField(default=core.clock.today, verbose_name="acquired on")),
                ("in_use_on", models.DateField(blank=True, null=True, verbose_name="in use since")),
                (
                    "procurement_form",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("central", "government central purchase"),
                            ("departmental", "departmental central purchase"),
                            ("decentral", "decentralized purchase"),
                            ("other", "other"),
                        ],
                        max_length=12,
                        verbose_name="form of purchase",
                    ),
                ),
                ("budget_item", models.CharField(blank=True, max_length=60, verbose_name="budget item number")),
                ("contract_number", models.CharField(blank=True, max_length=60, verbose_name="contract number")),
                ("invoice_number", models.CharField(blank=True, max_length=60, verbose_name="invoice number")),
                ("warranty_until", models.DateField(blank=True, null=True, verbose_name="warranty until")),
                (
                    "use_purpose",
                    models.CharField(
                        choices=[
                            ("teaching", "teaching"),
                            ("research", "research"),
                            ("medical", "medical care"),
                            ("administration", "administration"),
                            ("logistics", "logistics"),
                            ("other", "other"),
                        ],
                        default="other",
                        max_length=16,
                        verbose_name="used for",
                    ),
                ),
                (
                    "value_type",
                    models.CharField(
                        choices=[
                            ("original", "original value"),
                            ("estimate", "estimated until settlement"),
                            ("appraised", "appraised value"),
                            ("replacement", "replacement value"),
                            ("nominal", "nominal amount"),
                        ],
                        default="original",
                        max_length=12,
                        verbose_name="kind of value",
                    ),
                ),
                ("original_value", core.fields.MoneyField(verbose_name="original value")),
                ("fiscal_fund", core.fields.MoneyField(default=0, verbose_name="of it fiscal funds")),
                ("nonfiscal_fund", core.fields.MoneyField(default=0, verbose_name="of it other funds")),
                (
                    "account",
                    models.CharField(
                        choices=[
                            ("1601", "1601 fixed assets"),
                            ("1701", "1701 intangible assets"),
                            ("1821", "1821 relics and cultural assets"),
                        ],
                        default="1601",
                        max_length=4,
                        verbose_name="account",
                    ),
                ),
                (
                    "life_months",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="useful life (months)"),
                ),
                ("situated_at", models.CharField(blank=True, max_length=200, verbose_name="situated at")),
                ("from_construction", models.BooleanField(default=False, verbose_name="from construction in progress")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("details", models.JSONField(blank=True, default=dict, verbose_name="fields of its kind")),
                ("position", models.PositiveIntegerField(default=1, verbose_name="line")),
                ("pieces", models.PositiveIntegerField(default=1, verbose_name="number of cards")),
                (
                    "card_number",
                    models.CharField(
                        blank=True,
                        help_text="Empty: the next number. Only for a single card.",
                        max_length=32,
                        verbose_name="asset number",
                    ),
                ),
                (
                    "opening_accumulated",
                    core.fields.MoneyField(default=0, verbose_name="accumulated depreciation so far"),
                ),
                (
                    "opening_months",
                    models.PositiveSmallIntegerField(default=0, verbose_name="months depreciated so far"),
                ),
                (
                    "custodian",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="custodian",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.department",
                        verbose_name="using department",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="assets.assetaddition"
                    ),
                ),
                (
                    "intake",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="addition_lines",
                        to="assets.assetintake",
                    ),
                ),
                (
                    "managing_department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.department",
                        verbose_name="managing department",
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
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assets.assetcategory",
                        verbose_name="asset category",
                    ),
                ),
                (
                    "old_category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assets.assetcategory",
                        verbose_name="class of 2010",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of an asset addition",
                "verbose_name_plural": "lines of asset additions",
                "ordering": ("position", "id"),
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("pieces__gt", 0)), name="addition_line_pieces"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("opening_accumulated__gte", 0), ("opening_accumulated__lte", models.F("original_value"))
                        ),
                        name="addition_line_accumulated",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Asset",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "card_type",
                    models.CharField(
                        choices=[
                            ("land", "land"),
                            ("house", "house"),
                            ("structure", "structure"),
                            ("vehicle", "vehicle"),
                            ("equipment", "equipment"),
                            ("furniture", "furniture and utensils"),
                            ("relic", "relic or exhibit"),
                            ("book", "book or archive"),
                            ("living", "animal or plant"),
                            ("intangible", "intangible"),
                            ("other", "other"),
                        ],
                        default="equipment",
                        max_length=12,
                        verbose_name="kind of card",
                    ),
                ),
                ("quantity", core.fields.QuantityField(default=1, verbose_name="quantity or area")),
                ("unit", models.CharField(default="台", max_length=20, verbose_name="unit")),
                ("brand", models.CharField(blank=True, max_length=60, verbose_name="brand")),
                ("specification", models.CharField(blank=True, max_length=120, verbose_name="specification and model")),
                ("manufacturer", models.CharField(blank=True, max_length=100, verbose_name="manufacturer")),
                (
                    "serial_number",
                    models.CharField(blank=True, db_index=True, max_length=60, verbose_name="serial number"),
                ),
                (
                    "old_number",
                    models.CharField(blank=True, db_index=True, max_length=60, verbose_name="number in the old system"),
                ),
                ("acquired_on", models.DateField(default=core.clock.today, verbose_name="acquired on")),
                ("in_use_on", models.DateField(blank=True, null=True, verbose_name="in use since")),
                (
                    "procurement_form",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("central", "government central purchase"),
                            ("departmental", "departmental central purchase"),
                            ("decentral", "decentralized purchase"),
                            ("other", "other"),
                        ],
                        max_length=12,
                        verbose_name="form of purchase",
                    ),
                ),
                ("budget_item", models.CharField(blank=True, max_length=60, verbose_name="budget item number")),
                ("contract_number", models.CharField(blank=True, max_length=60, verbose_name="contract number")),
                ("invoice_number", models.CharField(blank=True, max_length=60, verbose_name="invoice number")),
                ("warranty_until", models.DateField(blank=True, null=True, verbose_name="warranty until")),
                (
                    "use_purpose",
                    models.CharField(
                        choices=[
                            ("teaching", "teaching"),
                            ("research", "research"),
                            ("medical", "medical care"),
                            ("administration", "administration"),
                            ("logistics", "logistics"),
                            ("other", "other"),
                        ],
                        default="other",
                        max_length=16,
                        verbose_name="used for",
                    ),
                ),
                (
                    "value_type",
                    models.CharField(
                        choices=[
                            ("original", "original value"),
                            ("estimate", "estimated until settlement"),
                            ("appraised", "appraised value"),
                            ("replacement", "replacement value"),
                            ("nominal", "nominal amount"),
                        ],
                        default="original",
                        max_length=12,
                        verbose_name="kind of value",
                    ),
                ),
                ("original_value", core.fields.MoneyField(verbose_name="original value")),
                ("fiscal_fund", core.fields.MoneyField(default=0, verbose_name="of it fiscal funds")),
                ("nonfiscal_fund", core.fields.MoneyField(default=0, verbose_name="of it other funds")),
                (
                    "account",
                    models.CharField(
                        choices=[
                            ("1601", "1601 fixed assets"),
                            ("1701", "1701 intangible assets"),
                            ("1821", "1821 relics and cultural assets"),
                        ],
                        default="1601",
                        max_length=4,
                        verbose_name="account",
                    ),
                ),
                (
                    "life_months",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="useful life (months)"),
                ),
                ("situated_at", models.CharField(blank=True, max_length=200, verbose_name="situated at")),
                ("from_construction", models.BooleanField(default=False, verbose_name="from construction in progress")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("details", models.JSONField(blank=True, default=dict, verbose_name="fields of its kind")),
                ("number", models.CharField(max_length=32, verbose_name="asset number")),
                (
                    "token",
                    models.CharField(default=assets.models.cards.new_token, editable=False, max_length=32, unique=True),
                ),
                ("initials", models.CharField(blank=True, db_index=True, editable=False, max_length=60)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("in_stock", "in stock"),
                            ("in_use", "in use"),
                            ("idle", "idle"),
                            ("repair", "under repair"),
                            ("lent", "lent"),
                            ("let", "let"),
                            ("missing", "missing"),
                            ("disposed", "disposed of"),
                        ],
                        default="in_stock",
                        editable=False,
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "state_before",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("in_stock", "in stock"),
                            ("in_use", "in use"),
                            ("idle", "idle"),
                            ("repair", "under repair"),
                            ("lent", "lent"),
                            ("let", "let"),
                            ("missing", "missing"),
                            ("disposed", "disposed of"),
                        ],
                        editable=False,
                        max_length=10,
                    ),
                ),
                ("idle_since", models.DateField(editable=False, null=True, verbose_name="idle since")),
                (
                    "acquisition_way",
                    models.CharField(
                        choices=[
                            ("purchase", "bought"),
                            ("donation", "donated"),
                            ("transfer_in", "transferred in"),
                            ("construction", "built by ourselves"),
                            ("exchange", "exchanged"),
                            ("surplus", "surplus found"),
                            ("opening", "opening entry"),
                            ("other", "other way"),
                        ],
                        editable=False,
                        max_length=12,
                        verbose_name="way of acquisition",
                    ),
                ),
                (
                    "accumulated",
                    core.fields.MoneyField(default=0, editable=False, verbose_name="accumulated depreciation"),
                ),
                (
                    "monthly_charge",
                    core.fields.MoneyField(default=0, editable=False, verbose_name="monthly depreciation"),
                ),
                (
                    "months_left",
                    models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="months left"),
                ),
                (
                    "months_charged",
                    models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="months depreciated"),
                ),
                ("next_charge", models.PositiveIntegerField(editable=False, null=True)),
                ("booked_on", models.DateField(editable=False, null=True, verbose_name="booked on")),
                (
                    "voucher_number",
                    models.CharField(blank=True, editable=False, max_length=40, verbose_name="voucher number"),
                ),
                (
                    "disposal_way",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("scrap", "scrapped"),
                            ("loss", "written off as lost"),
                            ("sale", "sold"),
                            ("donation", "donated away"),
                            ("transfer_out", "transferred out"),
                            ("exchange", "exchanged away"),
                        ],
                        editable=False,
                        max_length=12,
                        verbose_name="way of disposal",
                    ),
                ),
                ("disposed_on", models.DateField(editable=False, null=True, verbose_name="disposed of on")),
                ("claimed_by", models.CharField(blank=True, editable=False, max_length=60)),
                ("label_printed_at", models.DateTimeField(editable=False, null=True, verbose_name="label printed at")),
                ("created_at", models.DateTimeField(default=core.clock.now, editable=False, verbose_name="created at")),
                ("revision", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "custodian",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="custodian",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.department",
                        verbose_name="using department",
                    ),
                ),
                (
                    "managing_department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.department",
                        verbose_name="managing department",
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
                    "parent",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="assets.asset",
                        verbose_name="split from",
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
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assets.assetcategory",
                        verbose_name="asset category",
                    ),
                ),
                (
                    "old_category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assets.assetcategory",
                        verbose_name="class of 2010",
                    ),
                ),
            ],
            options={
                "verbose_name": "asset card",
                "verbose_name_plural": "asset cards",
                "ordering": ("number",),
                "default_permissions": ("change", "view", "export", "book", "label"),
                "indexes": [
                    models.Index(fields=["organization", "next_charge"], name="asset_next_charge"),
                    models.Index(fields=["organization", "state"], name="asset_state"),
                    models.Index(fields=["department", "state"], name="asset_department"),
                    models.Index(fields=["user"], name="asset_user"),
                    models.Index(fields=["place"], name="asset_place"),
                    models.Index(fields=["category"], name="asset_category"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="asset_number_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "original_value",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("fiscal_fund"), "+", models.F("nonfiscal_fund")
                                ),
                            )
                        ),
                        name="asset_funds_add_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("accumulated__gte", 0), ("accumulated__lte", models.F("original_value"))),
                        name="asset_accumulated_within_value",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AssetComponent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("specification", models.CharField(blank=True, max_length=120, verbose_name="specification and model")),
                ("serial_number", models.CharField(blank=True, max_length=60, verbose_name="serial number")),
                ("quantity", core.fields.QuantityField(default=1, verbose_name="quantity")),
                ("unit", models.CharField(default="个", max_length=20, verbose_name="unit")),
                ("value", core.fields.MoneyField(blank=True, null=True, verbose_name="value")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                (
                    "asset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="components", to="assets.asset"
                    ),
                ),
            ],
            options={
                "verbose_name": "accessory",
                "verbose_name_plural": "accessories",
                "ordering": ("id",),
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="component_quantity_positive")
                ],
            },
        ),
        migrations.CreateModel(
            name="AssetCount",
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
                            ("yearly", "yearly full count"),
                            ("partial", "partial count"),
                            ("special", "special count"),
                            ("class", "monthly check of class property"),
                        ],
                        default="partial",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "sample_size",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Empty: all of them.",
                        null=True,
                        verbose_name="random sample of so many cards",
                    ),
                ),
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
                ("as_of", models.DateTimeField(editable=False, null=True, verbose_name="as of")),
                ("finished_at", models.DateTimeField(editable=False, null=True, verbose_name="finished at")),
                ("published_at", models.DateTimeField(editable=False, null=True, verbose_name="published at")),
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
                    "scope_category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assets.assetcategory",
                        verbose_name="only this class and those under it",
                    ),
                ),
                (
                    "scope_department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.department",
                        verbose_name="only this department and those under it",
                    ),
                ),
                (
                    "scope_place",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.place",
                        verbose_name="only this place and those in it",
                    ),
                ),
                (
                    "supervisor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="supervisor",
                    ),
                ),
            ],
            options={
                "verbose_name": "asset count",
                "verbose_name_plural": "asset counts",
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
                "indexes": [models.Index(fields=["organization", "status", "-business_date"], name="assetcount_list")],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="assetcount_number_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "submitted", "approved", "posted", "reversed", "cancelled"])
                        ),
                        name="assetcount_status_valid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AssetCountLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "book_state",
                    models.CharField(
                        choices=[
                            ("in_stock", "in stock"),
                            ("in_use", "in use"),
                            ("idle", "idle"),
                            ("repair", "under repair"),
                            ("lent", "lent"),
                            ("let", "let"),
                            ("missing", "missing"),
                            ("disposed", "disposed of"),
                        ],
                        max_length=10,
                    ),
                ),
                ("book_value", core.fields.MoneyField(default=0, verbose_name="book value")),
                (
                    "condition",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("good", "in order"),
                            ("damaged", "damaged"),
                            ("unusable", "beyond repair"),
                            ("idle", "not used"),
                        ],
                        max_length=10,
                        verbose_name="condition",
                    ),
                ),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "not counted"),
                            ("match", "agrees"),
                            ("misplaced", "other place or user"),
                            ("missing", "missing"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="result",
                    ),
                ),
                ("counted_at", models.DateTimeField(null=True, verbose_name="counted at")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("cause", models.CharField(blank=True, max_length=200, verbose_name="cause")),
                ("treatment", models.CharField(blank=True, max_length=200, verbose_name="proposed treatment")),
                (
                    "asset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="count_lines",
                        to="assets.asset",
                        verbose_name="asset card",
                    ),
                ),
                (
                    "book_custodian",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "book_department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.department"
                    ),
                ),
                (
                    "book_place",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.place"
                    ),
                ),
                (
                    "book_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="assets.assetcount"
                    ),
                ),
                (
                    "found_department",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.department",
                    ),
                ),
                (
                    "found_place",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.place"
                    ),
                ),
                (
                    "found_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                        verbose_name="responsible",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of an asset count",
                "verbose_name_plural": "lines of asset counts",
                "ordering": ("id",),
                "default_permissions": (),
                "indexes": [models.Index(fields=["asset", "result"], name="asset_count_line")],
                "constraints": [models.UniqueConstraint(fields=("document", "asset"), name="asset_counted_once")],
            },
        ),
        migrations.CreateModel(
            name="AssetCountEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("client_id", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("present", models.BooleanField(verbose_name="found")),
                (
                    "condition",
                    models.CharField(
                        choices=[
                            ("good", "in order"),
                            ("damaged", "damaged"),
                            ("unusable", "beyond repair"),
                            ("idle", "not used"),
                        ],
                        default="good",
                        max_length=10,
                        verbose_name="condition",
                    ),
                ),
                ("scanned", models.BooleanField(default=False, verbose_name="label scanned")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("counted_at", models.DateTimeField(verbose_name="counted at")),
                ("received_at", models.DateTimeField(default=core.clock.now, verbose_name="received at")),
                ("clock_difference", models.IntegerField(default=0, verbose_name="clock difference (s)")),
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
                    "department",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.department",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.place"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="entries", to="assets.assetcountline"
                    ),
                ),
            ],
            options={
                "verbose_name": "asset count entry",
                "verbose_name_plural": "asset count entries",
                "ordering": ("id",),
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="AssetLife",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("content", models.CharField(blank=True, max_length=60, verbose_name="what of it")),
                ("minimum_months", models.PositiveSmallIntegerField(verbose_name="at least (months)")),
                (
                    "maximum_months",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="at most (months)"),
                ),
                ("valid_from", models.DateField(default=datetime.date(2017, 1, 1), verbose_name="valid from")),
                (
                    "basis",
                    models.CharField(
                        help_text="The rule or decision this comes from.", max_length=200, verbose_name="basis"
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lives",
                        to="assets.assetcategory",
                        verbose_name="asset category",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: all organizations that have no row of their own for the class.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.organization",
                        verbose_name="organization",
                    ),
                ),
            ],
            options={
                "verbose_name": "useful life of a class",
                "verbose_name_plural": "useful lives of classes",
                "ordering": ("category", "content", "-valid_from"),
                "default_permissions": ("add", "change", "view"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "category", "content", "valid_from"), name="one_life_of_a_house_a_day"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("organization", None)),
                        fields=("category", "content", "valid_from"),
                        name="one_shipped_life_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("minimum_months__gt", 0),
                            models.Q(
                                ("maximum_months", None),
                                ("maximum_months__gte", models.F("minimum_months")),
                                _connector="OR",
                            ),
                        ),
                        name="life_months",
                        violation_error_message="The least number of months is above zero and not above the most.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AssetMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("business_date", models.DateField(verbose_name="business date")),
                ("posted_at", models.DateTimeField(default=core.clock.now, verbose_name="posted at")),
                ("object_id", models.PositiveBigIntegerField()),
                ("number", models.CharField(max_length=32, verbose_name="document number")),
                (
                    "from_state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("in_stock", "in stock"),
                            ("in_use", "in use"),
                            ("idle", "idle"),
                            ("repair", "under repair"),
                            ("lent", "lent"),
                            ("let", "let"),
                            ("missing", "missing"),
                            ("disposed", "disposed of"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "to_state",
                    models.CharField(
                        choices=[
                            ("in_stock", "in stock"),
                            ("in_use", "in use"),
                            ("idle", "idle"),
                            ("repair", "under repair"),
                            ("lent", "lent"),
                            ("let", "let"),
                            ("missing", "missing"),
                            ("disposed", "disposed of"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "asset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves",
                        to="assets.asset",
                        verbose_name="asset card",
                    ),
                ),
                (
                    "content_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="contenttypes.contenttype"
                    ),
                ),
                (
                    "from_custodian",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "from_department",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.department",
                    ),
                ),
                (
                    "from_place",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.place"
                    ),
                ),
                (
                    "from_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                        to="assets.assetmove",
                    ),
                ),
                (
                    "to_custodian",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "to_department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.department"
                    ),
                ),
                (
                    "to_place",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.place"
                    ),
                ),
                (
                    "to_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "custody entry",
                "verbose_name_plural": "custody entries",
                "ordering": ("id",),
                "default_permissions": ("view",),
                "indexes": [
                    models.Index(fields=["asset", "business_date", "id"], name="asset_move_day"),
                    models.Index(fields=["content_type", "object_id"], name="asset_move_document"),
                    models.Index(fields=["organization", "business_date"], name="asset_move_org_day"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("reverses", None)),
                        fields=("content_type", "object_id", "asset"),
                        name="asset_moved_once_a_paper",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AssetSurplus",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("client_id", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("specification", models.CharField(blank=True, max_length=120, verbose_name="specification and model")),
                ("quantity", core.fields.QuantityField(default=1, verbose_name="quantity")),
                ("value", core.fields.MoneyField(blank=True, null=True, verbose_name="estimated value")),
                (
                    "condition",
                    models.CharField(
                        choices=[
                            ("good", "in order"),
                            ("damaged", "damaged"),
                            ("unusable", "beyond repair"),
                            ("idle", "not used"),
                        ],
                        default="good",
                        max_length=10,
                        verbose_name="condition",
                    ),
                ),
                ("cause", models.CharField(blank=True, max_length=200, verbose_name="cause")),
                ("treatment", models.CharField(blank=True, max_length=200, verbose_name="proposed treatment")),
                ("found_at", models.DateTimeField(default=core.clock.now, verbose_name="found at")),
                (
                    "addition",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assets.assetaddition",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.department"
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="surpluses", to="assets.assetcount"
                    ),
                ),
                (
                    "found_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="found by",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.place"
                    ),
                ),
            ],
            options={
                "verbose_name": "thing without a card",
                "verbose_name_plural": "things without cards",
                "ordering": ("id",),
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="surplus_quantity_positive")
                ],
            },
        ),
        migrations.CreateModel(
            name="AssetValueMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("business_date", models.DateField(verbose_name="business date")),
                ("posted_at", models.DateTimeField(default=core.clock.now, verbose_name="posted at")),
                ("object_id", models.PositiveBigIntegerField()),
                ("number", models.CharField(max_length=32, verbose_name="document number")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("addition", "addition"),
                            ("increase", "increase of value"),
                            ("decrease", "decrease of value"),
                            ("depreciation", "depreciation"),
                            ("split", "split or merge"),
                            ("removal", "removal"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("cost", core.fields.MoneyField(default=0, verbose_name="original value")),
                ("accumulated", core.fields.MoneyField(default=0, verbose_name="accumulated depreciation")),
                ("months", models.SmallIntegerField(default=0, verbose_name="months")),
                ("account", models.CharField(max_length=4, verbose_name="account")),
                ("expense_account", models.CharField(blank=True, max_length=4, verbose_name="expense account")),
                (
                    "asset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="value_moves",
                        to="assets.asset",
                        verbose_name="asset card",
                    ),
                ),
                (
                    "content_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="contenttypes.contenttype"
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.department"
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
                        to="assets.assetvaluemove",
                    ),
                ),
            ],
            options={
                "verbose_name": "value entry",
                "verbose_name_plural": "value entries",
                "ordering": ("id",),
                "default_permissions": ("view",),
                "indexes": [
                    models.Index(fields=["asset", "business_date", "id"], name="asset_value_day"),
                    models.Index(fields=["content_type", "object_id"], name="asset_value_document"),
                    models.Index(fields=["organization", "business_date", "kind"], name="asset_value_org_day"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("reverses", None)),
                        fields=("content_type", "object_id", "asset"),
                        name="asset_valued_once_a_paper",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("accumulated", 0), ("cost", 0), ("months", 0), _negated=True),
                        name="value_entry_says_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CardSplit",
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
                        choices=[("split", "split"), ("merge", "merge")],
                        default="split",
                        max_length=6,
                        verbose_name="kind",
                    ),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                (
                    "asset",
                    models.ForeignKey(
                        help_text="The card that is split, or the one that the others join.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="splits",
                        to="assets.asset",
                        verbose_name="asset card",
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
            ],
            options={
                "verbose_name": "split or merge of cards",
                "verbose_name_plural": "splits and merges of cards",
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
                "indexes": [models.Index(fields=["organization", "status", "-business_date"], name="cardsplit_list")],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="cardsplit_number_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "submitted", "approved", "posted", "reversed", "cancelled"])
                        ),
                        name="cardsplit_status_valid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CardSplitLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="line")),
                ("name", models.CharField(blank=True, max_length=100, verbose_name="name")),
                ("quantity", core.fields.QuantityField(default=1, verbose_name="quantity")),
                ("original_value", core.fields.MoneyField(default=0, verbose_name="original value")),
                ("fiscal_fund", core.fields.MoneyField(default=0, verbose_name="of it fiscal funds")),
                ("accumulated", core.fields.MoneyField(default=0, verbose_name="accumulated depreciation")),
                (
                    "asset",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="split_lines",
                        to="assets.asset",
                        verbose_name="asset card",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="assets.cardsplit"
                    ),
                ),
            ],
            options={
                "verbose_name": "line of a split or merge",
                "verbose_name_plural": "lines of splits and merges",
                "ordering": ("position", "id"),
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("quantity__gt", 0),
                            ("accumulated__gte", 0),
                            ("accumulated__lte", models.F("original_value")),
                            ("fiscal_fund__gte", 0),
                            ("fiscal_fund__lte", models.F("original_value")),
                        ),
                        name="split_line_values",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CategoryMapping",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("basis", models.CharField(blank=True, max_length=200, verbose_name="basis")),
                (
                    "new",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="older",
                        to="assets.assetcategory",
                        verbose_name="class of 2022",
                    ),
                ),
                (
                    "old",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="newer",
                        to="assets.assetcategory",
                        verbose_name="class of 2010",
                    ),
                ),
            ],
            options={
                "verbose_name": "mapping of classes",
                "verbose_name_plural": "mappings of classes",
                "ordering": ("old", "new"),
                "default_permissions": ("add", "change", "view", "import", "delete"),
                "constraints": [models.UniqueConstraint(fields=("old", "new"), name="category_mapping_once")],
            },
        ),
        migrations.CreateModel(
            name="CompensationCase",
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
                    "thing",
                    models.CharField(
                        blank=True,
                        help_text="When the thing has no asset card.",
                        max_length=100,
                        verbose_name="thing without a card",
                    ),
                ),
                ("happened_on", models.DateField(default=core.clock.today, verbose_name="happened on")),
                ("damage", models.CharField(max_length=300, verbose_name="what happened")),
                ("finding", models.CharField(blank=True, max_length=500, verbose_name="finding")),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("intent", "deliberate damage"),
                            ("negligence", "negligence"),
                            ("wear", "normal wear"),
                            ("force", "force majeure"),
                        ],
                        default="negligence",
                        max_length=12,
                        verbose_name="cause",
                    ),
                ),
                (
                    "responsible_name",
                    models.CharField(
                        blank=True,
                        help_text="A pupil, visitor or firm.",
                        max_length=60,
                        verbose_name="responsible person outside the house",
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("net", "net value"),
                            ("replacement", "price of a replacement"),
                            ("repair", "cost of the repair"),
                        ],
                        default="net",
                        max_length=12,
                        verbose_name="measured by",
                    ),
                ),
                ("base_value", core.fields.MoneyField(default=0, verbose_name="value (yuan)")),
                ("multiplier", core.fields.ScaledDecimalField(default=1, places=2, verbose_name="multiplier")),
                (
                    "multiplier_reason",
                    models.CharField(blank=True, max_length=200, verbose_name="why another multiplier"),
                ),
                ("amount", core.fields.MoneyField(default=0, editable=False, verbose_name="to be paid (yuan)")),
                ("paid", core.fields.MoneyField(default=0, editable=False, verbose_name="paid (yuan)")),
                ("instalments", models.PositiveSmallIntegerField(default=1, verbose_name="number of instalments")),
                (
                    "replaced",
                    models.CharField(
                        blank=True,
                        help_text="A thing of the same kind, or an issue of the store.",
                        max_length=100,
                        verbose_name="replaced by",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        blank=True,
                        help_text="The count, repair or report that this comes from.",
                        max_length=60,
                        verbose_name="made of",
                    ),
                ),
                (
                    "asset",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="assets.asset",
                        verbose_name="asset card",
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
            ],
            options={
                "verbose_name": "compensation case",
                "verbose_name_plural": "compensation cases",
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
                    models.Index(fields=["organization", "status", "-business_date"], name="compensationcase_list")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="compensationcase_number_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "submitted", "approved", "posted", "reversed", "cancelled"])
                        ),
                        name="compensationcase_status_valid",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("base_value__gte", 0), ("multiplier__gte", 0)),
                        name="compensation_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("paid__gte", 0), ("paid__lte", models.F("amount"))),
                        name="compensation_not_overpaid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CompensationPayment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount", core.fields.MoneyField(verbose_name="amount")),
                ("paid_on", models.DateField(default=core.clock.today, verbose_name="paid on")),
                ("receipt_number", models.CharField(max_length=40, verbose_name="receipt number")),
                ("received_at", models.DateTimeField(default=core.clock.now, verbose_name="received at")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="assets.compensationcase",
                    ),
                ),
                (
                    "received_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="received by",
                    ),
                ),
                (
                    "reverses",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversal",
                        to="assets.compensationpayment",
                    ),
                ),
            ],
            options={
                "verbose_name": "compensation payment",
                "verbose_name_plural": "compensation payments",
                "ordering": ("id",),
                "default_permissions": ("add", "view"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount", 0), _negated=True), name="compensation_payment_says_something"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CustodyChange",
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
                            ("issue", "issue to a user"),
                            ("return", "return to the pool"),
                            ("transfer", "transfer between departments"),
                            ("user", "change of user"),
                            ("loan", "loan"),
                            ("loan_return", "return of a loan"),
                        ],
                        default="transfer",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "borrower",
                    models.CharField(
                        blank=True,
                        help_text="Empty when a department of the house borrows.",
                        max_length=100,
                        verbose_name="borrower outside the house",
                    ),
                ),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="to be returned by")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                ("settled", models.BooleanField(default=False, editable=False, verbose_name="returned")),
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
                    "loan",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returns",
                        to="assets.custodychange",
                        verbose_name="loan",
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
                    "to_custodian",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="new custodian",
                    ),
                ),
                (
                    "to_department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.department",
                        verbose_name="receiving department",
                    ),
                ),
                (
                    "to_place",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.place",
                        verbose_name="new place",
                    ),
                ),
                (
                    "to_user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="new user",
                    ),
                ),
            ],
            options={
                "verbose_name": "asset hand-over",
                "verbose_name_plural": "asset hand-overs",
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
                    models.Index(fields=["organization", "status", "-business_date"], name="custodychange_list")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="custodychange_number_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "submitted", "approved", "posted", "reversed", "cancelled"])
                        ),
                        name="custodychange_status_valid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CustodyLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="line")),
                ("condition", models.CharField(blank=True, max_length=100, verbose_name="condition")),
                ("returned", models.BooleanField(default=False, editable=False, verbose_name="returned")),
                (
                    "asset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="custody_lines",
                        to="assets.asset",
                        verbose_name="asset card",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="assets.custodychange"
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: the place on the head of the paper.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.place",
                        verbose_name="new place",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of an asset hand-over",
                "verbose_name_plural": "lines of asset hand-overs",
                "ordering": ("position", "id"),
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("document", "asset"),
                        name="asset_once_a_hand_over",
                        violation_error_message="This thing is on the paper already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DepreciationRun",
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
                ("amount", core.fields.MoneyField(default=0, editable=False, verbose_name="depreciation")),
                ("asset_count", models.PositiveIntegerField(default=0, editable=False, verbose_name="number of cards")),
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
            ],
            options={
                "verbose_name": "depreciation run",
                "verbose_name_plural": "depreciation runs",
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
                    models.Index(fields=["organization", "status", "-business_date"], name="depreciationrun_list")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="depreciationrun_number_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "submitted", "approved", "posted", "reversed", "cancelled"])
                        ),
                        name="depreciationrun_status_valid",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ("cancelled", "reversed")), _negated=True),
                        fields=("organization", "year", "month"),
                        name="one_depreciation_run_a_month",
                        violation_error_message="There is a run of this month already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("month__gte", 1), ("month__lte", 12)), name="depreciation_run_month"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Disposal",
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
                    "way",
                    models.CharField(
                        choices=[
                            ("scrap", "scrapped"),
                            ("loss", "written off as lost"),
                            ("sale", "sold"),
                            ("donation", "donated away"),
                            ("transfer_out", "transferred out"),
                            ("exchange", "exchanged away"),
                        ],
                        default="scrap",
                        max_length=12,
                        verbose_name="way of disposal",
                    ),
                ),
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                (
                    "technical_appraisal",
                    models.CharField(
                        blank=True,
                        help_text="Who looked at it, and what he found.",
                        max_length=500,
                        verbose_name="technical appraisal",
                    ),
                ),
                (
                    "valuation_number",
                    models.CharField(
                        blank=True,
                        help_text="For a sale or an exchange.",
                        max_length=60,
                        verbose_name="number of the valuation report",
                    ),
                ),
                ("receiver", models.CharField(blank=True, max_length=100, verbose_name="receiver")),
                ("approval_number", models.CharField(blank=True, max_length=60, verbose_name="number of the decision")),
                ("approved_on", models.DateField(blank=True, null=True, verbose_name="date of the decision")),
                ("approved_outside", models.CharField(blank=True, max_length=100, verbose_name="decided by (outside)")),
                (
                    "small_batches_reason",
                    models.CharField(
                        blank=True,
                        help_text="Asked for when the batches of the last days together cross a limit.",
                        max_length=200,
                        verbose_name="why in several batches",
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
            ],
            options={
                "verbose_name": "asset disposal",
                "verbose_name_plural": "asset disposals",
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
                "indexes": [models.Index(fields=["organization", "status", "-business_date"], name="disposal_list")],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="disposal_number_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "submitted", "approved", "posted", "reversed", "cancelled"])
                        ),
                        name="disposal_status_valid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DisposalLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="line")),
                ("original_value", core.fields.MoneyField(default=0, editable=False, verbose_name="original value")),
                (
                    "accumulated",
                    core.fields.MoneyField(default=0, editable=False, verbose_name="accumulated depreciation"),
                ),
                ("proceeds", core.fields.MoneyField(default=0, verbose_name="proceeds (yuan)")),
                ("costs", core.fields.MoneyField(default=0, verbose_name="costs (yuan)")),
                ("finding", models.CharField(blank=True, max_length=200, verbose_name="finding")),
                (
                    "asset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disposal_lines",
                        to="assets.asset",
                        verbose_name="asset card",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="assets.disposal"
                    ),
                ),
            ],
            options={
                "verbose_name": "line of a disposal",
                "verbose_name_plural": "lines of disposals",
                "ordering": ("position", "id"),
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("document", "asset"),
                        name="asset_once_a_disposal",
                        violation_error_message="This thing is on the paper already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("proceeds__gte", 0), ("costs__gte", 0)), name="asset_disposal_money"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalAsset",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "card_type",
                    models.CharField(
                        choices=[
                            ("land", "land"),
                            ("house", "house"),
                            ("structure", "structure"),
                            ("vehicle", "vehicle"),
                            ("equipment", "equipment"),
                            ("furniture", "furniture and utensils"),
                            ("relic", "relic or exhibit"),
                            ("book", "book or archive"),
                            ("living", "animal or plant"),
                            ("intangible", "intangible"),
                            ("other", "other"),
                        ],
                        default="equipment",
                        max_length=12,
                        verbose_name="kind of card",
                    ),
                ),
                ("quantity", core.fields.QuantityField(default=1, verbose_name="quantity or area")),
                ("unit", models.CharField(default="台", max_length=20, verbose_name="unit")),
                ("brand", models.CharField(blank=True, max_length=60, verbose_name="brand")),
                ("specification", models.CharField(blank=True, max_length=120, verbose_name="specification and model")),
                ("manufacturer", models.CharField(blank=True, max_length=100, verbose_name="manufacturer")),
                (
                    "serial_number",
                    models.CharField(blank=True, db_index=True, max_length=60, verbose_name="serial number"),
                ),
                (
                    "old_number",
                    models.CharField(blank=True, db_index=True, max_length=60, verbose_name="number in the old system"),
                ),
                ("acquired_on", models.DateField(default=core.clock.today, verbose_name="acquired on")),
                ("in_use_on", models.DateField(blank=True, null=True, verbose_name="in use since")),
                (
                    "procurement_form",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("central", "government central purchase"),
                            ("departmental", "departmental central purchase"),
                            ("decentral", "decentralized purchase"),
                            ("other", "other"),
                        ],
                        max_length=12,
                        verbose_name="form of purchase",
                    ),
                ),
                ("budget_item", models.CharField(blank=True, max_length=60, verbose_name="budget item number")),
                ("contract_number", models.CharField(blank=True, max_length=60, verbose_name="contract number")),
                ("invoice_number", models.CharField(blank=True, max_length=60, verbose_name="invoice number")),
                ("warranty_until", models.DateField(blank=True, null=True, verbose_name="warranty until")),
                (
                    "use_purpose",
                    models.CharField(
                        choices=[
                            ("teaching", "teaching"),
                            ("research", "research"),
                            ("medical", "medical care"),
                            ("administration", "administration"),
                            ("logistics", "logistics"),
                            ("other", "other"),
                        ],
                        default="other",
                        max_length=16,
                        verbose_name="used for",
                    ),
                ),
                (
                    "value_type",
                    models.CharField(
                        choices=[
                            ("original", "original value"),
                            ("estimate", "estimated until settlement"),
                            ("appraised", "appraised value"),
                            ("replacement", "replacement value"),
                            ("nominal", "nominal amount"),
                        ],
                        default="original",
                        max_length=12,
                        verbose_name="kind of value",
                    ),
                ),
                ("original_value", core.fields.MoneyField(verbose_name="original value")),
                ("fiscal_fund", core.fields.MoneyField(default=0, verbose_name="of it fiscal funds")),
                ("nonfiscal_fund", core.fields.MoneyField(default=0, verbose_name="of it other funds")),
                (
                    "account",
                    models.CharField(
                        choices=[
                            ("1601", "1601 fixed assets"),
                            ("1701", "1701 intangible assets"),
                            ("1821", "1821 relics and cultural assets"),
                        ],
                        default="1601",
                        max_length=4,
                        verbose_name="account",
                    ),
                ),
                (
                    "life_months",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="useful life (months)"),
                ),
                ("situated_at", models.CharField(blank=True, max_length=200, verbose_name="situated at")),
                ("from_construction", models.BooleanField(default=False, verbose_name="from construction in progress")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("details", models.JSONField(blank=True, default=dict, verbose_name="fields of its kind")),
                ("number", models.CharField(max_length=32, verbose_name="asset number")),
                ("initials", models.CharField(blank=True, db_index=True, editable=False, max_length=60)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("in_stock", "in stock"),
                            ("in_use", "in use"),
                            ("idle", "idle"),
                            ("repair", "under repair"),
                            ("lent", "lent"),
                            ("let", "let"),
                            ("missing", "missing"),
                            ("disposed", "disposed of"),
                        ],
                        default="in_stock",
                        editable=False,
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "state_before",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("in_stock", "in stock"),
                            ("in_use", "in use"),
                            ("idle", "idle"),
                            ("repair", "under repair"),
                            ("lent", "lent"),
                            ("let", "let"),
                            ("missing", "missing"),
                            ("disposed", "disposed of"),
                        ],
                        editable=False,
                        max_length=10,
                    ),
                ),
                ("idle_since", models.DateField(editable=False, null=True, verbose_name="idle since")),
                (
                    "acquisition_way",
                    models.CharField(
                        choices=[
                            ("purchase", "bought"),
                            ("donation", "donated"),
                            ("transfer_in", "transferred in"),
                            ("construction", "built by ourselves"),
                            ("exchange", "exchanged"),
                            ("surplus", "surplus found"),
                            ("opening", "opening entry"),
                            ("other", "other way"),
                        ],
                        editable=False,
                        max_length=12,
                        verbose_name="way of acquisition",
                    ),
                ),
                (
                    "monthly_charge",
                    core.fields.MoneyField(default=0, editable=False, verbose_name="monthly depreciation"),
                ),
                ("booked_on", models.DateField(editable=False, null=True, verbose_name="booked on")),
                (
                    "voucher_number",
                    models.CharField(blank=True, editable=False, max_length=40, verbose_name="voucher number"),
                ),
                (
                    "disposal_way",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("scrap", "scrapped"),
                            ("loss", "written off as lost"),
                            ("sale", "sold"),
                            ("donation", "donated away"),
                            ("transfer_out", "transferred out"),
                            ("exchange", "exchanged away"),
                        ],
                        editable=False,
                        max_length=12,
                        verbose_name="way of disposal",
                    ),
                ),
                ("disposed_on", models.DateField(editable=False, null=True, verbose_name="disposed of on")),
                ("label_printed_at", models.DateTimeField(editable=False, null=True, verbose_name="label printed at")),
                ("created_at", models.DateTimeField(default=core.clock.now, editable=False, verbose_name="created at")),
                ("revision", models.PositiveIntegerField(default=0, editable=False)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="assets.assetcategory",
                        verbose_name="asset category",
                    ),
                ),
                (
                    "custodian",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="custodian",
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
                        verbose_name="using department",
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
                    "managing_department",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="directory.department",
                        verbose_name="managing department",
                    ),
                ),
                (
                    "old_category",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="assets.assetcategory",
                        verbose_name="class of 2010",
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
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="assets.asset",
                        verbose_name="split from",
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
                (
                    "supplier",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="directory.supplier",
                        verbose_name="supplier",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical asset card",
                "verbose_name_plural": "historical asset cards",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalAssetCategory",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "edition",
                    models.CharField(
                        choices=[("2022", "GB/T 14885-2022"), ("2010", "GB/T 14885-2010")],
                        default="2022",
                        max_length=4,
                        verbose_name="edition",
                    ),
                ),
                ("code", models.CharField(max_length=9, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "initials",
                    models.CharField(blank=True, db_index=True, max_length=60, verbose_name="pinyin initials"),
                ),
                (
                    "card_type",
                    models.CharField(
                        choices=[
                            ("land", "land"),
                            ("house", "house"),
                            ("structure", "structure"),
                            ("vehicle", "vehicle"),
                            ("equipment", "equipment"),
                            ("furniture", "furniture and utensils"),
                            ("relic", "relic or exhibit"),
                            ("book", "book or archive"),
                            ("living", "animal or plant"),
                            ("intangible", "intangible"),
                            ("other", "other"),
                        ],
                        default="equipment",
                        max_length=12,
                        verbose_name="kind of card",
                    ),
                ),
                ("unit", models.CharField(blank=True, max_length=20, verbose_name="unit")),
                ("evidence", models.CharField(blank=True, max_length=200, verbose_name="source")),
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
                        to="assets.assetcategory",
                        verbose_name="parent",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical asset category",
                "verbose_name_plural": "historical asset categories",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalAssetLife",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("content", models.CharField(blank=True, max_length=60, verbose_name="what of it")),
                ("minimum_months", models.PositiveSmallIntegerField(verbose_name="at least (months)")),
                (
                    "maximum_months",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="at most (months)"),
                ),
                ("valid_from", models.DateField(default=datetime.date(2017, 1, 1), verbose_name="valid from")),
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
                    "category",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="assets.assetcategory",
                        verbose_name="asset category",
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
                        help_text="Empty: all organizations that have no row of their own for the class.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="directory.organization",
                        verbose_name="organization",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical useful life of a class",
                "verbose_name_plural": "historical useful lives of classes",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalCategoryMapping",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("basis", models.CharField(blank=True, max_length=200, verbose_name="basis")),
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
                    "new",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="assets.assetcategory",
                        verbose_name="class of 2022",
                    ),
                ),
                (
                    "old",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="assets.assetcategory",
                        verbose_name="class of 2010",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical mapping of classes",
                "verbose_name_plural": "historical mappings of classes",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="JournalProposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("object_id", models.PositiveBigIntegerField()),
                ("number", models.CharField(max_length=32, verbose_name="document number")),
                ("position", models.PositiveSmallIntegerField(default=1)),
                ("business_date", models.DateField(verbose_name="business date")),
                ("summary", models.CharField(max_length=200, verbose_name="summary")),
                ("debit_account", models.CharField(max_length=10, verbose_name="debit")),
                ("credit_account", models.CharField(max_length=10, verbose_name="credit")),
                ("amount", core.fields.MoneyField(verbose_name="amount")),
                ("voucher_number", models.CharField(blank=True, max_length=40, verbose_name="voucher number")),
                ("taken_at", models.DateTimeField(null=True, verbose_name="taken over at")),
                ("created_at", models.DateTimeField(default=core.clock.now, verbose_name="created at")),
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
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.organization"
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="taken over by",
                    ),
                ),
            ],
            options={
                "verbose_name": "journal proposal",
                "verbose_name_plural": "journal proposals",
                "ordering": ("id",),
                "default_permissions": ("view", "export", "take"),
                "indexes": [models.Index(fields=["organization", "business_date"], name="journal_day")],
                "constraints": [
                    models.UniqueConstraint(fields=("content_type", "object_id", "position"), name="journal_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount", 0), _negated=True),
                            models.Q(("debit_account", models.F("credit_account")), _negated=True),
                        ),
                        name="journal_line_says_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ValueChange",
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
                            ("enlargement", "enlargement or improvement"),
                            ("removal", "partial removal"),
                            ("settlement", "estimate settled"),
                            ("revaluation", "revaluation by decision"),
                            ("life", "change of useful life"),
                            ("category", "change of class"),
                        ],
                        default="enlargement",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                (
                    "decision_number",
                    models.CharField(
                        blank=True,
                        help_text="The paper that allows the change.",
                        max_length=60,
                        verbose_name="number of the decision",
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
            ],
            options={
                "verbose_name": "change of asset value",
                "verbose_name_plural": "changes of asset value",
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
                "indexes": [models.Index(fields=["organization", "status", "-business_date"], name="valuechange_list")],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="valuechange_number_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "submitted", "approved", "posted", "reversed", "cancelled"])
                        ),
                        name="valuechange_status_valid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ValueChangeLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="line")),
                ("fiscal_change", core.fields.MoneyField(default=0, verbose_name="change of fiscal funds")),
                ("nonfiscal_change", core.fields.MoneyField(default=0, verbose_name="change of other funds")),
                (
                    "accumulated_change",
                    core.fields.MoneyField(default=0, verbose_name="change of accumulated depreciation"),
                ),
                (
                    "new_life_months",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="new useful life (months)"),
                ),
                ("old_life_months", models.PositiveSmallIntegerField(editable=False, null=True)),
                ("old_schedule", models.JSONField(default=dict, editable=False)),
                (
                    "asset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="value_lines",
                        to="assets.asset",
                        verbose_name="asset card",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="assets.valuechange"
                    ),
                ),
                (
                    "new_category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assets.assetcategory",
                        verbose_name="new class",
                    ),
                ),
                (
                    "old_category",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assets.assetcategory",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of a change of value",
                "verbose_name_plural": "lines of changes of value",
                "ordering": ("position", "id"),
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("document", "asset"),
                        name="asset_once_a_value_change",
                        violation_error_message="This thing is on the paper already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("accumulated_change__lte", 0)), name="value_change_accumulated"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AccountBalance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("account", models.CharField(max_length=4, verbose_name="account")),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("month", models.PositiveSmallIntegerField(verbose_name="month")),
                ("amount", core.fields.MoneyField(verbose_name="balance of the general ledger")),
                (
                    "explanation",
                    models.CharField(blank=True, max_length=200, verbose_name="explanation of the difference"),
                ),
                ("entered_at", models.DateTimeField(default=core.clock.now, editable=False, verbose_name="entered at")),
                (
                    "entered_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="entered by",
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
                "verbose_name": "balance of the general ledger",
                "verbose_name_plural": "balances of the general ledger",
                "ordering": ("-year", "-month", "account"),
                "default_permissions": ("add", "change", "view"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "account", "year", "month"), name="one_balance_a_month"
                    )
                ],
            },
        ),
    ]
