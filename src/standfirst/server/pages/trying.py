"""Doing what a form asks for: whatever stands against it is told beside its fields."""

from collections.abc import Callable
from typing import Any

from standfirst.records.change import Conflict, Refused
from standfirst.records.workspace import DeedFunction
from standfirst.records.writing import wish_of
from standfirst.server.access import Place
from standfirst.server.pages.filling import Filled
from standfirst.standards.problems import Unusable
from standfirst.words.render import advised


def tried(
    place: Place, form: Filled, *, name: str, why: str, deed: Callable[[Any, str], DeedFunction]
) -> list[str] | None:
    """Does it. Returns what stood against it and has no field, None where nothing did; raises Conflict."""
    if not form.readable:
        return []
    try:
        place.store.perform(deed(wish_of(form.wish(), name=name), why))
    except Unusable as unusable:
        return form.tell(unusable.problems)
    except Conflict:
        raise
    except Refused as refused:
        return [advised(refused.reason)]
    return None
