"""A worker that delivers an envelope with files and is killed: it says how far it is, and waits to be killed.

python -m tests.server.exchange.interrupted <where to stop> <files' folder>
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
from tests.server.files.interrupted import wait_to_be_killed


def main(where: str, folder: str) -> None:
    django.setup()
    from tests.server.exchange.cast import worked_off  # noqa: PLC0415 - Django is set up by now
    from tests.server.files.cast import files_in  # noqa: PLC0415

    from standfirst.server.exchange import carrying, receiving  # noqa: PLC0415
    from standfirst.server.files.keeping import keep_fit  # noqa: PLC0415
    from standfirst.server.files.sending import as_handed_in  # noqa: PLC0415

    kept = carrying.kept

    def half_of_the_first(pieces: Iterator[bytes], digest: str) -> Iterator[bytes]:
        yield next(iter(as_handed_in(pieces, digest)))
        wait_to_be_killed()

    def one_and_wait(*given: Any, **more: Any) -> Any:
        keep_fit(*given, **more)
        wait_to_be_killed()

    def all_and_wait(*given: Any, **more: Any) -> Any:
        kept(*given, **more)
        wait_to_be_killed()

    stops: dict[str, tuple[Any, str, Any]] = {
        "half-a-file": (carrying, "as_handed_in", half_of_the_first),
        "all-arrived": (receiving, "kept", lambda *_, **__: wait_to_be_killed()),
        "one-kept": (carrying, "keep_fit", one_and_wait),
        "all-kept": (receiving, "kept", all_and_wait),
        "taken-in": (receiving, "_move", wait_to_be_killed),
    }
    module, name, instead = stops[where]
    setattr(module, name, instead)
    with files_in(Path(folder)):
        worked_off()


if __name__ == "__main__":
    main(*sys.argv[1:])
