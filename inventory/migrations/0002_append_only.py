from django.db import migrations

from core.database.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial")]
    operations = [
        append_only("inventory_stockmove"),
        append_only("inventory_oldpiecemove"),
        append_only("inventory_stocksnapshot"),
        append_only("inventory_stockcountentry"),
    ]
