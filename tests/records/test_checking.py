"""Checking a ledger that erases, that streams, and against several heads: any one change is found, and never named too late."""

import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.records.cast import amend, doing, draft, found, note, ticking
from tests.records.erasing import KINDS, erase, erasing

from standfirst.records.ledger import EMPTY, NO_LEAF, Break, Entry, Head, Sealed, check, leaf_of
from standfirst.records.memory import MemoryStore
from standfirst.trust.canonical import canonical_bytes, parse_canonical
from standfirst.trust.digests import new_salt
from standfirst.trust.merkle import CompactRange

often = settings(deadline=None, max_examples=80)


@dataclass
class History:
    """A ledger with erasures, what its erased contents were, and every head that it had."""

    ledger: list[Sealed]
    before: dict[int, Sealed]
    heads: list[Head]

    @property
    def head(self) -> Head:
        return self.heads[-1]

    @property
    def entries(self) -> list[Entry]:
        return [Entry.from_bytes(sealed.entry) for sealed in self.ledger]

    @property
    def acts(self) -> list[int]:
        return [entry.sequence for entry in self.entries if entry.erases]

    def check(self, ledger: Sequence[Sealed] | None = None, noted: Sequence[Head] = ()) -> Break | None:
        return check(self.ledger if ledger is None else ledger, self.head, noted=noted)

    def changed(self, at: int, **parts: Any) -> list[Sealed]:
        return [replace(sealed, **parts) if n == at else sealed for n, sealed in enumerate(self.ledger)]


def history_of(store: MemoryStore, before: dict[int, Sealed]) -> History:
    tree, heads = CompactRange(), [EMPTY]
    for sealed in store.ledger():
        tree.append(bytes.fromhex(sealed.leaf))
        heads.append(Head(tree.size, tree.root().hex()))
    return History(list(store.ledger()), before, heads)


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Things and notes, new and amended, and at least one erasure, whole or of older versions."""
    store = MemoryStore(KINDS, clock=ticking())
    found(store)
    store.perform(doing(draft(), note()))
    whole: dict[int, Sealed] = {}
    for choice in [*draw(st.lists(st.integers(0, 5), max_size=9)), 4]:
        things = [record.id for record in store.records(kinds=["thing", "note"]).values()]
        if choice == 0 or not things:
            store.perform(doing(draft(), note()))
        elif choice <= 2:
            store.perform(amend(draw(st.sampled_from(things)), title=f"Title {choice}"))
        elif choice == 3 and (
            old := [v for r in store.records().values() for v in r.versions[:-1] if not v.entry.erases]
        ):
            store.perform(doing(erasing(draw(st.sampled_from(old)).entry.sequence)))
        if choice >= 4:
            store.perform(doing(note()))
            whole |= {n: sealed for n, sealed in enumerate(store.ledger()) if sealed.content is not None}
            wanted = [i for i, r in store.records(kinds=["thing", "note"]).items() if not _acts(r.versions)]
            erase(store, *draw(st.lists(st.sampled_from(wanted), min_size=1, max_size=2, unique=True)))
        whole |= {n: sealed for n, sealed in enumerate(store.ledger()) if sealed.content is not None}
    now = store.ledger()
    return history_of(store, {n: sealed for n, sealed in whole.items() if now[n].content is None})


def _acts(versions: Sequence[Any]) -> bool:
    return any(version.entry.erases for version in versions)


# --- as it was written ---


@often
@given(histories())
def test_it_is_sound_under_every_head_that_it_had(history: History) -> None:
    assert history.acts
    assert history.check() is None
    assert history.check(noted=history.heads) is None


def test_it_is_read_once_and_where_it_is_broken_once_more() -> None:
    store = MemoryStore(KINDS, clock=ticking())
    found(store)
    store.perform(doing(draft(), draft()))
    readings = []

    class Stream:
        def __init__(self, ledger: Sequence[Sealed]) -> None:
            self.ledger = ledger

        def __iter__(self) -> Iterator[Sealed]:
            readings.append(1)
            return iter(self.ledger)

    assert check(Stream(store.ledger()), store.head) is None
    assert len(readings) == 1
    first, second, third = store.ledger()
    broken = check(Stream([first, replace(second, salt=new_salt()), third]), store.head)
    assert (broken and broken.sequence, len(readings)) == (1, 3)
    with pytest.raises(TypeError, match="again"):
        check(iter(store.ledger()), store.head)


def test_memory_does_not_grow_with_the_ledger() -> None:
    store = MemoryStore(KINDS, clock=ticking())
    found(store)
    for _ in range(20):
        store.perform(doing(*(draft() for _ in range(100))))
    ledger = store.ledger()

    def peak(size: int) -> int:
        head = Head(size, tree_of(ledger[:size]).root().hex())
        part = ledger[:size]
        tracemalloc.start()
        assert check(part, head) is None
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    peak(10)  # what is made once
    assert peak(2000) < peak(200) + 4096


def tree_of(ledger: Sequence[Sealed]) -> CompactRange:
    tree = CompactRange()
    for sealed in ledger:
        tree.append(bytes.fromhex(sealed.leaf))
    return tree


# --- any one change ---


def changed_byte(data: st.DataObject, old: bytes) -> bytes:
    place = data.draw(st.integers(0, len(old) - 1))
    return old[:place] + bytes([old[place] ^ data.draw(st.integers(1, 255))]) + old[place + 1 :]


@often
@given(histories(), st.data())
def test_every_byte_counts(history: History, data: st.DataObject) -> None:
    """Where an entry that erases is damaged, nothing vouches any more for what it erased, and that comes first."""
    at = data.draw(st.sampled_from([*range(len(history.ledger)), *history.acts]))
    sealed = history.ledger[at]
    part = data.draw(
        st.sampled_from(["entry", "leaf"] if sealed.content is None else ["entry", "leaf", "salt", "content"])
    )
    first = at
    if part == "leaf":
        ledger = history.changed(at, leaf=changed_byte(data, sealed.leaf.encode()).decode("latin-1"))
        vouched = at + 1 < len(history.ledger)  # by the entry after, which names the leaf that it had
    else:
        ledger = history.changed(at, **{part: changed_byte(data, getattr(sealed, part))})
        vouched = part != "entry"
    if not vouched:
        first = min([at, *history.entries[at].erases])
    found = history.check(ledger)
    assert found is not None
    assert found.sequence == first


@often
@given(histories(), st.data())
def test_what_was_erased_and_comes_back_is_found(history: History, data: st.DataObject) -> None:
    """From a backup, say: the content, its salt, or both, or something else in their place."""
    at = data.draw(st.sampled_from(sorted(history.before)))
    old = history.before[at]
    ways: list[dict[str, Any]] = [
        {"content": old.content, "salt": old.salt},
        {"content": old.content},
        {"salt": old.salt},
        {"content": b""},
        {"salt": b"x"},
    ]
    parts = data.draw(st.sampled_from(ways))
    found = history.check(history.changed(at, **parts))
    assert found is not None
    whole = parts.keys() == {"content", "salt"}
    code = "ledger.erased-content-there" if whole else "ledger.content-changed"
    assert (found.sequence, found.reason.code) == (at, code)


@often
@given(histories(), st.data())
def test_what_goes_without_an_erasure_is_found(history: History, data: st.DataObject) -> None:
    there = [n for n, sealed in enumerate(history.ledger) if sealed.content is not None]
    at = data.draw(st.sampled_from(there))
    found = history.check(history.changed(at, content=None, salt=b""))
    assert found is not None
    assert (found.sequence, found.reason.code) == (at, "ledger.content-missing")
    half = history.check(history.changed(at, content=None))
    assert half is not None
    assert (half.sequence, half.reason.code) == (at, "ledger.content-changed")


@often
@given(histories(), st.data())
def test_of_two_changes_the_first_is_named(history: History, data: st.DataObject) -> None:
    """A content that is gone or back, and a content that is damaged: each would be named alone."""
    there = [n for n, sealed in enumerate(history.ledger) if sealed.content is not None]
    damaged = data.draw(st.sampled_from(there))
    ledger = history.changed(damaged, content=b"{}")
    other = data.draw(st.sampled_from([n for n in range(len(ledger)) if n != damaged]))
    if other in history.before:
        ledger[other] = history.before[other]
    else:
        ledger[other] = replace(ledger[other], content=None, salt=b"")
    found = history.check(ledger)
    assert found is not None
    assert found.sequence == min(damaged, other)


@often
@given(histories(), st.data())
def test_entries_left_out_doubled_or_moved(history: History, data: st.DataObject) -> None:
    size = len(history.ledger)
    order = data.draw(st.lists(st.integers(0, size - 1), max_size=size + 2))
    found = history.check([history.ledger[n] for n in order])
    first = next((at for at, n in enumerate(order) if at != n), len(order))
    if order == list(range(size)):
        assert found is None
    else:
        assert found is not None
        assert found.sequence <= first


# --- what vouches for an erasure, change by change ---


@pytest.fixture
def seven() -> History:
    """Three things, an order to erase the first, carried out in entry 5, and one thing more."""
    store = MemoryStore(KINDS, clock=ticking())
    found(store)
    things = [draft(), draft(), draft()]
    store.perform(doing(*things))
    before = store.ledger()[1]
    erase(store, things[0].record)
    store.perform(doing(draft()))
    return history_of(store, {1: before})


def damage_act(ledger: list[Sealed], _: History) -> None:
    """So that it can still be read, and still says that it erases."""
    ledger[5] = replace(
        ledger[5], entry=ledger[5].entry.replace(b'"number":"ORD-0001"', b'"number":"ORD-0007"')
    )


def damage_last_link(ledger: list[Sealed], _: History) -> None:
    """The word of entry 6 about the leaf before it, not its leaf."""
    ledger[6] = replace(ledger[6], entry=ledger[6].entry.replace(ledger[5].leaf.encode(), b"f" * 64))


def damage_leaf(ledger: list[Sealed], _: History) -> None:
    ledger[3] = replace(ledger[3], leaf="f" * 64)


def damage_content(ledger: list[Sealed], _: History) -> None:
    ledger[3] = replace(ledger[3], content=b"{}")


def put_back(ledger: list[Sealed], history: History) -> None:
    ledger[1] = history.before[1]


def forge_act(ledger: list[Sealed], history: History) -> None:
    """As if entry 5 had erased entry 2 as well."""
    ledger[2], ledger[5] = (forged(history, 5, 2, chained=False)[n] for n in (2, 5))


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ((damage_act,), (1, "ledger.content-missing")),
        ((damage_last_link,), (6, "ledger.entry-changed")),
        ((damage_leaf,), (3, "ledger.entry-changed")),
        ((damage_content,), (3, "ledger.content-changed")),
        ((put_back,), (1, "ledger.erased-content-there")),
        ((damage_leaf, damage_act), (1, "ledger.content-missing")),
        ((damage_content, damage_last_link), (3, "ledger.content-changed")),
        ((damage_leaf, damage_last_link), (1, "ledger.content-missing")),
        ((damage_content, put_back), (1, "ledger.erased-content-there")),
        ((damage_leaf, put_back), (1, "ledger.erased-content-there")),
        ((forge_act,), (1, "ledger.content-missing")),
        ((forge_act, damage_content), (1, "ledger.content-missing")),
    ],
    ids=lambda value: "+".join(change.__name__ for change in value) if callable(value[0]) else "",
)
def test_what_vouches_for_an_erasure(
    changes: Sequence[Callable[[list[Sealed], History], None]], named: tuple[int, str], seven: History
) -> None:
    """An entry after the break does while leaves, as stated or as the entries after tell them, give the head's root."""
    ledger = list(seven.ledger)
    for change in changes:
        change(ledger, seven)
    broken = seven.check(ledger)
    assert broken is not None
    assert (broken.sequence, broken.reason.code) == named


# --- forged erasures: a content is destroyed, and entries are rewritten so that they say it was erased ---


def forged(history: History, act: int, gone: int, *, chained: bool) -> list[Sealed]:
    """As if entry ``act`` had erased ``gone``: with its leaf, and, where it is ``chained``, all after it too."""
    ledger = list(history.ledger)
    ledger[gone] = replace(ledger[gone], content=None, salt=b"")
    previous = ledger[act - 1].leaf if act else NO_LEAF
    for n in range(act, len(ledger) if chained else act + 1):
        value: Any = parse_canonical(ledger[n].entry)
        if n == act:
            value["erases"] = sorted({*value.get("erases", ()), gone})
        data = canonical_bytes({**value, "previous": previous})
        ledger[n] = replace(ledger[n], entry=data, leaf=(previous := leaf_of(data)))
    return ledger


@st.composite
def forgeries(draw: st.DrawFn, *, chained: bool) -> tuple[History, list[Sealed], int, int]:
    history = draw(histories())
    there = [n for n, s in enumerate(history.ledger) if s.content is not None and n not in history.acts]
    gone = draw(st.sampled_from([n for n in there if n + 1 < len(history.ledger)]))
    act = draw(st.sampled_from([n for n in range(gone + 1, len(history.ledger)) if n not in history.before]))
    return history, forged(history, act, gone, chained=chained), gone, act


@often
@given(forgeries(chained=False))
def test_a_forged_erasure_is_never_named_too_late(made: tuple[History, list[Sealed], int, int]) -> None:
    history, ledger, gone, _ = made
    found = history.check(ledger)
    assert found is not None
    assert found.sequence <= gone


@often
@given(forgeries(chained=True), st.data())
def test_a_tail_forged_with_our_own_code_is_named_by_a_head(
    made: tuple[History, list[Sealed], int, int], data: st.DataObject
) -> None:
    """With the ledger's own head; with that made anew, a noted one; and an early one that still agrees narrows it."""
    history, ledger, gone, act = made
    found = history.check(ledger)
    assert found is not None
    assert found.sequence <= gone
    tree = tree_of(ledger)
    crowned = Head(tree.size, tree.root().hex())
    assert check(ledger, crowned) is None
    early = history.heads[data.draw(st.integers(0, act))]
    found = check(ledger, crowned, noted=[history.head, early])
    assert found is not None
    unvouched = [n for entry in history.entries[early.size :] for n in entry.erases]
    assert (found.sequence, found.reason.code) == (
        min([early.size, gone, *unvouched]),
        "ledger.other-than-noted",
    )


def test_an_entry_beyond_the_head_erases_nothing() -> None:
    store = MemoryStore(KINDS, clock=ticking())
    found(store)
    thing = draft()
    store.perform(doing(thing, draft()))
    head = store.head
    erase(store, thing.record)
    broken = check(store.ledger(), head)
    assert broken is not None
    assert (broken.sequence, broken.reason.code) == (1, "ledger.beyond-head")


# --- erasures that no store writes ---


def written(*entries: dict[str, Any]) -> tuple[list[Sealed], Head]:
    """A ledger of these entries over one that has begun with two things; contents that an entry erases are gone."""
    store = MemoryStore(KINDS, clock=ticking())
    found(store)
    store.perform(doing(draft(), draft()))
    ledger = list(store.ledger())
    for n, changed in enumerate(entries, len(ledger)):
        last: Any = parse_canonical(ledger[2].entry)
        data = canonical_bytes({**last, "sequence": n, "previous": ledger[-1].leaf, **changed})
        ledger.append(Sealed(data, leaf_of(data), ledger[2].salt, ledger[2].content))
        for gone in changed.get("erases", ()):
            ledger[gone] = replace(ledger[gone], content=None, salt=b"")
    tree = tree_of(ledger)
    return ledger, Head(tree.size, tree.root().hex())


def test_an_erasure_is_not_erased() -> None:
    """Whether what it said is gone or still there."""
    ledger, head = written({"erases": [1]}, {"erases": [3]})
    again = [
        replace(s, content=ledger[4].content, salt=ledger[4].salt) if n == 3 else s
        for n, s in enumerate(ledger)
    ]
    for broken in (check(ledger, head), check(again, head)):
        assert broken is not None
        assert (broken.sequence, broken.reason.code) == (4, "ledger.erases-erasure")


def test_nothing_is_erased_twice() -> None:
    broken = check(*written({"erases": [1]}, {}, {"erases": [0, 1]}))
    assert broken is not None
    assert (broken.sequence, broken.reason.code) == (5, "ledger.erased-twice")


# --- several heads ---


def test_of_several_heads_the_first_that_disagrees_is_named() -> None:
    store = MemoryStore(KINDS, clock=ticking())
    found(store)
    store.perform(doing(*(draft() for _ in range(6))))
    ledger, heads = store.ledger(), history_of(store, {}).heads
    other = [replace(head, root="0" * 64) for head in heads]

    def told(*noted: Head) -> tuple[int, str, object]:
        broken = check(ledger, store.head, noted=noted)
        assert broken is not None
        return broken.sequence, broken.reason.code, broken.reason.parameters["noted"]

    assert told(heads[2], other[5], heads[3]) == (3, "ledger.other-than-noted", str(other[5]))
    assert told(heads[6], other[5], other[4]) == (0, "ledger.other-than-noted", str(other[4]))
    beyond = Head(9, "0" * 64)
    assert told(heads[6], beyond) == (7, "ledger.shorter-than-noted", 9)
    assert told(beyond, heads[3], other[6]) == (3, "ledger.other-than-noted", str(other[6]))
    assert told(Head(0, "0" * 64)) == (0, "ledger.other-than-noted", str(other[0]))
    assert check(ledger, store.head, noted=[*heads, *heads]) is None
