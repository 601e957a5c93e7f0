"""A scanner may refuse a file, and may fail; neither file is kept. It is asked without a shell."""

import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from tests.server.files.cast import Member, lying_in

from standfirst.server.files import scanning
from standfirst.server.files.models import FileUse


def scanner(code: str) -> Any:
    return override_settings(SCANNER=(sys.executable, "-c", f"import os, sys; {code}"))


def test_what_is_clean_is_kept(ada: Member) -> None:
    with scanner("sys.exit(sys.stdin.buffer.read() != b'good')"):
        assert ada.upload(b"good").status_code == 201


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("sys.exit(1)", "file.scan-refused"),
        ("sys.exit(2)", "file.not-scanned"),
        ("os.kill(os.getpid(), 9)", "file.not-scanned"),
    ],
)
def test_what_is_not_clean_is_not_kept(ada: Member, folder: Path, code: str, reason: str) -> None:
    with scanner(code):
        answer = ada.upload(b"bad")
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (422, reason)
    assert lying_in(folder) == []
    assert not FileUse.objects.filter(organisation=ada.organisation).exists()


def test_a_scanner_that_is_not_there_has_scanned_nothing(ada: Member, folder: Path) -> None:
    with override_settings(SCANNER=("/nowhere/scan",)):
        answer = ada.upload(b"who knows")
    assert answer.json()["problems"][0]["code"] == "file.not-scanned"
    assert "our fault" in answer.json()["problems"][0]["sentence"]
    assert lying_in(folder) == []


def test_a_scanner_that_never_answers_is_not_waited_for(ada: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "LONGEST", 0.2)
    with scanner("sys.stdin.buffer.read(); os.read(os.pipe()[0], 1)"):
        answer = ada.upload(b"who knows")
    assert answer.json()["problems"][0]["code"] == "file.not-scanned"


def test_no_shell_reads_the_command(ada: Member, tmp_path: Path) -> None:
    trap = tmp_path / "made-by-a-shell"
    with override_settings(SCANNER=(sys.executable, "-c", "pass", f"; touch {trap}", f"$(touch {trap})")):
        assert ada.upload(b"x", f"$(touch {trap}).csv").status_code == 201
    assert not trap.exists()
