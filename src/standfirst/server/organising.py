"""How installations and organisations begin. Harmless when repeated: whoever was killed half-way does it again."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import IntegrityError, transaction
from pydantic import ValidationError as ValidationFault

from standfirst.management.access import Began
from standfirst.management.founding import acting, found
from standfirst.records.change import Refused
from standfirst.records.package.package import Package
from standfirst.server.accounts.models import Membership, User
from standfirst.server.accounts.people import add_member, is_recorded
from standfirst.server.clock import now
from standfirst.server.files.keeping import About, keep
from standfirst.server.files.models import FileUse
from standfirst.server.files.receiving import Intake
from standfirst.server.files.shelves import shelf
from standfirst.server.jobs import host, key_folder
from standfirst.server.organisations import OrganisationType, Purpose, require_place
from standfirst.server.store.adopting import adopt
from standfirst.server.store.heads import origin_of
from standfirst.server.store.models import Installation, Organisation
from standfirst.server.store.store import create
from standfirst.server.store.turn import turn
from standfirst.server.workplace import open_store
from standfirst.standards.problems import Problem, Unusable, problem
from standfirst.standards.reason import Reason
from standfirst.standards.validation import dotted, faults_of

SLUG_LENGTH: Final = 60
NAME_LENGTH: Final = 200


def begin_installation(purpose: Purpose | None) -> Purpose:
    """Say once what an installation is for (None: as it is, or ``own``). Raises Refused where it is for something else."""
    wanted = purpose or Purpose.OWN
    with turn(), transaction.atomic():
        row, new = Installation.objects.get_or_create(id=1, defaults={"purpose": wanted.value})
    known = Purpose(row.purpose)
    if not new and purpose not in {None, known}:
        raise Refused(Reason("installation.begun", {"purpose": known.value}))
    return known


def organisation_named(slug: str) -> Organisation:
    """Raises Unusable where there is none."""
    known = Organisation.objects.filter(slug=slug).first()
    if known is None:
        raise Unusable([problem("organisation", "organisation.unknown", slug=slug)])
    return known


def _require_slug(slug: str) -> None:
    try:
        validate_slug(slug)
    except ValidationError:
        raise Unusable([problem("slug", "organisation.slug", slug=slug)]) from None
    if len(slug) > SLUG_LENGTH or slug != slug.lower():
        raise Unusable([problem("slug", "organisation.slug", slug=slug)])


@dataclass(frozen=True, slots=True)
class Wanted:
    """An organisation that is to have a workspace here."""

    slug: str
    name: str
    type: OrganisationType


def require_room(wanted: Wanted) -> None:
    """Raises Unusable for a name that cannot stand in an address, and Refused where such an organisation may not stand here."""
    _require_slug(wanted.slug)
    if not 0 < len(wanted.name) <= NAME_LENGTH:
        raise Unusable([problem("name", "organisation.name", most=NAME_LENGTH, characters=len(wanted.name))])
    require_place(begin_installation(None), wanted.type)


def require_founder(name: str, handle: str) -> None:
    """Whether somebody can be recorded so; ask it before anything is made for them. Raises Unusable."""
    if not 0 < len(name) <= NAME_LENGTH:
        raise Unusable([problem("by", "organisation.name", most=NAME_LENGTH, characters=len(name))])
    try:
        found(name=name, handle=handle, simulation=False)
    except ValidationFault as error:
        faults = faults_of(error)
        raise Unusable(Problem("", 0, dotted(place), reason) for place, reason in faults) from None


def found_organisation(
    wanted: Wanted, *, founder: str, handle: str, user: User, simulation: bool, fictional: bool
) -> Organisation:
    """A workspace with its keys, the ledger's first entry and its first member.

    Raises Refused where such an organisation may not stand on this installation, and where the name is taken.
    """
    first = found(name=founder, handle=handle, simulation=simulation, fictional=fictional)
    organisation = _placed(wanted)
    store = open_store(organisation)
    if not store.founded:
        store.perform(first)
    person = acting(store, handle).id
    _join(user, organisation, person, "founding")
    return organisation


def adopt_package(wanted: Wanted, package: Package, *, user: User, handle: str) -> Organisation:
    """A workspace that goes on where a package's ledger ends, with its files. ``handle``: which of its people ``user`` is.

    What nobody has recorded yet, in its working files, stays behind. Raises Refused as above.
    """
    person = acting(package.store, handle).id
    organisation = _placed(wanted)
    _bring_files(package, organisation, user)
    store = open_store(organisation)
    if not store.founded:
        adopt(store, package.store.ledger())
    elif next(store.history(), None) != next(iter(package.store.ledger()), None):
        raise Refused(Reason("ledger.founded-once"))
    _join(user, organisation, person, "adoption")
    return organisation


def _placed(wanted: Wanted) -> Organisation:
    """Its row and its keys."""
    require_room(wanted)
    organisation = _row(wanted)
    keys = key_folder()
    with keys.alone(organisation.id):
        keys.create(organisation.id, origin_of(host(), organisation.id))
    return organisation


def _row(wanted: Wanted) -> Organisation:
    """A new one, or the one that somebody began and did not finish."""
    known = Organisation.objects.filter(slug=wanted.slug).first()
    if known is None:
        try:
            return create(uuid4(), slug=wanted.slug, name=wanted.name, type=wanted.type.value)
        except IntegrityError:
            known = Organisation.objects.get(slug=wanted.slug)
    same = (known.name, known.type) == (wanted.name, wanted.type.value)
    if not same or any(map(is_recorded, Membership.objects.filter(organisation=known))):
        raise Refused(Reason("organisation.there-already", {"slug": wanted.slug}))
    return known


def _join(user: User, organisation: Organisation, person: str, began: Began) -> None:
    known = Membership.objects.filter(user=user, organisation=organisation, person=person).first()
    if known is None or not is_recorded(known):
        add_member(user=user, organisation=organisation, person=person, began=began)


def _bring_files(package: Package, organisation: Organisation, user: User) -> None:
    """The attached files of the package, each as it was recorded."""
    here = set(FileUse.objects.filter(organisation=organisation).values_list("file_id", flat=True))
    attached = {
        (attachment["file"], attachment["sha256"])
        for record in package.store.records().values()
        for version in record.versions
        for attachment in version.content.body.get("attachments", ())
    }
    for name, digest in sorted(attached):
        if digest in here or package.evidence(name) != digest:  # gone or changed: its record says so
            continue
        coming = Intake(shelf().incoming, PurePosixPath(name).name)
        try:
            coming.take(package.files.read(name))
            about = About(origin=f"package of {package.manifest.organisation}")
            keep(coming.finish(), about, organisation=organisation, user=user, at=now())
        finally:
            coming.discard()
