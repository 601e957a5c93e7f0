"""Other keys take over: on the record, and the record is signed by those who leave."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.records.cast import ticking
from tests.server.store.administrator import Books, opened
from tests.server.store.conftest import new_store

from standfirst.management.founding import acting, found
from standfirst.management.kinds import OWN_KINDS
from standfirst.management.ledger_keys import LEDGER_KEYS
from standfirst.records.actor import Actor
from standfirst.records.change import Refused
from standfirst.server.store import changing_keys
from standfirst.server.store.changing_keys import change_keys
from standfirst.server.store.heads import sign_head
from standfirst.server.store.ledger_keys import KeyFolder, LedgerKeys
from standfirst.server.store.models import SignedHead
from standfirst.trust.cosignature import CosignatureRejected
from standfirst.trust.note import Note

NOW = datetime(2026, 1, 6, tzinfo=UTC)


@pytest.fixture
def books(database: str, tmp_path: Path) -> Books:  # noqa: ARG001 - it has to point there
    made = opened(new_store(OWN_KINDS), tmp_path)
    made.store.clock = ticking(NOW)
    made.store.perform(found(name="Ada", handle="ada", simulation=False))
    made.sign()
    return made


def change(books: Books, who: str = "ada") -> LedgerKeys:
    return change_keys(
        books.store,
        books.keys,
        acting=lambda workspace: acting(workspace, who),
        why="Yearly",
        host="other.example.org",
        now=NOW + timedelta(days=1),
    )


def note_at(books: Books, size: int) -> Note:
    return Note.parse(bytes(SignedHead.objects.get(**books.own, size=size).note))


def public(books: Books) -> LedgerKeys:
    known = books.keys.public(books.store.organisation)
    assert known is not None
    return known


def test_fresh_keys_sign_what_comes_and_old_ones_what_was(books: Books) -> None:
    before = public(books)
    after = change(books)
    assert after == public(books)
    assert [period.first for period in after.periods] == [0, 3]
    assert after.origin == before.origin
    change(books)
    after = public(books)
    for size in (1, 2, 3):
        after.verify(note_at(books, size))
    before.verify(note_at(books, 2))
    with pytest.raises(CosignatureRejected):
        before.verify(note_at(books, 3))
    assert books.checked().wrong == []


def test_the_ledger_names_the_new_keys_and_the_old_ones_signed_that(books: Books) -> None:
    before = public(books)
    after = change(books)
    (record,) = books.store.records(kinds=[LEDGER_KEYS.name]).values()
    assert record.current.content.body["keys"] == [key.vkey for key in after.at(3)]
    assert record.current.content.why == "Yearly"
    before.verify(note_at(books, record.current.entry.sequence + 1))


def test_who_does_not_answer_for_it_changes_nothing(books: Books) -> None:
    with pytest.raises(Refused) as refused:
        change_keys(
            books.store,
            books.keys,
            acting=lambda _: Actor("mila"),
            why="Because",
            host="other.example.org",
            now=NOW,
        )
    assert refused.value.reason.code == "deed.role"
    assert len(public(books).periods) == 1
    assert not books.store.records(kinds=[LEDGER_KEYS.name])


@pytest.mark.parametrize("step", ["announce", "sign_alone", "change", "replace"])
def test_who_is_killed_half_way_goes_on_with_the_same_keys(
    books: Books, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    where = {"announce": changing_keys, "sign_alone": changing_keys, "change": KeyFolder, "replace": Path}[
        step
    ]
    with monkeypatch.context() as patched:
        if step == "replace":  # the last step: the keyring itself
            patched.setattr(
                Path, "replace", lambda one, to: killed() if one.suffix == ".next" else one.rename(to)
            )
        else:
            patched.setattr(where, step, killed)
        with pytest.raises(KeyboardInterrupt):
            change(books)
    change(books)
    assert len(public(books).periods) == 2
    assert len(books.store.records(kinds=[LEDGER_KEYS.name])) == 1
    assert sign_head(books.store, books.keys, host="x", now=NOW)
    assert books.checked().wrong == []


def test_without_keys_there_is_nothing_to_change(books: Books) -> None:
    for file in books.keys.root.iterdir():
        file.unlink()
    with pytest.raises(Refused) as refused:
        change(books)
    assert refused.value.reason.code == "head.keys-missing"
