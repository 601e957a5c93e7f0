"""The index of fields. Its rows are made when the installation is next started (``starting.migrate``), not here: they follow
from the kinds as the release knows them, which no migration may depend on.
"""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def _organisation() -> Any:
    return models.ForeignKey(
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="store.organisation",
    )


def _key() -> models.CompositePrimaryKey:
    return models.CompositePrimaryKey(
        "organisation",
        "record",
        "field",
        "position",
        blank=True,
        editable=False,
        primary_key=True,
        serialize=False,
    )


def compare_by_code_point(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Folded texts sort alike on both engines, whatever the locale of a PostgreSQL server, and their beginnings are indexed."""
    if editor.connection.vendor != "postgresql":
        return
    for table, column in (("store_indexed", "folded"), ("store_due", "folded_owner")):
        editor.execute(f'ALTER TABLE {table} ALTER COLUMN {column} TYPE varchar(100) COLLATE "C"')


class Migration(migrations.Migration):
    dependencies = [("store", "0003_current_by_state")]

    operations = [
        migrations.CreateModel(
            name="Due",
            fields=[
                ("pk", _key()),
                ("record", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=60)),
                ("field", models.CharField(max_length=60)),
                ("position", models.IntegerField()),
                ("day", models.DateField()),
                ("owner", models.CharField(max_length=200)),
                ("folded_owner", models.CharField(max_length=100)),
                ("organisation", _organisation()),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("organisation"),
                        models.F("day"),
                        models.F("record"),
                        condition=models.Q(position=0),
                        name="due_by_day",
                    ),
                    models.Index(
                        models.F("organisation"),
                        models.F("kind"),
                        models.F("day"),
                        models.F("record"),
                        condition=models.Q(position=0),
                        name="due_by_kind",
                    ),
                    models.Index(
                        models.F("organisation"),
                        models.F("folded_owner"),
                        models.F("day"),
                        models.F("record"),
                        name="due_by_owner",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Indexed",
            fields=[
                ("pk", _key()),
                ("record", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=60)),
                ("field", models.CharField(max_length=60)),
                ("position", models.IntegerField()),
                ("first", models.BigIntegerField()),
                ("text", models.CharField(max_length=200)),
                ("folded", models.CharField(max_length=100)),
                ("number", models.FloatField(null=True)),
                ("day", models.DateField(null=True)),
                ("organisation", _organisation()),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("organisation"),
                        models.F("kind"),
                        models.F("field"),
                        models.F("folded"),
                        models.F("first"),
                        condition=models.Q(day__isnull=True, number__isnull=True),
                        name="indexed_by_text",
                    ),
                    models.Index(
                        models.F("organisation"),
                        models.F("kind"),
                        models.F("field"),
                        models.F("number"),
                        models.F("first"),
                        condition=models.Q(number__isnull=False),
                        name="indexed_by_number",
                    ),
                    models.Index(
                        models.F("organisation"),
                        models.F("kind"),
                        models.F("field"),
                        models.F("day"),
                        models.F("first"),
                        condition=models.Q(day__isnull=False),
                        name="indexed_by_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IndexedAs",
            fields=[
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="store.organisation",
                    ),
                ),
                ("told", models.BinaryField(max_length=32)),
            ],
        ),
        migrations.AddIndex(
            model_name="current",
            index=models.Index(
                models.F("organisation"),
                models.F("kind"),
                models.F("sequence"),
                name="current_by_change",
            ),
        ),
        migrations.RunPython(compare_by_code_point, migrations.RunPython.noop),
    ]
