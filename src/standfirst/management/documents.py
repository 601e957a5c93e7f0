"""Documented information: policies, procedures, plans and the like (ISO 9000, 3.8)."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from standfirst.management.guards import own_words
from standfirst.records.actor import Role
from standfirst.records.body import Body
from standfirst.records.kind import Kind, LinkRule
from standfirst.records.lifecycle import Attempt, Lifecycle, Transition
from standfirst.records.view import Family, Section, View, Widget
from standfirst.standards.reason import Reason
from standfirst.standards.validation import Name, Text

DocumentType = Literal[
    "policy",
    "procedure",
    "plan",
    "register",
    "charter",
    "specification",
    "report",
    "assessment",
    "agreement",
    "declaration",
    "record",
    "appointment",
    "publication",
]
LongText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400_000)]


class DocumentBody(Body):
    title: Text = Field(description="Its title")
    type: DocumentType = Field(description="What sort of document it is")
    owner: Text = Field(description="Who keeps it right")
    audience: Literal["internal", "public"] = Field(default="internal", description="Who may read it")
    topics: tuple[Name, ...] = Field(default=(), description="Short key words")
    effective_from: date = Field(description="From which day it holds; apart from the day it is approved")
    review_by: date = Field(description="When it is read again at the latest")
    reviewed_on: date | None = Field(
        default=None, description="When somebody last read it and found it still right"
    )
    text: LongText | None = Field(default=None, description="The document itself, as Markdown")


def says_something(attempt: Attempt) -> Reason | None:
    """A document has text or a file."""
    body = attempt.content.body
    return (
        None
        if body.get("text") or body.get("attachments")
        else Reason("guard.missing", {"fields": ("text", "attachments")})
    )


DOCUMENT = Kind(
    name="document",
    prefix="DOC",
    folder="documents",
    title="Document",
    body=DocumentBody,
    lifecycle=Lifecycle(
        states=("draft", "in-review", "approved", "superseded", "withdrawn"),
        transitions=(
            Transition("submit", ("draft",), "in-review", guards=(says_something, own_words)),
            Transition("return", ("in-review",), "draft"),
            Transition(
                "approve",
                ("in-review",),
                "approved",
                (
                    Role.TOP_MANAGEMENT,
                    Role.QUALITY_MANAGER,
                    Role.REVIEWER,
                    Role.ENGINEER,
                    Role.SECURITY_LEAD,
                    Role.EXPORT_CONTROL,
                    Role.MIGRATION_LEAD,
                    Role.ETHICS,
                    Role.METROLOGY,
                ),
                (own_words,),
                signs="approval",
                second_person=True,
            ),
            Transition("revise", ("approved",), "draft"),
            Transition("supersede", ("approved",), "superseded"),
            Transition(
                "withdraw",
                ("approved", "draft", "in-review"),
                "withdrawn",
                (Role.TOP_MANAGEMENT, Role.QUALITY_MANAGER),
            ),
        ),
        frozen=("in-review", "approved", "superseded", "withdrawn"),
    ),
    links=(
        LinkRule("replaces", ("document",)),
        LinkRule("about", ("product", "supplier", "risk", "obligation", "person", "document")),
    ),
    facts=("type", "owner", "audience", "topics", "effective_from", "review_by"),
    dated_by=("reviewed_on", "effective_from"),
    happened=("reviewed_on",),
    effective_from="effective_from",
    view=View(
        Family.SUPPORT,
        summary=("type", "owner", "review_by"),
        sections=(
            Section("What it is", ("title", "type", "topics", "audience")),
            Section("Who keeps it right", ("owner", "effective_from", "review_by", "reviewed_on")),
            Section("The document", ("text", "attachments")),
        ),
        widgets={"owner": Widget.PERSON, "topics": Widget.TAGS, "text": Widget.MARKDOWN},
        columns=("type", "owner", "effective_from", "review_by"),
        filters=("type", "audience", "topics"),
        due=("review_by",),
        owner="owner",
        board=True,
    ),
)
