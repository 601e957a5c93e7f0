from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_access")]

    operations = [
        migrations.AddField("user", "language", models.CharField(blank=True, default="", max_length=16)),
    ]
