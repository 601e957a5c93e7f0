"""Why a form asks: which requirements look at records of a kind, and at which of their fields. From the method's criteria."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from django.urls import NoReverseMatch, reverse

from standfirst.standards.library import assessment_method, edition
from standfirst.standards.method import Criterion, RecordCriterion


@dataclass(frozen=True, slots=True)
class Asking:
    """A requirement that asks, and where its own page is, if there is one."""

    id: str
    title: str
    url: str


def asking(slug: str, ids: Sequence[str]) -> list[Asking]:
    known = edition().by_id
    return [Asking(one, known[one].title, _url(slug, one)) for one in ids if one in known]


def _url(slug: str, requirement: str) -> str:
    try:
        return reverse("requirement", args=[slug, requirement])
    except NoReverseMatch:
        return ""


@cache
def asked_by(kind: str) -> Mapping[str, Sequence[str]]:
    """By field: ids of requirements, in the order of the edition; under "" all that look at the kind."""
    found: dict[str, list[str]] = {}
    for group in assessment_method().groups:
        for requirement in group.requirements:
            for name in dict.fromkeys(_fields(kind, requirement.criteria)):
                found.setdefault(name, []).append(requirement.id)
    return found


def _fields(kind: str, criteria: Sequence[Criterion]) -> Iterator[str]:
    for criterion in criteria:
        for one in (criterion.record, criterion.statement):
            if one is None or one.kind != kind:
                continue
            yield ""
            yield from (condition.field for condition in one.where)
            if isinstance(one, RecordCriterion) and one.covers is not None:
                yield one.covers.field
        if criterion.measurement is not None and kind == "measurement":
            yield ""
