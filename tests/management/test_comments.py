"""What may be said about a record, by whom it is withdrawn, whom it calls, and what it never shows."""

import pytest
from tests.management.house import House
from tests.management.refusals import refused

from standfirst.cli.kinds import KINDS
from standfirst.management.comments import (
    COMMENT,
    MOST_MENTIONS,
    handles_in,
    wish_of_comment,
)
from standfirst.management.founding import acting
from standfirst.management.sharing import NOT_BY_AUDIT
from standfirst.records.change import Change
from standfirst.records.pen import Pen
from standfirst.records.workspace import Workspace
from standfirst.standards.problems import Unusable


def say(house: House, who: str, about: str, text: str = "Who looks at this?", *, answers: str = "") -> str:
    links = {"about": (about,), **({"answers": (answers,)} if answers else {})}
    return house.write(who, "comment", {"text": text}, links=links)


def test_any_member_says_something_and_takes_it_back() -> None:
    house = House()
    product = house.product()
    said = say(house, "ben", product)
    assert house.number(said) == "CMT-0001"
    with refused("comment.of-another"):
        house.move("tove", said, "withdrawn")
    house.move("ben", said, "withdrawn")
    with refused("deed.no-way"):
        house.move("ben", said, "said")


def test_what_was_said_is_not_edited() -> None:
    house = House()
    product = house.product()
    said = say(house, "ben", product)
    with refused("deed.frozen"):
        house.write("ben", "comment", {"text": "No"}, links={"about": (product,)}, record=said)


def test_it_is_about_one_record_that_is_no_comment() -> None:
    house = House()
    product, other = house.product(), house.product("Another")
    with refused("comment.about-one"):
        house.write("ben", "comment", {"text": "Of nothing"})
    with refused("comment.about-one"):
        house.write("ben", "comment", {"text": "Of two"}, links={"about": (product, other)})
    said = say(house, "ben", product)
    with refused("comment.about-comment"):
        say(house, "ada", said)


def test_an_answer_stays_under_its_record() -> None:
    house = House()
    product, other = house.product(), house.product("Another")
    first, second = say(house, "ben", product), say(house, "ada", product)
    say(house, "tove", product, answers=first)
    with refused("comment.answers-elsewhere"):
        say(house, "tove", other, answers=first)
    with refused("comment.answers-one"):
        house.write(
            "tove", "comment", {"text": "Both"}, links={"about": (product,), "answers": (first, second)}
        )


def test_it_serves_no_requirement() -> None:
    house = House()
    product = house.product()

    def deed(workspace: Workspace) -> Change:
        actor = acting(workspace, "ben")
        pen = Pen(workspace, actor, COMMENT, "0b8e1c62-6f1b-4b52-9d0e-3a1f1a5d0009", None, "")
        pen.write({"text": "It is shown"}, serves=("6.1.3",), links={"about": (product,)})
        return Change(actor, tuple(pen.drafts))

    with refused("comment.serves"):
        house.store.perform(deed)


def test_an_audit_that_is_opened_opens_no_comments() -> None:
    assert COMMENT.name in NOT_BY_AUDIT


def test_criteria_ask_nothing_of_it() -> None:
    assert not COMMENT.fact_fields
    assert not [k.name for k in KINDS for rule in k.links if rule.targets == (COMMENT.name,) and k != COMMENT]


# --- whom it calls ---


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("@ada and @ben-okri, look", ("ada", "ben-okri")),
        ("(@ada) @ada! **@ben**", ("ada", "ben")),
        ("@ada.", ("ada",)),
        ("Write to ada@example.org or a/@b", ()),
        ("`@property` and ```\n@cached\n``` and @ben", ("ben",)),
        ("```\n@never closed", ()),
        ("@Ada @1st @a @@ada", ()),
        ("@ada@example.org", ()),
        ("@" + "x" * 41, ()),
    ],
)
def test_handles_in_a_text(text: str, called: tuple[str, ...]) -> None:
    assert handles_in(text) == called


def test_a_handle_of_nobody_is_told_at_the_text() -> None:
    with pytest.raises(Unusable) as told:
        wish_of_comment("@ada, ask @nobody and @none", about="PRD-0001", people={"ada": "1"})
    (fault,) = told.value.problems
    assert (fault.field, fault.reason.code) == ("body.text", "comment.nobody")
    assert fault.reason.parameters["handles"] == ("nobody", "none")


def test_a_comment_calls_a_bounded_number_of_people() -> None:
    handles = [f"p{n}" for n in range(MOST_MENTIONS + 1)]
    people = {handle: handle for handle in handles}
    spelled = " ".join(f"@{handle}" for handle in handles)
    with pytest.raises(Unusable) as told:
        wish_of_comment(spelled, about="PRD-0001", people=people)
    assert told.value.problems[0].reason.code == "comment.mentions"
    fine = wish_of_comment(spelled.rpartition(" ")[0], about="PRD-0001", people=people)
    assert fine.links is not None
    assert len(fine.links["mentions"]) == MOST_MENTIONS
