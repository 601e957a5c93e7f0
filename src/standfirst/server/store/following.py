"""What else a commit leaves to be done, by what was recorded: outbox topics, beside that of the ledger's head.

Organisations write to no ledger but their own. What one of them does that another has to know is done there afterwards,
from these rows, by ``server.exchange``.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from standfirst.management.access import ACCESS, END
from standfirst.management.exchange import ENVELOPE, SENT_ENVELOPE
from standfirst.management.organisation import PERSON
from standfirst.management.sharing import EXPORT_DECISION, READ_GRANT, VISIT
from standfirst.records.ledger import Deed, Entry

GRANTED: Final = "grant"
"""A read grant has begun, or was revoked: the reader's organisation keeps a record of it."""

VISITED: Final = "visit"
"""A visit under a read grant has begun or ended: the reader's organisation keeps it too."""

DECIDED: Final = "decision"
"""It was decided whether a record may be read: the reader's organisation keeps that too."""

SENT: Final = "envelope"
"""An envelope wants to be delivered."""

ANSWERED: Final = "answer"
"""An envelope was acknowledged or refused: its sender wants to know."""

LEFT: Final = "left"
"""Somebody has left: their access ends."""

ACCESS_ENDED: Final = "access-ended"
"""Access has ended: rows and sessions that stood for it go."""

SEARCH: Final = "search"
"""Something was recorded, whatever it is: it can be found as soon as a worker has come to it."""

READINESS: Final = "readiness"
"""Something was recorded, whatever it is: what it shows, or no longer shows, is assessed."""

FILES: Final = "files"
"""A file of the organisation came or went, with which no entry need come."""

REPORT: Final = "report"
"""Somebody asked for a report that takes longer than they wait."""

TELLING: Final = "telling"
"""Something was recorded: people and programs who want to know are told."""

ALWAYS: Final = (SEARCH, READINESS, TELLING)
"""What every commit leaves, whatever it records."""

FOLLOWING: Final[Mapping[tuple[str, str], str]] = {
    (READ_GRANT.name, "grant"): GRANTED,
    (READ_GRANT.name, "revoke"): GRANTED,
    (VISIT.name, Deed.CREATED): VISITED,
    (VISIT.name, "end"): VISITED,
    (EXPORT_DECISION.name, Deed.CREATED): DECIDED,
    (SENT_ENVELOPE.name, Deed.CREATED): SENT,
    (ENVELOPE.name, "acknowledge"): ANSWERED,
    (ENVELOPE.name, "refuse"): ANSWERED,
    (PERSON.name, "leave"): LEFT,
    (ACCESS.name, END): ACCESS_ENDED,
}
"""By kind, and by transition or else deed. What was imported is another's history, so nothing follows from it."""


def following(entries: Iterable[Entry]) -> Iterator[tuple[str, str]]:
    """Topic and payload of what follows."""
    for entry in entries:
        topic = FOLLOWING.get((entry.kind, entry.moved or entry.deed))
        if topic is not None:
            yield topic, json.dumps({"record": entry.record})
