"""Keys of one's own: secret to everybody else, never overwritten."""

import json
from pathlib import Path

import pytest

from standfirst.cli.main import run


@pytest.mark.parametrize(("more", "lasting"), [((), "ML-DSA-65"), (("--root",), "ML-DSA-87")])
def test_new_keys(
    more: tuple[str, ...], lasting: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "keys.json"
    assert run(["keys", "new", str(file), "--owner", "cb.example.org", *more]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["id"] == "cb.example.org"
    assert [key["algorithm"] for key in shown["keys"]] == ["Ed25519", lasting]
    assert file.stat().st_mode & 0o777 == 0o600
    seeds = [key["seed"] for key in json.loads(file.read_text())["keys"]]
    assert not any(seed in json.dumps(shown) for seed in seeds)
    assert run(["keys", "show", str(file)]) == 0
    assert json.loads(capsys.readouterr().out) == shown


def test_keys_are_never_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "keys.json"
    file.write_text("mine")
    assert run(["keys", "new", str(file), "--owner", "cb.example.org"]) == 2
    assert "file of this name already" in capsys.readouterr().err
    assert file.read_text() == "mine"


@pytest.mark.parametrize("owner", ["CB.example.org", "a", "с.example.org"])
def test_an_owner_is_a_plain_name(owner: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["keys", "new", str(tmp_path / "keys.json"), "--owner", owner]) == 2
    assert "such as cb.example.org" in capsys.readouterr().err
    assert not (tmp_path / "keys.json").exists()


def test_what_is_no_keyring_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "keys.json"
    file.write_text('{"form": "something else"}')
    assert run(["keys", "show", str(file)]) == 2
    assert "keyring" in capsys.readouterr().err
