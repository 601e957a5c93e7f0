"""Founding an organisation in the browser: by the rules and the deed of the command line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.utils.text import slugify

from standfirst.records.change import Refused
from standfirst.server.accounts.models import User
from standfirst.server.accounts.standing import standing_of
from standfirst.server.organisations import OrganisationType, Purpose, require_place
from standfirst.server.organising import (
    SLUG_LENGTH,
    Wanted,
    begin_installation,
    found_organisation,
    require_founder,
    require_room,
)
from standfirst.server.store.models import Installation, LedgerHead, Organisation
from standfirst.standards.reason import Reason

_HANDLE: Final = re.compile(r"[a-z][a-z0-9-]{1,39}")
_TRIED: Final = 50
"""Addresses that are looked at where nobody has chosen one."""


@dataclass(frozen=True, slots=True)
class Founding:
    """What somebody says of the organisation that they begin. ``slug`` and ``handle`` may be left to us."""

    name: str
    type: OrganisationType
    founder: str
    slug: str = ""
    handle: str = ""
    fictional: bool = False


def may_found() -> bool:
    """Where sign-up is open, whoever has an account; else only who is here first, before any organisation is."""
    return settings.SIGNUP == "open" or not LedgerHead.objects.filter(size__gt=0).exists()


def require_may_found() -> None:
    if not may_found():
        raise Refused(Reason("founding.closed"))


def types_here() -> list[OrganisationType]:
    """Those that may stand on an installation of this purpose."""
    purpose = Purpose(Installation.objects.values_list("purpose", flat=True).first() or Purpose.OWN)
    return [each for each in OrganisationType if _may_stand(purpose, each)]


def found(user: User, wish: Founding) -> Organisation:
    """Harmless when repeated: who asks twice is given the one that they have founded. Raises Refused, and Unusable."""
    require_founder(wish.founder, handle := wish.handle or handle_of(wish.founder))
    begin_installation(None)
    mine = _mine(user, wish)
    if mine is not None:
        return mine
    require_may_found()
    wanted = Wanted(wish.slug or free_slug(wish.name), wish.name, wish.type)
    require_room(wanted)
    return found_organisation(
        wanted, founder=wish.founder, handle=handle, user=user, simulation=False, fictional=wish.fictional
    )


def _mine(user: User, wish: Founding) -> Organisation | None:
    """What a form that was sent twice has founded already."""
    here = standing_of(user).filter(organisation__name=wish.name, organisation__type=wish.type.value)
    found = here.filter(organisation__slug=wish.slug) if wish.slug else here
    standing = found.first()
    return standing.organisation if standing else None


def handle_of(name: str) -> str:
    """A short name that a person's record can have, from a name in any script."""
    told = slugify(name)[:40].strip("-")
    return told if _HANDLE.fullmatch(told) else "founder"


def free_slug(name: str) -> str:
    """One for addresses, from a name in any script, that nobody has. An unfinished beginning of this name goes on."""
    stem = slugify(name)[: SLUG_LENGTH - 4].strip("-") or "organisation"
    candidates = list(_numbered(stem))
    there = dict(Organisation.objects.filter(slug__in=candidates).values_list("slug", "name"))
    begun = set(Organisation.objects.filter(slug__in=candidates, head__size=0).values_list("slug", flat=True))
    free = (slug for slug in candidates if slug not in there or (slug in begun and there[slug] == name))
    return next(free, stem)


def _numbered(stem: str) -> Iterator[str]:
    yield stem
    for number in range(2, _TRIED):
        yield f"{stem}-{number}"


def _may_stand(purpose: Purpose, each: OrganisationType) -> bool:
    try:
        require_place(purpose, each)
    except Refused:
        return False
    return True
