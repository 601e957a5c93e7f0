"""The cast of these tests: three people whose roles and writings the lifecycles tell apart; and content for each kind."""

from collections.abc import Mapping
from typing import Any

from standfirst.records.actor import Actor, Role
from standfirst.records.kind import Kind

ALL = frozenset(Role)
ADA = Actor("ada", ALL)
BEN = Actor("ben", ALL)
MILA = Actor("mila")
"""No role at all."""


def optional(kind: Kind) -> list[str]:
    """The fields that a body may lack."""
    return sorted(name for name, field in kind.body.model_fields.items() if not field.is_required())


def whole(kind: Kind) -> Mapping[str, Any]:
    """A body that fills in every field, as guards look at it: that something stands there, not that it is of its type."""
    words: dict[str, Any] = dict.fromkeys(kind.body.model_fields, "something")
    if "auditors" in words:
        words |= {"auditors": ["ben"], "process_owners": ["ada"]}
    if "readings" in words:
        words |= {"readings": [{"on": "2026-01-05", "value": "5"}], "target": "5", "direction": "at-least"}
    return words
