"""Documents are read strictly: exactly their members, each of its type, as it has to be written."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.verification.world import GONE, changed, honest

from standfirst.trust.accreditation import Accreditation
from standfirst.trust.canonical import parse_canonical
from standfirst.trust.certificate import Certificate
from standfirst.trust.envelope import Envelope
from standfirst.trust.errors import Rejected
from standfirst.trust.members import DocumentRejected
from standfirst.trust.moments import day_of, instant_of, instant_text, years_later
from standfirst.trust.status import Event, Reference, Snapshot
from standfirst.trust.texts import unseen

PARTS = honest()
EVENT = Envelope.read(parse_canonical(PARTS.leaves[1].data), where="event")
READERS: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "certificate": (Certificate.read, json.loads(PARTS.certificate.payload)),
    "accreditation": (Accreditation.read, json.loads(PARTS.accreditation.payload)),
    "event": (Event.read, json.loads(EVENT.payload)),
    "snapshot": (Snapshot.read, json.loads(PARTS.certificate_snapshot.payload)),
    "reference": (lambda value: Reference.read(value, "reference"), json.loads(PARTS.leaves[2].data)),
}


def paths(value: Any, path: str = "") -> Iterator[str]:
    """The path of every member, also of those in lists."""
    inside: Iterator[tuple[str, Any]] = iter(())
    if isinstance(value, dict):
        inside = iter(value.items())
    elif isinstance(value, list):
        inside = ((str(index), item) for index, item in enumerate(value))
    for name, item in inside:
        here = f"{path}.{name}" if path else name
        if isinstance(value, dict):
            yield here
        yield from paths(item, here)


EVERY = [(sort, path) for sort, (_, document) in READERS.items() for path in paths(document)]
"""``signed_with`` is the envelope's to judge; the readers only ask that it is there."""


@pytest.mark.parametrize("sort", READERS)
def test_an_honest_document_is_read(sort: str) -> None:
    read, document = READERS[sort]
    assert read(document) is not None


@pytest.mark.parametrize(("sort", "path"), EVERY)
def test_a_member_that_is_missing(sort: str, path: str) -> None:
    read, document = READERS[sort]
    with pytest.raises(DocumentRejected, match="member-missing") as caught:
        read(changed(document, {path: GONE}))
    assert caught.value.parameters["name"] == path.rpartition(".")[2]


@pytest.mark.parametrize(("sort", "path"), EVERY)
def test_a_member_too_many(sort: str, path: str) -> None:
    read, document = READERS[sort]
    parent = path.rpartition(".")[0]
    beside = f"{parent}.aside" if parent else "aside"
    with pytest.raises(DocumentRejected, match="member-unknown"):
        read(changed(document, {beside: 1}))


@pytest.mark.parametrize(("sort", "path"), [each for each in EVERY if each[1] != "signed_with"])
def test_a_member_of_another_type(sort: str, path: str) -> None:
    read, document = READERS[sort]
    for wrong in WRONG:
        lie = changed(document, {path: wrong})
        if (path, wrong) in MAY_BE or (path in {"specimen", "simulation"} and wrong is True):
            read(lie)
            continue
        with pytest.raises(Rejected):
            read(lie)


WRONG: tuple[Any, ...] = (None, [], {}, 1.5, "", "\u202e", True, -1, 2**60)
MAY_BE: list[tuple[str, Any]] = [
    ("previous", None),
    ("scope.exclusions", []),
    ("statement_of_applicability.not_applicable", []),
    ("subjects", []),
]


@pytest.mark.parametrize(
    ("sort", "path", "wrong"),
    [
        ("certificate", "number", "CC 1"),
        ("certificate", "number", "C" * 61),
        ("certificate", "organisation.identifier", "AB" * 32),
        ("certificate", "organisation.identifier", "ab" * 31),
        ("certificate", "organisation.name", "N" * 4001),
        ("certificate", "audit.audit_days", "6,5"),
        ("certificate", "audit.audit_days", "06.5"),
        ("certificate", "audit.audit_days", "-1"),
        ("certificate", "scope.domains", ["computing", "computing"]),
        ("certificate", "scope.domains", ["Computing"]),
        ("certificate", "sites", [{"name": "One"}, {"name": "One"}]),
        ("certificate", "certified", "product"),
        ("certificate", "version", 0),
        ("certificate", "specimen", False),
        ("certificate", "decided_on", "2026-6-1"),
        ("certificate", "decided_on", "2026-06-01T00:00:00Z"),
        ("certificate", "decided_on", "1999-06-01"),
        ("accreditation", "body.id", "cb.Demo.example"),
        ("accreditation", "body.id", "c\u0431.demo.example"),
        ("accreditation", "body.id", "cb"),
        ("accreditation", "keys.0.algorithm", "ML-DSA-65"),
        ("event", "decided", "2026-06-01T12:00:00+00:00"),
        ("event", "decided", "2026-06-01T12:00:60Z"),
        ("event", "decided", "2026-06-01 12:00:00Z"),
        ("event", "decided", "２026-06-01T12:00:00Z"),
        ("snapshot", "subjects.0.state", "fine"),
    ],
)
def test_a_value_that_is_written_otherwise(sort: str, path: str, wrong: Any) -> None:
    read, document = READERS[sort]
    with pytest.raises(Rejected):
        read(changed(document, {path: wrong}))


@given(st.sampled_from(sorted(READERS)), st.data())
@settings(max_examples=200)
def test_nothing_brings_a_reader_down(sort: str, data: st.DataObject) -> None:
    read, document = READERS[sort]
    path = data.draw(st.sampled_from([path for which, path in EVERY if which == sort]))
    value = data.draw(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=3),
            lambda inner: (
                st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
            ),
            max_leaves=4,
        )
    )
    with suppress(Rejected):
        read(changed(document, {path: value}))


# --- text and time ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["Läufer & Søn", "量子株式会社", "Квант-Сервис", "5 µm", "Ω-Systems", "ה\u05b8", "กำ", "𝒜"],
)
def test_text_that_can_be_seen(text: str) -> None:
    assert unseen(text) is None


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("a\u202eb", "U+202E"),
        ("a\u2069b", "U+2069"),
        ("a\u200bb", "U+200B"),
        ("a\u200db", "U+200D"),
        ("a\u00adb", "U+00AD"),
        ("a\u034fb", "U+034F"),
        ("a\u3164b", "U+3164"),
        ("a\u2800b", "U+2800"),
        ("a\ufe0fb", "U+FE0F"),
        ("a\U000e0041b", "U+E0041"),
        ("a\ue000b", "U+E000"),
        ("a\tb", "U+0009"),
        ("a\x7fb", "U+007F"),
        ("a\u2028b", "U+2028"),
    ],
)
def test_text_with_what_cannot_be_seen(text: str, named: str) -> None:
    assert unseen(text) == named


@given(st.dates(date(2000, 1, 1), date(2199, 12, 31)))
def test_a_day_has_one_spelling(day: date) -> None:
    assert day_of(day.isoformat()) == day
    for other in (f" {day}", f"{day} ", day.strftime("%Y%m%d"), day.strftime("%d.%m.%Y"), f"{day}T00:00:00"):
        with pytest.raises(ValueError, match=r".*"):
            day_of(other)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2199, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001
def test_an_instant_has_one_spelling(moment: datetime) -> None:
    whole = moment.replace(microsecond=0)
    assert instant_of(instant_text(moment)) == whole
    for other in (
        whole.isoformat(),
        moment.isoformat(),
        instant_text(moment).lower(),
        instant_text(moment)[:-1],
    ):
        if other != instant_text(moment):
            with pytest.raises(ValueError, match=r".*"):
                instant_of(other)


@given(st.dates(date(2000, 1, 1), date(2190, 12, 31)), st.integers(1, 5))
def test_years_later(day: date, years: int) -> None:
    later = years_later(day, years)
    assert (later.year, later.month) == (day.year + years, day.month) or (day.month, day.day) == (2, 29)
    assert 365 * years <= (later - day).days <= 365 * years + 2
