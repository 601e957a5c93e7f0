"""The guided set-up: what it asks, what it proposes, and what it records, from the front door."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from tests.server.accounts.cast import Visitor, signed_in, user
from tests.server.setup.answered import ANSWERS, answer
from tests.server.works import Works, queries, works

from standfirst.management.founding import found
from standfirst.records.change import Refused
from standfirst.records.record import Record
from standfirst.server.access import place_for
from standfirst.server.accounts.models import User
from standfirst.server.accounts.people import add_member
from standfirst.server.clock import now
from standfirst.server.jobs import TOPICS
from standfirst.server.setup import answers, views
from standfirst.server.setup.models import Answers
from standfirst.server.store import store
from standfirst.server.store.outbox import drain
from standfirst.server.workplace import open_store

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def there(database: str) -> Works:  # noqa: ARG001 - first this
    return works()


def visitor_of(there: Works, who: Any) -> Visitor:
    return Visitor(there.client(who))


@pytest.fixture
def ada(there: Works) -> Visitor:
    return visitor_of(there, there.ada)


def kept(there: Works, kind: str) -> list[Record]:
    found = there.firm.workspace.records(kinds=(kind,)).values()
    return sorted(found, key=lambda record: record.number)


def body(record: Record) -> Any:
    return record.current.content.body


# --- from the first question to the last ------------------------------------------------------------------------------


def test_a_new_organisation_is_asked_to_set_itself_up(there: Works, ada: Visitor) -> None:
    page = ada.get(f"/o/{there.slug}/")
    assert "Set up your management system" in page.text
    assert f'href="/o/{there.slug}/set-up/"' in page.html


def test_it_goes_on_where_somebody_stopped(there: Works, ada: Visitor) -> None:
    assert ada.get(f"/o/{there.slug}/set-up/").path.endswith("/set-up/who/")
    assert answer(ada, there.slug, "who", "people").path.endswith("/set-up/domains/")
    assert ada.get(f"/o/{there.slug}/set-up/").path.endswith("/set-up/domains/")
    assert "2 of 7 answered" in ada.get(f"/o/{there.slug}/").text
    again = ada.get(f"/o/{there.slug}/set-up/who/")
    assert "Delft, NL\nLeiden, NL" in again.html
    assert 'value="24"' in again.html


def test_save_and_go_on_later(there: Works, ada: Visitor) -> None:
    page = ada.post(f"/o/{there.slug}/set-up/who/", **ANSWERS["who"], later="")
    assert page.path == f"/o/{there.slug}/"
    assert ada.get(f"/o/{there.slug}/set-up/").path.endswith("/people/")


def test_room_for_more_people(there: Works, ada: Visitor) -> None:
    people = {**ANSWERS["people"], "name-1": "Cid Example", "roles-1": ["engineer"], "more": ""}
    page = ada.post(f"/o/{there.slug}/set-up/people/", **people)
    assert 'name="name-3"' in page.html
    assert "Cid Example" in page.html


def test_the_review_waits_for_what_it_needs(there: Works, ada: Visitor) -> None:
    answer(ada, there.slug, "who")
    page = ada.get(f"/o/{there.slug}/set-up/review/")
    assert page.path.endswith("/set-up/domains/")
    assert "the review needs it" in page.text


def test_the_review_shows_what_is_asked_and_what_not_and_why(there: Works, ada: Visitor) -> None:
    page = answer(ada, there.slug)
    assert page.path.endswith("/set-up/review/")
    assert "81 of 90 requirements" in page.text
    assert (
        "A.3.3 Key and network interfaces. It is asked in communication; we work in computing." in page.text
    )
    assert "it stands on the same ground as 29 requirements" in page.text
    assert "satisfies" not in page.text
    assert "United States, Executive Order 14412" in page.text


def test_finishing_records_all_of_it_in_one_change(there: Works, ada: Visitor) -> None:
    proposed = answer(ada, there.slug)
    assert (
        "quantum computing at the stages engineering and operation, at Delft, NL and Leiden, NL."
        in proposed.text
    )
    before = there.firm.workspace.head.size
    page = finish(there, ada)
    assert page.path == f"/o/{there.slug}/gaps/"
    assert "It is recorded, as drafts." in page.text
    (own,), (scope,), (statement,) = (
        kept(there, kind) for kind in ("organisation", "scope", "statement-of-applicability")
    )
    assert (own.current.content.state, scope.current.content.state, statement.current.content.state) == (
        "draft",
        "draft",
        "draft",
    )
    assert body(own)["domains"] == ["computing"]
    assert body(own)["sites"] == ["Delft, NL", "Leiden, NL"]
    assert body(own)["certificates"] == [
        {"standard": "ISO 9001:2015", "body": "A certifier", "valid_until": "2030-06-30"}
    ]
    assert body(scope)["statement"] == "Processors of 20 qubits, built and run in Delft."
    entries = body(statement)["entries"]
    assert len(entries) == 44
    assert {e["requirement"] for e in entries if not e["applies"]} == {
        *("A.2.5", "A.3.3", "A.4.4", "A.6.2", "A.6.3", "A.6.4", "A.7.4", "A.8.1", "A.8.4")
    }
    names = [body(person)["name"] for person in kept(there, "person")]
    assert names[-1] == "Bea Example"
    duties = kept(there, "obligation")
    assert {record.current.content.state for record in duties} == {"identified"}
    assert [body(record)["jurisdictions"] for record in duties] == [["EU"], ["US"], ["US"], ["US"]]
    versions = [own, scope, statement, *duties, kept(there, "person")[-1]]
    assert len({record.current.entry.recorded_at for record in versions}) == 1
    assert there.firm.workspace.head.size == before + len(versions)
    assert not Answers.objects.filter(organisation=there.firm.organisation).exists()


def finish(there: Works, visitor: Visitor, **changed: Any) -> Any:
    given = {"scope": "Processors of 20 qubits, built and run in Delft.", "look_by": "2099-01-01"}
    chosen = ["eu", "us-federal", "us-nist", "us-nss"]
    return visitor.post(f"/o/{there.slug}/set-up/review/", **{**given, "obligations": chosen, **changed})


def test_the_scope_and_the_obligations_are_as_the_review_says(there: Works, ada: Visitor) -> None:
    answer(ada, there.slug)
    finish(there, ada, obligations=["eu"], look_by="2098-05-04")
    (scope,), (duty,) = kept(there, "scope"), kept(there, "obligation")
    assert body(scope)["statement"] == "Processors of 20 qubits, built and run in Delft."
    assert body(duty)["review_by"] == "2098-05-04"
    assert body(duty)["owner"] == "ada"


def test_nothing_of_it_counts_as_evidence(there: Works, ada: Visitor) -> None:
    from standfirst.server.readiness import standing  # noqa: PLC0415
    from standfirst.standards.method import Status  # noqa: PLC0415

    answer(ada, there.slug)
    finish(there, ada)
    place = place_for(there.accounts[there.ada.id], there.slug)
    found = {row.status for row in standing.standing(place)}
    assert Status.SHOWN not in found
    assert Status.NEEDS_JUDGEMENT not in found


# --- what somebody decides otherwise ----------------------------------------------------------------------------------


def test_who_leaves_a_control_out_says_why(there: Works, ada: Visitor) -> None:
    answer(ada, there.slug)
    page = finish(there, ada, **{"applies-A.10.1": "no", "reason-A.10.1": ""})
    assert page.status == 422
    assert "Say in your own words why it does not apply." in page.text
    assert "Processors of 20 qubits" in page.html  # nothing typed is lost
    assert not kept(there, "organisation")
    finish(there, ada, **{"applies-A.10.1": "no", "reason-A.10.1": "We use no AI at all."})
    (statement,) = kept(there, "statement-of-applicability")
    entry = next(e for e in body(statement)["entries"] if e["requirement"] == "A.10.1")
    assert entry == {
        "requirement": "A.10.1",
        "applies": False,
        "reason": "We use no AI at all.",
        "status": None,
    }


def test_other_answers_make_another_proposal(there: Works, ada: Visitor) -> None:
    answer(ada, there.slug, "who", "people", "domains", domains={"domains": ["sensing"]})
    page = answer(ada, there.slug, "stages", "markets", "certificates")
    assert "A.6.3 Sensor validity" not in page.text.partition("The scope, as it would stand")[0]
    assert "we work in sensing" in page.text


@pytest.mark.parametrize(
    ("step", "wrong", "said"),
    [
        ("who", {"headcount": "0"}, "greater than or equal to 1"),
        ("who", {"headcount": "a lot"}, "Enter a whole number."),
        ("who", {"sites": " \n "}, "This field is required."),
        ("who", {"roles": ["king"]}, "king is not one of the available choices"),
        ("who", {"description": "We make [[what we make]]"}, "marks what still has to be written"),
        ("who", {"sites": "x" * 201}, "at most 200 characters"),
        ("domains", {"domains": []}, "This field is required."),
        ("stages", {"stages": ["engineering"], "tier": "7"}, "7 is not one of the available choices"),
        ("people", {"own": ["engineer"]}, "Somebody has to manage."),
        ("certificates", {"body-0": ""}, "A certificate has all three."),
        ("certificates", {"until-0": "soon"}, "Enter a valid date."),
    ],
)
def test_what_will_not_do_stands_beside_its_field(
    there: Works, ada: Visitor, step: str, wrong: dict[str, Any], said: str
) -> None:
    if step == "people":
        there.firm.leaves(there.ben)  # who manages beside somebody else changes no roles of their own
    page = ada.post(f"/o/{there.slug}/set-up/{step}/", **{**ANSWERS[step], **wrong})
    assert page.status == 422
    assert said in page.text
    assert "what you wrote is still there" in page.text
    assert not Answers.objects.filter(organisation=there.firm.organisation).exists()


def test_a_name_that_is_on_record_already_is_not_recorded_twice(there: Works, ada: Visitor) -> None:
    answer(ada, there.slug, people={**ANSWERS["people"], "name-0": "Ben Okri", "name-1": "Ben Okri"})
    finish(there, ada)
    assert [body(person)["name"] for person in kept(there, "person")].count("Ben Okri") == 1


def test_two_of_one_name_get_two_handles(there: Works, ada: Visitor) -> None:
    people = {
        "name-0": "李 明",
        "roles-0": [],
        "name-1": "Ada",
        "roles-1": [],
        "name-2": "Ada!",
        "roles-2": [],
    }
    answer(ada, there.slug, people={**people, "own": ["top-management"]})
    finish(there, ada)
    handles = [body(person)["handle"] for person in kept(there, "person")]
    assert len(set(handles)) == len(handles)
    assert {"person", "ada-2"} <= set(handles)


# --- who may, and who does not ----------------------------------------------------------------------------------------


def test_who_manages_nothing_is_not_asked(there: Works) -> None:
    mila = visitor_of(there, there.mila)
    assert "Set up your management system" not in mila.get(f"/o/{there.slug}/").text
    page = mila.get(f"/o/{there.slug}/set-up/who/")
    assert page.status == 403
    assert "sets an organisation up" in page.text
    assert mila.post(f"/o/{there.slug}/set-up/who/", **ANSWERS["who"]).status == 403


def test_an_organisation_that_says_who_it_is_is_set_up(there: Works, ada: Visitor) -> None:
    answer(ada, there.slug)
    finish(there, ada)
    assert ada.get(f"/o/{there.slug}/set-up/").path == f"/o/{there.slug}/gaps/"
    assert ada.get(f"/o/{there.slug}/set-up/who/").path == f"/o/{there.slug}/gaps/"
    page = ada.post(f"/o/{there.slug}/set-up/who/", **ANSWERS["who"])
    assert page.status == 403
    assert "ORG-0001 says who it is" in page.text
    assert "Set up your management system" not in ada.get(f"/o/{there.slug}/").text


def test_a_certification_body_is_not_set_up_so() -> None:
    slug, who = a_body()
    page = signed_in(who).get(f"/o/{slug}/")
    assert "Set up" not in page.text
    assert "Applications for certification none" in page.text
    assert signed_in(who).get(f"/o/{slug}/set-up/").status == 404
    assert signed_in(who).get(f"/o/{slug}/gaps/").status == 404


def a_body() -> tuple[str, User]:
    identity = uuid4()
    organisation = store.create(
        identity, slug=f"body-{identity.hex[:8]}", name="Certifier", type="certification-body"
    )
    workspace = open_store(organisation)
    workspace.perform(found(name="Uma", handle="uma", simulation=False))
    (person,) = workspace.records(kinds=("person",))
    who = user("uma")
    add_member(user=who, organisation=organisation, person=person)
    return organisation.slug, who


def test_a_step_that_there_is_not(there: Works, ada: Visitor) -> None:
    assert ada.get(f"/o/{there.slug}/set-up/payment/").status == 404


# --- two at once, killed half-way -------------------------------------------------------------------------------------


def test_two_people_finish_at_once_and_one_set_of_records_stands(there: Works) -> None:
    for who in (there.ada, there.ben):
        answer(visitor_of(there, who), there.slug)
    start = Barrier(2)

    def both(who: Any) -> str:
        place = place_for(there.accounts[who.id], there.slug)
        given = answers.given(place, there.accounts[who.id])
        start.wait()
        try:
            views._finish(place, given)
        except Refused as refused:
            return refused.reason.code
        finally:
            connections.close_all()
        return "recorded"

    with ThreadPoolExecutor(2) as pool:
        found = sorted(pool.map(both, (there.ada, there.ben)))
    assert found == ["recorded", "set-up.done"]
    for kind, count in (
        ("organisation", 1),
        ("scope", 1),
        ("statement-of-applicability", 1),
        ("obligation", 4),
    ):
        assert len(kept(there, kind)) == count


def test_who_comes_second_is_told_so(there: Works, ada: Visitor) -> None:
    ben = visitor_of(there, there.ben)
    answer(ada, there.slug)
    answer(ben, there.slug)
    finish(there, ben)
    page = finish(there, ada)
    assert page.status == 403
    assert "The set-up of this organisation is finished" in page.text


def test_killed_while_it_is_recorded_nothing_is_lost(
    there: Works, ada: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(ada, there.slug)
    before = there.firm.workspace.head.size

    def killed(*_args: object, **_more: object) -> None:
        raise SystemError("killed")

    with monkeypatch.context() as patched:
        patched.setattr("standfirst.server.store.index.put", killed)
        with pytest.raises(SystemError):
            finish(there, ada)
    assert there.firm.workspace.head.size == before
    assert not kept(there, "organisation")
    assert ada.get(f"/o/{there.slug}/set-up/").path.endswith("/review/")
    assert finish(there, ada).path.endswith("/gaps/")


def test_killed_after_it_was_recorded_the_answers_are_no_longer_needed(
    there: Works, ada: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(ada, there.slug)

    def killed(_organisation: object) -> None:
        raise SystemError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(answers, "forget", killed)
        with pytest.raises(SystemError):
            finish(there, ada)
    assert len(kept(there, "organisation")) == 1
    assert ada.get(f"/o/{there.slug}/set-up/").path == f"/o/{there.slug}/gaps/"


def test_two_windows_keep_both_steps(there: Works, ada: Visitor) -> None:
    place = place_for(there.accounts[there.ada.id], there.slug)
    answer(ada, there.slug, "domains")
    answer(ada, there.slug, "who")
    given = answers.given(place, there.accounts[there.ada.id])
    assert set(given.steps) == {"who", "domains"}


def test_who_leaves_takes_their_answers_along(there: Works, ada: Visitor) -> None:
    ben = visitor_of(there, there.ben)
    answer(ben, there.slug)
    answer(ada, there.slug, "who")
    there.firm.leaves(there.ben)
    drain(TOPICS, clock=now)
    (left,) = Answers.objects.filter(organisation=there.firm.organisation)
    assert left.user == there.accounts[there.ada.id]


def test_each_page_asks_few_questions(there: Works, ada: Visitor) -> None:
    answer(ada, there.slug)
    for step in (*ANSWERS, "review"):
        path = f"/o/{there.slug}/set-up/{step}/"
        ada.get(path)
        assert len(queries(partial(ada.client.get, path))) <= 12


# --- nothing that was typed is lost ---


def test_a_step_that_somebody_leaves_half_filled_is_found_as_they_left_it(there: Works, ada: Visitor) -> None:
    answer(ada, there.slug, "who", "people", "domains")
    base = f"/o/{there.slug}/set-up/"
    half = {"stages": ["operation"], "tier": ""}
    for where in ({"to": "domains"}, {"later": ""}):
        page = ada.post(f"{base}stages/", **half, **where)
        assert page.path in {f"{base}domains/", f"/o/{there.slug}/"}
        again = ada.get(f"{base}stages/")
        assert 'value="operation" id="id_stages_4" checked' in again.html.replace('class="" ', "")
        assert "errorlist" not in again.html
    assert ada.get(base).path == f"{base}stages/"  # it is no answer yet


def test_a_changed_answer_is_kept_on_the_way_to_another_step(there: Works, ada: Visitor) -> None:
    answer(ada, there.slug)
    base = f"/o/{there.slug}/set-up/"
    ada.post(f"{base}domains/", domains=["sensing"], to="review")
    page = ada.get(f"{base}review/")
    assert "quantum sensing at the stages" in page.text
    ada.post(f"{base}domains/", to="review")  # none: no answer, so the review needs it first
    assert ada.get(f"{base}review/").path == f"{base}domains/"


def test_the_review_tells_what_was_said_and_cuts_nothing_of_the_scope(there: Works, ada: Visitor) -> None:
    sites = [f"Site {number}, NL" for number in range(1, 10)]
    answer(ada, there.slug, who={**ANSWERS["who"], "sites": "\n".join(sites)})
    page = ada.get(f"/o/{there.slug}/set-up/review/")
    scope = page.html.partition('name="scope"')[2].partition("</textarea>")[0]
    assert all(site in scope for site in sites)
    said = page.html.partition('id="said"')[2].partition("</section>")[0]
    for told in (
        "Qubit Works B.V., Netherlands",
        "Bea Example: Top management and Reviewer",
        "ISO 9001:2015",
    ):
        assert told in said
    assert said.count('name="to"') == 6


def test_the_scope_follows_the_answers_until_somebody_writes_it(there: Works, ada: Visitor) -> None:
    answer(ada, there.slug)
    base = f"/o/{there.slug}/set-up/"
    shown = ada.get(f"{base}review/")
    scope = shown.html.partition('name="scope"')[2].partition(">")[2].partition("</textarea>")[0].strip()
    later = {"scope": scope, "look_by": "2099-01-01", "obligations": [], "to": "domains"}
    ada.post(f"{base}review/", **later)
    ada.post(f"{base}domains/", domains=["sensing"])
    assert "quantum sensing at the stages" in ada.get(f"{base}review/").text
