from django.db import migrations

from core.database.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("core", "0002_initial")]
    operations = [
        append_only("core_documentevent"),
        append_only("core_periodchange"),
        append_only("core_seal"),
    ]
