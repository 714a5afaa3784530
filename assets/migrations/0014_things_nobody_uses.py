from django.db import migrations, models

from core.database.append_only import append_only, set_aside


class Migration(migrations.Migration):
    dependencies = [("assets", "0013_words_of_their_own")]

    operations = [
        set_aside("assets_assetcountentry"),
        migrations.AddField(
            model_name="assetcountentry",
            name="unused",
            field=models.BooleanField(default=False, verbose_name="nobody uses it"),
        ),
        append_only("assets_assetcountentry"),
    ]
