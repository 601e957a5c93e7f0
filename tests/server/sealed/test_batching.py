"""Batches: commitments alone, in an order that tells nothing, on a day, and whatever is killed when."""

import json
import os
import random
import signal
import subprocess
import sys
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.db.utils import DatabaseError
from tests.server.sealed.cast import MONDAY, House, house

from standfirst.certification.kinds import BODY_KINDS
from standfirst.management.kinds import OWN_KINDS
from standfirst.management.sealed import SEALED_BATCH, Purpose, batch, is_due, is_in
from standfirst.records.change import Change, Refused
from standfirst.records.pen import Pen
from standfirst.records.workspace import Workspace
from standfirst.server.sealed.batching import mark, run, run_all, service
from standfirst.server.sealed.models import Case, SealedItem, Waiting
from standfirst.server.sealed.sealing import Receipt, alone, put
from standfirst.server.workplace import open_store

DAY = timedelta(days=1)


def vote(home: House, choice: str = "yes", *, today: date = MONDAY) -> Receipt:
    with alone(home.organisation):
        return Receipt.of(put(home.organisation, Purpose.BALLOT, "BAL-0001", {"choice": choice}, today=today))


def bodies(home: House) -> list[dict[str, object]]:
    found = open_store(home.organisation).records(kinds=(SEALED_BATCH.name,)).values()
    return [dict(record.current.content.body) for record in found]


# --- when ------------------------------------------------------------------------------------------------------------


def test_three_are_enough_and_a_week_is_the_longest() -> None:
    assert [is_due(count, MONDAY, MONDAY) for count in range(5)] == [False, False, False, True, True]
    assert [is_due(1, MONDAY, MONDAY + days * DAY) for days in (0, 6, 7, 8)] == [False, False, True, True]
    assert not is_due(0, MONDAY, MONDAY + 30 * DAY)


def test_few_wait_and_many_do_not(home: House) -> None:
    vote(home)
    vote(home, today=MONDAY + DAY)
    assert run(home.organisation, Purpose.BALLOT, today=MONDAY + 6 * DAY) == ""
    assert run(home.organisation, Purpose.BALLOT, today=MONDAY + 7 * DAY) == "SLB-0001"
    for _ in range(3):
        vote(home, today=MONDAY + 8 * DAY)
    assert run(home.organisation, Purpose.BALLOT, today=MONDAY + 8 * DAY) == "SLB-0002"
    assert [body["count"] for body in bodies(home)] == [2, 3]
    assert not Waiting.objects.filter(organisation=home.organisation).exists()


def test_there_is_one_batch_a_day(home: House) -> None:
    for count in (3, 4):
        for _ in range(count):
            vote(home)
        run(home.organisation, Purpose.BALLOT, today=MONDAY)
    assert [body["count"] for body in bodies(home)] == [3]
    assert run(home.organisation, Purpose.BALLOT, today=MONDAY + DAY) == "SLB-0002"
    assert [body["count"] for body in bodies(home)] == [3, 4]


def test_purposes_do_not_mix(home: House) -> None:
    for _ in range(3):
        vote(home)
    home.speak_up()
    run_all(today=MONDAY)
    assert [body["purpose"] for body in bodies(home)] == ["ballot"]
    assert SealedItem.objects.filter(organisation=home.organisation, batch="").count() == 1


# --- what ------------------------------------------------------------------------------------------------------------


def test_a_batch_holds_commitments_in_their_own_order_and_nothing_else(home: House) -> None:
    receipts = [vote(home, random.choice(["yes", "no"])) for _ in range(20)]  # noqa: S311
    run(home.organisation, Purpose.BALLOT, today=MONDAY)
    (body,) = bodies(home)
    assert body == {
        "attachments": [],
        "purpose": "ballot",
        "day": "2026-11-23",
        "count": 20,
        "commitments": sorted(receipt.commitment for receipt in receipts),
    }
    (record,) = open_store(home.organisation).records(kinds=(SEALED_BATCH.name,)).values()
    assert record.current.entry.actor == service(home.organisation).id
    assert record.current.entry.actor not in {home.eve.id, home.rafael.id, home.firm.ada.id}


def test_whoever_holds_a_receipt_can_show_that_it_counts(home: House) -> None:
    mine, *_ = [vote(home, choice) for choice in ("yes", "no", "yes")]
    run(home.organisation, Purpose.BALLOT, today=MONDAY)
    (body,) = bodies(home)
    salt, content = bytes.fromhex(mine.salt), mine.content.encode()
    assert json.loads(content)["content"] == {"choice": "yes"}
    assert is_in(body, salt=salt, content=content)
    assert not is_in(body, salt=salt, content=content.replace(b"yes", b"no"))
    assert not is_in(body, salt=bytes(32), content=content)


def test_equal_votes_are_not_seen_to_be_equal(home: House) -> None:
    assert len({vote(home).commitment for _ in range(5)}) == 5


def test_a_vote_leads_to_nobody(home: House) -> None:
    """No time, no person, no order: neither in a column nor in the order in which rows lie."""
    assert {field.name for field in SealedItem._meta.get_fields()} == {
        *("id", "organisation", "purpose", "subject", "salt", "content", "commitment", "batch")
    }
    cast = [vote(home, str(i)) for i in range(40)]
    run(home.organisation, Purpose.BALLOT, today=MONDAY)
    with connection.cursor() as cursor:
        own = [str(home.organisation.pk) if connection.vendor == "postgresql" else home.organisation.pk.hex]
        cursor.execute("SELECT commitment FROM sealed_sealeditem WHERE organisation_id = %s", own)
        lying = [bytes(row[0]).hex() for row in cursor.fetchall()]
        assert sorted(lying) == sorted(one.commitment for one in cast)
        assert lying != [one.commitment for one in cast]
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT commitment, xmin::text FROM sealed_sealeditem WHERE organisation_id = %s ORDER BY ctid",
                own,
            )
            places = [(bytes(commitment).hex(), change) for commitment, change in cursor.fetchall()]
            assert [commitment for commitment, _ in places] == sorted(lying)
            assert len({change for _, change in places}) == 1


@pytest.mark.parametrize("table", ["sealed_sealeditem", "sealed_case"])
def test_sqlite_does_not_number_these_rows(home: House, table: str) -> None:  # noqa: ARG001 - its database
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has no row numbers")
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="no such column: rowid"):
        cursor.execute(f"SELECT rowid FROM {table}")  # noqa: S608 - a name from above


def test_cases_lie_in_the_order_of_their_ids_after_a_batch(home: House) -> None:
    for i in range(12):
        home.speak_up(f"Matter {i}")
    run(home.organisation, Purpose.SPEAK_UP, today=MONDAY)
    cases = Case.objects.filter(organisation=home.organisation)
    assert cases.count() == 12
    if connection.vendor == "postgresql":
        lying = Case.objects.raw(
            "SELECT id FROM sealed_case WHERE organisation_id = %s ORDER BY ctid", [home.organisation.pk]
        )
        assert [case.pk for case in lying] == sorted(case.pk for case in cases)


# --- who -------------------------------------------------------------------------------------------------------------


def test_nobody_writes_a_batch_by_hand(home: House) -> None:
    body = {"purpose": "ballot", "day": "2026-11-23", "count": 1, "commitments": ["ab" * 32]}

    def deed(workspace: Workspace) -> Change:
        pen = Pen(workspace, home.firm.ada, SEALED_BATCH, str(uuid4()), None, "By hand")
        pen.write(body, serves=(), links={})
        return Change(home.firm.ada, tuple(pen.drafts))

    with pytest.raises(Refused) as no:
        open_store(home.organisation).perform(deed)
    assert no.value.reason.code == "sealed.by-hand"


def test_nobody_amends_a_batch(home: House) -> None:
    for _ in range(3):
        vote(home)
    run(home.organisation, Purpose.BALLOT, today=MONDAY)

    def deed(workspace: Workspace) -> Change:
        (known,) = workspace.records(kinds=(SEALED_BATCH.name,)).values()
        pen = Pen(workspace, home.firm.ada, SEALED_BATCH, known.id, known, "Better so")
        pen.write(known.current.content.body, serves=(), links={})
        return Change(home.firm.ada, tuple(pen.drafts))

    with pytest.raises(Refused) as no:
        open_store(home.organisation).perform(deed)
    assert no.value.reason.code == "deed.frozen"


def test_a_copy_of_a_batch_is_no_batch_of_ours(home: House) -> None:
    """Else whoever imports one could keep today's from being made, or have items marked that are in none."""
    receipts = [vote(home) for _ in range(3)]
    held = sorted(one.commitment for one in receipts)
    body = {"purpose": "ballot", "day": MONDAY.isoformat(), "count": 3, "commitments": held}

    def deed(workspace: Workspace) -> Change:
        pen = Pen(workspace, home.firm.ada, SEALED_BATCH, str(uuid4()), None, "From elsewhere")
        pen.write(body, serves=(), links={}, origin={"package": "theirs"})
        return Change(home.firm.ada, tuple(pen.drafts))

    open_store(home.organisation).perform(deed)
    assert run(home.organisation, Purpose.BALLOT, today=MONDAY) == "SLB-0002"
    assert set(SealedItem.objects.filter(organisation=home.organisation).values_list("batch")) == {
        ("SLB-0002",)
    }


@pytest.mark.parametrize(
    ("commitments", "count", "flaws"),
    [
        (["aa" * 32, "bb" * 32], 2, []),
        (["bb" * 32, "aa" * 32], 2, ["commitments"]),
        (["aa" * 32, "aa" * 32], 2, ["commitments"]),
        (["aa" * 32], 2, ["count"]),
    ],
)
def test_a_batch_that_says_two_things_is_flawed(commitments: list[str], count: int, flaws: list[str]) -> None:
    assert SEALED_BATCH.inspect is not None
    assert [field for field, _ in SEALED_BATCH.inspect({"commitments": commitments, "count": count})] == flaws


# --- whatever happens ------------------------------------------------------------------------------------------------


def test_killed_between_ledger_and_mark_it_goes_on(home: House, database: str) -> None:
    for _ in range(4):
        vote(home)
    script = (
        "import django, os; django.setup()\n"
        "from datetime import date\n"
        "from standfirst.management.sealed import Purpose\n"
        "from standfirst.server.sealed import batching\n"
        "from standfirst.server.store.models import Organisation\n"
        "mark = batching.mark\n"
        "def mark_or_die(organisation, purpose, *, today, times=[]):\n"
        "    times.append(1)\n"
        "    os.kill(os.getpid(), 9) if len(times) == 2 else mark(organisation, purpose, today=today)\n"
        "batching.mark = mark_or_die\n"
        f"it = Organisation.objects.get(slug={home.organisation.slug!r})\n"
        f"batching.run(it, Purpose.BALLOT, today=date.fromisoformat({MONDAY.isoformat()!r}))\n"
    )
    env = {**os.environ, "DATABASE_URL": database, "PYTHONPATH": os.pathsep.join(sys.path)}
    died = subprocess.run([sys.executable, "-c", script], env=env, check=False)
    assert died.returncode == -signal.SIGKILL
    assert [body["count"] for body in bodies(home)] == [4]
    waiting = SealedItem.objects.filter(organisation=home.organisation, batch="")
    assert waiting.count() == 4
    vote(home)
    assert run(home.organisation, Purpose.BALLOT, today=MONDAY + DAY) == ""
    assert waiting.count() == 1
    assert [body["count"] for body in bodies(home)] == [4]
    assert Waiting.objects.get(organisation=home.organisation).since == MONDAY + DAY


def test_a_batch_repeated_makes_nothing_twice(home: House) -> None:
    receipts = [vote(home) for _ in range(3)]
    store = open_store(home.organisation)
    again = batch(
        purpose=Purpose.BALLOT,
        commitments=[one.commitment for one in receipts],
        day=MONDAY,
        by=service(home.organisation),
    )
    store.perform(again)
    with pytest.raises(Refused, match=r"sealed\.nothing-waits"):
        store.perform(again)
    assert run(home.organisation, Purpose.BALLOT, today=MONDAY) == ""
    assert mark(home.organisation, Purpose.BALLOT, today=MONDAY) == 0
    assert len(bodies(home)) == 1


def test_every_organisation_keeps_its_own(home: House) -> None:
    other = house()
    for _ in range(3):
        vote(home)
        vote(other)
    made = run_all(today=MONDAY).numbers
    for one in (home, other):
        assert made[f"{one.organisation.slug} ballot"] == "SLB-0001"
    assert not set(bodies(home)[0]["commitments"]) & set(bodies(other)[0]["commitments"])  # type: ignore[call-overload]
    assert service(home.organisation) != service(other.organisation)


def test_every_organisation_knows_the_kind() -> None:
    assert SEALED_BATCH.name in OWN_KINDS
    assert SEALED_BATCH.name in BODY_KINDS
