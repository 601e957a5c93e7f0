"""What a transparency log costs: appending, proving and verifying, each against the least that any log has to do.

*Least* is hashlib alone doing just the hashes that the work needs: one a leaf, one a subtree that becomes full, and those
that fold the right edge to a root. For durable appends it also writes the entries with one fdatasync a batch; to publish,
it also signs, and writes hashes and checkpoint, each synced. For a proof it is the right edge alone, since all other hashes
can be known already. *pymerkle* is the peer; it is GPL-3.0, so it is no dependency and measured only where it is installed.
It proves and verifies the same leaves of the same tree; it publishes nothing.

All ways of a row are measured in turns in one run, so that whatever else the machine does falls on all alike; what
counts are the ratios. CPU time, but wall time for durable appends, which wait for the disk. Exits with 1 when a ratio to
the least is over its limit.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Final

from standfirst.log.tiled import TiledLog
from standfirst.trust.keys import Algorithm, PrivateKey
from standfirst.trust.merkle import inclusion_proof, leaf_hash, verify_inclusion
from standfirst.trust.tiles import TiledTree, tiles_between

IN_MEMORY: Final = {1: 4_096, 16: 16_384, 256: 65_536}  # entries a batch: entries appended
DURABLE: Final = {1: 128, 16: 2_048, 256: 16_384}
SIZE: Final = 100_000  # of the tree that proofs are made in
PROOFS: Final = 2_000
COLD_PROOFS: Final = 100
ROUNDS: Final = 5
LIMITS: Final = {"append 256 in memory": 2.0, "append 256 durably": 4.0, "verify": 2.0}
"""Times the least. Left out is what a small batch costs in Python, and proving, whose least is next to nothing."""

Entries = Sequence[bytes]
Work = Callable[[], object]


@dataclass(frozen=True)
class Row:
    """The same `amount` of work in up to three ways."""

    name: str
    amount: int
    ours: Work
    least: Work | None = None
    peers: Work | None = None
    clock: Callable[[], float] = time.process_time


def entries(amount: int) -> list[bytes]:
    """As long as a commitment with its envelope; the same ones for the same amount."""
    random = Random(amount)  # noqa: S311
    return [random.randbytes(300) for _ in range(amount)]


def batches_of(amount: int, batch: int) -> list[Entries]:
    made = entries(amount)
    return [made[start : start + batch] for start in range(0, amount, batch)]


# --- appending, with the root after every batch, as a checkpoint needs it ---


def append(batches: Sequence[Entries]) -> None:
    tiles: dict[str, bytes] = {}
    tree = TiledTree(tiles.get)
    for batch in batches:
        full = tree.extend([sha256(b"\x00" + entry).digest() for entry in batch])
        tiles.update((tile.path, data) for tile, data in full)
        tree.root()


def append_least(batches: Sequence[Entries]) -> None:
    size = 0
    for batch in batches:
        size = hash_least(batch, size)


def hash_least(batch: Entries, size: int) -> int:
    """The hashes without which nobody can tell the new root, in a tree of `size` leaves. Returns its size after."""
    for entry in batch:
        sha256(b"\x00" + entry).digest()
    after = size + len(batch)
    became_full = (after - after.bit_count()) - (size - size.bit_count())
    hash_nodes(became_full + after.bit_count() - 1)
    return after


def hash_nodes(nodes: int) -> None:
    node = bytes(65)
    for _ in range(nodes):
        sha256(node).digest()


def append_peers(tree: Any, batches: Sequence[Entries]) -> None:
    for batch in batches:
        tree.append_entries(batch)
        tree.get_root()


def append_durably(folders: Iterator[Path], batches: Sequence[Entries], *, publishing: bool) -> None:
    key = PrivateKey.generate(Algorithm.ED25519)
    with TiledLog.create(next(folders), "log.example/benchmark", key) as log:
        for batch in batches:
            log.append(batch)
            if publishing:
                log.publish()


def append_durably_least(folders: Iterator[Path], batches: Sequence[Entries], *, publishing: bool) -> None:
    folder, size, key = next(folders), 0, PrivateKey.generate(Algorithm.ED25519)
    folder.mkdir()
    for batch in batches:
        size = hash_least(batch, size)
        write_synced(folder / "entries", b"".join(batch))
        if publishing:
            write_synced(folder / "hashes", bytes(32 * len(batch)))
            write_synced(folder / "draft", key.sign(bytes(100)))
            (folder / "draft").replace(folder / "checkpoint")


def write_synced(path: Path, data: bytes) -> None:
    with path.open("ab", buffering=0) as file:
        file.write(data)
        os.fdatasync(file.fileno())


def append_durably_peers(pymerkle: Any, folders: Iterator[Path], batches: Sequence[Entries]) -> None:
    with pymerkle.SqliteTree(str(next(folders))) as tree:
        append_peers(tree, batches)


def appending(pymerkle: Any, folders: Iterator[Path]) -> Iterator[Row]:
    for batch, amount in IN_MEMORY.items():
        batches = batches_of(amount, batch)
        peers = (lambda b=batches: append_peers(pymerkle.InmemoryTree(), b)) if pymerkle else None
        name = f"append {batch} in memory"
        yield Row(name, amount, partial(append, batches), partial(append_least, batches), peers)
    for batch, amount in DURABLE.items():
        batches = batches_of(amount, batch)
        peers = partial(append_durably_peers, pymerkle, folders, batches) if pymerkle else None
        for publishing in (False, True):
            ours = partial(append_durably, folders, batches, publishing=publishing)
            least = partial(append_durably_least, folders, batches, publishing=publishing)
            name = f"append and publish {batch}" if publishing else f"append {batch} durably"
            yield Row(name, amount, ours, least, None if publishing else peers, time.perf_counter)


# --- proving and verifying ---


def proving(pymerkle: Any) -> Iterator[Row]:
    leaves = entries(SIZE)
    hashes = [leaf_hash(entry) for entry in leaves]
    tiles: dict[str, bytes] = {}
    tree = TiledTree(tiles.get)
    tiles.update((tile.path, data) for tile, data in tree.extend(hashes))
    tiles.update((tile.path, tree.hashes(tile)) for tile in tiles_between(0, SIZE))
    root = tree.root()
    asked = Random(SIZE).sample(range(SIZE), PROOFS)  # noqa: S311
    proofs = [tree.inclusion_proof(index) for index in asked]

    def prove() -> None:
        for index in asked:
            tree.inclusion_proof(index)

    def verify() -> None:
        for index, proof in zip(asked, proofs, strict=True):
            verify_inclusion(leaf=hashes[index], index=index, size=SIZE, proof=proof, root=root)

    def verify_least() -> None:
        for index, proof in zip(asked, proofs, strict=True):
            found = hashes[index]
            for beside in proof:
                found = sha256(b"\x01" + found + beside).digest()

    def prove_cold() -> None:
        for index in asked[:COLD_PROOFS]:
            TiledTree.read(tiles.get, SIZE, root).inclusion_proof(index)

    peers_prove, peers_verify = peers_proving(pymerkle, leaves, hashes, asked) if pymerkle else (None, None)
    needed = sum(right_edge(index) for index in asked)
    yield Row("prove", PROOFS, prove, partial(hash_nodes, needed), peers_prove)
    yield Row("prove, from tiles alone", COLD_PROOFS, prove_cold)
    yield Row("verify", PROOFS, verify, verify_least, peers_verify)


def right_edge(index: int) -> int:
    """Node hashes that a proof needs though every full subtree is known."""
    subtrees = 0

    def node(_level: int, _position: int) -> bytes:
        nonlocal subtrees
        subtrees += 1
        return bytes(32)

    length = len(inclusion_proof(node, index, SIZE))
    return subtrees - length


def peers_proving(pymerkle: Any, leaves: Entries, hashes: Entries, asked: Sequence[int]) -> tuple[Work, Work]:
    tree = pymerkle.InmemoryTree()
    tree.append_entries(leaves)
    root = tree.get_root()
    proofs = [tree.prove_inclusion(index + 1) for index in asked]

    def prove() -> None:
        for index in asked:
            tree.prove_inclusion(index + 1)

    def verify() -> None:
        for index, proof in zip(asked, proofs, strict=True):
            pymerkle.verify_inclusion(hashes[index], root, proof)

    return prove, verify


# --- measuring ---


def seconds(work: Work, clock: Callable[[], float]) -> float:
    before = clock()
    work()
    return clock() - before


def measured(row: Row) -> tuple[float, float | None, float | None]:
    """Seconds for each way, the median of rounds in turns."""
    ways = [way for way in (row.ours, row.least, row.peers) if way is not None]
    rounds = [[seconds(way, row.clock) for way in ways] for _ in range(ROUNDS)]
    medians = iter([statistics.median(one) for one in zip(*rounds, strict=True)])
    return next(medians), row.least and next(medians), row.peers and next(medians)


def main() -> int:
    pymerkle = import_module("pymerkle") if find_spec("pymerkle") else None
    if pymerkle is None:
        print("pymerkle (GPL-3.0) is not installed: measured without it; pip install 'pymerkle>=7' adds it")
    over = []
    print(f"a second, median of {ROUNDS}")
    print("                            ours      least   times   pymerkle   times faster")
    with TemporaryDirectory() as folder:
        folders = (Path(folder) / str(number) for number in range(10_000))
        for row in chain(appending(pymerkle, folders), proving(pymerkle)):
            ours, least, peers = measured(row)
            line = f"{row.name:23} {row.amount / ours:10,.0f}"
            line += f" {row.amount / least:10,.0f} {ours / least:7.1f}" if least else " " * 19
            line += f" {row.amount / peers:10,.0f} {peers / ours:10.1f}" if peers else ""
            print(line, flush=True)
            if least and ours / least > LIMITS.get(row.name, float("inf")):
                over.append(f"{row.name}: {ours / least:.1f} times the least, limit {LIMITS[row.name]}")
    print(*over, sep="\n")
    return int(bool(over))


if __name__ == "__main__":
    sys.exit(main())
