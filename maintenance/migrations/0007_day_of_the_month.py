import calendar

from django.db import migrations, models


def keep_moved_rhythms(apps, schema_editor):
    """A subject that is due on another day of the month than its plan was moved: its rhythm stays where it is."""
    subjects = apps.get_model("maintenance", "PlanSubject").objects
    rows = subjects.filter(plan__kind="calendar", plan__unit__in=("month", "year"), next_due__isnull=False)
    for row in rows.select_related("plan"):
        last = calendar.monthrange(row.next_due.year, row.next_due.month)[1]
        if row.next_due.day != min(row.plan.starts_on.day, last):
            row.month_day = row.next_due.day
            row.save(update_fields=["month_day"])


class Migration(migrations.Migration):
    dependencies = [("maintenance", "0006_orders_by_completion")]

    operations = [
        migrations.AddField(
            model_name="plansubject",
            name="month_day",
            field=models.PositiveSmallIntegerField(editable=False, null=True),
        ),
        migrations.RunPython(keep_moved_rhythms, migrations.RunPython.noop),
    ]
