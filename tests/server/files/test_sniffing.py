"""What bytes are is told by the bytes."""

import io
import zipfile

import pytest

from standfirst.server.files.sniffing import HEAD, contradicted, sniff


def archive(**files: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as into:
        for name, text in files.items():
            into.writestr(name.replace("__", "/"), text)
    return made.getvalue()


PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj"
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (PNG, "image/png"),
        (PDF, "application/pdf"),
        (HTML, "text/html"),
        (SVG, "image/svg+xml"),
        (b"qubit,t1\n0,98.2\n", "text/plain"),
        (b"BM the first letters of a bitmap", "text/plain"),
        ("Grüße aus dem Labor".encode(), "text/plain"),
        (archive(a="b"), "application/zip"),
        (b"\x02\x9a" * 40, "application/octet-stream"),
    ],
)
def test_the_bytes_tell(head: bytes, media_type: str) -> None:
    assert sniff(head).media_type == media_type


def test_a_letter_cut_in_two_at_the_end_of_the_head_is_still_text() -> None:
    assert sniff(b"x" * (HEAD - 1) + "ü".encode()[:1]).media_type == "text/plain"


@pytest.mark.parametrize(
    ("name", "head", "told"),
    [
        ("chart.png", PNG, ""),
        ("chart.pdf", PNG, "application/pdf"),
        ("report.pdf", HTML, "application/pdf"),
        ("data.csv", HTML, "text/csv"),
        ("data.csv", b"a,b\n1,2\n", ""),
        ("notes.md", b"# Notes\n", ""),
        ("run.json", b'{"shots": 1000}', ""),
        ("run.yaml", b"shots: 1000\n", ""),
        ("table.xlsx", archive(a="b"), ""),
        ("chart.png", archive(a="b"), "image/png"),
        ("data.csv", b"\x02\x9a" * 40, "text/csv"),
        ("trace.dat", b"\x02\x9a" * 40, ""),
        ("no-suffix", HTML, ""),
    ],
)
def test_a_name_that_says_something_else_is_told(name: str, head: bytes, told: str) -> None:
    assert contradicted(name, sniff(head)) == told
