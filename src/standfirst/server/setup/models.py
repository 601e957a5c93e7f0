"""What is kept of beginnings while they last: plain rows, gone when they are done."""

from typing import Final

from django.db import models

from standfirst.server.accounts.models import DIGEST_LENGTH, User
from standfirst.server.store.models import Organisation

ONE: Final = 1


class Opening(models.Model):
    """The link by which the first account of an installation is made; one row at most. The secret itself is nowhere."""

    id = models.SmallIntegerField(primary_key=True, default=ONE)
    digest = models.CharField(max_length=DIGEST_LENGTH)
    expires = models.DateTimeField()


class Answers(models.Model):
    """What somebody has answered so far in an organisation's set-up: a JSON object by step. Nothing of it is recorded yet."""

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    data = models.TextField(default="{}")
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "user"], name="one_set_up_a_person"),
        ]
