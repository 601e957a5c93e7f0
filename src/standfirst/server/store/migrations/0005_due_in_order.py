"""Days that are due, in the order of their records. Rows are made anew when the installation is next started, as in 0004."""

from django.db import migrations, models


def _index(name: str, *columns: str, condition: models.Q | None = None) -> migrations.AddIndex:
    by = [models.F(column) for column in columns]
    return migrations.AddIndex(model_name="due", index=models.Index(*by, condition=condition, name=name))


_EACH_DAY = models.Q(position=0)


class Migration(migrations.Migration):
    dependencies = [("store", "0004_indexed")]

    operations = [
        *(
            migrations.RemoveIndex(model_name="due", name=name)
            for name in ("due_by_day", "due_by_kind", "due_by_owner")
        ),
        migrations.AddField(
            model_name="due", name="first", field=models.BigIntegerField(default=0), preserve_default=False
        ),
        _index("due_by_day", "organisation", "day", "first", condition=_EACH_DAY),
        _index("due_by_kind", "organisation", "kind", "day", "first", condition=_EACH_DAY),
        _index("due_by_owner", "organisation", "folded_owner", "day", "first"),
    ]
