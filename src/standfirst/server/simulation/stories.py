"""Records and what became of them, as ``content/`` tells it: who wrote what on which day, and what the next step was."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from importlib.resources import files
from typing import Any

from pydantic import Field, RootModel

from standfirst.server.simulation.calendar import Calendar, working
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


class Stories(RootModel[tuple[Story, ...]]):
    pass


def stories(name: str) -> tuple[Story, ...]:
    """Raises :class:`Unusable` when a shipped file is broken."""
    data = (files("standfirst.server.simulation") / "content" / f"{name}.yaml").read_bytes()
    return read_model(Stories, data, file=f"simulation/{name}.yaml")[0].root


def tell(story: Story, script: Script, calendar: Calendar) -> None:
    """Adds it to the script, as far as it happens before the end."""
    day = calendar.on(story.on)
    script.add(day, partial(_begin, story, day, calendar))
    for step in story.then:
        day = calendar.on(step.at) if step.at is not None else working(_later(day, step.after))
        if day > calendar.last:
            return
        script.add(day, partial(_go_on, story.key, step, day, calendar))


def _later(day: date, days: int) -> date:
    """As many days later; where that is a weekend, the Monday after it, so that nothing comes before what it follows."""
    ordinal = day.toordinal() + days
    found = date.fromordinal(ordinal)
    return date.fromordinal(ordinal + (7 - found.weekday()) % 7) if found.weekday() > 4 else found  # noqa: PLR2004


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
        stage.amend(step.by, key, values=calendar.filled(step.values, day), why=why)
    if step.to is not None:
        stage.move(step.by, key, step.to, why=why)
