"""Statement of applicability (the mechanism of ISO/IEC 27001, 6.1.3 d) and the register of obligations (ISO 37301)."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

from pydantic import Field

from standfirst.management.approval import APPROVED_BY_TOP_MANAGEMENT
from standfirst.management.guards import own_words
from standfirst.records.body import Body
from standfirst.records.kind import Body as JsonBody
from standfirst.records.kind import Kind, LinkRule
from standfirst.records.lifecycle import Lifecycle, Transition
from standfirst.records.view import Family, Section, View, Widget
from standfirst.standards.library import edition
from standfirst.standards.reason import Reason
from standfirst.standards.validation import RequirementId, Strict, Text


class ApplicabilityEntry(Strict):
    requirement: RequirementId = Field(description="An annex requirement")
    applies: bool = Field(description="Whether it applies")
    reason: Text = Field(description="Why, or why not")
    status: Literal["planned", "partly", "implemented"] | None = Field(
        default=None, description="How far it is put into practice"
    )


class ApplicabilityBody(Body):
    title: Text = Field(description="A name for the statement")
    edition: Text = Field(description="The edition it is made for, such as qt-qms-reference 2026.1")
    entries: tuple[ApplicabilityEntry, ...] = Field(
        min_length=1, description="One entry for each annex requirement"
    )
    effective_from: date = Field(description="From which day it holds")


def _covers_annex(entries: set[str]) -> bool:
    """Every annex requirement of the edition has its entry: counted, not claimed."""
    whole = edition()
    return {requirement.id for requirement in whole if whole.may_be_excluded(requirement.id)} <= entries


def _why(entry: JsonBody) -> str:
    """The reason, with how far it is put into practice."""
    return f"{entry['reason']} ({entry['status']})" if entry.get("status") else str(entry["reason"])


def _repeated(body: JsonBody) -> Sequence[tuple[str, Reason]]:
    ids = [entry["requirement"] for entry in body.get("entries", ())]
    return [
        (f"entries[{index}].requirement", Reason("applicability.repeated", {"requirement": requirement}))
        for index, requirement in enumerate(ids)
        if requirement in ids[:index]
    ]


STATEMENT_OF_APPLICABILITY = Kind(
    name="statement-of-applicability",
    prefix="SOA",
    folder="applicability",
    title="Statement of applicability",
    body=ApplicabilityBody,
    lifecycle=APPROVED_BY_TOP_MANAGEMENT,
    derived={
        "complete": lambda body: _covers_annex({e["requirement"] for e in body.get("entries", ())}),
        "entries": lambda body: len(body.get("entries", ())),
        "not_applicable": lambda body: tuple(
            e["requirement"] for e in body.get("entries", ()) if not e["applies"]
        ),
        "not_applicable_reasons": lambda body: tuple(
            e["reason"] for e in body.get("entries", ()) if not e["applies"]
        ),
        "applicable": lambda body: tuple(e["requirement"] for e in body.get("entries", ()) if e["applies"]),
        "applicable_reasons": lambda body: tuple(_why(e) for e in body.get("entries", ()) if e["applies"]),
    },
    effective_from="effective_from",
    inspect=_repeated,
    view=View(
        Family.PLANNING,
        summary=("edition", "effective_from", "entries"),
        sections=(
            Section("What it is", ("title", "edition", "effective_from")),
            Section("What applies, and why", ("entries",)),
        ),
        columns=("edition", "effective_from", "entries"),
    ),
)


class ObligationBody(Body):
    title: Text = Field(description="The duty in a few words")
    instrument: Text = Field(description="The law, licence, standard, contract or commitment it comes from")
    provision: Text | None = Field(default=None, description="The article or clause")
    type: Literal["law", "licence", "standard", "contract", "commitment"] = Field(
        description="What sort of source it is"
    )
    jurisdictions: tuple[Text, ...] = Field(
        min_length=1, description="Where it holds, such as EU, US, DE, or 'contract'"
    )
    owner: Text = Field(description="Who sees to it")
    effective_on: date = Field(description="From when the duty holds")
    duty: Text = Field(description="What has to be done, in our own words")
    evaluated_on: date | None = Field(default=None, description="When fulfilment was last evaluated")
    evaluation: Literal["fulfilled", "partly", "not-fulfilled"] | None = Field(
        default=None, description="How it came out"
    )
    review_by: date | None = Field(default=None, description="When it is evaluated again at the latest")


OBLIGATION = Kind(
    name="obligation",
    prefix="OBL",
    folder="obligations",
    title="Obligation",
    body=ObligationBody,
    lifecycle=Lifecycle(
        states=("identified", "applicable", "not-applicable", "ended"),
        transitions=(
            Transition("apply", ("identified", "not-applicable"), "applicable", guards=(own_words,)),
            Transition("exclude", ("identified", "applicable"), "not-applicable", guards=(own_words,)),
            Transition("end", ("applicable",), "ended"),
        ),
        frozen=("ended",),
    ),
    links=(LinkRule("about", ("product", "supplier")), LinkRule("met-by", ("document", "measurement"))),
    facts=("type", "jurisdictions", "owner", "evaluated_on", "evaluation", "effective_on", "review_by"),
    dated_by=("evaluated_on",),
    happened=("evaluated_on",),
    view=View(
        Family.CONTEXT,
        summary=("instrument", "provision", "evaluation", "owner"),
        sections=(
            Section("Where it comes from", ("title", "type", "instrument", "provision", "jurisdictions")),
            Section("What has to be done", ("duty", "owner", "effective_on")),
            Section("Whether it is fulfilled", ("evaluation", "evaluated_on", "review_by")),
        ),
        widgets={"duty": Widget.PROSE, "owner": Widget.PERSON, "jurisdictions": Widget.TAGS},
        columns=("type", "jurisdictions", "evaluation", "owner", "review_by"),
        filters=("type", "jurisdictions", "evaluation"),
        due=("review_by",),
        settled=("not-applicable", "ended"),
        owner="owner",
    ),
)
