"""How much one request may bring is a setting."""

import os
import subprocess
import sys

import pytest


def told(value: str | None) -> "subprocess.CompletedProcess[str]":
    apart = {name: text for name, text in os.environ.items() if name != "STANDFIRST_UPLOAD_MB"}
    return subprocess.run(
        [sys.executable, "-c", "from standfirst.server import settings; print(settings.EVIDENCE_LIMIT)"],
        env=apart if value is None else {**apart, "STANDFIRST_UPLOAD_MB": value},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("value", "megabytes"), [(None, 2048), ("7", 7), ("10000", 10_000)])
def test_it_is_told_in_megabytes(value: str | None, megabytes: int) -> None:
    assert told(value).stdout == f"{megabytes * 2**20}\n"


@pytest.mark.parametrize("value", ["", "0", "-1", "1.5", "2 GB", "1_0", "9" * 12])
def test_what_is_no_number_of_megabytes_is_not_served_with(value: str) -> None:
    done = told(value)
    assert done.returncode != 0
    assert "STANDFIRST_UPLOAD_MB: setting.megabytes" in done.stderr
