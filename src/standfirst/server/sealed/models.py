"""Sealed items: their content here and nowhere else, without time, without author, without an order of arrival.

What somebody with the disk could still see, in spite of that:

- The content itself: it is readable to whoever reads the database, as that of every record is. Who must not be able to
  read it must not have the disk. Encrypt the disk, and keep the database where those whom a case may concern have no
  access.
- On SQLite the tables have no row numbers (``WITHOUT ROWID``): rows lie in the order of their random ids. But the
  write-ahead file holds changes in the order in which they were made until it is written over, pages that were freed
  keep old bytes until they are used again, and the file's own time tells of the last write.
- On PostgreSQL a new row's place on the page (``ctid``) and its transaction number (``xmin``) tell the order of arrival
  until its batch is made. Batching writes all rows of a batch anew in the order of their commitments, in one
  transaction, and vacuums the table. The write-ahead log and its archive keep order and time for as long as they are
  kept; so does ``track_commit_timestamp`` (off by default).
- Two backups tell what came between them. So does watching the tables grow.
- A proxy or a web server in front that keeps an access log knows times and addresses of requests to the speak-up pages.
"""

import uuid

from django.db import models

from standfirst.server.store.models import Organisation


class SealedItem(models.Model):
    """One message of a case, or one vote. ``content`` is canonical JSON and names purpose and subject itself.

    ``subject``: a case's id, a ballot's name. ``batch``: number of the ledger record that holds the commitment, empty
    until there is one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False, related_name="+")
    purpose = models.CharField(max_length=20)
    subject = models.CharField(max_length=100)
    salt = models.BinaryField(max_length=32)
    content = models.BinaryField()
    commitment = models.BinaryField(max_length=32)
    batch = models.CharField(max_length=16, blank=True)

    class Meta:
        indexes = [models.Index("organisation", "purpose", "subject", name="sealed_by_subject")]


class Case(models.Model):
    """A speak-up case: who holds its code may read and write in it, and whom it concerns may not.

    ``code``: SHA-256 of the receipt code. It has 130 random bits, so nobody finds it by trying. ``concerned``: ids of
    persons, ``concerned_roles``: roles, as JSON lists.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    code = models.BinaryField(max_length=32, unique=True)
    concerned = models.TextField(default="[]")
    concerned_roles = models.TextField(default="[]")


class Waiting(models.Model):
    """The day, never the time, since when something of this purpose waits for its batch. No row: nothing waits."""

    pk = models.CompositePrimaryKey("organisation", "purpose")
    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False, related_name="+")
    purpose = models.CharField(max_length=20)
    since = models.DateField()
