"""Who reads decides the words, the days and the numbers; English stays as it stands in the source."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from threading import Thread

import pytest
from babel.dates import format_date
from babel.numbers import format_decimal
from tests.conformity.house import assessed

from standfirst.conformity import report
from standfirst.conformity.document import document
from standfirst.conformity.oscal_results import exports
from standfirst.standards.reason import Reason
from standfirst.words import language, render
from standfirst.words.language import (
    ENGLISH,
    FOLDERS,
    LANGUAGES,
    counted,
    current,
    follow,
    speaking,
    translated,
)

DAYS = [date(2026, month, 9 + month) for month in range(1, 13)]


def test_english_is_spoken_where_nobody_says_otherwise() -> None:
    assert current() == ENGLISH
    assert translated("risk", "name") == "risk"


def test_speaking_holds_inside_and_ends_with_it() -> None:
    with speaking("de"):
        assert current() == "de"
        with speaking("zh-hans"):
            assert current() == "zh-hans"
        assert current() == "de"
    assert current() == ENGLISH


def test_a_language_without_a_catalogue_is_answered_in_english() -> None:
    with speaking("tlh"):
        assert current() == ENGLISH


def test_each_thread_has_its_own_reader() -> None:
    heard: list[str] = []
    with speaking("de"):
        other = Thread(target=lambda: heard.append(current()))
        other.start()
        other.join()
    assert heard == [ENGLISH]


@pytest.fixture
def nobody_followed() -> Iterator[None]:
    before = list(language._followed)
    yield
    language._followed[:] = before


@pytest.mark.usefixtures("nobody_followed")
def test_the_server_is_followed_unless_something_is_said_for_everybody() -> None:
    follow(lambda: "de")
    assert current() == "de"
    with speaking(ENGLISH):
        assert current() == ENGLISH
    follow(lambda: None)
    assert current() == ENGLISH


# --- sentences -------------------------------------------------------------------------------------------------------

STALE = Reason("record.state", {"record": "DOC-0004", "state": "in-review", "asked": ("approved",)})


def test_a_sentence_keeps_its_parameters_in_every_language() -> None:
    said = {}
    for each in LANGUAGES:
        with speaking(each):
            said[each] = render.sentence(STALE)
    assert said == {
        "en": "DOC-0004 is in review; asked: approved.",
        "de": "DOC-0004: Zustand „in Prüfung“; verlangt: genehmigt.",
        "zh-hans": "DOC-0004 的状态为“评审中”；要求：已批准。",
    }


@pytest.mark.parametrize(
    ("spoken", "expected"),
    [
        ("en", "a, b, c, d, e and 2 more"),
        ("de", "a, b, c, d, e und 2 weitere"),
        ("zh-hans", "a、b、c、d、e和另外 2 项"),
    ],
)
def test_a_long_list_is_joined_as_the_language_joins(spoken: str, expected: str) -> None:
    with speaking(spoken):
        assert render.joined(list("abcdefg")) == expected


@pytest.mark.parametrize(
    ("spoken", "one", "many"),
    [("en", "1 day", "3 days"), ("de", "1 Tag", "3 Tage"), ("zh-hans", "1 天", "3 天")],
)
def test_a_number_chooses_the_form(spoken: str, one: str, many: str) -> None:
    with speaking(spoken):
        assert counted("{count} day", "{count} days", 1) == one
        assert counted("{count} day", "{count} days", 3) == many


def test_a_kind_bears_its_article_where_the_language_has_one() -> None:
    with speaking("de"):
        assert render.kind("process").a == "einen Prozess"
        assert render.kind("risk").many == "Risiken"
    with speaking("zh-hans"):
        assert render.kind("risk").a == "一项风险"


def test_a_kind_that_no_table_knows_is_still_named() -> None:
    with speaking("de"):
        assert "laser-log".replace("-", " ") in render.kind("laser-log").one


@pytest.mark.parametrize("spoken", sorted(FOLDERS))
def test_what_is_written_for_everybody_does_not_depend_on_who_reads(spoken: str) -> None:
    """Files and reports, with the sentences in them; a page around them may speak the reader's language."""
    known = assessed()
    expected = document(known), exports(known), report.html(known)
    with speaking(spoken):
        assert (document(known), exports(known), report.html(known)) == expected


# --- days and numbers, against the CLDR --------------------------------------------------------------------------------


@pytest.mark.parametrize("day", DAYS)
def test_a_day_is_written_as_the_cldr_writes_it(day: date) -> None:
    for each, folder in FOLDERS.items():
        with speaking(each):
            assert language.day(day) == format_date(day, "long", locale=folder)
    british = format_date(day, "medium", locale="en_GB").replace(
        "Sept", "Sep"
    )  # three letters each, as in calendars
    assert language.day(day) == british


@pytest.mark.parametrize("count", [0, 9_999, 10_000, 1_234_567])
def test_a_number_is_grouped_as_the_cldr_groups_it(count: int) -> None:
    for each, folder in FOLDERS.items():
        with speaking(each):
            expected = format_decimal(count, locale=folder) if count >= 10_000 else str(count)
            assert language.number(count) == expected
    assert language.number(count) == str(count)


def test_a_moment_is_told_in_utc() -> None:
    at = datetime.fromisoformat("2026-05-20T11:00:05+02:00")
    assert language.moment(at) == "20 May 2026, 09:00 UTC"
    with speaking("de"):
        assert language.moment(at, seconds=True) == "20. Mai 2026, 09:00:05 UTC"
    with speaking("zh-hans"):
        assert language.moment(at.astimezone(UTC)) == "2026年5月20日 09:00 UTC"


@pytest.mark.parametrize(
    ("written", "german"),
    [
        ("2026-05-20", "20. Mai 2026"),
        ("2026-05-20T09:00:00Z", "20. Mai 2026, 09:00:00 UTC"),
        ("2026-02-31", "2026-02-31"),
        ("RSK-0001", "RSK-0001"),
        ("2026.1", "2026.1"),
    ],
)
def test_only_days_and_instants_are_put_into_words(written: str, german: str) -> None:
    assert language.spoken(written) == written
    with speaking("de"):
        assert language.spoken(written) == german
