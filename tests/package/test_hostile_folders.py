"""Folders that try something: each is refused with its place, and nothing outside is read or written."""

import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.package.packages import ADA, Door, Refuses, problems_of, write

from standfirst.records.package import door as door_of_packages

OTHERS = "what somebody else keeps to himself"


def link(name: str, target: str) -> Callable[[Path], object]:
    return lambda package: (package / name).symlink_to(target)


def holds(name: str, data: str | bytes = "") -> Callable[[Path], object]:
    return lambda package: write(package / name, data)


def sparse(name: str, size: int) -> Callable[[Path], object]:
    def make(package: Path) -> None:
        with (package / name).open("wb") as file:
            file.truncate(size)

    return make


def many_large(package: Path) -> None:
    for number in range(9):
        sparse(f"evidence/{number}.bin", 60_000_000)(package)


def listening(package: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        here = Path.cwd()
        os.chdir(package / "evidence")  # the name of a socket has room for a hundred bytes
        one.bind("socket")
        os.chdir(here)


def instead(name: str) -> Callable[[Path], object]:
    """A file where a folder belongs."""

    def make(package: Path) -> None:
        for path in sorted((package / name).rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        (package / name).rmdir()
        write(package / name, "x")

    return make


def folder_instead(package: Path) -> None:
    (package / "ledger" / "entries.jsonl").unlink()
    (package / "ledger" / "entries.jsonl").mkdir()


HOSTILE: dict[str, tuple[Callable[[Path], object], tuple[str, ...]]] = {
    "a link to a file outside": (
        link("evidence/x.txt", "../../secret.txt"),
        ("evidence/x.txt", "symbolic link"),
    ),
    "a link to a folder outside": (link("records/more", "../.."), ("records/more", "symbolic link")),
    "a link to itself": (link("records/loop.yaml", "loop.yaml"), ("records/loop.yaml", "symbolic link")),
    "a link to the folder around it": (link("evidence/again", "."), ("evidence/again", "symbolic link")),
    "a link to nowhere": (link("evidence/gone", "nowhere"), ("evidence/gone", "symbolic link")),
    "a pipe": (
        lambda package: os.mkfifo(package / "records" / "x.yaml"),
        ("records/x.yaml", "neither a file"),
    ),
    "a socket": (listening, ("evidence/socket", "neither a file")),
    "a stray file": (holds("notes.txt"), ("notes.txt", "no place for this file")),
    "a stray folder": (holds("more/risks/x.yaml"), ("more/risks/x.yaml", "no place for this file")),
    "a file for the records": (instead("records"), ("records", "no place for this file")),
    "a file for the ledger": (instead("ledger"), ("ledger", "no place for this file")),
    "a file for the evidence": (instead("evidence"), ("evidence", "no place for this file")),
    "a folder for the ledger's entries": (folder_instead, ("ledger/entries.jsonl",)),
    "a control character": (holds("evidence/a\x1b[2Jb"), (r"evidence/a\x1b[2Jb", "lead outside")),
    "a line end": (holds("evidence/a\n0 problems"), (r"evidence/a\n0 problems", "lead outside")),
    "a C1 control": (holds("evidence/a\x9b2Jb"), (r"evidence/a\x9b2Jb", "lead outside")),
    "no UTF-8": (
        lambda p: write(Path(os.fsdecode(os.fsencode(p) + b"/evidence/\xff")), ""),
        (r"\udcff", "lead outside"),
    ),
    "a backslash": (holds("evidence/a\\..\\..\\x"), (r"evidence/a\..\..\x", "lead outside")),
    "a drive": (holds("evidence/C:x"), ("evidence/C:x", "lead outside")),
    "a drive above": (holds("C:/x"), ("C:", "lead outside")),
    "another letter case": (holds("evidence/MINUTES.txt"), ("evidence/minutes.txt", "evidence/MINUTES.txt")),
    "sharp s": (lambda p: [write(p / "evidence" / n, "") for n in ("straße", "STRASSE")], ("for one",)),
    "another composition": (
        lambda p: [write(p / "evidence" / n, "") for n in ("\xe9", "e\u0301")],
        ("for one",),
    ),
    "a file that is a folder elsewhere": (
        lambda p: [write(p / "evidence" / n, "") for n in ("a", "A/b")],
        ("evidence/A/b", "evidence/a", "is a file; here it is a folder"),
    ),
    "too deep": (holds("evidence/" + "a/" * 11 + "b"), ("evidence/a/a/a", "nested too deep")),
    "very deep": (holds("evidence/" + "a/" * 300 + "b"), ("evidence/a/a/a", "nested too deep")),
    "too long": (holds("evidence/" + "/".join(["a" * 200] * 2)), ("too long",)),
    "100 MB": (sparse("evidence/raw.bin", 100_000_000), ("evidence/raw.bin", "100000000 bytes")),
    "too much in all": (many_large, ("acme", "bytes together")),
    "a record of 2 MB and a byte": (
        holds("records/risks/x.yaml", b"kind: risk\n#" + b"x" * 2_000_000),
        ("records/risks/x.yaml", "2000012 bytes"),
    ),
    "a suffix that no record has": (holds("records/risks/x.txt"), ("records/risks/x.txt", "end in .yaml")),
}


@pytest.mark.parametrize("what", HOSTILE)
@pytest.mark.parametrize("command", ["check", "record"])
def test_a_hostile_folder_is_refused(what: str, command: str, package: Path, refuses: Refuses) -> None:
    spoil, says = HOSTILE[what]
    write(package.parent / "secret.txt", OTHERS)
    spoil(package)
    arguments = ADA if command == "record" else ()
    said = refuses("package", command, package, *arguments, says=says)
    assert OTHERS not in said.err


def test_every_problem_is_told_at_once(package: Path, refuses: Refuses) -> None:
    for what in ("a link to a file outside", "a pipe", "a control character", "too deep", "100 MB"):
        HOSTILE[what][0](package)
    said = refuses("package", "check", package, says=("5 problems",))
    for what in (
        "evidence/x.txt",
        "records/x.yaml",
        r"evidence/a\x1b[2Jb",
        "evidence/a/a",
        "evidence/raw.bin",
    ):
        assert what in said.err


def test_sixty_thousand_files_are_too_many(package: Path, door: Door) -> None:
    folder = package / "evidence" / "many"
    folder.mkdir()
    for number in range(60_000):
        os.close(os.open(folder / str(number), os.O_CREAT))
    said = door("package", "check", package)
    assert said.code == 2
    assert "acme: More than 50000 files" in said.err


def test_folders_count_too(package: Path, refuses: Refuses, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door_of_packages, "MAX_FILES", 50)
    for number in range(101):
        (package / "evidence" / str(number)).mkdir()
    refuses("package", "check", package, says=("acme", "More than 50 files"))


def test_hidden_files_are_passed_over(package: Path, door: Door) -> None:
    before = door("package", "check", package)
    write(package / ".git" / "objects" / ("a" * 200), "")
    (package / "records" / ".editor.swp").symlink_to("/etc/passwd")
    assert door("package", "check", package) == before


def test_a_device_is_refused(package: Path, refuses: Refuses) -> None:
    try:
        os.mknod(package / "evidence" / "zero", stat.S_IFCHR | 0o666, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("making a device takes a right that these tests do not have")
    refuses("package", "check", package, says=("evidence/zero", "neither a file nor a folder"))


@pytest.mark.parametrize("name", ["records/risks/laser.yaml", "records/risks"])
def test_what_may_not_be_read_is_named(
    name: str, package: Path, refuses: Refuses, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the system answers to everybody but root, who may read everything."""
    last, scan, opened = Path(name).name, os.scandir, os.open

    def scandir(path: Path) -> object:
        if Path(path).name == last:
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    def open_(path: str | Path, *rest: int, **more: int) -> int:
        if Path(path).name == last:
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *rest, **more)

    monkeypatch.setattr(os, "scandir", scandir)
    monkeypatch.setattr(os, "open", open_)
    refuses("package", "check", package, says=(f"{name}: ", "Permission denied"))


@pytest.mark.parametrize("what", ["a link", "a link above", "a pipe", "a folder", "nothing"])
def test_what_changes_after_it_was_listed_is_not_followed(what: str, package: Path) -> None:
    outside = write(package.parent / "outside" / "laser.yaml", OTHERS).parent
    files = door_of_packages.open_files(package)
    name = "records/risks/laser.yaml"
    (package / name).unlink()
    if what == "a link":
        (package / name).symlink_to(outside / "laser.yaml")
    elif what == "a link above":
        (package / "records" / "risks").rmdir()
        (package / "records" / "risks").symlink_to(outside)
    elif what == "a pipe":
        os.mkfifo(package / name)
    elif what == "a folder":
        (package / name).mkdir()
    (problem,) = problems_of(lambda: files.read(name))
    assert (problem.file, problem.reason.code) == (name, "file.unreadable")
