"""What is found in records, on both engines alike: by which words, in which order, and by nobody else."""

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.server.search.cast import found, hits, place_in, worked
from tests.server.works import POLICY, PRODUCT, RISK, Works, queries, works

from standfirst.server.search import indexing
from standfirst.server.search.asking import asked
from standfirst.server.search.finding import results, search
from standfirst.server.search.models import Attached, Document, Progress
from standfirst.server.search.shelving import Ask, shelves
from standfirst.server.store.models import Current, Outbox


@pytest.fixture
def house(database: str) -> Works:  # noqa: ARG001 - it works on it
    return works()


def risk(house: Works, title: str, hazard: str = "Nothing much", **more: Any) -> str:
    return house.create("risk", {**RISK, "title": title, "hazard": hazard, **more}).number


# --- by which words ---------------------------------------------------------------------------------------------------


def test_words_phrases_and_what_is_left_out(house: Works) -> None:
    laser = risk(house, "The laser fails", "No calibration for a week")
    pump = risk(house, "The pump fails", "The cryostat warms up within a week")
    worked()
    assert found(house, "fails") == [pump, laser]
    assert found(house, "fails week cal") == [laser]
    assert found(house, '"a week"') == [pump, laser]
    assert found(house, '"week a"') == []
    assert found(house, "week -cryostat") == [laser]
    assert found(house, 'week -"within a"') == [laser]
    assert found(house, "cry") == [pump]
    assert found(house, '"cry"') == []
    assert found(house, "cry week") == [], "only the last word may be unfinished"
    assert found(house, "nowhere") == []
    assert found(house, "") == []


def test_a_number_is_found_however_it_is_written(house: Works) -> None:
    first = risk(house, "One")
    risk(house, "Two mentions", f"See {first}")
    worked()
    for text in (first, first.lower(), "rsk 1", "RSK-1", "rsk1"):
        assert found(house, text)[0] == first, text
    assert len(found(house, first)) == 2


def test_kinds_and_states(house: Works) -> None:
    one = risk(house, "Week")
    policy = house.create("document", {**POLICY, "title": "Week"})
    product = house.create("product", {**PRODUCT, "title": "Week"}).number
    house.move(policy, "in-review")
    worked()
    assert set(found(house, "week")) == {one, policy.number, product}
    assert found(house, "week kind:risk") == [one]
    assert found(house, "kind:risks week") == [one]
    assert set(found(house, "week kind:risk kind:product")) == {one, product}
    assert found(house, "week state:in-review") == [policy.number]
    assert found(house, 'week state:"in review"') == [policy.number]
    assert found(house, "state:in-review") == [policy.number]
    assert found(house, "week", "product") == [product]
    others = Current.objects.filter(organisation=house.firm.organisation).exclude(title="Week")
    assert sorted(found(house, "-week")) == sorted(others.values_list("number", flat=True))


def test_other_scripts_and_spellings(house: Works) -> None:
    german = risk(house, "Prüfstück für Straßenmessung", "Ein Gerät fällt aus")
    chinese = risk(house, "量子计算机的冷却系统", "温度过高")
    worked()
    assert found(house, "prufstuck") == [german]
    assert found(house, "STRASSENMESSUNG") == [german]
    assert found(house, "Geraet") == []
    assert found(house, "gerät") == [german]
    assert found(house, "冷却") == [chinese]
    assert found(house, "却冷") == []
    assert found(house, "温度") == [chinese]
    (hit,) = hits(house, "温度")
    assert hit.snippet is not None
    assert [part.text for part in hit.snippet.parts if part.marked] == ["温度"]


# --- in which order ---------------------------------------------------------------------------------------------------


def test_title_before_text_and_the_newest_first(house: Works) -> None:
    exact = risk(house, "Cooling")
    headed = [risk(house, f"Cooling water {n}") for n in range(2)]
    told = [risk(house, f"Pump {n}", "No cooling") for n in range(2)]
    more = risk(house, "No more cooling")
    worked()
    assert found(house, "cooling") == [exact, more, *reversed(headed), *reversed(told)]
    assert found(house, "cooling", limit=2) == [exact, more]


def test_pages_follow_each_other_without_a_gap(house: Works) -> None:
    for n in range(9):
        risk(house, f"Cooling {n}" if n % 2 else f"Pump {n}", "Cooling")
    worked()
    whole = found(house, "cooling", limit=100)
    pages: list[str] = []
    after = ""
    for _ in range(5):
        page = results(place_in(house), "cooling", after=after, limit=2)
        pages += [hit.label.number for hit in page.hits]
        after = page.onward
    assert pages == whole
    assert len(whole) == 9
    assert after == ""


def test_a_page_that_begins_nowhere_is_the_first(house: Works) -> None:
    number = risk(house, "Cooling")
    worked()
    for after in ("x", "9-1", "1-x", "1-", "-", "1-99999999999999999999", "1-²", "１-1"):
        assert [hit.label.number for hit in results(place_in(house), "cooling", after=after).hits] == [number]


def test_kinds_are_counted(house: Works) -> None:
    for n in range(3):
        risk(house, f"Cooling {n}")
    house.create("product", {**PRODUCT, "title": "Cooling"})
    worked()
    assert list(results(place_in(house), "cooling").counts) == [("risk", 3), ("product", 1)]
    assert list(results(place_in(house), "cooling", kinds=("product",)).counts) == [
        ("risk", 3),
        ("product", 1),
    ]


def test_more_than_are_counted(house: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    from standfirst.server.search import finding  # noqa: PLC0415

    monkeypatch.setattr(finding, "COUNTED", 2)
    for n in range(3):
        risk(house, f"Cooling {n}")
    worked()
    assert results(place_in(house), "cooling").more
    assert not results(place_in(house), '"cooling 1"').more


# --- what is shown ----------------------------------------------------------------------------------------------------


def test_a_hit_shows_where_it_was_found(house: Works) -> None:
    risk(house, "The Läser fails", "First " + "x " * 200 + "then the LÄSER breaks " + "y " * 200)
    worked()
    (hit,) = hits(house, "laser breaks")
    assert [part.text for part in hit.title if part.marked] == ["Läser"]
    assert hit.snippet is not None
    assert [part.text for part in hit.snippet.parts if part.marked] == ["LÄSER", "breaks"]
    assert hit.snippet.field == "hazard"
    assert (hit.snippet.cut_before, hit.snippet.cut_after) == (True, True)
    assert len("".join(part.text for part in hit.snippet.parts)) < 300


def test_ids_and_digests_are_not_text(house: Works) -> None:
    one = house.create("risk", RISK)
    worked()
    assert found(house, one.id) == []


# --- as soon as it is recorded ----------------------------------------------------------------------------------------


def test_what_was_just_recorded_is_found_by_number_and_title(house: Works) -> None:
    worked()
    number = risk(house, "The magnet quenches", "Helium boils off")
    assert found(house, number) == [number]
    assert found(house, "The magnet quenches") == [number]
    assert found(house, "magnet") == [number]
    assert found(house, "magnet kind:product") == []
    assert found(house, "magnet", "product") == []
    assert found(house, "helium") == []
    worked()
    assert found(house, "helium") == [number]


def test_before_any_worker_has_come(house: Works) -> None:
    number = risk(house, "The magnet quenches")
    assert found(house, "magnet") == [number]
    assert not Progress.objects.filter(organisation=house.firm.organisation).exists()


def test_a_new_version_takes_the_place_of_the_old(house: Works) -> None:
    record = house.create("risk", {**RISK, "hazard": "Old words"})
    worked()
    house.amend(record, hazard="New words")
    worked()
    assert found(house, '"old words"') == []
    assert found(house, '"new words"') == [record.number]
    assert Document.objects.filter(organisation=house.firm.organisation, record=record.id).count() == 1


def test_the_title_shown_is_that_of_now(house: Works) -> None:
    record = house.create("risk", {**RISK, "title": "Before"})
    worked()
    house.amend(record, title="Afterwards")
    assert [hit.label.title for hit in hits(house, "before")] == ["Afterwards"]


# --- the worker -------------------------------------------------------------------------------------------------------


def kept(house: Works) -> Any:
    """All that search keeps of a firm, in both engines' tables alike."""
    from django.db import connection  # noqa: PLC0415

    own = house.firm.organisation
    progress = Progress.objects.get(organisation=own)
    with connection.cursor() as cursor:
        columns = (
            "rowid, facets"
            if connection.vendor == "sqlite"
            else "id, kind, state, title, in_head, in_record, in_files"
        )
        cursor.execute(
            f"SELECT {columns}, head, body, files FROM search_words WHERE "  # noqa: S608
            + ("rowid" if connection.vendor == "sqlite" else "id")
            + " BETWEEN %s AND %s ORDER BY 1",
            [progress.first, progress.end],
        )
        words = cursor.fetchall()
    documents = list(
        Document.objects.filter(organisation=own).order_by("id").values_list("id", "record", "kind")
    )
    attached = sorted(Attached.objects.filter(organisation=own).values_list("record", "digest", "read"))
    return progress.size, words, documents, attached


def test_step_by_step_is_the_same_as_made_anew(house: Works) -> None:
    chance = random.Random(7)  # noqa: S311 - the same every time
    records = []
    for n in range(12):
        records.append(house.create("risk", {**RISK, "title": f"Risk {n}"}))
        if chance.random() < 0.5:
            house.amend(chance.choice(records), hazard=f"Changed {n}")
        if chance.random() < 0.5:
            worked()
    worked()
    before = kept(house)
    assert len(before[1]) == Current.objects.filter(organisation=house.firm.organisation).count()
    assert indexing.rebuild(house.firm.workspace) == len(before[2])
    assert kept(house) == before


def test_in_small_steps_and_repeated(house: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(5):
        record = house.create("risk", {**RISK, "title": f"Risk {n}"})
        house.amend(record, hazard=f"Changed {n}")
    worked()
    before = kept(house)
    monkeypatch.setattr(indexing, "BATCH", 2)
    indexing.rebuild(house.firm.workspace)
    assert kept(house) == before
    Outbox.objects.filter(organisation=house.firm.organisation).update(done=False)
    worked()
    assert kept(house) == before


def test_words_of_any_length_are_kept_or_cut(house: Works) -> None:
    many = " ".join(f"w{n:05d}" for n in range(15_000))
    number = house.create("document", {**POLICY, "text": f"{many} the end"}).number
    long = house.create("document", {**POLICY, "text": "a" * 90_000 + " " + "0 " * 50_000 + "the end"}).number
    worked()
    assert found(house, "w14999") == [number]
    assert found(house, '"w14998 w14999 the end"') == [number]
    assert found(house, '"0 0 the end"') == [long]
    assert found(house, "a" * 80) == [long]


# --- by nobody else ---------------------------------------------------------------------------------------------------


def test_other_organisations_records_are_never_found(house: Works) -> None:
    other = works("Another firm")
    theirs = risk(other, "Their secret magnet", "Their secret cooling")
    worked()
    ours = risk(house, "Our magnet")
    for text in ("secret", "magnet", theirs, "cooling", "-nothing", "kind:risk", "their secret magnet"):
        own = set(
            Current.objects.filter(organisation=house.firm.organisation).values_list("record", flat=True)
        )
        assert {hit.label.id for hit in hits(house, text)} <= own, text
    assert found(house, "magnet") == [ours]
    assert results(place_in(house), "secret").counts == []


# --- any text at all --------------------------------------------------------------------------------------------------

_MEAN = st.sampled_from(
    [
        *(
            '"',
            "'",
            "''",
            "*",
            "^",
            "-",
            "(",
            ")",
            "{head}",
            ":",
            "AND",
            "OR",
            "NOT",
            "NEAR(a b)",
            "kind:",
            "state:",
        ),
        *(
            "%",
            "_",
            "\\",
            "&",
            "|",
            "!",
            "<->",
            ":*",
            "\x00",
            "\ud800",
            "a",
            "week",
            "计",
            "kind:risk",
            "-week",
            ";--",
        ),
    ]
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.one_of(
        st.text(max_size=40),
        st.lists(_MEAN, max_size=12).map(" ".join),
        st.lists(_MEAN, max_size=12).map("".join),
    )
)
def test_no_text_is_an_error(database: str, text: str) -> None:  # noqa: ARG001 - it works on it
    house = _once()
    place = place_in(house)
    assert isinstance(search(place, text), list)
    results(place, text, kinds=("risk",), after="2-99")
    shelves().hits(
        place.organisation.pk, [Ask(asked(text), 3, kinds=("risk",)), Ask(asked(text), 3, apart="person")]
    )


_houses: dict[str, Works] = {}


def _once() -> Works:
    """One firm for all the texts, on each engine."""
    from django.db import connection  # noqa: PLC0415

    if connection.vendor not in _houses:
        _houses[connection.vendor] = works()
        risk(_houses[connection.vendor], "A week", "计算")
        worked()
    return _houses[connection.vendor]


# --- cost -------------------------------------------------------------------------------------------------------------


def test_queries_do_not_grow_with_data(house: Works) -> None:
    def cost() -> int:
        worked()
        return len(queries(lambda: results(place_in(house), "cooling")))

    for n in range(4):
        risk(house, f"Cooling {n}")
    few = cost()
    for n in range(16):
        risk(house, f"Cooling again {n}")
    assert cost() == few
    assert few <= 6
