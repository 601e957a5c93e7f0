"""Looking along links, also at those that were taken away again.

A guard that asked only what a record says now could be passed by an edit: take a person off the team, decide, put them
back. So it asks what any version has said.
"""

from collections.abc import Collection, Iterator

from standfirst.records.kind import Body
from standfirst.records.ledger import Deed
from standfirst.records.lifecycle import Attempt
from standfirst.records.record import Content, Record
from standfirst.records.workspace import Workspace


def targets(content: Content, *relations: str) -> frozenset[str]:
    """The ids that a version leads to."""
    return frozenset(target for relation in relations for target in content.links.get(relation, ()))


def linked(attempt: Attempt, *relations: str) -> list[Record]:
    """The records that the content at hand leads to, in the order of their numbers."""
    found = attempt.workspace.records(sorted(targets(attempt.content, *relations)))
    return sorted(found.values(), key=lambda record: record.number)


def ever(record: Record, *relations: str, states: Collection[str] = ()) -> frozenset[str]:
    """The ids that any version has led to; of versions in one of ``states``, where some are named."""
    return frozenset(
        target
        for version in record.versions
        if not states or version.content.state in states
        for target in targets(version.content, *relations)
    )


def pointing(workspace: Workspace, kind: str, relation: str, aim: Collection[str]) -> list[Record]:
    """The records of a kind of which any version leads to one of ``aim``, in the order of their numbers."""
    wanted = frozenset(aim)
    found = workspace.records(kinds=(kind,)).values()
    return sorted((r for r in found if ever(r, relation) & wanted), key=lambda record: record.number)


def body_of(workspace: Workspace, record: Record) -> Body:
    """A record's current body, as this release reads it."""
    content = record.current.content
    return workspace.kinds[record.kind].upcast(content.body, content.schema)


def state(record: Record) -> str:
    return record.current.content.state


def moved_by(record: Record, transition: str) -> Iterator[str]:
    """Who has taken a record through a transition, in order: who moved it, and who had signed for that move before."""
    signed: list[str] = []
    for entry in (version.entry for version in record.versions):
        if entry.deed is Deed.SIGNED:
            signed += [entry.actor] if entry.transition == transition else []
            continue
        if entry.moved == transition:
            yield from (*signed, entry.actor)
        signed = []
