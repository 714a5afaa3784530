import uuid

import django.core.validators
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
        ("assets", "0002_assetintake"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("directory", "0002_supplier_trust"),
        ("directory", "__first__"),
        ("inventory", "0003_receipt_source"),
    ]

    operations = [
        migrations.CreateModel(
            name="EconomicClass",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=10, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("active", models.BooleanField(default=True, verbose_name="active")),
            ],
            options={
                "verbose_name": "economic class",
                "verbose_name_plural": "economic classes",
                "ordering": ("code",),
                "default_permissions": ("add", "change", "view", "import"),
            },
        ),
        migrations.CreateModel(
            name="PurchaseCategory",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=12, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "initials",
                    models.CharField(blank=True, db_index=True, max_length=60, verbose_name="pinyin initials"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("goods", "goods"), ("works", "works"), ("services", "services")],
                        default="goods",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("evidence", models.CharField(blank=True, max_length=200, verbose_name="source")),
                ("active", models.BooleanField(default=True, verbose_name="active")),
            ],
            options={
                "verbose_name": "purchase category",
                "verbose_name_plural": "purchase categories",
                "ordering": ("code",),
                "default_permissions": ("add", "change", "view", "import"),
            },
        ),
        migrations.CreateModel(
            name="Sourcing",
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
                ("title", models.CharField(max_length=200, verbose_name="title")),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("public_tender", "public tender"),
                            ("invited_tender", "invited tender"),
                            ("negotiation", "competitive negotiation"),
                            ("consultation", "competitive consultation"),
                            ("single_source", "single source"),
                            ("enquiry", "enquiry"),
                            ("framework", "framework agreement"),
                            ("central", "central purchase"),
                            ("direct", "direct purchase of small things"),
                        ],
                        default="enquiry",
                        max_length=16,
                        verbose_name="method",
                    ),
                ),
                (
                    "method_reason",
                    models.CharField(
                        blank=True,
                        help_text="Why this method, where it needs a reason.",
                        max_length=500,
                        verbose_name="justification",
                    ),
                ),
                ("external_number", models.CharField(blank=True, max_length=60, verbose_name="number of the tender")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("preparing", "preparing"),
                            ("collecting", "collecting quotations"),
                            ("opened", "opened"),
                            ("failed", "failed"),
                        ],
                        default="preparing",
                        editable=False,
                        max_length=12,
                        verbose_name="stage",
                    ),
                ),
                ("deadline", models.DateTimeField(blank=True, null=True, verbose_name="quotations until")),
                ("opened_at", models.DateTimeField(editable=False, null=True, verbose_name="opened at")),
                (
                    "failed_reason",
                    models.CharField(blank=True, editable=False, max_length=200, verbose_name="why it failed"),
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
                    "opened_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="opened by",
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
                    "previous",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="next_rounds",
                        to="procurement.sourcing",
                        verbose_name="earlier round",
                    ),
                ),
                (
                    "witness",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="witness",
                    ),
                ),
            ],
            options={
                "verbose_name": "sourcing",
                "verbose_name_plural": "sourcings",
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
                "indexes": [models.Index(fields=["organization", "status", "-business_date"], name="sourcing_list")],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="sourcing_number_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "submitted", "approved", "posted", "reversed", "cancelled"])
                        ),
                        name="sourcing_status_valid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FrameworkAgreement",
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
                ("title", models.CharField(max_length=200, verbose_name="title")),
                (
                    "basis",
                    models.CharField(
                        blank=True, help_text="Tender or decision it comes from.", max_length=200, verbose_name="basis"
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="valid from")),
                ("valid_until", models.DateField(verbose_name="valid until")),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.supplier",
                        verbose_name="supplier",
                    ),
                ),
                (
                    "sourcing",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="frameworks",
                        to="procurement.sourcing",
                        verbose_name="sourcing",
                    ),
                ),
            ],
            options={
                "verbose_name": "framework agreement",
                "verbose_name_plural": "framework agreements",
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
                    models.Index(fields=["organization", "status", "-business_date"], name="frameworkagreement_list")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="frameworkagreement_number_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "submitted", "approved", "posted", "reversed", "cancelled"])
                        ),
                        name="frameworkagreement_status_valid",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid_until__gte", models.F("valid_from"))),
                        name="framework_days",
                        violation_error_message="The last day is before the first.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PurchaseOrder",
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
                    "form",
                    models.CharField(
                        choices=[("order", "purchase order"), ("contract", "contract")],
                        default="order",
                        max_length=10,
                        verbose_name="form",
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=200, verbose_name="title")),
                ("deliver_by", models.DateField(blank=True, null=True, verbose_name="deliver by")),
                ("delivery_place", models.CharField(blank=True, max_length=200, verbose_name="delivery place")),
                ("payment_terms", models.CharField(blank=True, max_length=300, verbose_name="payment terms")),
                ("prepayment_percent", core.fields.MoneyField(default=0, verbose_name="prepayment (%)")),
                ("retention_percent", core.fields.MoneyField(default=0, verbose_name="retention (%)")),
                (
                    "warranty_months",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="warranty (months)"),
                ),
                (
                    "bond_form",
                    models.CharField(
                        choices=[
                            ("none", "none"),
                            ("transfer", "bank transfer"),
                            ("guarantee", "letter of guarantee"),
                            ("insurance", "surety insurance"),
                        ],
                        default="none",
                        max_length=10,
                        verbose_name="performance bond",
                    ),
                ),
                ("bond_amount", core.fields.MoneyField(default=0, verbose_name="bond (yuan)")),
                (
                    "bond_received_on",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="bond received on"),
                ),
                (
                    "bond_returned_on",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="bond returned on"),
                ),
                ("signed_on", models.DateField(blank=True, editable=False, null=True, verbose_name="signed on")),
                ("effective_on", models.DateField(blank=True, null=True, verbose_name="effective on")),
                ("expires_on", models.DateField(blank=True, null=True, verbose_name="expires on")),
                (
                    "progress",
                    models.CharField(
                        choices=[
                            ("open", "nothing delivered"),
                            ("partial", "partly delivered"),
                            ("complete", "delivered"),
                            ("closed", "rest cancelled"),
                        ],
                        default="open",
                        editable=False,
                        max_length=10,
                        verbose_name="progress",
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
                    "framework",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="procurement.frameworkagreement",
                        verbose_name="framework agreement",
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
                    "sealed_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="sealed by",
                    ),
                ),
                (
                    "supplier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="purchase_orders",
                        to="directory.supplier",
                        verbose_name="supplier",
                    ),
                ),
                (
                    "sourcing",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="procurement.sourcing",
                        verbose_name="sourcing",
                    ),
                ),
            ],
            options={
                "verbose_name": "purchase order",
                "verbose_name_plural": "purchase orders",
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
                    models.Index(fields=["organization", "status", "-business_date"], name="purchaseorder_list")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="purchaseorder_number_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "submitted", "approved", "posted", "reversed", "cancelled"])
                        ),
                        name="purchaseorder_status_valid",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("prepayment_percent__range", (0, 100)), ("retention_percent__range", (0, 100))
                        ),
                        name="order_percentages",
                    ),
                    models.CheckConstraint(condition=models.Q(("bond_amount__gte", 0)), name="bond_not_negative"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Acceptance",
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
                ("delivery_note", models.CharField(blank=True, max_length=60, verbose_name="delivery note number")),
                ("finding", models.CharField(blank=True, max_length=500, verbose_name="finding")),
                (
                    "acceptors",
                    models.ManyToManyField(
                        help_text="Those who check besides the maker of this paper; none of them the buyer.",
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="other acceptors",
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
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acceptances",
                        to="procurement.purchaseorder",
                        verbose_name="purchase order",
                    ),
                ),
            ],
            options={
                "verbose_name": "acceptance",
                "verbose_name_plural": "acceptances",
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
                "indexes": [models.Index(fields=["organization", "status", "-business_date"], name="acceptance_list")],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="acceptance_number_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "submitted", "approved", "posted", "reversed", "cancelled"])
                        ),
                        name="acceptance_status_valid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Project",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=30, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("active", models.BooleanField(default=True, verbose_name="active")),
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
                "verbose_name": "project",
                "verbose_name_plural": "projects",
                "ordering": ("organization", "code"),
                "default_permissions": ("add", "change", "view", "import"),
                "constraints": [models.UniqueConstraint(fields=("organization", "code"), name="project_code_unique")],
            },
        ),
        migrations.CreateModel(
            name="BudgetAllotment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "fund_source",
                    models.CharField(
                        choices=[
                            ("fiscal", "fiscal appropriation"),
                            ("own", "own income"),
                            ("special", "special fund"),
                            ("other", "other"),
                        ],
                        default="fiscal",
                        max_length=10,
                        verbose_name="fund source",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("amount", core.fields.MoneyField(default=0, editable=False, verbose_name="allotted (yuan)")),
                ("reserved", core.fields.MoneyField(default=0, editable=False, verbose_name="reserved (yuan)")),
                ("used", core.fields.MoneyField(default=0, editable=False, verbose_name="used (yuan)")),
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
                    "economic_class",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procurement.economicclass",
                        verbose_name="economic class",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procurement.project",
                        verbose_name="project",
                    ),
                ),
            ],
            options={
                "verbose_name": "budget allotment",
                "verbose_name_plural": "budget allotments",
                "ordering": ("-year", "department_id", "economic_class_id", "id"),
                "default_permissions": ("view",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "year", "department", "project", "fund_source", "economic_class"),
                        name="one_allotment_a_purpose",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("project", None)),
                        fields=("organization", "year", "department", "fund_source", "economic_class"),
                        name="one_allotment_without_project",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reserved__gte", 0), ("used__gte", 0)), name="allotment_parts_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "amount__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("reserved"), "+", models.F("used")
                                ),
                            )
                        ),
                        name="allotment_covers_parts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BudgetDecision",
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
                            ("initial", "budget of the year"),
                            ("supplement", "supplement"),
                            ("transfer", "transfer between allotments"),
                            ("cut", "cut"),
                        ],
                        default="initial",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                (
                    "basis",
                    models.CharField(
                        help_text="Number or name of the decision.", max_length=200, verbose_name="decision paper"
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
                "verbose_name": "budget decision",
                "verbose_name_plural": "budget decisions",
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
                    models.Index(fields=["organization", "status", "-business_date"], name="budgetdecision_list")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="budgetdecision_number_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "submitted", "approved", "posted", "reversed", "cancelled"])
                        ),
                        name="budgetdecision_status_valid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BudgetMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("granted", core.fields.MoneyField(default=0, verbose_name="allotted (yuan)")),
                ("reserved", core.fields.MoneyField(default=0, verbose_name="reserved (yuan)")),
                ("used", core.fields.MoneyField(default=0, verbose_name="used (yuan)")),
                ("business_date", models.DateField(verbose_name="date")),
                ("posted_at", models.DateTimeField(default=core.clock.now, verbose_name="posted at")),
                ("object_id", models.PositiveBigIntegerField()),
                ("line", models.PositiveBigIntegerField(default=0)),
                (
                    "allotment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves",
                        to="procurement.budgetallotment",
                    ),
                ),
                (
                    "content_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="contenttypes.contenttype"
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
            ],
            options={
                "verbose_name": "budget move",
                "verbose_name_plural": "budget moves",
                "ordering": ("id",),
                "default_permissions": ("view",),
                "indexes": [models.Index(fields=["content_type", "object_id"], name="budget_move_of_document")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("granted", 0), _negated=True),
                            models.Q(("reserved", 0), _negated=True),
                            models.Q(("used", 0), _negated=True),
                            _connector="OR",
                        ),
                        name="budget_move_moves_something",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalEconomicClass",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("code", models.CharField(db_index=True, max_length=10, verbose_name="code")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
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
            ],
            options={
                "verbose_name": "historical economic class",
                "verbose_name_plural": "historical economic classes",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalProject",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("code", models.CharField(max_length=30, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
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
                "verbose_name": "historical project",
                "verbose_name_plural": "historical projects",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalPurchaseCategory",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("code", models.CharField(db_index=True, max_length=12, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "initials",
                    models.CharField(blank=True, db_index=True, max_length=60, verbose_name="pinyin initials"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("goods", "goods"), ("works", "works"), ("services", "services")],
                        default="goods",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
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
            ],
            options={
                "verbose_name": "historical purchase category",
                "verbose_name_plural": "historical purchase categories",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalSupplierEvaluation",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                (
                    "delivery",
                    models.PositiveSmallIntegerField(
                        null=True, validators=[django.core.validators.MaxValueValidator(100)], verbose_name="on time"
                    ),
                ),
                (
                    "acceptance",
                    models.PositiveSmallIntegerField(
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="accepted at once",
                    ),
                ),
                (
                    "price",
                    models.PositiveSmallIntegerField(
                        null=True, validators=[django.core.validators.MaxValueValidator(100)], verbose_name="price"
                    ),
                ),
                (
                    "service",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="service",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("computed_at", models.DateTimeField(default=core.clock.now, verbose_name="computed at")),
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
                    "marked_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="marked by",
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
            ],
            options={
                "verbose_name": "historical evaluation of a supplier",
                "verbose_name_plural": "historical evaluations of suppliers",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="ProcurementPlan",
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
                        choices=[("department", "department"), ("merged", "merged from departments")],
                        default="department",
                        editable=False,
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                (
                    "month",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="Empty: a plan for the whole year.", null=True, verbose_name="month"
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=100, verbose_name="title")),
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
                "verbose_name": "procurement plan",
                "verbose_name_plural": "procurement plans",
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
                    models.Index(fields=["organization", "status", "-business_date"], name="procurementplan_list")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="procurementplan_number_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "submitted", "approved", "posted", "reversed", "cancelled"])
                        ),
                        name="procurementplan_status_valid",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("month", None), ("month__range", (1, 12)), _connector="OR"),
                        name="plan_month_valid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BudgetDecisionLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "fund_source",
                    models.CharField(
                        choices=[
                            ("fiscal", "fiscal appropriation"),
                            ("own", "own income"),
                            ("special", "special fund"),
                            ("other", "other"),
                        ],
                        default="fiscal",
                        max_length=10,
                        verbose_name="fund source",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="line")),
                ("amount", core.fields.MoneyField(verbose_name="amount")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
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
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="procurement.budgetdecision",
                    ),
                ),
                (
                    "economic_class",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procurement.economicclass",
                        verbose_name="economic class",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procurement.project",
                        verbose_name="project",
                    ),
                ),
            ],
            options={
                "verbose_name": "budget decision line",
                "verbose_name_plural": "budget decision lines",
                "ordering": ("position", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount", 0), _negated=True), name="budget_line_not_zero"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="line")),
                (
                    "name",
                    models.CharField(
                        blank=True, help_text="What it is, where it is no item.", max_length=100, verbose_name="name"
                    ),
                ),
                ("specification", models.CharField(blank=True, max_length=200, verbose_name="specification")),
                ("factor", core.fields.QuantityField(default=1, editable=False)),
                ("quantity", core.fields.QuantityField(verbose_name="quantity")),
                ("unit_price", core.fields.PriceField(verbose_name="estimated price")),
                ("amount", core.fields.MoneyField(editable=False, verbose_name="amount")),
                (
                    "treatment",
                    models.CharField(
                        choices=[
                            ("stock", "into the store"),
                            ("asset", "asset card"),
                            ("service", "service, nothing to keep"),
                        ],
                        default="stock",
                        max_length=8,
                        verbose_name="what becomes of it",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("needed_by", models.DateField(blank=True, null=True, verbose_name="needed by")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                (
                    "last_year_quantity",
                    core.fields.QuantityField(editable=False, null=True, verbose_name="used last year"),
                ),
                ("last_price", core.fields.PriceField(editable=False, null=True, verbose_name="last price")),
                (
                    "approved_quantity",
                    core.fields.QuantityField(editable=False, null=True, verbose_name="approved quantity"),
                ),
                (
                    "agreed_quantity",
                    core.fields.QuantityField(editable=False, null=True, verbose_name="approved in its own plan"),
                ),
                (
                    "requested_quantity",
                    core.fields.QuantityField(default=0, editable=False, verbose_name="requested quantity"),
                ),
                ("dropped", models.BooleanField(default=False, editable=False, verbose_name="dropped")),
                (
                    "dropped_reason",
                    models.CharField(blank=True, editable=False, max_length=200, verbose_name="why dropped"),
                ),
                (
                    "allotment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procurement.budgetallotment",
                        verbose_name="budget allotment",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.item",
                        verbose_name="item",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="sources",
                        to="procurement.planline",
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
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="procurement.procurementplan",
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procurement.purchasecategory",
                        verbose_name="purchase category",
                    ),
                ),
            ],
            options={
                "verbose_name": "plan line",
                "verbose_name_plural": "plan lines",
                "ordering": ("position", "id"),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="planline_quantity_positive"),
                    models.CheckConstraint(
                        condition=models.Q(("unit_price__gte", 0)), name="planline_price_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("item__isnull", False), models.Q(("name", ""), _negated=True), _connector="OR"
                        ),
                        name="planline_named",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("treatment", "stock"), _negated=True), ("item__isnull", False), _connector="OR"
                        ),
                        name="planline_stock_has_item",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("requested_quantity", 0),
                            ("requested_quantity__lte", models.F("approved_quantity")),
                            _connector="OR",
                        ),
                        name="requested_within_plan",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ItemCategoryLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "item_category",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="inventory.itemcategory",
                        verbose_name="item category",
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procurement.purchasecategory",
                        verbose_name="purchase category",
                    ),
                ),
            ],
            options={
                "verbose_name": "purchase category of a stock category",
                "verbose_name_plural": "purchase categories of stock categories",
                "default_permissions": ("add", "change", "delete", "view"),
            },
        ),
        migrations.CreateModel(
            name="HistoricalCentralCatalogueEntry",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("valid_from", models.DateField(verbose_name="valid from")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="valid until")),
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
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="procurement.purchasecategory",
                        verbose_name="purchase category",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical category of the central catalogue",
                "verbose_name_plural": "historical categories of the central catalogue",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="FrameworkLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="line")),
                (
                    "name",
                    models.CharField(
                        blank=True, help_text="What it is, where it is no item.", max_length=100, verbose_name="name"
                    ),
                ),
                ("specification", models.CharField(blank=True, max_length=200, verbose_name="specification")),
                ("factor", core.fields.QuantityField(default=1, editable=False)),
                ("quantity", core.fields.QuantityField(verbose_name="quantity")),
                ("unit_price", core.fields.PriceField(verbose_name="estimated price")),
                ("amount", core.fields.MoneyField(editable=False, verbose_name="amount")),
                (
                    "treatment",
                    models.CharField(
                        choices=[
                            ("stock", "into the store"),
                            ("asset", "asset card"),
                            ("service", "service, nothing to keep"),
                        ],
                        default="stock",
                        max_length=8,
                        verbose_name="what becomes of it",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("called_quantity", core.fields.QuantityField(default=0, editable=False, verbose_name="called off")),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="procurement.frameworkagreement",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
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
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procurement.purchasecategory",
                        verbose_name="purchase category",
                    ),
                ),
            ],
            options={
                "verbose_name": "framework line",
                "verbose_name_plural": "framework lines",
                "ordering": ("position", "id"),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="frameworkline_quantity_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("unit_price__gte", 0)), name="frameworkline_price_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("item__isnull", False), models.Q(("name", ""), _negated=True), _connector="OR"
                        ),
                        name="frameworkline_named",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("treatment", "stock"), _negated=True), ("item__isnull", False), _connector="OR"
                        ),
                        name="frameworkline_stock_has_item",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("called_quantity__lte", models.F("quantity"))),
                        name="called_within_framework",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CentralCatalogueEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField(verbose_name="valid from")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="valid until")),
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
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="central_entries",
                        to="procurement.purchasecategory",
                        verbose_name="purchase category",
                    ),
                ),
            ],
            options={
                "verbose_name": "category of the central catalogue",
                "verbose_name_plural": "categories of the central catalogue",
                "ordering": ("category", "-valid_from"),
                "default_permissions": ("add", "change", "delete", "view"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "category", "valid_from"), name="central_entry_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CategoryLicence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("business", "business licence"),
                            ("food", "food licence"),
                            ("medical_device", "medical device licence"),
                            ("special_equipment", "special equipment qualification"),
                            ("construction", "construction or fire-protection qualification"),
                            ("authorization", "authorization by the manufacturer"),
                            ("other", "other"),
                        ],
                        max_length=20,
                        verbose_name="licence",
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="licences",
                        to="procurement.purchasecategory",
                        verbose_name="purchase category",
                    ),
                ),
            ],
            options={
                "verbose_name": "licence demanded for a category",
                "verbose_name_plural": "licences demanded for categories",
                "default_permissions": ("add", "change", "delete", "view"),
                "constraints": [models.UniqueConstraint(fields=("category", "kind"), name="category_licence_once")],
            },
        ),
        migrations.CreateModel(
            name="SupplierInvoice",
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
                            ("special", "special VAT invoice"),
                            ("ordinary", "ordinary VAT invoice"),
                            ("digital", "fully digital invoice"),
                            ("other", "other bill"),
                        ],
                        default="digital",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=12, verbose_name="invoice code")),
                ("invoice_number", models.CharField(max_length=20, verbose_name="invoice number")),
                ("issued_on", models.DateField(verbose_name="issued on")),
                ("net", core.fields.MoneyField(verbose_name="net (yuan)")),
                ("tax", core.fields.MoneyField(default=0, verbose_name="tax (yuan)")),
                ("total", core.fields.MoneyField(verbose_name="total (yuan)")),
                ("difference_reason", models.CharField(blank=True, max_length=200, verbose_name="why it differs")),
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
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="procurement.purchaseorder",
                        verbose_name="purchase order",
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
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.supplier",
                        verbose_name="supplier",
                    ),
                ),
            ],
            options={
                "verbose_name": "supplier invoice",
                "verbose_name_plural": "supplier invoices",
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
                    models.Index(fields=["organization", "status", "-business_date"], name="supplierinvoice_list")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="supplierinvoice_number_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "submitted", "approved", "posted", "reversed", "cancelled"])
                        ),
                        name="supplierinvoice_status_valid",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "cancelled"), _negated=True),
                        fields=("organization", "supplier", "code", "invoice_number"),
                        name="invoice_once",
                        violation_error_message="This invoice was entered already.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("code", ""),
                            models.Q(("kind", "other"), _negated=True),
                            models.Q(("status", "cancelled"), _negated=True),
                        ),
                        fields=("invoice_number",),
                        name="digital_invoice_once",
                        violation_error_message="This invoice was entered already.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            models.Q(("code", ""), _negated=True), models.Q(("status", "cancelled"), _negated=True)
                        ),
                        fields=("organization", "code", "invoice_number"),
                        name="coded_invoice_once",
                        violation_error_message="This invoice was entered already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "total",
                                django.db.models.expressions.CombinedExpression(models.F("net"), "+", models.F("tax")),
                            ),
                            ("total__gt", 0),
                        ),
                        name="invoice_adds_up",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentRequest",
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
                            ("advance", "prepayment"),
                            ("part", "part payment"),
                            ("final", "final payment"),
                            ("retention", "retention paid back"),
                        ],
                        default="final",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("amount", core.fields.MoneyField(verbose_name="amount (yuan)")),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("transfer", "bank transfer"),
                            ("direct", "direct treasury payment"),
                            ("authorized", "authorized treasury payment"),
                            ("card", "official card"),
                        ],
                        default="transfer",
                        max_length=10,
                        verbose_name="way of payment",
                    ),
                ),
                ("payee", models.CharField(editable=False, max_length=100, verbose_name="payee")),
                ("bank", models.CharField(blank=True, editable=False, max_length=100, verbose_name="bank")),
                (
                    "bank_account",
                    models.CharField(blank=True, editable=False, max_length=40, verbose_name="bank account"),
                ),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="due on")),
                (
                    "voucher_number",
                    models.CharField(blank=True, editable=False, max_length=40, verbose_name="voucher number"),
                ),
                ("paid_on", models.DateField(editable=False, null=True, verbose_name="paid on")),
                (
                    "acceptances",
                    models.ManyToManyField(
                        blank=True, related_name="payments", to="procurement.acceptance", verbose_name="acceptances"
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
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="procurement.purchaseorder",
                        verbose_name="purchase order",
                    ),
                ),
                (
                    "invoices",
                    models.ManyToManyField(
                        blank=True, related_name="payments", to="procurement.supplierinvoice", verbose_name="invoices"
                    ),
                ),
            ],
            options={
                "verbose_name": "payment request",
                "verbose_name_plural": "payment requests",
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
                    models.Index(fields=["organization", "status", "-business_date"], name="paymentrequest_list")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="paymentrequest_number_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "submitted", "approved", "posted", "reversed", "cancelled"])
                        ),
                        name="paymentrequest_status_valid",
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="payment_positive"),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderChange",
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
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                ("deliver_by", models.DateField(blank=True, null=True, verbose_name="deliver by")),
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
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="procurement.purchaseorder",
                        verbose_name="purchase order",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of an order",
                "verbose_name_plural": "changes of orders",
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
                "indexes": [models.Index(fields=["organization", "status", "-business_date"], name="orderchange_list")],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="orderchange_number_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "submitted", "approved", "posted", "reversed", "cancelled"])
                        ),
                        name="orderchange_status_valid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PurchaseRequest",
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
                ("outside_plan", models.BooleanField(default=False, editable=False, verbose_name="outside the plan")),
                ("outside_reason", models.CharField(blank=True, max_length=200, verbose_name="why outside the plan")),
                ("urgent", models.BooleanField(default=False, verbose_name="urgent")),
                ("urgent_reason", models.CharField(blank=True, max_length=200, verbose_name="why urgent")),
                ("papers_due", models.DateField(blank=True, editable=False, null=True, verbose_name="papers due")),
                (
                    "papers_in_on",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="papers handed in on"),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("manual", "written by hand"),
                            ("plan", "plan"),
                            ("replenishment", "replenishment"),
                            ("repair", "repair"),
                        ],
                        default="manual",
                        editable=False,
                        max_length=14,
                        verbose_name="comes from",
                    ),
                ),
                (
                    "source_reference",
                    models.CharField(blank=True, editable=False, max_length=60, verbose_name="reference"),
                ),
                (
                    "progress",
                    models.CharField(
                        choices=[
                            ("none", "nothing ordered"),
                            ("sourcing", "sourcing"),
                            ("partly_ordered", "partly ordered"),
                            ("ordered", "ordered"),
                            ("partly_received", "partly received"),
                            ("received", "received"),
                            ("closed", "closed"),
                        ],
                        default="none",
                        editable=False,
                        max_length=16,
                        verbose_name="progress",
                    ),
                ),
                (
                    "allotment",
                    models.ForeignKey(
                        blank=True,
                        help_text="For all lines that name none of their own.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procurement.budgetallotment",
                        verbose_name="budget allotment",
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
                "verbose_name": "purchase request",
                "verbose_name_plural": "purchase requests",
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
                    models.Index(fields=["organization", "status", "-business_date"], name="purchaserequest_list")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="purchaserequest_number_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "submitted", "approved", "posted", "reversed", "cancelled"])
                        ),
                        name="purchaserequest_status_valid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PurchaseRequestLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="line")),
                (
                    "name",
                    models.CharField(
                        blank=True, help_text="What it is, where it is no item.", max_length=100, verbose_name="name"
                    ),
                ),
                ("specification", models.CharField(blank=True, max_length=200, verbose_name="specification")),
                ("factor", core.fields.QuantityField(default=1, editable=False)),
                ("quantity", core.fields.QuantityField(verbose_name="quantity")),
                ("unit_price", core.fields.PriceField(verbose_name="estimated price")),
                ("amount", core.fields.MoneyField(editable=False, verbose_name="amount")),
                (
                    "treatment",
                    models.CharField(
                        choices=[
                            ("stock", "into the store"),
                            ("asset", "asset card"),
                            ("service", "service, nothing to keep"),
                        ],
                        default="stock",
                        max_length=8,
                        verbose_name="what becomes of it",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("price_reason", models.CharField(blank=True, max_length=200, verbose_name="why this price")),
                ("stock_reason", models.CharField(blank=True, max_length=200, verbose_name="why no asset card")),
                ("reserved", core.fields.MoneyField(default=0, editable=False, verbose_name="reserved (yuan)")),
                ("ordered_quantity", core.fields.QuantityField(default=0, editable=False, verbose_name="ordered")),
                ("received_quantity", core.fields.QuantityField(default=0, editable=False, verbose_name="received")),
                (
                    "closed_quantity",
                    core.fields.QuantityField(default=0, editable=False, verbose_name="no longer wanted"),
                ),
                (
                    "allotment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procurement.budgetallotment",
                        verbose_name="budget allotment",
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procurement.purchasecategory",
                        verbose_name="purchase category",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: the department of the request.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.department",
                        verbose_name="for department",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="procurement.purchaserequest",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.item",
                        verbose_name="item",
                    ),
                ),
                (
                    "plan_line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="request_lines",
                        to="procurement.planline",
                        verbose_name="plan line",
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
                        verbose_name="suggested supplier",
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
                (
                    "warehouse",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "purchase request line",
                "verbose_name_plural": "purchase request lines",
                "ordering": ("position", "id"),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="purchaserequestline_quantity_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("unit_price__gte", 0)), name="purchaserequestline_price_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("item__isnull", False), models.Q(("name", ""), _negated=True), _connector="OR"
                        ),
                        name="purchaserequestline_named",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("treatment", "stock"), _negated=True), ("item__isnull", False), _connector="OR"
                        ),
                        name="purchaserequestline_stock_has_item",
                    ),
                    models.CheckConstraint(condition=models.Q(("reserved__gte", 0)), name="request_line_reserved"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "quantity__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("ordered_quantity"), "+", models.F("closed_quantity")
                                ),
                            )
                        ),
                        name="ordered_within_request",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SourcingLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="line")),
                ("quantity", core.fields.QuantityField(verbose_name="quantity")),
                ("market_price", core.fields.PriceField(blank=True, null=True, verbose_name="market price")),
                ("award_reason", models.CharField(blank=True, max_length=200, verbose_name="why not the lowest")),
                ("amount", core.fields.MoneyField(default=0, editable=False, verbose_name="amount")),
                ("ordered_quantity", core.fields.QuantityField(default=0, editable=False, verbose_name="ordered")),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="procurement.sourcing"
                    ),
                ),
                (
                    "request_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sourcing_lines",
                        to="procurement.purchaserequestline",
                        verbose_name="request line",
                    ),
                ),
            ],
            options={
                "verbose_name": "sourcing line",
                "verbose_name_plural": "sourcing lines",
                "ordering": ("position", "id"),
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="sourcing_quantity_positive"),
                    models.CheckConstraint(
                        condition=models.Q(("ordered_quantity__lte", models.F("quantity"))),
                        name="ordered_within_sourcing",
                    ),
                    models.UniqueConstraint(fields=("document", "request_line"), name="request_line_once_a_sourcing"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PurchaseOrderLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="line")),
                (
                    "name",
                    models.CharField(
                        blank=True, help_text="What it is, where it is no item.", max_length=100, verbose_name="name"
                    ),
                ),
                ("specification", models.CharField(blank=True, max_length=200, verbose_name="specification")),
                ("factor", core.fields.QuantityField(default=1, editable=False)),
                ("quantity", core.fields.QuantityField(verbose_name="quantity")),
                ("unit_price", core.fields.PriceField(verbose_name="estimated price")),
                ("amount", core.fields.MoneyField(editable=False, verbose_name="amount")),
                (
                    "treatment",
                    models.CharField(
                        choices=[
                            ("stock", "into the store"),
                            ("asset", "asset card"),
                            ("service", "service, nothing to keep"),
                        ],
                        default="stock",
                        max_length=8,
                        verbose_name="what becomes of it",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("brand", models.CharField(blank=True, max_length=100, verbose_name="brand and model")),
                ("deliver_by", models.DateField(blank=True, null=True, verbose_name="deliver by")),
                ("price_reason", models.CharField(blank=True, max_length=200, verbose_name="why this price")),
                ("stock_reason", models.CharField(blank=True, max_length=200, verbose_name="why no asset card")),
                ("accepted_quantity", core.fields.QuantityField(default=0, editable=False, verbose_name="accepted")),
                ("rejected_quantity", core.fields.QuantityField(default=0, editable=False, verbose_name="rejected")),
                ("invoiced_quantity", core.fields.QuantityField(default=0, editable=False, verbose_name="invoiced")),
                (
                    "closed_quantity",
                    core.fields.QuantityField(default=0, editable=False, verbose_name="cancelled rest"),
                ),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procurement.purchasecategory",
                        verbose_name="purchase category",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="procurement.purchaseorder",
                    ),
                ),
                (
                    "framework_line",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="order_lines",
                        to="procurement.frameworkline",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
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
                (
                    "warehouse",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
                (
                    "request_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="order_lines",
                        to="procurement.purchaserequestline",
                        verbose_name="request line",
                    ),
                ),
                (
                    "sourcing_line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="order_lines",
                        to="procurement.sourcingline",
                        verbose_name="sourcing line",
                    ),
                ),
            ],
            options={
                "verbose_name": "purchase order line",
                "verbose_name_plural": "purchase order lines",
                "ordering": ("position", "id"),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="purchaseorderline_quantity_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("unit_price__gte", 0)), name="purchaseorderline_price_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("item__isnull", False), models.Q(("name", ""), _negated=True), _connector="OR"
                        ),
                        name="purchaseorderline_named",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("treatment", "stock"), _negated=True), ("item__isnull", False), _connector="OR"
                        ),
                        name="purchaseorderline_stock_has_item",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("accepted_quantity__gte", 0),
                            ("rejected_quantity__gte", 0),
                            ("invoiced_quantity__gte", 0),
                            ("closed_quantity__gte", 0),
                        ),
                        name="order_line_parts_not_negative",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentShare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="line")),
                ("amount", core.fields.MoneyField(verbose_name="amount")),
                (
                    "allotment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procurement.budgetallotment",
                        verbose_name="budget allotment",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="procurement.paymentrequest",
                    ),
                ),
                (
                    "order_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payment_shares",
                        to="procurement.purchaseorderline",
                        verbose_name="order line",
                    ),
                ),
            ],
            options={
                "verbose_name": "share of a payment",
                "verbose_name_plural": "shares of payments",
                "ordering": ("position", "id"),
                "default_permissions": (),
                "constraints": [models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="share_positive")],
            },
        ),
        migrations.CreateModel(
            name="OrderChangeLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="line")),
                ("quantity", core.fields.QuantityField(verbose_name="new quantity")),
                ("unit_price", core.fields.PriceField(verbose_name="new price")),
                ("old_quantity", core.fields.QuantityField(editable=False, verbose_name="old quantity")),
                ("old_unit_price", core.fields.PriceField(editable=False, verbose_name="old price")),
                ("amount", core.fields.MoneyField(editable=False, verbose_name="difference (yuan)")),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="procurement.orderchange"
                    ),
                ),
                (
                    "order_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="change_lines",
                        to="procurement.purchaseorderline",
                        verbose_name="order line",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of an order change",
                "verbose_name_plural": "lines of order changes",
                "ordering": ("position", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gte", 0), ("unit_price__gte", 0)), name="change_not_negative"
                    ),
                    models.UniqueConstraint(fields=("document", "order_line"), name="order_line_once_a_change"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AcceptanceLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="line")),
                ("arrived_quantity", core.fields.QuantityField(verbose_name="arrived")),
                ("accepted_quantity", core.fields.QuantityField(verbose_name="accepted")),
                ("rejected_quantity", core.fields.QuantityField(default=0, editable=False, verbose_name="rejected")),
                ("amount", core.fields.MoneyField(default=0, editable=False, verbose_name="amount")),
                ("finding", models.CharField(blank=True, max_length=200, verbose_name="finding")),
                ("lot_number", models.CharField(blank=True, max_length=40, verbose_name="lot number")),
                ("made_on", models.DateField(blank=True, null=True, verbose_name="made on")),
                ("expires_on", models.DateField(blank=True, null=True, verbose_name="expires on")),
                ("certificate", models.CharField(blank=True, max_length=100, verbose_name="certificate")),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="procurement.acceptance"
                    ),
                ),
                (
                    "intake",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="assets.assetintake",
                    ),
                ),
                (
                    "receipt_line",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="inventory.goodsreceiptline",
                    ),
                ),
                (
                    "order_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acceptance_lines",
                        to="procurement.purchaseorderline",
                        verbose_name="order line",
                    ),
                ),
            ],
            options={
                "verbose_name": "acceptance line",
                "verbose_name_plural": "acceptance lines",
                "ordering": ("position", "id"),
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("arrived_quantity__gt", 0)), name="arrived_positive"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("accepted_quantity__gte", 0), ("accepted_quantity__lte", models.F("arrived_quantity"))
                        ),
                        name="accepted_within_arrived",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Quotation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("received_at", models.DateTimeField(default=core.clock.now, verbose_name="received at")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="valid until")),
                (
                    "delivery_days",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="delivery (days)"),
                ),
                (
                    "warranty_months",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="warranty (months)"),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("excluded", models.BooleanField(default=False, verbose_name="excluded")),
                ("excluded_reason", models.CharField(blank=True, max_length=200, verbose_name="why excluded")),
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
                    "supplier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quotations",
                        to="directory.supplier",
                        verbose_name="supplier",
                    ),
                ),
                (
                    "sourcing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="quotations",
                        to="procurement.sourcing",
                    ),
                ),
            ],
            options={
                "verbose_name": "quotation",
                "verbose_name_plural": "quotations",
                "ordering": ("id",),
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("sourcing", "supplier"), name="one_quotation_a_supplier")
                ],
            },
        ),
        migrations.CreateModel(
            name="QuotationLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unit_price", core.fields.PriceField(verbose_name="unit price")),
                ("brand", models.CharField(blank=True, max_length=100, verbose_name="brand and model")),
                (
                    "quotation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="procurement.quotation"
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="offers",
                        to="procurement.sourcingline",
                    ),
                ),
            ],
            options={
                "verbose_name": "quotation line",
                "verbose_name_plural": "quotation lines",
                "ordering": ("id",),
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("quotation", "line"), name="one_offer_a_line"),
                    models.CheckConstraint(condition=models.Q(("unit_price__gt", 0)), name="offer_positive"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RejectedGoods",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(editable=False, max_length=32, verbose_name="number")),
                ("quantity", core.fields.QuantityField(verbose_name="quantity")),
                (
                    "remedy",
                    models.CharField(
                        choices=[("return", "sent back"), ("replace", "replaced by the supplier")],
                        default="replace",
                        max_length=10,
                        verbose_name="remedy",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "waiting to be collected"), ("settled", "settled")],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("opened_at", models.DateTimeField(default=core.clock.now, verbose_name="since")),
                ("settled_on", models.DateField(blank=True, null=True, verbose_name="settled on")),
                ("collected_by", models.CharField(blank=True, max_length=40, verbose_name="collected by")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                (
                    "acceptance_line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rejection",
                        to="procurement.acceptanceline",
                        verbose_name="acceptance line",
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
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="settled by",
                    ),
                ),
            ],
            options={
                "verbose_name": "rejected goods",
                "verbose_name_plural": "rejected goods",
                "ordering": ("-id",),
                "default_permissions": ("view", "change"),
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="rejected_goods_number_unique")
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("invited_at", models.DateTimeField(default=core.clock.now, verbose_name="invited at")),
                (
                    "supplier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.supplier",
                        verbose_name="supplier",
                    ),
                ),
                (
                    "sourcing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="procurement.sourcing",
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
                "ordering": ("id",),
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("sourcing", "supplier"), name="invited_once")],
            },
        ),
        migrations.CreateModel(
            name="SupplierEvaluation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                (
                    "delivery",
                    models.PositiveSmallIntegerField(
                        null=True, validators=[django.core.validators.MaxValueValidator(100)], verbose_name="on time"
                    ),
                ),
                (
                    "acceptance",
                    models.PositiveSmallIntegerField(
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="accepted at once",
                    ),
                ),
                (
                    "price",
                    models.PositiveSmallIntegerField(
                        null=True, validators=[django.core.validators.MaxValueValidator(100)], verbose_name="price"
                    ),
                ),
                (
                    "service",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="service",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("computed_at", models.DateTimeField(default=core.clock.now, verbose_name="computed at")),
                (
                    "marked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="marked by",
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evaluations",
                        to="directory.supplier",
                        verbose_name="supplier",
                    ),
                ),
            ],
            options={
                "verbose_name": "evaluation of a supplier",
                "verbose_name_plural": "evaluations of suppliers",
                "ordering": ("-year", "supplier_id"),
                "default_permissions": ("view", "change"),
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "supplier", "year"), name="one_evaluation_a_year")
                ],
            },
        ),
        migrations.CreateModel(
            name="SupplierField",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procurement.purchasecategory",
                        verbose_name="purchase category",
                    ),
                ),
                (
                    "supplier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="fields",
                        to="directory.supplier",
                        verbose_name="supplier",
                    ),
                ),
            ],
            options={
                "verbose_name": "category of a supplier",
                "verbose_name_plural": "categories of suppliers",
                "default_permissions": ("add", "change", "delete", "view"),
                "constraints": [models.UniqueConstraint(fields=("supplier", "category"), name="supplier_field_once")],
            },
        ),
        migrations.CreateModel(
            name="InvoiceLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="line")),
                ("quantity", core.fields.QuantityField(verbose_name="quantity")),
                ("unit_price", core.fields.PriceField(verbose_name="unit price")),
                ("amount", core.fields.MoneyField(editable=False, verbose_name="amount")),
                (
                    "order_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoice_lines",
                        to="procurement.purchaseorderline",
                        verbose_name="order line",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="procurement.supplierinvoice",
                    ),
                ),
            ],
            options={
                "verbose_name": "invoice line",
                "verbose_name_plural": "invoice lines",
                "ordering": ("position", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0), ("unit_price__gte", 0)), name="invoice_line_positive"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="sourcingline",
            name="awarded",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="procurement.quotationline",
                verbose_name="awarded offer",
            ),
        ),
    ]
