"""A transparency log on a folder, in the layout of C2SP tlog-tiles v0.1.0, written by one process at a time.

    checkpoint                    the signed tree head: what the log vouches for
    tile/<L>/<N>[.p/<W>]          hashes              tile/entries/<N>[.p/<W>]   entries
    journal   lock   drafts/      the log's own, not for publication

`append` acknowledges once the batch is durable in the journal; `publish` writes tiles, reads them back, and then
replaces the checkpoint in one step. So a process killed at any moment leaves the old checkpoint or the new one, with
every tile of it, and every acknowledged entry. Partial tiles exist for every published size, until the full tile is
published; a killed process may leave some behind, which are then simply older.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import IO, Final, Self

from standfirst.log.checking import believed_entries, check_added
from standfirst.log.flaws import LogFlaw, LogRejected
from standfirst.log.folder import Folder
from standfirst.log.journal import Journal
from standfirst.trust.checkpoint import Checkpoint
from standfirst.trust.cosignature import NoteKey, NoteSigner, NoteType, verify_log
from standfirst.trust.keys import PrivateKey
from standfirst.trust.merkle import EMPTY_ROOT, HASH_SIZE, Proof, leaf_hash
from standfirst.trust.note import Note, NoteSignature
from standfirst.trust.tiles import (
    WIDTH,
    EntryBundle,
    Tile,
    TiledTree,
    bundles_between,
    check_entries,
    pack_entries,
    tile_at,
    tiles_between,
)

CHECKPOINT: Final = "checkpoint"
JOURNAL: Final = "journal"


class TiledLog:
    """A log that is open for writing. Its methods may be called from several threads.

    Entries are told apart by their leaf hash, so that appending one again gives its first index. The index of leaf
    hashes is in memory, about 160 bytes a leaf, made from the tiles of level 0 when it is first needed.
    """

    def __init__(self, folder: Folder, signer: NoteSigner, lock: IO[bytes]) -> None:
        """Use `create` or `open`."""
        self.origin = signer.key.name
        self._folder = folder
        self._signer = signer
        self._lock = lock
        self._alone = RLock()
        self._usable = True
        self._full: dict[str, bytes] = {}  # tiles that are full and not published yet
        self._published = self._read_checkpoint()
        size, root = self._published.size, self._published.root
        self._tree = TiledTree.read(self._fetch, size, root)
        self._entries: list[bytes] = []  # those of the last published bundle, if partial, and all after them
        if size % WIDTH:
            last = EntryBundle(size // WIDTH, size % WIDTH)
            self._entries.extend(believed_entries(self._fetch, self._tree, last))
        self._indices: dict[bytes, int] | None = None
        # The full bundle that was read last, for who reads on.
        self._latest: tuple[int, tuple[bytes, ...]] = (-1, ())
        folder.clear_drafts()
        self._journal = Journal(folder.root / JOURNAL, self.origin)
        try:
            self._replay()
            self._refuse_rolled_back()
        except BaseException:
            self._journal.close()
            raise

    @classmethod
    def create(cls, path: Path, origin: str, key: PrivateKey) -> Self:
        """An empty log in a folder that is new or empty, with its checkpoint of size 0; `key` is an Ed25519 key.

        Raises `LogRejected` where a log is already there, `CosignatureRejected`, `CheckpointRejected` or `NoteRejected`
        for a key or origin that no log can have.
        """
        signer = NoteSigner(origin, key, NoteType.ED25519)
        folder = Folder(path)
        with _writing():
            folder.make()
        lock = _locked(folder)
        try:
            with _writing():
                _begin(folder, signer)
                return cls(folder, signer, lock)
        except BaseException:
            lock.close()
            raise

    @classmethod
    def open(cls, path: Path, origin: str, key: PrivateKey) -> Self:
        """The log as the last process left it; what was acknowledged and not published is in it.

        Raises `LogRejected` where there is no log or another process writes it, a `Rejected` of `trust` where its
        checkpoint is not of this origin and key, and `TileRejected` or `LogRejected` naming what is damaged.
        """
        signer = NoteSigner(origin, key, NoteType.ED25519)
        if not (path / CHECKPOINT).is_file():
            raise LogRejected(LogFlaw.NOT_A_LOG, {"folder": str(path)})
        folder = Folder(path)
        lock = _locked(folder)
        try:
            with _writing():
                return cls(folder, signer, lock)
        except BaseException:
            lock.close()
            raise

    def close(self) -> None:
        """Lets others write. Harmless when repeated."""
        with self._alone:
            if not self._lock.closed:
                self._journal.close()
                self._lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- writing

    def append(self, entries: Sequence[bytes]) -> tuple[int, ...]:
        """The index of each entry, new or not, in their order; the new ones are durable when this returns.

        All or nothing. Raises `TileRejected` for an entry of more than 65,535 bytes, and `LogRejected` where the
        folder cannot be written; then the log has to be opened again, and may hold the batch or not.
        """
        with self._alone:
            self._require_usable()
            check_entries(entries)
            known = self._known_indices()
            hashes = [leaf_hash(entry) for entry in entries]
            # As in RFC 9162 the leaf is what counts: a repeat, also within the batch, has the index of the first.
            new: dict[bytes, bytes] = {
                leaf: entry for leaf, entry in zip(hashes, entries, strict=True) if leaf not in known
            }
            if new:
                with self._breaking():
                    self._journal.append(self._tree.size, list(new.values()))
                    self._take(list(new.values()), list(new))
            return tuple([known[leaf] for leaf in hashes])

    def publish(self, cosignatures: Iterable[NoteSignature] = (), *, size: int | None = None) -> Note:
        """Puts tiles, entries and then the checkpoint of `size` in place, with the given lines below the log's own.

        No size named: the whole log. A size that is published already gets its lines anew. The cosignatures are
        carried, not judged: whoever collects them knows the witnesses' keys.
        Raises `LogRejected` for a size beyond the log or before what is published, or where the folder cannot be
        written; `TileRejected` or `LogRejected` where what was written is not what is read back.
        """
        with self._alone:
            self._require_usable()
            first = self._published.size
            checkpoint = self._head(size, least=first)
            note = self._signed(checkpoint, cosignatures)
            with self._breaking():
                done = self._write_tiles(first, checkpoint.size)
                check_added(self._folder.fetch, first, checkpoint.size, checkpoint.root)
                self._folder.put({CHECKPOINT: note.format()})
                self._settle(checkpoint, done)
            return note

    def _write_tiles(self, first: int, second: int) -> list[str]:
        """Returns the paths of what is full now."""
        written: dict[Tile | EntryBundle, bytes] = {}
        for tile in tiles_between(first, second):
            written[tile] = self._tree.hashes(tile)
        for bundle in bundles_between(first, second):
            at = bundle.start - self._start
            written[bundle] = pack_entries(self._entries[at : at + bundle.width])
        if written:
            self._folder.put({one.path: data for one, data in written.items()})
        return [one.path for one in written if one.width == WIDTH]

    def _settle(self, checkpoint: Checkpoint, full: Sequence[str]) -> None:
        """After the checkpoint is there: drops what was kept until it is."""
        del self._entries[: checkpoint.size // WIDTH * WIDTH - self._start]
        self._published = checkpoint
        if checkpoint.size == self._tree.size:
            self._journal.clear()
        for path in full:
            self._full.pop(path, None)
        self._folder.remove_folders(f"{path}.p" for path in full)

    # --- asking

    @property
    def key(self) -> NoteKey:
        return self._signer.key

    @property
    def size(self) -> int:
        """Entries acknowledged, published or not."""
        return self._tree.size

    @property
    def published(self) -> Checkpoint:
        return self._published

    def checkpoint(self, size: int | None = None) -> Note:
        """The checkpoint of the first `size` entries, of all where no size is named, signed and not yet published.

        Signed again, it is the same note. Raises `LogRejected` for a size beyond the log.
        """
        with self._alone:
            return self._signed(self._head(size))

    def inclusion(self, index: int, size: int | None = None) -> Proof:
        """That entry `index` is in the tree of `size`. Raises `MerkleRejected` where it is not."""
        with self._alone:
            return self._tree.inclusion_proof(index, size)

    def consistency(self, first: int, second: int | None = None) -> Proof:
        """That the tree of `second` begins with that of `first`. Raises `MerkleRejected` for sizes it has not."""
        with self._alone:
            return self._tree.consistency_proof(first, second)

    def entry(self, index: int) -> bytes:
        """Raises `LogRejected` where there is none, or where it is not the one that was appended."""
        with self._alone:
            if not 0 <= index < self.size:
                raise LogRejected(LogFlaw.NO_SUCH_ENTRY, {"index": index, "size": self.size})
            if index >= self._start:
                return self._entries[index - self._start]
            number, place = divmod(index, WIDTH)
            if self._latest[0] != number:
                self._latest = number, believed_entries(self._fetch, self._tree, EntryBundle(number))
            return self._latest[1][place]

    def index_of(self, leaf: bytes) -> int | None:
        """Where the entry with that leaf hash stands."""
        with self._alone:
            return self._known_indices().get(leaf)

    # --- inside

    @property
    def _start(self) -> int:
        """The index of the first entry that is kept in memory."""
        return self._published.size // WIDTH * WIDTH

    def _fetch(self, path: str) -> bytes | None:
        return self._full.get(path) or self._folder.fetch(path)

    def _read_checkpoint(self) -> Checkpoint:
        return verify_log(Note.parse(self._folder.fetch(CHECKPOINT) or b""), self._signer.key)

    def _head(self, size: int | None, *, least: int = 0) -> Checkpoint:
        size = self.size if size is None else size
        if not least <= size <= self.size:
            raise LogRejected(LogFlaw.SIZE_OUTSIDE, {"size": size, "least": least, "most": self.size})
        return Checkpoint(self.origin, size, self._tree.root(size))

    def _signed(self, checkpoint: Checkpoint, cosignatures: Iterable[NoteSignature] = ()) -> Note:
        return Note(checkpoint.text, (self._signer.sign_log(checkpoint), *cosignatures))

    def _take(self, entries: Sequence[bytes], leaves: Sequence[bytes]) -> None:
        if self._indices is not None:
            self._indices.update(zip(leaves, range(self.size, self.size + len(leaves)), strict=True))
        self._entries.extend(entries)
        self._full.update((tile.path, data) for tile, data in self._tree.extend(leaves))

    def _known_indices(self) -> dict[bytes, int]:
        if self._indices is None:
            self._indices = {leaf: index for index, leaf in enumerate(self._leaves())}
        return self._indices

    def _leaves(self) -> Iterator[bytes]:
        for bundle in bundles_between(0, self.size):
            hashes = self._tree.hashes(Tile(0, bundle.index, bundle.width))
            yield from (hashes[at : at + HASH_SIZE] for at in range(0, len(hashes), HASH_SIZE))

    def _replay(self) -> None:
        """Takes in what the journal holds beyond the tiles, and what it still holds of them has to be the same."""
        for batch in self._journal.read():
            leaves = [leaf_hash(entry) for entry in batch.entries]
            known = max(0, min(self.size - batch.first, len(leaves)))
            there = [self._tree.node(0, batch.first + place) for place in range(known)]
            if batch.first > self.size or leaves[:known] != there:
                raise LogRejected(LogFlaw.JOURNAL_OF_ANOTHER, {"path": JOURNAL, "index": batch.first})
            self._take(batch.entries[known:], leaves[known:])

    def _refuse_rolled_back(self) -> None:
        """Entries beyond all that we know of: somebody put an older checkpoint back. To go on would fork the log."""
        index, width = divmod(self.size, WIDTH)
        full = EntryBundle(index).path
        found = [full] if (self._folder.root / full).exists() else []
        found += [name for name in self._folder.names(f"{full}.p") if tile_at(name).width > width]
        if found:
            raise LogRejected(LogFlaw.ROLLED_BACK, {"size": self.size, "path": found[0]})

    def _require_usable(self) -> None:
        if self._lock.closed:
            raise LogRejected(LogFlaw.CLOSED)
        if not self._usable:
            raise LogRejected(LogFlaw.MUST_BE_REOPENED)

    @contextmanager
    def _breaking(self) -> Iterator[None]:
        """What fails half-way leaves memory and folder at odds: from then on the log has to be opened again."""
        self._usable = False
        with _writing():
            yield
        self._usable = True


def _begin(folder: Folder, signer: NoteSigner) -> None:
    if any((folder.root / name).exists() for name in (CHECKPOINT, "tile", JOURNAL)):
        raise LogRejected(LogFlaw.ALREADY_THERE, {"folder": str(folder.root)})
    empty = Checkpoint(signer.key.name, 0, EMPTY_ROOT)
    folder.put({CHECKPOINT: Note(empty.text, (signer.sign_log(empty),)).format()})


def _locked(folder: Folder) -> IO[bytes]:
    with _writing():
        lock = folder.take_lock()
    if lock is None:
        raise LogRejected(LogFlaw.IN_USE, {"folder": str(folder.root)})
    return lock


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise LogRejected(LogFlaw.NOT_WRITABLE, {"detail": error.strerror or type(error).__name__}) from error
