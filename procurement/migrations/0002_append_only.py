from django.db import migrations

from core.database.append_only import append_only
from procurement.sealed_rows import sealed_quotations


class Migration(migrations.Migration):
    dependencies = [("procurement", "0001_initial")]

    operations = [append_only("procurement_budgetmove"), sealed_quotations()]
