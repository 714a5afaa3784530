import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("maintenance", "0004_promises_without_pauses"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="plannedupkeep",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided by",
            ),
        ),
        migrations.AddField(
            model_name="plannedupkeep",
            name="reason",
            field=models.CharField(blank=True, max_length=200, verbose_name="reason"),
        ),
        migrations.AlterField(
            model_name="plannedupkeep",
            name="result",
            field=models.CharField(
                choices=[
                    ("open", "open"),
                    ("done", "done in time"),
                    ("late", "done late"),
                    ("missed", "missed"),
                    ("skip", "skipped"),
                    ("moved", "moved to another day"),
                ],
                default="open",
                max_length=6,
                verbose_name="result",
            ),
        ),
    ]
