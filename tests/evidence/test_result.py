"""The measurement result: what it refuses, what its digests cover, and that it survives being written."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from pydantic import ValidationError

from standfirst.evidence.decision import Rule
from standfirst.evidence.result import (
    Check,
    Decision,
    Environment,
    Figure,
    InputFile,
    Interval,
    Limit,
    MeasurementResult,
    Parameter,
    Subject,
    Uncertainty,
    Value,
    decimal_text,
    instant_text,
)
from standfirst.standards.vocabulary import Verdict

INTERVAL = Interval(lower="0.70", upper="0.76", coverage="0.95", method="circuit-bootstrap")
HEAVY = Value(name="heavy-output-share", value="0.73", unit="1", resolution="0.01", interval=INTERVAL)


def result() -> MeasurementResult:
    """A result of a collector that does not exist yet: the form must serve it as it stands."""
    limit = Limit(parameter="threshold", value="0.6666", unit="1")
    return MeasurementResult(
        method="quantum-volume",
        method_version="1",
        subject=Subject(
            name="Our QPU", identifier="qpu-1", what="quantum-computer", snapshot="2026-01-02T03:04:05Z"
        ),
        inputs=(InputFile(name="counts.json", sha256="0" * 64, size=12),),
        parameters=(Parameter(name="width", value=4), Parameter(name="optimised", value=True)),
        seed=42,
        counts={"circuits": 100, "shots": 100_000},
        values=(HEAVY,),
        checks=(
            Check(
                name="threshold",
                verdict=Verdict.CONFORM,
                figures=(Figure(name="lower", value="0.70"), Figure(name="circuits", value=100)),
                limit=limit,
                rule=Rule.GUARDED_ACCEPTANCE,
            ),
        ),
        decision=Decision(
            verdict=Verdict.CONFORM, rule="worst-check", source="this project", limits=(limit,)
        ),
        environment=Environment(implementation="CPython 3.11.9", platform="Linux x86_64"),
        performed_at="2026-01-02T04:00:00Z",
    )


def test_the_digests_are_these_for_ever() -> None:
    """Golden: a change here means that stored results no longer show what they were hashed from."""
    assert result().result_digest == GOLDEN_RESULT
    assert result().envelope_digest == GOLDEN_ENVELOPE


@pytest.mark.parametrize(
    "change",
    [
        {"method": "other"},
        {"method_version": "2"},
        {"inputs": (InputFile(name="counts.json", sha256="1" * 64, size=12),)},
        {"parameters": ()},
        {"seed": None},
        {"counts": {"circuits": 101}},
        {"values": ()},
        {"checks": ()},
        {"decision": Decision(verdict=Verdict.NONCONFORM, rule="worst-check", source="this project")},
    ],
)
def test_result_digest_covers(change: dict[str, object]) -> None:
    changed = result().model_copy(update=change)
    assert changed.result_digest != result().result_digest
    assert changed.envelope_digest != result().envelope_digest


@pytest.mark.parametrize(
    "change",
    [
        {"performed_at": "2027-01-01T00:00:00Z"},
        {"performed_at": None},
        {"environment": None},
        {"subject": Subject(name="Renamed", identifier="qpu-1", what="quantum-computer")},
        {"inputs": (InputFile(name="renamed.json", sha256="0" * 64, size=12),)},
    ],
)
def test_envelope_digest_alone_covers(change: dict[str, object]) -> None:
    changed = result().model_copy(update=change)
    assert changed.result_digest == result().result_digest
    assert changed.envelope_digest != result().envelope_digest


def test_survives_being_written_and_read() -> None:
    again = MeasurementResult.model_validate_json(result().canonical())
    assert again == result()
    assert (again.result_digest, again.envelope_digest) == (result().result_digest, result().envelope_digest)


def test_finds_by_name() -> None:
    assert result().value("heavy-output-share") is not None
    assert result().check("threshold").verdict is Verdict.CONFORM
    with pytest.raises(KeyError):
        result().check("nothing")


def test_is_frozen_and_closed() -> None:
    with pytest.raises(ValidationError):
        result().method = "other"  # type: ignore[misc]
    with pytest.raises(ValidationError, match="extra"):
        MeasurementResult.model_validate({**result().document(), "surprise": 1})


def test_text_becomes_nfc() -> None:
    assert Subject(name="Cafe\u0301", identifier="x", what="y").name == "Caf\u00e9"


@pytest.mark.parametrize("text", ["1e5", "+1", "01", "-0", "-0.00", ".5", "1.", "NaN", "", "1,5", "٣"])
def test_refuses_a_decimal_written_another_way(text: str) -> None:
    with pytest.raises(ValidationError):
        Value(name="x", value=text, unit="1", resolution="0.1")


@pytest.mark.parametrize("number", [0.5, 1.0, True])
def test_refuses_floating_point_and_truth_as_figures(number: object) -> None:
    with pytest.raises(ValidationError):
        Figure.model_validate({"name": "x", "value": number})


def test_refuses_values_off_their_resolution() -> None:
    with pytest.raises(ValidationError, match="resolution"):
        Value(name="x", value="0.123", unit="1", resolution="0.01")
    with pytest.raises(ValidationError, match="resolution"):
        Value(name="x", value="0.1", unit="1", resolution="0")
    with pytest.raises(ValidationError, match="resolution"):
        Value(name="x", value="0.7", unit="1", resolution="0.1", interval=INTERVAL)


def test_refuses_an_interval_the_wrong_way_round() -> None:
    with pytest.raises(ValidationError, match="lower end"):
        Interval(lower="0.5", upper="0.4", coverage="0.95", method="x")


def test_a_value_may_carry_a_standard_uncertainty_instead() -> None:
    value = Value(
        name="entropy",
        value="0.98",
        unit="1",
        resolution="0.01",
        uncertainty=Uncertainty(standard="0.004", method="type-a"),
    )
    assert value.uncertainty is not None


def test_refuses_a_verdict_on_a_limit_without_a_rule_and_names_that_stand_twice() -> None:
    with pytest.raises(ValidationError, match="rule"):
        Check(name="x", verdict=Verdict.CONFORM, limit=Limit(parameter="p", value="1", unit="1"))
    with pytest.raises(ValidationError, match="once"):
        MeasurementResult.model_validate({**result().document(), "values": [HEAVY.model_dump()] * 2})


@pytest.mark.parametrize(
    "text", ["2025-02-26", "2025-02-26T15:13:14", "2025-02-26T15:13:14+01:00", "2025-13-01T00:00:00Z"]
)
def test_refuses_times_that_are_not_utc(text: str) -> None:
    with pytest.raises(ValidationError):
        Subject(name="x", identifier="y", what="z", snapshot=text)


def test_writes_decimals_and_times_one_way() -> None:
    assert decimal_text(Decimal("1.20E-7")) == "0.000000120"
    assert decimal_text(Decimal("-0.00")) == "0.00"
    assert decimal_text(Decimal("-1.5")) == "-1.5"
    assert (
        instant_text(datetime(2025, 1, 1, 1, tzinfo=timezone(timedelta(hours=2)))) == "2024-12-31T23:00:00Z"
    )
    assert instant_text(datetime(2025, 1, 1, tzinfo=UTC)) == "2025-01-01T00:00:00Z"
    with pytest.raises(ValueError, match="zone"):
        instant_text(datetime(2025, 1, 1))  # noqa: DTZ001


GOLDEN_RESULT = "0068e0ab4b4b85f4d0dbed5884ea89d1f3ad3ef6fa9debc4159b629ea839bb68"
GOLDEN_ENVELOPE = "1c6e547da4ceb49880f026e3d7c6f146a78f0f0de3c9790837671b87817e4bfe"
