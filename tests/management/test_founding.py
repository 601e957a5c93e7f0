"""How an organisation begins, and who may act in its name."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from standfirst.management.founding import acting, found
from standfirst.management.kinds import OWN_KINDS
from standfirst.management.organisation import PERSON, PersonBody
from standfirst.management.starter import start
from standfirst.records.actor import Actor, Role
from standfirst.records.change import Change, Refused
from standfirst.records.ledger import Deed
from standfirst.records.memory import MemoryStore
from standfirst.records.package.package import open_package
from standfirst.records.pen import Pen
from standfirst.records.workspace import Workspace
from standfirst.standards.problems import Unusable
from standfirst.standards.reason import Reason
from standfirst.standards.vocabulary import Assurance

FIRST = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
def store() -> MemoryStore:
    begun = MemoryStore(OWN_KINDS, clock=lambda: FIRST)
    begun.perform(found(name="Ada Lovelace", handle="ada", simulation=True))
    return begun


def writing(
    record: str, *, handle: str, roles: tuple[Role, ...], state: str = "active"
) -> Callable[[Workspace], Change]:
    """Ada writes a person's record, and moves it where it is to stand."""
    body = PersonBody(name=handle.title(), handle=handle, roles=roles).values()

    def deed(workspace: Workspace) -> Change:
        ada = acting(workspace, "ada")
        pen = Pen(workspace, ada, PERSON, record, workspace.records([record]).get(record), "")
        pen.write(body, serves=(), links={})
        if state != pen.state:
            pen.move_to(state, Assurance.DECLARED)
        return Change(ada, tuple(pen.drafts))

    return deed


def test_the_ledger_begins_with_the_person_who_begins_it(store: MemoryStore) -> None:
    (person,) = store.records().values()
    entry = person.current.entry
    assert (entry.deed, entry.actor, entry.record, entry.number) == (
        Deed.FOUNDED,
        person.id,
        person.id,
        "PER-0001",
    )
    assert entry.simulation is True
    assert person.current.content.body["roles"] == ["top-management", "quality-manager"]


def test_it_begins_once(store: MemoryStore) -> None:
    with pytest.raises(Refused) as refused:
        store.perform(found(name="Eve", handle="eve", simulation=False))
    assert refused.value.reason.code == "ledger.founded-once"


def test_a_name_in_any_form_of_unicode() -> None:
    store = MemoryStore(OWN_KINDS, clock=lambda: FIRST)
    store.perform(found(name="Zoe\u0308", handle="zoe", simulation=True))
    (person,) = store.records().values()
    assert person.current.content.body["name"] == "Zo\u00eb"


@pytest.mark.parametrize("who", ["ada", "PER-0001"])
def test_people_act_by_handle_or_number(store: MemoryStore, who: str) -> None:
    actor = acting(store, who)
    assert actor == Actor(next(iter(store.records())), frozenset({Role.TOP_MANAGEMENT, Role.QUALITY_MANAGER}))


def test_an_unknown_name_is_told_the_known_ones(store: MemoryStore) -> None:
    store.perform(writing("b", handle="ben", roles=()))
    with pytest.raises(Refused) as refused:
        acting(store, "eve")
    assert refused.value.reason.parameters == {"actor": "eve", "known": ("ada", "ben")}


def test_roles_are_those_of_today(store: MemoryStore) -> None:
    store.perform(writing("b", handle="ben", roles=(Role.REVIEWER,)))
    assert acting(store, "ben").roles == {Role.REVIEWER}
    store.perform(writing("b", handle="ben", roles=(Role.AUDITOR, Role.METROLOGY)))
    assert acting(store, "ben").roles == {Role.AUDITOR, Role.METROLOGY}


def test_who_has_left_does_not_act(store: MemoryStore) -> None:
    store.perform(writing("b", handle="ben", roles=(Role.REVIEWER,), state="left"))
    for name in ("ben", "PER-0002"):
        with pytest.raises(Refused):
            acting(store, name)


def test_a_handle_is_one_person_s(store: MemoryStore) -> None:
    with pytest.raises(Refused) as refused:
        store.perform(writing("b", handle="ada", roles=(Role.AUDITOR,)))
    assert refused.value.reason == Reason(
        "record.not-unique", {"kind": "person", "field": "handle", "other": "PER-0001"}
    )
    store.perform(writing("b", handle="ben", roles=(Role.AUDITOR,), state="left"))
    with pytest.raises(Refused):  # nor when the other has left: the ledger's names stay whose they were
        store.perform(writing("c", handle="ben", roles=()))


# --- a package's first files ---


def started(path: Path, *, handle: str = "ada", name: str = "Ada Lovelace") -> None:
    start(
        path,
        organisation="Acme",
        name=name,
        handle=handle,
        fictional=True,
        simulation=True,
        kinds=OWN_KINDS,
        clock=lambda: FIRST,
    )


def test_a_package_begins_sound_with_two_files_to_fill_in(tmp_path: Path) -> None:
    started(tmp_path / "acme", name='Ada "Countess" Lovelace')
    package = open_package(tmp_path / "acme", OWN_KINDS, (), clock=lambda: FIRST)
    assert package.store.simulation
    assert len(package.store.records()) == 1
    differing = [(Path(item.file).name, item.difference.value) for item in package.unrecorded()]
    assert sorted(differing) == [("organisation.yaml", "template"), ("scope.yaml", "template")]


@pytest.mark.parametrize("handle", ["", "Ada", "a", "ada lovelace", "1ada", "-ada", "a" * 41])
def test_a_handle_that_cannot_be_used_begins_nothing(tmp_path: Path, handle: str) -> None:
    with pytest.raises(Unusable) as refused:
        started(tmp_path / "acme", handle=handle)
    assert refused.value.problems[0].field == "--handle"
    assert not (tmp_path / "acme").exists()


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(Unusable):
        started(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
