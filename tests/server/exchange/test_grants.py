"""Reading under a grant: exactly what was granted, by whom it was granted to, while it holds, and recorded on both sides."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from tests.management.workplace import bodies
from tests.server.exchange.cast import LICENCE, SITE, Sides, sides, worked_off
from tests.server.exchange.filing import attached, filed
from tests.server.files.cast import files_in
from tests.server.works import POLICY, RISK, browser, queries, works

from standfirst.management.founding import found
from standfirst.management.sharing import opens
from standfirst.records.actor import Actor
from standfirst.records.change import Refused
from standfirst.records.ledger import check
from standfirst.records.record import Record
from standfirst.server.access import place_for
from standfirst.server.clock import now
from standfirst.server.exchange import grants, service, visiting
from standfirst.server.store import store
from standfirst.server.store.models import Entry, Outbox
from standfirst.server.workplace import open_store


@pytest.fixture
def both(database: str) -> Sides:  # noqa: ARG001 - they stand in it
    return sides()


def text(answer: Any) -> str:
    return str(answer.content.decode())


# --- the grant -------------------------------------------------------------------------------------------------------


def test_a_grant_is_known_to_the_reader_s_organisation(both: Sides) -> None:
    given = both.grant("document", "product")
    received = both.received()
    said = received.current.content.body
    assert received.number == "GRR-0001"
    assert (said["grant"], said["grant_number"], said["version"]) == (given.id, given.number, 2)
    assert said["commitment"] == given.current.entry.commitment
    assert said["ledger"] == both.ours.firm.workspace.ledger()[0].leaf
    assert said["grantor"]["id"] == str(both.ours.firm.organisation.pk)
    assert received.current.entry.actor == service.service(both.theirs.firm.organisation).id
    assert received.current.content.state == "active"


def test_nothing_is_known_of_one_that_nobody_has_agreed_to(both: Sides) -> None:
    both.grant("document")
    before = both.theirs.firm.workspace.head
    both.ours.create("read-grant", both.ours.record(_grants(both)[0]).current.content.body)
    worked_off()
    assert both.theirs.firm.workspace.head == before


def _grants(both: Sides) -> list[str]:
    return list(both.ours.firm.workspace.records(kinds=("read-grant",)))


def test_carried_over_twice_it_is_there_once(both: Sides) -> None:
    given = both.grant("document")
    both.ours.move(given, "revoked")
    worked_off()
    before = both.theirs.firm.workspace.head
    Outbox.objects.filter(organisation=both.ours.firm.organisation).update(done=False)
    worked_off()
    assert both.theirs.firm.workspace.head == before
    assert both.received().current.content.state == "ended"


def test_one_that_was_revoked_before_it_was_carried_over_is_known_and_ended(both: Sides) -> None:
    given = both.grant("document", reader=works("A third"))
    body = {
        **given.current.content.body,
        "reader": {"name": "N", "id": str(both.theirs.firm.organisation.pk)},
    }
    own = both.ours.create("read-grant", body)
    both.ours.move(own, "active", by=both.ours.ben)
    both.ours.move(own, "revoked")
    worked_off()
    assert both.received().current.content.state == "ended"


def test_it_waits_for_a_ledger_that_has_not_begun(both: Sides) -> None:
    late = store.create(uuid4(), slug=f"late-{uuid4().hex[:8]}", name="Late", type="organisation")
    given = both.grant("document")
    body = {**given.current.content.body, "reader": {"name": "Late", "id": str(late.pk)}}
    both.ours.move(both.ours.create("read-grant", body), "active", by=both.ours.ben)
    worked_off(failing=1)
    open_store(late).perform(found(name="Lea", handle="lea", simulation=False))
    Outbox.objects.filter(trouble="ledger.not-founded").update(claimed_until=None)
    worked_off()
    assert len(open_store(late).records(kinds=("received-grant",))) == 1


# --- what may be read ------------------------------------------------------------------------------------------------


def test_nothing_is_shown_outside_a_visit(both: Sides) -> None:
    product = both.product()
    both.grant("product")
    page = text(both.page("received-grant"))
    assert "Begin a visit" in page
    assert product.number not in page
    assert both.look(product).status_code == 403
    assert both.post("received-open", product.number).status_code == 403


def test_in_a_visit_exactly_the_granted_kinds_are_shown(both: Sides) -> None:
    product, risk = both.product("Shown to you"), both.ours.create("risk", RISK)
    both.grant("product")
    both.visit()
    page = text(both.page("received-grant"))
    assert "Shown to you" in page
    assert risk.number not in page
    shown = both.look(product)
    assert shown.status_code == 200
    assert "Shown to you" in text(shown)
    for other in (risk.number, "PER-0001", "GRT-0001", "VIS-0001", "PRD-9999", risk.id):
        assert both.page("received-record", other).status_code == 404
        assert both.post("received-open", other).status_code == 404


def audit_of(both: Sides, about: str) -> Record:
    body = {
        "title": "Design",
        "programme": "2026",
        "requirements": ["8.3.1"],
        "process_owners": ["ben"],
        "auditors": ["ada"],
        "planned_for": "2026-03-01",
    }
    return both.ours.create("internal-audit", body, links={"about": (about,)})


def test_by_an_audit_it_and_what_it_is_tied_to_are_shown(both: Sides) -> None:
    audited, other = both.product("Audited"), both.product("Other")
    audit = audit_of(both, audited.id)
    both.grant(audit=audit.id)
    both.visit()
    page = text(both.page("received-grant"))
    assert all(number in page for number in (audit.number, audited.number))
    assert other.number not in page
    assert [both.look(one).status_code for one in (audit, audited, other)] == [200, 200, 404]


def test_the_list_is_what_the_rule_opens(both: Sides) -> None:
    """The list is asked of the database, a record of the rule itself: they agree."""
    audited = both.product("Audited")
    both.ours.create("document", POLICY, links={"about": (audited.id,)})
    both.ours.create("risk", RISK)
    both.grant(audit=audit_of(both, audited.id).id)
    both.visit()
    place = place_for(both.theirs.accounts[both.theirs.mila.id], both.theirs.slug)
    granted = visiting.granted(place, both.received().number, now())
    opened = {
        record.id
        for record in both.ours.firm.workspace.records().values()
        if opens(granted.terms, record.current.content, audit=granted.audited)
    }
    assert {row.record for row in visiting.rows(granted)} == opened
    assert len(opened) == 2


def test_links_lead_to_what_is_granted_and_nothing_else_is_named(both: Sides) -> None:
    product, risk = both.product(), both.ours.create("risk", RISK)
    paper = both.ours.create("document", POLICY, links={"about": (product.id, risk.id)})
    both.grant("product", "document")
    both.visit()
    page = text(both.look(paper))
    assert product.number in page
    assert risk.number not in page
    assert paper.number in text(both.look(product))


def test_what_was_erased_is_not_there(both: Sides) -> None:
    product = both.product("Gone soon")
    both.grant("product")
    both.visit()
    body = {
        "title": "A product that was never ours",
        "basis": "recorded-by-mistake",
        "reason": "A mistake",
        "requested_by": "Ada",
        "decided_on": "2026-01-05",
    }
    erasure = both.ours.create("erasure", body, links={"erases": (product.id,)})
    both.ours.move(erasure, "approved", by=both.ours.ben)
    both.ours.move(erasure, "carried-out")
    assert both.look(product).status_code == 404
    assert product.number not in text(both.page("received-grant"))


def test_nobody_else_comes_in_by_somebody_s_visit(both: Sides) -> None:
    product = both.product()
    both.grant("product")
    both.visit()
    assert both.look(product).status_code == 200
    assert both.look(product, who=both.theirs.ada).status_code == 403


def test_nobody_of_a_third_organisation_sees_the_grant(both: Sides) -> None:
    both.grant("product")
    third = works("A third")
    address = both.address("received-grant")
    assert third.client(third.ada).get(address).status_code == 404
    assert third.client(third.ada).get(address.replace(both.theirs.slug, third.slug)).status_code == 404
    assert both.ours.client(both.ours.ada).get(address).status_code == 404
    assert browser(None).get(address).status_code == 302


def test_a_grant_that_somebody_made_up_opens_nothing(both: Sides) -> None:
    """The reader's side may write what it likes into its own ledger: the grantor's decides."""
    product, third = both.product(), works("A third")
    both.grant("product")
    said = both.received().current.content.body
    with pytest.raises(Refused) as no:
        third.create("received-grant", dict(said))
    assert no.value.reason.code == "received-grant.by-hand"
    made_up = third.create("received-grant", dict(said), by=Actor(str(uuid4())))  # whoever is no person there
    for name, rest in (("received-grant", ()), ("received-record", (product.number,))):
        address = both.address(name, *rest).replace(both.theirs.slug, third.slug)
        answer = third.client(third.ada).get(address.replace(both.received().number, made_up.number))
        assert answer.status_code == 404


def test_a_visit_that_was_written_by_hand_lets_nobody_in(both: Sides) -> None:
    """Somebody of the grantor's could spare a reader the declaration; that is no visit."""
    product, given = both.product(), both.grant("product")
    at = now()
    body = {
        "side": "granted",
        "organisation": {"name": "Notified", "id": str(both.theirs.firm.organisation.pk)},
        "reader": both.theirs.mila.id,
        "name": "Mila",
        "nationalities": ["NL"],
        "place": "NL",
        "begins_at": at.isoformat(),
        "until": (at + timedelta(hours=1)).isoformat(),
    }
    for by in (both.ours.ada, both.ours.mila):
        with pytest.raises(Refused) as no:
            both.ours.create("visit", body, links={"under": (given.id,)}, by=by)
        assert no.value.reason.code == "visit.by-hand"
    forged = both.ours.create("visit", body, links={"under": (given.id,)}, by=Actor(str(uuid4())))
    assert both.look(product).status_code == 403
    decided = bodies()["export-decision"]
    both.ours.create("export-decision", decided, links={"during": (forged.id,)}, by=Actor(str(uuid4())))
    worked_off()
    there = both.theirs.firm.workspace
    assert there.records(kinds=("visit", "export-decision")) == {}, "and it is carried to nobody"


# --- while it holds --------------------------------------------------------------------------------------------------


def test_a_revocation_holds_from_the_next_request_on(both: Sides) -> None:
    product, given = both.product(), both.grant("product")
    both.visit()
    assert both.look(product).status_code == 200
    both.ours.move(given, "revoked")
    assert both.look(product).status_code == 403
    assert both.post("received-open", product.number).status_code == 403
    assert both.visit().status_code == 403
    assert product.number not in text(both.page("received-grant"))


def test_a_grant_holds_in_its_period_alone(both: Sides, monkeypatch: pytest.MonkeyPatch) -> None:
    product = both.product()
    both.grant("product")
    for days in (-2, 31):
        monkeypatch.setattr(grants, "now", lambda days=days: now() + timedelta(days=days))
        assert both.visit().status_code == 403
        assert product.number not in text(both.page("received-grant"))
    monkeypatch.setattr(grants, "now", now)
    assert both.visit().status_code == 302


def test_a_visit_is_over_when_its_time_is(both: Sides, monkeypatch: pytest.MonkeyPatch) -> None:
    product = both.product()
    both.grant("product")
    both.visit(hours="2")
    begun = now()
    monkeypatch.setattr(grants, "now", lambda: begun + timedelta(hours=1, minutes=59))
    assert both.look(product).status_code == 200
    monkeypatch.setattr(grants, "now", lambda: begun + timedelta(hours=2, seconds=1))
    assert both.look(product).status_code == 403
    assert "Begin a visit" in text(both.page("received-grant"))


@pytest.mark.parametrize(
    "wrong",
    [{"hours": "9"}, {"hours": "0"}, {"place": ""}, {"nationalities": "German"}, {"nationalities": ""}],
)
def test_a_visit_is_declared_whole(both: Sides, wrong: dict[str, Any]) -> None:
    both.grant("product")
    assert both.visit(**wrong).status_code == 422
    assert both.ours.firm.workspace.records(kinds=("visit",)) == {}


def test_a_visit_lasts_no_longer_than_the_grant(both: Sides) -> None:
    end = now() + timedelta(minutes=30)
    both.grant("product", effective_until=end.isoformat())
    both.visit(hours="8")
    (visit,) = both.ours.firm.workspace.records(kinds=("visit",)).values()
    assert datetime.fromisoformat(visit.current.content.body["until"]) == end


def test_whoever_leaves_comes_in_no_more_and_whoever_comes_anew_declares_anew(both: Sides) -> None:
    product = both.product()
    both.grant("product")
    both.visit(place="NL")
    both.post("visit-end")
    assert both.look(product).status_code == 403
    both.visit(place="NL")
    both.visit(place="IN")
    worked_off()
    states = [
        (visit.current.content.body["place"], visit.current.content.state)
        for works_ in (both.ours, both.theirs)
        for visit in works_.firm.workspace.records(kinds=("visit",)).values()
    ]
    assert states == [("NL", "ended"), ("NL", "ended"), ("IN", "open")] * 2


def test_who_has_left_their_organisation_reads_no_more(both: Sides) -> None:
    product = both.product()
    both.grant("product")
    both.visit()
    both.theirs.firm.leaves(both.theirs.mila)
    assert both.look(product).status_code == 404


# --- export control --------------------------------------------------------------------------------------------------


def test_a_controlled_record_is_opened_by_a_deed_that_is_recorded_on_both_sides(both: Sides) -> None:
    product = both.product("Control lines")
    both.classified(product)
    both.grant("product")
    both.visit()
    shut = both.look(product)
    assert "Control lines" not in text(shut)
    assert "Control lines" not in text(both.page("received-grant"))
    assert both.decisions() == []
    assert "Control lines" in text(both.open(product))
    assert "Control lines" in text(both.page("received-grant"))
    (said,) = both.decisions()
    assert (said["outcome"], said["record"], said["version"]) == ("no-licence-needed", product.id, 1)
    assert said["commitment"] == product.current.entry.commitment
    worked_off()
    (theirs,) = both.decisions(both.theirs)
    assert {**theirs, "side": "granted"} == said
    (visit,) = both.theirs.firm.workspace.records(kinds=("visit",)).values()
    assert (visit.current.content.body["reader"], visit.current.content.body["side"]) == (
        both.theirs.mila.id,
        "received",
    )
    both.open(product)
    assert len(both.decisions()) == 1


@pytest.mark.parametrize(
    ("terms", "declared", "outcome", "licences"),
    [
        ({}, {"nationalities": "DE", "place": "NL"}, "no-licence-needed", []),
        ({}, {"nationalities": "IN", "place": "NL"}, "refused", []),
        ({}, {"nationalities": "DE XX", "place": "NL"}, "refused", []),
        ({}, {"nationalities": "DE", "place": "US"}, "refused", []),
        ({"licences": [LICENCE]}, {"nationalities": "IN", "place": "FR"}, "licence", ["NL-2026-7"]),
        ({"licences": [LICENCE]}, {"nationalities": "IN", "place": "US"}, "refused", []),
        ({"on_site": [{**SITE, "country": "US"}]}, {"nationalities": "DE", "place": "US", "site": SITE["name"]}, "on-site", []),
    ],
)  # fmt: skip
def test_who_and_where_decide(
    both: Sides, terms: dict[str, Any], declared: dict[str, Any], outcome: str, licences: list[str]
) -> None:
    product = both.product("Control lines")
    both.classified(product)
    both.grant("product", **terms)
    both.visit(**declared)
    answer = both.open(product)
    (said,) = both.decisions()
    assert (said["outcome"], said["licences"]) == (outcome, licences)
    assert answer.status_code == (403 if outcome == "refused" else 200)
    assert ("Control lines" in text(answer)) == (outcome != "refused")


def test_not_controlled_is_recorded_too(both: Sides) -> None:
    product = both.product()
    both.classified(product, entry="not-controlled")
    both.grant("product")
    both.visit(nationalities="IN", place="US")
    assert both.open(product).status_code == 200
    assert [said["outcome"] for said in both.decisions()] == ["not-controlled"]


def test_what_nobody_has_classified_is_as_the_grant_says(both: Sides) -> None:
    product = both.product()
    both.grant("product", unclassified="refused")
    both.visit()
    assert both.open(product).status_code == 403
    assert [(said["outcome"], said["reason"]) for said in both.decisions()] == [
        ("refused", "reading.unclassified-refused")
    ]


def test_another_version_and_another_classification_are_asked_anew(both: Sides) -> None:
    product = both.product("Before")
    both.classified(product)
    both.grant("product")
    both.visit()
    assert both.open(product).status_code == 200
    both.ours.amend(product, title="After")
    assert "After" not in text(both.look(product))
    assert "After" in text(both.open(product))
    both.classified(product, jurisdiction="US", entry="3A901", free_to=["US"])
    assert both.look(product).status_code == 200
    assert "After" not in text(both.look(product))
    assert both.open(product).status_code == 403
    outcomes = [(said["version"], said["outcome"]) for said in both.decisions()]
    assert outcomes == [(1, "no-licence-needed"), (2, "no-licence-needed"), (2, "refused")]


def test_another_visit_is_asked_anew(both: Sides) -> None:
    product = both.product("Control lines")
    both.classified(product)
    both.grant("product")
    both.visit()
    both.open(product)
    both.visit(place="US")
    assert "Control lines" not in text(both.look(product))
    assert both.open(product).status_code == 403


# --- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("on_site", [False, True])
def test_files_go_with_a_record_that_may_leave(both: Sides, tmp_path: Path, *, on_site: bool) -> None:
    with files_in(tmp_path):
        product = both.product()
        filed(both.ours, product, attached(both.ours, b"a trace", "trace.csv"))
        both.classified(product)
        site = {**SITE, "country": "US"}
        both.grant("product", on_site=[site])
        both.visit(**({"place": "US", "site": site["name"]} if on_site else {}))
        assert both.page("received-file", product.number, 0).status_code == 404
        assert "trace.csv" in text(both.open(product))
        answer = both.page("received-file", product.number, 0)
        if on_site:
            assert answer.status_code == 404
        else:
            assert b"".join(answer.streaming_content) == b"a trace"
        assert both.page("received-file", product.number, 1).status_code == 404


# --- what it costs, and what it leaves -------------------------------------------------------------------------------


def test_reading_writes_nothing(both: Sides) -> None:
    product = both.product()
    both.classified(product)
    both.grant("product")
    both.visit()
    worked_off()
    before = Entry.objects.count(), Outbox.objects.count()
    both.page("received-grant")
    both.look(product)
    both.reader().get(reverse("exchange", args=[both.theirs.slug]))
    assert (Entry.objects.count(), Outbox.objects.count()) == before
    for name, rest in (("visit-begin", ()), ("visit-end", ()), ("received-open", (product.number,))):
        assert both.page(name, *rest).status_code == 405


def test_pages_cost_the_same_however_much_there_is(both: Sides) -> None:
    def costs() -> list[int]:
        asking = (
            lambda: both.page("received-grant"),
            lambda: both.look(product),
            lambda: both.reader().get(reverse("exchange", args=[both.theirs.slug])),
        )
        return [len(queries(ask)) for ask in asking]

    def more() -> None:
        for _ in range(3):
            other = both.product()
            both.classified(other)
            both.ours.create("document", POLICY, links={"about": (product.id, other.id)})
            both.open(other)
            both.grant("risk", reader=works())
            both.visit()
            both.open(product)

    product = both.product()
    both.classified(product)
    both.ours.create("document", POLICY, links={"about": (product.id,)})
    both.grant("product", "document")
    both.visit()
    both.open(product)
    before = costs()
    more()
    assert costs() == before
    assert max(before) <= 12


def test_deeds_cost_the_same_however_much_there_is(both: Sides) -> None:
    products = [both.product() for _ in range(3)]
    for product in products:
        both.classified(product)
    both.grant("product")
    both.page("received-grant")
    visits = [len(queries(both.visit)) for _ in range(3)]
    opening = [
        len(queries(lambda p=product: both.post("received-open", p.number)))  # type: ignore[misc]
        for product in products
    ]
    assert len(set(opening)) == len(set(visits[1:])) == 1  # the first of them ends no other
    before = 8  # who asks for what, outside the deed
    assert max(*visits, *opening) - before <= 15


def test_both_ledgers_hold(both: Sides) -> None:
    product = both.product()
    both.classified(product)
    given = both.grant("product")
    both.visit()
    both.open(product)
    both.ours.move(given, "revoked")
    worked_off()
    for works_ in (both.ours, both.theirs):
        workspace = works_.firm.workspace
        assert check(workspace.ledger(), workspace.head) is None


# --- what people say to each other -----------------------------------------------------------------------------------


def test_comments_stay_in_the_house_unless_they_are_granted(both: Sides) -> None:
    audited = both.product("Audited")
    audit = audit_of(both, audited.id)
    said = both.ours.create(
        "comment", {"text": "They will ask about the laser"}, links={"about": (audit.id,)}
    )
    on_product = both.ours.create("comment", {"text": "Sold already"}, links={"about": (audited.id,)})
    both.grant(audit=audit.id)
    both.visit()
    assert [both.look(one).status_code for one in (audit, audited, said, on_product)] == [200, 200, 404, 404]
    for one in (audit, audited):
        page = text(both.look(one))
        assert "ask about the laser" not in page
        assert "Sold already" not in page
        assert "CMT-" not in page
