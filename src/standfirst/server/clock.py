"""The real time, for doors. Rules take it as a parameter; this is where the server's doors take it from."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from standfirst.server.store.models import LedgerHead


def now() -> datetime:
    """In UTC, to the microsecond."""
    return datetime.now(UTC)  # noqa: TID251 - the one place of this room


def now_in(head: "LedgerHead") -> datetime:
    """Now; in a simulation, where time stands still between two entries, when the last one came."""
    return (head.last_time if head.simulation else None) or now()
