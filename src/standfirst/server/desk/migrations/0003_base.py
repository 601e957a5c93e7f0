from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk", "0002_saved_views")]

    operations = [
        migrations.AlterField(model_name="draft", name="base", field=models.BigIntegerField(default=0))
    ]
