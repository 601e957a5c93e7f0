"""Files: their bytes once for the whole installation, and who has a use for them.

An organisation reaches bytes only through a ``FileUse`` of its own. Whoever uploads hands in all the bytes, also where
they are here already, so nobody learns from an upload what others keep.
"""

from django.conf import settings
from django.db import models

from standfirst.server.files.names import EVIDENCE, NAME_LENGTH
from standfirst.server.store.models import Organisation


class StoredFile(models.Model):
    """Bytes that are stored. The row goes with the bytes; ``media_type`` is what the bytes say of themselves."""

    digest = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    stored_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.digest


class FileUse(models.Model):
    """An organisation's own word on a file: what it calls it, since when it has it, and what the file speaks of.

    The evidence is of ``evidence_from`` up to, and without, ``evidence_until``: that is claimed, and apart from
    ``uploaded_at``. Rows stay. One whose file was erased names the record of that and says nothing more, not even the
    digest, which would confirm a guess of what was in it.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False, related_name="+")
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="uses", db_column="digest")
    name = models.CharField(max_length=NAME_LENGTH, blank=True)
    folded = models.CharField(max_length=NAME_LENGTH, blank=True)  # the name as file systems compare it
    claims = models.CharField(
        max_length=100, blank=True
    )  # the type that the name tells, where the bytes differ
    uploaded_at = models.DateTimeField()
    # None: it came with an envelope, from an organisation of this installation, by nobody's hand
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    evidence_from = models.DateField(null=True)
    evidence_until = models.DateField(null=True)
    origin = models.CharField(max_length=500, blank=True)
    collector = models.CharField(max_length=200, blank=True)
    erased_by = models.CharField(max_length=16, blank=True)  # number of the record that erased it

    class Meta:
        indexes = [
            models.Index("organisation", "file", name="use_by_file"),
            models.Index("organisation", "folded", name="use_by_name"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(erased_by="", file__isnull=False)
                | (
                    models.Q(file=None, name="", folded="", origin="", collector="", claims="")
                    & ~models.Q(erased_by="")
                ),
                name="use_erased_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(evidence_from=None)
                | models.Q(evidence_until=None)
                | models.Q(evidence_until__gt=models.F("evidence_from")),
                name="use_period_half_open",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.erased_by

    @property
    def label(self) -> str:
        """What a record's attachment calls it."""
        return f"{EVIDENCE}/{self.name}"

    def as_attachment(self) -> dict[str, str]:
        """As it stands in a record's body."""
        return {"file": self.label, "sha256": str(self.file_id)}
