"""Schemas grow: what was written under an older one is read as the newer says; a later release's is refused."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import Field
from tests.records.cast import ADA, BEN, KINDS, NOTE, THING, doing, found, note, ticking, unusable

from standfirst.records.body import Body
from standfirst.records.change import Change
from standfirst.records.kind import Kind, Kinds, NewerContent
from standfirst.records.package.door import FolderFiles
from standfirst.records.package.store import PackageStore
from standfirst.records.pen import Pen
from standfirst.records.projection import facts_of
from standfirst.records.workspace import Store, Workspace
from standfirst.standards.problems import Unusable
from standfirst.standards.vocabulary import Assurance

Opening = Callable[..., Store]


class SaidBody(Body):
    """Schema 2: the text is called what it is."""

    title: str = Field(description="What it is about")
    says: str = Field(description="What it says")


class HeardBody(SaidBody):
    """Schema 3: and somebody hears it."""

    heard_by: int = Field(description="How many hear it")


def renamed(body: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"says" if name == "text" else name: value for name, value in body.items()}


def heard(body: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**body, "heard_by": 0}


GROWN = replace(
    NOTE, schema=3, body=HeardBody, upcasts={1: renamed, 2: heard}, facts=("says", "heard_by"), derived={}
)
GROWN_KINDS = Kinds((THING, GROWN))


def written_before(opening: Opening) -> tuple[Store, str]:
    """A store of this release, with a note that the release before last recorded."""
    store = opening()
    found(store)
    paper = note(body={"title": "A note", "text": "It holds"})
    store.perform(doing(paper))
    store.kinds = GROWN_KINDS  # type: ignore[misc]  # the program is updated; the records stay where they are
    return store, paper.record


def test_an_older_body_is_read_as_the_newer_schema_says(opening: Opening) -> None:
    store, paper = written_before(opening)
    stored = store.ledger()
    record = store.records()[paper]
    (fact,) = facts_of([record], store.kinds)
    assert fact.fields == {"says": "It holds", "heard_by": 0}
    assert (record.current.content.schema, record.current.content.body["text"]) == (1, "It holds")
    assert store.ledger() == stored


def test_the_next_version_is_written_in_the_newer_schema(opening: Opening) -> None:
    """Also a version that only moves: it says schema 3, so its body has the shape of schema 3."""
    store, paper = written_before(opening)

    def propose(workspace: Workspace) -> Change:
        pen = Pen(workspace, BEN, free, paper, workspace.records()[paper], "")
        pen.move_to("proposed", Assurance.DECLARED)
        return Change(BEN, tuple(pen.drafts))

    steps = tuple(replace(step, guards=()) for step in NOTE.lifecycle.transitions)
    free = replace(GROWN, lifecycle=replace(NOTE.lifecycle, transitions=steps))
    store.perform(propose)
    old, new = store.records()[paper].versions
    assert (old.content.schema, old.content.body) == (1, {"title": "A note", "text": "It holds"})
    assert new.content.schema == 3
    assert HeardBody.model_validate(new.content.body).says == "It holds"


def test_every_step_is_taken_from_where_the_body_stands() -> None:
    assert GROWN.upcast({"text": "a"}, 1) == {"says": "a", "heard_by": 0}
    assert GROWN.upcast({"says": "a"}, 2) == {"says": "a", "heard_by": 0}
    assert GROWN.upcast({"says": "a", "heard_by": 4}, 3) == {"says": "a", "heard_by": 4}


def test_a_newer_body_is_refused_not_guessed() -> None:
    with pytest.raises(NewerContent):
        NOTE.upcast({"says": "a"}, 2)


def test_a_kind_has_an_upcast_from_every_schema_before() -> None:
    with pytest.raises(ValueError, match=r"note: no upcast from schema \[2\]"):
        replace(NOTE, schema=3, upcasts={1: renamed})


def test_a_package_of_a_later_release_is_refused_with_its_line(tmp_path: Path) -> None:
    later = PackageStore(FolderFiles(tmp_path), GROWN_KINDS, clock=ticking())
    found(later)
    later.perform(doing(note(body={"title": "A note", "says": "It holds", "heard_by": 2})))
    with pytest.raises(Unusable) as refused:
        PackageStore(FolderFiles(tmp_path), KINDS, clock=ticking())
    (problem,) = refused.value.problems
    assert (problem.file, problem.line, problem.reason.code) == ("ledger/contents.jsonl", 2, "ledger.newer")


def test_an_older_release_does_not_write_over_it(tmp_path: Path) -> None:
    older = PackageStore(FolderFiles(tmp_path), KINDS, clock=ticking())
    found(older)
    later = PackageStore(FolderFiles(tmp_path), GROWN_KINDS, clock=ticking())
    later.perform(doing(note(body={"title": "A note", "says": "It holds", "heard_by": 2})))
    with unusable("ledger.newer"):
        older.perform(doing(note()))
    assert len(older.records()) == 1


def kind_named(name: str, prefix: str) -> Kind:
    return replace(THING, name=name, prefix=prefix)


@pytest.mark.parametrize("twin", [kind_named("thing", "XYZ"), kind_named("other", "THG")])
def test_two_kinds_share_neither_name_nor_prefix(twin: Kind) -> None:
    with pytest.raises(ValueError, match="share a name or a prefix"):
        Kinds((THING, twin))


def test_who_acts_is_known_by_id_alone(opening: Opening) -> None:
    """The entries name nobody: the person's record does, and only that is content."""
    store, _ = written_before(opening)
    assert all(ADA.id.encode() in sealed.entry for sealed in store.ledger())
