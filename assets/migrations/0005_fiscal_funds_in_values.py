from django.db import migrations

import core.fields
from core.database.append_only import append_only, set_aside


class Migration(migrations.Migration):
    dependencies = [("assets", "0004_append_only")]

    operations = [
        set_aside("assets_assetvaluemove"),
        migrations.AddField(
            model_name="assetvaluemove",
            name="fiscal",
            field=core.fields.MoneyField(default=0, verbose_name="of it fiscal funds"),
        ),
        append_only("assets_assetvaluemove"),
    ]
