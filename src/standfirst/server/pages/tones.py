"""In what tone a page says a state: good, warn, bad, note or plain. The words beside it say the same without colour."""

from typing import Final

from standfirst.records.kind import Kind

GOOD, WARN, BAD, NOTE, PLAIN = "good", "warn", "bad", "note", "plain"

_TONES: Final = {
    **dict.fromkeys(
        (
            *(
                "accepted",
                "achieved",
                "acknowledged",
                "active",
                "agreed",
                "answered",
                "applicable",
                "approved",
                "confirmed",
            ),
            *(
                "documented",
                "effective",
                "granted",
                "held",
                "operation",
                "published",
                "re-evaluated",
                "treated",
                "verified",
            ),
        ),
        GOOD,
    ),
    **dict.fromkeys(("conditional", "lapsed", "needed", "open", "returned", "suspended", "training"), WARN),
    **dict.fromkeys(("invalidated", "missed", "refused", "revoked", "stopped"), BAD),
    **dict.fromkeys(("in-review", "proposed", "requested", "received", "planned", "deciding"), NOTE),
}
"""Where a state's name says it, whatever kind it is of."""


def tone(kind: Kind | None, state: str) -> str:
    """Of a state that says nothing by itself: plain. What nothing is due in any more is never a warning."""
    found = _TONES.get(state, PLAIN)
    if kind is not None and state in kind.settled and found in {WARN, NOTE}:
        return PLAIN
    return found
