"""Quality, security and societal objectives (ISO 9001, 6.2), with the readings that show where they stand."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from standfirst.management.guards import filled, own_words
from standfirst.records.actor import Role
from standfirst.records.body import Body
from standfirst.records.kind import Kind, LinkRule
from standfirst.records.lifecycle import Lifecycle, Transition
from standfirst.standards.validation import Strict, Text

DecimalText = Annotated[
    str, StringConstraints(pattern=r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$", max_length=40)
]


class Reading(Strict):
    on: date = Field(description="When it was read")
    value: DecimalText = Field(description="What it was, in the objective's unit")


class ObjectiveBody(Body):
    title: Text = Field(description="What is to be achieved")
    aspects: tuple[Literal["quality", "security", "societal", "environmental"], ...] = Field(
        min_length=1, description="What it is about"
    )
    measure: Text = Field(description="What is counted or measured, and how")
    unit: Text = Field(description="In which unit; '1' for a share")
    target: DecimalText = Field(description="The value to reach")
    direction: Literal["at-least", "at-most"] = Field(description="Which side of the target is good")
    owner: Text = Field(description="Who answers for it")
    resources: Text = Field(description="What it takes")
    due: date = Field(description="By when")
    readings: tuple[Reading, ...] = Field(default=(), description="Where it stood, and when")


OBJECTIVE = Kind(
    name="objective",
    prefix="OBJ",
    folder="objectives",
    title="Objective",
    body=ObjectiveBody,
    lifecycle=Lifecycle(
        states=("proposed", "agreed", "achieved", "missed", "withdrawn"),
        transitions=(
            Transition(
                "agree", ("proposed",), "agreed", (Role.TOP_MANAGEMENT, Role.QUALITY_MANAGER), (own_words,)
            ),
            Transition("achieve", ("agreed",), "achieved", guards=(filled("readings"),)),
            Transition("miss", ("agreed",), "missed"),
            Transition("renew", ("achieved", "missed"), "proposed"),
            Transition(
                "withdraw", ("proposed", "agreed"), "withdrawn", (Role.TOP_MANAGEMENT, Role.QUALITY_MANAGER)
            ),
        ),
        frozen=("achieved", "missed", "withdrawn"),
    ),
    links=(LinkRule("about", ("product", "risk")),),
    facts=("aspects", "owner", "due", "target"),
    derived={"readings": lambda body: len(body.get("readings", ()))},
)
