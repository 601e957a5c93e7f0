"""The form of a new record that would show what is missing, with what is asked of it filled in."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from standfirst.management.measurement import MEASUREMENT
from standfirst.records.kind import Kind
from standfirst.server.access import Place
from standfirst.server.pages.shapes import capital
from standfirst.server.readiness import asked
from standfirst.standards.method import Condition, Criterion
from standfirst.standards.reason import Reason
from standfirst.words.render import kind as noun
from standfirst.words.render import title

_MEASURING: Final = frozenset({"remedy.measure", "remedy.cause"})
_OF_WHAT_IS_THERE: Final = frozenset({"remedy.every", "remedy.sign", "remedy.wait"})


@dataclass(frozen=True, slots=True)
class Deed:
    """Where it is done."""

    words: str
    url: str
    main: bool = True


def beginning(place: Place, requirement: str, criterion: Criterion, remedy: Reason) -> Deed | None:
    """By the names of the form's fields. None for a remedy that is about records that are there, or of no kind of the form's."""
    if remedy.code in _OF_WHAT_IS_THERE:
        return None
    name = MEASUREMENT.name if remedy.code in _MEASURING else str(remedy.parameters.get("kind", ""))
    if name not in place.store.kinds or not place.store.kinds[name].by_hand:
        return None
    kind = place.store.kinds[name]
    given = list(_given(kind, requirement, criterion, remedy))
    types = [value for field, value in given if field == "body.type"]
    said = {"kind": noun(name).one, "type": title(types[0]) if types else ""}
    words = _("New %(kind)s: %(type)s") % said if types else _("New %(kind)s") % said
    url = reverse("record-new", args=[place.organisation.slug, name])
    return Deed(capital(words), f"{url}?{urlencode(given)}" if given else url)


def _given(kind: Kind, requirement: str, criterion: Criterion, remedy: Reason) -> Iterator[tuple[str, str]]:
    types = remedy.parameters.get("types", ())
    if remedy.parameters.get("requirement"):
        yield "serves", requirement
        yield from _asked_of(kind, requirement, types[0] if isinstance(types, tuple) and types else "")
    elif isinstance(types, tuple) and types:
        yield "body.type", types[0]
    subject, about = str(remedy.parameters.get("subject", "")), criterion.subject
    if subject and about is not None:
        rule = next((rule for rule in kind.links if rule.allows(about.kind)), None)
        if rule is not None:
            yield f"links.{rule.relation}", subject


def _asked_of(kind: Kind, requirement: str, type_: str) -> Iterator[tuple[str, str]]:
    """What all criteria of a requirement together ask of a record of this kind and type that serves it."""
    found = {"body.type": [type_]} if type_ else {}
    for each in asked.current().method.by_id[requirement].criteria:
        form = each.record
        if form is None or form.kind != kind.name or not form.serving or not _of_type(form.where, type_):
            continue
        for condition in form.where:
            values = condition.includes_all or (
                (str(condition.is_),) if isinstance(condition.is_, str) else ()
            )
            if values and condition.field in kind.body.model_fields:
                kept = found.setdefault(f"body.{condition.field}", [])
                kept += [value for value in values if value not in kept]
    yield from ((field, value) for field, values in found.items() for value in values)


def _of_type(where: tuple[Condition, ...], type_: str) -> bool:
    return all(one.is_ == type_ for one in where if one.field == "type" and one.is_ is not None)
