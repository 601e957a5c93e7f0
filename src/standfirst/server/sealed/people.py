"""Who may read a case, and whom it concerns. Pure: the people come as records.

In doubt somebody is concerned: a name that could be theirs is taken for theirs. It costs at most a reader.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from standfirst.management.organisation import PERSON
from standfirst.records.actor import Actor, Role
from standfirst.records.record import Record

RECIPIENTS: Final = frozenset({Role.ETHICS, Role.REVIEWER})
"""Who receives cases: those who answer for ethics, and the review body. ISO 37002:2021 asks for an impartial function
(8.1) with direct access to the top, not for the top itself: cases are often about it, so top management as such reads
none. Who is made a recipient stands in the ledger, as every change of roles does.
"""

_WORD: Final = re.compile(r"[^\W_]{2,}")


def folded(text: str) -> str:
    """Letters without case and marks, so that Muller finds Müller."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def named(people: Mapping[str, Record], names: str, text: str) -> frozenset[str]:
    """Ids of those who may be meant: by any word among ``names``, or by their whole name, handle or number in ``text``."""
    words = set(_WORD.findall(folded(names)))
    told = f" {' '.join(_WORD.findall(folded(f'{names} {text}')))} "
    found = set()
    for identity, person in people.items():
        body = person.current.content.body
        own = _WORD.findall(folded(str(body["name"])))
        marks = (folded(str(body["handle"])), folded(person.number), str(body["name"]))
        phrases = [" ".join(_WORD.findall(folded(mark))) for mark in marks]
        if words & set(own) or any(phrase and f" {phrase} " in told for phrase in phrases):
            found.add(identity)
    return frozenset(found)


def recipients(people: Iterable[Record]) -> Iterator[Actor]:
    """Those who are active and have the task."""
    for person in people:
        content = person.current.content
        actor = Actor(person.id, frozenset(Role(role) for role in content.body["roles"]))
        if content.state == PERSON.lifecycle.initial and actor.roles & RECIPIENTS:
            yield actor


def may_read(actor: Actor, concerned: Collection[str], concerned_roles: Collection[str]) -> bool:
    """Nobody reads what is about them, or about what they answer for, whatever task they have."""
    return bool(actor.roles & RECIPIENTS) and not (
        actor.id in concerned or {role.value for role in actor.roles} & set(concerned_roles)
    )
