"""What proving a ledger costs: `standfirst ledger check` over a million entries, and against the least it has to do.

*Least* reads the same file and does the hashes without which nobody can tell: an entry's leaf, its content's commitment,
and one node of the tree. All else is understanding: each entry's bytes are parsed, and written again to see that they say
nothing more.
*pymerkle* is no peer here: it neither reads what it hashes nor keeps content apart.

The ledger lies in a file, as in a store, and is read once, entry by entry; memory is that of the whole process at its
highest, after a million entries. Every twentieth entry is signed, every hundredth content was erased by a later entry.
All in CPU time; the check has one process and one thread. The ratio is that of medians of rounds in turns in one run.
Exits with 1 when a limit is passed.
"""

import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from standfirst.records.ledger import NO_LEAF, Deed, Entry, Head, Sealed, check, commitment_to, leaf_of
from standfirst.trust.merkle import CompactRange

MILLION: Final = 1_000_000
COMPARED: Final = 50_000
ROUNDS: Final = 5
ERASED_EVERY: Final = 100
SIGNED_EVERY: Final = 20
LIMIT_SECONDS: Final = 60.0  # for a million
LIMIT_TIMES: Final = 20.0  # the least
BEGUN: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)
SIGNATURE: Final = {"assurance": "passkey", "meaning": "approval", "roles": ["quality-manager"]}


class Stored:
    """A ledger in a file: three lines an entry. Read from the beginning each time it is asked."""

    def __init__(self, path: Path, size: int) -> None:
        self.path, self.size = path, size
        tree = CompactRange()
        with path.open("wb") as file:
            for sealed in made(size):
                tree.append(bytes.fromhex(sealed.leaf))
                row = (sealed.entry, f"{sealed.leaf}{sealed.salt.hex()}".encode(), sealed.content or b"")
                file.write(b"\n".join(row) + b"\n")
        self.head = Head(tree.size, tree.root().hex())

    def __iter__(self) -> Iterator[Sealed]:
        with self.path.open("rb") as file:
            lines = (line[:-1] for line in file)
            for entry, hashes, content in zip(lines, lines, lines, strict=True):
                salt = bytes.fromhex(hashes[64:].decode())
                yield Sealed(entry, hashes[:64].decode(), salt, content or None)


def made(size: int) -> Iterator[Sealed]:
    """The same ledger for the same size, but for nothing random: entries of about 400 bytes, contents of about 400."""
    previous = NO_LEAF
    filler = "x" * 330
    erasable: list[int] = []
    for sequence in range(size):
        salt = sha256(sequence.to_bytes(8, "big")).digest()
        content = b'{"body":{"title":"%d"},"content":1,"why":"%s"}' % (sequence, filler.encode())
        erasing = sequence % (10 * ERASED_EVERY) == 10 * ERASED_EVERY - 1
        entry = Entry(
            sequence=sequence,
            recorded_at=BEGUN + timedelta(seconds=sequence),
            deed=Deed.MOVED if erasing else Deed.CREATED,
            actor="8b0f6c1e-0000-4000-8000-00000000ada0",
            kind="risk",
            record=f"8b0f6c1e-0000-4000-8000-{sequence:012d}",
            number=f"RSK-{sequence:06d}",
            version=1,
            commitment=commitment_to(salt, content),
            previous=previous,
            transition="carry-out" if erasing else "",
            signature=SIGNATURE if sequence % SIGNED_EVERY == 0 else None,
            erases=tuple(erasable) if erasing else (),
        ).to_bytes()
        previous = leaf_of(entry)
        erased = sequence % ERASED_EVERY == 0 and sequence + 10 * ERASED_EVERY <= size
        erasable = [] if erasing else [*erasable, sequence] if erased else erasable
        yield Sealed(entry, previous, b"" if erased else salt, None if erased else content)


def least(history: Stored) -> None:
    """Nothing is understood."""
    node = bytes(65)
    for sealed in history:
        sha256(b"\x00" + sealed.entry).digest()
        sha256(sealed.salt + (sealed.content or b"")).digest()
        sha256(node).digest()


def proved(history: Stored) -> None:
    broken = check(history, history.head, noted=[history.head])
    if broken is not None:
        raise AssertionError(broken)


def seconds(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


def main() -> int:
    over = []
    with TemporaryDirectory() as folder:
        small = Stored(Path(folder) / "small", COMPARED)
        ways = (lambda: proved(small), lambda: least(small))
        rounds = [[seconds(way) for way in ways] for _ in range(ROUNDS)]
        ours, hashing = (statistics.median(one) for one in zip(*rounds, strict=True))
        print(
            f"an entry, median of {ROUNDS}: {ours / COMPARED * 1e6:.1f} µs, "
            f"the least {hashing / COMPARED * 1e6:.1f} µs, {ours / hashing:.1f} times"
        )
        if ours / hashing > LIMIT_TIMES:
            over.append(f"{ours / hashing:.1f} times the least, limit {LIMIT_TIMES}")
        whole = Stored(Path(folder) / "whole", MILLION)
        took = seconds(lambda: proved(whole))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"{MILLION:,} entries checked in {took:.1f} s, {MILLION / took:,.0f} a second, {memory} MB")
        if took > LIMIT_SECONDS:
            over.append(f"a million entries take {took:.1f} s, limit {LIMIT_SECONDS:.0f} s")
    print(*over, sep="\n")
    return int(bool(over))


if __name__ == "__main__":
    sys.exit(main())
