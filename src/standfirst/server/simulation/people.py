"""Those who joined the company beside the people of the example package, and who left it again."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Final

from standfirst.management.organisation import PERSON
from standfirst.records.actor import Role
from standfirst.server.simulation.calendar import Calendar
from standfirst.server.simulation.stage import Script, Stage
from standfirst.server.simulation.stories import read
from standfirst.standards.validation import Name, Strict, Text

FIRST_MANAGER: Final = "maren"
MANAGER: Final = "dervla"
_MANAGES_FROM: Final = date(2025, 6, 3)
_CALLED: Final = -158
"""When functions were entered, in days before the end."""


class Joined(Strict):
    on: date | int
    handle: Name
    name: Text
    roles: tuple[Role, ...] = ()
    functions: tuple[Text, ...] = ()
    remarks: Text
    left: int | None = None
    gone: Text | None = None


class People(Strict):
    people: tuple[Joined, ...]
    functions: Mapping[Name, tuple[Text, ...]]


def people() -> People:
    """Raises :class:`Unusable` when the shipped file is broken."""
    return read(People, "people")


def come_and_go(script: Script, calendar: Calendar) -> None:
    told = people()
    for handle, functions in told.functions.items():
        script.add(calendar.on(_CALLED), partial(_call, handle, functions))
    for one in told.people:
        day = calendar.on(one.on)
        script.add(day, partial(_join, one, day), first=True)
        if one.left is not None:
            script.add(calendar.on(one.left), partial(_leave, one))


def _join(one: Joined, day: date, stage: Stage) -> None:
    body = one.model_dump(mode="json", include={"name", "handle", "roles", "functions", "remarks"})
    who = FIRST_MANAGER if day < _MANAGES_FROM else MANAGER
    stage.create(who, PERSON.name, body=body, why=f"{one.name} joins us", key=f"person:{one.handle}")


def _call(handle: str, functions: tuple[str, ...], stage: Stage) -> None:
    stage.amend(
        MANAGER,
        f"person:{handle}",
        values={"functions": list(functions)},
        why="Records name functions, and nobody's page knew whose they are",
    )


def _leave(one: Joined, stage: Stage) -> None:
    stage.move(MANAGER, f"person:{one.handle}", "left", why=one.gone or "Leaves us")
