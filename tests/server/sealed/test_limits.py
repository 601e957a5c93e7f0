"""Rates are counted in memory, and addresses are not kept."""

from datetime import UTC, datetime, timedelta

import pytest

from standfirst.records.change import Refused
from standfirst.server.sealed import limits
from standfirst.server.sealed.limits import Turnstile

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def admitted(gate: Turnstile, address: str, at: datetime = NOON) -> bool:
    try:
        gate.admit(address, at)
    except Refused:
        return False
    return True


def test_so_often_within_an_hour_and_then_again() -> None:
    gate = Turnstile(2, HOUR)
    assert [admitted(gate, "192.0.2.1") for _ in range(3)] == [True, True, False]
    assert admitted(gate, "192.0.2.2")
    assert not admitted(gate, "192.0.2.1", NOON + HOUR - timedelta(seconds=1))
    assert admitted(gate, "192.0.2.1", NOON + HOUR)


def test_a_household_is_one() -> None:
    gate = Turnstile(1, HOUR)
    assert admitted(gate, "2001:db8:1:2::1")
    assert not admitted(gate, "2001:db8:1:2:ffff::9")
    assert admitted(gate, "2001:db8:1:3::1")


def test_no_address_stands_in_memory_and_memory_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_MOST_ADDRESSES", 10)
    gate = Turnstile(1, HOUR)
    for last in range(50):
        admitted(gate, f"192.0.2.{last}")
    assert len(gate._seen) == 10
    assert not any(b"192" in key or b"\xc0\x00\x02" in key for key in gate._seen)
