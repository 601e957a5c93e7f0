"""Who plays in these tests: a log, a stranger's log, two witnesses; keys from published seeds, times as plain numbers."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

import pytest

from standfirst.log.folder import Folder
from standfirst.log.tiled import TiledLog
from standfirst.log.witness import LogWitness
from standfirst.standards.reason import Reason
from standfirst.trust.checkpoint import Checkpoint
from standfirst.trust.cosignature import NoteKey, NoteSigner, NoteType
from standfirst.trust.errors import Rejected
from standfirst.trust.keys import Algorithm, PrivateKey
from standfirst.trust.merkle import MerkleTree, leaf_hash
from standfirst.trust.note import Note
from standfirst.words.render import hint, sentence


def key(name: str, algorithm: Algorithm) -> PrivateKey:
    return PrivateKey.from_seed(algorithm, sha256(f"tests/log {name} {algorithm}".encode()).digest())


ORIGIN = "log.example/2026"
LOG_KEY = key(ORIGIN, Algorithm.ED25519)
SIGNER = NoteSigner(ORIGIN, LOG_KEY, NoteType.ED25519)
LOG = SIGNER.key

OTHER_ORIGIN = "log.example/2027"
OTHER_KEY = key(OTHER_ORIGIN, Algorithm.ED25519)
OTHER = NoteSigner(OTHER_ORIGIN, OTHER_KEY, NoteType.ED25519).key

NORTH = "north.example"
SOUTH = "south.example"
NOON = 1_800_000_000


def begun(path: Path) -> TiledLog:
    return TiledLog.create(path, ORIGIN, LOG_KEY)


def opened(path: Path) -> TiledLog:
    return TiledLog.open(path, ORIGIN, LOG_KEY)


def witness(path: Path, name: str = NORTH, *logs: NoteKey) -> LogWitness:
    return LogWitness(path, name, key(name, Algorithm.ML_DSA_44), logs or [LOG, OTHER])


def entries(count: int, first: int = 0, *, of: str = "entry") -> list[bytes]:
    return [f"{of} {number}".encode() for number in range(first, first + count)]


def tree_of(leaves: Iterable[bytes]) -> MerkleTree:
    return MerkleTree(map(leaf_hash, leaves))


def signed(leaves: list[bytes], *, size: int | None = None, by: NoteSigner = SIGNER) -> Note:
    """The checkpoint over `leaves`, as the log signs it; of another size if one is named."""
    root = tree_of(leaves).root()
    checkpoint = Checkpoint(by.key.name, len(leaves) if size is None else size, root)
    return Note(checkpoint.text, (by.sign_log(checkpoint),))


def files(path: Path) -> dict[str, bytes]:
    """What a log has published."""
    folder = Folder(path)
    names = [name for name in folder.names(".") if name == "checkpoint" or name.startswith("tile/")]
    return {name: (path / name).read_bytes() for name in names}


def flip(file: Path, bit: int) -> None:
    data = bytearray(file.read_bytes())
    data[bit // 8] ^= 1 << bit % 8
    file.write_bytes(data)


def code(refused: pytest.ExceptionInfo[Rejected]) -> str:
    """The code of a refusal; if it is one of this room's, it can also be told in words."""
    return told(refused.value.code, refused.value.parameters)


def told(code: str, parameters: Mapping[str, str | int]) -> str:
    if code.partition(".")[0] in ("tile", "log", "witness", "monitor", "guilt"):
        reason = Reason(code, parameters)
        assert sentence(reason).endswith(".")
        assert hint(reason) == "" or hint(reason).endswith(".")
    return code
