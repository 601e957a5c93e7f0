"""What lies between looking at a spreadsheet and recording it: its bytes, for the one who brought it and for nobody else."""

from django.db import models

from standfirst.server.accounts.models import User
from standfirst.server.store.models import Organisation


class Sheet(models.Model):
    """A file as it came. ``mapping`` says which column is laid onto which field, as JSON; it goes with the record of what
    was in it, and otherwise after a day.
    """

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    data = models.BinaryField()
    mapping = models.TextField(default="{}")
    brought_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "user", "kind"], name="one_sheet_a_kind")
        ]

    def __str__(self) -> str:
        return self.name
