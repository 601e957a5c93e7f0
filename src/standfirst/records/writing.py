"""The deeds of every door but files: to create a record, to amend it, to move it. Values in, one change out.

A door hands over what somebody wants as plain JSON values (``Wish``). Whatever is wrong with it is told at once, each
fault with its field; what may not be done is refused by the pen.
"""

import json
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, Field, StringConstraints, ValidationError

from standfirst.records.actor import Actor
from standfirst.records.change import Change, Conflict, Refused
from standfirst.records.faults import Fault, body_faults, circles, frame_faults, link_fault
from standfirst.records.kind import Body, Kind
from standfirst.records.pen import Links, Pen
from standfirst.records.projection import placeholders
from standfirst.records.record import Record
from standfirst.records.signature import Site
from standfirst.records.signing import Proof
from standfirst.records.workspace import DeedFunction, Workspace
from standfirst.standards.problems import Problem, Unusable
from standfirst.standards.reason import Parameter, Reason
from standfirst.standards.validation import Name, RequirementId, Strict, dotted, faults_of
from standfirst.standards.vocabulary import Assurance
from standfirst.standards.yaml_text import MAX_BYTES, MAX_DEPTH, MAX_INTEGER, MAX_VALUES, Path, unkeepable

Acting = Callable[[Workspace], Actor]
"""Who does it, as the records say under the lock. Raises Refused."""

Evidence = Callable[[Collection[str]], Mapping[str, str]]
"""The digests of attached files, by the names that a body gives them; those there are not are absent."""

Model = TypeVar("Model", bound=BaseModel)

BODY: Final[Path] = ("body",)


class Wish(Strict):
    """What somebody wants a record to say and where to stand. What is None stays as it is."""

    body: Mapping[str, Any] | None = Field(default=None, description="The fields that the kind asks for")
    serves: tuple[RequirementId, ...] | None = Field(
        default=None, description="Ids of requirements that it serves"
    )
    links: Mapping[Name, tuple[str, ...]] | None = Field(
        default=None, description="By relation: numbers or ids of other records"
    )
    state: Name | None = Field(default=None, description="Where it is to stand in its lifecycle")


class Why(Strict):
    why: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4_000)] = Field(
        description="Why it is done; kept with the version"
    )


@dataclass(frozen=True, slots=True)
class Known:
    """What a wish is held against: the requirements there are, the day, and the files that are here."""

    requirements: Collection[str]
    today: date
    evidence: Evidence = lambda _: {}


@dataclass(frozen=True, slots=True)
class Signed:
    """How a signature is given at this door, and the one that was given, if any. ``site``: where passkeys are asked."""

    least: Assurance = Assurance.DECLARED
    ledger: str = ""
    site: Site | None = None
    proof: Proof | None = None


UNSIGNED: Final = Signed()
"""Where a signature is only declared: on packages, whose command line believes who says that they sign."""

ENOUGH: Final = 99
"""Faults that are looked for; with the word that there may be more, as many as one answer tells."""


# --- the deeds -------------------------------------------------------------------------------------------------------


def create(
    *, acting: Acting, kind: Kind, record: str, wish: Wish, why: str, known: Known, signed: Signed
) -> DeedFunction:
    """A new record with the id ``record``. Raises Unusable with every fault, Refused, and Conflict where the id is taken."""

    def deed(workspace: Workspace) -> Change:
        actor = acting(workspace)
        said, faults = _reason(why, kind.name)
        pen = _pen(workspace, actor=actor, kind=kind, record=record, before=None, why=said, signed=signed)
        return _written(pen, kind.name, wish, known, signed, faults)

    return deed


def amend(
    *,
    acting: Acting,
    record: str,
    expected: int,
    wish: Wish,
    why: str,
    known: Known,
    signed: Signed,
) -> DeedFunction:
    """The next version of a record, or several where it also moves. No entry where nothing would differ.

    Raises Unusable with every fault, Refused, and Conflict where version ``expected`` is no longer the current one.
    """

    def deed(workspace: Workspace) -> Change:
        actor = acting(workspace)
        before = _found(workspace, record, expected)
        kind = workspace.kinds[before.kind]
        said, faults = _reason(why, before.number)
        pen = _pen(workspace, actor=actor, kind=kind, record=record, before=before, why=said, signed=signed)
        return _written(pen, before.number, wish, known, signed, faults)

    return deed


def move(*, acting: Acting, record: str, expected: int, to: str, why: str, signed: Signed) -> DeedFunction:
    """Bring a record into another state, its content as it is. Raises Refused, also Conflict."""

    def deed(workspace: Workspace) -> Change:
        actor = acting(workspace)
        before = _found(workspace, record, expected)
        said, faults = _reason(why, before.number)
        if faults:
            raise Unusable(faults)
        kind = workspace.kinds[before.kind]
        pen = _pen(workspace, actor=actor, kind=kind, record=record, before=before, why=said, signed=signed)
        pen.move_to(to, _assurance(signed), signed.proof)
        return Change(actor, tuple(pen.drafts))

    return deed


def put(pen: Pen, body: Body, *, serves: tuple[str, ...], links: Links, state: str, number: str = "") -> bool:
    """Content before movement, unless the state in which it stands is one that is not edited. Movement is the caller's:
    True says that the content still has to be written, in the state reached then.
    """
    content = pen.content
    edited = content is None or (dict(content.body), content.serves, dict(content.links)) != (
        dict(body),
        serves,
        dict(links),
    )
    frozen = content is not None and pen.state in pen.kind.lifecycle.frozen
    if edited and not (frozen and state != pen.state):
        pen.write(body, serves=serves, links=links, number=number)
        return False
    return edited


def _written(  # noqa: PLR0917
    pen: Pen, name: str, wish: Wish, known: Known, signed: Signed, faults: Sequence[Problem]
) -> Change:
    said = _Sound(pen, name, wish, known, faults).said()
    state = wish.state or pen.state
    later = put(pen, said.body, serves=said.serves, links=said.links, state=state)
    if state != pen.state:
        pen.move_to(state, _assurance(signed), signed.proof)
    if later:
        pen.write(said.body, serves=said.serves, links=said.links)
    return Change(pen.actor, tuple(pen.drafts))


def _reason(why: str, name: str) -> tuple[str, Sequence[Problem]]:
    """Why it is done, as it is kept; or what is wrong with it, to be told with all the rest."""
    try:
        return read(Why, {"why": why}, name=name).why, ()
    except Unusable as unusable:
        return "", unusable.problems


def _pen(
    workspace: Workspace,
    *,
    actor: Actor,
    kind: Kind,
    record: str,
    before: Record | None,
    why: str,
    signed: Signed,
) -> Pen:
    return Pen(
        workspace,
        actor,
        kind,
        record,
        before,
        why,
        least=signed.least,
        ledger=signed.ledger,
        site=signed.site,
    )


def _assurance(signed: Signed) -> Assurance:
    return signed.proof.assurance if signed.proof else Assurance.DECLARED


def _found(workspace: Workspace, record: str, expected: int) -> Record:
    known = workspace.records([record]).get(record)
    if known is None:
        raise Refused(Reason("record.missing"))
    if (version := known.current.content.version) != expected:
        told: dict[str, Parameter] = {"record": record, "expected": expected, "current": version}
        raise Conflict(Reason("record.conflict", told))
    return known


# --- what a wish may say ---------------------------------------------------------------------------------------------


def wish_of(value: Any, *, name: str) -> Wish:
    """A wish from JSON values. Raises Unusable; ``name`` is what its problems are about: a number, or a kind."""
    return read(Wish, value, name=name)


def read(model: type[Model], value: Any, *, name: str, path: Path = ()) -> Model:
    """``value`` as exactly what the model asks: no text for a number, no number for a day. Text is taken as NFC.

    Raises Unusable: values that cannot be kept, values of another form; of a flood of faults the first ones.
    """
    keeper = _Keeper()
    text = json.dumps(keeper.kept(value, ()), ensure_ascii=False, indent=2)
    if not keeper.faults and len(text.encode()) > MAX_BYTES:  # as a working file it would be refused
        keeper.fail((), "value.too-large", limit=MAX_BYTES)
    if keeper.faults:
        raise Unusable(_first(name, _told(name, keeper.faults, path)))
    try:
        return model.model_validate_json(text, strict=True)
    except ValidationError as error:
        faults = (Fault(where, reason) for where, reason in faults_of(error))
        raise Unusable(_first(name, _told(name, faults, path))) from None


class _Keeper:
    """Takes values as they can be kept: what no working file could hold is a fault."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.values = 0

    def fail(self, path: Path, code: str, /, **parameters: Parameter) -> None:
        self.faults.append(Fault(path, Reason(code, parameters)))

    def kept(self, value: Any, path: Path) -> Any:
        self.values += 1
        if len(self.faults) > ENOUGH:
            return None
        if len(path) >= MAX_DEPTH and isinstance(value, Mapping | list | tuple):
            return self.fail(path, "value.too-deep", limit=MAX_DEPTH)
        if self.values > MAX_VALUES:
            return (
                self.fail((), "value.too-many", limit=MAX_VALUES) if self.values == MAX_VALUES + 1 else None
            )
        if isinstance(value, str):
            return self._text(value, path)
        if isinstance(value, Mapping):
            return {self._text(key, path): self.kept(item, (*path, key)) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.kept(item, (*path, index)) for index, item in enumerate(value)]
        return self._plain(value, path)

    def _text(self, value: Any, path: Path) -> str:
        if not isinstance(value, str):
            self.fail(path, "value.not-json")
        elif character := unkeepable(value):
            self.fail(path, "value.character", character=character)
        else:
            return unicodedata.normalize("NFC", value)
        return ""

    def _plain(self, value: Any, path: Path) -> Any:
        if isinstance(value, float):
            self.fail(path, "value.fraction")
        elif isinstance(value, int) and abs(value) > MAX_INTEGER:
            self.fail(path, "value.integer-too-large")
        elif value is None or isinstance(value, int):
            return value
        else:
            self.fail(path, "value.not-json")
        return None


def _told(name: str, faults: Iterable[Fault], path: Path = ()) -> Iterator[Problem]:
    for fault in faults:
        yield Problem(name, 0, dotted((*path, *fault.path)), fault.reason)


def _first(name: str, problems: Iterable[Problem]) -> list[Problem]:
    """Of a flood the first ones, and that there may be more: nobody has looked any further."""
    found = list(islice(problems, ENOUGH + 1))
    if len(found) <= ENOUGH:
        return found
    return [*found[:ENOUGH], Problem(name, 0, "", Reason("problems.stopped", {"count": ENOUGH}))]


@dataclass(frozen=True, slots=True)
class _Said:
    """What the next version will say."""

    body: Body
    serves: tuple[str, ...]
    links: Links


class _Sound:
    """A wish, held against the kind's rules and against what is recorded."""

    def __init__(self, pen: Pen, name: str, wish: Wish, known: Known, faults: Sequence[Problem]) -> None:
        self.pen, self.kind, self.name, self.wish, self.known = pen, pen.kind, name, wish, known
        self.before = pen.content
        self.problems: list[Problem] = list(faults)

    def said(self) -> _Said:
        """Raises Unusable with every fault; of a flood with the first ones."""
        before = self.before
        serves = self.wish.serves if self.wish.serves is not None else before.serves if before else ()
        self._tell(
            frame_faults(
                self.kind,
                state=self.wish.state or self.pen.state,
                number="",
                serves=serves,
                relations=self.wish.links or (),
                requirements={*self.known.requirements, *(before.serves if before else ())},
            )
        )
        body = self._body()
        links = self._links()
        if self.problems:
            raise Unusable(_first(self.name, self.problems))
        return _Said(body, serves, links)

    def _tell(self, faults: Iterable[Fault], path: Path = ()) -> None:
        self.problems += islice(_told(self.name, faults, path), max(ENOUGH + 1 - len(self.problems), 0))

    def _body(self) -> Body:
        if self.wish.body is None and self.before is not None:
            return self.before.body
        wanted = self.wish.body or {}
        templates = [Fault((name,), Reason("value.template")) for name in placeholders(wanted)]
        try:
            body = read(self.kind.body, wanted, name=self.name, path=BODY).values()
        except Unusable as error:
            told = {problem.field for problem in error.problems}
            self.problems += error.problems
            self._tell((fault for fault in templates if dotted((*BODY, *fault.path)) not in told), BODY)
            return {}
        self._tell(templates, BODY)
        digests = self._digests(body)
        self._tell(body_faults(self.kind, body, today=self.known.today, evidence=digests.get), BODY)
        return body

    def _digests(self, body: dict[str, Any]) -> Mapping[str, str]:
        """Attached files with the digests that they have; one that was stated has to be that of the file."""
        attached = body.get("attachments", ())
        digests = self.known.evidence([one["file"] for one in attached]) if attached else {}
        for index, one in enumerate(attached):
            stated, digest = one["sha256"], digests.get(one["file"])
            one["sha256"] = digest
            if digest is not None and stated not in (None, digest):
                changed = Reason("evidence.changed", {"file": one["file"]})
                self._tell([Fault(("attachments", index, "sha256"), changed)], BODY)
        return digests

    def _links(self) -> Links:
        """By id. What is linked already may stay, also where the target has been erased since."""
        old = self.before.links if self.before else {}
        if self.wish.links is None:
            return old
        wanted = {relation: targets for relation, targets in self.wish.links.items() if targets}
        labels = {label for targets in wanted.values() for label in targets}
        ids = self.pen.workspace.numbered(labels) if labels else {}
        new = {ids.get(label, label) for label in labels} - {i for those in old.values() for i in those}
        found = self.pen.workspace.records(new) if new else {}
        links: dict[str, tuple[str, ...]] = {}
        for relation, targets in wanted.items():
            rule = self.kind.relation(relation)
            for index, label in enumerate(targets):
                if len(self.problems) > ENOUGH:
                    return links
                target = ids.get(label, label)
                kind = found[target].kind if target in found else None
                reason = link_fault(rule, label, kind)
                if reason is not None and target not in old.get(relation, ()):
                    self._tell([Fault(("links", relation, index), reason)])
            links[relation] = tuple(dict.fromkeys(ids.get(label, label) for label in targets))
        self._tell(self._circles(links, new))
        return links

    def _circles(self, links: Links, new: Collection[str]) -> Iterator[Fault]:
        if not new or self.problems or self.before is None:  # nothing leads to a new record yet
            return
        graph = dict(self.pen.workspace.reached(new))
        graph[self.pen.record] = [target for targets in links.values() for target in targets]
        for circle in circles(graph):
            if self.pen.record in circle:
                records = self.pen.workspace.records(circle)
                names = tuple(records[i].number if i in records else self.name for i in circle)
                yield Fault(("links",), Reason("link.cycle", {"circle": names}))
