"""Quality, security and societal objectives (ISO 9001, 6.2), with the readings that show where they stand."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from standfirst.management.guards import own_words
from standfirst.records.actor import Role
from standfirst.records.body import Body
from standfirst.records.kind import Body as JsonBody
from standfirst.records.kind import Kind, LinkRule
from standfirst.records.lifecycle import Attempt, Lifecycle, Transition
from standfirst.records.view import Family, Section, View, Widget
from standfirst.standards.reason import Parameter, Reason
from standfirst.standards.validation import Strict, Text

DecimalText = Annotated[
    str,
    BeforeValidator(lambda value: str(value) if type(value) is int else value),  # 60 needs no quotes
    StringConstraints(pattern=r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$", max_length=40),
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


def readings_of(objective: JsonBody) -> Sequence[JsonBody]:
    """By day; of two on one day the one that was written down later comes later."""
    return sorted(objective.get("readings", ()), key=lambda reading: str(reading["on"]))


def is_reached(objective: JsonBody) -> bool | None:
    """Whether the latest reading keeps the target; None where there is no reading."""
    readings = readings_of(objective)
    if not readings:
        return None
    value, target = Decimal(readings[-1]["value"]), Decimal(objective["target"])
    return value >= target if objective["direction"] == "at-least" else value <= target


def target_reached(attempt: Attempt) -> Reason | None:
    """The latest reading keeps the target."""
    body = attempt.content.body
    reached = is_reached(body)
    if reached is None:
        return Reason("guard.missing", {"fields": ("readings",)})
    latest = readings_of(body)[-1]
    named: dict[str, Parameter] = {"value": latest["value"], "target": body["target"], "on": latest["on"]}
    return None if reached else Reason("guard.target-missed", named)


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
            Transition("achieve", ("agreed",), "achieved", guards=(target_reached,)),
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
    view=View(
        Family.PLANNING,
        summary=("target", "unit", "due", "owner"),
        sections=(
            Section("What is to be achieved", ("title", "aspects", "owner", "due", "resources")),
            Section("How it is measured", ("measure", "unit", "target", "direction")),
            Section("Where it stands", ("readings",)),
        ),
        widgets={"owner": Widget.PERSON},
        columns=("target", "unit", "owner", "due"),
        filters=("aspects",),
        due=("due",),
        settled=("achieved", "missed", "withdrawn"),
        owner="owner",
        board=True,
    ),
)
