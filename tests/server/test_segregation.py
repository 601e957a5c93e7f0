"""Two people where the kind says two: by every door, at the same moment, and by every way around that we could think of.

Ada writes; Ben, who manages quality too, could approve; so could Eve, who reviews. Doors: pages, the API in a session and
with a token, packages by the command line, and what comes into the database from them.
"""

import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from tests.package.packages import begin
from tests.server.accounts.cast import PASSWORD
from tests.server.store.skew import in_processes, in_threads, tried
from tests.server.works import KNOWN, POLICY, Works, works

from standfirst.cli.main import run
from standfirst.management.founding import acting
from standfirst.management.kinds import OWN_KINDS
from standfirst.records.actor import Actor, Role
from standfirst.records.change import Change, Refused
from standfirst.records.package.door import FolderFiles
from standfirst.records.package.store import PackageStore
from standfirst.records.pen import Pen
from standfirst.records.record import Record
from standfirst.records.workspace import DeedFunction, Workspace
from standfirst.records.writing import UNSIGNED, Wish, amend, move
from standfirst.server.accounts.people import add_member
from standfirst.server.clock import now
from standfirst.server.store.adopting import adopt
from standfirst.server.store.store import DatabaseStore, create

pytestmark = pytest.mark.usefixtures("database")

ROUNDS = 12
AtOnce = Callable[[Sequence[Callable[[], object]], Sequence[Callable[[], object]]], None]
at_once = pytest.mark.parametrize("at_once", [in_threads, in_processes])


@pytest.fixture
def there(database: str) -> Works:  # noqa: ARG001 - first this
    return works()


@pytest.fixture
def policy(there: Works) -> Record:
    return there.create("document", POLICY, state="in-review")


def state(there: Works, record: Record) -> str:
    return there.record(record.id).current.content.state


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.reason.code


# --- doors -----------------------------------------------------------------------------------------------------------


def page_move(there: Works, record: Record, transition: str, by: Actor) -> Any:
    """As far as the page that asks for the signature; where none is asked, it is done."""
    address = reverse("record-move", args=[there.slug, record.number, transition])
    version = there.record(record.id).current.content.version
    return there.client(by).post(address, {"why": "Good", "expected": version})


def api_move(there: Works, record: Record, to: str, by: Actor, *, token: bool) -> list[str]:
    """The codes of the refusal."""
    version = there.record(record.id).current.content.version
    asked = json.dumps({"to": to, "why": "Good", "expected": version})
    client = Client(SERVER_NAME="localhost") if token else there.client(by)
    headers = {"Authorization": f"Bearer {there.token(by)}"} if token else {}
    path = f"/api/v1/o/{there.slug}/records/{record.number}/moves"
    answer = client.post(path, asked, content_type="application/json", headers=headers)
    assert answer.status_code == 403, answer.content
    return [problem["code"] for problem in answer.json()["problems"]]


def test_by_page(there: Works, policy: Record) -> None:
    assert page_move(there, policy, "approve", there.ada).status_code == 403
    assert page_move(there, policy, "approve", there.ben).status_code == 302, "he is shown what he would sign"
    assert state(there, policy) == "in-review"


def test_by_the_page_that_asks_for_the_signature(there: Works, policy: Record) -> None:
    """Ben looks at what he would sign, makes the text his own, and then signs."""
    shown = page_move(there, policy, "approve", there.ben).headers["Location"]
    there.move(policy, "draft", by=there.ben)
    there.amend(policy, by=there.ben, text="We keep nothing.")
    there.move(policy, "in-review", by=there.ben)
    answer = there.client(there.ben).post(shown, {"password": PASSWORD})
    assert answer.status_code >= 400
    assert page_move(there, policy, "approve", there.ben).status_code == 403
    assert state(there, policy) == "in-review"


@pytest.mark.parametrize("token", [False, True])
def test_by_the_api(there: Works, policy: Record, *, token: bool) -> None:
    assert api_move(there, policy, "approved", there.ada, token=token) == ["deed.second-person"]
    assert state(there, policy) == "in-review"


@pytest.mark.parametrize("token", [False, True])
def test_by_the_api_in_one_go(there: Works, *, token: bool) -> None:
    """A new record that is to stand approved at once."""
    client = Client(SERVER_NAME="localhost") if token else there.client(there.ada)
    headers = {"Authorization": f"Bearer {there.token(there.ada)}"} if token else {}
    asked = {"kind": "document", "body": POLICY, "state": "approved", "why": "So"}
    path = f"/api/v1/o/{there.slug}/records"
    answer = client.post(path, json.dumps(asked), content_type="application/json", headers=headers)
    assert answer.status_code == 403
    assert there.firm.workspace.records(kinds=("document",)) == {}


def test_by_a_package_and_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = begin(tmp_path / "acme", simulation=False)
    file = folder / "records" / "documents" / "policy.md"
    file.write_text(file.read_text().replace("state: draft", "state: approved"))
    assert run(["package", "record", str(folder), "--actor", "ada"]) != 0
    said = capsys.readouterr()
    assert "second person" in said.out + said.err or "somebody else" in said.out + said.err


def test_what_was_written_in_a_package_is_still_its_author_s(tmp_path: Path) -> None:
    """A package's ledger goes on in the database: who wrote there does not approve here."""
    folder = begin(tmp_path / "acme", simulation=False)
    made = create(uuid4(), slug=f"o{uuid4().hex[:12]}", name="Acme", type="organisation")
    store = DatabaseStore(made.id, OWN_KINDS, clock=now)
    adopt(store, PackageStore(FolderFiles(folder), OWN_KINDS, clock=now).ledger())
    (document,) = store.records(kinds=("document",)).values()
    deed = move(
        acting=lambda w: acting(w, "ada"),
        record=document.id,
        expected=1,
        to="in-review",
        why="Read it",
        signed=UNSIGNED,
    )
    store.perform(deed)
    deed = move(
        acting=lambda w: acting(w, "ada"),
        record=document.id,
        expected=2,
        to="approved",
        why="Good",
        signed=UNSIGNED,
    )
    assert refusal(lambda: store.perform(deed)) == "deed.second-person"


def test_what_somebody_imports_is_theirs_and_not_approved(there: Works) -> None:
    """Written as an import writes it: with its origin, where it may have been approved."""
    identity = str(uuid4())
    origin = {
        "ledger": "ab" * 32,
        "record": identity,
        "version": 3,
        "state": "approved",
        "commitment": "cd" * 32,
    }

    def taking_in(workspace: Workspace) -> Change:
        pen = Pen(workspace, there.ben, workspace.kinds["document"], identity, None, "From elsewhere")
        pen.write(POLICY, serves=(), links={}, origin=origin)
        return Change(there.ben, tuple(pen.drafts))

    there.perform(taking_in)
    record = there.record(identity)
    assert record.current.content.state == "draft"
    there.move(record, "in-review")
    assert refusal(lambda: there.move(record, "approved", by=there.ben)) == "deed.second-person"
    there.move(record, "approved")


# --- ways around -----------------------------------------------------------------------------------------------------


def test_recording_it_again_makes_nobody_else_its_author(there: Works, policy: Record) -> None:
    """The same content once more is no new version; a changed one has one more author, and none less."""
    there.move(policy, "draft", by=there.ben)
    before = there.record(policy.id).current.content.version
    there.amend(policy, by=there.ben)
    assert there.record(policy.id).current.content.version == before
    there.amend(policy, by=there.ben, title="Quality policy, bettered")
    there.move(policy, "in-review", by=there.ben)
    for who in (there.ada, there.ben):
        assert refusal(partial(there.move, policy, "approved", by=who)) == "deed.second-person"
    there.move(policy, "approved", by=there.firm.person("Eve", Role.REVIEWER))


def test_taking_it_back_does_not_free_its_author(there: Works, policy: Record) -> None:
    there.move(policy, "approved", by=there.ben)
    there.move(policy, "draft")
    there.move(policy, "in-review")
    assert refusal(lambda: there.move(policy, "approved")) == "deed.second-person"


def test_what_comes_after_an_approval_has_its_own_author(there: Works, policy: Record) -> None:
    """Ben approved what Ada wrote; what he writes then, he does not approve."""
    there.move(policy, "approved", by=there.ben)
    there.move(policy, "draft", by=there.ben)
    there.amend(policy, by=there.ben, text="We keep nothing.")
    there.move(policy, "in-review", by=there.ben)
    assert refusal(lambda: there.move(policy, "approved", by=there.ben)) == "deed.second-person"
    there.move(policy, "approved")


def test_one_account_is_one_person_and_one_person_one_account(there: Works) -> None:
    second = there.firm.person("Ada again", Role.REVIEWER)
    account, other = there.accounts[there.ada.id], there.accounts[there.mila.id]
    organisation = there.firm.organisation
    for user, person in ((account, second.id), (other, there.ada.id)):
        code = refusal(lambda u=user, p=person: add_member(user=u, organisation=organisation, person=p))  # type: ignore[misc]
        assert code == "account.member-already"


def test_a_second_person_for_oneself_is_an_act_that_stands_in_the_ledger(there: Works) -> None:
    """Nobody can tell that two people on record are one human being; that somebody made the second one, everybody can."""
    second = there.firm.person("Somebody else", Role.REVIEWER)
    assert there.record(second.id).entries[0].actor == there.ada.id


# --- at the same moment ----------------------------------------------------------------------------------------------


def changing(there: Works, record: Record, by: Actor, version: int, **said: Any) -> DeedFunction:
    """Brings it back to draft, and changes it."""
    body = {**there.record(record.id).current.content.body, **said}
    wish = Wish(body=body, state="draft")
    return amend(
        acting=lambda _: by,
        record=record.id,
        expected=version,
        wish=wish,
        why="Better",
        known=KNOWN(),
        signed=UNSIGNED,
    )


def approving(record: Record, by: Actor, version: int, to: str = "approved") -> DeedFunction:
    return move(acting=lambda _: by, record=record.id, expected=version, to=to, why="Good", signed=UNSIGNED)


@at_once
def test_who_approves_approves_what_they_have_seen(there: Works, at_once: AtOnce) -> None:
    """Ada changes it while Ben approves: he approves what he read, or nothing."""
    records = [there.create("document", POLICY, state="in-review") for _ in range(ROUNDS)]
    store = there.firm.workspace
    at_once(
        [
            partial(
                tried, store, changing(there, one, there.ada, 2, text="We keep nothing."), "record.conflict"
            )
            for one in records
        ],
        [partial(tried, store, approving(one, there.ben, 2), "record.conflict") for one in records],
    )
    for record in records:
        found = there.record(record.id)
        assert one_of_both(found) in {("approved", POLICY["text"]), ("draft", "We keep nothing.")}
        assert not unvouched(found)


def one_of_both(record: Record) -> tuple[str, str]:
    content = record.current.content
    return content.state, str(content.body["text"])


def unvouched(record: Record) -> list[int]:
    """Versions that somebody approved who had written since the last approval."""
    authors: set[str] = set()
    wrong = []
    for entry in record.entries:
        if not entry.transition:
            authors.add(entry.actor)
        elif entry.transition in {"approve", "grant"}:
            wrong += [entry.version] if entry.actor in authors else []
            authors = set()
    return wrong


@at_once
def test_the_author_does_not_approve_while_somebody_else_writes(there: Works, at_once: AtOnce) -> None:
    records = [there.create("document", POLICY, state="in-review") for _ in range(ROUNDS)]
    store = there.firm.workspace
    at_once(
        [
            partial(
                tried, store, changing(there, one, there.ben, 2, text="We keep nothing."), "record.conflict"
            )
            for one in records
        ],
        [
            partial(tried, store, approving(one, there.ada, 2), "record.conflict", "deed.second-person")
            for one in records
        ],
    )
    assert {one_of_both(there.record(record.id)) for record in records} == {("draft", "We keep nothing.")}


@at_once
def test_who_writes_and_approves_at_once_has_done_one_of_both(there: Works, at_once: AtOnce) -> None:
    """A read grant may be changed in the very state in which it is granted: Ben does both at the same moment."""
    body = {
        "title": "Notified reads",
        "reader": {"name": "Notified", "address": "https://cb.example.net/o/notified/"},
        "purpose": "Certification",
        "kinds": ["document"],
        "effective_from": "2026-03-01T00:00:00Z",
        "effective_until": "2027-03-01T00:00:00Z",
        "unclassified": "readable",
    }
    records = [there.create("read-grant", body) for _ in range(ROUNDS)]
    store = there.firm.workspace
    at_once(
        [
            partial(
                tried,
                store,
                changing(there, one, there.ben, 1, kinds=["document", "person"]),
                "record.conflict",
            )
            for one in records
        ],
        [partial(tried, store, approving(one, there.ben, 1, "active"), "record.conflict") for one in records],
    )
    for record in records:
        content = there.record(record.id).current.content
        assert (content.state, len(content.body["kinds"])) in {("active", 1), ("draft", 2)}
        assert not unvouched(there.record(record.id))
        if content.state == "draft":
            code = refusal(partial(there.move, record, "active", by=there.ben))
            assert code == "deed.second-person"


# --- audits, and roles -----------------------------------------------------------------------------------------------

AUDIT = {
    "title": "Design",
    "programme": "2026",
    "requirements": ["8.3.1"],
    "process_owners": ["ben"],
    "auditors": ["ruth"],
    "planned_for": "2026-03-01",
    "performed_on": "2026-03-02",
    "findings": [{"requirement": "8.3.1", "grade": "conforms", "statement": "Two designs were read."}],
    "conclusion": "It works.",
}


@pytest.fixture
def auditing(there: Works) -> Works:
    """Ben's own work is audited, and he has the role of an auditor as well; so has Ruth."""
    ben = there.record(there.ben.id).current.content.body
    there.amend(there.record(there.ben.id), roles=[*ben["roles"], "auditor"])
    return there


def handle_of(there: Works, person: Actor) -> str:
    return str(there.record(person.id).current.content.body["handle"])


def test_nobody_audits_their_own_work_by_any_door(auditing: Works) -> None:
    ruth = auditing.firm.person("Ruth", Role.AUDITOR)
    named = {
        "process_owners": [handle_of(auditing, auditing.ben)],
        "auditors": [handle_of(auditing, ruth)],
    }
    audit = auditing.create("internal-audit", {**AUDIT, **named})
    ben = Actor(auditing.ben.id, frozenset({*auditing.ben.roles, Role.AUDITOR}))
    assert refusal(lambda: auditing.move(audit, "performed", by=ben)) == "guard.own-work"
    assert page_move(auditing, audit, "perform", ben).status_code == 403
    for token in (False, True):
        assert api_move(auditing, audit, "performed", ben, token=token) == ["guard.own-work"]
    auditing.move(audit, "performed", by=ruth)
    assert refusal(lambda: auditing.move(audit, "reported", by=ben)) == "guard.own-work"
    assert page_move(auditing, audit, "report", ben).status_code == 403
    auditing.move(audit, "reported", by=ruth)


@pytest.mark.parametrize("owner", ["handle", "number"])
@pytest.mark.parametrize("auditor", ["handle", "number"])
def test_nobody_is_named_for_the_audit_of_their_own_work(auditing: Works, owner: str, auditor: str) -> None:
    """By the handle on one side and the number on the other neither."""
    ruth = auditing.firm.person("Ruth", Role.AUDITOR)
    names = {"handle": handle_of(auditing, ruth), "number": auditing.record(ruth.id).number}
    named = {"process_owners": [names[owner]], "auditors": [names[auditor]]}
    audit = auditing.create("internal-audit", {**AUDIT, **named})
    assert refusal(lambda: auditing.move(audit, "performed", by=ruth)) == "guard.own-work"
    assert api_move(auditing, audit, "performed", auditing.ada, token=True) == ["guard.own-work"]


@pytest.mark.parametrize("name", ["{name}", "{handle}@example.org", "PER-0999", "nobody"])
@pytest.mark.parametrize("field", ["process_owners", "auditors"])
def test_an_audit_names_people_and_nothing_that_looks_like_them(
    auditing: Works, field: str, name: str
) -> None:
    """Else "Ben" audits what is ben's."""
    ruth = auditing.firm.person("Ruth", Role.AUDITOR)
    ben = auditing.record(auditing.ben.id).current.content.body
    right: dict[str, Any] = {"process_owners": [str(ben["handle"])], "auditors": [handle_of(auditing, ruth)]}
    written = name.format(name=ben["name"], handle=ben["handle"])
    audit = auditing.create("internal-audit", {**AUDIT, **right, field: [written]})
    assert refusal(lambda: auditing.move(audit, "performed", by=ruth)) == "guard.nobody"
    assert api_move(auditing, audit, "performed", auditing.ada, token=True) == ["guard.nobody"]
    auditing.amend(audit, **right)
    performed = auditing.move(audit, "performed", by=ruth)
    wrong: dict[str, Any] = {field: [written]}
    auditing.amend(performed, by=ruth, **wrong)
    assert refusal(lambda: auditing.move(audit, "reported", by=ruth)) == "guard.nobody"


@pytest.mark.parametrize("door", ["page", "session", "token"])
def test_nobody_gives_roles_to_themself(there: Works, door: str) -> None:
    """Ben manages quality, and wants to be top management too."""
    person = there.record(there.ben.id)
    body = dict(person.current.content.body)
    wanted = {**body, "roles": ["reviewer", "quality-manager", "top-management"]}
    if door == "page":
        form = {f"body.{name}": value for name, value in wanted.items()}
        address = reverse("record-edit", args=[there.slug, person.number])
        answer = there.client(there.ben).post(address, {**form, "expected": 1, "why": "I can do more"})
        assert answer.status_code == 422
    else:
        client = there.client(there.ben) if door == "session" else Client(SERVER_NAME="localhost")
        headers = {"Authorization": f"Bearer {there.token(there.ben)}"} if door == "token" else {}
        path = f"/api/v1/o/{there.slug}/records/{person.number}"
        asked = json.dumps({"body": wanted, "expected": 1, "why": "I can do more"})
        answer = client.patch(path, asked, content_type="application/json", headers=headers)
        assert [problem["code"] for problem in answer.json()["problems"]] == ["person.own-roles"]
    assert there.record(person.id).current.content.body["roles"] == body["roles"]


@at_once
def test_two_who_help_each_other_to_roles_at_once_leave_two_acts(there: Works, at_once: AtOnce) -> None:
    """Each takes the other's managing roles away at the same moment: one of them still manages afterwards."""
    roles = {Role.TOP_MANAGEMENT, Role.QUALITY_MANAGER}
    store = there.firm.workspace

    def stripping(by: Actor, whom: str) -> DeedFunction:
        body = {**there.record(whom).current.content.body, "roles": []}
        return amend(
            acting=lambda w: _as_recorded(w, by.id),
            record=whom,
            expected=1,
            wish=Wish(body=body),
            why="Away with them",
            known=KNOWN(),
            signed=UNSIGNED,
        )

    at_once(
        [partial(tried, store, stripping(there.ada, there.ben.id), "deed.role")],
        [partial(tried, store, stripping(there.ben, there.ada.id), "deed.role")],
    )
    managing = [
        person
        for person in store.records(kinds=("person",)).values()
        if roles & {Role(role) for role in person.current.content.body["roles"]}
    ]
    assert len(managing) == 1


def _as_recorded(workspace: Workspace, identity: str) -> Actor:
    body = workspace.records([identity])[identity].current.content.body
    return Actor(identity, frozenset(Role(role) for role in body["roles"]))
