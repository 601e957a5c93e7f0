"""A lifecycle is one table: states, transitions, who may, what must hold, what is signed."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from standfirst.records.actor import Actor, Role
from standfirst.standards.reason import Reason

if TYPE_CHECKING:
    from standfirst.records.record import Content
    from standfirst.records.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a guard may look at: the content that would move, who moves it, and the workspace it stands in."""

    content: "Content"
    actor: Actor
    workspace: "Workspace"


Guard: TypeAlias = Callable[[Attempt], Reason | None]


@dataclass(frozen=True, slots=True)
class Transition:
    """A move from one of ``sources`` to ``target``. Empty ``roles`` means any member.

    ``signs`` is the meaning of the signature that the move leaves. ``second_person``: not by anybody who wrote the
    content that is moved. ``signers``: how many different people must sign before it moves, each allowed to take it.
    ``erases`` names the relation whose targets' contents are destroyed with the move.
    """

    name: str
    sources: tuple[str, ...]
    target: str
    roles: tuple[Role, ...] = ()
    guards: tuple[Guard, ...] = ()
    signs: str = ""
    second_person: bool = False
    signers: int = 1
    erases: str = ""

    def __post_init__(self) -> None:
        if self.signers < 1 or (self.signers > 1 and not self.signs):
            raise ValueError(f"{self.name}: several people sign something, or one moves it")


@dataclass(frozen=True, slots=True)
class Lifecycle:
    states: tuple[str, ...]
    transitions: tuple[Transition, ...]
    frozen: tuple[str, ...] = ()  # states in which the content may no longer be edited

    @property
    def initial(self) -> str:
        return self.states[0]

    def path(self, source: str, target: str) -> Sequence[Transition] | None:
        """The shortest way from one state to another, in table order; None where there is none.

        A step that leaves a signature or erases is only ever the last one: nobody does so on the way to something else.
        """
        waiting: deque[tuple[str, tuple[Transition, ...]]] = deque([(source, ())])
        seen = {source}
        while waiting:
            state, way = waiting.popleft()
            if state == target:
                return way
            for transition in self.transitions:
                if state not in transition.sources or transition.target in seen:
                    continue
                if not (transition.signs or transition.erases) or transition.target == target:
                    seen.add(transition.target)
                    waiting.append((transition.target, (*way, transition)))
        return None

    def diagram(self) -> str:
        """Mermaid source; generated into the documentation and compared there."""
        lines = ["stateDiagram-v2", "    direction LR", f"    [*] --> {_node(self.initial)}"]
        for move in self.transitions:
            marks = (
                ", ".join(move.roles),
                f"signs {move.signs}" if move.signs else "",
                "two people" if move.second_person else "",
                f"{move.signers} sign" if move.signers > 1 else "",
                "erases" if move.erases else "",
            )
            note = "; ".join(mark for mark in marks if mark)
            label = f"{move.name} ({note})" if note else move.name
            lines += [f"    {_node(source)} --> {_node(move.target)}: {label}" for source in move.sources]
        return "\n".join(lines)

    def as_json(self) -> dict[str, object]:
        """The table as data, for the golden file that notices a change without a new schema number."""
        return {
            "states": list(self.states),
            "frozen": list(self.frozen),
            "transitions": [
                {
                    "name": t.name,
                    "sources": list(t.sources),
                    "target": t.target,
                    "roles": [role.value for role in t.roles],
                    "guards": [guard.__name__ for guard in t.guards],
                    "signs": t.signs,
                    "second_person": t.second_person,
                    **({"signers": t.signers} if t.signers > 1 else {}),
                    **({"erases": t.erases} if t.erases else {}),
                }
                for t in self.transitions
            ],
        }


def _node(state: str) -> str:
    return state.replace("-", "_")


RECORDED: Final = Lifecycle(states=("recorded",), transitions=(), frozen=("recorded",))
"""Of what is said once and never again."""
