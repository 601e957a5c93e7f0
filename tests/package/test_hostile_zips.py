"""Zips that try something. Nothing is ever extracted; each is refused with the archive's name and the entry's."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.package.packages import ADA, Door, Refuses, contents, entry, write, zipped

from standfirst.records.package import door as door_of_packages

Files = list[tuple[str | zipfile.ZipInfo, bytes]]
Make = Callable[[Files], bytes]


def plus(*more: tuple[str | zipfile.ZipInfo, bytes]) -> Make:
    """The sound files and these."""
    return lambda files: zipped([*files, *more])


def named(name: str) -> Make:
    return plus((entry(name), b"x"))


def directory(data: bytes) -> int:
    """Where the last entry of a zip's directory begins."""
    return data.rindex(b"PK\x01\x02")


def patched(offset: int, value: bytes, *, also_local: int | None = None) -> Make:
    """One file more, and a field of its directory entry overwritten; and of its own header, where that has it too."""

    def make(files: Files) -> bytes:
        data = bytearray(zipped([*files, (entry("evidence/x.bin"), b"harmless " * 20)]))
        at = directory(bytes(data))
        data[at + offset : at + offset + len(value)] = value
        if also_local is not None:
            local = data.rindex(b"PK\x03\x04")
            data[local + also_local : local + also_local + len(value)] = value
        return bytes(data)

    return make


def truncated(files: Files) -> bytes:
    data = zipped(files)
    return data[: len(data) // 2]


def without_a_byte(files: Files) -> bytes:
    data = zipped([*files, (entry("standfirst.yaml.bak", compress=zipfile.ZIP_STORED), b"")])
    return data[:50] + data[51:]


def overlapping(files: Files) -> bytes:
    """Two thousand entries that all unpack the same megabyte: they are small each, and together are not."""
    kernel = bytes(2**20)
    data = zipped([*files, (entry("evidence/kernel"), kernel)])
    at = directory(data)
    end = data.index(b"PK\x05\x06", at)
    one, local = data[at:end], struct.unpack("<I", data[at + 42 : at + 46])[0]
    name_at, more = 46, b""
    for number in range(2000):
        name = f"evidence/{number:06}".encode()
        more += one[:28] + struct.pack("<H", len(name)) + one[30:name_at] + name
    size = end - struct.unpack("<I", data[end + 16 : end + 20])[0] + len(more)
    tail = data[end : end + 8] + struct.pack("<HHI", 2001, 2001, size) + data[end + 16 :]
    assert local
    return data[:end] + more + tail


def lying_zip64(files: Files) -> bytes:
    """A directory that says it lies at 2**63."""
    data = zipped(files)
    end = data.rindex(b"PK\x05\x06")
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, 2**62, 2**63 - 1)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    return data[:end] + record + locator + data[end:]


def several_disks(files: Files) -> bytes:
    data = zipped(files)
    end = data.rindex(b"PK\x05\x06")
    return data[:end] + struct.pack("<4sLQL", b"PK\x06\x07", 3, end, 7) + data[end:]


def far_header(files: Files) -> bytes:
    """An entry whose header lies at 2**64 - 1, by its zip64 field."""
    info = entry("evidence/x.bin")
    info.extra = struct.pack("<HHQ", 1, 8, 2**64 - 1)
    data = bytearray(zipped([*files, (info, b"x")]))
    at = directory(bytes(data))
    data[at + 42 : at + 46] = b"\xff" * 4
    return bytes(data)


def of_itself(_: Files) -> bytes:
    """As much of a quine as matters: a zip that holds zips and nothing else."""
    inner = zipped({"inner.zip": b""})
    for _layer in range(20):
        inner = zipped({"inner.zip": inner})
    return inner


def bomb(files: Files) -> bytes:
    return zipped([*files, (entry("evidence/zeros.bin"), bytes(50_000_000))])


def huge(files: Files) -> bytes:
    """100 MB that do not pack well, by the word of the directory alone."""
    data = bytearray(patched(24, struct.pack("<I", 100_000_000))(files))
    at = directory(bytes(data))
    data[at + 20 : at + 24] = struct.pack("<I", 90_000_000)
    return bytes(data)


def other_header(files: Files) -> bytes:
    data = bytearray(patched(0, b"")(files))
    local = data.rindex(b"PK\x03\x04")
    data[local + 30 : local + 44] = b"evidence/y.bin"
    return bytes(data)


def doubled(files: Files) -> bytes:
    with pytest.warns(UserWarning, match="Duplicate name"):
        return zipped([*files, (entry("evidence/x"), b"one"), (entry("evidence/x"), b"two")])


def packed(method: int) -> Make:
    return plus((entry("evidence/x.bin", compress=method), b"x" * 1000))


def of_mode(mode: int) -> Make:
    return plus((entry("evidence/x.bin", mode=mode | 0o777), b"/etc/passwd"))


OUTSIDE = "could lead outside"
HOSTILE: dict[str, tuple[Make, tuple[str, ...]]] = {
    "slip": (named("../evil"), ("x.zip!../evil", OUTSIDE)),
    "slip from inside": (named("evidence/../../evil"), ("evidence/../../evil", OUTSIDE)),
    "absolute": (named("/etc/cron.d/evil"), ("x.zip!/etc/cron.d/evil", OUTSIDE)),
    "doubled slash": (named("evidence//etc/evil"), ("evidence//etc/evil", OUTSIDE)),
    "dot": (named("evidence/./evil"), ("evidence/./evil", OUTSIDE)),
    "drive": (named("C:/evil"), ("x.zip!C:/evil", OUTSIDE)),
    "drive below": (named("evidence/C:evil"), ("evidence/C:evil", OUTSIDE)),
    "backslashes": (named("..\\..\\evil"), (r"x.zip!..\..\evil", OUTSIDE)),
    "share": (named("\\\\server\\share"), (OUTSIDE,)),
    "terminal escape": (named("evidence/\x1b[2J"), (r"evidence/\x1b[2J", OUTSIDE)),
    "line end": (named("evidence/\n0 problems"), (r"evidence/\n0 problems", OUTSIDE)),
    "hidden slip": (named("../.evil"), ("x.zip!../.evil", OUTSIDE)),
    "folder that slips": (named("../evil/"), ("x.zip!../evil/", OUTSIDE)),
    "too deep": (named("evidence/" + "a/" * 20), ("nested too deep",)),
    "too long": (named("evidence/" + "a" * 300), ("too long",)),
    "link": (of_mode(stat.S_IFLNK), ("x.zip!evidence/x.bin", "symbolic link")),
    "pipe": (of_mode(stat.S_IFIFO), ("x.zip!evidence/x.bin", "neither a file nor a folder")),
    "device": (of_mode(stat.S_IFBLK), ("x.zip!evidence/x.bin", "neither a file nor a folder")),
    "twice": (doubled, ("x.zip!evidence/x", "twice")),
    "another letter case": (
        plus(("evidence/A", b""), ("evidence/a", b"")),
        ("x.zip!evidence/a", "evidence/A"),
    ),
    "another composition": (plus(("evidence/\xe9", b""), ("evidence/e\u0301", b"")), ("for one",)),
    "file and folder": (
        plus(("evidence/a", b""), ("evidence/a/b", b"")),
        ("evidence/a/b", "here it is a folder"),
    ),
    "encrypted": (patched(8, b"\x01\x00", also_local=6), ("x.zip!evidence/x.bin", "encrypted")),
    "bzip2": (packed(zipfile.ZIP_BZIP2), ("x.zip!evidence/x.bin", "packed in a way")),
    "lzma": (packed(zipfile.ZIP_LZMA), ("x.zip!evidence/x.bin", "packed in a way")),
    "unknown packing": (patched(10, b"\x63\x00"), ("x.zip!evidence/x.bin", "packed in a way")),
    "a later version": (patched(6, b"\xff\x00"), ("x.zip", "broken")),
    "bomb": (bomb, ("x.zip!evidence/zeros.bin", "far more")),
    "bombs that share their bytes": (overlapping, ("x.zip", "at most 536870912")),
    "100 MB": (huge, ("x.zip!evidence/x.bin", "100000000 bytes")),
    "another name in its header": (other_header, ("x.zip!evidence/x.bin", "broken")),
    "a size that is too small": (patched(24, b"\x05\x00\x00\x00"), ("x.zip!evidence/x.bin", "broken")),
    "a size that is too large": (patched(24, b"\x00\x01\x00\x00"), ("x.zip!evidence/x.bin", "broken")),
    "another checksum": (patched(16, b"\x00\x00\x00\x00"), ("x.zip!evidence/x.bin", "broken")),
    "a header elsewhere": (patched(42, b"\x10\x00\x00\x00"), ("x.zip!evidence/x.bin", "broken")),
    "a header far away": (patched(42, b"\xfe\xff\xff\xff"), ("x.zip!evidence/x.bin", "broken")),
    "a header at the end of the world": (far_header, ("x.zip!evidence/x.bin", "broken")),
    "a directory far away": (lying_zip64, ("x.zip", "broken")),
    "several disks": (several_disks, ("x.zip", "broken")),
    "truncated": (truncated, ("x.zip", "broken")),
    "a byte missing": (without_a_byte, ("broken",)),
    "zips in zips": (of_itself, ("x.zip", "no standfirst.yaml")),
    "nothing": (lambda _: zipped({}), ("x.zip", "empty")),
    "only hidden files": (lambda _: zipped({".git/config": b""}), ("x.zip", "empty")),
    "two folders": (
        lambda _: zipped({"a/standfirst.yaml": b"", "b/standfirst.yaml": b""}),
        ("no standfirst.yaml",),
    ),
    "signatures alone": (lambda _: b"PK\x03\x04" + b"PK\x05\x06" * 20, ("x.zip", "broken")),
    "a beginning alone": (lambda _: b"PK\x03\x04" + bytes(100), ("x.zip", "broken")),
    "a slip by its folder": (
        lambda files: zipped([(f"acme/{n}", d) for n, d in files] + [("acme//etc/x", b"")]),
        (OUTSIDE,),
    ),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_zip_is_refused(what: str, package: Path, refuses: Refuses) -> None:
    make, says = HOSTILE[what]
    files: Files = list(contents(package).items())
    # The odd file is attached, so that it is read and not only listed.
    policy = "records/documents/policy.md"
    files = [
        (n, d.replace(b"attachments:\n", b"attachments:\n  - file: evidence/x.bin\n") if n == policy else d)
        for n, d in files
    ]
    hostile = write(package.parent / "x.zip", make(files))
    refuses("package", "check", hostile, says=says)
    refuses("package", "import", package, hostile, *ADA, says=says)


def test_a_name_that_ends_early(package: Path, refuses: Refuses) -> None:
    """What stands behind a NUL is hidden by ``zipfile``; so is what the name was."""
    data = zipped([*contents(package).items(), ("evidence/x.txtX/../../evil", b"")])
    hostile = write(package.parent / "x.zip", data.replace(b"x.txtX/..", b"x.txt\x00/.."))
    refuses("package", "check", hostile, says=(r"evidence/x.txt\x00/../../evil", OUTSIDE))


def test_a_name_that_is_no_utf8(package: Path, refuses: Refuses) -> None:
    data = zipped([*contents(package).items(), ("evidence/é", b"")])
    hostile = write(package.parent / "x.zip", data.replace("é".encode(), b"\xff\xfe"))
    refuses("package", "check", hostile, says=("x.zip", "broken"))


def test_no_more_is_unpacked_than_was_declared(package: Path, door: Door) -> None:
    """A size that is too small, with the checksum of what fits into it: what is beyond it is never seen."""
    data = bytearray(patched(24, b"\x05\x00\x00\x00")(list(contents(package).items())))
    at = directory(bytes(data))
    data[at + 16 : at + 20] = struct.pack("<I", zlib.crc32(b"harml"))
    files = door_of_packages.open_files(write(package.parent / "x.zip", bytes(data)))
    assert files.read("evidence/x.bin") == b"harml"
    assert door("package", "check", package.parent / "x.zip").code == 0


def test_sixty_thousand_entries_are_too_many(package: Path, door: Door) -> None:
    buffer = io.BytesIO(zipped(contents(package)))
    with zipfile.ZipFile(buffer, "a") as archive:
        for number in range(60_000):
            archive.writestr(f"evidence/{number}", b"")
    said = door("package", "check", write(package.parent / "x.zip", buffer.getvalue()))
    assert said.code == 2
    assert "x.zip: More than 50000 files" in said.err


def test_entries_are_counted_before_they_become_objects(
    package: Path, refuses: Refuses, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile = write(package.parent / "x.zip", zipped({f"{number}": b"" for number in range(100)}))
    monkeypatch.setattr(door_of_packages, "MAX_FILES", 20)
    monkeypatch.setattr(zipfile.ZipFile, "__init__", None)
    refuses("package", "check", hostile, says=("x.zip", "More than 20 files"))


def test_an_archive_that_is_too_large(
    package: Path, refuses: Refuses, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile = write(package.parent / "x.zip", zipped(contents(package)))
    monkeypatch.setattr(door_of_packages, "MAX_TOTAL_BYTES", 1000)
    refuses("package", "check", hostile, says=("x.zip", "at most 1000 are read"))


def test_a_zip_among_the_evidence_is_never_opened(package: Path, door: Door) -> None:
    write(package / "evidence" / "bomb.zip", bomb([]))
    write(package / "evidence" / "slip.zip", zipped({"../../evil": b""}))
    assert door("package", "check", package).code == 0
    packed_ = write(package.parent / "x.zip", zipped(contents(package)))
    assert door("package", "check", packed_).code == 0


def test_a_zip_that_changes_after_it_was_looked_at(
    package: Path, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was checked is what is read: the archive is held in memory."""
    packed_ = write(package.parent / "x.zip", zipped(contents(package)))
    whole = door("package", "check", packed_)
    opened = door_of_packages.open_files

    def then_changed(path: Path) -> door_of_packages.Files:
        files = opened(path)
        write(packed_, zipped({"standfirst.yaml": b"form: other"}))
        return files

    monkeypatch.setattr("standfirst.records.package.package.open_files", then_changed)
    assert door("package", "check", packed_) == whole
