"""The cast of these tests: three people whose roles and writings the lifecycles tell apart; and content for each kind."""

from collections.abc import Mapping
from typing import Any

from tests.management import workplace

from standfirst.records.actor import Actor, Role
from standfirst.records.kind import Kind
from standfirst.records.lifecycle import Transition

ALL = frozenset(Role)
ADA = Actor("ada", ALL)
BEN = Actor("ben", ALL)
MILA = Actor("mila")
"""No role at all."""

THING = "the-thing"
"""A product that is there, for records that are about another."""


def mover(kind: Kind, step: Transition) -> Actor:
    """Somebody who may take a step and has written nothing; of a passkey its holder, of a comment its author."""
    return ADA if kind.name in {"passkey", "comment"} else Actor("cleo", frozenset(step.roles[:1]))


def links(kind: Kind, author: Actor) -> Mapping[str, tuple[str, ...]]:
    """The links without which some kinds are refused."""
    return {
        "passkey": {"of": (author.id,)},
        "export-classification": {"classifies": (THING,)},
        "comment": {"about": (THING,)},
        "legal-hold": {"holds": (THING,)},
        "erasure": {"erases": (THING,)},
    }.get(kind.name, {})


def optional(kind: Kind) -> list[str]:
    """The fields that a body may lack."""
    return sorted(name for name, field in kind.body.model_fields.items() if not field.is_required())


def whole(kind: Kind) -> Mapping[str, Any]:
    """A body that fills in every field, as guards look at it: that something stands there, not that it is of its type."""
    if kind.name in workplace.bodies():
        return {**workplace.bodies()[kind.name], "remarks": "something"}
    words: dict[str, Any] = dict.fromkeys(kind.body.model_fields, "something")
    if "auditors" in words:
        words |= {"auditors": ["ben"], "process_owners": ["ada"]}
    if "readings" in words:
        words |= {"readings": [{"on": "2026-01-05", "value": "5"}], "target": "5", "direction": "at-least"}
    return words
