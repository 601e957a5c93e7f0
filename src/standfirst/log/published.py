"""What a log has published, as anybody reads it who has a copy of its files and its public key."""

from standfirst.log.checking import believed_entries
from standfirst.log.flaws import LogFlaw, LogRejected
from standfirst.log.tiled import CHECKPOINT
from standfirst.trust.cosignature import NoteKey, verify_log
from standfirst.trust.merkle import Proof
from standfirst.trust.note import Note
from standfirst.trust.tiles import WIDTH, EntryBundle, Fetch, TiledTree


class PublishedLog:
    """One checkpoint of a log, and the tree that it vouches for. Nothing comes out that does not hash to its root."""

    def __init__(self, fetch: Fetch, key: NoteKey) -> None:
        """Raises `LogRejected` where there is no checkpoint, a `Rejected` of `trust` where it is not of this log.

        Raises `TileRejected` where the tiles at the right edge are missing or have another root.
        """
        self._fetch = fetch
        self.note = read_checkpoint(fetch)
        self.checkpoint = verify_log(self.note, key)
        self._tree = TiledTree.read(fetch, self.checkpoint.size, self.checkpoint.root)
        # The bundle that was read last, for who reads on.
        self._latest: tuple[int, tuple[bytes, ...]] = (-1, ())

    def entry(self, index: int) -> bytes:
        """Raises `LogRejected` where there is none or it was changed, `TileRejected` where its tile was."""
        size = self.checkpoint.size
        if not 0 <= index < size:
            raise LogRejected(LogFlaw.NO_SUCH_ENTRY, {"index": index, "size": size})
        number, place = divmod(index, WIDTH)
        if self._latest[0] != number:
            bundle = EntryBundle(number, min(WIDTH, size - number * WIDTH))
            self._latest = number, believed_entries(self._fetch, self._tree, bundle)
        return self._latest[1][place]

    def inclusion(self, index: int, size: int | None = None) -> Proof:
        """As `TiledLog.inclusion`; raises `TileRejected` besides."""
        return self._tree.inclusion_proof(index, size)

    def consistency(self, first: int, second: int | None = None) -> Proof:
        """As `TiledLog.consistency`; raises `TileRejected` besides."""
        return self._tree.consistency_proof(first, second)


def read_checkpoint(fetch: Fetch) -> Note:
    """The checkpoint as it stands, nothing verified. Raises `LogRejected` or `NoteRejected`."""
    data = fetch(CHECKPOINT)
    if data is None:
        raise LogRejected(LogFlaw.NO_CHECKPOINT)
    return Note.parse(data)
