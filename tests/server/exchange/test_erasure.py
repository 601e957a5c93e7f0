"""The whole journey of an erasure: asked for, approved, carried out, and then nowhere in anything that the server keeps."""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.urls import reverse
from tests.records.cast import doing, draft
from tests.server.accounts.cast import PASSWORD, Visitor
from tests.server.accounts.cast import firm as another_firm
from tests.server.exchange.cast import worked_off
from tests.server.exchange.filing import attached, filed
from tests.server.exchange.searching import places
from tests.server.files.cast import files_in, lying_in
from tests.server.search.cast import worked
from tests.server.works import POLICY, Works, queries, works

from standfirst.records.actor import Actor, Role
from standfirst.records.change import Refused
from standfirst.records.ledger import check
from standfirst.records.record import Record
from standfirst.server import forgetting
from standfirst.server.accounts import inviting
from standfirst.server.accounts.models import Invitation, Membership, User
from standfirst.server.accounts.people import add_member, create_user
from standfirst.server.clock import now
from standfirst.server.files.models import FileUse, StoredFile
from standfirst.server.jobs import TOPICS
from standfirst.server.store import erasing, index
from standfirst.server.store.checking import check_organisation, from_outside
from standfirst.server.store.comparing import first_difference
from standfirst.server.store.erasing import ERASED
from standfirst.server.store.ledger_keys import KeyFolder
from standfirst.server.store.models import Content, Current, Link, Outbox, Unique
from standfirst.server.store.outbox import drain

NAME = "Xenobia Quarrelsome"
SECRET = "born under the eleventh comet"  # noqa: S105
ADDRESS = "xenobia@example.org"

ERASURE = {
    "title": "What is kept of somebody who has left",
    "basis": "data-subject-request",
    "reason": "Asked for on paper",
    "requested_by": "Case 7",
    "decided_on": "2026-01-05",
}
HOLD = {"title": "A claim", "reason": "A claim", "authority": "A court", "placed_on": "2026-01-05"}


@pytest.fixture
def house(own_database: str, tmp_path: Path) -> Iterator[Works]:  # noqa: ARG001 - it works on it
    with files_in(tmp_path / "files"):
        yield works()


def she_has_left(house: Works) -> Actor:
    she = house.firm.person(NAME, Role.ENGINEER)
    house.firm.leaves(she)
    return she


def account(house: Works, who: Actor) -> User:
    """It has the name too: whoever joins says what they are called."""
    user = create_user(email=ADDRESS, name=NAME, password=PASSWORD)
    add_member(user=user, organisation=house.firm.organisation, person=who.id)
    return user


def asked(house: Works, *targets: str, basis: str = "data-subject-request") -> Record:
    return house.create("erasure", {**ERASURE, "basis": basis}, links={"erases": targets})


def carried_out(house: Works, *targets: str, basis: str = "data-subject-request") -> Record:
    """Asked for by Ada, approved by Ben, carried out by Ada."""
    record = asked(house, *targets, basis=basis)
    house.move(record, "approved", by=house.ben)
    return house.move(record, "carried-out")


def curriculum(house: Works, about: Actor, *files: dict[str, str]) -> Record:
    said = {**POLICY, "title": f"Curriculum of {NAME}", "text": SECRET}
    return filed(house, house.create("document", said, links={"about": (about.id,)}), *files)


def afterwards(failing: int = 0) -> None:
    """What workers do then."""
    passed = drain({ERASED: TOPICS[ERASED]}, clock=now)
    assert passed.failed == failing, list(
        Outbox.objects.exclude(trouble="").values_list("trouble", flat=True)
    )


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.reason.code


# --- nowhere any more ------------------------------------------------------------------------------------------------


def test_what_was_said_of_somebody_is_nowhere_any_more(
    house: Works, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    she = house.firm.person(NAME, Role.ENGINEER)
    user = account(house, she)
    Visitor().sign_in(user)
    handle = str(house.record(she.id).current.content.body["handle"])
    file = attached(house, SECRET.encode(), f"{NAME}.txt")
    paper = curriculum(house, she, file)
    house.firm.leaves(she)
    worked()  # what it says is also kept for search
    _sample()
    secrets = (NAME, SECRET, ADDRESS, handle)
    assert all(places(secret) for secret in secrets)
    assert len(lying_in(tmp_path / "files")) == 1

    erasure = carried_out(house, she.id, paper.id)
    afterwards()

    assert [(secret, places(secret)) for secret in secrets] == [(secret, []) for secret in secrets]
    assert not any(secret in caplog.text for secret in secrets)
    assert lying_in(tmp_path / "files") == []
    assert not StoredFile.objects.exists()
    assert FileUse.objects.get().erased_by == erasure.number
    store = house.firm.workspace
    assert check(store.ledger(), store.head) is None
    assert (
        check_organisation(store, from_outside(store.organisation, KeyFolder(tmp_path / "keys"))).wrong == []
    )


def test_its_page_says_that_it_was_erased_and_by_what(house: Works) -> None:
    she = she_has_left(house)
    known = house.record(she.id)
    paper = curriculum(house, she)
    erasure = carried_out(house, she.id)
    ada = house.client(house.ada)

    page = ada.get(reverse("record", args=[house.slug, known.number])).content.decode()
    day = erasure.current.entry.recorded_at
    assert f'was erased on <time datetime="{day.isoformat()}">' in page
    assert f">{erasure.number}</a>" in page
    other = ada.get(reverse("record", args=[house.slug, paper.number])).content.decode()
    assert known.number in other
    listed = ada.get(reverse("records", args=[house.slug, "person"])).content.decode()
    assert known.number not in listed
    for shown in (page, listed):
        assert NAME not in shown


def test_while_somebody_reads_what_was_there_it_is_not_done(
    house: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's log keeps what a reader may still look at."""
    if connection.vendor != "sqlite":
        pytest.skip("about SQLite's log")
    monkeypatch.setattr(erasing, "PATIENCE", 1)
    she = she_has_left(house)
    with closing(sqlite3.connect(str(connection.settings_dict["NAME"]), isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM store_content").fetchone()
        carried_out(house, she.id)
        afterwards(failing=1)
        assert Outbox.objects.get(topic=ERASED).trouble == "TimeoutError"
    Outbox.objects.filter(topic=ERASED).update(claimed_until=None)
    afterwards()
    assert places(NAME) == []


def _sample() -> None:
    """PostgreSQL's planner keeps samples of what is in the columns."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        assert any(place.startswith("pg_") for place in places(NAME))


def test_content_and_salt_go_with_the_commit_and_nothing_else_does(house: Works) -> None:
    she = she_has_left(house)
    sequences = [version.entry.sequence for version in house.record(she.id).versions]
    before = house.firm.workspace.ledger()
    carried_out(house, she.id)

    emptied = Content.objects.filter(organisation=house.firm.organisation, data=None, salt=None)
    assert sorted(emptied.values_list("sequence", flat=True)) == sequences
    after = house.firm.workspace.ledger()[: len(before)]
    assert [sealed.entry for sealed in after] == [sealed.entry for sealed in before]
    kept = [sealed for at, sealed in enumerate(after) if at not in sequences]
    assert kept == [sealed for at, sealed in enumerate(before) if at not in sequences]
    assert not Unique.objects.filter(record=she.id).exists()


def test_the_number_stays_and_says_by_what_it_was_erased(house: Works) -> None:
    she = she_has_left(house)
    known = house.record(she.id)
    erasure = carried_out(house, she.id)
    store = house.firm.workspace

    assert store.numbered([known.number]) == {known.number: she.id}
    assert store.records([she.id]) == {}
    (left,) = store.erased().values()
    assert (left.id, left.kind, left.number) == (she.id, "person", known.number)
    assert [entry.version for entry in left.entries] == [1, 2]
    assert left.by == erasure.current.entry
    assert house.record(house.firm.person("Somebody else").id).number > known.number
    row = Current.objects.get(record=she.id)
    assert (row.erased, row.erased_by, row.title, row.state) == (True, left.by.sequence, "", "")


def test_nothing_is_written_to_it_again(house: Works) -> None:
    she = she_has_left(house)
    body = house.record(she.id).current.content.body
    twice = asked(house, she.id)
    carried_out(house, she.id)
    again = draft(record=she.id, kind="person", expected=2, state="active", body=body)
    assert refusal(lambda: house.perform(doing(again))) == "record.erased"
    house.move(twice, "approved", by=house.ben)
    assert refusal(lambda: house.move(twice, "carried-out")) == "erasure.nothing-left"


def test_links_to_it_stay_and_those_from_it_go(house: Works) -> None:
    she = she_has_left(house)
    paper = curriculum(house, she)
    carried_out(house, paper.id)
    assert not Link.objects.filter(source=paper.id).exists()
    hers = curriculum(house, she)
    carried_out(house, she.id)
    assert list(Link.objects.filter(target=she.id, source=hers.id).values_list("relation", flat=True)) == [
        "about"
    ]


def test_read_models_made_anew_are_the_same(house: Works) -> None:
    she = she_has_left(house)
    carried_out(house, she.id, curriculum(house, she).id)
    store = house.firm.workspace
    fields = index.CURRENT
    before = sorted(Current.objects.filter(organisation=store.organisation).values_list(*fields))
    with transaction.atomic():
        index.rebuild(store.organisation, store.kinds)
    assert sorted(Current.objects.filter(organisation=store.organisation).values_list(*fields)) == before
    assert first_difference(store) is None


@pytest.mark.parametrize("wrong", [{"erased_by": None}, {"erased_by": 0}, {"erased": False}, {"title": NAME}])
def test_a_read_model_that_says_otherwise_is_noticed(house: Works, wrong: dict[str, object]) -> None:
    she = she_has_left(house)
    carried_out(house, she.id)
    Current.objects.filter(record=she.id).update(**wrong)
    assert first_difference(house.firm.workspace) is not None


def test_what_it_costs_does_not_grow(house: Works) -> None:
    def cost(count: int) -> int:
        people = [she_has_left(house).id for _ in range(count)]
        record = asked(house, *people)
        house.move(record, "approved", by=house.ben)
        return len(queries(lambda: house.move(record, "carried-out")))

    assert cost(1) == cost(4)


# --- what stands in the way ------------------------------------------------------------------------------------------


def test_a_legal_hold_keeps_it_until_two_release_it(house: Works) -> None:
    she = she_has_left(house)
    hold = house.create("legal-hold", HOLD, links={"holds": (she.id,)})
    record = asked(house, she.id)
    assert refusal(lambda: house.move(record, "approved", by=house.ben)) == "erasure.held"
    house.move(hold, "released")
    assert refusal(lambda: house.move(record, "approved", by=house.ben)) == "erasure.held"
    house.move(hold, "released", by=house.ben)
    house.move(record, "approved", by=house.ben)
    assert she.id in house.firm.workspace.records([she.id])
    house.move(record, "carried-out")
    assert house.firm.workspace.records([she.id]) == {}


def test_a_hold_that_comes_after_the_approval_is_heard(house: Works) -> None:
    she = she_has_left(house)
    record = asked(house, she.id)
    house.move(record, "approved", by=house.ben)
    house.create("legal-hold", HOLD, links={"holds": (she.id,)})
    assert refusal(lambda: house.move(record, "carried-out")) == "erasure.held"
    assert NAME in str(house.record(she.id).current.content.body)


def test_nobody_erases_alone_nor_without_the_approval(house: Works) -> None:
    she = she_has_left(house)
    record = asked(house, she.id)
    assert refusal(lambda: house.move(record, "approved")) == "deed.second-person"
    assert refusal(lambda: house.move(record, "carried-out")) in {"deed.no-way", "deed.second-person"}
    assert refusal(lambda: house.move(record, "approved", by=house.mila)) == "deed.role"


def test_somebody_who_still_acts_here_is_not_erased(house: Works) -> None:
    record = asked(house, house.mila.id)
    assert refusal(lambda: house.move(record, "approved", by=house.ben)) == "erasure.in-use"


# --- files -----------------------------------------------------------------------------------------------------------


def test_a_file_that_another_record_names_stays(house: Works, tmp_path: Path) -> None:
    she = she_has_left(house)
    file = attached(house, b"a shared calibration", "shared.csv")
    paper = curriculum(house, she, file)
    other = filed(house, house.create("document", POLICY), file)
    filed(house, other)  # an earlier version still names it
    carried_out(house, paper.id)
    afterwards()
    assert FileUse.objects.get().name == "shared.csv"
    assert len(lying_in(tmp_path / "files")) == 1


def test_bytes_that_another_organisation_has_stay_there(house: Works, tmp_path: Path) -> None:
    she, others = she_has_left(house), works("Another firm")
    paper = curriculum(house, she, attached(house, SECRET.encode(), "ours.txt"))
    attached(others, SECRET.encode(), "theirs.txt")
    carried_out(house, paper.id)
    afterwards()
    uses = dict(FileUse.objects.values_list("organisation__slug", "name"))
    assert uses == {house.slug: "", others.slug: "theirs.txt"}
    assert len(lying_in(tmp_path / "files")) == 1


def test_whoever_is_killed_on_the_way_is_followed_by_another(
    house: Works, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    she = she_has_left(house)
    paper = curriculum(house, she, attached(house, SECRET.encode(), "hers.txt"))
    carried_out(house, paper.id)
    steps = ("destroy_unreferenced", "settle")
    for step in steps:
        with monkeypatch.context() as stopped:
            stopped.setattr(forgetting, step, _killed)
            afterwards(failing=1)
        Outbox.objects.filter(topic=ERASED).update(claimed_until=None)
    afterwards()
    assert lying_in(tmp_path / "files") == []
    row = Outbox.objects.get(topic=ERASED)
    assert (row.done, row.payload, row.attempts) == (True, "{}", 3)


def _killed(*_: object) -> None:
    raise InterruptedError


# --- accounts --------------------------------------------------------------------------------------------------------


def test_the_account_of_somebody_erased_is_let_in_nowhere(house: Works) -> None:
    she = house.firm.person(NAME)
    user = account(house, she)
    browser = Visitor()
    browser.sign_in(user)
    house.firm.leaves(she)
    carried_out(house, she.id)
    assert browser.get(f"/o/{house.slug}/files/").status == 404
    afterwards()
    user.refresh_from_db()
    assert not Membership.objects.filter(user=user).exists()
    assert not user.is_active
    assert browser.get("/").path.startswith("/accounts/login/")
    assert Visitor().sign_in(user).path == "/accounts/login/"


def test_the_account_of_somebody_who_left_long_before_is_closed_too(house: Works) -> None:
    """Nothing but the ledger then knows which it was."""
    she = house.firm.person(NAME)
    user = account(house, she)
    house.firm.leaves(she)
    worked_off()
    assert not Membership.objects.filter(user=user).exists()
    user.refresh_from_db()
    assert (user.is_active, user.name) == (True, NAME)
    carried_out(house, she.id)
    afterwards()
    user.refresh_from_db()
    assert (user.is_active, user.name) == (False, "")
    assert user.email.endswith("@erased.invalid")


def test_an_account_that_is_at_home_elsewhere_stays(house: Works) -> None:
    she = house.firm.person(NAME)
    user = account(house, she)
    elsewhere = another_firm("Elsewhere")
    add_member(user=user, organisation=elsewhere.organisation, person=elsewhere.mila.id)
    house.firm.leaves(she)
    carried_out(house, she.id)
    afterwards()
    user.refresh_from_db()
    assert (user.is_active, user.name) == (True, NAME)
    assert list(user.memberships.values_list("organisation__slug", flat=True)) == [
        elsewhere.organisation.slug
    ]


def test_a_mistake_that_is_erased_closes_no_account(house: Works) -> None:
    she = house.firm.person(NAME)
    user = account(house, she)
    house.firm.leaves(she)
    carried_out(house, she.id, basis="recorded-by-mistake")
    afterwards()
    user.refresh_from_db()
    assert user.is_active
    assert not user.memberships.exists()


def test_a_letter_that_waits_is_void_and_forgets_its_address(house: Works) -> None:
    she = house.firm.person(NAME)
    letter = inviting.invite(
        actor=house.ada,
        by=house.accounts[house.ada.id],
        organisation=house.firm.organisation,
        workspace=house.firm.workspace,
        person=she.id,
        email=ADDRESS,
        now=now(),
    )
    house.firm.leaves(she)
    carried_out(house, she.id)
    afterwards()
    invitation = Invitation.objects.get(pk=letter.invitation.pk)
    assert (invitation.email, invitation.is_open(now() - timedelta(seconds=1))) == ("", False)
    assert invitation.revoked is not None
