"""Whatever a file was called, what it is called here harms nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from standfirst.records.body import EvidencePath
from standfirst.records.package.door import name_flaw
from standfirst.server.files.names import EVIDENCE, NAME_LENGTH, apart, folded, safe_name

PATH: TypeAdapter[str] = TypeAdapter(EvidencePath)


@pytest.mark.parametrize(
    ("claimed", "kept"),
    [
        ("calibration 2026-05.csv", "calibration 2026-05.csv"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system.ini", "system.ini"),
        ("/etc/shadow", "shadow"),
        ("a\x00.pdf", "a.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("CON", "_CON"),
        ("con.txt", "_con.txt"),
        ("LPT1 .dat", "_LPT1 .dat"),
        ("console.txt", "console.txt"),
        ("report.pdf. . ", "report.pdf"),
        (".htaccess", "htaccess"),
        ("...", "file"),
        ("", "file"),
        ("\u200b\u2060", "file"),
        ("a<b>:c|d?.csv", "a_b__c_d_.csv"),
        ("Messung\u0308.csv", "Messung\u0308.csv"),
        ("mu\u0308on.csv", "m\u00fcon.csv"),
    ],
)
def test_names_are_made_harmless(claimed: str, kept: str) -> None:
    assert safe_name(claimed) == kept


def test_a_long_name_keeps_its_suffix() -> None:
    assert safe_name("x" * 300 + ".csv") == "x" * (NAME_LENGTH - 4) + ".csv"
    assert len(safe_name("ü" * 300 + ".csv").encode()) <= NAME_LENGTH
    assert safe_name("x" * 300 + "." + "y" * 300).startswith("xxx")


@given(st.text(max_size=400))
def test_any_name_is_one_that_records_and_packages_take(claimed: str) -> None:
    name = safe_name(claimed)
    label = f"{EVIDENCE}/{name}"
    assert PATH.validate_python(label) == label
    assert name_flaw(label) is None
    assert safe_name(name) == name
    assert 0 < len(name.encode()) <= NAME_LENGTH
    other = apart(name, "ab" * 32)
    assert PATH.validate_python(f"{EVIDENCE}/{other}")
    assert len(other.encode()) <= NAME_LENGTH
    assert folded(other) != folded(name) or name == other


def test_what_some_disk_takes_for_one_is_one() -> None:
    assert folded("Strasse.PDF") == folded("STRASSE.pdf") == folded("straße.pdf")
