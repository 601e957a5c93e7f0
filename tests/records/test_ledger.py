"""The ledger: a history as it was written is proved; of one that was changed, the first broken entry is named.

Every way of tampering stands in one table, with what must then be named. Where the entry itself cannot be named, the
row says why. Two rules hold throughout: nothing is ever called sound that was changed while a head vouches for it, and
what is named never lies behind the first entry that was really changed.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.records.books import FILES, Books, keep, read, write
from tests.records.cast import FIRST, KINDS, amend, doing, draft, found, note, ticking

from standfirst.cli.main import run
from standfirst.records.ledger import EMPTY, Head, Sealed, check, leaf_of
from standfirst.records.memory import MemoryStore
from standfirst.records.package.door import FolderFiles
from standfirst.records.package.store import PackageStore, read_ledger

often = settings(deadline=None, max_examples=60)

# --- the ways of tampering ---

Tamper = Callable[[Books, int], object]
Place = Callable[[int, int], int]


@dataclass(frozen=True)
class Way:
    """What somebody does at entry ``at``; which entry of how many is then named, and by which reason.

    ``last`` says what is named where the last entry is the one tampered with, if that differs.
    """

    name: str
    tamper: Tamper
    code: str
    named: Place = lambda at, _: at
    last: tuple[Place, str] | None = None


def edit_entry(books: Books, at: int) -> None:
    books.entries[at] = books.entries[at].replace(b"2026", b"2025", 1)


def edit_content(books: Books, at: int) -> None:
    books.contents[at] = books.contents[at].replace(b'"why":"B', b'"why":"b', 1)


def edit_leaf(books: Books, at: int) -> None:
    books.leaves[at] = bytes(reversed(books.leaves[at]))


def shout_salt(books: Books, at: int) -> None:
    salt, _, content = books.contents[at].partition(b" ")
    books.contents[at] = salt.upper() + b" " + content


def other_salt(books: Books, at: int) -> None:
    _, _, content = books.contents[at].partition(b" ")
    books.contents[at] = b"00" * 32 + b" " + content


def swap_salts(books: Books, at: int) -> None:
    """With the entry after it; the last one with the entry before."""
    other = at + 1 if at + 1 < len(books) else at - 1
    mine, _, content = books.contents[at].partition(b" ")
    theirs, _, others = books.contents[other].partition(b" ")
    books.contents[at], books.contents[other] = theirs + b" " + content, mine + b" " + others


def swap_contents(books: Books, at: int) -> None:
    other = at + 1 if at + 1 < len(books) else at - 1
    books.contents[at], books.contents[other] = books.contents[other], books.contents[at]


def delete(books: Books, at: int) -> None:
    for lines in books.files:
        del lines[at]


def duplicate(books: Books, at: int) -> None:
    for lines in books.files:
        lines.insert(at, lines[at])


def reorder(books: Books, at: int) -> None:
    """The entry changes places with the one after it; the last one with the entry before."""
    other = at + 1 if at + 1 < len(books) else at - 1
    for lines in books.files:
        lines[at], lines[other] = lines[other], lines[at]


def truncate(books: Books, at: int) -> None:
    for lines in books.files:
        del lines[at:]


def rewrite(books: Books, at: int) -> None:
    """The entry together with its leaf: somebody else did it."""
    books.rewrite(at, lambda value: value.update(actor="somebody-else"))


def rewrite_and_unchain(books: Books, at: int) -> None:
    """The entry with its leaf, and the leaf that it names before it is another."""
    books.rewrite(at, lambda value: value.update(previous="f" * 64))


def rewrite_two(books: Books, at: int) -> None:
    for one in (at, min(at + 1, len(books) - 1)):
        books.rewrite(one, lambda value: value.update(actor="somebody-else"))


def rewrite_and_crown(books: Books, at: int) -> None:
    rewrite(books, at)
    books.crown()


def rewrite_unchain_and_crown(books: Books, at: int) -> None:
    rewrite_and_unchain(books, at)
    books.crown()


def rewrite_tail(books: Books, at: int) -> None:
    """The entry and all after it, in one piece: they agree with each other."""
    rewrite(books, at)
    books.chain(at + 1)


def erase(books: Books, at: int) -> None:
    books.contents[at] = b"-"


def turn_back_time(books: Books, at: int) -> None:
    """With every tool there is: leaves, links and head are made anew, but time goes back."""
    books.rewrite(at, lambda value: value.update(recorded_at="2025-12-31T23:59:59+00:00"))
    books.chain(at + 1)
    books.crown()


def in_one_file(which: int, do: Callable[[list[bytes], int], object]) -> Tamper:
    return lambda books, at: do(books.files[which], at)


def _before(at: int, size: int) -> int:
    return at if at + 1 < size else at - 1


NOWHERE = (lambda _at, _size: 0, "ledger.root")
"""The last entry rewritten with its leaf: no entry after it remembers the leaf that it had, and a root says that leaves
differ, not which. So nothing can be named, and the first entry that nothing vouches for is the very first."""

WAYS = [
    Way("edit an entry", edit_entry, "ledger.entry-changed"),
    Way("edit a content", edit_content, "ledger.content-changed"),
    Way("edit a leaf", edit_leaf, "ledger.entry-changed"),
    Way("write a salt in capitals", shout_salt, "ledger.content-changed"),
    Way("replace a salt", other_salt, "ledger.content-changed"),
    Way("swap salts", swap_salts, "ledger.content-changed", _before),
    Way("swap contents", swap_contents, "ledger.content-changed", _before),
    Way("erase a content", erase, "ledger.content-missing"),
    Way("delete", delete, "ledger.out-of-order", last=(lambda at, _: at, "ledger.truncated")),
    Way("duplicate", duplicate, "ledger.out-of-order", lambda at, _: at + 1),
    Way("reorder", reorder, "ledger.out-of-order", _before),
    Way("truncate", truncate, "ledger.truncated"),
    Way("rewrite with its leaf", rewrite, "ledger.replaced", last=NOWHERE),
    Way(
        "rewrite with its leaf and link",
        rewrite_and_unchain,
        "ledger.replaced",
        # The last one again: whether it or the one before was replaced cannot be told; the earlier of the two is named.
        last=(lambda at, _: at - 1, "ledger.replaced"),
    ),
    Way(
        "rewrite two with their leaves",
        rewrite_two,
        "ledger.replaced",
        last=NOWHERE,
    ),
    Way(
        "rewrite with its leaf, link and head",
        rewrite_unchain_and_crown,
        "ledger.replaced",
        lambda at, _: max(
            at - 1, 0
        ),  # no root left to say which of two neighbours lies: the earlier is named
    ),
    Way(
        "rewrite with leaf and head",
        rewrite_and_crown,
        "ledger.replaced",
        # The last entry and the head: nothing within the package can show it; a noted head does.
        last=(lambda _at, _size: -1, ""),
    ),
    Way(
        "rewrite all from there on",
        rewrite_tail,
        "ledger.root",
        lambda _at, _size: 0,  # the entries agree with each other, so only the root speaks, and it names none
    ),
    Way("turn back time", turn_back_time, "ledger.time-back"),
    Way("delete an entry's line", in_one_file(0, list.__delitem__), "ledger.entry-changed"),
    Way("delete a leaf's line", in_one_file(1, list.__delitem__), "ledger.entry-changed"),
    Way(
        "delete a content's line",
        in_one_file(2, list.__delitem__),
        "ledger.content-changed",
        last=(lambda at, _: at, "ledger.content-missing"),
    ),
    Way(
        "an empty line among the entries",
        in_one_file(0, lambda lines, at: lines.insert(at, b"")),
        "ledger.entry-changed",
    ),
]

# --- found, by the library and on the command line ---


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return keep(tmp_path_factory.mktemp("kept") / "acme")


@pytest.fixture
def folder(kept: Path, tmp_path: Path) -> Path:
    """A ledger of nine entries, to be tampered with."""
    shutil.copytree(kept, tmp_path / "acme")
    return tmp_path / "acme"


def told(folder: Path, capsys: pytest.CaptureFixture[str], noted: Head | None = None) -> tuple[int, str]:
    """Exit code and output of ``standfirst ledger check``."""
    capsys.readouterr()
    code = run(["ledger", "check", str(folder), *(["--head", str(noted)] if noted else [])])
    return code, capsys.readouterr().out


def test_a_history_as_it_was_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sealed, head = read_ledger(FolderFiles(folder))
    assert check(sealed, head) is None
    assert check(sealed, head, noted=[head]) is None
    assert told(folder, capsys)[0] == 0
    code, said = told(folder, capsys, head)
    assert code == 0
    assert "9 entries, each as it was written; agrees with the noted head at 9" in said


@pytest.mark.parametrize("way", WAYS, ids=lambda way: str(way.name))
def test_the_first_broken_entry_is_named(way: Way, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = read(folder)
    noted = whole.noted()
    for at in range(1 if way.tamper is turn_back_time else 0, len(whole)):
        books = whole.copy()
        way.tamper(books, at)
        write(folder, books)
        expected, code = way.named, way.code
        if way.last is not None and at == len(whole) - 1:
            expected, code = way.last

        found = check(*read_ledger(FolderFiles(folder)))
        if not code:
            assert found is None
            assert check(*read_ledger(FolderFiles(folder)), noted=[noted]) is not None
            continue
        assert found is not None
        assert (found.sequence, found.reason.code) == (expected(at, len(whole)), code), f"at {at}"
        exit_code, said = told(folder, capsys)
        assert exit_code == 1
        assert f"BROKEN at ledger/entries.jsonl:{found.sequence + 1}: " in said


@pytest.mark.parametrize("way", WAYS, ids=lambda way: str(way.name))
def test_a_broken_ledger_is_not_opened(way: Way, folder: Path) -> None:
    books = read(folder)
    way.tamper(books, 4)
    write(folder, books)
    with pytest.raises(ValueError, match=r"ledger/entries\.jsonl:\d+: ledger\."):
        PackageStore(FolderFiles(folder), KINDS, clock=ticking())


# --- heads ---


def test_a_head_that_says_less(folder: Path) -> None:
    books = read(folder)
    for size in range(len(books)):
        books.head["size"] = size
        write(folder, books)
        found = check(*read_ledger(FolderFiles(folder)))
        assert found is not None
        assert (found.sequence, found.reason.code) == (size, "ledger.beyond-head")


def test_a_head_that_says_more(folder: Path) -> None:
    """A head that was raised and a ledger that was cut look the same: the first entry that is missing is named."""
    books = read(folder)
    books.head["size"] = len(books) + 3
    write(folder, books)
    found = check(*read_ledger(FolderFiles(folder)))
    assert found is not None
    assert (found.sequence, found.reason.code) == (9, "ledger.truncated")


def test_a_head_with_another_root(folder: Path) -> None:
    """Head or leaves: one of them was changed, and nothing within the package can tell which. A noted head can."""
    books = read(folder)
    noted = books.noted()
    books.head["root"] = "0" * 64
    write(folder, books)
    sealed, head = read_ledger(FolderFiles(folder))
    alone, helped = check(sealed, head), check(sealed, head, noted=[noted])
    assert alone is not None
    assert helped is not None
    assert (alone.sequence, alone.reason.code) == (0, "ledger.root")
    assert (helped.sequence, helped.reason.code) == (
        9,
        "ledger.root",
    )  # all nine entries hold: it is the head


def test_a_noted_head_that_agrees_narrows_a_rewritten_tail(folder: Path) -> None:
    whole = read(folder)
    early = whole.copy()
    truncate(early, 5)
    early.crown()
    rewrite_tail(whole, 6)
    write(folder, whole)
    found = check(*read_ledger(FolderFiles(folder)), noted=[early.noted()])
    assert found is not None
    assert (found.sequence, found.reason.code) == (5, "ledger.root")


def test_a_cut_ledger_with_a_head_to_match(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Within the package nothing is wrong; the noted head says how much is gone."""
    whole = read(folder)
    noted = whole.noted()
    for size in range(1, len(whole)):
        books = whole.copy()
        truncate(books, size)
        books.crown()
        write(folder, books)
        assert check(*read_ledger(FolderFiles(folder))) is None
        found = check(*read_ledger(FolderFiles(folder)), noted=[noted])
        assert found is not None
        assert (found.sequence, found.reason.code) == (size, "ledger.shorter-than-noted")
        assert told(folder, capsys)[0] == 0
        code, said = told(folder, capsys, noted)
        assert (code, f"BROKEN at ledger/entries.jsonl:{size + 1}: " in said) == (1, True)


def test_a_ledger_taken_away_altogether(folder: Path) -> None:
    noted = read(folder).noted()
    shutil.rmtree(folder / "ledger")
    assert read_ledger(FolderFiles(folder)) == ([], EMPTY)
    found = check([], EMPTY, noted=[noted])
    assert found is not None
    assert (found.sequence, found.reason.code) == (0, "ledger.shorter-than-noted")


def test_a_history_written_anew_with_our_own_code(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sound in itself: only a head noted elsewhere shows it, and a root names no entry."""
    noted = read(folder).noted()
    forged = keep(tmp_path / "forged", text="It holds, we say")
    assert told(forged, capsys)[0] == 0
    code, said = told(forged, capsys, noted)
    assert code == 1
    assert "BROKEN at ledger/entries.jsonl:1: This is another history" in said


def test_a_tail_written_anew_with_our_own_code(folder: Path) -> None:
    books = read(folder)
    noted = books.noted()
    truncate(books, 6)
    books.crown()
    early = books.noted()
    write(folder, books)
    store = PackageStore(FolderFiles(folder), KINDS, clock=lambda: FIRST)
    for _ in range(3):
        store.perform(doing(draft()))
    assert check(store.ledger(), store.head) is None
    assert check(store.ledger(), store.head, noted=[early]) is None  # noted before it forked
    found = check(store.ledger(), store.head, noted=[noted])
    assert found is not None
    assert found.reason.code == "ledger.other-than-noted"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "ledger.head-missing"),
        ("{", "json.syntax"),
        ("[9]", "ledger.head-unreadable"),
        ('{"size": -1, "root": "x"}', "ledger.head-unreadable"),
        ('{"size": true, "root": "x"}', "ledger.head-unreadable"),
        ('{"size": 9}', "ledger.head-unreadable"),
    ],
)
def test_a_head_that_is_none(folder: Path, text: str, code: str, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "ledger/head.json").write_text(text)
    with pytest.raises(ValueError, match=code):
        read_ledger(FolderFiles(folder))
    assert told(folder, capsys)[0] == 2


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_lost_its_last_line_end(folder: Path, name: str) -> None:
    """What we write ends with one; without it the last line was not written by us, and nothing is written behind it."""
    path = folder / "ledger" / name
    path.write_bytes(path.read_bytes()[:-1])
    found = check(*read_ledger(FolderFiles(folder)))
    assert found is not None
    assert found.sequence == 8


def test_line_ends_of_another_system(folder: Path) -> None:
    path = folder / "ledger/entries.jsonl"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    found = check(*read_ledger(FolderFiles(folder)))
    assert found is not None
    assert found.sequence == 0


# --- any history, any change ---

TEXT = st.text(st.sampled_from('aZ é漢\U0001f600\n"\\\u2028'), max_size=12)


@st.composite
def histories(draw: st.DrawFn) -> MemoryStore:
    """Things and notes, new and amended, one or several a change, at times that may stand still."""
    store = MemoryStore(KINDS, clock=ticking())
    found(store, simulation=draw(st.booleans()))
    for choice in draw(st.lists(st.integers(0, 3), max_size=8)):
        records = [record.id for record in store.records().values()]  # in the order in which they came
        if choice == 0:
            store.perform(doing(draft(body={"title": draw(TEXT)}, why=draw(TEXT))))
        elif choice == 1:
            store.perform(doing(note(body={"title": draw(TEXT)}), draft(why=draw(TEXT))))
        else:
            store.perform(amend(draw(st.sampled_from(records)), title=draw(TEXT)))
    return store


@often
@given(histories())
def test_every_history_is_sound(store: MemoryStore) -> None:
    assert check(store.ledger(), store.head) is None
    assert check(store.ledger(), store.head, noted=[store.head]) is None


@often
@given(histories(), st.data())
def test_every_earlier_head_still_agrees(store: MemoryStore, data: st.DataObject) -> None:
    ledger = store.ledger()
    size = data.draw(st.integers(0, len(ledger)))
    growing = MemoryStore(KINDS, clock=ticking())
    for sealed in ledger[:size]:
        growing._take(growing._read(sealed))
    assert check(ledger, store.head, noted=[growing.head]) is None
    shorter = check(ledger[:size], growing.head, noted=[store.head])
    assert (shorter is None) == (size == len(ledger))


def changed_byte(data: st.DataObject, old: bytes) -> bytes:
    place = data.draw(st.integers(0, len(old) - 1))
    flipped = data.draw(st.integers(1, 255))
    return old[:place] + bytes([old[place] ^ flipped]) + old[place + 1 :]


@often
@given(histories(), st.data())
def test_every_byte_counts(store: MemoryStore, data: st.DataObject) -> None:
    ledger = list(store.ledger())
    at = data.draw(st.integers(0, len(ledger) - 1))
    sealed = ledger[at]
    part = data.draw(st.sampled_from(["entry", "leaf", "salt", "content"]))
    if part == "entry":
        ledger[at] = replace(sealed, entry=changed_byte(data, sealed.entry))
    elif part == "leaf":
        ledger[at] = replace(sealed, leaf=changed_byte(data, sealed.leaf.encode()).decode("latin-1"))
    elif part == "salt":
        ledger[at] = replace(sealed, salt=changed_byte(data, sealed.salt))
    else:
        ledger[at] = replace(sealed, content=changed_byte(data, sealed.content or b""))
    found = check(ledger, store.head)
    assert found is not None
    assert found.sequence == at


def moved_about(data: st.DataObject, size: int) -> Iterator[int]:
    """Which entries stand there afterwards: some left out, some doubled, in some order."""
    return iter(data.draw(st.lists(st.integers(0, size - 1), max_size=size + 2)))


@often
@given(histories(), st.data())
def test_entries_left_out_doubled_or_moved(store: MemoryStore, data: st.DataObject) -> None:
    ledger = store.ledger()
    order = list(moved_about(data, len(ledger)))
    found = check([ledger[index] for index in order], store.head)
    first = next((at for at, index in enumerate(order) if at != index), None)
    if first is None and len(order) == len(ledger):
        assert found is None
    else:
        assert found is not None
        assert found.sequence == (len(order) if first is None else first)


@often
@given(histories(), st.data())
def test_entries_replaced_with_their_leaves_are_never_named_too_late(
    store: MemoryStore, data: st.DataObject
) -> None:
    """Any number of entries, each with its leaf, with or without the leaf that it names before it."""
    ledger = store.ledger()
    books = Books(
        [s.entry for s in ledger],
        [s.leaf.encode() for s in ledger],
        [b"" for _ in ledger],
        {"size": store.head.size, "root": store.head.root},
    )
    forged = data.draw(st.sets(st.integers(0, len(ledger) - 1), min_size=1))
    for at in forged:
        field = data.draw(st.sampled_from(["actor", "previous"]))
        books.rewrite(at, lambda value, field=field: value.update({field: "f" * 64}))  # type: ignore[misc]
    rows = zip(ledger, books.entries, books.leaves, strict=True)
    broken = [replace(s, entry=entry, leaf=leaf.decode()) for s, entry, leaf in rows]
    found = check(broken, store.head)
    assert found is not None
    assert found.sequence <= min(forged)
    if (
        len(forged) == 1 and len(ledger) - 1 not in forged
    ):  # the root and the entry after it still vouch for the rest
        assert found.sequence == min(forged)


def test_time_may_stand_still_but_not_go_back() -> None:
    store = MemoryStore(KINDS, clock=lambda: FIRST)
    found(store)
    store.perform(doing(draft(), draft()))
    times = {record.current.entry.recorded_at for record in store.records().values()}
    assert times == {FIRST}
    assert check(store.ledger(), store.head) is None


def test_times_are_compared_as_times_not_as_text(tmp_path: Path) -> None:
    """11:30 in Berlin is before 10:45 in London."""
    books = read(keep(tmp_path / "acme"))
    for at, time in enumerate(["2026-01-05T11:30:00+01:00", *["2026-01-05T10:45:00+00:00"] * 8]):
        books.rewrite(at, lambda value, time=time: value.update(recorded_at=time))  # type: ignore[misc]
    books.chain(1)
    books.crown()
    write(tmp_path / "acme", books)
    assert check(*read_ledger(FolderFiles(tmp_path / "acme"))) is None


@pytest.mark.parametrize(
    "entry",
    [b"", b"{}", b"[]", b"null", b"\xff", b'{"sequence":0}', b"7" * 5_000, b"[" * 5_000],
    ids=["empty", "object", "list", "null", "not text", "half", "number", "deep"],
)
def test_an_entry_that_is_none(entry: bytes) -> None:
    found = check([Sealed(entry, leaf_of(entry), b"", b"{}")], Head(1, leaf_of(entry)))
    assert found is not None
    assert (found.sequence, found.reason.code) == (0, "ledger.entry-unreadable")
