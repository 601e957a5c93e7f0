import uuid

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def without_row_numbers(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """SQLite numbers rows in the order in which they come. These tables shall not know it.

    The tables were made a moment ago and are empty; their indexes follow at the end of this migration.
    """
    if editor.connection.vendor != "sqlite":
        return
    for table in ("sealed_sealeditem", "sealed_case"):
        with editor.connection.cursor() as cursor:
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [table])
            (statement,) = cursor.fetchone()
        editor.execute(f"DROP TABLE {table}")
        editor.execute(f"{statement} WITHOUT ROWID")


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("store", "0002_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="Case",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("code", models.BinaryField(max_length=32, unique=True)),
                ("concerned", models.TextField(default="[]")),
                ("concerned_roles", models.TextField(default="[]")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="store.organisation"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Waiting",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organisation",
                        "purpose",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("purpose", models.CharField(max_length=20)),
                ("since", models.DateField()),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="store.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SealedItem",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("purpose", models.CharField(max_length=20)),
                ("subject", models.CharField(max_length=100)),
                ("salt", models.BinaryField(max_length=32)),
                ("content", models.BinaryField()),
                ("commitment", models.BinaryField(max_length=32)),
                ("batch", models.CharField(blank=True, max_length=16)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="store.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("organisation"),
                        models.F("purpose"),
                        models.F("subject"),
                        name="sealed_by_subject",
                    )
                ],
            },
        ),
        migrations.RunPython(without_row_numbers, migrations.RunPython.noop),
    ]
