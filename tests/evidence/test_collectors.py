"""The table of collectors: loaded when asked for, honest when an extra is missing."""

import subprocess
import sys

import pytest
from tests.evidence.records import HANOI

from standfirst.evidence.collectors import COLLECTORS, Row, collector_row, measure_with
from standfirst.standards.problems import Unusable
from standfirst.standards.vocabulary import Domain, Verdict
from standfirst.words.render import hint, sentence


@pytest.mark.parametrize("row", COLLECTORS, ids=lambda row: str(row.name))
def test_every_row_loads_what_it_names(row: Row) -> None:
    found = row.load()
    assert (found.name, found.needs_extra) == (row.name, row.extra)
    assert found.version
    assert found.parameters.model_config.get("frozen")
    assert all(field.description for field in found.parameters.model_fields.values())


def test_measures_by_name() -> None:
    result = measure_with(
        "calibration-integrity",
        HANOI,
        subject="Our device",
        parameters={"snapshot": "2021-12-09T14:06:00Z", "device": "hanoi", "max-age-days": 200},
    )
    assert result.subject.snapshot == "2021-12-09T14:06:00Z"
    assert result.check("staleness").verdict is Verdict.CONFORM


def test_an_unknown_name_is_told_the_known_ones() -> None:
    with pytest.raises(Unusable) as caught:
        collector_row("calibration")
    (found,) = caught.value.problems
    assert found.field == "calibration"
    assert sentence(found.reason) == "There is no such collector."
    assert hint(found.reason) == "There are: calibration-integrity, crypto-posture, quantum-volume."


def test_a_missing_extra_is_a_result_not_a_gap() -> None:
    table = (
        Row(
            "quantum-volume",
            "standfirst.evidence.never_imported",
            (Domain.COMPUTING,),
            "quantum",
            ("no_such_module_here",),
        ),
    )
    result = measure_with("quantum-volume", HANOI, subject="Our device", table=table)
    assert result.verdict is Verdict.NOT_MEASURABLE
    assert result.check("extra-installed").codes == ("extra-absent",)
    assert result.parameters[0].value == "quantum"
    assert result.inputs[0].size == HANOI.stat().st_size
    assert result.result_digest


def test_bad_parameters_by_name_are_unusable_input() -> None:
    with pytest.raises(Unusable):
        measure_with("calibration-integrity", HANOI, subject="x", parameters={"snapshot": 5})


def test_the_table_imports_no_collector() -> None:
    code = (
        "import sys, standfirst.evidence.collectors; "
        "sys.exit('standfirst.evidence.calibration_integrity' in sys.modules or 'numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
