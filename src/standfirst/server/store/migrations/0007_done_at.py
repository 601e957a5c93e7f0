"""When work was done, so that its row can be forgotten in time. Rows that an earlier release did have no such time."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0006_texts_from_the_index")]

    operations = [
        migrations.AddField(model_name="outbox", name="done_at", field=models.DateTimeField(null=True)),
    ]
