"""How people think of a kind: which family it belongs to, what a list shows, in what order a form asks, when it falls due.

Pure data. Doors draw pages from it; a kind that says nothing here is shown field by field, in the order of its body.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Family(StrEnum):
    """Where a kind stands among the others: the groups of a menu, after the clauses of a management system standard."""

    CONTEXT = "context"
    PLANNING = "planning"
    SUPPORT = "support"
    OPERATION = "operation"
    EVALUATION = "evaluation"
    IMPROVEMENT = "improvement"
    CERTIFICATION = "certification"
    OTHERS = "others"  # what is shared with other organisations
    KEEPING = "keeping"  # keys, holds, erasure: what the workplace itself needs


class Widget(StrEnum):
    """How a field is answered where its type alone does not say it."""

    SCALE = "scale"  # 1 to 5, as buttons in a row
    PERSON = "person"  # a text, with the people of the workspace proposed
    REQUIREMENTS = "requirements"  # their ids, with the sentences beside them
    TAGS = "tags"  # several short words
    PROSE = "prose"  # a text over the whole width, however short it may be
    MARKDOWN = "markdown"  # the same, shown as it will be read


@dataclass(frozen=True, slots=True)
class Section:
    """Fields that are asked and read together."""

    title: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class View:
    """``summary`` are the fields that tell a record in one line, after its title. ``columns`` are those that a list shows
    at first, ``filters`` those that it can be narrowed by. ``due`` are dates by which something has to be done; ``owner``
    the field that names who does it. All may be derived ones. ``board``: its states are stages that work moves through.
    ``settled``: the states in which nothing is due any more (empty: those that no way leads on from, ``Kind.settled``).
    ``scales``: by field, what each step of a scale is called. Fields that no section names come after them.
    """

    family: Family
    summary: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    widgets: Mapping[str, Widget] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    due: tuple[str, ...] = ()
    owner: str = ""
    board: bool = False
    settled: tuple[str, ...] = ()
    scales: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def people(self) -> frozenset[str]:
        """The fields that say who somebody is: by their handle or in free words."""
        asked = (name for name, widget in self.widgets.items() if widget is Widget.PERSON)
        return frozenset({*asked, self.owner} - {""})

    @property
    def indexed(self) -> tuple[str, ...]:
        """The fields that lists, boards, calendars and homes show or ask: each once, in a settled order."""
        owner = (self.owner,) if self.owner else ()
        named = (*self.columns, *self.filters, *self.due, *owner, *self.summary)
        return tuple(dict.fromkeys(named))


PLAIN = View(Family.KEEPING)
"""Of a kind that says nothing else."""
