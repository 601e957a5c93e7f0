"""Results under a grant: what it covers, with reasons as far as records are open, and nothing of what would make a yes."""

import json
from datetime import timedelta
from typing import Any

import pytest
from tests.server.exchange.cast import Sides, sides, worked_off
from tests.server.readiness.cast import (
    NONCONFORMITY,
    ORGANISATION,
    approved,
    document,
    measurement,
    worked,
)
from tests.server.works import PRODUCT, browser, queries, works

from standfirst.conformity.document import document as result_file
from standfirst.records.record import Record
from standfirst.server.clock import now
from standfirst.server.exchange import assessed, outcomes
from standfirst.server.readiness import asked
from standfirst.server.readiness.gathering import gathered
from standfirst.server.store.models import Entry, Outbox
from standfirst.words.render import sentence

ASKED = "A.1.2"
EVERY = sorted(frozenset().union(*(assessed.needed(name) for name in asked.current().edition.by_id)))
SOME = sorted(assessed.needed(ASKED))


@pytest.fixture
def both(database: str) -> Sides:  # noqa: ARG001 - they stand in it
    made = sides()
    made.ours.create("organisation", ORGANISATION)
    made.ours.create("product", {**PRODUCT, "title": "Device of ours"})
    approved(made.ours, document(made.ours, ASKED))
    made.ours.create("nonconformity", NONCONFORMITY)
    worked()
    return made


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def looking(both: Sides, *kinds: str, **terms: Any) -> Record:
    given = both.grant(*kinds, **terms)
    both.visit()
    assert both.post("received-readiness-open").status_code == 302
    return given


PAGES = (
    ("received-readiness", ()),
    ("received-requirement", (ASKED,)),
    ("received-report", ("json",)),
    ("received-report", ("html",)),
)


def answers(both: Sides) -> list[int]:
    return [both.page(name, *rest).status_code for name, rest in PAGES]


# --- which grants open what ------------------------------------------------------------------------------------------


def test_a_grant_of_some_kinds_opens_what_rests_on_these_alone(both: Sides) -> None:
    opened = assessed.open_requirements(SOME)
    assert ASKED in opened
    assert opened < set(asked.current().edition.by_id)
    looking(both, *SOME)
    page = text(both.page("received-readiness"))
    assert "First-party result of <bdi>Acme</bdi>" in page
    assert "Scope of the management system" not in page, "that of the reader's own house"
    assert "profile" not in page.lower()
    for name in asked.current().edition.by_id:
        assert (f"/requirements/{name}/" in page) == (name in opened)
        assert both.page("received-requirement", name).status_code == (200 if name in opened else 404)
    assert answers(both) == [200, 200, 404, 404], "no report of a part"
    assert both.address("received-report", "json") not in page


@pytest.mark.parametrize("missing", SOME)
def test_without_any_one_of_the_kinds_it_rests_on_a_result_is_not_opened(missing: str) -> None:
    assert ASKED not in assessed.open_requirements(set(SOME) - {missing})


def test_a_grant_of_records_alone_opens_no_result(both: Sides) -> None:
    both.grant("product", "document")
    both.visit()
    assert both.post("received-readiness-open").status_code == 404
    assert answers(both) == [404] * 4
    assert both.address("received-readiness") not in text(both.page("received-grant"))


def test_a_grant_of_one_audit_opens_no_result(both: Sides) -> None:
    body = {
        "title": "Design",
        "programme": "2026",
        "requirements": [ASKED],
        "process_owners": ["ben"],
        "auditors": ["ada"],
        "planned_for": "2026-03-01",
    }
    both.grant(audit=both.ours.create("internal-audit", body).id)
    both.visit()
    assert answers(both) == [404] * 4


# --- what is told ----------------------------------------------------------------------------------------------------


def remedies(both: Sides) -> set[str]:
    found = gathered(both.ours.firm.organisation).results
    return {sentence(one) for result in found for _, answer in result.answers for one in answer.remedies}


def test_results_and_reasons_are_told_and_never_what_would_make_a_yes(both: Sides) -> None:
    looking(both, *EVERY)
    page = text(both.page("received-requirement", ASKED))
    assert "First-party result of <bdi>Acme</bdi>" in page
    assert both.address("received-record", "NCR-0001") in page
    told = remedies(both)
    assert told
    for name in [ASKED, *list(asked.current().edition.by_id)[::15]]:
        shown = text(both.page("received-requirement", name))
        assert [words for words in told if words in shown] == [], name
        assert "make it a yes" not in shown
        assert f"/o/{both.ours.slug}/" not in shown
    html, own = text(both.page("received-report", "html")), both.page("received-report", "json")
    assert [words for words in told if words in html] == []
    said = json.loads(own.content)
    assert "remedies" not in own.content.decode()
    assert said["party"] == "first"
    whole = result_file(gathered(both.ours.firm.organisation), remedies=False)
    assert said["requirements"] == json.loads(json.dumps(whole["requirements"]))
    assert not any(number.startswith("PER-") for number in said["records"].keys() - _labels(both))


def _labels(both: Sides) -> set[str]:
    return assessed.labels(gathered(both.ours.firm.organisation).results)


def test_the_report_shows_no_measurement_s_checks_and_pictures(both: Sides) -> None:
    """A grant opens records; whether their inputs leave is another question, which nobody has asked for a whole report."""
    measurement(both.ours)
    worked()
    looking(both, *EVERY)
    page = both.page("received-report", "html")
    assert page.status_code == 200
    assert 'id="rec-MEA-0001"' in page.content.decode()
    assert 'id="mea-MEA-0001"' not in page.content.decode()
    assert "staleness" not in page.content.decode()


def test_of_a_controlled_record_only_its_number_is_told_before_it_is_opened(both: Sides) -> None:
    (one,) = both.ours.firm.workspace.records(kinds=("nonconformity",)).values()
    both.classified(one)
    worked()
    looking(both, *EVERY)
    page = text(both.page("received-requirement", ASKED))
    assert "to be opened first" in page
    assert one.number in page
    about = [
        sentence(reason)
        for result in gathered(both.ours.firm.organisation).results
        if result.requirement.id == ASKED
        for reason in assessed.reasons_of(result)
        if one.number in sentence(reason)
    ]
    assert about
    assert [words for words in about if words in page] == []
    refused = both.reader().get(both.address("received-report", "json"), follow=True)
    assert str(NONCONFORMITY["title"]) not in text(refused)
    assert one.number in text(refused)
    both.open(one)
    assert "to be opened first" not in text(both.page("received-requirement", ASKED))
    assert both.page("received-report", "json").status_code == 200


def test_what_may_not_be_read_without_classification_is_not_told(both: Sides) -> None:
    looking(both, *EVERY, unclassified="refused")
    page = text(both.page("received-requirement", ASKED))
    assert "to be opened first" in page
    assert both.page("received-report", "json").status_code == 302


# --- every look is recorded ------------------------------------------------------------------------------------------


def test_looking_is_recorded_once_a_visit_on_both_sides(both: Sides) -> None:
    given = both.grant(*EVERY)
    both.visit()
    assert "Open the results" in text(both.page("received-readiness"))
    assert answers(both)[1:] == [302] * 3, "first it is opened"
    assert both.decisions() == []
    for _ in range(2):
        both.post("received-readiness-open")
    (said,) = both.decisions()
    assert (said["record"], said["record_number"], said["reason"]) == (
        given.id,
        given.number,
        "reading.readiness",
    )
    worked_off()
    (theirs,) = both.decisions(both.theirs)
    assert {**theirs, "side": "granted"} == said
    both.visit()
    assert "Open the results" in text(both.page("received-readiness"))
    both.post("received-readiness-open")
    assert len(both.decisions()) == 2


def test_reading_writes_nothing(both: Sides) -> None:
    looking(both, *EVERY)
    worked_off()
    before = Entry.objects.count(), Outbox.objects.count()
    assert answers(both) == [200] * 4
    assert (Entry.objects.count(), Outbox.objects.count()) == before
    assert both.page("received-readiness-open").status_code == 405


# --- while it holds, and for nobody else -----------------------------------------------------------------------------


def test_without_a_visit_or_after_it_there_is_nothing(both: Sides) -> None:
    both.grant(*EVERY)
    assert answers(both) == [404] * 4
    assert both.post("received-readiness-open").status_code == 404
    both.visit()
    both.post("received-readiness-open")
    assert answers(both) == [200] * 4
    assert both.page("received-readiness", who=both.theirs.ada).status_code == 404
    both.post("visit-end")
    assert answers(both) == [404] * 4


def test_after_revocation_there_is_nothing(both: Sides) -> None:
    given = looking(both, *EVERY)
    both.ours.move(given, "revoked")
    assert answers(both) == [404] * 4
    assert both.post("received-readiness-open").status_code == 404


def test_when_time_is_over_there_is_nothing(both: Sides, monkeypatch: pytest.MonkeyPatch) -> None:
    looking(both, *EVERY)
    for later in (timedelta(hours=1, seconds=1), timedelta(days=31)):
        monkeypatch.setattr(outcomes, "now", lambda later=later: now() + later)
        assert answers(both) == [404] * 4


def test_others_get_what_is_missing(both: Sides) -> None:
    looking(both, *EVERY)
    third = works("A third")
    for name, rest in PAGES:
        address = both.address(name, *rest)
        assert third.client(third.ada).get(address).status_code == 404
        assert third.client(third.ada).get(address.replace(both.theirs.slug, third.slug)).status_code == 404
        assert both.ours.client(both.ours.ada).get(address).status_code == 404
        assert browser(None).get(address).status_code == 302
    for form in ("pdf", "xlsx", "oscal", "nothing"):
        assert both.page("received-report", form).status_code == 404
    assert both.page("received-requirement", "Z.9").status_code == 404


# --- what it costs ---------------------------------------------------------------------------------------------------


def test_pages_cost_the_same_however_much_there_is(both: Sides) -> None:
    def costs() -> list[int]:
        return [len(queries(lambda n=name, r=rest: both.page(n, *r))) for name, rest in PAGES]  # type: ignore[misc]

    looking(both, *EVERY)
    worked()
    costs()
    before = costs()
    for n in range(4):
        approved(both.ours, document(both.ours, ASKED, title=f"More {n}"))
        both.ours.create("product", PRODUCT)
    worked()
    assert costs() == before
    assert max(before[:2]) <= 12, before
