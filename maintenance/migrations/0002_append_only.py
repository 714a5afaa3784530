from django.db import migrations

from core.database.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("maintenance", "0001_tables")]

    operations = [
        append_only("maintenance_orderevent"),
        append_only("maintenance_rating"),
        append_only("maintenance_meterreading"),
        append_only("maintenance_equipmentinspection"),
    ]
