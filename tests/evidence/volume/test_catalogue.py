"""Devices by name: one normal form, near names, and honest where the package is absent."""

from pathlib import Path

import pytest

from standfirst.evidence.volume import catalogue
from standfirst.evidence.volume.catalogue import device_files, known_devices, normal_form
from standfirst.standards.problems import Unusable
from standfirst.words.render import hint, sentence


@pytest.mark.parametrize(
    "name",
    [
        "montreal",
        "Montreal",
        "fake_montreal",
        "FakeMontrealV2",
        "FakeMontreal",
        "ibmq_montreal",
        " ibm_montreal ",
    ],
)
def test_one_normal_form(name: str) -> None:
    assert normal_form(name) == "montreal"


def test_a_name_gives_the_two_files() -> None:
    found = device_files("FakeMontrealV2")
    assert list(found) == ["conf_montreal.json", "props_montreal.json"]
    assert all(data.startswith(b"{") for data in found.values())


def test_every_known_name_is_its_own_normal_form() -> None:
    known = known_devices()
    assert len(known) > 50
    assert {"montreal", "lima", "torino", "fractional"} <= set(known)
    assert [name for name in known if normal_form(name) != name] == []


@pytest.mark.parametrize(
    ("name", "near"),
    [("montreux", True), ("fake_montrealx", True), ("../lima", True), ("zzz", False), ("", False)],
)
def test_an_unknown_name_is_told_near_ones(name: str, near: bool) -> None:
    with pytest.raises(Unusable) as caught:
        device_files(name)
    (found,) = caught.value.problems
    assert found.reason.code == "volume.unknown-device"
    assert found.reason.parameters["count"] == len(known_devices())
    assert ("; near: " in sentence(found.reason)) == near
    assert hint(found.reason)


def test_a_name_is_never_a_path(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    for folder in (tmp_path, tmp_path / "inside"):
        for part in ("conf", "props"):
            (folder / f"{part}_{folder.name}.json").write_text("{}")
    for name in ("..", ".", "inside/../inside", f"../{tmp_path.name}"):
        with pytest.raises(Unusable):
            device_files(name, tmp_path)
    assert list(device_files("inside", tmp_path)) == ["conf_inside.json", "props_inside.json"]


def test_without_the_package_there_is_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "PACKAGE", "no_such_module_here")
    assert known_devices() == ()
    with pytest.raises(Unusable) as caught:
        device_files("montreal")
    assert sentence(caught.value.problems[0].reason) == (
        "No device of this name is among the 0 that qiskit-ibm-runtime carries."
    )
