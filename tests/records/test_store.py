"""What every store does, whatever it is made of."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from threading import Barrier

import pytest
from tests.records.cast import (
    ADA,
    BEN,
    FIRST,
    THING,
    amend,
    clock_of,
    counted,
    doing,
    draft,
    everything,
    found,
    move,
    note,
)

from standfirst.records.change import Change, Conflict, Draft, Refused, Stamp
from standfirst.records.kind import Kinds
from standfirst.records.ledger import EMPTY, Deed, check
from standfirst.records.workspace import DeedFunction, Store, Workspace

Opening = Callable[..., Store]


def refusal(store: Store, deed: DeedFunction) -> Refused:
    """The refusal of a deed, after which nothing at all may have changed."""
    before = everything(store)
    with pytest.raises(Refused) as refused:
        store.perform(deed)
    assert everything(store) == before
    return refused.value


# --- how it begins ---


def test_an_empty_store(store: Store) -> None:
    assert not store.founded
    assert not store.simulation
    assert store.head == EMPTY
    assert store.records() == {}
    assert store.ledger() == ()


def test_nothing_is_recorded_before_the_ledger_begins(store: Store) -> None:
    assert refusal(store, doing(draft())).reason.code == "ledger.not-founded"
    assert not store.founded


def test_it_begins_once(store: Store) -> None:
    found(store)
    again = Change(ADA, (draft(),), simulation=False)
    assert refusal(store, lambda _: again).reason.code == "ledger.founded-once"


@pytest.mark.parametrize("simulation", [True, False])
def test_the_first_entry_alone_says_whether_time_is_simulated(store: Store, *, simulation: bool) -> None:
    found(store, simulation=simulation)
    store.perform(doing(draft(), draft()))
    assert store.simulation is simulation
    said = [version.entry.simulation for record in store.records().values() for version in record.versions]
    assert said == [simulation, None, None]


# --- what is recorded ---


def test_a_new_record(store: Store) -> None:
    found(store)
    thing = draft(body={"title": "A laser", "count": 3}, serves=("6.1.3", "A.1.2"), why="It came today")
    receipt = store.perform(doing(thing, by=BEN))

    assert receipt.numbers == {thing.record: "THG-0002"}
    assert (receipt.entries, receipt.head) == (1, store.head)
    assert store.head.size == 2
    recorded = store.records([thing.record])[thing.record].current
    assert recorded.content.body == {"title": "A laser", "count": 3}
    assert (recorded.content.serves, recorded.content.why) == (("6.1.3", "A.1.2"), "It came today")
    assert (recorded.content.version, recorded.content.state, recorded.content.schema) == (1, "here", 1)
    assert (recorded.entry.actor, recorded.entry.deed) == (BEN.id, Deed.CREATED)
    assert recorded.entry.recorded_at == receipt.recorded_at


def test_nothing_is_overwritten(store: Store) -> None:
    found(store)
    thing = draft()
    store.perform(doing(thing))
    first = store.ledger()
    store.perform(amend(thing.record, title="A better thing"))

    assert store.ledger()[: len(first)] == first
    versions = store.records([thing.record])[thing.record].versions
    assert [v.content.body["title"] for v in versions] == ["A thing", "A better thing"]
    assert [v.content.version for v in versions] == [1, 2]


def test_what_was_handed_in_may_change_afterwards(store: Store) -> None:
    found(store)
    body = {"title": "A thing", "attachments": [{"file": "evidence/a.csv"}]}
    thing = draft(body=body)
    store.perform(doing(thing))
    body["title"] = "Another"
    assert store.records()[thing.record].current.content.body["title"] == "A thing"


def test_a_move_keeps_the_content_and_leaves_its_signature(store: Store) -> None:
    found(store)
    paper = note(body={"title": "A note", "text": "It holds"}, serves=("7.5",))
    store.perform(doing(paper))
    store.perform(move(paper.record, "propose"))
    store.perform(move(paper.record, "approve", by=BEN))

    written, proposed, approved = store.records()[paper.record].versions
    assert written.content.body == proposed.content.body == approved.content.body
    assert approved.content.serves == ("7.5",)
    assert [v.content.state for v in (written, proposed, approved)] == ["draft", "proposed", "approved"]
    assert (written.entry.transition, approved.entry.transition) == ("", "approve")
    assert proposed.entry.signature is None
    assert approved.entry.signature == {"meaning": "approval", "assurance": "declared", "roles": ["reviewer"]}


def test_links_lead_by_id(store: Store) -> None:
    found(store)
    thing = draft()
    paper = note(links={"about": (thing.record,)})
    store.perform(doing(thing, paper))
    assert store.records()[paper.record].current.content.links == {"about": (thing.record,)}


def test_where_it_came_from_stays_with_it(store: Store) -> None:
    found(store)
    origin = {"ledger": "0" * 64, "record": "theirs", "version": 3}
    thing = draft(deed=Deed.IMPORTED, origin=origin)
    store.perform(doing(thing))
    assert store.records()[thing.record].current.content.origin == origin


def test_reading_is_set_valued(store: Store) -> None:
    found(store)
    thing, paper = draft(), note()
    store.perform(doing(thing, paper))
    assert set(store.records([thing.record, "nobody"])) == {thing.record}
    assert set(store.records(kinds=["note"])) == {paper.record}
    assert store.records([thing.record], kinds=["note"]) == {}
    assert store.numbered(["NTE-0001", "NTE-0002"]) == {"NTE-0001": paper.record}


def test_a_deed_reads_what_is_recorded_so_far(store: Store) -> None:
    found(store)
    seen: list[int] = []

    def deed(workspace: Workspace) -> Change:
        seen.append(len(workspace.records()))
        return Change(ADA, (draft(),))

    store.perform(deed)
    store.perform(deed)
    assert seen == [1, 2]


def test_a_change_of_nothing_adds_nothing(store: Store) -> None:
    found(store)
    before = everything(store)
    assert store.perform(doing()).entries == 0
    assert everything(store) == before


def test_several_versions_of_one_record_in_one_change(store: Store) -> None:
    found(store)
    paper = note(body={"title": "A note", "text": "It holds"})
    proposed = replace(paper, deed=Deed.MOVED, expected=1, state="proposed", transition="propose")
    receipt = store.perform(doing(paper, proposed))
    assert (receipt.numbers, receipt.entries) == ({paper.record: "NTE-0001"}, 2)
    assert store.records()[paper.record].current.content.state == "proposed"


def test_stamps_trouble_nobody_who_has_no_such_file(store: Store) -> None:
    found(store)
    thing = draft()
    store.perform(lambda _: Change(ADA, (thing,), stamps=(Stamp(thing.record, "records/things/a.yaml"),)))
    assert thing.record in store.records()


# --- numbers ---


def test_numbers_count_by_kind_without_a_gap(store: Store) -> None:
    found(store)
    store.perform(doing(draft(), note()))
    refusal(store, doing(draft(), draft(expected=1)))
    store.perform(doing(draft()))
    assert sorted(r.number for r in store.records().values()) == [
        "NTE-0001",
        "THG-0001",
        "THG-0002",
        "THG-0003",
    ]


def test_a_number_stays_with_its_record(store: Store) -> None:
    found(store)
    thing = draft()
    store.perform(doing(thing))
    store.perform(doing(replace(thing, expected=1, deed=Deed.AMENDED, wanted_number="THG-0099")))
    assert {v.number for v in store.records()[thing.record].versions} == {"THG-0002"}
    assert store.numbered(["THG-0099"]) == {}


def test_a_wanted_number_is_given_where_it_is_free(store: Store) -> None:
    found(store)
    late, early, after = draft(wanted_number="THG-0042"), draft(wanted_number="THG-0007"), draft()
    receipt = store.perform(doing(late, early, after))
    assert receipt.numbers == {late.record: "THG-0042", early.record: "THG-0007", after.record: "THG-0043"}


def test_a_taken_number_is_refused_never_changed(store: Store) -> None:
    found(store)
    assert refusal(store, doing(draft(wanted_number="THG-0001"))).reason.code == "number.taken"
    twice = [draft(wanted_number="THG-0005"), draft(wanted_number="THG-0005")]
    assert refusal(store, doing(*twice)).reason.code == "number.taken"
    given = [draft(), draft(wanted_number="THG-0002")]
    assert refusal(store, doing(*given)).reason.code == "number.taken"


@pytest.mark.parametrize(
    "number",
    ["NTE-0003", "THG-3", "THG-00003", "thg-0003", "THG-0003 ", "THG-000000003", "THG-٠٠٠٣", "THG0003"],
    ids=[
        "of another kind",
        "short",
        "padded",
        "lower case",
        "space",
        "nine digits",
        "Arabic digits",
        "no dash",
    ],
)
def test_a_malformed_number_is_refused(store: Store, number: str) -> None:
    found(store)
    assert refusal(store, doing(draft(wanted_number=number))).reason.code == "number.malformed"


# --- refusals ---


def test_a_version_follows_the_one_it_was_made_for(store: Store) -> None:
    found(store)
    thing = draft()
    store.perform(doing(thing))
    mine = replace(thing, deed=Deed.AMENDED, expected=1)
    store.perform(doing(mine))
    refused = refusal(store, doing(mine))
    assert isinstance(refused, Conflict)
    assert refused.reason.parameters == {"record": thing.record, "expected": 1, "current": 2}
    assert refusal(store, doing(replace(thing, expected=5))).reason.code == "record.conflict"
    assert refusal(store, doing(thing)).reason.code == "record.conflict"


BAD: dict[str, Draft] = {
    "conflict": draft(expected=3),
    "number": draft(wanted_number="THG-0001"),
    "not canonical": draft(body={"title": "A thing", "share": 0.5}),
    "not NFC": draft(why="re\u0301sume\u0301"),
    "half a character": draft(body={"title": "\ud83d"}),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_a_change_with_one_bad_draft_does_nothing(store: Store, bad: Draft) -> None:
    found(store)
    good = draft()
    refusal(store, doing(good, bad, draft()))
    assert good.record not in store.records()
    assert store.perform(doing(good)).numbers == {good.record: "THG-0002"}


def test_a_record_stays_of_its_kind(store: Store) -> None:
    found(store)
    thing = draft()
    store.perform(doing(thing))
    assert refusal(store, doing(note(record=thing.record, expected=1))).reason.code == "record.other-kind"
    paper = draft(record="a")
    refused = refusal(store, doing(paper, note(record="a", expected=1)))
    assert refused.reason.parameters == {"kind": "note", "recorded": "thing"}


def test_what_is_one_record_s_is_no_other_s(opening: Opening) -> None:
    """Whether the other is recorded, or only being recorded by the same change."""
    store = opening(kinds=Kinds((replace(THING, unique=("title",)),)))
    found(store)
    laser, pump = draft(body={"title": "Laser"}), draft(body={"title": "Pump"})
    store.perform(doing(laser))
    taken = refusal(store, doing(pump, draft(body={"title": "Laser"}))).reason
    assert (taken.code, taken.parameters["other"]) == ("record.not-unique", "THG-0002")
    taken = refusal(store, doing(pump, draft(body={"title": "Pump"}))).reason
    assert (taken.code, taken.parameters["other"]) == ("record.not-unique", "THG-0003")
    store.perform(doing(pump, draft(body={}), draft(body={})))
    store.perform(amend(laser.record, title="Another laser"))
    store.perform(doing(draft(body={"title": "Laser"})))


def test_a_deed_that_raises_does_nothing(store: Store) -> None:
    found(store)
    before = everything(store)

    def deed(_: Workspace) -> Change:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.perform(deed)
    assert everything(store) == before
    store.perform(doing(draft()))


# --- time ---


def test_a_simulated_clock_that_goes_back_is_refused(opening: Opening) -> None:
    store = opening(clock_of(FIRST, FIRST - timedelta(seconds=1), FIRST))
    found(store, simulation=True)
    refused = refusal(store, doing(draft()))
    assert refused.reason.code == "clock.back"
    assert refused.reason.parameters["last"] == FIRST.isoformat()
    assert store.perform(doing(draft())).recorded_at == FIRST  # the same moment is not back


def test_a_real_clock_that_goes_back_waits(opening: Opening) -> None:
    later = FIRST + timedelta(hours=1)
    store = opening(clock_of(FIRST, FIRST - timedelta(hours=2), later))
    found(store, simulation=False)
    assert store.perform(doing(draft())).recorded_at == FIRST
    assert store.perform(doing(draft())).recorded_at == later


def test_time_is_kept_in_utc_wherever_the_clock_stands(opening: Opening) -> None:
    east, west = timezone(timedelta(hours=9)), timezone(timedelta(hours=-5))
    store = opening(clock_of(FIRST.astimezone(east), (FIRST + timedelta(hours=1)).astimezone(west)))
    found(store)
    store.perform(doing(draft()))
    times = [record.current.entry.recorded_at for record in store.records().values()]
    assert [time.isoformat() for time in times] == ["2026-01-05T09:00:00+00:00", "2026-01-05T10:00:00+00:00"]
    assert check(store.ledger(), store.head) is None


def test_a_clock_without_a_zone_is_our_fault(opening: Opening) -> None:
    store = opening(clock_of(datetime(2026, 1, 5)))  # noqa: DTZ001
    with pytest.raises(ValueError, match="zone"):
        found(store)
    assert not store.founded


# --- two at once ---

PEOPLE, DEEDS = 4, 12


def test_no_update_is_lost_among_threads(store: Store) -> None:
    found(store)
    shared = draft()
    store.perform(doing(shared))
    together = Barrier(PEOPLE)

    def person(_: int) -> None:
        together.wait()
        for _turn in range(DEEDS):
            store.perform(counted(shared.record))
            store.perform(doing(note()))
            assert len(store.records()) >= 2  # reading does not wait for the others, nor trip over them

    with ThreadPoolExecutor(PEOPLE) as pool:
        list(pool.map(person, range(PEOPLE)))

    assert store.records()[shared.record].current.content.body["count"] == PEOPLE * DEEDS
    numbers = sorted(r.number for r in store.records(kinds=["note"]).values())
    assert numbers == [f"NTE-{count:04d}" for count in range(1, PEOPLE * DEEDS + 1)]
    assert check(store.ledger(), store.head) is None


def test_of_two_who_saw_the_same_version_one_is_refused(store: Store) -> None:
    found(store)
    shared = draft()
    store.perform(doing(shared))
    together = Barrier(PEOPLE)

    def person(number: int) -> str:
        mine = replace(shared, deed=Deed.AMENDED, expected=1, body={"title": f"By {number}"})
        together.wait()
        try:
            store.perform(doing(mine))
        except Conflict as conflict:
            return conflict.reason.code
        return "recorded"

    with ThreadPoolExecutor(PEOPLE) as pool:
        told = sorted(pool.map(person, range(PEOPLE)))
    assert told == ["record.conflict"] * (PEOPLE - 1) + ["recorded"]
    assert len(store.records()[shared.record].versions) == 2
