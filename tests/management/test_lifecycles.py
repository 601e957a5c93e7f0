"""Every lifecycle of our own kinds, by its table and by histories that try to get round it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.management import workplace
from tests.management.people import ADA, BEN, MILA, THING, links, mover, optional, whole
from tests.records.cast import ticking

from standfirst.management.kinds import OWN_KINDS
from standfirst.management.measurement import MEASUREMENT
from standfirst.management.organisation import PERSON
from standfirst.management.products import PRODUCT
from standfirst.records.actor import Actor, Role
from standfirst.records.change import Change, Draft, Refused
from standfirst.records.kind import Kind
from standfirst.records.ledger import Deed, check
from standfirst.records.lifecycle import Attempt, Lifecycle, Transition
from standfirst.records.memory import MemoryStore
from standfirst.records.pen import Pen
from standfirst.records.projection import fact_of
from standfirst.records.record import Content, Record, Version
from standfirst.records.view import PLAIN
from standfirst.records.workspace import Workspace
from standfirst.standards.vocabulary import Assurance

KINDS = [
    kind for kind in OWN_KINDS if kind.name not in {"access", "sealed-batch", "ledger-keys", "sent-envelope"}
]
"""Those whose first version stands by itself: not left by a deed, nor about what the ledger holds."""

each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.name))

# --- the tables ---


def reached(lifecycle: Lifecycle, start: str, *, signing: bool) -> set[str]:
    """The states that single steps lead to, with or without those that sign."""
    found = {start}
    while True:
        more = {
            step.target
            for step in lifecycle.transitions
            if found & set(step.sources) and (signing or not step.signs)
        }
        if more <= found:
            return found
        found |= more


@each_kind
def test_a_table_speaks_of_its_own_states(kind: Kind) -> None:
    states = set(kind.lifecycle.states)
    assert len(states) == len(kind.lifecycle.states)
    assert set(kind.lifecycle.frozen) <= states
    for step in kind.lifecycle.transitions:
        assert {*step.sources, step.target} <= states
        assert step.target not in step.sources
    names = [step.name for step in kind.lifecycle.transitions]
    assert len(set(names)) == len(names)


@each_kind
def test_every_state_is_reached_from_the_first(kind: Kind) -> None:
    assert reached(kind.lifecycle, kind.lifecycle.initial, signing=True) == set(kind.lifecycle.states)


@each_kind
def test_what_is_signed_is_frozen(kind: Kind) -> None:
    """Else the content could be changed under the signature, in the state that the signature brought about."""
    for step in kind.lifecycle.transitions:
        assert not step.signs or step.target in kind.lifecycle.frozen
        assert step.signs or not step.second_person


@each_kind
def test_a_path_is_made_of_allowed_steps(kind: Kind) -> None:
    lifecycle = kind.lifecycle
    for start in lifecycle.states:
        for target in lifecycle.states:
            way = lifecycle.path(start, target)
            silent = reached(lifecycle, start, signing=False)
            signed = {s.target for s in lifecycle.transitions if s.signs and silent & set(s.sources)}
            assert (way is not None) == (target in silent | signed)
            state = start
            for step in way or ():
                assert state in step.sources
                state = step.target
            assert way is None or state == target
            assert not [step for step in (way or ())[:-1] if step.signs], "nobody signs on the way"


def test_a_path_is_the_shortest_and_does_not_lose_its_way_at_a_signature() -> None:
    table = Lifecycle(
        states=("a", "b", "c", "d"),
        transitions=(
            Transition("sign", ("a",), "c", signs="approval"),
            Transition("step", ("a",), "b"),
            Transition("walk", ("b",), "c"),
            Transition("leave", ("c",), "d"),
        ),
    )

    def names(start: str, target: str) -> list[str] | None:
        way = table.path(start, target)
        return None if way is None else [step.name for step in way]

    assert names("a", "c") == ["sign"]
    assert names("a", "d") == ["step", "walk", "leave"]
    assert names("a", "a") == []
    assert names("d", "a") is None


@each_kind
def test_the_diagram_shows_every_transition(kind: Kind) -> None:
    lines = kind.lifecycle.diagram().splitlines()
    assert lines[0] == "stateDiagram-v2"
    assert f"    [*] --> {kind.lifecycle.initial.replace('-', '_')}" in lines
    for step in kind.lifecycle.transitions:
        for source in step.sources:
            arrow = f"    {source} --> {step.target}: ".replace("-", "_").replace("__>", "-->")
            (line,) = (line for line in lines if line.startswith(arrow + step.name))
            assert all(role in line for role in step.roles)
            assert ("two people" in line) == step.second_person
            assert f"signs {step.signs}" in line or not step.signs


# --- the moves ---


class Life:
    """One record of a kind, and the people who try things with it."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.store = MemoryStore(OWN_KINDS, clock=ticking())
        first = Draft(Deed.FOUNDED, "someone", "person", 0, "active", {"name": "Ada", "handle": "ada"}, "")
        other = Draft(Deed.CREATED, "another", "person", 0, "active", {"name": "Ben", "handle": "ben"}, "")
        thing = Draft(Deed.CREATED, THING, "product", 0, "concept", dict(whole(PRODUCT)), "")
        again = Draft(
            Deed.CREATED,
            "another-classification",
            "export-classification",
            0,
            "confirmed",
            workplace.CLASSIFICATION,
            "",
            links={"classifies": (THING,)},
        )
        self.store.perform(lambda _: Change(ADA, (first, other, thing, again), simulation=True))

    @property
    def record(self) -> Record:
        return self.store.records(["it"])["it"]

    @property
    def state(self) -> str:
        return self.record.current.content.state

    def _pen(self, workspace: Workspace, by: Actor) -> Pen:
        return Pen(workspace, by, self.kind, "it", workspace.records(["it"]).get("it"), "")

    def do(self, by: Actor, *acts: Callable[[Pen], None]) -> None:
        """All the acts in one change, as one save of a file would do them. Raises Refused."""

        def deed(workspace: Workspace) -> Change:
            pen = self._pen(workspace, by)
            for act in acts:
                act(pen)
            return Change(by, tuple(pen.drafts))

        self.store.perform(deed)

    def step(self, transition: Transition, by: Actor) -> None:
        """By as many as have to sign."""
        others = (person for person in (BEN, ADA) if person != by)
        for who in [by, *others][: transition.signers]:
            self.do(who, moved(transition.target))

    def reach(self, target: str, *, author: Actor = ADA, mover: Actor = BEN) -> None:
        """By single steps, so that signatures are given where they are due."""
        if "it" not in self.store.records():
            self.do(author, written(whole(self.kind)))
        for step in route(self.kind.lifecycle, self.state, target):
            self.step(step, mover)


Act = Callable[[Pen], None]


def moved(target: str) -> Act:
    return lambda pen: pen.move_to(target, Assurance.DECLARED)


def written(body: Mapping[str, object]) -> Act:
    return lambda pen: pen.write(body, serves=(), links=links(pen.kind, pen.actor))


def route(lifecycle: Lifecycle, start: str, target: str) -> Sequence[Transition]:
    """Single steps from one state to another, signing ones among them."""
    ways: dict[str, tuple[Transition, ...]] = {start: ()}
    while target not in ways:
        for step in lifecycle.transitions:
            for source in step.sources:
                if source in ways and step.target not in ways:
                    ways[step.target] = (*ways[source], step)
    return ways[target]


def moves(
    chosen: Callable[[Kind, Transition, str], object] = lambda *_: True,
) -> pytest.MarkDecorator:
    """A case for every transition of every kind from each of its sources, or for those chosen."""
    cases = [
        (kind, step, source)
        for kind in KINDS
        for step in kind.lifecycle.transitions
        for source in step.sources
        if chosen(kind, step, source)
    ]
    return pytest.mark.parametrize(
        ("kind", "step", "source"), cases, ids=lambda part: str(getattr(part, "name", part))
    )


def with_roles(_kind: Kind, step: Transition, _source: str) -> object:
    return step.roles


def by_two(_kind: Kind, step: Transition, _source: str) -> bool:
    return step.second_person


def taken_back(kind: Kind, step: Transition, source: str) -> bool:
    return step.second_person and source in reached(kind.lifecycle, step.target, signing=True)


def signed_after_edits(kind: Kind, step: Transition, source: str) -> bool:
    """A measurement's content is bound by its digest instead."""
    return bool(step.signs) and source not in kind.lifecycle.frozen and kind is not MEASUREMENT


@moves()
def test_every_move_can_be_made_by_a_second_person_with_its_role(
    kind: Kind, step: Transition, source: str
) -> None:
    life = Life(kind)
    life.reach(source)
    life.step(step, mover(kind, step))
    assert life.state == step.target
    signature = life.record.current.entry.signature
    assert (signature and signature["meaning"]) == (step.signs or None)


@moves(with_roles)
def test_no_move_without_its_role(kind: Kind, step: Transition, source: str) -> None:
    life = Life(kind)
    life.reach(source)
    others = frozenset(Role) - set(step.roles)
    for by in (MILA, Actor("cleo", others)):
        with pytest.raises(Refused) as refused:
            life.do(by, moved(step.target))
        assert refused.value.reason.code == "deed.role"
        assert refused.value.reason.parameters["asked"] == step.roles
    assert life.state == source


@moves(by_two)
def test_the_author_never_is_the_second_person(kind: Kind, step: Transition, source: str) -> None:
    """Not at once, not on the way from the first state, not with an edit in between, not after taking it back."""
    life = Life(kind)
    life.reach(source, author=ADA)
    life_of_edits = Life(kind)
    life_of_edits.reach(source, author=BEN, mover=ADA)
    attempts: list[tuple[Life, Sequence[Act]]] = [(life, [moved(step.target)])]
    if source not in kind.lifecycle.frozen:
        own = {**whole(kind), "remarks": "Mine"}
        attempts += [
            (life, [written(own), moved(step.target)]),
            (life, [written(own), written(whole(kind)), moved(step.target)]),
            (life_of_edits, [written(own), moved(step.target)]),
        ]
    for one, acts in attempts:
        with pytest.raises(Refused) as refused:
            one.do(ADA, *acts)
        assert refused.value.reason.code == "deed.second-person"
        assert one.state == source


@moves(taken_back)
def test_the_author_does_not_approve_again_what_somebody_else_approved(
    kind: Kind, step: Transition, source: str
) -> None:
    """Ben has vouched for Ada's content once. Taken back and untouched, it is still hers."""
    life = Life(kind)
    life.reach(source)
    life.step(step, BEN)
    life.reach(source, mover=ADA)
    with pytest.raises(Refused) as refused:
        life.step(step, ADA)
    assert refused.value.reason.code == "deed.second-person"
    life.step(step, BEN)
    assert life.state == step.target


def test_people_are_written_by_those_who_may() -> None:
    life = Life(PERSON)
    with pytest.raises(Refused) as refused:
        life.do(MILA, written(whole(PERSON)))
    assert refused.value.reason.code == "deed.role"
    life.do(Actor("cleo", frozenset(PERSON.authors[:1])), written(whole(PERSON)))
    with pytest.raises(Refused):
        life.do(MILA, written({**whole(PERSON), "roles": ["top-management"]}))


def test_a_state_that_there_is_not() -> None:
    life = Life(PERSON)
    with pytest.raises(Refused) as refused:
        life.do(ADA, written(whole(PERSON)), moved("promoted"))
    assert refused.value.reason.code == "deed.unknown-state"
    assert refused.value.reason.parameters["states"] == ("active", "left")


@each_kind
def test_a_new_record_is_not_written_and_approved_in_one_go(kind: Kind) -> None:
    for step in kind.lifecycle.transitions:
        if step.second_person:
            with pytest.raises(Refused):
                Life(kind).do(ADA, written(whole(kind)), moved(step.target))


@each_kind
def test_frozen_content_is_not_edited(kind: Kind) -> None:
    for state in kind.lifecycle.frozen:
        life = Life(kind)
        life.reach(state, mover=ADA if kind.name == "comment" else BEN)
        for by in (ADA, BEN):
            with pytest.raises(Refused) as refused:
                life.do(by, written({**whole(kind), "remarks": "Mine"}))
            assert refused.value.reason.code == "deed.frozen"
        with pytest.raises(Refused):  # nor on the way back into it
            life.do(BEN, written({**whole(kind), "remarks": "Mine"}), moved(kind.lifecycle.initial))


def refuses(kind: Kind, step: Transition, body: Mapping[str, object]) -> bool:
    content = Content("it", kind.name, kind.schema, 1, step.sources[0], body, (), {}, "")
    return any(guard(Attempt(content, BEN, Life(kind).store)) for guard in step.guards)


def asked(kind: Kind, step: Transition) -> set[str]:
    """The fields without which a step's guards refuse."""
    return {
        name
        for name in optional(kind)
        if refuses(kind, step, {key: value for key, value in whole(kind).items() if key != name})
    }


@moves(signed_after_edits)
def test_who_signs_is_sure_of_all_that_was_asked_on_the_way(
    kind: Kind, step: Transition, source: str
) -> None:
    """Content may be edited between two moves, and what was filled in then may be empty now."""
    way = route(kind.lifecycle, kind.lifecycle.initial, source)
    before = {name for earlier in way if not earlier.signs for name in asked(kind, earlier)}
    assert before <= asked(kind, step)
    assert refuses(kind, step, {**whole(kind), "remarks": "[[your words]]"}), "template text can be signed"


# --- any history ---

PEOPLE = (
    ADA,
    BEN,
    Actor("cleo", frozenset({Role.TOP_MANAGEMENT})),
    Actor("dan", frozenset({Role.AUDITOR})),
    MILA,
)
BY_ID = {person.id: person for person in PEOPLE}


@st.composite
def attempts(draw: st.DrawFn, kind: Kind) -> tuple[Actor, list[Act]]:
    """One to three acts of one person: moves anywhere, edits that fill in or leave out."""
    acts: list[Act] = []
    for _ in range(draw(st.integers(1, 3))):
        if draw(st.booleans()):
            acts.append(moved(draw(st.sampled_from(kind.lifecycle.states))))
        else:
            left_out = draw(st.sets(st.sampled_from(optional(kind)), max_size=1))
            body = {name: value for name, value in whole(kind).items() if name not in left_out}
            acts.append(written({**body, "remarks": draw(st.sampled_from(["one", "two"]))}))
    return draw(st.sampled_from(PEOPLE)), acts


@each_kind
@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_no_history_gets_round_the_table(kind: Kind, data: st.DataObject) -> None:
    life = Life(kind)
    life.do(data.draw(st.sampled_from(PEOPLE[:2])), written(whole(kind)))
    for by, acts in data.draw(st.lists(attempts(kind), min_size=3, max_size=10)):
        size = life.store.head.size
        try:
            life.do(by, *acts)
        except Refused:
            assert life.store.head.size == size
    assert list(broken_rules(life)) == []
    assert signers(life) == [v.entry.actor for v in since_the_last_edit(life) if v.entry.signature]
    assert check(life.store.ledger(), life.store.head) is None


def broken_rules(life: Life) -> Iterator[str]:
    """What the recorded history itself says against the table, read without the pen."""
    versions = life.record.versions
    table = {step.name: step for step in life.kind.lifecycle.transitions}
    for before, version in pairwise(versions):
        if version.entry.transition:
            step = table[version.entry.transition]
            told = _broken_by_a_move(life, before, version, step)
            if step.second_person and version.entry.actor in authors(
                versions[: before.content.version], table
            ):
                yield f"{version.content.version}: by its own author"
        else:
            told = _broken_by_an_edit(life, before, version)
        yield from (f"{version.content.version}: {what}" for what in told)


def _broken_by_an_edit(life: Life, before: Version, version: Version) -> Iterator[str]:
    if version.content.state != before.content.state:
        yield "an edit that moves"
    if version.content.state in life.kind.lifecycle.frozen:
        yield "an edit where none is allowed"
    if version.entry.signature is not None:
        yield "an edit that signs"


def _broken_by_a_move(life: Life, before: Version, version: Version, step: Transition) -> Iterator[str]:
    actor = BY_ID[version.entry.actor]
    target = before.content.state if version.entry.deed is Deed.SIGNED else step.target
    if before.content.state not in step.sources or version.content.state != target:
        yield "no such step"
    if version.content.body != before.content.body:
        yield "content changed by a move"
    if step.roles and not actor.roles & set(step.roles):
        yield "without the role"
    if any(guard(Attempt(before.content, actor, life.store)) for guard in step.guards):
        yield "past a guard"
    if (version.entry.signature or {}).get("meaning", "") != step.signs:
        yield "another signature"


def authors(versions: Sequence[Version], table: Mapping[str, Transition]) -> set[str]:
    """Who wrote since the last vouching that came before the content was last touched."""
    edits = [i for i, v in enumerate(versions) if not v.entry.transition]
    vouched = [
        i for i, v in enumerate(versions) if v.entry.transition and table[v.entry.transition].second_person
    ]
    since = max((i for i in vouched if i < edits[-1]), default=-1)
    return {versions[i].entry.actor for i in edits if i > since}


def since_the_last_edit(life: Life) -> Sequence[Version]:
    versions = life.record.versions
    return versions[max(v.content.version for v in versions if not v.entry.transition) :]


def signers(life: Life) -> list[str]:
    """Whose signatures criteria see; without the fields and dates that need real content."""
    bare = replace(
        life.kind, facts=(), derived={}, dated_by=(), effective_from="", effective_until="", view=PLAIN
    )
    return [signature.by for signature in fact_of(life.record, bare, evidence_gone=False).signatures]
