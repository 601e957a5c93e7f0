import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("store", "0002_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StoredFile",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("size", models.BigIntegerField()),
                ("media_type", models.CharField(max_length=100)),
                ("stored_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="FileUse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=200)),
                ("folded", models.CharField(blank=True, max_length=200)),
                ("claims", models.CharField(blank=True, max_length=100)),
                ("uploaded_at", models.DateTimeField()),
                ("evidence_from", models.DateField(null=True)),
                ("evidence_until", models.DateField(null=True)),
                ("origin", models.CharField(blank=True, max_length=500)),
                ("collector", models.CharField(blank=True, max_length=200)),
                ("erased_by", models.CharField(blank=True, max_length=16)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="store.organisation",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        db_column="digest",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uses",
                        to="files.storedfile",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(models.F("organisation"), models.F("file"), name="use_by_file"),
                    models.Index(models.F("organisation"), models.F("folded"), name="use_by_name"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("erased_by", ""), ("file__isnull", False)),
                            models.Q(
                                ("claims", ""),
                                ("collector", ""),
                                ("file", None),
                                ("folded", ""),
                                ("name", ""),
                                ("origin", ""),
                                models.Q(("erased_by", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="use_erased_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("evidence_from", None),
                            ("evidence_until", None),
                            ("evidence_until__gt", models.F("evidence_from")),
                            _connector="OR",
                        ),
                        name="use_period_half_open",
                    ),
                ],
            },
        ),
    ]
