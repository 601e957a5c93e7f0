"""The tables of the store. Records are truth: ``Organisation``, ``LedgerHead``, ``Entry``, ``Content``.

``Current``, ``Unique``, ``Link``, ``Indexed``, ``Due`` and ``Node`` are read models: made from the truth, and again by
``standfirst organisation rebuild``.
``Outbox`` is work to be done after a commit; ``SignedHead`` and ``Anchor`` are its results. What the first four hold is
append-only, in the database too (``triggers``).
"""

from typing import Final

from django.db import models

from standfirst.server.organisations import OrganisationType

DIGEST: Final = 32

FOLDED: Final = 100
"""Characters kept of a text as it is compared: those beyond neither sort nor narrow."""


class Installation(models.Model):
    """What this installation is for; one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    purpose = models.CharField(max_length=30)


class Organisation(models.Model):
    """One workspace: its own people, records, ledger and keys. Its name and kind in words stand in its records."""

    id = models.UUIDField(primary_key=True)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    type = models.CharField(max_length=30, choices=[(each.value, each.value) for each in OrganisationType])

    def __str__(self) -> str:
        return self.slug


class LedgerHead(models.Model):
    """How far a ledger has come. Locked by whoever writes to it, before anything else is read."""

    organisation = models.OneToOneField(Organisation, models.PROTECT, primary_key=True, related_name="head")
    size = models.BigIntegerField(default=0)
    root = models.BinaryField(max_length=DIGEST)
    peaks = models.BinaryField(default=b"")  # as trust.merkle.CompactRange keeps them, one after the other
    last_leaf = models.BinaryField(default=b"")
    last_time = models.DateTimeField(null=True)
    simulation = models.BooleanField(default=False)
    fictional = models.BooleanField(default=False)
    counters = models.TextField(default="{}")  # prefix -> the highest number given


class Entry(models.Model):
    """One ledger entry: its canonical bytes and their leaf. ``record`` and ``version`` repeat what the bytes say."""

    pk = models.CompositePrimaryKey("organisation", "sequence")
    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False, related_name="+")
    sequence = models.BigIntegerField()
    record = models.CharField(max_length=64)
    version = models.IntegerField()
    data = models.BinaryField()
    leaf = models.BinaryField(max_length=DIGEST)

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "record", "version", name="one_entry_a_version"),
        ]


class Content(models.Model):
    """What an entry commits to, and its salt: the only table where erasure acts. Both are empty once erased."""

    pk = models.CompositePrimaryKey("organisation", "sequence")
    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False, related_name="+")
    sequence = models.BigIntegerField()
    salt = models.BinaryField(null=True)
    data = models.BinaryField(null=True)


class Node(models.Model):
    """The root of a full subtree of 2^level leaves, at the levels that are kept (``tree``): proofs read them, not every leaf."""

    pk = models.CompositePrimaryKey("organisation", "level", "position")
    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False, related_name="+")
    level = models.SmallIntegerField()
    position = models.BigIntegerField()
    hash = models.BinaryField(max_length=DIGEST)


class Current(models.Model):
    """A record as it stands now: what lists and look-ups need."""

    pk = models.CompositePrimaryKey("organisation", "record")
    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False, related_name="+")
    record = models.CharField(max_length=64)
    kind = models.CharField(max_length=60)
    number = models.CharField(max_length=16)
    version = models.IntegerField()
    state = models.CharField(max_length=60)
    title = models.CharField(max_length=300)
    erased = models.BooleanField(default=False)
    erased_by = models.BigIntegerField(null=True)  # sequence of the entry that destroyed what it said
    first = models.BigIntegerField()  # sequence of its first entry: the order in which records came
    sequence = models.BigIntegerField()  # of its last entry
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("organisation", "number", name="one_record_a_number")]
        indexes = [
            models.Index("organisation", "kind", "first", name="current_by_kind"),
            models.Index(
                "organisation", "kind", "state", "first", name="current_by_state"
            ),  # and counts by state
            models.Index("organisation", "kind", "sequence", name="current_by_change"),
        ]


class Unique(models.Model):
    """What a record holds in a field that no two records of its kind share."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False, related_name="+")
    record = models.CharField(max_length=64)
    number = models.CharField(max_length=16)
    kind = models.CharField(max_length=60)
    field = models.CharField(max_length=60)
    value = models.BinaryField(max_length=DIGEST)  # SHA-256 of the value's canonical bytes

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "kind", "field", "value", name="one_record_a_value"),
        ]
        indexes = [models.Index("organisation", "record", name="unique_by_record")]


class Link(models.Model):
    """A typed link of a record's current version."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False, related_name="+")
    source = models.CharField(max_length=64)
    relation = models.CharField(max_length=60)
    target = models.CharField(max_length=64)
    position = models.IntegerField()

    class Meta:
        indexes = [
            models.Index("organisation", "source", name="links_out"),
            models.Index("organisation", "target", name="links_in"),
        ]


class Indexed(models.Model):
    """One value of a field that a list shows, filters or sorts by (``records.indexing``); an empty row of one that says nothing.

    ``text`` is shown, ``folded`` compared. Each row stands in exactly one of the orders below, so that numbers, days and
    texts of a field, laid one after the other, are all its records once.
    """

    pk = models.CompositePrimaryKey("organisation", "record", "field", "position")
    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False, related_name="+")
    record = models.CharField(max_length=64)
    kind = models.CharField(max_length=60)
    field = models.CharField(max_length=60)
    position = models.IntegerField()
    first = models.BigIntegerField()  # of the record: the order among equals
    text = models.CharField(max_length=200)
    folded = models.CharField(max_length=FOLDED)
    number = models.FloatField(null=True)
    day = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(
                "organisation",
                "kind",
                "field",
                "folded",
                "first",
                "number",  # both empty, and there so that SQLite needs no row beside the index
                "day",
                name="indexed_by_text",
                condition=models.Q(number__isnull=True, day__isnull=True),
            ),
            models.Index(
                "organisation",
                "kind",
                "field",
                "number",
                "first",
                name="indexed_by_number",
                condition=models.Q(number__isnull=False),
            ),
            models.Index(
                "organisation",
                "kind",
                "field",
                "day",
                "first",
                name="indexed_by_day",
                condition=models.Q(day__isnull=False),
            ),
        ]


class Due(models.Model):
    """A day by which something has to be done, as long as its record's state does not settle it; a row for each owner.

    ``position`` 0 stands for the day itself: who asks for everybody's asks for these.
    """

    pk = models.CompositePrimaryKey("organisation", "record", "field", "position")
    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False, related_name="+")
    record = models.CharField(max_length=64)
    kind = models.CharField(max_length=60)
    field = models.CharField(max_length=60)
    position = models.IntegerField()
    first = models.BigIntegerField()  # of the record: the order among equals
    day = models.DateField()
    owner = models.CharField(max_length=200)
    folded_owner = models.CharField(max_length=FOLDED)

    class Meta:
        indexes = [
            models.Index("organisation", "day", "first", name="due_by_day", condition=models.Q(position=0)),
            models.Index(
                "organisation", "kind", "day", "first", name="due_by_kind", condition=models.Q(position=0)
            ),
            models.Index("organisation", "folded_owner", "day", "first", name="due_by_owner"),
        ]


class IndexedAs(models.Model):
    """How an organisation's index was made: SHA-256 of ``indexing.fields_as_told``. A release whose kinds are viewed in another way
    makes it anew when it is started.
    """

    organisation = models.OneToOneField(Organisation, models.PROTECT, primary_key=True, related_name="+")
    told = models.BinaryField(max_length=DIGEST)


class Outbox(models.Model):
    """Work that a commit left: done at least once, harmless when repeated. ``claimed_until`` is a worker's word, and
    so is ``done_at``.
    """

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False, related_name="+")
    topic = models.CharField(max_length=40)
    size = models.BigIntegerField()  # of the ledger, when it was committed
    payload = models.TextField(default="{}")
    claimed_until = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0)
    trouble = models.TextField(default="")
    done = models.BooleanField(default=False)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index("done", "id", name="work_to_do")]


class SignedHead(models.Model):
    """A head of the ledger as its organisation signed it: a C2SP checkpoint."""

    pk = models.CompositePrimaryKey("organisation", "size")
    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False, related_name="+")
    size = models.BigIntegerField()
    note = models.BinaryField()


class Anchor(models.Model):
    """Where a signed head stands in a public log."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False, related_name="+")
    size = models.BigIntegerField()
    origin = models.CharField(max_length=255)
    index = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint("organisation", "size", "origin", name="one_anchor_a_log")]
