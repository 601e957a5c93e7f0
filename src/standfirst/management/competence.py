"""Competence (ISO 9001, 7.2; ISO 10015): what a role needs, who has it, how that was verified."""

from datetime import date
from typing import Literal

from pydantic import Field

from standfirst.management.guards import filled, own_words
from standfirst.records.actor import Role
from standfirst.records.body import Body
from standfirst.records.kind import Kind, LinkRule
from standfirst.records.lifecycle import Lifecycle, Transition
from standfirst.records.view import Family, Section, View
from standfirst.standards.validation import Text


class CompetenceBody(Body):
    title: Text = Field(description="What somebody must be able to do")
    area: Literal[
        "quantum-engineering", "security", "law", "ethics", "metrology", "quality", "audit", "safety"
    ] = Field(description="The field of competence")
    role: Text = Field(description="The role that needs it")
    requirement: Text = Field(description="What counts as competent: education, training, experience")
    training: Text | None = Field(default=None, description="What was done to acquire it")
    verified_on: date | None = Field(default=None, description="When it was verified")
    how_verified: Text | None = Field(default=None, description="How: test, witnessed work, certificate")
    effective: bool | None = Field(
        default=None, description="Whether the training had the effect it was meant to have"
    )
    renew_by: date | None = Field(default=None, description="When it is verified again at the latest")


COMPETENCE = Kind(
    name="competence",
    prefix="CMP",
    folder="competences",
    title="Competence",
    body=CompetenceBody,
    lifecycle=Lifecycle(
        states=("needed", "training", "verified", "lapsed"),
        transitions=(
            Transition("train", ("needed", "lapsed"), "training", guards=(own_words,)),
            Transition(
                "verify",
                ("needed", "training"),
                "verified",
                (Role.TOP_MANAGEMENT, Role.QUALITY_MANAGER, Role.SECURITY_LEAD, Role.METROLOGY),
                (own_words, filled("verified_on", "how_verified")),
                signs="verification",
                second_person=True,
            ),
            Transition("lapse", ("verified",), "lapsed"),
            Transition("renew", ("verified",), "needed"),
        ),
        frozen=("verified",),
    ),
    links=(LinkRule("of", ("person",)),),
    facts=("area", "role", "effective", "renew_by"),
    dated_by=("verified_on",),
    happened=("verified_on",),
    effective_until="renew_by",
    view=View(
        Family.SUPPORT,
        summary=("role", "area", "renew_by"),
        sections=(
            Section("What is needed", ("title", "area", "role", "requirement")),
            Section("How it was acquired", ("training", "effective")),
            Section("How it was verified", ("verified_on", "how_verified", "renew_by")),
        ),
        columns=("area", "role", "verified_on", "renew_by"),
        filters=("area", "role"),
        due=("renew_by",),
        board=True,
    ),
)
