from django.db import migrations, models

from core.database.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0002_append_only"),
    ]

    operations = [
        migrations.AddField(
            model_name="stockcount",
            name="with_zero",
            field=models.BooleanField(
                default=False,
                help_text="Lots that the books say are gone are looked for as well.",
                verbose_name="also lots with zero book stock",
            ),
        ),
        migrations.AddField(
            model_name="stockcountentry",
            name="clock_difference",
            field=models.IntegerField(default=0, verbose_name="clock difference (s)"),
        ),
        migrations.AlterField(
            model_name="stockcountentry",
            name="source",
            field=models.CharField(
                choices=[("phone", "on a phone"), ("screen", "on a computer"), ("excel", "Excel")],
                default="phone",
                max_length=6,
                verbose_name="source",
            ),
        ),
        append_only("inventory_stockcountentry"),
    ]
