"""The tables of accounts. They say who somebody is and which person record is theirs; roles stand in that record alone.

Accounts, invitations and tokens stay: they are made inactive or revoked, and after an erasure say nothing more. A
membership goes when its access has ended (``leaving``).
"""

import uuid
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from standfirst.server.store.models import Organisation

NAME_LENGTH: Final = 200
EMAIL_LENGTH: Final = 254  # RFC 5321, 4.5.3.1.3: a path of 256 octets, less its brackets
DIGEST_LENGTH: Final = 64  # SHA-256 in hexadecimal


class Users(BaseUserManager["User"]):
    """Finds accounts by e-mail whatever its letter case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """An account: one human being, in any number of organisations. There are no administrators among them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(max_length=EMAIL_LENGTH, unique=True)
    name = models.CharField(max_length=NAME_LENGTH, blank=True)
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=16, blank=True, default="")  # empty: what the browser asks for

    objects: ClassVar[Users] = Users()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            # With the unique column: one account an address, however its letters are written.
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_lower"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def closed(self) -> bool:
        """Nobody's any more: what it said of its person went with their record (``leaving.NOBODY``)."""
        return self.email.endswith("@erased.invalid")

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower()


class Membership(models.Model):
    """Whose account acts as which person of an organisation: ids of records of the kinds ``person`` and ``access``.

    It lets nobody in by itself: the door asks whether that access stands open in the ledger (``server.access``).
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    person = models.CharField(max_length=64)
    access = models.CharField(max_length=64, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint("user", "organisation", name="one_person_a_member"),
            models.UniqueConstraint("organisation", "person", name="one_account_a_person"),
        ]


class Invitation(models.Model):
    """A letter to an address: whoever proves to have it may become that person of that organisation. Used once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="invitations")
    email = models.EmailField(max_length=EMAIL_LENGTH)
    person = models.CharField(max_length=64)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=DIGEST_LENGTH, unique=True)
    created = models.DateTimeField()
    expires = models.DateTimeField()
    accepted = models.DateTimeField(null=True)
    revoked = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person"],
                condition=models.Q(accepted=None, revoked=None),
                name="one_open_invitation",
            ),
        ]
        indexes = [models.Index("email", name="invitation_by_email")]

    def is_open(self, at: datetime) -> bool:
        return self.accepted is None and self.revoked is None and at < self.expires


class Scope(StrEnum):
    """What a program with a token may do, at most: never more than the member whose token it is."""

    READ = "read"
    WRITE = "write"
    FILES = "files"


class Token(models.Model):
    """A program's key to one organisation, in the name of one member. The secret itself is nowhere."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="tokens")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=100)
    granted = models.CharField(max_length=100)  # scopes in alphabetical order, with spaces between
    digest = models.CharField(max_length=DIGEST_LENGTH, unique=True)
    created = models.DateTimeField()
    expires = models.DateTimeField()
    last_used = models.DateTimeField(null=True)
    revoked = models.DateTimeField(null=True)

    @property
    def scopes(self) -> frozenset[Scope]:
        return frozenset(Scope(each) for each in self.granted.split())

    @staticmethod
    def granting(scopes: Iterable[Scope]) -> str:
        return " ".join(sorted(set(scopes)))

    def is_live(self, at: datetime) -> bool:
        return self.revoked is None and at < self.expires


class CacheRow(models.Model):
    """The table of Django's database cache (``CACHES``), made with the others: all processes count rates in it."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "cache"
