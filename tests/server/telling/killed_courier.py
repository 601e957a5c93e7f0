"""A worker that has sent a message and is killed before it can note that: it says so, and waits to be killed.

python -m tests.server.telling.killed_courier <the receiver's port>
"""

import os
import sys
from typing import Any

import django


def wait_to_be_killed(*_: Any) -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()
    os._exit(3)  # nobody killed it


def main(port: str) -> None:
    django.setup()
    from tests.server.telling.receiver import Receiver  # noqa: PLC0415 - Django is set up by now

    from standfirst.server.clock import now  # noqa: PLC0415
    from standfirst.server.jobs import BESIDE  # noqa: PLC0415
    from standfirst.server.store.outbox import drain  # noqa: PLC0415
    from standfirst.server.telling import posting, sending  # noqa: PLC0415

    posting.RULES = Receiver(int(port)).rules(schemes="http")
    sending._arrived = wait_to_be_killed  # type: ignore[assignment] # the moment between sending and noting it
    drain(BESIDE, clock=now)


if __name__ == "__main__":
    main(*sys.argv[1:])
