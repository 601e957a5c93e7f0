"""What is kept of facts and results is at any time what the records themselves come to; and what a change touches."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from random import Random
from uuid import uuid4

import pytest
from tests.server.exchange.filing import attached, filed
from tests.server.exchange.test_erasure import ERASURE
from tests.server.files.cast import files_in
from tests.server.readiness.cast import (
    NONCONFORMITY,
    ORGANISATION,
    SOA,
    TODAY,
    approved,
    computed,
    document,
    kept,
    place_in,
    shown,
    worked,
)
from tests.server.works import PRODUCT, RISK, Works, queries, works

from standfirst.conformity.assess import assess
from standfirst.records.change import Refused
from standfirst.records.record import Record
from standfirst.server.files.destroying import forget_uses
from standfirst.server.readiness import asked, keeping, standing
from standfirst.server.readiness.models import Change, KeptFact, KeptResult, Progress
from standfirst.server.store.models import Outbox
from standfirst.standards.method import Status
from standfirst.standards.problems import Unusable


@pytest.fixture
def house(database: str, tmp_path: Path) -> Iterator[Works]:  # noqa: ARG001 - it works on it
    with files_in(tmp_path / "files"):
        yield works()


@pytest.fixture
def house_alone(own_database: str, tmp_path: Path) -> Iterator[Works]:  # noqa: ARG001 - it works on it
    """Without neighbours, for whom a reminder is work too."""
    with files_in(tmp_path / "files"):
        yield works()


# --- at any time what the records come to -----------------------------------------------------------------------------

SERVED = ("A.1.2", "A.1.1", "4.1", "5.2", "7.5.1", "8.4")


class Deeds:
    """Things that people do, by chance. What is refused is done by nobody."""

    def __init__(self, house: Works, chance: Random) -> None:
        self.house, self.chance = house, chance
        self.made: list[Record] = []
        self.files: list[dict[str, str]] = []

    def one(self) -> None:
        doing: list[Callable[[], object]] = [
            self.write,
            self.write,
            self.product,
            self.risk,
            self.against,
            self.say_what_applies,
            self.describe,
            self.move,
            self.move,
            self.move,
            self.change,
            self.attach,
            self.lose_a_file,
            self.erase,
        ]
        with suppress(Refused, Unusable):
            self.chance.choice(doing)()

    def _kept(self, record: Record) -> Record:
        self.made.append(record)
        return record

    def _some(self) -> Record | None:
        return self.chance.choice(self.made) if self.made else None

    def write(self) -> None:
        serves = tuple(sorted(self.chance.sample(SERVED, self.chance.randrange(3))))
        record = self._kept(
            document(self.house, *serves, type=self.chance.choice(("procedure", "policy", "report")))
        )
        if self.chance.random() < 0.6:
            approved(self.house, record)

    def product(self) -> None:
        self._kept(self.house.create("product", PRODUCT))

    def risk(self) -> None:
        self._kept(self.house.create("risk", RISK, serves=(self.chance.choice(SERVED),)))

    def against(self) -> None:
        named = sorted(self.chance.sample(SERVED, 2))
        self._kept(self.house.create("nonconformity", {**NONCONFORMITY, "against": named}))

    def say_what_applies(self) -> None:
        record = self._kept(self.house.create("statement-of-applicability", SOA))
        if self.chance.random() < 0.7:
            self.house.move(record, "approved", by=self.house.ada)

    def describe(self) -> None:
        domains = sorted(self.chance.sample(("computing", "sensing", "communication"), 2))
        self._kept(self.house.create("organisation", {**ORGANISATION, "domains": domains}))

    def move(self) -> None:
        if (record := self._some()) is not None:
            kind = self.house.firm.workspace.kinds[record.kind]
            state = self.house.record(record.id).current.content.state
            targets = [each.target for each in kind.lifecycle.transitions if state in each.sources]
            if targets:
                by = self.chance.choice((self.house.ada, self.house.ben))
                self.house.move(record, self.chance.choice(targets), by=by)

    def change(self) -> None:
        if (record := self._some()) is not None:
            self.house.amend(record, title=f"Called {uuid4()}")

    def attach(self) -> None:
        if (record := self._some()) is not None and record.kind == "document":
            file = attached(self.house, str(uuid4()).encode(), f"{uuid4()}.txt")
            filed(self.house, record, file)
            self.files.append(file)

    def lose_a_file(self) -> None:
        if self.files:
            digest = self.chance.choice(self.files)["sha256"]
            forget_uses(self.house.firm.organisation, [digest], by="ERA-0001")

    def erase(self) -> None:
        if (record := self._some()) is not None:
            erasure = self.house.create("erasure", ERASURE, links={"erases": (record.id,)})
            self.house.move(erasure, "approved", by=self.house.ben)
            self.house.move(erasure, "carried-out")
            self.made.remove(record)


@pytest.mark.parametrize("seed", range(4))
def test_equal_to_a_full_computation_after_any_deeds(house: Works, seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - for deeds that can be repeated
    deeds = Deeds(house, chance)
    there = anew = computed(house)
    for _ in range(25):
        for _ in range(chance.randrange(1, 4)):
            deeds.one()
        worked()
        there, anew = kept(house.firm.organisation), computed(house)
        assert there.facts == anew.facts
        assert there.results == anew.results
    keeping.rebuild(house.firm.organisation)
    assert kept(house.firm.organisation) == there


def test_entries_in_many_batches(house: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "BATCH", 3)
    for _ in range(8):
        approved(house, document(house, "A.1.2"))
    worked()
    assert kept(house.firm.organisation) == computed(house)


# --- what a change moves ----------------------------------------------------------------------------------------------


def test_a_change_moves_a_square_within_one_pass(house: Works) -> None:
    worked()
    before = shown(house, "A.1.1")
    record = document(house, "A.1.1")
    worked()
    assert shown(house, "A.1.1") == before
    approved(house, record)
    worked()
    assert shown(house, "A.1.1") != before
    (change,) = Change.objects.filter(organisation=house.firm.organisation, requirement="A.1.1")
    assert (change.before, change.after, change.on) == (before, shown(house, "A.1.1"), TODAY)
    row = standing.standing(place_in(house)).by_id["A.1.1"]
    assert (row.before, row.changed_on) == (Status(before), TODAY)
    assert "A.1.1" in [one.requirement for one in standing.changes(place_in(house), TODAY)]


def test_only_what_can_see_a_change_is_computed(house: Works) -> None:
    for _ in range(4):
        document(house, "A.1.2")
    worked()
    KeptResult.objects.filter(organisation=house.firm.organisation).update(data="untouched")
    document(house, "A.1.1")
    worked()
    written = KeptResult.objects.filter(organisation=house.firm.organisation).exclude(data="untouched")
    of = asked.current()
    fact = next(one for one in computed(house).facts.values() if "A.1.1" in one.serves)
    assert set(written.values_list("requirement", flat=True)) == of.sights.touched(None, fact)
    assert not written.filter(requirement="A.1.2").exists()
    assert written.count() < len(list(of.edition)) / 2


def test_a_new_record_is_taken_up_in_as_many_queries_whatever_there_is(house: Works) -> None:
    def one_more() -> int:
        document(house, "A.1.2")
        return len(queries(lambda: keeping.keep(house.firm.organisation)))

    for _ in range(10):
        document(house, "A.1.2")
    worked()
    few = one_more()
    for _ in range(30):
        document(house, "A.1.2")
    worked()
    assert one_more() == few


# --- days -------------------------------------------------------------------------------------------------------------


def test_a_day_that_passes_changes_results_without_a_commit(
    house_alone: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = house_alone
    approved(house, document(house, "A.1.1"))
    worked()
    until = standing.standing(place_in(house)).by_id["A.1.1"].until
    assert until is not None
    before = shown(house, "A.1.1")
    for day, expected in ((until - timedelta(days=1), before), (until, None)):
        monkeypatch.setattr(asked, "day_of", lambda _head, day=day: day)
        assert standing.standing(place_in(house)).is_behind
        keeping.remind()
        worked()
        assert not standing.standing(place_in(house)).is_behind
        assert kept(house.firm.organisation).results == computed(house, day).results
        assert (shown(house, "A.1.1") == before) is (expected is not None)
    (change,) = standing.history(place_in(house), "A.1.1")
    assert change.on == until
    assert change.way == -1
    assert "record.stale" in change.codes


def test_behind_until_a_worker_has_caught_up(house: Works) -> None:
    worked()
    assert not standing.standing(place_in(house)).is_behind
    document(house, "A.1.2")
    stood = standing.standing(place_in(house))
    assert (stood.is_behind, stood.waiting) == (True, 1)
    worked()
    assert not standing.standing(place_in(house)).is_behind


def test_another_release_makes_everything_anew(house: Works) -> None:
    approved(house, document(house, "A.1.2"))
    worked()
    KeptFact.objects.filter(organisation=house.firm.organisation).update(data=b"{}")
    Progress.objects.filter(organisation=house.firm.organisation).update(made_by="an older release")
    assert standing.standing(place_in(house)).is_behind
    keeping.keep(house.firm.organisation)
    assert kept(house.firm.organisation) == computed(house)


# --- files ------------------------------------------------------------------------------------------------------------


def test_a_record_whose_file_goes_shows_nothing_any_more(house: Works) -> None:
    file = attached(house, b"What was measured", "measured.txt")
    record = filed(house, document(house, "A.1.1"), file)
    approved(house, record)
    worked()
    with_file = shown(house, "A.1.1")
    forget_uses(house.firm.organisation, [file["sha256"]], by="ERA-0001")
    worked()
    assert shown(house, "A.1.1") != with_file
    assert kept(house.firm.organisation) == computed(house)
    attached(house, b"What was measured", "measured.txt")
    worked()
    assert shown(house, "A.1.1") == with_file


# --- beside all that --------------------------------------------------------------------------------------------------


def test_nobody_has_to_wait_for_results(house: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    """Facts that change while results are computed are computed again."""
    approved(house, document(house, "A.1.1"))
    seen: list[bool] = []

    def meanwhile(*args: object, **more: object) -> object:
        if not seen:
            seen.append(True)
            document(house, "A.1.2")
            keeping._take_in(house.firm.workspace, asked.current())
        return assess(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(keeping, "assess", meanwhile)
    worked()
    assert kept(house.firm.organisation) == computed(house)


def test_a_short_ledger_is_assessed_before_a_worker_comes(house: Works) -> None:
    stood = standing.standing(place_in(house))
    assert not stood.is_behind
    assert len(stood.rows) == len(list(stood.edition))
    assert not KeptResult.objects.filter(organisation=house.firm.organisation).exists()


def test_every_commit_leaves_the_worker_its_work(house: Works) -> None:
    before = Outbox.objects.filter(organisation=house.firm.organisation, topic="readiness").count()
    document(house, "A.1.2")
    assert (
        Outbox.objects.filter(organisation=house.firm.organisation, topic="readiness").count() == before + 1
    )
