"""The first account of an installation. Only whoever reads what ``standfirst serve`` prints can make it.

A fresh server has nobody who could say who may come in. If anybody who finds its address could sign up, anybody on the
network could take it over. So there is a link, printed where only whoever runs the installation reads it: once, for a day,
and only as long as nobody has an account.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from standfirst.records.change import Refused
from standfirst.server.accounts import secret
from standfirst.server.accounts.models import User
from standfirst.server.accounts.people import create_user
from standfirst.server.setup.models import ONE, Opening
from standfirst.server.store.turn import turn
from standfirst.standards.reason import Reason

LIFETIME: Final = timedelta(hours=24)


def fresh(*, now: datetime) -> str | None:
    """A new secret, in place of the one before; None where somebody has an account."""
    with turn(), transaction.atomic():
        Opening.objects.all().delete()
        if not is_unopened():
            return None
        text = secret.fresh(secret.OPENING)
        Opening.objects.create(id=ONE, digest=secret.digest(text), expires=now + LIFETIME)
    return text


def is_unopened() -> bool:
    """Whether nobody has an account here."""
    return not User.objects.exists()


def require(text: str, *, now: datetime) -> None:
    """Raises Refused unless the link opens at this moment. It says no more to who guesses than to who comes too late."""
    if not (secret.is_one(text, secret.OPENING) and _live(text, now)):
        raise Refused(Reason("opening.missing"))


def take(text: str, *, email: str, name: str, password: str, now: datetime) -> User:
    """The first account. Its address counts as proved, as at the command line: whoever holds the link runs this installation.

    Raises Refused, also for an address or a password that will not do; then the link is as good as before.
    """
    require(text, now=now)
    with turn(), transaction.atomic():
        # Of two at once one waits here, and then finds nothing any more.
        held = Opening.objects.select_for_update().filter(id=ONE, digest=secret.digest(text)).first()
        if held is None or not is_unopened():
            raise Refused(Reason("opening.missing"))
        held.delete()
        return create_user(email=email, name=name, password=password)


def _live(text: str, now: datetime) -> bool:
    found = Opening.objects.filter(id=ONE, digest=secret.digest(text), expires__gt=now)
    return found.exists() and is_unopened()
