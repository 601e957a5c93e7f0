"""What a list of a kind can be narrowed by, and what there is to choose from."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final

from django.db import connection

from standfirst.records.indexing import Sort as Told
from standfirst.records.indexing import sort_of
from standfirst.records.kind import Kind
from standfirst.server.lists.cells import word
from standfirst.server.lists.filters import Asking
from standfirst.server.lists.wanted import Condition, Test, Wanted, bound
from standfirst.server.pages.shapes import Sort, called, shapes
from standfirst.server.store.models import Organisation
from standfirst.words.language import day
from standfirst.words.visible import visible

OFFERED: Final = 30
"""Values of a field that are offered; where there are more, one is typed."""


class Control(StrEnum):
    CHOICES = "choices"
    DAYS = "days"
    NUMBERS = "numbers"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """One filter as a page asks it, with what is chosen. ``least`` and ``most``: of days and numbers; ``text``: what is typed."""

    field: str
    label: str
    control: Control
    options: Sequence[Option] = ()
    least: str = ""
    most: str = ""
    text: str = ""

    @property
    def count(self) -> int:
        return sum(one.chosen for one in self.options) + bool(self.least) + bool(self.most) + bool(self.text)


def facets(asking: Asking, wanted: Wanted) -> list[Facet]:
    """In the order of the kind's view, in one query at most. Days that are due and owners can always be asked."""
    kind = asking.kind
    names = dict.fromkeys(
        (*kind.view.filters, *((kind.view.owner,) if kind.view.owner else ()), *kind.view.due)
    )
    told = {shape.name: shape for shape in shapes(kind)}
    said = {(one.field, one.test): one for one in wanted.conditions}
    open_ = [
        name
        for name in names
        if name in kind.derived or (sort_of(kind, name) is Told.TEXT and not _closed(told.get(name)))
    ]
    found = _values(asking, open_) if open_ else {}
    return [_facet(asking, name, told.get(name), said, found.get(name)) for name in names]


def _closed(shape: Any) -> bool:
    return shape is not None and (bool(shape.options) or shape.sort is Sort.FLAG)


def _facet(
    asking: Asking, name: str, shape: Any, said: Mapping[tuple[str, Test], Condition], found: "_Found | None"
) -> Facet:
    def typed(test: Test) -> str:
        condition = said.get((name, test))
        return condition.values[0] if condition else ""

    chosen = said[name, Test.ONE_OF].values if (name, Test.ONE_OF) in said else ()
    label, least, most = called(asking.kind, name), typed(Test.FROM), typed(Test.TO)
    derived = name in asking.kind.derived
    if found is None and sort_of(asking.kind, name) is Told.DAY:
        return Facet(name, label, Control.DAYS, least=least, most=most)
    if (found is None and sort_of(asking.kind, name) is Told.NUMBER) or (
        found is not None and found.has_numbers
    ):
        return Facet(name, label, Control.NUMBERS, least=least, most=most)
    if found is None:
        values: Sequence[str] = (
            ["yes", "no"] if shape.sort is Sort.FLAG else [str(value) for value, _ in shape.options]
        )
    else:
        values = found.texts
    if len(values) > OFFERED and found is not None:
        return Facet(name, label, Control.TEXT, text=typed(Test.HAS))
    options = [Option(value, word(shape, value, derived=derived), value in chosen) for value in values]
    options += [
        Option(value, word(shape, value, derived=derived), chosen=True)
        for value in chosen
        if value and value not in values
    ]
    if shape is None or not shape.required:
        options.append(Option("", "", "" in chosen))
    return Facet(name, label, Control.CHOICES, options, text=typed(Test.HAS))


def people_in(kind: Kind, found: Sequence[Facet]) -> set[str]:
    """Everybody who is offered, as the records name them."""
    return {option.value for one in found if one.field in kind.view.people for option in one.options}


def by_name(kind: Kind, found: Sequence[Facet], names: Mapping[str, str]) -> list[Facet]:
    """The same, with people by their names instead of their handles. Where records say both, the handle stands beside."""
    return [
        replace(
            one,
            options=[_person(option, names, {each.words for each in one.options}) for option in one.options],
        )
        if one.field in kind.view.people
        else one
        for one in found
    ]


def _person(option: Option, names: Mapping[str, str], taken: Collection[str]) -> Option:
    if option.value not in names:
        return option
    name = visible(names[option.value])
    return replace(option, words=f"{name} ({option.value})" if name in taken else name)


def named_option(facet: Facet | None, kind: Kind, field: str, value: str) -> str:
    """A value of a filter in words."""
    if (
        facet is not None
        and (found := next((one for one in facet.options if one.value == value), None)) is not None
    ):
        return found.words
    if sort_of(kind, field) is Told.DAY and isinstance(told := bound(value), date):
        return day(told)
    return word(next((one for one in shapes(kind) if one.name == field), None), value)


@dataclass(frozen=True, slots=True)
class _Found:
    texts: Sequence[str]
    has_numbers: bool


_ROWS: Final = "organisation_id = %s AND kind = %s AND field = "

_VALUES: Final = f"""
WITH RECURSIVE asked (field) AS ({{fields}}),
met (field, folded, step) AS (
    SELECT a.field, (SELECT MIN(i.folded) FROM store_indexed i WHERE {_ROWS} a.field
        AND i.number IS NULL AND i.day IS NULL AND i.folded > ''), 1 FROM asked a
    UNION ALL
    SELECT m.field, (SELECT MIN(i.folded) FROM store_indexed i WHERE {_ROWS} m.field
        AND i.number IS NULL AND i.day IS NULL AND i.folded > m.folded), m.step + 1
    FROM met m WHERE m.folded IS NOT NULL AND m.step <= {OFFERED}
)
SELECT m.field, (SELECT i.text FROM store_indexed i WHERE {_ROWS} m.field
    AND i.number IS NULL AND i.day IS NULL AND i.folded = m.folded LIMIT 1)
FROM met m WHERE m.folded IS NOT NULL
UNION ALL
SELECT a.field, NULL FROM asked a
WHERE EXISTS (SELECT 1 FROM store_indexed i WHERE {_ROWS} a.field AND i.number IS NOT NULL)
"""
"""The different values of some fields: from each to the next by the index, as many steps as there are values."""


def _values(asking: Asking, fields: Sequence[str]) -> Mapping[str, _Found]:
    own = Organisation._meta.pk.get_db_prep_value(asking.place.organisation.pk, connection)  # noqa: SLF001 - Django's name for it
    asked = " UNION ALL ".join(["SELECT CAST(%s AS varchar(60))"] * len(fields))
    with connection.cursor() as cursor:
        cursor.execute(_VALUES.format(fields=asked), [*fields, *([own, asking.kind.name] * 4)])
        rows = cursor.fetchall()
    return {
        name: _Found(
            [text for field, text in rows if field == name and text is not None],
            any(field == name and text is None for field, text in rows),
        )
        for name in fields
    }
