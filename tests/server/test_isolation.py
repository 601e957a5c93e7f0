"""Nobody sees anything of an organisation that is not theirs: every address there is, asked in every way, by everybody else.

The addresses are those of the router, allauth's too: a new one is covered by itself. One with a part that nothing here
fills fails until ``PARTS`` says what to put there, so that it is asked for something that is really the victim's.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from functools import cache, partial
from hashlib import sha256
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import RegexPattern, URLPattern, URLResolver
from tests.server import databases
from tests.server.exchange.cast import Sides
from tests.server.works import POLICY, PRODUCT, RISK, Works, browser, works

from standfirst.server.accounts import inviting
from standfirst.server.accounts.models import Scope, User
from standfirst.server.clock import now
from standfirst.server.desk.models import SavedView
from standfirst.server.files.models import FileUse
from standfirst.server.readiness.models import Prepared, Stage
from standfirst.server.sealed.models import Case
from standfirst.server.telling.models import Delivery, Endpoint, Feed

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

PUBLIC: Final = {
    "speak-up": "anybody may report, and sees to whom",
    "speak-up-follow-up": "anybody may come back with the code of a report",
}
"""Addresses of an organisation that are for anybody at all. They show its name, and nothing else of it."""

NAMING: Final = {*PUBLIC, "account_tokens"}
"""Where an organisation's name stands: somebody's own tokens say for which they are, also when they have left."""


@dataclass(frozen=True)
class Things:
    """What the parts of addresses name: of the victim, or of nobody."""

    slug: str
    record: str
    grant: str
    kind: str = "risk"
    catalogue: str = "sp800-53"
    requirement: str = "A.1.2"
    form: str = "json"
    prepared: str = ""
    step: str = "who"
    transition: str = "close"
    version: int = 1
    position: int = 0
    pending: str = "00000000-0000-4000-8000-00000000000a"
    secret: str = "sfi_nobody-was-sent-this"  # noqa: S105
    invitation: str = ""
    token: str = ""
    case: str = ""
    use: int = 0
    session: int = 0
    key: int = 0
    feed: str = ""
    endpoint: str = ""
    delivery: int = 0
    view: int = 0


PARTS: Final[Mapping[tuple[str, str], str]] = {
    ("SlugConverter", "organisation"): "slug",
    ("SlugConverter", "slug"): "slug",
    ("SlugConverter", "organization_slug"): "slug",  # allauth's: an identity provider
    ("SlugConverter", "kind"): "kind",
    ("SlugConverter", "form"): "form",
    ("SlugConverter", "catalogue"): "catalogue",
    ("RequirementConverter", "requirement"): "requirement",
    ("UUIDConverter", "prepared"): "prepared",
    ("SlugConverter", "transition"): "transition",
    ("SlugConverter", "step"): "step",
    ("RecordLabel", "record"): "record",
    ("RecordLabel", "grant"): "grant",
    ("IntConverter", "version"): "version",
    ("IntConverter", "position"): "position",
    ("IntConverter", "use"): "use",
    ("IntConverter", "session"): "session",
    ("IntConverter", "pk"): "key",  # allauth's: a passkey
    ("StringConverter", "secret"): "secret",
    ("UUIDConverter", "pending"): "pending",
    ("UUIDConverter", "invitation"): "invitation",
    ("UUIDConverter", "token"): "token",
    ("UUIDConverter", "case"): "case",
    ("UUIDConverter", "feed"): "feed",
    ("UUIDConverter", "endpoint"): "endpoint",
    ("IntConverter", "delivery"): "delivery",
    ("IntConverter", "view"): "view",
}
"""What fills a part of an address, by converter and name."""

EXPRESSIONS: Final[Mapping[str, str]] = {
    r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "password/reset/key/1-nobody/",
    r"^(?P<provider_id>[^/]+)/": "nobody/",
    "^api/": "api/nothing",
}
"""What stands for an address that is a regular expression."""


# --- the addresses ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Address:
    """``within``: it is about something of an organisation, or of somebody."""

    name: str
    path: Callable[[Things], str]
    within: bool

    def __repr__(self) -> str:
        return self.name


def addresses() -> list[Address]:
    return list(_walked(get_resolver(), ()))


def _walked(resolver: URLResolver, above: tuple[Any, ...]) -> Iterator[Address]:
    for found in resolver.url_patterns:
        steps = (*above, found.pattern)
        if isinstance(found, URLResolver):
            yield from _walked(found, steps)
        elif isinstance(found, URLPattern):
            parts = [(type(c).__name__, name) for step in steps for name, c in step.converters.items()]
            named = found.name or "".join(map(str, steps))
            yield Address(named, partial(_filled, steps), bool(parts))


def _filled(steps: tuple[Any, ...], things: Things) -> str:
    path = "/"
    for step in steps:
        if isinstance(step, RegexPattern):
            path += EXPRESSIONS[str(step)]
            continue
        text = str(step)
        for name, converter in step.converters.items():
            value = getattr(things, PARTS[type(converter).__name__, name])
            text = re.sub(rf"<(?:\w+:)?{name}>", converter.to_url(value), text)
        path += text
    return path


# --- the victim ------------------------------------------------------------------------------------------------------


@dataclass
class Victim:
    there: Works
    things: Things
    left: User
    inactive: User
    token: str
    secrets: tuple[str, ...]


def marked(word: str) -> str:
    return f"{word}-{uuid4().hex[:12]}"


def victim() -> Victim:
    there = works(marked("Geheim GmbH"))
    organisation = there.firm.organisation
    titles = [marked("Laser"), marked("Policy"), marked("Device"), marked("Nobody-must-know")]
    product = there.create("product", {**PRODUCT, "title": titles[2]})
    risk = there.create(
        "risk", {**RISK, "title": titles[0], "hazard": titles[3]}, links={"about": ("PRD-0001",)}
    )
    policy = there.create("document", {**POLICY, "title": titles[1]}, links={"about": ("RSK-0001",)})
    eve, ivo = (there.firm.person(marked(name)) for name in ("Eve", "Ivo"))
    left, inactive = (
        there.firm.account(eve, marked("eve").lower()),
        there.firm.account(ivo, marked("ivo").lower()),
    )
    token = token_of(left, there)
    there.firm.leaves(eve)
    User.objects.filter(pk=inactive.pk).update(is_active=False)
    file, data = marked("report"), marked("bytes").encode()
    answer = there.client(there.ada).post(
        f"/api/v1/o/{there.slug}/files", {"file": SimpleUploadedFile(f"{file}.txt", data)}
    )
    assert answer.status_code == 201, answer.content
    use = FileUse.objects.get(organisation=organisation)
    digest = sha256(data).hexdigest()
    case = Case.objects.create(organisation=organisation, code=sha256(uuid4().bytes).digest())
    someone = there.firm.person(marked("Uma"))
    address = f"{marked('uma')}@example.org"
    letter = inviting.invite(
        actor=there.ada,
        by=there.accounts[there.ada.id],
        organisation=organisation,
        workspace=there.firm.workspace,
        person=someone.id,
        email=address,
        now=now(),
    )
    ada = there.accounts[there.ada.id]
    there.token(there.ada, *Scope)
    session = UserSession.objects.create(
        user=ada, session_key=uuid4().hex, ip="192.0.2.7", user_agent=marked("Browser"), data={}
    )
    key = Authenticator.objects.create(
        user=ada, type=Authenticator.Type.WEBAUTHN, data={"name": marked("Key")}
    )
    report = Prepared.objects.create(
        id=uuid4(),
        organisation=organisation,
        form="json",
        asked_by=there.ada.id,
        asked_at=now(),
        stage=Stage.DONE,
        name=marked("report"),
        media_type="application/json",
        data=titles[0].encode(),
    )
    titles.append(marked("What a grantor lets us read"))
    Sides(works(marked("Grantor")), there).grant("product", title=titles[4])
    calendar = Feed.objects.create(
        user=ada, organisation=organisation, name=marked("Calendar"), digest=uuid4().hex, created=now()
    )
    endpoint = Endpoint.objects.create(
        organisation=organisation,
        name=marked("Hook"),
        url=f"https://{marked('hook')}.example.org/",
        events="record.created",
        created=now(),
    )
    message = Delivery.objects.create(
        endpoint=endpoint, message=marked("msg"), event="record.created", body="{}", created=now()
    )
    view = SavedView.objects.create(
        organisation=organisation, user=ada, kind="risk", name=marked("View"), query="q=laser", shared=True
    )
    head = there.firm.workspace.head
    records = (product, risk, policy)
    people = there.firm.workspace.records(kinds=("person",)).values()
    return Victim(
        there,
        Things(
            slug=organisation.slug,
            record="RSK-0001",
            grant="GRR-0001",
            invitation=str(letter.invitation.pk),
            token=str(ada.tokens.get().pk),
            case=str(case.pk),
            prepared=str(report.pk),
            use=use.pk,
            session=session.pk,
            key=key.pk,
            feed=str(calendar.pk),
            endpoint=str(endpoint.pk),
            delivery=message.pk,
            view=view.pk,
        ),
        left,
        inactive,
        token,
        (
            *titles,
            organisation.name,
            str(organisation.pk),
            "PRD-0001",
            "DOC-0001",
            *(record.id for record in records),
            *(version.entry.commitment for record in records for version in record.versions),
            *(person.id for person in people),
            *(
                str(person.current.content.body["name"])
                for person in people
                if "-" in person.current.content.body["name"]
            ),
            head.root,
            file,
            data.decode(),
            digest,
            report.name,
            address,
            letter.secret,
            *(user.email for user in (*there.accounts.values(), left, inactive)),
            session.user_agent,
            key.data["name"],
            calendar.name,
            endpoint.name,
            endpoint.url,
            message.message,
        ),
    )


NOTHING: Final = Things(
    slug="firm-00000000",
    record="RSK-0001",
    grant="GRR-0001",
    invitation=str(UUID(int=1)),
    token=str(UUID(int=1)),
    case=str(UUID(int=1)),
    prepared=str(UUID(int=1)),
    use=2**31 - 2,
    session=2**31 - 2,
    key=2**31 - 2,
    feed=str(UUID(int=1)),
    endpoint=str(UUID(int=1)),
    delivery=2**31 - 2,
)


# --- the visitors ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Visitor:
    """``browser`` is new whenever it is asked for: what one address does to a session changes nothing for the next.

    ``own``: the organisation to which they belong; ``known``: what of the victim is their own as well.
    """

    browser: Callable[[], Client]
    own: str = ""
    known: tuple[str, ...] = ()


def visitors(victim: Victim) -> dict[str, Visitor]:
    stranger = works("Elsewhere Ltd")
    carol = stranger.accounts[stranger.ada.id]
    token = stranger.token(stranger.ada, *Scope)
    return {
        "nobody": Visitor(lambda: browser(None)),
        "a member of another organisation": Visitor(lambda: browser(carol), stranger.slug),
        "a token of another organisation": Visitor(lambda: carrying(token), stranger.slug),
        "a member who has left": Visitor(lambda: browser(victim.left), known=(victim.left.email,)),
        "the token of a member who has left": Visitor(lambda: carrying(victim.token)),
        "an account that is no longer active": Visitor(lambda: browser(victim.inactive)),
    }


def token_of(user: User, there: Works) -> str:
    from standfirst.server.accounts import tokens  # noqa: PLC0415

    return tokens.issue(
        user=user,
        organisation=there.firm.organisation,
        name="A program",
        scopes=tuple(Scope),
        lifetime=timedelta(days=1),
        now=now(),
    ).text


def carrying(token: str) -> Client:
    return Client(SERVER_NAME="localhost", HTTP_AUTHORIZATION=f"Bearer {token}")


# --- asking ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def holds(self, secret: str) -> bool:
        return secret in self.body.decode(errors="replace") or any(
            secret in text for text in self.headers.values()
        )


FORM: Final = {
    "why": "So",
    "expected": "1",
    "body.title": "Mine",
    "password": "x",
    "name": "x",
    "credential": "{}",
}
VALUE: Final = {"kind": "risk", "body": RISK, "why": "So", "expected": 1, "to": "closed"}


def asked(client: Client, method: str, path: str) -> Answer:
    """As a program asks below /api/, and as a form elsewhere."""
    api = path.startswith("/api/")
    if method in {"GET", "HEAD", "OPTIONS"}:
        answer = client.generic(method, path)
    elif api:
        given = {k: v for k, v in VALUE.items() if k in _members(method, path)}
        answer = client.generic(method, path, json.dumps(given), content_type="application/json")
    elif method == "POST":
        answer = client.post(path, FORM)
    else:
        answer = client.generic(method, path, "why=So", content_type="application/x-www-form-urlencoded")
    body = b"".join(answer) if answer.streaming else answer.content
    return Answer(answer.status_code, {name: str(text) for name, text in answer.items()}, body)


def _members(method: str, path: str) -> set[str]:
    if path.endswith("/moves"):
        return {"to", "why", "expected"}
    return {"kind", "body", "why"} if method == "POST" else {"body", "why", "expected"}


_CHANGING: Final = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"|"X-CSRFToken": "[^"]*"')


def as_seen(answer: Answer, path: str, things: Things) -> tuple[int, Mapping[str, str], bytes]:
    """Without what is new in every answer, and without what the visitor asked for."""
    said = [(getattr(things, part.name), f"[{part.name}]") for part in fields(things)]
    long = [(text, place) for text, place in said if isinstance(text, str) and len(text) > 5]
    body = _CHANGING.sub(b"", answer.body)
    headers = {n: t for n, t in answer.headers.items() if n not in {"Date", "Content-Length", "Set-Cookie"}}
    for text, place in ((path, "[path]"), (quote(path, safe=""), "[path]"), *long):
        body = body.replace(text.encode(), place.encode())
        headers = {name: value.replace(text, place) for name, value in headers.items()}
    return answer.status, headers, body


def answers(visitor: Visitor, *paths: str) -> Iterator[tuple[str, tuple[Answer, ...]]]:
    """Each method, at each path. What a form did to the session is gone with its browser."""
    client = visitor.browser()
    for method in METHODS:
        yield method, tuple(asked(client, method, path) for path in paths)
        if method == "POST":
            client = visitor.browser()


# --- the tests -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def world() -> Iterator[tuple[Victim, dict[str, Visitor]]]:
    """One for all addresses: nobody here may change anything."""
    with databases.pointed_at(databases.fresh("sqlite")):
        found = victim()
        yield found, visitors(found)


@cache
def _all() -> tuple[Address, ...]:
    databases.set_up()
    return tuple(addresses())


def test_every_part_of_an_address_is_filled() -> None:
    for address in _all():
        assert address.path(NOTHING).startswith("/")
    assert len(_all()) > 80
    assert PUBLIC.keys() <= {address.name for address in _all()}


def _forget_rates() -> None:
    from standfirst.server.accounts.models import CacheRow  # noqa: PLC0415

    CacheRow.objects.all().delete()


@pytest.mark.parametrize("address", _all(), ids=repr)
def test_nobody_else_sees_anything(world: tuple[Victim, dict[str, Visitor]], address: Address) -> None:
    """1. No secret anywhere. 2. No way in. 3. What is there answers exactly as what is not."""
    found, others = world
    secrets = [
        s for s in found.secrets if address.name not in NAMING or s != found.there.firm.organisation.name
    ]
    there, absent = address.path(found.things), address.path(NOTHING)
    _forget_rates()
    for who, visitor in others.items():
        for method, (answer, none) in answers(visitor, there, absent):
            what = (who, method, there, answer.status)
            assert [one for one in secrets if answer.holds(one) and one not in visitor.known] == [], what
            if not address.within or address.name in PUBLIC:
                continue
            assert answer.status in {302, 401, 403, 404, 405}, what
            assert answer.headers.get("Location", "/accounts/").startswith("/accounts/"), what
            assert as_seen(answer, there, found.things) == as_seen(none, absent, NOTHING), what


@pytest.mark.parametrize("address", [a for a in _all() if a.within], ids=repr)
def test_nothing_of_others_is_found_in_ones_own_organisation(
    world: tuple[Victim, dict[str, Visitor]], address: Address
) -> None:
    """Whoever knows the id of another's record, file or case, and asks for it where they may ask."""
    found, others = world
    risk = found.there.firm.workspace.numbered(["RSK-0001"])["RSK-0001"]
    secrets = [secret for secret in found.secrets if secret != risk]
    _forget_rates()
    for who, visitor in others.items():
        if not visitor.own:
            continue
        theirs = replace(found.things, slug=visitor.own, record=risk, grant=risk)
        none = replace(NOTHING, slug=visitor.own, record=str(UUID(int=1)), grant=str(UUID(int=1)))
        there, absent = address.path(theirs), address.path(none)
        if there == absent:
            continue
        for method, (answer, other) in answers(visitor, there, absent):
            what = (who, method, there, answer.status)
            assert [secret for secret in secrets if answer.holds(secret)] == [], what
            assert as_seen(answer, there, theirs) == as_seen(other, absent, none), what


def test_nothing_has_changed(world: tuple[Victim, dict[str, Visitor]]) -> None:
    """Not by any of the above, which ran before on the same world."""
    found, _ = world
    assert found.there.firm.workspace.head.root in found.secrets
    assert found.there.accounts[found.there.ada.id].tokens.get().revoked is None
    assert UserSession.objects.filter(pk=found.things.session).exists()
    assert Authenticator.objects.filter(pk=found.things.key).exists()


def test_a_member_does_see_it(world: tuple[Victim, dict[str, Visitor]]) -> None:
    """So the secrets are ones that pages do show, and the answers above are for those who ask."""
    found, _ = world
    ada = found.there.client(found.there.ada)
    shown = [
        address.name
        for address in _all()
        if address.within
        and any(asked(ada, "GET", address.path(found.things)).holds(secret) for secret in found.secrets)
    ]
    assert {
        "organisation",
        "records",
        "record",
        "record-history",
        "files",
        "invitations",
        "api-record",
    } <= set(shown)
    assert len(shown) > 20, shown
