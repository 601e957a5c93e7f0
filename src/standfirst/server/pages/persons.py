"""People by their names where a record says their handles: for pages alone, never for what is kept or exported."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from standfirst.records.kind import Body, Kind
from standfirst.server.access import Place
from standfirst.server.people import names

OWNER: Final = "owner"
"""Who answers for an entry within a field, as forms ask it too."""


def by_name(place: Place, kind: Kind | None, body: Body) -> Body:
    """In one query at most; what is nobody's handle stays as it was written."""
    if kind is None:
        return body
    called = names(place, {text for _place, text in said_of(kind, body)})
    if not called:
        return body
    return {
        name: _put(said, lambda text: called.get(text, text), is_person=_is(kind, name))
        for name, said in body.items()
    }


def said_of(kind: Kind, body: Body) -> Iterator[tuple[str, str]]:
    """Whom a record names, each with the place where it stands: ``auditors[1]``, ``actions[0].owner``."""
    for name, said in body.items():
        yield from _placed(name, said, is_person=_is(kind, name))


def _placed(place: str, said: Any, *, is_person: bool) -> Iterator[tuple[str, str]]:
    if isinstance(said, str):
        if is_person:
            yield place, said
    elif isinstance(said, Mapping):
        for name, inner in said.items():
            yield from _placed(f"{place}.{name}", inner, is_person=name == OWNER)
    elif isinstance(said, list | tuple):
        for number, inner in enumerate(said):
            yield from _placed(f"{place}[{number}]", inner, is_person=is_person)


def _is(kind: Kind, name: str) -> bool:
    return name == OWNER or name in kind.view.people


def _put(said: Any, called: Callable[[str], str], *, is_person: bool) -> Any:
    if isinstance(said, str):
        return called(said) if is_person else said
    if isinstance(said, Mapping):
        return {name: _put(inner, called, is_person=name == OWNER) for name, inner in said.items()}
    if isinstance(said, list | tuple):
        return [_put(inner, called, is_person=is_person) for inner in said]
    return said
