"""An entry's bytes: one way to write each entry, the canonical one, and nothing else is read."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.records.ledger import UNREADABLE, Deed, Entry
from standfirst.trust.canonical import canonical_bytes, parse_canonical
from standfirst.trust.errors import Rejected

ENTRY = Entry(
    sequence=7,
    recorded_at=datetime(2026, 1, 5, 9, tzinfo=UTC),
    deed=Deed.MOVED,
    actor="8b0f6c1e-0000-4000-8000-00000000ada0",
    kind="order",
    record="8b0f6c1e-0000-4000-8000-0000000000a1",
    number="ORD-0001",
    version=2,
    commitment="c" * 64,
    previous="f" * 64,
)
SIGNATURE = {"meaning": "approval", "assurance": "declared", "roles": ["reviewer"]}

TEXT = st.text(st.sampled_from('aZ é漢\U0001f600\n"\\\u2028\x7f\x00/'), max_size=8).map(
    lambda text: text if text.isascii() else json.loads(canonical_bytes(text))
)
TIMES = st.datetimes(
    min_value=datetime(1970, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=-5)), timezone(timedelta(minutes=330))]),
)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    sequence = draw(st.integers(0, 2**53 - 1))
    earlier = st.integers(0, max(sequence - 1, 0))
    return Entry(
        sequence=sequence,
        recorded_at=draw(TIMES),
        deed=draw(st.sampled_from(Deed)),
        actor=draw(TEXT),
        kind=draw(TEXT),
        record=draw(TEXT),
        number=draw(TEXT),
        version=draw(st.integers(0, 10**6)),
        commitment=draw(TEXT),
        previous=draw(TEXT),
        transition=draw(TEXT),
        signature=draw(
            st.none()
            | st.fixed_dictionaries(
                {"meaning": TEXT, "assurance": st.just("passkey"), "roles": st.lists(TEXT, max_size=2)}
            )
        ),
        simulation=draw(st.none() | st.booleans()),
        fictional=draw(st.none() | st.booleans()),
        erases=tuple(sorted(draw(st.sets(earlier, max_size=3)))) if sequence else (),
    )


def members(entry: Entry) -> dict[str, Any]:
    """What an entry says, as JSON values; members that say nothing are left out."""
    optional = {
        "transition": entry.transition or None,
        "signature": entry.signature,
        "simulation": entry.simulation,
        "fictional": entry.fictional,
        "erases": list(entry.erases) or None,
    }
    return {
        "sequence": entry.sequence,
        "recorded_at": entry.recorded_at.isoformat(),
        "deed": entry.deed.value,
        "actor": entry.actor,
        "kind": entry.kind,
        "record": entry.record,
        "number": entry.number,
        "version": entry.version,
        "commitment": entry.commitment,
        "previous": entry.previous,
        **{name: value for name, value in optional.items() if value is not None},
    }


@given(entries())
def test_its_bytes_are_the_canonical_ones(entry: Entry) -> None:
    data = entry.to_bytes()
    assert data == canonical_bytes(members(entry))
    assert parse_canonical(data) == members(entry)
    assert Entry.from_bytes(data) == entry


def test_entries_of_before_are_written_as_before() -> None:
    assert ENTRY.to_bytes() == (
        b'{"actor":"8b0f6c1e-0000-4000-8000-00000000ada0","commitment":"' + b"c" * 64 + b'",'
        b'"deed":"record:moved","kind":"order","number":"ORD-0001","previous":"' + b"f" * 64 + b'",'
        b'"record":"8b0f6c1e-0000-4000-8000-0000000000a1","recorded_at":"2026-01-05T09:00:00+00:00",'
        b'"sequence":7,"version":2}'
    )


@pytest.mark.parametrize(
    "text", ["re\u0301sume\u0301", "\ud83d", "\ufffe"], ids=["not NFC", "half", "no character"]
)
def test_what_has_no_canonical_form_is_not_written(text: str) -> None:
    with pytest.raises(Rejected):
        replace(ENTRY, actor=text).to_bytes()


@pytest.mark.parametrize(
    "changed",
    [
        {"sequence": 7.0},
        {"sequence": True},
        {"sequence": "7"},
        {"sequence": 2**53},
        {"version": 2.0},
        {"version": None},
        {"recorded_at": "2026-01-05T09:00:00Z"},
        {"recorded_at": "2026-01-05 09:00:00+00:00"},
        {"recorded_at": "2026-01-05T09:00:00.000+00:00"},
        {"recorded_at": "2026-01-05T09:00:00"},
        {"recorded_at": "20260105T090000+0000"},
        {"deed": "record:eaten"},
        {"actor": None},
        {"actor": 7},
        {"actor": ["ada"]},
        {"transition": ""},
        {"transition": None},
        {"transition": ["carry-out"]},
        {"signature": None},
        {"signature": {}},
        {"signature": {**SIGNATURE, "share": 0.5}},
        {"signature": {**SIGNATURE, "meaning": "re\u0301sume\u0301"}},
        {"simulation": None},
        {"simulation": 1},
        {"simulation": "yes"},
        {"erases": []},
        {"erases": None},
        {"erases": 3},
        {"erases": "34"},
        {"erases": {"3": 4}},
        {"erases": [4, 3]},
        {"erases": [3, 3]},
        {"erases": [7]},
        {"erases": [8]},
        {"erases": [-1]},
        {"erases": [3.0]},
        {"erases": [True]},
        {"erases": ["3"]},
        {"erases": [[3]]},
        {"evil": 1},
    ],
    ids=str,
)
def test_nothing_else_is_read(changed: dict[str, Any]) -> None:
    value = {**members(ENTRY), **changed}
    data = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    with pytest.raises(UNREADABLE):
        Entry.from_bytes(data)


DATA = replace(ENTRY, erases=(3, 4), signature=SIGNATURE).to_bytes()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"kind":"order"', b'"kind":"\\u006frder"'),
        (b'"kind":"order"', b'"kind":"order" '),
        (b'"kind":"order"', b'"kind":"other","kind":"order"'),
        (b'"sequence":7', b'"sequence":7e0'),
        (b"[3,4]", b"[3, 4]"),
        (b"[3,4]", b"[03,4]"),
        (b"[3,4]", b"[-0,4]"),
        (b'"version":2}', b'"version":2}\n'),
        (b'{"actor"', b'\xef\xbb\xbf{"actor"'),
        (b'"roles":["reviewer"]', b'"roles":[ "reviewer"]'),
        (b'"declared","meaning":"approval"', b'"declared","meaning":NaN'),
        (b"order", b"ord\xff"),
    ],
)
def test_no_other_spelling_is_read(old: bytes, new: bytes) -> None:
    assert Entry.from_bytes(DATA).erases == (3, 4)
    assert DATA.count(old) >= 1
    with pytest.raises(UNREADABLE):
        Entry.from_bytes(DATA.replace(old, new, 1))
    with pytest.raises(UNREADABLE):
        Entry.from_bytes(DATA.decode().encode("utf-16"))
