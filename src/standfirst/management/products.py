"""Products: what the organisation makes, runs or sells, each with the life-cycle stage it is in."""

from typing import Literal

from pydantic import Field

from standfirst.management.guards import own_words
from standfirst.management.organisation import ValueChainRole
from standfirst.records.actor import Role
from standfirst.records.body import Body
from standfirst.records.kind import Kind, LinkRule
from standfirst.records.lifecycle import Lifecycle, Transition
from standfirst.records.view import Family, Section, View, Widget
from standfirst.standards.catalogue import Tier
from standfirst.standards.validation import Strict, Text
from standfirst.standards.vocabulary import Domain

_GATE = (Role.TOP_MANAGEMENT, Role.QUALITY_MANAGER, Role.ENGINEER)


class Duty(Strict):
    duty: Text = Field(description="What has to be done, such as key management or incident reporting")
    carried_by: Text = Field(description="Who does it: ourselves, the customer, a named partner")


class ProductBody(Body):
    title: Text = Field(description="Its name")
    type: Literal["device", "system", "service", "algorithm", "application"] = Field(
        description="What sort of thing it is"
    )
    description: Text = Field(description="What it does, for whom")
    domains: tuple[Domain, ...] = Field(min_length=1, description="Quantum domains")
    tier: Tier = Field(description="Application tier 0 to 3")
    role: ValueChainRole = Field(description="The organisation's place in the value chain of this product")
    duties: tuple[Duty, ...] = Field(default=(), description="Who carries which duty")
    duties_agreed: bool = Field(
        default=False, description="True once the other parties have agreed to the split"
    )
    baseline: Text | None = Field(
        default=None, description="The best practical classical alternative it is compared with"
    )


PRODUCT = Kind(
    name="product",
    prefix="PRD",
    folder="products",
    title="Product",
    body=ProductBody,
    lifecycle=Lifecycle(
        states=("concept", "research", "engineering", "deployment", "operation", "decommissioned"),
        transitions=(
            Transition("start-research", ("concept",), "research", _GATE, (own_words,)),
            Transition("start-engineering", ("research",), "engineering", _GATE),
            Transition("deploy", ("engineering",), "deployment", _GATE),
            Transition("operate", ("deployment",), "operation", _GATE),
            Transition("decommission", ("operation", "deployment"), "decommissioned", _GATE),
        ),
        frozen=("decommissioned",),
    ),
    links=(LinkRule("part-of", ("product",)),),
    facts=("type", "domains", "tier", "role", "duties_agreed", "baseline"),
    view=View(
        Family.OPERATION,
        summary=("type", "domains", "tier"),
        sections=(
            Section("What it is", ("title", "type", "description", "domains", "tier")),
            Section("Who does what", ("role", "duties", "duties_agreed")),
            Section("What it is compared with", ("baseline",)),
        ),
        widgets={"description": Widget.PROSE, "baseline": Widget.PROSE},
        columns=("type", "domains", "tier", "role"),
        filters=("type", "domains", "tier", "role"),
        board=True,
    ),
)
