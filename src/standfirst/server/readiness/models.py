"""What is kept beside the ledger of how an organisation stands. All but ``Change`` is made from its records, and again by
``standfirst organisation rebuild``.

``Change`` is what was seen: a day on which nobody computed left none, so it cannot be made again.
"""

from django.db import models

from standfirst.server.store.models import Organisation
from standfirst.standards.method import Status

STATUSES = [(each.value, each.value) for each in Status]


class Progress(models.Model):
    """How far facts and results have come. ``revision`` grows with every change of the facts: results that were computed
    meanwhile are then computed again.
    """

    organisation = models.OneToOneField(Organisation, models.PROTECT, primary_key=True, related_name="+")
    made_by = models.CharField(
        max_length=64, default=""
    )  # what facts and results depend on besides records (``asked``)
    facts = models.BigIntegerField(default=0)  # entries of the ledger that facts are made of
    revision = models.BigIntegerField(default=0)
    stale = models.TextField(
        default="[]"
    )  # ids of requirements whose results have to be computed; "*" for all
    size = models.BigIntegerField(default=0)  # entries of the ledger that results are computed of
    day = models.DateField(null=True)  # on which their evidence was held against what is asked
    profile = models.TextField(default="")
    computed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.size}"


class KeptFact(models.Model):
    """One record as criteria see it. ``gone``: a file that it attaches is not here."""

    pk = models.CompositePrimaryKey("organisation", "record")
    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False, related_name="+")
    record = models.CharField(max_length=64)
    kind = models.CharField(max_length=60)
    state = models.CharField(max_length=60)
    gone = models.BooleanField(default=False)
    data = models.BinaryField()

    class Meta:
        indexes = [models.Index("organisation", "kind", "state", name="facts_by_kind")]


class Served(models.Model):
    """A requirement that a record serves."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False, related_name="+")
    record = models.CharField(max_length=64)
    kind = models.CharField(max_length=60)
    requirement = models.CharField(max_length=40)

    class Meta:
        indexes = [
            models.Index("organisation", "requirement", "kind", "record", name="served_by_kind"),
            models.Index("organisation", "record", name="served_by_record"),
        ]

    def __str__(self) -> str:
        return self.requirement


class RestsOn(models.Model):
    """A file that a record's current version attaches, by its SHA-256."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False, related_name="+")
    record = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        indexes = [
            models.Index("organisation", "record", name="rests_by_record"),
            models.Index("organisation", "digest", name="rests_by_file"),
        ]

    def __str__(self) -> str:
        return self.digest


class KeptResult(models.Model):
    """What one requirement came to. ``data`` says why (``stored``); ``before`` what it was until ``changed_on``."""

    pk = models.CompositePrimaryKey("organisation", "requirement")
    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False, related_name="+")
    requirement = models.CharField(max_length=40)
    position = models.IntegerField()  # in the edition
    status = models.CharField(max_length=20, choices=STATUSES)
    until = models.DateField(null=True)
    oldest = models.DateField(null=True)
    changed_on = models.DateField(null=True)
    before = models.CharField(max_length=20, blank=True, choices=STATUSES)
    met = models.IntegerField()  # of its criteria
    criteria = models.IntegerField()  # that are asked
    why = models.TextField(default="")  # the first reason why it is no better, as JSON
    data = models.TextField()


class Change(models.Model):
    """A requirement went from one status to another. It names codes of reasons and no record, so erasure has no part in it."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False, related_name="+")
    requirement = models.CharField(max_length=40)
    before = models.CharField(max_length=20, choices=STATUSES)
    after = models.CharField(max_length=20, choices=STATUSES)
    on = models.DateField()
    size = models.BigIntegerField()  # of the ledger
    codes = models.TextField(default="[]")

    class Meta:
        indexes = [
            models.Index("organisation", "on", name="changes_by_day"),
            models.Index("organisation", "requirement", "on", name="changes_by_requirement"),
        ]

    def __str__(self) -> str:
        return f"{self.requirement}: {self.before} to {self.after}"


class Stage(models.TextChoices):
    """How far a report is."""

    WAITING = "waiting"
    READING = "reading"
    WRITING = "writing"
    DONE = "done"
    FAILED = "failed"


class Prepared(models.Model):
    """A report that a worker makes, since it takes longer than anybody waits; gone after some days, and with any erasure."""

    id = models.UUIDField(primary_key=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False, related_name="+")
    form = models.CharField(max_length=20)
    remedies = models.BooleanField(default=True)  # whether it says what would make a no a yes
    asked_by = models.CharField(max_length=64)  # the person's record
    asked_at = models.DateTimeField()
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.WAITING)
    trouble = models.TextField(default="")  # a reason, as JSON
    name = models.CharField(max_length=200, default="")
    media_type = models.CharField(max_length=100, default="")
    data = models.BinaryField(null=True)

    class Meta:
        indexes = [models.Index("organisation", "asked_at", name="prepared_lately")]

    def __str__(self) -> str:
        return self.name or self.form
