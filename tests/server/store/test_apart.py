"""The comparison in a process of its own: it sees what the proving process sees, and nobody waits for one that has ended."""

from collections.abc import Iterator
from threading import Thread
from uuid import uuid4

import pytest
from django.db import connection

from standfirst.management.founding import found
from standfirst.server.store import apart as room
from standfirst.server.store import checking
from standfirst.server.store import store as stores
from standfirst.server.store.apart import Comparing, comparing_apart, snapshot
from standfirst.server.store.checking import Vouched, check_organisation
from standfirst.server.store.models import Current, LedgerHead, Organisation
from standfirst.server.workplace import open_store


@pytest.fixture
def organisation(own_database: str) -> Organisation:  # noqa: ARG001 - it has to point there
    name = f"o{uuid4().hex[:12]}"
    made = stores.create(uuid4(), slug=name, name=name, type="organisation")
    open_store(made).perform(found(name="Ada Example", handle="ada", simulation=False))
    return made


@pytest.fixture
def apart(organisation: Organisation) -> Iterator[Comparing]:
    with comparing_apart(open_store, organisation) as other:
        yield other


def elsewhere(work: object) -> None:
    """From another connection, as another process would."""

    def run() -> None:
        work()  # type: ignore[operator]
        connection.close()

    other = Thread(target=run)
    other.start()
    other.join(20)
    assert not other.is_alive()


def wrong(organisation: Organisation, apart: Comparing) -> list[str]:
    found_wrong = check_organisation(open_store(organisation), Vouched(), apart=apart).wrong
    return [each.reason.code for each in found_wrong]


def damage(organisation: Organisation) -> None:
    Current.objects.filter(organisation=organisation).update(title="Nothing")


def never(*_: object) -> None:
    raise AssertionError("it was compared here")


def test_it_finds_nothing_where_nothing_is_wrong(
    organisation: Organisation, apart: Comparing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "first_difference", never)
    assert wrong(organisation, apart) == []


def test_it_names_what_was_done_to_a_list(
    organisation: Organisation, apart: Comparing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "first_difference", never)
    damage(organisation)
    assert wrong(organisation, apart) == ["store.read-model"]


def test_what_comes_after_both_have_begun_is_not_looked_at(
    organisation: Organisation, apart: Comparing
) -> None:
    with snapshot():
        assert apart.sees()
        elsewhere(lambda: damage(organisation))
        assert apart.told() is None


def test_what_comes_between_the_two_is_seen_by_both_or_by_none(
    organisation: Organisation, apart: Comparing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Written after this process has begun to look, and before the other has: PostgreSQL hands the snapshot over, on
    SQLite both begin again.
    """
    send = Comparing._send
    begun: list[int] = []

    def late(self: Comparing, exported: str) -> None:
        if not begun:
            elsewhere(lambda: damage(organisation))
        begun.append(LedgerHead.objects.get(organisation=organisation).size)
        send(self, exported)

    monkeypatch.setattr(Comparing, "_send", late)
    monkeypatch.setattr(checking, "first_difference", never)
    on_sqlite = connection.vendor == "sqlite"
    assert wrong(organisation, apart) == (["store.read-model"] if on_sqlite else [])
    assert len(begun) == (2 if on_sqlite else 1)


@pytest.mark.parametrize("before", [True, False], ids=["before it began", "while it compared"])
def test_where_it_has_ended_without_a_word_the_comparison_is_made_here(
    organisation: Organisation, apart: Comparing, monkeypatch: pytest.MonkeyPatch, before: bool
) -> None:
    damage(organisation)
    if before:
        apart.process.kill()
        apart.process.join()
    else:
        sees = Comparing.sees

        def then_ends(self: Comparing) -> bool:
            agreed = sees(self)
            self.process.kill()
            self.process.join()
            self._pipe.close()
            return agreed

        monkeypatch.setattr(Comparing, "sees", then_ends)
    assert wrong(organisation, apart) == ["store.read-model"]


def test_it_ends_with_the_block(organisation: Organisation) -> None:
    with pytest.raises(KeyboardInterrupt), comparing_apart(open_store, organisation) as other:
        raise KeyboardInterrupt
    assert not other.process.is_alive()


def test_a_small_ledger_or_one_processor_is_not_worth_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert not room.is_worthwhile(room.WORTHWHILE - 1)
    assert room.is_worthwhile(room.WORTHWHILE)
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    assert not room.is_worthwhile(room.WORTHWHILE)
