"""What applies and what does not, on whose word: the statement of applicability as it follows from record and profile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from standfirst.conformity.assess import Result
from standfirst.management.applicability import STATEMENT_OF_APPLICABILITY
from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.readiness.showing import Square, square
from standfirst.server.readiness.standing import Standing, results
from standfirst.server.store.models import Current
from standfirst.words.render import sentence, state, title

_IN_FORCE: Final = "approved"


@dataclass(frozen=True, slots=True)
class Line:
    """A requirement: whether it applies, on whose word (the edition, the profile, a record, nobody), and why."""

    square: Square
    applies: bool
    by: str
    why: str


def applying(place: Place, stood: Standing) -> dict[str, Any]:
    found = {result.requirement.id: result for result in results(place)} if stood.rows else {}
    by_id = stood.by_id
    groups, apart = [], []
    for group in stood.edition.groups:
        known = [found[r.id] for r in group.requirements if r.id in found]
        lines = [
            _line(stood, result, square(place, by_id[result.requirement.id], stood.today)) for result in known
        ]
        annex = [r for r in group.requirements if stood.edition.may_be_excluded(r.id)]
        if lines and annex:
            groups.append((group, lines, sum(line.applies for line in lines)))
        apart += [line for line in lines if not annex and not line.applies]
    told = [line for _group, lines, _count in groups for line in lines]
    return {
        "groups": groups,
        "apart": apart,
        "applying": sum(line.applies for line in told),
        "not_applying": sum(not line.applies for line in told),
        "unsaid": sum(line.by == "nobody" for line in told),
        "statements": _statements(place),
        "kind": STATEMENT_OF_APPLICABILITY.name,
        "profile_words": profile_words(stood),
    }


def _line(stood: Standing, result: Result, shown: Square) -> Line:
    reason = result.left_out or result.taken_in
    by = "nobody" if stood.edition.may_be_excluded(result.requirement.id) else "edition"
    if reason is not None:
        by = "record" if "record" in reason.parameters else "profile"
    why = sentence(reason) if reason else ""
    return Line(shown, result.left_out is None, by, why)


def _statements(place: Place) -> Sequence[Mapping[str, Any]]:
    """The organisation's own statements, the one in force first; ended ones are history."""
    rows = Current.objects.filter(
        organisation=place.organisation, kind=STATEMENT_OF_APPLICABILITY.name, erased=False
    )
    found = [
        {"label": reading.label_of(row), "state": state(row.state), "in_force": row.state == _IN_FORCE}
        for row in rows.order_by("-sequence")[:10]
    ]
    return sorted(found, key=lambda one: not one["in_force"])


def profile_words(stood: Standing) -> list[tuple[str, str]]:
    profile = stood.profile
    return [
        (_("Domains"), _(", ").join(title(each.value) for each in profile.domains)),
        (_("Life-cycle stages"), _(", ").join(title(each.value) for each in profile.stages)),
        (_("Tier"), str(profile.tier)),
    ]
