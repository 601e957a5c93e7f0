"""The cast of these tests: a firm with Ada, who may invite, and Mila, who answers for nothing; and visitors' browsers."""

import hmac
import re
import struct
from base64 import b32decode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from uuid import uuid4

from django.core import mail
from django.test import Client

from standfirst.management.founding import actor_named, found
from standfirst.management.organisation import PERSON, PersonBody
from standfirst.records.actor import Actor, Role
from standfirst.records.change import Change
from standfirst.records.pen import Pen
from standfirst.records.workspace import Workspace
from standfirst.server.accounts.models import User
from standfirst.server.accounts.people import add_member, create_user
from standfirst.server.store import store
from standfirst.server.store.models import Organisation
from standfirst.server.workplace import open_store
from standfirst.standards.vocabulary import Assurance

PASSWORD = "correct horse battery staple"  # noqa: S105
NOW = datetime(2026, 11, 22, 20, tzinfo=UTC)


@dataclass
class Firm:
    organisation: Organisation
    ada: Actor
    mila: Actor

    @property
    def workspace(self) -> store.DatabaseStore:
        return open_store(self.organisation)

    def person(self, name: str, *roles: Role) -> Actor:
        """One more person on record."""
        identity = str(uuid4())
        body = PersonBody(name=name, handle=f"p{identity[:8]}", roles=roles)

        def deed(workspace: Workspace) -> Change:
            pen = Pen(workspace, self.ada, PERSON, identity, None, "Joins")
            pen.write(body.values(), serves=(), links={})
            return Change(self.ada, tuple(pen.drafts))

        self.workspace.perform(deed)
        return Actor(identity, frozenset(roles))

    def leaves(self, person: Actor) -> None:
        def deed(workspace: Workspace) -> Change:
            pen = Pen(
                workspace, self.ada, PERSON, person.id, workspace.records([person.id])[person.id], "Leaves"
            )
            pen.move_to("left", Assurance.DECLARED)
            return Change(self.ada, tuple(pen.drafts))

        self.workspace.perform(deed)

    def inviter(self) -> User:
        """Ada's account, made when it is first asked for."""
        known = User.objects.filter(
            memberships__organisation=self.organisation, memberships__person=self.ada.id
        )
        return known.first() or self.account(self.ada, "ada")

    def account(self, person: Actor, name: str) -> User:
        user = create_user(email=address(name), name=name.title(), password=PASSWORD)
        add_member(user=user, organisation=self.organisation, person=person.id)
        return user


def firm(name: str = "Qubit Works") -> Firm:
    identity = uuid4()
    organisation = store.create(identity, slug=f"firm-{identity.hex[:8]}", name=name, type="organisation")
    workspace = open_store(organisation)
    workspace.perform(found(name="Ada", handle="ada", simulation=False))
    (person,) = workspace.records(kinds=("person",))
    ada = actor_named(workspace, person)
    assert ada is not None
    made = Firm(organisation, ada, ada)
    made.mila = made.person("Mila")
    return made


def address(name: str) -> str:
    """Its own in every test: tests share a database."""
    return f"{name}-{uuid4().hex[:8]}@example.org"


def user(name: str = "somebody") -> User:
    return create_user(email=address(name), name=name.title(), password=PASSWORD)


# --- a visitor -------------------------------------------------------------------------------------------------------


@dataclass
class Page:
    status: int
    path: str
    html: str

    @property
    def text(self) -> str:
        body = re.sub(r"<(script|style|title)\b.*?</\1>", " ", self.html, flags=re.DOTALL)
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())

    def words(self, identity: str) -> str:
        """What stands in the element of this id, which holds words alone."""
        found = re.search(rf'\bid="{identity}"[^>]*>([^<]*)<', self.html)
        assert found is not None, identity
        return unescape(found[1]).strip()


@dataclass
class Visitor:
    """A browser without scripts, which follows redirects and keeps cookies."""

    client: Client = field(default_factory=lambda: Client(SERVER_NAME="localhost", HTTP_HOST="localhost"))

    def get(self, path: str) -> Page:
        return self._page(lambda: self.client.get(path, follow=True), path)

    def post(self, path: str, **values: object) -> Page:
        return self._page(lambda: self.client.post(path, values, follow=True), path)

    def sign_in(self, who: User, password: str = PASSWORD) -> Page:
        return self.post("/accounts/login/", login=who.email, password=password)

    @staticmethod
    def _page(ask: Callable[[], object], path: str) -> Page:
        answer = ask()
        chain = getattr(answer, "redirect_chain", [])
        content: bytes = answer.content  # type: ignore[attr-defined]
        return Page(answer.status_code, chain[-1][0] if chain else path, content.decode())  # type: ignore[attr-defined]


def signed_in(who: User) -> Visitor:
    visitor = Visitor()
    assert not visitor.sign_in(who).path.startswith("/accounts/")
    return visitor


def assured(who: User) -> Visitor:
    """Signed in, and has shown a moment ago once more who it is."""
    visitor = signed_in(who)
    visitor.post("/accounts/reauthenticate/", password=PASSWORD)
    return visitor


# --- what comes by mail, and codes -----------------------------------------------------------------------------------


def letters(to: str) -> list[str]:
    return [str(letter.body) for letter in mail.outbox if to in letter.to]


def code_for(email: str) -> str:
    """The verification code that was last sent to this address."""
    found = re.search(r"^([A-Z0-9]{3,}(?:-[A-Z0-9]+)*)$", letters(email)[-1], flags=re.MULTILINE)
    assert found is not None, letters(email)[-1]
    return found[1]


def link_for(email: str) -> str:
    """The path of the invitation that was last sent to this address."""
    found = re.search(r"https?://[^/\s]+(/join/\S+)", letters(email)[-1])
    assert found is not None
    return found[1]


def totp(secret: str, at: float) -> str:
    """RFC 6238, with its defaults."""
    digest = hmac.digest(b32decode(secret), struct.pack(">Q", int(at) // 30), "sha1")
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"
