"""Whatever a database's administrator does to what was recorded is found, and the first broken entry named."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from threading import Thread
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import QuerySet
from tests.records.cast import KINDS, NOTE, THING, doing, draft, ticking
from tests.server import databases
from tests.server.store.administrator import (
    HOST,
    NOW,
    SIGNED_AT,
    Books,
    chain,
    crown,
    keep,
    opened,
    other_history,
    rewrite,
    truncate,
    without_guards,
)

from standfirst.records.change import Refused
from standfirst.records.kind import Kinds
from standfirst.records.ledger import Head, commitment_to
from standfirst.server.store import checking
from standfirst.server.store.checking import Checked, Source, Vouched, check_organisation
from standfirst.server.store.comparing import first_difference
from standfirst.server.store.heads import sign_head, signed
from standfirst.server.store.ledger_keys import KeyFolder
from standfirst.server.store.models import (
    Anchor,
    Content,
    Current,
    Entry,
    LedgerHead,
    Link,
    Node,
    Outbox,
    SignedHead,
    Unique,
)
from standfirst.server.store.store import DatabaseStore
from standfirst.standards.reason import Reason
from standfirst.words.render import hint, sentence

UNIQUE = Kinds((replace(THING, unique=("title",)), NOTE))


@cache
def kept(engine: str) -> tuple[str, Path, UUID]:
    """Made once for all tests of this file: a database, the folder of what vouches for it, and the organisation."""
    url = databases.fresh(engine)
    folder = databases.set_up() / f"kept-{engine}"
    with databases.pointed_at(url):
        return url, folder, keep(folder, UNIQUE).store.organisation


@pytest.fixture
def books(engine: str, tmp_path: Path) -> Iterator[Books]:
    """A copy of a test's own."""
    url, folder, organisation = kept(engine)
    shutil.copytree(folder, tmp_path / "kept")
    with databases.pointed_at(databases.copy_of(engine, url)):
        yield opened(DatabaseStore(organisation, UNIQUE, clock=ticking(NOW)), tmp_path / "kept")


def wrong(checked: Checked) -> list[tuple[str, int | None]]:
    """Codes and entries; and every one of them can be said."""
    for each in checked.wrong:
        assert sentence(each.reason)
        hint(each.reason)
    return [(each.reason.code, each.sequence) for each in checked.wrong]


def entry(books: Books, sequence: int) -> QuerySet[Entry]:
    return Entry.objects.filter(**books.own, sequence=sequence)


def content(books: Books, sequence: int) -> QuerySet[Content]:
    return Content.objects.filter(**books.own, sequence=sequence)


def test_a_ledger_that_nobody_touched_holds(books: Books) -> None:
    checked = books.checked(noted=(books.store.head,))
    assert wrong(checked) == []
    assert (checked.head, checked.signed) == (books.store.head, SIGNED_AT[-1])
    assert checked.heads == {Source.SIGNED: 3, Source.KEPT: 3, Source.ANCHORED: 3, Source.NOTED: 1}


def test_what_is_not_signed_yet_holds_too(books: Books) -> None:
    books.store.perform(doing(draft(body={"title": "A mirror"})))
    checked = books.checked()
    assert (wrong(checked), checked.head.size, checked.signed) == ([], SIGNED_AT[-1] + 1, SIGNED_AT[-1])


def test_nothing_is_held_up_and_what_comes_meanwhile_is_not_looked_at(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_before(store: DatabaseStore) -> tuple[Reason, int | None] | None:
        """From another connection, as another process would."""

        def write() -> None:
            books.store.perform(doing(draft(body={"title": "Meanwhile"})))
            connection.close()

        other = Thread(target=write)
        other.start()
        other.join(20)
        assert not other.is_alive()
        return first_difference(store)

    monkeypatch.setattr(checking, "first_difference", write_before)
    checked = books.checked()
    assert (wrong(checked), checked.head.size) == ([], SIGNED_AT[-1])
    assert books.store.head.size == SIGNED_AT[-1] + 1


# --- entries and contents ---


def edit(books: Books) -> None:
    row = entry(books, 5)
    row.update(data=bytes(row.get().data).replace(b"record:moved", b"record:found"))


def edit_with_leaf(books: Books) -> None:
    rewrite(books, 5, actor="somebody else")


def edit_all_the_way(books: Books) -> None:
    rewrite(books, 5, actor="somebody else")
    chain(books, 6)


def delete(books: Books) -> None:
    for rows in (entry(books, 5), content(books, 5)):
        rows.delete()


def delete_and_close_up(books: Books) -> None:
    delete(books)
    chain(books, 5)


def swap(books: Books) -> None:
    one, other = entry(books, 5).get(), entry(books, 6).get()
    entry(books, 5).update(data=other.data, leaf=other.leaf)
    entry(books, 6).update(data=one.data, leaf=one.leaf)


def swap_rows(books: Books) -> None:
    for rows in (entry, content):
        rows(books, 5).update(sequence=100)
        rows(books, 6).update(sequence=5)
        rows(books, 100).update(sequence=6)


def cut(books: Books) -> None:
    Entry.objects.filter(**books.own, sequence__gte=9).delete()
    Content.objects.filter(**books.own, sequence__gte=9).delete()


def append(books: Books) -> None:
    """An entry that looks right, without its head."""
    last = entry(books, 11).get()
    Entry.objects.bulk_create(
        [
            Entry(
                organisation_id=books.store.organisation,
                sequence=12,
                record="x",
                version=1,
                data=last.data,
                leaf=last.leaf,
            )
        ]
    )
    rewrite(books, 12, sequence=12, previous=bytes(last.leaf).hex())
    Content.objects.bulk_create(
        [
            Content(
                organisation_id=books.store.organisation,
                sequence=12,
                salt=content(books, 11).get().salt,
                data=content(books, 11).get().data,
            )
        ]
    )


ENTRIES: dict[str, tuple[Callable[[Books], object], str, int]] = {
    "an entry edited": (edit, "ledger.entry-changed", 5),
    "an entry edited with its leaf": (edit_with_leaf, "ledger.replaced", 5),
    "an entry edited, and all after it fitted": (edit_all_the_way, "ledger.other-than-vouched", 4),
    "an entry deleted": (delete, "ledger.out-of-order", 5),
    "an entry deleted, and the rest closed up": (delete_and_close_up, "ledger.other-than-vouched", 4),
    "two entries exchanged": (swap, "ledger.out-of-order", 5),
    "two rows exchanged": (swap_rows, "ledger.out-of-order", 5),
    "the last entries cut off": (cut, "ledger.truncated", 9),
    "an entry appended": (append, "ledger.beyond-head", 12),
    "a content edited": (
        lambda books: content(books, 5).update(data=b"{}"),
        "ledger.content-changed",
        5,
    ),
    "a salt edited": (lambda books: content(books, 5).update(salt=bytes(32)), "ledger.content-changed", 5),
    "a content emptied": (
        lambda books: content(books, 5).update(salt=None, data=None),
        "ledger.content-missing",
        5,
    ),
    "a content deleted": (lambda books: content(books, 5).delete(), "ledger.content-missing", 5),
    "a salt taken away": (lambda books: content(books, 5).update(salt=None), "ledger.content-changed", 5),
    "the leaf beside an entry": (
        lambda books: entry(books, 5).update(leaf=bytes(32)),
        "ledger.entry-changed",
        5,
    ),
    "a leaf that is none": (lambda books: entry(books, 5).update(leaf=b"x"), "ledger.entry-changed", 5),
    "an entry that is none": (lambda books: entry(books, 5).update(data=b"x"), "ledger.entry-changed", 5),
}


@pytest.mark.parametrize(("damage", "code", "at"), ENTRIES.values(), ids=ENTRIES.keys())
def test_what_is_done_to_entries(books: Books, damage: Callable[[Books], object], code: str, at: int) -> None:
    with without_guards():
        damage(books)
    found = wrong(books.checked())
    assert found == [(code, at)]


def a_row(books: Books, sequence: int) -> None:
    """A row of the table of records about a thing, x, that came with this entry."""
    Current.objects.create(
        organisation_id=books.store.organisation,
        record="x",
        kind="thing",
        number="THG-0077",
        version=1,
        state="here",
        title="",
        first=sequence,
        sequence=sequence,
        recorded_at=NOW,
    )


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (b"{}", "ledger.content-unreadable"),
        (b'{"content":9}', "ledger.newer"),
        (b"x", "ledger.content-unreadable"),
    ],
)
def test_a_content_that_says_nothing(books: Books, said: bytes, code: str) -> None:
    """Committed to and chained by somebody with our own code; the worker signs what continues the ledger."""
    with without_guards():
        append(books)
        salt = bytes(32)
        rewrite(books, 12, commitment=commitment_to(salt, said), record="x", number="THG-0077", version=1)
        content(books, 12).update(salt=salt, data=said)
        crown(books, rebuilding=False)
        LedgerHead.objects.filter(**books.own).update(counters='{"NTE": 3, "THG": 77}')
        a_row(books, 12)
    books.sign()
    assert wrong(books.checked()) == [(code, 12)]


@pytest.mark.parametrize("columns", [{"record": "other"}, {"version": 7}], ids=["record", "version"])
def test_what_stands_beside_an_entry(books: Books, columns: dict[str, object]) -> None:
    """The comparison of lists reads these columns, so it finds something too."""
    with without_guards():
        entry(books, 5).update(**columns)
    assert wrong(books.checked()) == [("store.row-differs", 5), ("store.read-model", None)]


# --- a whole other history ---


def test_a_ledger_that_was_cut_short_with_everything_that_tells_of_it(books: Books) -> None:
    with without_guards():
        truncate(books, 8)
    assert wrong(books.checked()) == [
        ("head.taken-away", None),
        ("head.taken-away", None),
        ("ledger.shorter-than-vouched", 8),
    ]


def test_another_history_written_with_our_own_code(books: Books) -> None:
    with without_guards():
        other_history(books, 8)
    found = wrong(books.checked())
    assert found[-1] == ("ledger.other-than-vouched", 8)
    with pytest.raises(Refused) as refused:
        sign_head(books.store, books.keys, host=HOST, now=NOW)
    assert refused.value.reason.code == "head.other-than-signed"


def test_another_history_signed_with_other_keys(books: Books, tmp_path: Path) -> None:
    forger = KeyFolder(tmp_path / "forger")
    with without_guards():
        other_history(books, 8)
        SignedHead.objects.filter(**books.own).delete()
        with forger.alone(books.store.organisation):
            public = books.keys.public(books.store.organisation)
            assert public is not None
            forger.create(books.store.organisation, public.origin)
        assert sign_head(books.store, forger, host=HOST, now=NOW)
    found = wrong(books.checked())
    assert found[0] == ("head.not-signed", None)
    assert found[-1] == ("ledger.other-than-vouched", 8)


def test_an_old_backup_of_the_database(engine: str, tmp_path: Path) -> None:
    url = databases.fresh(engine)
    with databases.pointed_at(url):
        books = keep(tmp_path)
    old = databases.copy_of(engine, url)
    with databases.pointed_at(url):
        books.store.perform(doing(draft()))
        books.sign()
        assert wrong(books.checked()) == []
    with databases.pointed_at(old):
        found = wrong(books.checked(anchors=False))
        assert found == [("head.taken-away", None), ("ledger.shorter-than-vouched", 12)]
        with pytest.raises(Refused) as refused:
            sign_head(books.store, books.keys, host=HOST, now=NOW)
        assert refused.value.reason.code == "head.shorter-than-signed"
        # It goes on from there, and is as long as before: still another history.
        books.store.perform(doing(draft()))
        assert wrong(books.checked(anchors=False))[-1] == ("ledger.other-than-vouched", 12)


def test_an_old_backup_of_everything_but_the_public_log(engine: str, tmp_path: Path) -> None:
    url = databases.fresh(engine)
    with databases.pointed_at(url):
        books = keep(tmp_path)
    old = databases.copy_of(engine, url)
    shutil.copytree(books.keys.root, tmp_path / "old")
    with databases.pointed_at(url):
        books.store.perform(doing(draft()))
        books.sign()
    books.keys = KeyFolder(tmp_path / "old")
    with databases.pointed_at(old):
        assert wrong(books.checked(anchors=False)) == []  # nothing that is left knows better
        assert wrong(books.checked())[-1] == ("ledger.shorter-than-vouched", 12)
        newest = Head(13, "0" * 64)
        assert wrong(books.checked(anchors=False, noted=(newest,))) == [("ledger.shorter-than-vouched", 12)]


# --- what stands beside the entries ---


def forged(books: Books) -> None:
    """A head of this ledger as it is, by somebody who has not the keys."""
    public = books.keys.public(books.store.organisation)
    assert public is not None
    other = KeyFolder(books.keys.root.parent / "other")
    with other.alone(books.store.organisation):
        other.create(books.store.organisation, public.origin)
    note = signed(books.store.head, other.signers(books.store.organisation, public.origin), NOW)
    SignedHead.objects.filter(**books.own, size=12).update(note=note.format())


BESIDE: dict[str, tuple[Callable[[Books], object], list[str]]] = {
    "the root": (lambda b: LedgerHead.objects.filter(**b.own).update(root=bytes(32)), ["ledger.root"]),
    "the size": (lambda b: LedgerHead.objects.filter(**b.own).update(size=11), ["ledger.beyond-head"]),
    "the counters": (
        lambda b: LedgerHead.objects.filter(**b.own).update(counters='{"THG": 3}'),
        ["store.head-row-differs"],
    ),
    "the peaks": (
        lambda b: LedgerHead.objects.filter(**b.own).update(peaks=bytes(64)),
        ["store.head-row-differs"],
    ),
    "peaks that are none": (
        lambda b: LedgerHead.objects.filter(**b.own).update(peaks=b"x"),
        ["store.head-row-differs"],
    ),
    "the last leaf": (
        lambda b: LedgerHead.objects.filter(**b.own).update(last_leaf=bytes(32)),
        ["store.head-row-differs"],
    ),
    "the last time": (
        lambda b: LedgerHead.objects.filter(**b.own).update(last_time=NOW),
        ["store.head-row-differs"],
    ),
    "the mark of a simulation": (
        lambda b: LedgerHead.objects.filter(**b.own).update(simulation=False, fictional=True),
        ["store.head-row-differs"],
    ),
    "a node too many": (
        lambda b: Node.objects.create(
            organisation_id=b.store.organisation, level=8, position=0, hash=bytes(32)
        ),
        ["store.node-differs"],
    ),
    "a content too many": (
        lambda b: Content.objects.create(
            organisation_id=b.store.organisation, sequence=12, salt=bytes(32), data=b"{}"
        ),
        ["store.content-beyond"],
    ),
    "all signed heads deleted": (
        lambda b: SignedHead.objects.filter(**b.own).delete(),
        ["head.taken-away", "head.taken-away"],
    ),
    "one signed head deleted": (
        lambda b: SignedHead.objects.filter(**b.own, size=8).delete(),
        ["head.taken-away", "head.taken-away"],
    ),
    "the newest signed head deleted, and the anchors' rows": (
        lambda b: (
            SignedHead.objects.filter(**b.own, size=12).delete(),
            Anchor.objects.filter(**b.own).delete(),
        ),
        ["head.taken-away", "head.taken-away"],
    ),
    "a signed head that is none": (
        lambda b: SignedHead.objects.filter(**b.own, size=8).update(note=b"x"),
        ["head.not-signed", "head.taken-away", "head.taken-away"],
    ),
    "a signed head by other keys": (forged, ["head.not-signed", "head.taken-away", "head.taken-away"]),
    "a signed head moved": (
        lambda b: SignedHead.objects.filter(**b.own, size=8).update(size=9),
        ["head.other-size"],
    ),
    "a title in a list": (
        lambda b: Current.objects.filter(**b.own, number="THG-0002").update(title="Nothing"),
        ["store.read-model"],
    ),
    "a state in a list": (
        lambda b: Current.objects.filter(**b.own, number="NTE-0001").update(state="gone"),
        ["store.read-model"],
    ),
    "a record that is hidden": (
        lambda b: Current.objects.filter(**b.own, number="THG-0002").update(erased=True),
        ["store.read-model"],
    ),
    "a number": (
        lambda b: Current.objects.filter(**b.own, number="THG-0002").update(number="THG-0009"),
        ["store.read-model"],
    ),
    "an older version shown as the newest": (
        lambda b: Current.objects.filter(**b.own, number="THG-0002").update(sequence=1, version=1),
        ["store.read-model"],
    ),
    "a record that is gone from lists": (
        lambda b: Current.objects.filter(**b.own, number="THG-0003").delete(),
        ["store.read-model"],
    ),
    "a record that never was": (
        lambda b: a_row(b, 3),
        ["store.read-model"],
    ),
    "a value that is a record's own": (
        lambda b: Unique.objects.filter(**b.own, number="THG-0002").update(value=bytes(32)),
        ["store.read-model"],
    ),
    "a value of nobody's": (
        lambda b: Unique.objects.create(
            organisation_id=b.store.organisation,
            record="x",
            number="THG-0077",
            kind="thing",
            field="title",
            value=bytes(32),
        ),
        ["store.read-model"],
    ),
    "a link deleted": (
        lambda b: Link.objects.filter(id__in=Link.objects.filter(**b.own).values("id")[:1]).delete(),
        ["store.read-model"],
    ),
    "a link turned": (
        lambda b: Link.objects.filter(**b.own).update(relation="other"),
        ["store.read-model"],
    ),
    "a link from nowhere": (
        lambda b: Link.objects.create(
            organisation_id=b.store.organisation, source="x", relation="about", target="x", position=0
        ),
        ["store.read-model"],
    ),
}


@pytest.mark.parametrize(("damage", "codes"), BESIDE.values(), ids=BESIDE.keys())
def test_what_is_done_beside_the_entries(
    books: Books, damage: Callable[[Books], object], codes: list[str]
) -> None:
    with without_guards():
        damage(books)
    assert [code for code, _ in wrong(books.checked())] == codes


MADE_ANEW = [
    name
    for name, (_, codes) in BESIDE.items()
    if codes[0].startswith("store.") and name != "a content too many"
]
assert len(MADE_ANEW) == 19


@pytest.mark.parametrize("name", MADE_ANEW)
def test_what_can_be_told_from_the_entries_is_made_anew_from_them(books: Books, name: str) -> None:
    with without_guards():
        BESIDE[name][0](books)
    assert wrong(books.checked()) != []
    books.store.rebuild()
    assert wrong(books.checked()) == []


def test_a_head_that_the_entries_do_not_give_is_never_fitted_to_them(books: Books) -> None:
    with without_guards():
        rewrite(books, 11, actor="somebody else")
        LedgerHead.objects.filter(**books.own).update(counters="{}")
    books.store.rebuild()
    assert wrong(books.checked()) == [("ledger.root", SIGNED_AT[1])]
    assert LedgerHead.objects.get(**books.own).counters == "{}"


def test_guards_that_are_gone_are_told(books: Books) -> None:
    with connection.cursor() as cursor:
        on = " ON store_entry" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER store_entry_written_once{on}")
    checked = books.checked()
    assert wrong(checked) == [("store.guards", None)]
    assert checked.wrong[0].reason.parameters["names"] == ("store_entry_written_once",)


def test_nobody_is_believed_without_keys(books: Books) -> None:
    assert wrong(check_organisation(books.store, Vouched())) == [("head.no-keys", None)]


def test_a_head_that_is_about_to_be_put_into_the_table_is_not_missed(books: Books) -> None:
    organisation = books.store.organisation
    books.store.perform(doing(draft(body={"title": "A mirror"})))
    signers = books.keys.signers(organisation, f"{HOST}/o/{organisation}")
    books.keys.keep(organisation, signed(books.store.head, signers, NOW))
    assert wrong(books.checked()) == []
    Outbox.objects.filter(**books.own).update(done=True)
    assert wrong(books.checked()) == [("head.taken-away", None)]


def test_each_organisation_by_itself(own_database: str, tmp_path: Path) -> None:  # noqa: ARG001
    one, other = keep(tmp_path / "one", KINDS), keep(tmp_path / "other", KINDS)
    with without_guards():
        edit(other)
    assert wrong(one.checked()) == []
    assert wrong(other.checked()) == [("ledger.entry-changed", 5)]
