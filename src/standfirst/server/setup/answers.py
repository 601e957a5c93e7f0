"""What somebody has answered so far: kept as they go, until it is recorded or no longer needed."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from standfirst.management.applicability import STATEMENT_OF_APPLICABILITY
from standfirst.management.organisation import MANAGERS, ORGANISATION
from standfirst.server.access import Place
from standfirst.server.accounts.models import User
from standfirst.server.setup.forms import STEPS
from standfirst.server.setup.models import Answers
from standfirst.server.setup.proposing import Proposed, applicability, profile_of
from standfirst.server.store.models import Current, Organisation
from standfirst.server.store.turn import turn
from standfirst.standards.profile import Profile
from standfirst.words.render import every, title

_TYPED: Final = "typed"
"""Beside the names of the steps: what is no answer of any of them yet."""

LOOK_WITHIN: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Given:
    """Answers by step. Each step's are as its form has kept them, or not there yet. ``typed``: by step what somebody left there
    without going on, as the form brought it.
    """

    steps: Mapping[str, Mapping[str, Any]]
    typed: Mapping[str, str] = field(default_factory=dict)

    def of(self, step: str) -> Mapping[str, Any]:
        return self.steps.get(step, {})

    def answers(self, step: str) -> bool:
        """Not where somebody has changed an answer since into what is none."""
        return step in self.steps and step not in self.typed

    @property
    def missing(self) -> list[str]:
        """Steps without which nothing can be recorded, and that nobody has answered."""
        return [
            name
            for name, form in STEPS.items()
            if form.needed and name != "review" and not self.answers(name)
        ]

    @property
    def next(self) -> str:
        """The step to go on with."""
        return next((name for name in STEPS if not self.answers(name)), "review")

    @property
    def profile(self) -> Profile | None:
        """None as long as it cannot be told."""
        if not {"domains", "stages"} <= self.steps.keys():
            return None
        reach = self.of("stages")
        return profile_of(self.of("domains")["domains"], reach["stages"], reach["tier"])

    @property
    def proposals(self) -> list[Proposed]:
        return applicability(self.profile) if self.profile else []

    @property
    def markets(self) -> list[str]:
        return list(self.of("markets").get("markets", ()))

    def scope(self) -> str:
        """A sentence that says no more than the answers do, and no less: it is what a certificate would say."""
        if self.profile is None or "who" not in self.steps:
            return ""
        return _(
            "%(description)s The management system covers quantum %(domains)s at the stages %(stages)s, at %(sites)s."
        ) % {
            "description": _ended(self.of("who")["description"]),
            "domains": every([title(each.value) for each in self.profile.domains]),
            "stages": every([title(each.value) for each in self.profile.stages]),
            "sites": every(self.of("who")["sites"]),
        }

    def look_by(self, today: date) -> date:
        said = self.of("review").get("look_by")
        return date.fromisoformat(said) if said else today + LOOK_WITHIN


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?", "。")) else f"{text}."


def given(place: Place, user: User) -> Given:
    row = Answers.objects.filter(organisation=place.organisation, user=user).first()
    found = json.loads(row.data) if row is not None else {}
    return Given({name: found[name] for name in STEPS if name in found}, found.get(_TYPED, {}))


def keep(
    organisation: Organisation, user: User, step: str, said: Mapping[str, Any], *, now: datetime
) -> None:
    """From two windows at once both are kept, each its own step. What was typed there before is answered now."""

    def answered(found: Mapping[str, Any]) -> Mapping[str, Any]:
        left = {name: typed for name, typed in found.get(_TYPED, {}).items() if name != step}
        return {**found, step: dict(said), _TYPED: left}

    _change(organisation, user, answered, now)


def leave(organisation: Organisation, user: User, step: str, typed: str, *, now: datetime) -> None:
    """Keeps what stands in a step that is no answer yet: somebody looks at another one, or goes on later."""
    _change(organisation, user, lambda found: {**found, _TYPED: {**found.get(_TYPED, {}), step: typed}}, now)


def _change(
    organisation: Organisation,
    user: User,
    changed: Callable[[Mapping[str, Any]], Mapping[str, Any]],
    now: datetime,
) -> None:
    with turn(), transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        row = Answers.objects.filter(organisation=organisation, user=user).first()
        found = json.loads(row.data) if row is not None else {}
        data = json.dumps(changed(found), ensure_ascii=False)
        Answers.objects.update_or_create(
            organisation=organisation, user=user, defaults={"data": data, "saved_at": now}
        )


def forget(organisation: Organisation) -> None:
    """Everybody's: what was recorded has taken their place."""
    with turn(), transaction.atomic():
        Answers.objects.filter(organisation=organisation).delete()


def is_for(place: Place) -> bool:
    """Whether an organisation of this type is set up so: those that certify others keep other kinds."""
    return STATEMENT_OF_APPLICABILITY.name in place.store.kinds


def done_by(place: Place) -> str:
    """The number of the record that says who the organisation is; '' as long as there is none."""
    own = Current.objects.filter(organisation=place.organisation, kind=ORGANISATION.name, erased=False)
    return own.order_by("first").values_list("number", flat=True).first() or ""


def may(roles: frozenset[Any]) -> bool:
    return bool(roles & set(MANAGERS))
