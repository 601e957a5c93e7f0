"""Who may read a controlled record: the rule by examples, by properties, and the classification that it rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.management import workplace
from tests.management.house import House
from tests.management.refusals import refused

from standfirst.management.export_control import NOT_CONTROLLED, ClassificationBody, Decision, decide
from standfirst.management.sharing import GrantBody, VisitBody
from standfirst.records.record import Content
from standfirst.words.render import sentence

NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)


def grant(state: str = "active", **changed: Any) -> Content:
    body = GrantBody.model_validate({**workplace.GRANT, **changed}).values()
    return Content("the-grant", "read-grant", 1, 2, state, body, (), {}, "")


def visit(*nationalities: str, state: str = "open", under: str = "the-grant", **changed: Any) -> Content:
    said = {**workplace.VISIT, "nationalities": nationalities or ["DE"], **changed}
    body = VisitBody.model_validate(said).values()
    return Content("the-visit", "visit", 1, 1, state, body, (), {"under": (under,)}, "")


def classified(state: str = "confirmed", **changed: Any) -> Content:
    body = ClassificationBody.model_validate({**workplace.CLASSIFICATION, **changed}).values()
    return Content("the-classification", "export-classification", 1, 2, state, body, (), {}, "")


def licence(*countries: str, number: str = "NL-1", **changed: Any) -> Mapping[str, Any]:
    stated = {"jurisdiction": "EU", "entry": "4A906", "authority": "Customs", "number": number}
    return {**stated, "countries": countries, "valid_until": "2027-01-01", **changed}


READING_ROOM = {"name": "Reading room", "country": "NL"}
BY_PLACE = {"looks_at": "place"}

EXAMPLES: Mapping[str, tuple[Content, Sequence[Content], Content, str, str]] = {
    # grant, classifications, visit: outcome and reason
    "nobody classified it": (grant(), [], visit(), "unclassified", "unclassified"),
    "nobody classified it, and that is refused": (
        grant(unclassified="refused"),
        [],
        visit(),
        "refused",
        "unclassified-refused",
    ),
    "a classification that nobody confirmed": (
        grant(unclassified="refused"),
        [classified("draft", entry=NOT_CONTROLLED)],
        visit(),
        "refused",
        "unclassified-refused",
    ),
    "not controlled": (
        grant(),
        [classified(entry=NOT_CONTROLLED)],
        visit("IR", place="IR"),
        "not-controlled",
        "",
    ),
    "not controlled, where unclassified would be refused": (
        grant(unclassified="refused"),
        [classified(entry=NOT_CONTROLLED)],
        visit("US"),
        "not-controlled",
        "",
    ),
    "from a free country in a free country": (grant(), [classified()], visit(), "no-licence-needed", "free"),
    "from elsewhere in a free country": (grant(), [classified()], visit("US"), "refused", "not-covered"),
    "from a free country elsewhere": (grant(), [classified()], visit(place="US"), "refused", "not-covered"),
    "from elsewhere, by a law that looks at the place": (
        grant(),
        [classified(**BY_PLACE)],
        visit("US"),
        "no-licence-needed",
        "free",
    ),
    "one nationality of two free": (grant(), [classified()], visit("DE", "US"), "refused", "not-covered"),
    "no nationality": (grant(), [classified()], visit("XX"), "refused", "not-covered"),
    "licensed": (grant(licences=[licence("US")]), [classified()], visit("US", place="US"), "licence", ""),
    "licensed for the person and not the place": (
        grant(licences=[licence("US")]),
        [classified()],
        visit("US", place="CA"),
        "refused",
        "not-covered",
    ),
    "two licences that would have to be added up": (
        grant(licences=[licence("US"), licence("CA", number="NL-2")]),
        [classified()],
        visit("US", place="CA"),
        "refused",
        "not-covered",
    ),
    "one licence for both": (
        grant(licences=[licence("US", "CA")]),
        [classified()],
        visit("US", place="CA"),
        "licence",
        "",
    ),
    "two nationalities, one free and one licensed": (
        grant(licences=[licence("US")]),
        [classified()],
        visit("DE", "US"),
        "licence",
        "",
    ),
    "two nationalities, one licensed and one not": (
        grant(licences=[licence("US")]),
        [classified()],
        visit("US", "IR"),
        "refused",
        "not-covered",
    ),
    "licensed for another entry": (
        grant(licences=[licence("US", entry="4D906")]),
        [classified()],
        visit("US"),
        "refused",
        "not-covered",
    ),
    "licensed under another law": (
        grant(licences=[licence("US", jurisdiction="US")]),
        [classified()],
        visit("US"),
        "refused",
        "not-covered",
    ),
    "a licence on the day on which it ends": (
        grant(licences=[licence("US", valid_until="2026-04-01")]),
        [classified()],
        visit("US"),
        "refused",
        "not-covered",
    ),
    "a licence on its last day, where it has ended on some islands": (
        grant(licences=[licence("US", valid_until="2026-04-02")]),
        [classified()],
        visit("US"),
        "refused",
        "not-covered",
    ),
    "a licence on the last day that it holds everywhere": (
        grant(licences=[licence("US", valid_until="2026-04-03")]),
        [classified()],
        visit("US"),
        "licence",
        "",
    ),
    "a licence before its first day": (
        grant(licences=[licence("US", valid_from="2026-04-02")]),
        [classified()],
        visit("US"),
        "refused",
        "not-covered",
    ),
    "at a site, by a law that looks at the place": (
        grant(on_site=[READING_ROOM]),
        [classified(**BY_PLACE, free_to=[])],
        visit("US", place="NL", site="Reading room"),
        "on-site",
        "",
    ),
    "at a site, from a free country": (
        grant(on_site=[READING_ROOM]),
        [classified(free_to=["DE"])],
        visit("DE", place="NL", site="Reading room"),
        "on-site",
        "",
    ),
    "at a site, from elsewhere": (
        grant(on_site=[READING_ROOM]),
        [classified(free_to=["DE"])],
        visit("US", place="NL", site="Reading room"),
        "refused",
        "not-covered",
    ),
    "at a site, the person licensed": (
        grant(on_site=[READING_ROOM], licences=[licence("US")]),
        [classified(free_to=["DE"])],
        visit("US", place="NL", site="Reading room"),
        "on-site",
        "",
    ),
    "at a site of this name in another country": (
        grant(on_site=[READING_ROOM]),
        [classified(**BY_PLACE, free_to=[])],
        visit("US", place="BE", site="Reading room"),
        "refused",
        "not-covered",
    ),
    "in the site's country, and not at it": (
        grant(on_site=[READING_ROOM]),
        [classified(**BY_PLACE, free_to=[])],
        visit("US", place="NL"),
        "refused",
        "not-covered",
    ),
    "two laws, of which one refuses": (
        grant(),
        [classified(entry=NOT_CONTROLLED, jurisdiction="US"), classified()],
        visit("US"),
        "refused",
        "not-covered",
    ),
    "two laws, and a licence of one that is too narrow": (
        grant(licences=[licence("CA"), licence("CA", number="BIS-1", jurisdiction="US")]),
        [classified(), classified(jurisdiction="US", free_to=["US"])],
        visit("CA"),
        "refused",
        "not-covered",
    ),
    "past its review date": (
        grant(),
        [classified(review_by="2026-02-01")],
        visit("US"),
        "refused",
        "not-covered",
    ),
    "superseded, and nothing since": (
        grant(),
        [classified("superseded")],
        visit("US"),
        "unclassified",
        "unclassified",
    ),
    "a grant in draft": (grant("draft"), [], visit(), "refused", "grant-not-active"),
    "a grant that was revoked": (grant("revoked"), [], visit(), "refused", "grant-not-active"),
    "a visit under another grant": (grant(), [], visit(under="another"), "refused", "other-grant"),
    "a visit that was ended": (grant(), [], visit(state="ended"), "refused", "visit-over"),
    "a visit of yesterday": (
        grant(),
        [],
        visit(begins_at="2026-03-31T08:00:00Z", until="2026-03-31T16:00:00Z"),
        "refused",
        "visit-over",
    ),
}


@pytest.mark.parametrize("what", EXAMPLES)
def test_the_rule_by_examples(what: str) -> None:
    given_, classifications, visited, outcome, reason = EXAMPLES[what]
    decision = decide(given_, classifications, visited, NOON)
    assert (decision.outcome, decision.reason.code) == (outcome, f"reading.{reason or outcome}")
    assert decision.readable == (outcome != "refused")
    assert sentence(decision.reason)
    used = "licensed" in what or "licence" in what
    assert bool(decision.licences) == (decision.readable and used)


@pytest.mark.parametrize(
    ("hour", "holds"),
    [
        ("2026-04-01T11:59:59+00:00", False),  # 31 March still, where a day begins last
        ("2026-04-01T12:00:00+00:00", True),  # 1 April everywhere
        ("2026-04-02T09:59:59+00:00", True),  # 2 April at the latest anywhere
        ("2026-04-02T10:00:00+00:00", False),  # 3 April, where a day begins first
        ("2026-04-02T12:00:00+02:00", False),
        ("2026-04-02T15:00:00+00:00", False),  # midnight in Tokyo
        ("2026-04-02T23:59:59+00:00", False),
    ],
)
def test_a_licence_holds_on_days_that_it_has_everywhere(hour: str, holds: bool) -> None:
    given_ = grant(licences=[licence("US", valid_from="2026-04-01", valid_until="2026-04-03")])
    body = {"begins_at": "2026-04-01T08:00:00Z", "until": "2026-04-01T16:00:00Z"}
    if not hour.startswith("2026-04-01"):
        body = {"begins_at": "2026-04-02T08:00:00Z", "until": "2026-04-02T16:00:00Z"}
    if hour.endswith("23:59:59+00:00"):
        body = {"begins_at": "2026-04-02T20:00:00Z", "until": "2026-04-03T02:00:00Z"}
    found = decide(given_, [classified()], visit("US", **body), datetime.fromisoformat(hour))
    assert found.readable == holds
    assert found.reason.code == ("reading.licence" if holds else "reading.not-covered")


def test_the_licences_of_all_laws_are_told_each_once() -> None:
    both = grant(licences=[licence("CA"), licence("CA", "NL", "DE", number="BIS-1", jurisdiction="US")])
    laws = [classified(), classified(jurisdiction="US", free_to=["US"]), classified()]
    assert decide(both, laws, visit("CA"), NOON).licences == ("NL-1", "BIS-1")


@pytest.mark.parametrize(
    ("at", "readable"),
    [
        (datetime(2026, 2, 28, 22, 59, 59, tzinfo=UTC), False),
        (
            datetime(2026, 2, 28, 23, tzinfo=UTC),
            True,
        ),  # midnight of 1 March at one hour before UTC, as stated
        (datetime(2027, 2, 28, 22, 59, 59, tzinfo=UTC), True),
        (datetime(2027, 2, 28, 23, tzinfo=UTC), False),
        (datetime(2027, 3, 1, 0, 30, tzinfo=timezone(timedelta(hours=2))), True),
    ],
)
def test_a_grant_holds_from_its_first_moment_and_not_at_its_last(at: datetime, readable: bool) -> None:
    around = visit(
        begins_at=(at - timedelta(hours=1)).isoformat(), until=(at + timedelta(hours=1)).isoformat()
    )
    assert decide(grant(), [], around, at).readable == readable


def test_a_time_without_a_zone_is_none() -> None:
    with pytest.raises(ValueError, match="zone"):
        decide(grant(), [], visit(), NOON.replace(tzinfo=None))


# --- properties ---

COUNTRY = st.sampled_from(["NL", "DE", "US", "CA", "IR", "XX"])
COUNTRIES = st.lists(COUNTRY, unique=True, min_size=1, max_size=4)
ENTRY = st.sampled_from(["4A906", "4D906", NOT_CONTROLLED])
LAW = st.sampled_from(["EU", "US"])
DAY = st.dates(date(2026, 3, 1), date(2026, 5, 1))


@st.composite
def licences(draw: st.DrawFn) -> list[Mapping[str, Any]]:
    return [
        licence(
            *draw(COUNTRIES),
            number=str(index),
            entry=draw(ENTRY),
            jurisdiction=draw(LAW),
            valid_until=draw(DAY).isoformat(),
        )
        for index in range(draw(st.integers(0, 3)))
    ]


@st.composite
def grants(draw: st.DrawFn) -> Content:
    return grant(
        state=draw(st.sampled_from(["active", "active", "active", "revoked", "draft"])),
        unclassified=draw(st.sampled_from(["readable", "refused"])),
        licences=draw(licences()),
        on_site=draw(st.sampled_from([[], [READING_ROOM]])),
        effective_until=draw(st.sampled_from(["2026-04-01T12:00:00Z", "2026-06-01T00:00:00+02:00"])),
    )


@st.composite
def classifications(draw: st.DrawFn) -> list[Content]:
    return [
        classified(
            draw(st.sampled_from(["confirmed", "confirmed", "draft", "superseded"])),
            entry=draw(ENTRY),
            jurisdiction=draw(LAW),
            looks_at=draw(st.sampled_from(["place", "place-and-nationality"])),
            free_to=draw(COUNTRIES),
        )
        for _ in range(draw(st.integers(0, 3)))
    ]


@st.composite
def visits(draw: st.DrawFn) -> Content:
    return visit(
        *draw(COUNTRIES), place=draw(COUNTRY), site=draw(st.sampled_from([None, READING_ROOM["name"]]))
    )


MOMENTS = st.datetimes(datetime(2026, 2, 1), datetime(2026, 7, 1), timezones=st.just(UTC))  # noqa: DTZ001
any_reading = given(given_=grants(), laws=classifications(), visited=visits())


@any_reading
def test_one_nationality_more_opens_nothing(given_: Content, laws: list[Content], visited: Content) -> None:
    before = decide(given_, laws, visited, NOON)
    for more in ("NL", "DE", "US", "CA", "IR", "XX"):
        nationalities = (*visited.body["nationalities"], more)
        wider = replace(visited, body={**visited.body, "nationalities": nationalities})
        assert before.readable or not decide(given_, laws, wider, NOON).readable


@any_reading
def test_one_licence_less_opens_nothing(given_: Content, laws: list[Content], visited: Content) -> None:
    before = decide(given_, laws, visited, NOON)
    held = given_.body["licences"]
    for index in range(len(held)):
        body = {**given_.body, "licences": [*held[:index], *held[index + 1 :]]}
        assert before.readable or not decide(replace(given_, body=body), laws, visited, NOON).readable


@any_reading
def test_one_law_more_opens_nothing_that_a_law_has_closed(
    given_: Content, laws: list[Content], visited: Content
) -> None:
    assume(any(law.state == "confirmed" for law in laws))
    before = decide(given_, laws, visited, NOON)
    for more in (classified(), classified(entry=NOT_CONTROLLED)):
        assert before.readable or not decide(given_, [*laws, more], visited, NOON).readable


@given(given_=grants(), laws=classifications(), visited=visits(), at=MOMENTS)
def test_nothing_is_readable_outside_the_period_or_after_revocation(
    given_: Content, laws: list[Content], visited: Content, at: datetime
) -> None:
    around = {
        "begins_at": (at - timedelta(hours=1)).isoformat(),
        "until": (at + timedelta(hours=1)).isoformat(),
    }
    visited = replace(visited, body={**visited.body, **around})
    first, end = (datetime.fromisoformat(given_.body[n]) for n in ("effective_from", "effective_until"))
    if given_.state != "active" or not first <= at < end:
        assert not decide(given_, laws, visited, at).readable
    assert not decide(replace(given_, state="revoked"), laws, visited, at).readable


@any_reading
def test_who_reads_makes_no_difference_to_what_is_not_controlled(
    given_: Content, laws: list[Content], visited: Content
) -> None:
    """Nor does where they are, or of which nationality they are where the law does not look at it."""
    free = [replace(law, body={**law.body, "entry": NOT_CONTROLLED}) for law in laws]
    assert decide(given_, free, visited, NOON) == decide(given_, free, visit("IR", place="IR"), NOON)
    by_place = [replace(law, body={**law.body, "looks_at": "place"}) for law in laws]
    other = replace(visited, body={**visited.body, "nationalities": ["IR"]})
    assert decide(given_, by_place, visited, NOON) == decide(given_, by_place, other, NOON)


@any_reading
def test_what_is_told_agrees_with_itself(given_: Content, laws: list[Content], visited: Content) -> None:
    decision = decide(given_, laws, visited, NOON)
    assert isinstance(decision, Decision)
    assert sentence(decision.reason)
    if decision.outcome == "licence":
        assert decision.licences
    if not decision.readable or decision.outcome in {"not-controlled", "unclassified"}:
        assert not decision.licences
    assert set(decision.licences) <= {held["number"] for held in given_.body["licences"]}


# --- the classification ---


def classify(house: House, *records: str, who: str = "ben", to: str = "", **changed: Any) -> str:
    body = ClassificationBody.model_validate({**workplace.CLASSIFICATION, **changed}).values()
    return house.write(who, "export-classification", body, links={"classifies": records}, to=to)


def test_a_classification_is_confirmed_by_export_control_and_not_by_who_wrote_it() -> None:
    house = House()
    own = classify(house, house.product(), who="ewan")
    with refused("deed.second-person"):
        house.move("ewan", own, "confirmed")
    with refused("deed.role"):
        house.move("ada", own, "confirmed")
    house.move("pia", own, "confirmed")
    assert house.record(own).current.entry.signature is not None
    with refused("deed.frozen"):
        house.write("ewan", "export-classification", workplace.CLASSIFICATION, record=own)


def test_a_classification_of_nothing_is_not_confirmed() -> None:
    house = House()
    with refused("classification.of-nothing"):
        house.move("ewan", classify(house), "confirmed")


def test_it_may_be_of_a_record_of_any_kind() -> None:
    house = House()
    for target in (house.tove, house.product(), classify(house, house.product())):
        house.move("ewan", classify(house, target), "confirmed")


def test_a_classification_is_superseded_only_when_nothing_falls_open() -> None:
    house = House()
    one, two = house.product("One"), house.product("Two")
    old = classify(house, one, two)
    house.move("ewan", old, "confirmed")
    new = classify(house, one, entry=NOT_CONTROLLED)
    other_law = classify(house, two, jurisdiction="US")
    house.move("ewan", other_law, "confirmed")
    with refused("classification.not-replaced") as told:  # the new one is not confirmed yet
        house.move("ewan", old, "superseded")
    assert told.reason.parameters["records"] == (house.number(one), house.number(two))
    house.move("ewan", new, "confirmed")
    with refused("classification.not-replaced") as told:  # another law does not speak for this one
        house.move("ewan", old, "superseded")
    assert told.reason.parameters["records"] == (house.number(two),)
    house.move("ewan", classify(house, two), "confirmed")
    house.move("ewan", old, "superseded")
    assert house.state(old) == "superseded"
