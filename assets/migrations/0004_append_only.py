from django.db import migrations

from core.database.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("assets", "0003_cards")]

    operations = [
        append_only("assets_assetmove"),
        append_only("assets_assetvaluemove"),
        append_only("assets_assetcountentry"),
        append_only("assets_compensationpayment"),
    ]
