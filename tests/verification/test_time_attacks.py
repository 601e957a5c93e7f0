"""Steps 11 to 13: stale evidence, invented times, and days that do not fit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.verification.world import (
    AS_OF,
    AT,
    BLOCS,
    DECIDED,
    GRANTED,
    WITNESSED,
    WITNESSES,
    Happened,
    Tale,
    answer,
    asked,
    honest,
    moment,
    policy,
    told,
)

WEEK = timedelta(hours=168)
SECOND = timedelta(seconds=1)


# --- 11 freshness ----------------------------------------------------------------------------------------------------


def test_evidence_as_old_as_the_limit_still_counts() -> None:
    assert answer(honest(), at=AS_OF + WEEK)[0] == "VALID"
    assert answer(honest(), at=AS_OF + WEEK + SECOND) == ("UNKNOWN", "times", "times.snapshot-stale")
    patient = policy(snapshot_max_age_hours=8_000)
    assert answer(honest(), at=WITNESSED + WEEK, by=patient)[0] == "VALID"
    assert answer(honest(), at=WITNESSED + WEEK + SECOND, by=patient) == (
        "UNKNOWN",
        "times",
        "times.witnessed-stale",
    )


def test_a_strict_policy_wants_younger_evidence() -> None:
    assert answer(honest(), by=policy(max_age_hours=5))[0] == "VALID"
    assert answer(honest(), by=policy(max_age_hours=4))[2] == "times.witnessed-stale"
    assert answer(honest(), by=policy(snapshot_max_age_hours=5))[2] == "times.snapshot-stale"


def test_a_stale_snapshot_of_the_accreditation() -> None:
    old = Tale(root_snapshot={"as_of": moment(AT - WEEK - SECOND)})
    found = asked(told(old))
    assert [(each.code, each.parameters["about"]) for each in found.objections] == [
        ("times.snapshot-stale", "accreditation")
    ]


def test_the_time_of_the_witnesses_is_the_quorums() -> None:
    """Old cosignatures of one bloc make all of it old, however young the others are."""
    month = AT - timedelta(days=30)
    for bloc in BLOCS:
        times = {name: month if name.startswith(bloc) else WITNESSED for name in WITNESSES}
        stale = Tale(
            witnessed=times,
            certificate={},
            snapshot={"as_of": moment(month)},
            root_snapshot={"as_of": moment(month)},
        )
        assert asked(told(stale)).shown.witnessed == month
        assert answer(told(stale), by=policy(snapshot_max_age_hours=8_000))[2] == "times.witnessed-stale"
    one_late = {**dict.fromkeys(WITNESSES, WITNESSED), "north-1": month}
    assert asked(told(Tale(witnessed=one_late))).shown.witnessed == WITNESSED


def test_a_cosignature_without_a_time_is_from_1970() -> None:
    timeless = dict.fromkeys(WITNESSES, datetime(1970, 1, 1, tzinfo=UTC))
    assert answer(told(Tale(witnessed=timeless)))[0] == "NOT VALID"  # the snapshot claims to be younger


def test_a_snapshot_dated_after_the_witnesses() -> None:
    """A body that dates its snapshot ahead would stay fresh for longer: the witnesses had it before."""
    late, near = (
        {"as_of": moment(WITNESSED + timedelta(minutes=minutes))}
        for minutes in (11, 10)  # clocks may differ by ten
    )
    for ahead in (Tale(snapshot=late), Tale(root_snapshot=late)):
        assert answer(told(ahead)) == ("NOT VALID", "times", "times.snapshot-after-witnesses")
    for fine in (Tale(snapshot=near), Tale(root_snapshot=near)):
        assert answer(told(fine))[0] == "VALID"


def test_an_event_decided_after_the_witnesses_saw_it() -> None:
    ahead = Happened("extended", WITNESSED + timedelta(minutes=11))
    assert answer(told(Tale(events_after=(ahead,)))) == (
        "NOT VALID",
        "times",
        "times.decided-after-witnesses",
    )
    by_root = Tale(recognised_after=(ahead,))
    assert answer(told(by_root))[2] == "times.decided-after-witnesses"


def test_a_snapshot_from_the_verifiers_future() -> None:
    soon = AT + timedelta(hours=2)
    times = Tale(witnessed=dict.fromkeys(WITNESSES, soon), snapshot={"as_of": moment(soon)})
    assert answer(told(times))[2] == "witnesses.quorum-missing"
    edge = AT + timedelta(minutes=10)
    ahead = Tale(
        witnessed=dict.fromkeys(WITNESSES, edge), snapshot={"as_of": moment(edge + timedelta(minutes=5))}
    )
    assert answer(told(ahead)) == ("UNKNOWN", "times", "times.snapshot-future")


def test_a_question_about_the_far_future_is_not_answered() -> None:
    assert answer(honest(), at=AT + timedelta(days=60))[0] == "UNKNOWN"
    assert answer(honest(), at=AT + timedelta(days=60), now=AT)[0] == "UNKNOWN"


def test_a_time_that_has_not_come_is_not_answered_for() -> None:
    skew = timedelta(minutes=10)
    assert answer(honest(), at=AT + skew, now=AT)[0] == "VALID"
    assert answer(honest(), at=AT + skew + SECOND, now=AT) == ("UNKNOWN", "times", "moment.in-the-future")
    expired = datetime(2029, 6, 2, tzinfo=UTC)
    assert answer(honest(), at=expired, now=AT) == ("NOT VALID", "days", "days.expired")


def test_newer_evidence_answers_for_the_past() -> None:
    assert answer(honest(), at=DECIDED + timedelta(days=30), now=AT)[0] == "VALID"
    # Without a clock of its own the verifier takes the moment asked about for now, and believes no later time.
    assert answer(honest(), at=DECIDED + timedelta(days=30))[2] == "witnesses.quorum-missing"


# --- 12 state, 13 days -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2026, 6, 1, 23, 59, 59, tzinfo=UTC), ("NOT VALID", "state", "state.not-yet")),
        (datetime(2026, 6, 2, tzinfo=UTC), ("VALID", "", "")),
    ],
)
def test_the_first_day(at: datetime, expected: tuple[str, str, str]) -> None:
    assert answer(honest(), at=at, now=AT) == expected


def world_of_2029(at: datetime) -> Tale:
    return Tale(
        witnessed=dict.fromkeys(WITNESSES, at),
        snapshot={"as_of": moment(at)},
        root_snapshot={"as_of": moment(at)},
    )


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2029, 6, 1, 23, 59, 59, tzinfo=UTC), ("VALID", "", "")),
        (datetime(2029, 6, 2, tzinfo=UTC), ("NOT VALID", "days", "days.expired")),
        (datetime(2030, 6, 2, tzinfo=UTC), ("NOT VALID", "days", "days.expired")),
    ],
)
def test_the_last_day(at: datetime, expected: tuple[str, str, str]) -> None:
    assert answer(told(world_of_2029(at)), at=at) == expected


def test_expired_weighs_more_than_stale() -> None:
    assert answer(honest(), at=datetime(2029, 6, 2, tzinfo=UTC)) == ("NOT VALID", "days", "days.expired")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        (
            {"effective_from": "2026-05-31", "first_certified_on": "2026-05-31"},
            "certificate.effective-before-decision",
        ),
        ({"expires_on": "2029-06-02"}, "certificate.too-long"),
        ({"expires_on": "2036-06-01"}, "certificate.too-long"),
        ({"expires_on": "2026-06-01"}, "certificate.expires-before-effective"),
        ({"audit.stage_2.to": "2026-06-02"}, "certificate.decided-before-audit"),
        ({"audit.stage_1.to": "2026-05-12"}, "certificate.stages-reversed"),
        ({"audit.stage_1.from": "2026-04-15"}, "certificate.period-reversed"),
        ({"audit.stage_2.from": "2026-05-15"}, "certificate.period-reversed"),
        ({"first_certified_on": "2026-06-03"}, "certificate.first-certified-later"),
        ({"decided_on": "2026-05-31", "expires_on": "2029-05-31"}, "days.decided-other-day"),
        ({"effective_from": "2026-06-03"}, "days.granted-other-day"),
    ],
)
def test_days_that_cannot_be(changes: dict[str, Any], code: str) -> None:
    assert answer(told(Tale(certificate=changes))) == ("NOT VALID", "days", code)


def test_a_grant_that_was_logged_for_another_day() -> None:
    other = Happened("granted", GRANTED.on + timedelta(days=1), datetime(2026, 6, 3, tzinfo=UTC))
    assert answer(told(Tale(events=(other,)))) == ("NOT VALID", "days", "days.decided-other-day")


def test_effective_on_the_day_of_the_decision() -> None:
    """The day begins before the hour of the decision: that is not back-dating."""
    same = Tale(
        certificate={"effective_from": "2026-06-01", "first_certified_on": "2026-06-01"},
        events=(Happened("granted", DECIDED, datetime(2026, 6, 1, tzinfo=UTC)),),
    )
    assert answer(told(same))[0] == "VALID"


def test_a_certificate_from_a_leap_day() -> None:
    leap = {
        "decided_on": "2028-02-29",
        "effective_from": "2028-02-29",
        "first_certified_on": "2028-02-29",
        "expires_on": "2031-03-01",
    }
    at = datetime(2028, 3, 15, tzinfo=UTC)
    tale = Tale(
        certificate=leap,
        accreditation={"valid_until": "2031-01-05"},
        events=(Happened("granted", datetime(2028, 2, 29, 9, tzinfo=UTC)),),
        witnessed=dict.fromkeys(WITNESSES, at),
        snapshot={"as_of": moment(at)},
        root_snapshot={"as_of": moment(at)},
    )
    assert answer(told(tale), at=at)[0] == "VALID"
    longer = replace(tale, certificate={**leap, "expires_on": "2031-03-02"})
    assert answer(told(longer), at=at)[2] == "certificate.too-long"
