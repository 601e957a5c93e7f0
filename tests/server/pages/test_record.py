"""The page of one record: what can be done next and why not, as it stood before, its links, and the kinds with pages of
their own.
"""

import html
import re
from typing import Any

import pytest
from tests.server.works import POLICY, PRODUCT, RISK, Works, queries, works

from standfirst.records.actor import Actor, Role
from standfirst.records.record import Record
from standfirst.server.pages.linked import FEW, MANY

pytestmark = pytest.mark.usefixtures("database")

ASSESSED = {
    "likelihood": 4,
    "severity": 3,
    "assessed_on": "2026-03-01",
    "controls": ["A second laser"],
    "residual_likelihood": 2,
    "residual_severity": 3,
    "decision": "reduce",
}
FOUND = {
    "title": "The error drifted",
    "description": "EWMA crossed",
    "against": ["6.1.3"],
    "grade": "minor",
    "source": "measurement",
    "found_on": "2026-01-10",
}


@pytest.fixture
def there(database: str) -> Works:  # noqa: ARG001 - first this
    return works()


def read(there: Works, path: str, *, by: Actor | None = None, status: int = 200) -> str:
    answer = there.client(by or there.ada).get(f"/o/{there.slug}/records/{path}")
    assert answer.status_code == status, answer.content.decode()
    return str(answer.content.decode())


def words(page: str) -> str:
    bare = re.sub(r"<(script|style|title)\b.*?</\1>", " ", page[page.index("<main") :], flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", bare)).split())


def acts(page: str) -> list[tuple[str, str]]:
    """The buttons beside the name, the one that is meant first."""
    found = re.search(r'<div class="acts">(.*?)</div>', page, re.DOTALL)
    return re.findall(r'class="(button[^"]*)"[^>]*>([^<]+)<', found[1]) if found else []


def approved(there: Works, **changed: Any) -> Record:
    policy = there.create("document", {**POLICY, **changed})
    there.move(policy, "in-review")
    return there.move(policy, "approved", by=there.ben)


# --- what can be done next ---


def test_the_move_that_goes_on_stands_first(there: Works) -> None:
    there.create("document", POLICY)
    assert acts(read(there, "DOC-0001/")) == [("button", "Submit"), ("button quiet", "Edit")]


def test_where_nothing_leads_on_yet_editing_is_first(there: Works) -> None:
    there.create("risk", RISK)
    page = read(there, "RSK-0001/")
    assert acts(page) == [("button", "Edit")]
    for field in ("likelihood", "severity", "assessed_on"):
        assert f'href="/o/{there.slug}/records/RSK-0001/edit/#body-{field}"' in page
        assert f'id="body-{field}' in read(there, "RSK-0001/edit/")


def test_an_end_is_never_what_is_meant_first(there: Works) -> None:
    approved(there)
    assert acts(read(there, "DOC-0001/")) == []
    assert acts(read(there, "PER-0001/")) == [("button", "Edit")]


def test_who_may_not_reads_who_may(there: Works) -> None:
    policy = there.create("document", POLICY)
    there.move(policy, "in-review")
    page = words(read(there, "DOC-0001/"))
    assert "Somebody else has to do this: you wrote the content. Who can: Ben Okri" in page
    assert "Who can: Ben Okri" not in words(read(there, "DOC-0001/", by=there.ben))
    mila = words(read(there, "DOC-0001/", by=there.mila))
    assert "Who can: Ben Okri" in mila
    assert "Ada" not in mila[mila.index("Who can:") : mila.index("Who can:") + 40]  # she wrote it
    there.firm.leaves(there.ben)
    assert "Nobody else here holds the role:" in words(read(there, "DOC-0001/"))


def test_who_does_not_hold_the_role_reads_who_does(there: Works) -> None:
    there.create("risk", RISK)
    assert "Who can: Ada , Ben Okri" in words(read(there, "RSK-0001/", by=there.mila))


def test_of_many_who_may_a_few_are_named(there: Works) -> None:
    there.create("risk", RISK)
    for n in range(6):
        manager = there.firm.person(f"Manager {n}", Role.QUALITY_MANAGER)
        there.firm.account(manager, f"manager-{n}")
    assert re.search(r"Who can: .* and 4 others", words(read(there, "RSK-0001/", by=there.mila)))


def test_who_has_no_account_is_not_somebody_who_can(there: Works) -> None:
    """The role is held, but nobody could sign in and use it: that is said, and whoever may invite is led to it."""
    there.move(there.create("document", POLICY), "in-review")
    there.firm.leaves(there.ben)
    chief = there.firm.person("Cleo Vane", Role.TOP_MANAGEMENT)
    number = there.firm.workspace.records([chief.id])[chief.id].number
    told = read(there, "DOC-0001/")
    assert "Nobody who holds the role has an account yet: Cleo Vane ( invite" in words(told)
    assert f'href="/o/{there.slug}/invitations/?person={number}#invite"' in told
    plain = read(there, "DOC-0001/", by=there.mila)
    assert "/invitations/" not in plain
    there.firm.account(chief, "cleo")
    assert "Who can: Cleo Vane" in words(read(there, "DOC-0001/"))


def test_a_person_is_invited_from_their_own_page(there: Works) -> None:
    nora = there.firm.person("Nora Lindt", Role.ENGINEER)
    number = there.firm.workspace.records([nora.id])[nora.id].number
    page = read(there, f"{number}/")
    assert "No account acts as this person yet" in words(page)
    assert f'href="/o/{there.slug}/invitations/?person={number}#invite"' in page
    assert f"invitations/?person={number}" not in read(there, f"{number}/", by=there.mila)
    form = there.client(there.ada).get(f"/o/{there.slug}/invitations/?person={number}").content.decode()
    assert f'<option value="{nora.id}" selected>' in form
    there.firm.account(nora, "nora")
    joined = words(read(there, f"{number}/"))
    assert "An account acts as this person here." in joined
    form = there.client(there.ada).get(f"/o/{there.slug}/invitations/").content.decode()
    assert f'href="/o/{there.slug}/records/{number}/"' in form


def test_who_was_written_to_before_is_written_to_there_again(there: Works) -> None:
    nora = there.firm.person("Nora Lindt", Role.ENGINEER)
    number = there.firm.workspace.records([nora.id])[nora.id].number
    ada, path = there.client(there.ada), f"/o/{there.slug}/invitations/"
    ada.post(path, {"person": nora.id, "email": "nora@lindt.example"})
    page = read(there, f"{number}/")
    assert "An invitation to nora@lindt.example waits for an answer" in words(page)
    assert "nora@lindt.example" not in read(there, f"{number}/", by=there.mila)
    assert 'value="nora@lindt.example"' in ada.get(f"{path}?person={number}").content.decode()


def test_what_is_not_edited_says_how_it_could_be(there: Works) -> None:
    approved(there)
    assert "While it is approved, it is not edited. To change it, take this step first: Revise." in words(
        read(there, "DOC-0001/")
    )


# --- states, facts, versions ---


def test_states_are_steps(there: Works) -> None:
    policy = approved(there)
    there.move(policy, "draft")
    page = read(there, "DOC-0001/")
    assert page.count('aria-current="step"') == 1
    steps = words(page)
    assert "in draft (is so now) in review (can be next)" in steps
    assert "approved superseded withdrawn (can be next)" in steps


def test_what_is_late_is_said(there: Works) -> None:
    there.create("risk", {**RISK, "review_by": "2026-01-05"})
    there.create("risk", {**RISK, "review_by": "2099-01-05"})
    late = re.search(r"Due date of the action (\d+) days late", words(read(there, _late(there))))
    assert late is not None
    assert int(late[1]) > 300
    assert "days late" not in words(read(there, "RSK-0002/"))


def _late(there: Works) -> str:
    found = there.create("nonconformity", {**FOUND, "action_due": "2026-01-05"})
    return f"{found.number}/"


def test_a_record_as_it_stood_before(there: Works) -> None:
    policy = approved(there, text="Old words")
    there.move(policy, "draft")
    there.amend(policy, text="New words")
    page = read(there, "DOC-0001/?version=3")
    said = words(page)
    assert "This is version 3 of 5, as it stood then." in said
    assert "Old words" in said
    assert "New words" not in said
    assert "Approved then" in said
    assert "Signature of approval by Ben Okri" in said
    assert acts(page) == []
    assert "What can be done next" not in said
    assert "Your comment" not in said
    now = read(there, "DOC-0001/")
    assert "Version 3 was approved: read it" in words(now)
    assert f'href="/o/{there.slug}/records/DOC-0001/?version=3"' in now


@pytest.mark.parametrize("version", ["0", "6", "99999999999999"])
def test_a_version_that_there_is_not(there: Works, version: str) -> None:
    approved(there)
    read(there, f"DOC-0001/?version={version}", status=404)


@pytest.mark.parametrize("version", ["", "x", "-1", "1e3", "٣"])
def test_what_is_no_version_is_the_record(there: Works, version: str) -> None:
    approved(there)
    assert "as it stood then" not in words(read(there, f"DOC-0001/?version={version}"))


# --- links ---


def test_links_stand_in_groups_with_states_and_the_rest_on_demand(there: Works) -> None:
    there.create("product", PRODUCT)
    for n in range(FEW + 3):
        there.create("risk", {**RISK, "title": f"Risk {n}"}, links={"about": ("PRD-0001",)})
    page = read(there, "PRD-0001/")
    assert f"From elsewhere: about {FEW + 3} " in words(page)
    assert "RSK-0009 Risk 8 identified" in words(page)
    assert "RSK-0003" not in words(page)
    more = re.search(r'hx-get="([^"]+)"[^>]*>3 more', page)
    assert more is not None
    address = html.unescape(more[1])
    part = there.client(there.ada).get(address, HTTP_HX_REQUEST="true")
    assert part.headers["Vary"].count("HX-Request") == 1
    assert re.findall(r"RSK-\d+(?=<)", part.content.decode()) == ["RSK-0003", "RSK-0002", "RSK-0001"]
    assert "<html" not in part.content.decode()
    assert "<html" in there.client(there.ada).get(address).content.decode()


def test_every_link_is_reached(there: Works) -> None:
    count = FEW + MANY + 5
    ids = tuple(there.create("product", {**PRODUCT, "title": f"Thing {n}"}).number for n in range(count))
    there.create("risk", RISK, links={"about": ids})
    page, seen = read(there, "RSK-0001/"), []
    while True:
        seen += re.findall(r'<span class="code">(PRD-\d+)', page[page.index("<main") :])
        more = re.search(r'<li class="more"><a href="([^"]+)"', page)
        if more is None:
            break
        page = there.client(there.ada).get(html.unescape(more[1])).content.decode()
    assert sorted(seen) == sorted(ids)


@pytest.mark.parametrize(
    "query", ["", "?relation=nothing", "?way=out", "?relation=about&after=x", "?after=-1"]
)
def test_links_of_no_sort(there: Works, query: str) -> None:
    there.create("product", PRODUCT)
    assert "No more of these." in words(read(there, f"PRD-0001/links/{query}"))


# --- kinds with pages of their own ---


def test_a_document_reads_as_what_it_is(there: Works) -> None:
    there.create("document", {**POLICY, "text": "# Rules\n\nKeep **them**."})
    page = read(there, "DOC-0001/")
    assert "<strong>them</strong>" in page
    assert "Not approved: it is in draft" in words(page)
    there.create("document", {key: value for key, value in POLICY.items() if key != "text"})
    assert "There is no text yet" in words(read(there, "DOC-0002/"))
    ahead = approved(there, effective_from="2099-01-05", review_by="2099-02-05")
    assert "Approved, effective from 5 Jan 2099" in words(read(there, f"{ahead.number}/"))
    old = approved(there, review_by="2026-01-06")
    assert "Effective since 5 Jan 2026" in words(read(there, f"{old.number}/"))
    assert "late To be read again by 6 Jan 2026" in words(read(there, f"{old.number}/"))


def test_a_risk_stands_in_its_matrix(there: Works) -> None:
    there.create("risk", {**RISK, **ASSESSED})
    page = read(there, "RSK-0001/")
    told = "Before: likelihood 4, severity 3. With the controls: likelihood 2, severity 3."
    assert f'<title id="matrix-told">{told}</title>' in page
    assert len(re.findall(r"<circle[^>]*cx=", page)) == 4  # two in the picture, two in its key
    assert "12 of 25" in words(page)
    there.create("risk", RISK)
    assert "Nobody has assessed it yet" in words(read(there, "RSK-0002/"))


def test_a_nonconformity_goes_its_way(there: Works) -> None:
    found = there.create("nonconformity", {**FOUND, "correction": "Recalibrated"})
    page = words(read(there, "NCR-0001/"))
    assert "Correction now Correction Recalibrated" in page
    assert "Cause Nothing yet." in page
    there.move(found, "corrected")
    page = words(read(there, "NCR-0001/"))
    assert "Correction done" in page
    assert "Cause now Still to be said: Cause" in page
    assert "6.1.3 Quantum risk assessment" in page


def test_an_objective_is_a_way_to_a_target(there: Works) -> None:
    body = {
        "title": "Lower error",
        "aspects": ["quality"],
        "measure": "Median",
        "unit": "%",
        "target": "0.5",
        "direction": "at-most",
        "owner": "ada",
        "resources": "Two weeks",
        "due": "2099-01-05",
    }
    there.create("objective", body)
    page = read(there, "OBJ-0001/")
    assert "nothing was measured yet" in words(page)
    assert 'class="chart"' not in page
    readings = [{"on": "2026-04-10", "value": "0.4"}, {"on": "2026-01-10", "value": "1.2"}]
    there.create("objective", {**body, "readings": readings})
    page = read(there, "OBJ-0002/")
    assert "Latest 0.4 %" in words(page)
    assert "the target is reached" in words(page)
    assert page.count("<title>10 ") == 2
    there.create("objective", {**body, "readings": [readings[0], readings[0]]})
    assert 'class="chart"' not in read(there, "OBJ-0003/")


def test_a_review_is_an_agenda(there: Works) -> None:
    there.create(
        "management-review",
        {
            "title": "Of 2026",
            "planned_for": "2026-12-10",
            "inputs": ["risks"],
            "decisions": ["Buy it"],
            "actions": [{"what": "Order", "owner": "ben", "due": "2026-12-20"}],
        },
    )
    page = words(read(there, "REV-0001/"))
    assert "What was looked at 1/12" in page
    assert "✓ risks (looked at)" in page
    assert "– suppliers (not looked at)" in page
    assert "What Who By when Order ben 20 Dec 2026" in page


def test_an_audit_is_what_was_found_at_each_requirement(there: Works) -> None:
    body = {
        "title": "Design",
        "programme": "2026",
        "requirements": ["6.1.3", "A.1.2"],
        "process_owners": ["ben"],
        "auditors": ["ada"],
        "planned_for": "2026-03-01",
    }
    there.create("internal-audit", body)
    assert "6.1.3 Quantum risk assessment nothing found yet" in words(read(there, "AUD-0001/"))
    assert "None is written down yet." in words(read(there, "AUD-0001/"))
    findings = [
        {"requirement": "6.1.3", "grade": "conforms", "statement": "All risks are assessed"},
        {"requirement": "6.1.3", "grade": "major", "statement": "But for one"},
    ]
    there.create("internal-audit", {**body, "findings": findings})
    page = words(read(there, "AUD-0002/"))
    assert "6.1.3 Quantum risk assessment major" in page
    assert page.index("But for one") < page.index("All risks are assessed")


def test_people_stand_by_name(there: Works) -> None:
    """In the summary, among the fields, and in what follows from a review; whom nobody knows as it was written."""
    name = there.record(there.ada.id).current.content.body["name"]
    there.create("risk", RISK)
    page = read(there, "RSK-0001/")
    assert len(re.findall(rf"\b{name}\b", page)) >= 2  # besides who recorded it
    assert "<bdi>ada</bdi>" not in page
    there.create("risk", {**RISK, "owner": "nobody-here"})
    assert "nobody-here" in words(read(there, "RSK-0002/"))
    actions = [
        {"what": "Order a laser", "owner": owner, "due": "2027-03-01"} for owner in ("ada", "The laboratory")
    ]
    review = {"title": "Of 2026", "planned_for": "2026-12-10", "inputs": ["risks"], "decisions": ["Buy it"]}
    there.create("management-review", {**review, "actions": actions})
    page = read(there, "REV-0001/")
    assert f"<td><bdi>{name}</bdi></td>" in page
    assert "<td><bdi>The laboratory</bdi></td>" in page


def test_a_grant_is_a_door(there: Works) -> None:
    other = works("Reader")
    body = {
        "title": "They read",
        "reader": {"name": "Reader", "id": str(other.firm.organisation.pk)},
        "purpose": "Certification",
        "kinds": ["document"],
        "effective_from": "2026-03-01T00:00:00+01:00",
        "effective_until": "2028-02-01T00:00:00+01:00",
        "unclassified": "readable",
    }
    grant = there.create("read-grant", body)
    assert "It opens nothing now" in words(read(there, "GRT-0001/"))
    there.move(grant, "active", by=there.ben)
    page = read(there, "GRT-0001/")
    assert "It is open now" in words(page)
    assert acts(page) == []  # revoking is no way on


def test_queries_stay_the_same_as_links_and_versions_double(there: Works) -> None:
    there.create("product", PRODUCT)
    policy = approved(there)

    def more(count: int) -> None:
        for _ in range(count):
            there.create("risk", RISK, links={"about": ("PRD-0001",)}, serves=("6.1.3",))
            there.move(policy, "draft")
            there.move(policy, "in-review")
            there.move(policy, "approved", by=there.ben)

    def asked() -> dict[str, int]:
        client = there.client(there.mila)
        paths = [
            *("PRD-0001/", "DOC-0001/", "RSK-0001/", "PER-0001/", "DOC-0001/history/", "DOC-0001/?version=2"),
            "PRD-0001/links/?relation=about&way=in",
        ]
        there.client(there.mila).get(f"/o/{there.slug}/records/DOC-0001/")
        return {
            path: len(queries(lambda path=path: client.get(f"/o/{there.slug}/records/{path}")))  # type: ignore[misc]
            for path in paths
        }

    more(2)
    before = asked()
    more(4)
    assert asked() == before
    assert max(before.values()) <= 12, before
