"""Guards that several lifecycles share: what must hold before a record moves.

Content may still be edited between two moves, so a move that signs asks again for all that was asked on the way.
"""

from collections.abc import Callable, Iterable

from standfirst.records.kind import Body
from standfirst.records.lifecycle import Attempt, Guard
from standfirst.records.projection import placeholders
from standfirst.standards.reason import Reason


def filled(*fields: str) -> Guard:
    """These fields are filled in."""

    def guard(attempt: Attempt) -> Reason | None:
        missing = tuple(name for name in fields if not attempt.content.body.get(name))
        return Reason("guard.missing", {"fields": missing}) if missing else None

    guard.__name__ = f"filled({', '.join(fields)})"
    return guard


def own_words(attempt: Attempt) -> Reason | None:
    """No template text is left."""
    left = placeholders(attempt.content.body)
    return Reason("guard.template", {"fields": left}) if left else None


def sound(flaws: Callable[[Body], Iterable[tuple[str, Reason]]]) -> Guard:
    """What ``inspect`` finds is refused already where it is written, by whatever door."""

    def guard(attempt: Attempt) -> Reason | None:
        return next((reason for _, reason in flaws(attempt.content.body)), None)

    guard.__name__ = f"sound({flaws.__name__})"
    return guard


def by_nobodys_hand(code: str) -> Guard:
    """A service's, which is no person here. One that comes from elsewhere with its origin is a copy and claims nothing.

    A deed that a person does and that leaves such a record writes it past the pen (``begun``).
    """

    def guard(attempt: Attempt) -> Reason | None:
        if attempt.content.origin or not attempt.workspace.records([attempt.actor.id], kinds=("person",)):
            return None
        return Reason(code)

    guard.__name__ = "by_nobodys_hand"
    return guard
