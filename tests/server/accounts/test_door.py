"""The door's own words against Django's: whoever the one lets in, the other does, and nobody else."""

import pytest
from tests.server.works import Works, works

from standfirst.management.access import ENDED
from standfirst.server.accounts.door import entered
from standfirst.server.accounts.models import Membership, User
from standfirst.server.accounts.standing import standing_of
from standfirst.server.store.models import LedgerHead, Organisation

pytestmark = pytest.mark.usefixtures("database")


def agree(there: Works, user: User) -> bool:
    ours = entered(user, there.slug)
    theirs = standing_of(user).filter(organisation__slug=there.slug).first()
    if ours is None or theirs is None:
        assert (ours, theirs) == (None, None)
        return False
    assert (ours.person, ours.access) == (theirs.person, theirs.access)
    for model in (Organisation, LedgerHead):
        mine = ours.organisation if model is Organisation else ours.organisation.head
        its = theirs.organisation if model is Organisation else theirs.organisation.head
        for field in model._meta.concrete_fields:
            values = [getattr(one, field.attname) for one in (mine, its)]
            if isinstance(values[0], memoryview):
                values = [bytes(value) for value in values]
            assert values[0] == values[1], field.name
            assert type(values[0]) is type(values[1]), field.name
    return True


def test_whoever_belongs_is_let_in_with_what_django_would_read() -> None:
    there, elsewhere = works(), works("Elsewhere")
    for person in (there.ada, there.ben, there.mila):
        assert agree(there, there.accounts[person.id])
    assert not agree(there, elsewhere.accounts[elsewhere.ada.id])
    assert entered(there.accounts[there.ada.id], "nowhere") is None


def test_who_has_left_is_out() -> None:
    there = works()
    user = there.accounts[there.mila.id]
    assert agree(there, user)
    there.move(there.record(there.mila.id), "left")
    assert not agree(there, user)


def test_access_that_has_ended_lets_nobody_in() -> None:
    there = works()
    user = there.accounts[there.mila.id]
    access = Membership.objects.get(user=user).access
    there.move(there.record(access), ENDED)
    assert not agree(there, user)


def test_a_row_that_points_at_another_s_access_or_person_lets_nobody_in() -> None:
    there = works()
    mila, ben = (there.accounts[person.id] for person in (there.mila, there.ben))
    rows = {user: Membership.objects.get(user=user) for user in (mila, ben)}
    mine = rows[mila].access
    Membership.objects.filter(user=mila).update(access=rows[ben].access)
    assert not agree(there, mila)
    Membership.objects.filter(user=ben).delete()
    Membership.objects.filter(user=mila).update(access=mine, person=there.ben.id)
    assert not agree(there, mila)
