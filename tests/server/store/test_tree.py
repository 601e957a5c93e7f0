"""Proofs from the database are those of the whole tree in memory, and read few rows."""

from collections.abc import Callable, Iterable
from functools import cache
from hashlib import sha256
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from tests.records.cast import KINDS, doing, draft, found, ticking

from standfirst.records.change import Refused
from standfirst.records.ledger import Head
from standfirst.server.store import store as stores
from standfirst.server.store import tree
from standfirst.server.store.models import Entry, LedgerHead, Node
from standfirst.trust.merkle import CompactRange, MerkleRejected, MerkleTree, verify_inclusion

EDGES = (1, 2, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 66_000)
"""Sizes about which a row more or less decides."""

LEAVES = [sha256(str(number).encode()).digest() for number in range(EDGES[-1])]
WHOLE = MerkleTree(LEAVES)


@pytest.fixture
def filled(database: str) -> stores.DatabaseStore:
    return stores.DatabaseStore(filled_in(database), KINDS, clock=ticking())


@cache
def filled_in(_: str) -> UUID:
    """A ledger as long as the longest of ``EDGES``; its entries say nothing, since only leaves are looked at here."""
    organisation = stores.create(uuid4(), slug=f"o{uuid4().hex[:12]}", name="Acme", type="organisation").id
    grown = CompactRange()
    full = tree.add(grown, LEAVES)
    Entry.objects.bulk_create(
        (
            Entry(
                organisation_id=organisation,
                sequence=number,
                record=str(number),
                version=1,
                data=b"",
                leaf=leaf,
            )
            for number, leaf in enumerate(LEAVES)
        ),
        batch_size=5000,
    )
    Node.objects.bulk_create(
        Node(organisation_id=organisation, level=level, position=position, hash=root)
        for level, position, root in full
    )
    LedgerHead.objects.filter(organisation=organisation).update(size=grown.size, root=grown.root())
    return organisation


def head(size: int) -> Head:
    return Head(size, WHOLE.root(size).hex())


def test_proofs_are_those_of_the_whole_tree(filled: stores.DatabaseStore) -> None:
    for size in EDGES:
        for index in {0, size // 3, size - 1}:
            assert filled.inclusion(index, head(size)) == (WHOLE.inclusion_proof(index, size), head(size))
        for second in EDGES:
            if size <= second:
                proof, _ = filled.consistency(head(size), head(second))
                assert proof == WHOLE.consistency_proof(size, second)
    assert filled.inclusion(7)[1] == head(EDGES[-1])


def test_a_proof_reads_few_rows_in_few_queries(
    filled: stores.DatabaseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    fetched = tree._fetched

    def counting(organisation: UUID, wanted: Iterable[tree.Range]) -> dict[tuple[int, int], bytes]:
        found = fetched(organisation, wanted)
        read.append(len(found))
        return found

    monkeypatch.setattr(tree, "_fetched", counting)
    for index in (0, 40_000, 65_999):
        with CaptureQueriesContext(connection) as queries:
            filled.inclusion(index)
        assert len(queries) <= 4  # head, leaf, leaves, nodes
        explained = connection.cursor()
        for query in queries.captured_queries[2:]:
            explained.execute(f"EXPLAIN {'QUERY PLAN ' * (connection.vendor == 'sqlite')}{query['sql']}")
            plan = str(explained.fetchall())
            assert "SCAN" not in plan
            assert "Seq Scan" not in plan
    assert max(read) <= 2 * 256 * 2  # two edges, two kept levels with anything in them


def test_a_commit_keeps_the_nodes_it_makes_full(organisation: UUID) -> None:
    store = stores.DatabaseStore(organisation, KINDS, clock=ticking())
    found(store)
    for count in (200, 55, 1, 300, 300):
        store.perform(doing(*(draft() for _ in range(count))))
    leaves = [bytes.fromhex(sealed.leaf) for sealed in store.ledger()]
    kept = Node.objects.filter(organisation=organisation).order_by("position").values_list("level", "hash")
    assert [(level, bytes(root)) for level, root in kept] == [
        (8, MerkleTree(leaves[start : start + 256]).root()) for start in (0, 256, 512)
    ]
    whole = MerkleTree(leaves)
    assert store.inclusion(300) == (whole.inclusion_proof(300), store.head)


def test_what_is_not_in_the_ledger_is_not_proved(organisation: UUID) -> None:
    store = stores.DatabaseStore(organisation, KINDS, clock=ticking())
    found(store)
    with pytest.raises(MerkleRejected):
        store.inclusion(1)
    with pytest.raises(MerkleRejected):
        store.consistency(Head(2, "0" * 64))


@pytest.mark.parametrize("damage", ["changed", "gone"])
def test_damaged_rows_prove_nothing(organisation: UUID, damage: str) -> None:
    store = stores.DatabaseStore(organisation, KINDS, clock=ticking())
    found(store)
    store.perform(doing(*(draft() for _ in range(300))))
    leaves = [bytes.fromhex(sealed.leaf) for sealed in store.ledger()]
    store.consistency(Head(100, MerkleTree(leaves[:100]).root().hex()))
    nodes = Node.objects.filter(organisation=organisation)
    if damage == "changed":
        nodes.update(hash=bytes(32))
    else:
        nodes.delete()
    proofs: tuple[Callable[[], object], ...] = (
        lambda: store.inclusion(280),
        lambda: store.consistency(Head(100, "0" * 64)),
    )
    for proof in proofs:
        with pytest.raises(Refused) as refused:
            proof()
        assert refused.value.reason.code == "ledger.not-provable"
    store.rebuild()
    leaf, whole = bytes.fromhex(store.ledger()[280].leaf), store.head
    path, _ = store.inclusion(280)
    verify_inclusion(leaf=leaf, index=280, size=whole.size, proof=path, root=bytes.fromhex(whole.root))


WRONG = {
    "none": (list, None),
    "a changed one": (lambda nodes: nodes.filter(level=8, position=7).update(hash=bytes(32)), (8, 7)),
    "one that is none": (lambda nodes: nodes.filter(level=8, position=7).update(hash=b"x"), (8, 7)),
    "two exchanged": (lambda nodes: swap(nodes, 7, 9), (8, 7)),
    "one missing": (lambda nodes: nodes.filter(level=8, position=0).delete(), (8, 0)),
    "the last one missing": (lambda nodes: nodes.filter(level=8, position=256).delete(), (8, 256)),
    "a changed one above": (lambda nodes: nodes.filter(level=16).update(hash=bytes(32)), (16, 0)),
    "one missing above": (lambda nodes: nodes.filter(level=16).delete(), (16, 0)),
    "one too many": (lambda nodes: nodes.filter(level=16).update(position=1), (16, 0)),
    "one of another level": (lambda nodes: nodes.filter(level=16).update(level=9), (9, 0)),
}
assert len(LEAVES) >> 8 == 257


def swap(nodes: QuerySet[Node], one: int, other: int) -> None:
    first, second = (bytes(nodes.get(level=8, position=at).hash) for at in (one, other))
    nodes.filter(level=8, position=one).update(hash=second)
    nodes.filter(level=8, position=other).update(hash=first)


@pytest.mark.parametrize(("damage", "place"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_node_is_named(
    filled: stores.DatabaseStore, damage: Callable[[QuerySet[Node]], object], place: tuple[int, int] | None
) -> None:
    with transaction.atomic():
        damage(Node.objects.filter(organisation=filled.organisation))
        found = tree.first_wrong_node(filled.organisation, filled.head.size, bytes.fromhex(filled.head.root))
        transaction.set_rollback(True)
    assert found == place
