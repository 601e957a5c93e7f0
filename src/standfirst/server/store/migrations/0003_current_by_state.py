"""Lists of the records in one state: without this, a state that few are in is looked for among all of the kind."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0002_append_only")]

    operations = [
        migrations.AddIndex(
            model_name="current",
            index=models.Index(
                models.F("organisation"),
                models.F("kind"),
                models.F("state"),
                models.F("first"),
                name="current_by_state",
            ),
        ),
    ]
