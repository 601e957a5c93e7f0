"""What somebody has answered, step by step, for the review: what is recorded follows from it, so that it is read once more."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from standfirst.server.setup.answers import Given
from standfirst.server.setup.forms import STEPS
from standfirst.server.setup.markets import MARKETS
from standfirst.server.setup.telling import DOMAINS, PLACES, ROLES, STAGES, TIERS, Told
from standfirst.words.render import every

Answers = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Recalled:
    """A step, what it is about, and what was answered: one text a line; none where nothing was."""

    step: str
    title: str | Promise
    lines: Sequence[str]


def recalled(given: Given) -> list[Recalled]:
    """All steps before the review."""
    return [Recalled(name, STEPS[name].title, tell(given.of(name))) for name, tell in _TOLD.items()]


def _names(table: Mapping[Any, Told | str | Promise], keys: Sequence[Any]) -> str:
    return every([str(table[key]) for key in keys if key in table])


def _who(said: Answers) -> list[str]:
    count = said["headcount"]
    people = ngettext("%(count)s person works there", "%(count)s people work there", count) % {"count": count}
    return [
        f"{said['name']}, {said['country']}",
        _names(PLACES, said["roles"]),
        "; ".join(said["sites"]),
        people,
    ]


def _people(said: Answers) -> list[str]:
    own = [_("You: %(roles)s") % {"roles": _names(ROLES, said["own"])}] if said.get("own") else []
    others = [
        _("%(name)s: %(roles)s") % {"name": one["name"], "roles": _names(ROLES, one["roles"])}
        if one["roles"]
        else one["name"]
        for one in said.get("others", ())
    ]
    return [*own, *others]


def _stages(said: Answers) -> list[str]:
    return [_names(STAGES, said["stages"]), str(TIERS[str(said["tier"])])]


def _certificates(said: Answers) -> list[str]:
    return [
        _("%(standard)s, of %(body)s, valid until %(day)s")
        % {"standard": one["standard"], "body": one["body"], "day": one["valid_until"]}
        for one in said.get("certificates", ())
    ]


_TOLD: Final[Mapping[str, Callable[[Answers], list[str]]]] = {
    "who": _who,
    "people": _people,
    "domains": lambda said: [_names(DOMAINS, said["domains"])],
    "stages": _stages,
    "markets": lambda said: [_names(MARKETS, said.get("markets", ()))] if said.get("markets") else [],
    "certificates": _certificates,
}
