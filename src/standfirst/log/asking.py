"""The log's side of witnessing: asking a witness for its cosignature."""

from standfirst.log.add_checkpoint import Answer, Status
from standfirst.log.tiled import TiledLog
from standfirst.log.witness import LogWitness
from standfirst.trust.checkpoint import Checkpoint


def ask(witness: LogWitness, log: TiledLog, *, now: int, size: int | None = None) -> Answer:
    """Has `witness` cosign the checkpoint of `size`, the whole log where none is named, from wherever it stands."""
    note = log.checkpoint(size)
    size = Checkpoint.parse(note.text).size
    answer = witness.add_checkpoint(0, (), note.format(), now=now)
    if answer.status is Status.CONFLICT and answer.size is not None and answer.size <= size:
        proof = log.consistency(answer.size, size)
        answer = witness.add_checkpoint(answer.size, proof, note.format(), now=now)
    return answer
