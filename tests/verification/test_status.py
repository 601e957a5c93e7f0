"""The history of a subject: which event may follow in which state, and what a chain answers for a moment."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.trust.status import (
    AFTER,
    About,
    Chain,
    Event,
    Happening,
    Logged,
    State,
    StatusFlaw,
    StatusRejected,
    chained,
)

LOG, ISSUER, SUBJECT = "log.example", "cb.example", "ab" * 32
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def logged(happenings: list[Happening], *, about: About = About.CERTIFICATE, days: int = 10) -> list[Logged]:
    """A chain with an event every ``days`` days, at indexes 10 apart."""
    entries: list[Logged] = []
    for place, happening in enumerate(happenings):
        moment = BEGIN + timedelta(days=days * place)
        event = Event(
            log=LOG,
            issuer=ISSUER,
            about=about,
            subject=SUBJECT,
            sequence=place,
            event=happening,
            effective=moment,
            decided=moment,
            previous=entries[-1].leaf if entries else None,
        )
        entries.append(Logged(event, 10 * place, f"{place:064x}"))
    return entries


def chain_of(*happenings: Happening, about: About = About.CERTIFICATE) -> Chain:
    return chained(
        logged(list(happenings), about=about), log=LOG, issuer=ISSUER, about=about, subject=SUBJECT
    )


def test_the_whole_table() -> None:
    """As a table that a reader can check against the rules: state, what may follow, and the state after it."""
    told = {
        (state.value if state else "-"): {event.value: after.value for event, after in following.items()}
        for state, following in AFTER.items()
    }
    assert told == {
        "-": {"granted": "active"},
        "active": {
            "suspended": "suspended",
            "reduced": "active",
            "extended": "active",
            "renewed": "active",
            "withdrawn": "withdrawn",
            "expired": "expired",
            "transferred": "transferred",
            "voided": "voided",
        },
        "suspended": {
            "restored": "active",
            "reduced": "active",
            "withdrawn": "withdrawn",
            "expired": "expired",
            "voided": "voided",
        },
        "expired": {"renewed": "active", "voided": "voided"},
        "withdrawn": {"voided": "voided"},
        "transferred": {"voided": "voided"},
        "voided": {},
    }
    assert set(AFTER) == {None, *State}


@given(st.lists(st.sampled_from(Happening), max_size=7))
def test_a_chain_is_a_walk_through_the_table(happenings: list[Happening]) -> None:
    state: State | None = None
    walkable = bool(happenings)
    for happening in happenings:
        if not walkable or happening not in AFTER[state]:
            walkable = False
            break
        state = AFTER[state][happening]
    if walkable:
        assert chain_of(*happenings).states[-1] is state
    else:
        with pytest.raises(StatusRejected) as caught:
            chain_of(*happenings)
        assert caught.value.code in (StatusFlaw.NOT_ALLOWED, StatusFlaw.NO_EVENTS)


@given(st.integers(-5, 60))
def test_a_moment_is_answered_by_what_had_taken_effect(day: int) -> None:
    chain = chain_of(Happening.GRANTED, Happening.SUSPENDED, Happening.RESTORED, Happening.WITHDRAWN)
    expected = (
        None
        if day < 0
        else State.ACTIVE
        if day < 10
        else State.SUSPENDED
        if day < 20
        else State.ACTIVE
        if day < 30
        else State.WITHDRAWN
    )
    moment = BEGIN + timedelta(days=day)
    assert chain.state_at(moment) is expected
    assert len(list(chain.until(moment))) + len(list(chain.since(moment))) == 4


@given(st.integers(-5, 60))
def test_void_means_void_from_the_start(day: int) -> None:
    chain = chain_of(Happening.GRANTED, Happening.VOIDED)
    assert chain.state_at(BEGIN + timedelta(days=day)) is State.VOIDED


@given(st.integers(0, 40))
def test_what_stood_below_a_size(size: int) -> None:
    chain = chain_of(Happening.GRANTED, Happening.SUSPENDED, Happening.RESTORED)
    below = chain.below(size)
    assert [entry.index for entry in below.entries] == [index for index in (0, 10, 20) if index < size]
    assert len(below.states) == len(below.entries)


def test_an_accreditation_has_the_same_table_without_transfers() -> None:
    assert chain_of(Happening.GRANTED, about=About.ACCREDITATION).states == (State.ACTIVE,)
    with pytest.raises(StatusRejected) as caught:
        chain_of(Happening.GRANTED, Happening.TRANSFERRED, about=About.ACCREDITATION)
    assert caught.value.code is StatusFlaw.NOT_ALLOWED
