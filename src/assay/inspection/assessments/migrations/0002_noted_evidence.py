"""Evidence may have been seen elsewhere, where no record was brought in with the case."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="citedevidence",
            name="source",
            field=models.CharField(
                choices=[
                    ("contact", "contact"),
                    ("assessment", "assessment"),
                    ("plan_row", "plan_row"),
                    ("enquiry", "enquiry"),
                    ("registration", "registration"),
                    ("rosh", "rosh"),
                    ("words", "words"),
                    ("absence", "absence"),
                    ("suspension", "suspension"),
                    ("noted", "noted"),
                ],
                max_length=20,
            ),
        ),
    ]
