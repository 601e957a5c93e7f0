"""What no record may say, by whatever door it comes: each rule stands here once.

A fault has its place as a path, such as ``("links", "about", 0)``. Doors make problems of it: working files add the file
and the line, pages and API the field.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from standfirst.records.kind import Body, Kind, LinkRule
from standfirst.records.projection import moment
from standfirst.standards.reason import Parameter, Reason
from standfirst.standards.yaml_text import Path
from standfirst.trust.canonical import canonical_bytes
from standfirst.trust.errors import Rejected

Evidence = Callable[[str], str | None]
"""The digest of an attached file by the name that a body gives it; None where there is none."""


@dataclass(frozen=True, slots=True)
class Fault:
    path: Path
    reason: Reason


def _fault(code: str, *path: str | int, **parameters: Parameter) -> Fault:
    return Fault(path, Reason(code, parameters))


def frame_faults(
    kind: Kind,
    *,
    state: str,
    number: str,
    serves: Sequence[str],
    relations: Collection[str],
    requirements: Collection[str],
) -> Iterator[Fault]:
    """Faults of what stands round a body. ``number`` is empty where none is asked for."""
    if state not in kind.lifecycle.states:
        yield _fault("record.unknown-state", "state", state=state, known=kind.lifecycle.states)
    if number and not number.startswith(f"{kind.prefix}-"):
        yield _fault("number.malformed", "number", number=number, prefix=kind.prefix)
    for index, requirement in enumerate(serves):
        if requirement not in requirements:
            yield _fault("record.unknown-requirement", "serves", index, requirement=requirement)
    known = tuple(rule.relation for rule in kind.links)
    for relation in relations:
        if relation not in known:
            yield _fault(
                "link.unknown-relation", "links", relation, relation=relation, kind=kind.name, known=known
            )


def body_faults(kind: Kind, body: Body, *, today: date, evidence: Evidence) -> Iterator[Fault]:
    """Faults of a body that its model has read. Paths begin in the body."""
    try:
        canonical_bytes(dict(body))
    except Rejected as error:
        yield _fault("record.not-canonical", detail=str(error))
        return
    if timeless := timeless_field(kind, body):
        yield _fault("field.no-moment", timeless, value=str(body[timeless]))
        return
    for name in kind.happened:
        if body.get(name) and moment(str(body[name])).date() > today:
            told = {"value": str(body[name])[:10], "today": today.isoformat()}
            yield _fault("field.in-the-future", name, **told)
    for index, attachment in enumerate(body.get("attachments", ())):
        if "sha256" not in attachment or evidence(attachment["file"]) is None:
            yield _fault("evidence.missing", "attachments", index, "file", file=attachment["file"])
    for name, reason in kind.inspect(body) if kind.inspect else ():
        yield Fault((name,), reason)


def timeless_field(kind: Kind, body: Body) -> str:
    """A field whose time cannot be reckoned with: no time, or in UTC before the year 1 or after 9999. Empty for none."""
    for name in dict.fromkeys((*kind.happened, *kind.dated_by)):
        try:
            moment(str(body.get(name) or "2000-01-01"))
        except (ValueError, OverflowError):
            return name
    return ""


def link_fault(rule: LinkRule | None, target: str, kind: str | None) -> Reason | None:
    """Why this does not lead to ``target``, whose kind is None where there is no such record."""
    if kind is None:
        return Reason("link.unknown-target", {"target": target})
    if rule is not None and not rule.allows(kind):
        return Reason("link.wrong-kind", {"target": target, "kind": kind, "allowed": rule.targets})
    return None


def circles(graph: Mapping[str, Sequence[str]]) -> Iterator[Sequence[str]]:
    """Ways that lead back to where they began, each once: its first node is also its last. Depth-first, no recursion."""
    done: set[str] = set()
    for start in graph:
        if start in done:
            continue
        way: list[str] = []
        on_way: set[str] = set()
        stack: list[tuple[str, int]] = [(start, 0)]
        while stack:
            node, index = stack.pop()
            if index == 0:
                if node in on_way:
                    yield [*way[way.index(node) :], node]
                    continue
                if node in done:
                    continue
                way.append(node)
                on_way.add(node)
            targets = graph.get(node, ())
            if index < len(targets):
                stack.append((node, index + 1))
                stack.append((targets[index], 0))
            else:
                way.pop()
                on_way.discard(node)
                done.add(node)
