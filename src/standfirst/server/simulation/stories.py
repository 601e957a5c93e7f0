"""Records and what became of them, as ``content/`` tells it: who wrote what on which day, and what the next step was."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from importlib.resources import files
from typing import Any, TypeVar

from pydantic import BaseModel, Field, RootModel

from standfirst.management.comments import COMMENT, handles_in, wish_of_comment
from standfirst.management.founding import acting
from standfirst.server.simulation.calendar import TURN, Calendar
from standfirst.server.simulation.stage import Script, Stage
from standfirst.standards.validation import Name, Strict, Text, read_model


class Step(Strict):
    """``after`` as many days as that, or ``at`` a day of its own (see ``calendar``)."""

    after: int = Field(default=0, ge=0)
    at: date | int | None = None
    by: Name
    to: Name | None = None
    values: Mapping[str, Any] | None = Field(default=None, alias="set")
    why: Text


class Story(Strict):
    kind: Name
    key: Text
    by: Name
    on: date | int
    why: Text
    body: Mapping[str, Any]
    serves: tuple[Text, ...] = ()
    links: Mapping[Name, tuple[Text, ...]] = Field(default_factory=dict)
    then: tuple[Step, ...] = ()


class GoingOn(Strict):
    """Steps alone, of a record that is there already."""

    record: Text
    then: tuple[Step, ...] = Field(min_length=1)


class Comment(Strict):
    about: Text
    by: Name
    on: date | int
    text: Text


class Stories(RootModel[tuple[Story, ...]]):
    pass


class Continuations(RootModel[tuple[GoingOn, ...]]):
    pass


class Comments(RootModel[tuple[Comment, ...]]):
    pass


Told = TypeVar("Told", bound=BaseModel)


def read(model: type[Told], name: str) -> Told:
    """Raises :class:`Unusable` when a shipped file is broken."""
    data = (files("standfirst.server.simulation") / "content" / f"{name}.yaml").read_bytes()
    return read_model(model, data, file=f"simulation/{name}.yaml")[0]


def stories(name: str) -> tuple[Story, ...]:
    return read(Stories, name).root


def tell(story: Story, script: Script, calendar: Calendar) -> None:
    """Adds it to the script, as far as it happens before the end."""
    day = calendar.on(story.on)
    script.add(day, partial(_begin, story, day, calendar))
    _steps(story.key, story.then, day, script, calendar)


def go_on(script: Script, calendar: Calendar) -> None:
    """What became of the records of the example package."""
    for one in read(Continuations, "going_on").root:
        _steps(one.record, one.then, TURN, script, calendar)


def _steps(key: str, steps: Sequence[Step], day: date, script: Script, calendar: Calendar) -> None:
    for step in steps:
        day = calendar.on(step.at) if step.at is not None else _later(day, step.after)
        if day > calendar.last:
            return
        script.add(day, partial(_go_on, key, step, day, calendar))


def comment(script: Script, calendar: Calendar) -> None:
    """Where people talk about a record, below it."""
    for told in read(Comments, "comments").root:
        day = calendar.on(told.on)
        script.add(day, partial(_say, told, day, calendar))


def _say(told: Comment, day: date, calendar: Calendar, stage: Stage) -> None:
    text = calendar.filled(told.text, day)
    people = {handle: acting(stage.store, handle).id for handle in handles_in(text)}
    wish = wish_of_comment(text, about=stage.record(told.about).id, people=people)
    stage.create(told.by, COMMENT.name, body=wish.body or {}, links=wish.links, why="Said")


def _later(day: date, days: int) -> date:
    """As many days later; where that is a weekend, the Monday after it, so that nothing comes before what it follows."""
    ordinal = day.toordinal() + days
    found = date.fromordinal(ordinal)
    return date.fromordinal(ordinal + (7 - found.weekday()) % 7) if found.weekday() > 4 else found


def _begin(story: Story, day: date, calendar: Calendar, stage: Stage) -> None:
    body = calendar.filled(story.body, day)
    stage.create(
        story.by,
        story.kind,
        body=body,
        why=calendar.filled(story.why, day),
        serves=story.serves,
        links=story.links,
        key=story.key,
    )


def _go_on(key: str, step: Step, day: date, calendar: Calendar, stage: Stage) -> None:
    why = calendar.filled(step.why, day)
    if step.values is not None:
        values = _added(stage, key, calendar.filled(step.values, day))
        stage.amend(step.by, key, values=values, why=why)
    if step.to is not None:
        stage.move(step.by, key, step.to, why=why)


def _added(stage: Stage, key: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """``readings+`` adds to the readings that are there."""
    body = stage.record(key).current.content.body
    return {
        name.removesuffix("+"): [*body.get(name.removesuffix("+"), ()), *value]
        if name.endswith("+")
        else value
        for name, value in values.items()
    }
