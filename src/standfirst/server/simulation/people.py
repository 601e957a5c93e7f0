"""Those who joined the company beside the people of the example package, and who left it again."""

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


class Joined(Strict):
    on: date | int
    handle: Name
    name: Text
    roles: tuple[Role, ...] = ()
    remarks: Text
    left: int | None = None
    gone: Text | None = None


class People(Strict):
    people: tuple[Joined, ...]


def people() -> tuple[Joined, ...]:
    """Raises :class:`Unusable` when the shipped file is broken."""
    return read(People, "people").people


def come_and_go(script: Script, calendar: Calendar) -> None:
    for one in people():
        day = calendar.on(one.on)
        script.add(day, partial(_join, one, day), first=True)
        if one.left is not None:
            script.add(calendar.on(one.left), partial(_leave, one))


def _join(one: Joined, day: date, stage: Stage) -> None:
    body = {"name": one.name, "handle": one.handle, "roles": list(one.roles), "remarks": one.remarks}
    who = FIRST_MANAGER if day < _MANAGES_FROM else MANAGER
    stage.create(who, PERSON.name, body=body, why=f"{one.name} joins us", key=f"person:{one.handle}")


def _leave(one: Joined, stage: Stage) -> None:
    stage.move(MANAGER, f"person:{one.handle}", "left", why=one.gone or "Leaves us")
