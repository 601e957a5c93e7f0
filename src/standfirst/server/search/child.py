"""``python -I -m standfirst.server.search.child LIMITS``: the text of the file on standard input, as JSON on standard output.

The limits are set before the first byte is read, and no child can raise them again.
"""

import json
import resource
import sys
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may take: seconds of processor, bytes of memory, bytes that it writes, characters of text."""

    cpu: int = 20
    memory: int = 768 * 2**20
    written: int = 16 * 2**20
    characters: int = 400_000

    def as_argument(self) -> str:
        return json.dumps(asdict(self))


def confine(limits: Limits) -> None:
    for what, most in (
        (resource.RLIMIT_CPU, limits.cpu),
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_FSIZE, limits.written),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (bound, bound))


def read(limits: Limits) -> dict[str, Any]:
    from standfirst.server.search.formats import Unread, text_of  # noqa: PLC0415 - after the limits are set

    try:
        return {"outcome": "read", "text": text_of(sys.stdin.buffer, limits.characters)}
    except Unread as why:
        return {"outcome": why.outcome}
    except (MemoryError, RecursionError):
        return {"outcome": "too-large"}
    except Exception:  # noqa: BLE001 - the edge of the process: a library that stumbles is how damage shows
        return {"outcome": "damaged"}


def main() -> None:
    limits = Limits(**json.loads(sys.argv[1]))
    confine(limits)
    sys.stdout.buffer.write(json.dumps(read(limits)).encode())


if __name__ == "__main__":
    main()
