"""The played installation, from an empty database to the last envelope. On an installation for demonstrations alone."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from standfirst.certification.kinds import BODY_KINDS
from standfirst.management.founding import acting
from standfirst.management.organisation import PERSON
from standfirst.management.sharing import READ_GRANT
from standfirst.records.package.package import Package
from standfirst.server.accounts.models import User
from standfirst.server.accounts.people import add_member, create_user
from standfirst.server.clock import now
from standfirst.server.jobs import TOPICS
from standfirst.server.organisations import OrganisationType
from standfirst.server.organising import Wanted, adopt_package
from standfirst.server.search.indexing import READ_FILES
from standfirst.server.simulation.bodies import STANDARDS_BODY, Assess, applied_on, certify, standards_body
from standfirst.server.simulation.calendar import Calendar, moment
from standfirst.server.simulation.cast import (
    ACCREDITOR,
    ACCREDITORS_HEAD,
    CAST,
    CERTIFIER,
    CERTIFIERS_HEAD,
    COMMITTEE,
    COMPANY,
    QUALITY_MANAGER,
    SECRETARY,
    Part,
)
from standfirst.server.simulation.company import company
from standfirst.server.simulation.crossing import GRANT, cross, grant_body, letters
from standfirst.server.simulation.packaging import open_as_of, packaged
from standfirst.server.simulation.stage import Script, Stage
from standfirst.server.store.models import Organisation
from standfirst.server.store.outbox import drain
from standfirst.server.workplace import open_store

NAME: Final = "Brightwell Quantum (fictional)"
_AT_ONCE: Final = {name: topic for name, topic in TOPICS.items() if name != READ_FILES}
"""What is done before anybody comes. Files are read by the worker beside the server: each takes a process of its own."""

Step = Callable[[str], AbstractContextManager[object]]
"""Shows that something takes a while: what, in a few words."""


@dataclass(frozen=True, slots=True)
class Installed:
    """What was played: entries and records by organisation."""

    last: date
    records: Mapping[str, int]
    entries: Mapping[str, int]
    left: int
    """How many pieces of work could not be done after the last commit."""


def install(example: Package, *, password: str, assess: Assess, step: Step) -> Installed:
    """Raises Refused and Unusable as the deeds do that it is made of; a half-played installation is thrown away."""
    at = now()
    last = at.date() - timedelta(days=1)
    users = _accounts(password, step)
    with TemporaryDirectory(prefix="standfirst-demo-") as folder:
        script, stage = company(example, last)
        numbers = _first_year(example, script, stage, at, step)
        with step("the bodies: accreditation, application, audits, decision, certificate"):
            client = packaged(stage, Path(folder) / "client", name=NAME)
            books = certify(client, Path(folder) / "bodies", now=at, assess=assess, numbers=numbers(stage))
            accreditor, certifier = _bodies(books, users, at)
        with step("the company: the second year, up to yesterday"):
            _grant(script, certifier, last)
            script.play(stage)
            here = _adopted(stage, Path(folder) / "company", COMPANY, NAME, users, QUALITY_MANAGER)
        with step("the standards body and its committee"):
            standards = standards_body(last)
            there = _adopted(
                standards, Path(folder) / "standards", COMMITTEE, STANDARDS_BODY, users, SECRETARY
            )
    _members(users)
    with step("a visit under a grant, envelopes, heads to sign, words to find"):
        cross(here, certifier, stage)
        letters(certifier, accreditor, there, here)
        left = drain(_AT_ONCE, clock=now).failed
    stores = {each.slug: open_store(each) for each in (here, certifier, accreditor, there)}
    return Installed(
        last,
        {slug: len(store.records()) for slug, store in stores.items()},
        {slug: store.head.size for slug, store in stores.items()},
        left,
    )


def _accounts(password: str, step: Step) -> Mapping[str, User]:
    with step("accounts of the cast"):
        return {part.email: create_user(email=part.email, name=part.name, password=password) for part in CAST}


def _first_year(
    example: Package, script: Script, stage: Stage, at: datetime, step: Step
) -> Callable[[Stage], Mapping[str, str]]:
    """Plays up to the application. Returns how to tell what the example's records are numbered here."""
    with step("the company: from its first winter to the application for certification"):
        script.play(stage, until=applied_on(at.date()) - timedelta(days=1))

    def numbers(stage: Stage) -> Mapping[str, str]:
        every: Sequence[str] = [r.number for r in example.store.records().values() if r.kind != PERSON.name]
        return {number: stage.record(f"x:{number}").number for number in every}

    return numbers


def _bodies(
    books: tuple[Path, Path], users: Mapping[str, User], at: datetime
) -> tuple[Organisation, Organisation]:
    wanted = (
        (ACCREDITOR, OrganisationType.ACCREDITATION_BODY, ACCREDITORS_HEAD),
        (CERTIFIER, OrganisationType.CERTIFICATION_BODY, CERTIFIERS_HEAD),
    )
    accreditor, certifier = (
        adopt_package(
            Wanted(slug, package.manifest.organisation, kind),
            package,
            user=users[part.email],
            handle=part.handle,
        )
        for (slug, kind, part), package in zip(
            wanted, (open_as_of(book, BODY_KINDS, at) for book in books), strict=True
        )
    )
    return accreditor, certifier


def _grant(script: Script, certifier: Organisation, last: date) -> None:
    """Written by the export-control officer, granted by the managing director."""
    calendar = Calendar(last)
    drafted, granted = calendar.day(-8), calendar.day(-7)
    body = grant_body(certifier, moment(granted, 0))
    script.add(
        drafted,
        partial(_draft_grant, body),
    )
    script.add(granted, lambda stage: stage.move("maren", GRANT, "active", why="They may read from here"))


def _draft_grant(body: Mapping[str, object], stage: Stage) -> None:
    stage.create("ewan", READ_GRANT.name, body=body, why="Surveillance is announced", key=GRANT)


def _adopted(  # noqa: PLR0917
    stage: Stage, folder: Path, slug: str, name: str, users: Mapping[str, User], part: Part
) -> Organisation:
    package = packaged(stage, folder, name=name)
    type_ = OrganisationType.ORGANISATION if slug == COMPANY else OrganisationType.STANDARDS_BODY
    return adopt_package(Wanted(slug, name, type_), package, user=users[part.email], handle=part.handle)


def _members(users: Mapping[str, User]) -> None:
    """Everybody else of the cast; the first of each organisation came with its adoption."""
    first = {QUALITY_MANAGER, ACCREDITORS_HEAD, CERTIFIERS_HEAD, SECRETARY}
    for part in CAST:
        if part in first:
            continue
        organisation = Organisation.objects.get(slug=part.organisation)
        person = acting(open_store(organisation), part.handle).id
        add_member(user=users[part.email], organisation=organisation, person=person)
