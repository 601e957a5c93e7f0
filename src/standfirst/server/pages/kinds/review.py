"""A management review as its agenda: what was looked at, what was said and decided, and what follows by when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from standfirst.management.evaluation import ReviewInput
from standfirst.server.pages.kinds.sheet import Sheet
from standfirst.words.language import day
from standfirst.words.render import title


@dataclass(frozen=True, slots=True)
class Action:
    what: str
    owner: str
    due: str
    past: bool


def sheet(given: Sheet) -> Mapping[str, Any]:
    looked_at = set(given.body.get("inputs", ()))
    known = ReviewInput.__args__  # type: ignore[attr-defined]  # of a Literal
    return {
        "sections": given.without({"inputs", "decisions", "actions", "minutes"}),
        "minutes": given.field("minutes"),
        "inputs": [(title(one), one in looked_at) for one in known],
        "looked_at": len(looked_at),
        "decisions": [str(one) for one in given.body.get("decisions", ())],
        "actions": [_action(one, given.today) for one in given.body.get("actions", ())],
    }


def _action(said: Mapping[str, Any], today: date) -> Action:
    due = date.fromisoformat(str(said["due"])[:10])
    return Action(str(said["what"]), str(said["owner"]), day(due), due < today)
