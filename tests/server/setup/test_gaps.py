"""What is missing, first things first: in what order, why, and where it is put right."""

import pytest
from tests.server.accounts.cast import Visitor
from tests.server.setup.answered import answer
from tests.server.setup.test_set_up import finish
from tests.server.works import POLICY, RISK, Works, queries, works

from standfirst.server.access import place_for
from standfirst.server.readiness.keeping import keep
from standfirst.server.setup import gaps
from standfirst.standards.method import Status

DUTY = {
    "title": "Figures carry their uncertainty",
    "instrument": "A contract",
    "type": "contract",
    "jurisdictions": ["contract"],
    "owner": "ada",
    "effective_on": "2026-01-01",
    "duty": "State it",
}

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def there(database: str) -> Works:  # noqa: ARG001 - first this
    made = works()
    ada = Visitor(made.client(made.ada))
    answer(ada, made.slug)
    finish(made, ada)
    return made


def missing(there: Works) -> gaps.Missing:
    return gaps.missing(place_for(there.accounts[there.ada.id], there.slug))


def test_foundations_come_first_and_checks_last(there: Works) -> None:
    found = missing(there)
    assert [stage.id for stage in found.stages] == [
        *("foundations", "plans", "support", "operation", "controls", "checks")
    ]
    clauses = [gap.result.requirement.id.partition(".")[0] for gap in found.stages[0].gaps]
    assert set(clauses) == {"4", "5"}


def test_what_only_has_to_be_approved_comes_before_what_has_to_be_written(there: Works) -> None:
    first = missing(there).stages[0].gaps[0]
    assert first.result.requirement.id == "4.3"
    (line,) = first.first
    assert "SCP-0001 is in draft; asked: approved." in line.why
    assert line.deed is not None
    assert line.deed.url == f"/o/{there.slug}/records/SCP-0001/"


def test_every_gap_has_its_reason_and_most_a_deed(there: Works) -> None:
    lines = [line for stage in missing(there).stages for gap in stage.gaps for line in gap.lines]
    assert all(line.why for line in lines)
    assert all(line.would for line in lines)
    led = [line for line in lines if line.deed is not None]
    assert len(led) > len(lines) / 2
    ada = there.client(there.ada)
    for url in sorted({line.deed.url for line in led if line.deed is not None}):
        assert ada.get(url).status_code == 200, url


def test_its_deed_opens_a_form_that_says_what_it_is_for(there: Works) -> None:
    deeds = {
        line.deed.words: line.deed.url
        for stage in missing(there).stages
        for gap in stage.gaps
        for line in gap.lines
        if line.deed is not None and gap.result.requirement.id == "5.2"
    }
    page = Visitor(there.client(there.ada)).get(deeds["New document: policy"])
    assert '<option value="policy" selected' in page.html
    assert "5.2" in page.html


def test_nonsense_in_the_address_of_a_form_is_passed_over(there: Works) -> None:
    ada = there.client(there.ada)
    path = f"/o/{there.slug}/kinds/document/new/"
    plain = ada.get(path).content.decode()
    page = ada.get(path, {"serves": "<script>", "body.type": "<script>", "body.title": "x"}).content.decode()
    assert page.count("<script>") == plain.count("<script>")


def test_a_record_moves_readiness(there: Works) -> None:
    before = missing(there)
    policy = there.create("document", {**POLICY, "audience": "public"}, serves=("5.2",))
    there.move(policy, "in-review")
    there.move(policy, "approved", by=there.ben)
    after = missing(there)
    statuses = {gap.result.requirement.id: gap.result.status for stage in after.stages for gap in stage.gaps}
    assert before.shown == 0
    assert statuses["5.2"] is Status.PARTLY


def test_kept_results_say_the_same(there: Works) -> None:
    live = missing(there)
    keep(there.firm.organisation)
    kept = missing(there)
    assert [
        (gap.result.requirement.id, [line.why for line in gap.lines]) for s in live.stages for gap in s.gaps
    ] == [
        (gap.result.requirement.id, [line.why for line in gap.lines]) for s in kept.stages for gap in s.gaps
    ]


def test_it_asks_no_more_as_records_double(there: Works) -> None:
    ada, path = there.client(there.ada), f"/o/{there.slug}/gaps/"

    def counted() -> int:
        keep(there.firm.organisation)
        ada.get(path)
        return len(queries(lambda: ada.get(path)))

    for _ in range(5):
        there.create("risk", RISK)
    once = counted()
    for _ in range(5):
        there.create("risk", RISK)
    assert counted() == once <= 12


def test_a_stranger_finds_nothing(there: Works) -> None:
    other = works("Elsewhere")
    assert other.client(other.ada).get(f"/o/{there.slug}/gaps/").status_code == 404


def test_what_all_have_to_be_is_said_with_what_is_asked_of_them(there: Works) -> None:
    ours = there.create("obligation", DUTY, serves=("A.7.2",))
    told = [line for stage in missing(there).stages for gap in stage.gaps for line in gap.lines]
    (short,) = [line for line in told if f"Bring {ours.number} up to what the criterion asks" in line.would]
    assert short.would.endswith(
        "Asked: applicable; evaluation: fulfilled; owner filled in; at most 365 days old."
    )
    assert short.why == (
        f"1 of 1 obligations falls short of what is asked. {ours.number} is identified; asked: applicable."
    )


def test_the_same_is_said_once_and_then_led_to(there: Works) -> None:
    lines = [line for stage in missing(there).stages for gap in stage.gaps for line in gap.lines]
    said = [(line.why, line.would) for line in lines if not line.as_for]
    assert len(set(said)) == len(said)
    there_too = [line for line in lines if line.as_for]
    assert {(line.why, line.would) for line in there_too} <= set(said)
    page = Visitor(there.client(there.ada)).get(f"/o/{there.slug}/gaps/").html
    for line in there_too:
        assert f'href="#gap-{line.as_for}"' in page
        assert f'id="gap-{line.as_for}"' in page


def test_of_one_requirement_why_is_said_once(there: Works) -> None:
    for stage in missing(there).stages:
        for gap in stage.gaps:
            why = [line.why for line in gap.lines if not line.is_told]
            assert len(set(why)) == len(why)
