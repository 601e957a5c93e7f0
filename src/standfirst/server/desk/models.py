"""What lies on a desk: plain rows, each its owner's alone, and gone when they leave."""

from typing import Final

from django.db import models

from standfirst.server.accounts.models import User
from standfirst.server.store.models import Organisation

ALL: Final = "all"
"""Says that nothing narrows a list: without any parameter it begins with the view that somebody chose for themselves."""


class Draft(models.Model):
    """A form as somebody left it. ``record`` is the id of the one that it is about, or that it is to become; ``base`` the
    version that it was opened at, 0 for a record that is not made yet. ``data`` holds what was typed, as it was typed: a JSON
    list of names and values, which nobody has read yet.
    """

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60)
    record = models.CharField(max_length=64)
    base = models.BigIntegerField(default=0)
    title = models.CharField(max_length=200, blank=True, default="")
    data = models.TextField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "user", "record"], name="one_draft_a_form")
        ]

    def __str__(self) -> str:
        return self.title or self.record


class SavedView(models.Model):
    """A list as somebody wants to see it again, by a name of theirs. ``query`` is what its address says (``lists.wanted``).
    A shared one shows for everybody in the organisation; when who made it leaves, it stays.
    """

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60)
    name = models.CharField(max_length=80)
    query = models.TextField()
    shared = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind", "user", "name"], name="one_view_a_name")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """The parameters of its list. Never none: an address without any means somebody's first view."""
        return f"{self.query or ALL}&view={self.pk}"


class FirstView(models.Model):
    """The view with which the lists of a kind begin for somebody."""

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60)
    view = models.ForeignKey(SavedView, models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "user", "kind"], name="one_first_view_a_kind")
        ]
