"""Out and in again: an exported zip is the package, a hand-over proves itself, a restored copy carries on."""

import zipfile
from pathlib import Path

from tests.package.packages import Door, contents, write, zipped

from standfirst.records.package.door import open_files


def test_an_exported_zip_is_the_package(package: Path, door: Door, tmp_path: Path) -> None:
    write(package / "evidence" / "ümläut ü.csv", "1\n")
    write(package / "evidence" / "zeros.bin", bytes(3_000_000))  # packs so well that it would pass for a bomb
    write(package / "README.md", "About us.\n")
    said = door("package", "export", package, "--out", tmp_path / "acme.zip")
    assert said.code == 0
    files = open_files(tmp_path / "acme.zip")
    assert {name: files.read(name) for name in files.names()} == contents(package)
    assert door("package", "check", tmp_path / "acme.zip").out == door("package", "check", package).out


def test_the_same_package_gives_the_same_zip(package: Path, door: Door, tmp_path: Path) -> None:
    for name in ("one.zip", "two.zip"):
        assert door("package", "export", package, "--out", tmp_path / name).code == 0
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_an_unpacked_export_is_read_again(package: Path, door: Door, tmp_path: Path) -> None:
    door("package", "export", package, "--out", tmp_path / "acme.zip")
    with zipfile.ZipFile(tmp_path / "acme.zip") as archive:
        archive.extractall(tmp_path / "unpacked")
    assert door("package", "check", tmp_path / "unpacked").out == door("package", "check", package).out


def test_a_folder_round_the_files_of_a_zip_is_looked_through(
    package: Path, door: Door, tmp_path: Path
) -> None:
    inside = {f"acme/{name}": data for name, data in contents(package).items()}
    write(tmp_path / "acme.zip", zipped(inside | {"__MACOSX/acme/._x": b"", "acme/.DS_Store": b""}))
    assert door("package", "check", tmp_path / "acme.zip").out == door("package", "check", package).out
