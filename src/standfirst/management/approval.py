"""The lifecycle of what top management approves as a whole: written by one person, approved by another."""

from standfirst.management.guards import own_words
from standfirst.records.actor import Role
from standfirst.records.lifecycle import Lifecycle, Transition

APPROVED_BY_TOP_MANAGEMENT = Lifecycle(
    states=("draft", "approved", "superseded"),
    transitions=(
        Transition(
            "approve",
            ("draft",),
            "approved",
            (Role.TOP_MANAGEMENT,),
            (own_words,),
            signs="approval",
            second_person=True,
        ),
        Transition("revise", ("approved",), "draft"),
        Transition("supersede", ("approved",), "superseded"),
    ),
    frozen=("approved", "superseded"),
)
