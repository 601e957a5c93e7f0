"""The first page of the day, for each who opens it: what is due, late first; how ready; what changed since yesterday."""

import re
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from tests.server.accounts.cast import Page, Visitor, signed_in, user
from tests.server.exchange.cast import sides, worked_off
from tests.server.works import POLICY, PRODUCT, RISK, Works, queries, works

from standfirst.management.founding import found
from standfirst.records.actor import Actor, Role
from standfirst.server import clock
from standfirst.server.accounts.models import User
from standfirst.server.accounts.people import add_member
from standfirst.server.clock import now
from standfirst.server.readiness.keeping import keep
from standfirst.server.readiness.models import KeptResult
from standfirst.server.store import store
from standfirst.server.workplace import open_store
from standfirst.standards.library import edition

pytestmark = pytest.mark.usefixtures("database")

TODAY = now().date()
ORGANISATION = {
    "name": "Qubit Works",
    "country": "Netherlands",
    "description": "We build processors.",
    "domains": ["computing"],
    "stages": ["engineering", "operation"],
    "roles": ["system-builder"],
    "tier": 2,
    "sites": ["Delft"],
    "headcount": 24,
}
OBJECTIVE = {
    "title": "Better gates",
    "aspects": ["quality"],
    "measure": "Error of a gate",
    "unit": "1",
    "target": "0.001",
    "direction": "at-most",
    "owner": "ada",
    "resources": "Two people",
}


def day(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


@pytest.fixture
def there(database: str) -> Works:  # noqa: ARG001 - first this
    made = works()
    made.create("organisation", ORGANISATION)
    return made


def home(there: Works, who: Actor) -> Page:
    answer = there.client(who).get(f"/o/{there.slug}/")
    assert answer.status_code == 200
    return Page(200, "", answer.content.decode())


def joined(there: Works, name: str, *roles: Role) -> Actor:
    who = there.firm.person(name, *roles)
    there.accounts[who.id] = there.firm.account(who, name.lower())  # type: ignore[index]
    return who


def needs(page: Page) -> str:
    """The text of what needs somebody, alone."""
    html = page.html.partition('id="needs"')[2].partition("</section>")[0]
    return Page(200, "", html).text


# --- what needs somebody ----------------------------------------------------------------------------------------------


def test_nothing_is_due(there: Works) -> None:
    page = home(there, there.mila)
    assert "Nothing needs you today" in page.text
    assert "nothing waits for your signature" in page.text


def test_late_first_then_today_then_what_waits_then_soon(there: Works) -> None:
    for title, days in (("Soon", 5), ("Late", -2), ("Today", 0), ("Later still", -9), ("Far away", 40)):
        there.create("risk", {**RISK, "title": title, "review_by": day(days)})
    page = home(there, there.ada)
    told = needs(page)
    order = [told.index(word) for word in ("Later still", "Late", "Today", "Confirm", "Soon")]
    assert order == sorted(order)
    assert "Far away" not in told
    assert "late by 9 d" in told
    assert "in 5 d" in told
    assert "4 things need you today" in page.text  # two late, one today, one to confirm


def test_the_heading_counts_what_stands_below_it_and_the_rest_stands_by_itself(there: Works) -> None:
    for title, days in (("Soon", 5), ("Late", -2), ("Sooner", 3)):
        there.create("risk", {**RISK, "title": title, "review_by": day(days)})
    page = home(there, there.ada)
    today, _, coming = page.html.partition("<h3>In the next two weeks</h3>")
    assert "2 things need you today" in page.text
    assert today.partition('id="needs"')[2].count('<span class="badge') == 2
    assert coming.partition("</ol>")[0].count('<span class="badge') == 2


def test_each_line_leads_to_its_deed(there: Works) -> None:
    there.create("risk", {**RISK, "title": "Late", "review_by": day(-2)})
    page = home(there, there.ada)
    assert f'href="/o/{there.slug}/records/RSK-0001/"' in page.html
    assert f'href="/o/{there.slug}/records/ORG-0001/"' in page.html


def test_what_is_settled_or_anothers_is_not_told(there: Works) -> None:
    there.create("risk", {**RISK, "title": "Somebody else's", "owner": "ben", "review_by": day(-2)})
    closed = there.create("risk", {**RISK, "title": "Closed", "review_by": day(-2)})
    there.move(closed, "closed")
    told = needs(home(there, there.ada))
    assert "Closed" not in told
    assert "Somebody else's" not in told


def test_today_is_today_until_its_last_hour(there: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    """By UTC, though nobody is refused who is already a day further."""
    evening = datetime.combine(TODAY, time(23, 30), UTC)
    there.create("risk", {**RISK, "title": "Due today", "owner": "Ben Okri", "review_by": day(0)})
    monkeypatch.setattr(clock, "now", lambda: evening)
    page = home(there, there.ben)
    assert "today Review RSK-0001 Due today" in needs(page)
    assert "late" not in needs(page)
    assert f'datetime="{TODAY.isoformat()}"' in page.html


def test_owners_are_known_by_handle_by_name_and_by_function(there: Works) -> None:
    there.amend(there.record(there.ben.id), functions=["Head of fridges"])
    there.create("risk", {**RISK, "title": "By function", "owner": "head of fridges", "review_by": day(-1)})
    there.create("risk", {**RISK, "title": "By name", "owner": "Ben Okri", "review_by": day(-1)})
    ben = there.record(there.ben.id).current.content.body["handle"]
    there.create("risk", {**RISK, "title": "By handle", "owner": ben, "review_by": day(-1)})
    told = needs(home(there, there.ben))
    assert "By function" in told
    assert "By name" in told
    assert "By handle" in told
    assert "By function" not in needs(home(there, there.mila))


def test_an_approval_waits_for_who_may_and_did_not_write_it(there: Works) -> None:
    policy = there.create("document", POLICY)
    assert "Approve" not in needs(home(there, there.ben))  # a draft waits for nobody
    there.move(policy, "in-review")
    told = needs(home(there, there.ben))
    assert "Approve DOC-0001 Quality policy" in told
    assert "Leaves your signature of approval; somebody else wrote it." in told
    assert "Approve" not in needs(home(there, there.ada))  # its author
    assert "Approve" not in needs(home(there, there.mila))  # has no role
    there.move(policy, "approved", by=there.ben)
    assert "Approve" not in needs(home(there, there.ben))


def test_how_long_it_waits_is_told_as_a_day(there: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    """A count of days beside every line would only press; what is late says so with its due day."""
    there.move(there.create("document", POLICY), "in-review")
    later = datetime.combine(datetime.now(UTC).date(), time(8), UTC) + timedelta(days=40)
    monkeypatch.setattr(clock, "now", lambda: later)
    told = needs(home(there, there.ben))
    assert re.search(r"waits Approve DOC-0001 .*somebody else wrote it\. Since \d", told)
    assert " 40 d" not in told


def test_what_still_lacks_something_waits_for_nobodys_signature(there: Works) -> None:
    scope = {
        "title": "Ours",
        "statement": "We build.",
        "domains": ["computing"],
        "stages": ["engineering"],
        "roles": ["system-builder"],
        "sites": ["Delft"],
        "effective_from": day(0),
    }
    there.create("scope", scope, by=there.ben)
    assert "Approve SCP-0001" in needs(home(there, there.ada))
    found = {**POLICY, "title": "Found", "owner": "ben"}
    there.create("document", found, by=there.ben)
    assert "Found" not in needs(home(there, there.ada))


def test_taking_back_is_never_asked_for(there: Works) -> None:
    there.create("supplier", {"title": "Cryo Ltd", **SUPPLIER}, by=there.ben)
    there.create("product", PRODUCT)
    told = needs(home(there, there.ada))
    assert "Suspend" not in told
    assert "Decommission" not in told


SUPPLIER: dict[str, Any] = {
    "country": "Finland",
    "provides": ["Cryostats"],
    "criticality": "high",
    "single_source": False,
}


def test_what_somebody_left_half_written(there: Works) -> None:
    from standfirst.server.access import place_for  # noqa: PLC0415
    from standfirst.server.desk.keeping import save  # noqa: PLC0415

    place = place_for(there.accounts[there.ada.id], there.slug)
    record = "00000000-0000-4000-8000-00000000000b"
    save(place, kind="risk", record=record, base=0, typed=[("body.title", "Half")], title="Half", now=now())
    page = home(there, there.ada)
    assert "Go on writing Half" in needs(page)
    assert f"/o/{there.slug}/kinds/risk/new/?draft={record}" in page.html
    assert "Half" not in needs(home(there, there.ben))


# --- how ready --------------------------------------------------------------------------------------------------------


def test_readiness_by_clause_leads_to_each_requirement(there: Works) -> None:
    page = home(there, there.ada)
    assert "0 of 81 that apply" in page.text
    assert f"{edition().header.title} · first-party result" in page.text
    assert page.html.count('class="squares"') == 17
    assert f'href="/o/{there.slug}/requirements/4.1/"' in page.html
    assert f'href="/o/{there.slug}/readiness/"' in page.html
    assert f'href="/o/{there.slug}/gaps/"' in page.html


def test_since_yesterday_says_which(there: Works) -> None:
    keep(there.firm.organisation)
    own = KeptResult.objects.filter(organisation=there.firm.organisation)
    own.filter(requirement="5.2").update(status="shown", before="not-shown", changed_on=TODAY)
    own.filter(requirement="4.1").update(
        status="not-shown", before="shown", changed_on=TODAY - timedelta(days=1)
    )
    own.filter(requirement="6.1.1").update(
        status="shown", before="not-shown", changed_on=TODAY - timedelta(days=2)
    )
    own.filter(requirement="A.1.1").update(status="not-shown", before="not-applicable", changed_on=TODAY)
    page = home(there, there.ada)
    assert "Since yesterday +1 −1" in page.text
    told = page.text.partition("Since yesterday")[2]
    assert "4.1 Organisational and quantum context shown → not shown" in told
    assert "5.2 Responsible quantum policy not shown → shown" in told
    assert "6.1.1" not in told.partition("In the organisation")[0]
    assert "1 requirement is asked now, or is no longer" in told


def test_nothing_changed(there: Works) -> None:
    keep(there.firm.organisation)
    KeptResult.objects.filter(organisation=there.firm.organisation).update(changed_on=None, before="")
    assert "No requirement stands otherwise than yesterday." in home(there, there.ada).text


# --- by what they answer for ------------------------------------------------------------------------------------------


def test_who_manages_sees_what_is_late_anywhere_and_the_nearest_deadline(there: Works) -> None:
    ben = there.record(there.ben.id).current.content.body
    there.create("risk", {**RISK, "title": "Ben is late", "owner": ben["handle"], "review_by": day(-3)})
    there.create("objective", {**OBJECTIVE, "due": day(30), "owner": "ben"})
    page = home(there, there.ada)
    assert "1 is late with others" in page.text
    assert f", <bdi>{ben['name']}</bdi>" in page.html
    assert "Ben is late" in page.text
    assert "Nearest deadline" in page.text
    assert "Better gates" in page.text
    assert "Nothing needs" not in page.text  # the organisation is to be confirmed
    assert "is late" not in home(there, there.mila).text


def test_who_leads_sees_objectives_against_their_targets_and_the_next_review(there: Works) -> None:
    for title, readings in (
        ("Kept", [{"on": "2026-01-05", "value": "0.01"}, {"on": "2026-02-05", "value": "0.001"}]),
        ("Unread", []),
        ("Missed", [{"on": "2026-02-05", "value": "0.002"}, {"on": "2026-01-05", "value": "0.0001"}]),
    ):
        there.create("objective", {**OBJECTIVE, "title": title, "due": day(30), "readings": readings})
    there.create("management-review", {"title": "In two months", "planned_for": day(60)})
    there.create("management-review", {"title": "The one before", "planned_for": day(9)})
    page = home(there, there.ada)
    told = page.text.partition("Open objectives")[2]
    assert "Missed 0.002, target ≤ 0.001 1" in told
    assert "Unread not read yet, target ≤ 0.001 1" in told
    assert "Kept 0.001, target ≤ 0.001 1" in told
    assert told.index("Missed") < told.index("Unread") < told.index("Kept")
    assert "The one before" in page.text.partition("Next management review")[2]
    assert "In two months" not in page.text
    assert "Open objectives" not in home(there, there.mila).text


def test_who_measures_sees_what_does_not_conform_and_what_is_new(there: Works) -> None:
    enno = joined(there, "Enno", Role.ENGINEER)
    policy = there.create("document", POLICY)
    there.move(policy, "in-review")
    assert "Approve DOC-0001" in needs(home(there, enno))
    there.move(policy, "approved", by=there.ben)
    page = home(there, enno)
    assert "Approved in the last two weeks DOC-0001 Quality policy" in page.text
    assert "Results that do not conform" not in page.text
    assert "Results that do not conform" not in home(there, there.ada).text


def test_a_certifier_sees_its_files(database: str) -> None:  # noqa: ARG001
    from tests.server.setup.test_set_up import a_body  # noqa: PLC0415

    slug, who = a_body()
    page = signed_in(who).get(f"/o/{slug}/")
    assert "Open work" in page.text
    assert "Readiness by clause" not in page.text
    assert f'href="/o/{slug}/kinds/application/"' in page.html


def test_where_nothing_is_asked_yet_the_whole_edition_is(database: str) -> None:  # noqa: ARG001
    made = works()
    assert "Readiness by clause" in home(made, made.mila).text
    assert "Set up your management system" in home(made, made.ada).text


# --- around it --------------------------------------------------------------------------------------------------------


def test_who_belongs_to_one_organisation_is_led_to_it(there: Works) -> None:
    ada = Visitor(there.client(there.ada))
    assert ada.get("/").path == f"/o/{there.slug}/"
    assert there.slug in ada.get("/?all").html


def test_who_belongs_to_several_sees_what_waits_in_each(there: Works) -> None:
    other = works("Elsewhere Ltd")
    ada = there.accounts[there.ada.id]
    add_member(user=ada, organisation=other.firm.organisation, person=other.firm.person("Ada Too").id)
    there.create("risk", {**RISK, "review_by": day(-3)})
    there.create("risk", {**RISK, "review_by": day(9)})
    visitor = Visitor(there.client(there.ada))
    page = visitor.get("/")
    assert page.path == "/"
    assert "Elsewhere Ltd Nothing is due for you." in page.text
    assert "Qubit Works 1 late 1 due within two weeks" in page.text
    assert len(queries(lambda: visitor.client.get("/"))) <= 8


def test_a_stranger_finds_nothing(there: Works) -> None:
    other = works("Elsewhere Ltd")
    assert other.client(other.ada).get(f"/o/{there.slug}/").status_code == 404


def test_a_case_waits_for_who_receives_it(there: Works) -> None:
    path = f"/o/{there.slug}/"
    ben = there.client(there.ben)
    assert "speak-up case" not in needs(home(there, there.ben))
    Visitor().post(f"/o/{there.slug}/speak-up/", **CASE)
    assert "Answer a speak-up case" in needs(home(there, there.ben))
    assert "speak-up case" not in needs(home(there, there.ada))
    keep(there.firm.organisation)
    ben.get(path)
    assert len(queries(lambda: ben.get(path))) <= 12


CASE = {"text": "The log of the cryostat is written the day after."}


@pytest.mark.parametrize("who", ["ada", "ben", "mila", "enno"])
def test_it_asks_no_more_as_records_double(there: Works, who: str) -> None:
    cast = {
        "ada": there.ada,
        "ben": there.ben,
        "mila": there.mila,
        "enno": joined(there, "Enno", Role.ENGINEER),
    }
    path = f"/o/{there.slug}/"
    client = there.client(cast[who])

    def more() -> None:
        for days in (-3, 0, 4):
            for owner in ("ada", "ben", "enno"):
                there.create("risk", {**RISK, "owner": owner, "review_by": day(days)})
        policy = there.create("document", POLICY)
        there.move(policy, "in-review")
        other = there.create("document", {**POLICY, "title": "Approved"})
        there.move(other, "in-review")
        there.move(other, "approved", by=there.ben)
        keep(there.firm.organisation)

    def counted() -> int:
        client.get(path)
        return len(queries(lambda: client.get(path)))

    more()
    once = counted()
    more()
    assert counted() == once <= 12


# --- bodies, and what others have opened to them ----------------------------------------------------------------------


def founded(type_: str) -> tuple[str, User]:
    """One of this type, with Uma in it."""
    identity = uuid4()
    organisation = store.create(identity, slug=f"body-{identity.hex[:8]}", name="Body", type=type_)
    workspace = open_store(organisation)
    workspace.perform(found(name="Uma", handle="uma", simulation=False))
    (person,) = workspace.records(kinds=("person",))
    who = user("uma")
    add_member(user=who, organisation=organisation, person=person)
    return organisation.slug, who


def test_a_reader_sees_what_is_opened_to_their_organisation_and_their_own_visit(database: str) -> None:  # noqa: ARG001
    both = sides()
    both.grant("document", "product")
    number = both.received().number
    page = home(both.theirs, both.theirs.mila)
    told = page.text.partition("Opened to us")[2]
    assert f"as received {number} Acme" in told
    assert "Certification · Documents, Products" in told
    assert "29 days left" in told
    assert "your visit" not in told
    assert f'href="{both.address("received-grant")}"' in page.html
    both.visit()
    worked_off()
    assert "your visit is open until" in home(both.theirs, both.theirs.mila).text
    assert "your visit" not in home(both.theirs, both.theirs.ada).text
    assert len(queries(lambda: both.reader().get(f"/o/{both.theirs.slug}/"))) <= 12


def test_a_grant_that_is_over_or_revoked_is_not_told(database: str, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    both = sides()
    given = both.grant("document")
    with monkeypatch.context() as later:
        later.setattr("standfirst.server.pages.homegrants.now", lambda: now() + timedelta(days=30, seconds=9))
        assert "Opened to us" not in home(both.theirs, both.theirs.mila).text
    assert "Opened to us" in home(both.theirs, both.theirs.mila).text
    both.ours.move(given, "revoked")
    worked_off()
    assert "Opened to us" not in home(both.theirs, both.theirs.mila).text


@pytest.mark.parametrize("type_", ["certification-body", "accreditation-body", "standards-body"])
def test_where_the_edition_is_not_asked_nothing_leads_to_it(database: str, type_: str) -> None:  # noqa: ARG001
    slug, who = founded(type_)
    page = signed_in(who).get(f"/o/{slug}/")
    assert "Nothing needs you today" in page.text
    assert "Readiness by clause" not in page.text
    for name in ("readiness", "applicability", "reports", "gaps"):
        assert f'href="/o/{slug}/{name}/"' not in page.html


# --- a long queue -----------------------------------------------------------------------------------------------------


def test_what_waits_longest_is_told_first_and_the_rest_is_counted(
    there: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("standfirst.server.waiting.SHOWN", 2)
    for title in ("First", "Second", "Third", "Fourth"):
        there.move(there.create("document", {**POLICY, "title": title}), "in-review")
    page = home(there, there.ben)
    assert needs(page).index("First") < needs(page).index("Second")
    assert "Third" not in needs(page)
    assert "More that wait for you: Documents: in review 2" in page.text
    assert "4 things need you today" in page.text
    monkeypatch.setattr("standfirst.server.waiting.LOOKED_AT", 3)
    there.create("product", PRODUCT)  # another head
    page = home(there, there.ben)
    assert "At least 3 things need you today" in page.text
    assert "At least so many more wait for you: Documents: in review 1" in page.text
