"""The tables of telling. Plain rows, none of them truth: what they tell of stands in records, and is read there.

Nothing of a record's text is kept here, so nothing of it outlives an erasure: a notification names the record and a sort,
and its sentence is made when it is read.
"""

import uuid
from typing import Final

from django.db import models

from standfirst.server.accounts.models import DIGEST_LENGTH, User
from standfirst.server.store.models import Organisation
from standfirst.server.telling.events import Event
from standfirst.server.telling.sorts import Sort, Way

NAME_LENGTH: Final = 100
URL_LENGTH: Final = 2000


class Heard(models.Model):
    """How much of an organisation's ledger has been told of. Locked by whoever tells the next of it."""

    organisation = models.OneToOneField(Organisation, models.PROTECT, primary_key=True, related_name="+")
    size = models.BigIntegerField(default=0)


class Notification(models.Model):
    """That something happened which a person wants to know; ``key`` says what, so that it is told once.

    ``record`` is what it is about, ``source`` the comment in which it stands. ``parameters``: codes, numbers and days.
    """

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False, related_name="+")
    person = models.CharField(max_length=64)
    sort = models.CharField(max_length=40, choices=[(each.value, each.value) for each in Sort])
    key = models.CharField(max_length=200)
    record = models.CharField(max_length=64, blank=True, default="")
    source = models.CharField(max_length=64, blank=True, default="")
    actor = models.CharField(max_length=64, blank=True, default="")
    parameters = models.TextField(default="{}")
    mailed = models.BooleanField(default=False)  # it has been in a letter, or is for none
    at = models.DateTimeField()
    read = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "person", "key", name="told_once"),
        ]
        indexes = [
            models.Index(fields=["organisation", "person", "-at", "-id"], name="inbox"),
            models.Index(
                "organisation", "person", "sort", condition=models.Q(read=None), name="inbox_unread"
            ),
        ]


class Choice(models.Model):
    """How far a person lets a sort of notification go, where that is another than usual."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False, related_name="+")
    person = models.CharField(max_length=64)
    sort = models.CharField(max_length=40, choices=[(each.value, each.value) for each in Sort])
    way = models.CharField(max_length=10, choices=[(each.value, each.value) for each in Way])

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "person", "sort", name="one_choice_a_sort"),
        ]


class Outside(models.Model):
    """What an organisation lets leave the workplace, in letters and calendars. Without a row, no titles."""

    organisation = models.OneToOneField(Organisation, models.PROTECT, primary_key=True, related_name="+")
    titles = models.BooleanField(default=False)


class Digest(models.Model):
    """When somebody gets a letter about all their organisations. ``next`` is None for never.

    ``next`` is moved on before a letter is sent, in one UPDATE that another worker's makes empty: whoever is killed
    in between has sent none, and nobody ever gets two.
    """

    user = models.OneToOneField(User, models.PROTECT, primary_key=True, related_name="+")
    often = models.CharField(max_length=10, default="daily")
    weekday = models.SmallIntegerField(default=0)  # 0 Monday; of a weekly one
    hour = models.SmallIntegerField(default=7)
    zone = models.CharField(max_length=64, default="UTC")
    next = models.DateTimeField(null=True, db_index=True)
    sent = models.DateTimeField(null=True)


class Feed(models.Model):
    """A calendar at a secret address. It shows due dates, and opens nothing else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    name = models.CharField(max_length=NAME_LENGTH)
    everybody = models.BooleanField(default=False)
    digest = models.CharField(max_length=DIGEST_LENGTH, unique=True)
    created = models.DateTimeField()
    renewed = models.DateTimeField(null=True)
    revoked = models.DateTimeField(null=True)


class Endpoint(models.Model):
    """Where a webhook posts to. Its secret is derived (``signing``) and stands nowhere; ``generation`` counts renewals.

    ``failing``: since when nothing has arrived any more. ``stopped``: it gets nothing from then on, ``because`` of a code.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    name = models.CharField(max_length=NAME_LENGTH)
    url = models.CharField(max_length=URL_LENGTH)
    events = models.TextField()  # in alphabetical order, with spaces between
    since = models.BigIntegerField(default=0)  # what was recorded before this entry is not told
    generation = models.IntegerField(default=1)
    renewed = models.DateTimeField(null=True)
    created = models.DateTimeField()
    failing = models.DateTimeField(null=True)
    stopped = models.DateTimeField(null=True)
    because = models.CharField(max_length=60, blank=True, default="")

    @property
    def wants(self) -> frozenset[str]:
        return frozenset(self.events.split())


class Delivery(models.Model):
    """One message to one endpoint: what it says, and how far it has come. A repeat bears the same ``message`` id."""

    class Outcome(models.TextChoices):
        WAITING = "waiting"
        DELIVERED = "delivered"
        GIVEN_UP = "given-up"

    id = models.BigAutoField(primary_key=True)
    endpoint = models.ForeignKey(Endpoint, models.CASCADE, db_index=False, related_name="deliveries")
    message = models.CharField(max_length=40)
    event = models.CharField(max_length=60, choices=[(each.value, each.value) for each in Event])
    body = models.TextField()
    created = models.DateTimeField()
    attempts = models.IntegerField(default=0)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    status = models.SmallIntegerField(null=True)  # what the endpoint answered last
    trouble = models.CharField(max_length=60, blank=True, default="")  # a code, where it did not answer
    tried = models.DateTimeField(null=True)
    next = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("endpoint", "message", name="one_delivery_a_message"),
        ]
        indexes = [models.Index(fields=["endpoint", "-id"], name="deliveries_lately")]
