"""What search keeps: how far it has come in each ledger, what it found there, and what attached files say.

All of it is made from records and files and can be made again. The words themselves lie in ``search_words``, which each
engine has in its own form (``shelving``).
"""

from typing import Final

from django.db import models

from standfirst.server.files.models import StoredFile
from standfirst.server.store.models import Organisation

REACH: Final = 2**40
"""Numbers of documents that one organisation has for itself: more than any ledger has entries."""


class Progress(models.Model):
    """How many entries of an organisation's ledger have been read. Locked by whoever changes what is found there."""

    id = models.BigAutoField(primary_key=True)
    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="+")
    size = models.BigIntegerField(default=0)

    @property
    def first(self) -> int:
        return self.pk * REACH

    @property
    def end(self) -> int:
        return self.first + REACH


class Document(models.Model):
    """A record as it can be found. ``id`` says whose it is and where its last entry stands, so the newest come first."""

    id = models.BigIntegerField(primary_key=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False, related_name="+")
    record = models.CharField(max_length=64)
    kind = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint("organisation", "record", name="one_document_a_record")]

    def __str__(self) -> str:
        return self.record


class Attached(models.Model):
    """A file that a record's current version attaches, whether or not it is here. ``read``: it is found by what that says."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False, related_name="+")
    record = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    read = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index("organisation", "record", name="attached_by_record"),
            models.Index("digest", "organisation", name="attached_by_file"),
        ]

    def __str__(self) -> str:
        return self.digest


class Outcome(models.TextChoices):
    """What became of reading a file."""

    WAITING = "waiting"
    READ = "read"
    NOTHING = "nothing"  # no text in it, or none in a form that is read here
    TOO_LARGE = "too-large"
    TOO_LONG = "too-long"
    DAMAGED = "damaged"
    LOCKED = "locked"  # by a password
    GONE = "gone"  # its bytes are not where they were put; ``ledger check --files`` names it
    GIVEN_UP = "given-up"  # whoever read it was killed, time and again


class FileText(models.Model):
    """What a file says, read once for the whole installation. It goes with the file."""

    file = models.OneToOneField(
        StoredFile, models.CASCADE, primary_key=True, db_column="digest", related_name="+"
    )
    outcome = models.CharField(max_length=20, choices=Outcome.choices, default=Outcome.WAITING)
    attempts = models.SmallIntegerField(default=0)
    text = models.TextField(default="")

    def __str__(self) -> str:
        return str(self.file_id)
