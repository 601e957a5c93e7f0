"""External providers (ISO 9001, 8.4): selection, evaluation, agreement, and the plan for single sources."""

from datetime import date
from typing import Literal

from pydantic import Field

from standfirst.management.guards import filled, own_words
from standfirst.records.actor import Role
from standfirst.records.body import Body
from standfirst.records.kind import Kind
from standfirst.records.lifecycle import Lifecycle, Transition
from standfirst.records.view import Family, Section, View, Widget
from standfirst.standards.validation import Text

_BUYERS = (Role.PURCHASING, Role.QUALITY_MANAGER, Role.TOP_MANAGEMENT)


class SupplierBody(Body):
    title: Text = Field(description="The supplier's name")
    country: Text = Field(description="From where it delivers")
    provides: tuple[Text, ...] = Field(min_length=1, description="What it delivers or does")
    criticality: Literal["low", "medium", "high"] = Field(description="How much the results depend on it")
    single_source: bool = Field(description="True if nobody else could deliver within a year")
    single_source_plan: Text | None = Field(default=None, description="What happens if it fails")
    agreement: Text | None = Field(default=None, description="The contract or terms, with their date")
    evaluation: Text | None = Field(default=None, description="What was evaluated and how it came out")
    evaluated_on: date | None = Field(default=None, description="When it was last evaluated")
    review_by: date | None = Field(default=None, description="When it is evaluated again at the latest")


SUPPLIER = Kind(
    name="supplier",
    prefix="SUP",
    folder="suppliers",
    title="Supplier",
    body=SupplierBody,
    lifecycle=Lifecycle(
        states=("candidate", "approved", "conditional", "suspended", "ended"),
        transitions=(
            Transition(
                "approve",
                ("candidate", "conditional", "suspended"),
                "approved",
                _BUYERS,
                (own_words, filled("evaluation", "evaluated_on", "agreement")),
                signs="approval",
                second_person=True,
            ),
            Transition(
                "allow-conditionally", ("candidate", "approved"), "conditional", _BUYERS, (own_words,)
            ),
            Transition("suspend", ("approved", "conditional"), "suspended", _BUYERS),
            Transition("re-evaluate", ("approved",), "candidate"),
            Transition("end", ("candidate", "approved", "conditional", "suspended"), "ended", _BUYERS),
        ),
        frozen=("approved", "ended"),
    ),
    facts=("criticality", "single_source", "single_source_plan", "agreement", "evaluated_on", "review_by"),
    dated_by=("evaluated_on",),
    happened=("evaluated_on",),
    view=View(
        Family.OPERATION,
        summary=("criticality", "country", "review_by"),
        sections=(
            Section("Who delivers what", ("title", "country", "provides", "agreement")),
            Section("How much depends on it", ("criticality", "single_source", "single_source_plan")),
            Section("How it was evaluated", ("evaluation", "evaluated_on", "review_by")),
        ),
        widgets={"single_source_plan": Widget.PROSE, "evaluation": Widget.PROSE},
        columns=("criticality", "single_source", "country", "evaluated_on", "review_by"),
        filters=("criticality", "single_source", "country"),
        due=("review_by",),
    ),
)
