"""A nonconformity as the way that it goes: corrected, its cause found, changed for good, and shown to have helped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from standfirst.server.pages.kinds.sheet import Sheet
from standfirst.server.pages.shapes import called
from standfirst.server.pages.showing import Field
from standfirst.standards.library import edition
from standfirst.words.language import day


@dataclass(frozen=True, slots=True)
class Stage:
    """``standing``: done, now or ahead. ``asks``: what it needs and nobody has said yet."""

    title: str
    standing: str
    fields: Sequence[Field]
    asks: Sequence[str]


_STAGES: Final = (
    (gettext_noop("Correction"), "corrected", ("correction",)),
    (gettext_noop("Cause"), "analysed", ("cause",)),
    (
        gettext_noop("Corrective action"),
        "acted",
        ("corrective_action", "action_owner", "action_due", "action_done_on"),
    ),
    (gettext_noop("Effectiveness"), "closed", ("effect_checked_on", "effect", "effective")),
)
"""ISO 9001, 10.2.1 a) to e): each with the state that says it is done, and what has to be said for it."""


def sheet(given: Sheet) -> Mapping[str, Any]:
    shown = {name for _, _, names in _STAGES for name in names}
    due = given.day("action_due")
    open_ = given.record.current.content.state not in given.kind.settled
    return {
        "sections": given.without({*shown, "against"}),
        "stages": list(_stages(given)),
        "against": _against(given),
        "due": day(due) if due else "",
        "late": (given.today - due).days if due and open_ and due < given.today else 0,
    }


def _stages(given: Sheet) -> Sequence[Stage]:
    states = given.kind.lifecycle.states
    at = states.index(given.record.current.content.state)
    found = []
    for title, state, names in _STAGES:
        fields = [field for name in names if (field := given.field(name)) is not None]
        said = {field.name for field in fields}
        reached = at >= states.index(state)
        standing = "done" if reached else "now" if at == states.index(state) - 1 else "ahead"
        missing = [_label(given, name) for name in names if name not in said and name != "action_owner"]
        found.append(Stage(_(title), standing, fields, [] if reached else missing))
    return found


def _label(given: Sheet, name: str) -> str:
    return called(given.kind, name)


def _against(given: Sheet) -> list[tuple[str, str]]:
    """The requirements that are not fulfilled, with their titles."""
    known = edition().by_id
    ids = [str(one) for one in given.body.get("against", ())]
    return [(one, known[one].title if one in known else "") for one in ids]
