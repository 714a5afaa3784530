from django.db import migrations

from core.database.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("procurement", "0001_initial")]

    operations = [append_only("procurement_budgetmove")]
