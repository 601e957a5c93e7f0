"""Accounts and members without a page: for the command line, a demonstration's script, and tests."""

from uuid import uuid4

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from standfirst.management.access import Began, open_access
from standfirst.management.organisation import is_a_persons
from standfirst.records.change import Refused
from standfirst.server.accounts.models import Membership, User
from standfirst.server.store.models import Current, Organisation
from standfirst.server.workplace import open_store
from standfirst.standards.reason import Reason


def create_user(*, email: str, name: str, password: str) -> User:
    """An account whose address counts as proved: whoever runs this command vouches for it. Raises Refused."""
    user = User(email=email.lower(), name=name)
    try:
        validate_email(user.email)
    except ValidationError as fault:
        raise Refused(Reason("account.address", {"email": email})) from fault
    try:
        validate_password(password, user)
    except ValidationError as fault:
        raise Refused(Reason("account.password", {"faults": tuple(fault.messages)})) from fault
    user.set_password(password)
    with transaction.atomic():
        if EmailAddress.objects.filter(email=user.email).exists() or not _new(user):
            raise Refused(Reason("account.there-already", {"email": user.email}))
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def _new(user: User) -> bool:
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def add_member(
    *, user: User, organisation: Organisation, person: str, began: Began = "administration"
) -> Membership:
    """Lets an account act as a person of an organisation; ``person`` is the id of that person's record there."""
    try:
        with transaction.atomic():
            membership = new_membership(user, organisation, person)
    except IntegrityError as fault:
        known = Membership.objects.filter(user=user, organisation=organisation, person=person).first()
        if known is None or is_recorded(known):
            raise Refused(Reason("account.member-already", {"email": user.email})) from fault
        membership = known  # whoever was killed between this and the ledger does it again
    record(membership, began=began)
    return membership


def new_membership(user: User, organisation: Organisation, person: str) -> Membership:
    """The row alone, which lets nobody in: ``record`` follows. Raises IntegrityError; Refused for the id of a service."""
    if not is_a_persons(person):
        raise Refused(Reason("person.service-id"))
    return Membership.objects.create(user=user, organisation=organisation, person=person, access=str(uuid4()))


def record(membership: Membership, *, began: Began, invited_by: str | None = None) -> None:
    """From now on the ledger says so. Harmless when repeated."""
    deed = open_access(
        record=membership.access,
        person=membership.person,
        account=str(membership.user_id),
        began=began,
        invited_by=invited_by,
    )
    open_store(membership.organisation).perform(deed)


def is_recorded(membership: Membership) -> bool:
    return Current.objects.filter(organisation=membership.organisation, record=membership.access).exists()
