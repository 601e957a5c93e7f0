"""Texts are looked through in the index alone: SQLite reads a row wherever a condition names a column that the index lacks, even
one that the index itself says is empty.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0005_due_in_order")]

    operations = [
        migrations.RemoveIndex(model_name="indexed", name="indexed_by_text"),
        migrations.AddIndex(
            model_name="indexed",
            index=models.Index(
                models.F("organisation"),
                models.F("kind"),
                models.F("field"),
                models.F("folded"),
                models.F("first"),
                models.F("number"),
                models.F("day"),
                condition=models.Q(day__isnull=True, number__isnull=True),
                name="indexed_by_text",
            ),
        ),
    ]
