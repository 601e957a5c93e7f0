"""Accounts and members without a page: for the command line, a demonstration's script, and tests."""

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from standfirst.records.change import Refused
from standfirst.server.accounts.models import Membership, User
from standfirst.server.store.models import Organisation
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


def add_member(*, user: User, organisation: Organisation, person: str) -> Membership:
    """Lets an account act as a person of an organisation; ``person`` is the id of that person's record there."""
    try:
        with transaction.atomic():
            return Membership.objects.create(user=user, organisation=organisation, person=person)
    except IntegrityError as fault:
        raise Refused(Reason("account.member-already", {"email": user.email})) from fault
