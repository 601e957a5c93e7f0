"""A firm with Ada at the top, who founded it, Eve for ethics, Rafael of the review body, and somebody who speaks up."""

import re
from dataclasses import dataclass
from datetime import date
from html import unescape
from typing import Any

from django.test import Client
from tests.server.accounts.cast import Firm, firm

from standfirst.records.actor import Actor, Role
from standfirst.server.accounts.models import User
from standfirst.server.store.models import Organisation

MONDAY = date(2026, 11, 23)
SECRET = "Zwölf Messwerte der Falle 7 wurden erfunden"  # noqa: S105 - what is said, not a password


def seen(answer: Any) -> str:
    """What a page says."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def visitor() -> Client:
    """Somebody without a name, with an address of their own."""
    visitor.count = getattr(visitor, "count", 0) + 1  # type: ignore[attr-defined]
    count = visitor.count  # type: ignore[attr-defined]
    return Client(
        SERVER_NAME="localhost", REMOTE_ADDR=f"10.{count // 65536}.{count // 256 % 256}.{count % 256}"
    )


@dataclass
class House:
    firm: Firm
    eve: Actor
    rafael: Actor

    @property
    def organisation(self) -> Organisation:
        return self.firm.organisation

    @property
    def path(self) -> str:
        return f"/o/{self.organisation.slug}/speak-up/"

    @property
    def cases(self) -> str:
        return f"{self.path}cases/"

    def browser(self, person: Actor) -> Client:
        """Of a new account of that person's."""
        client = Client(SERVER_NAME="localhost")
        client.force_login(self.account(person))
        return client

    def account(self, person: Actor) -> User:
        return self.firm.account(person, "member")

    def speak_up(self, text: str = SECRET, by: Client | None = None, **more: Any) -> str:
        """Returns the code."""
        answer = (by or visitor()).post(self.path, {"text": text, **more})
        assert answer.status_code == 201, seen(answer)
        found = re.search(r'<p class="secret">([^<]+)</p>', answer.content.decode())
        assert found is not None
        return found[1]

    def follow_up(self, code: str, by: Client | None = None, **more: str) -> Any:
        return (by or visitor()).post(f"{self.path}follow-up", {"code": code, **more})


def house() -> House:
    made = firm()
    return House(made, made.person("Eve Lind", Role.ETHICS), made.person("Rafael Ortiz", Role.REVIEWER))
