from django.db import migrations, models

from core.database.append_only import append_only, set_aside


class Migration(migrations.Migration):
    dependencies = [("assets", "0007_custody_confirmations")]

    operations = [
        set_aside("assets_assetvaluemove"),
        migrations.AddField(
            model_name="assetvaluemove",
            name="from_month",
            field=models.PositiveIntegerField(editable=False, null=True),
        ),
        append_only("assets_assetvaluemove"),
    ]
