"""A small sound package, and ways to spoil it: what the tests of this folder stand on."""

import hashlib
import io
import json
import os
import stat
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from hypothesis import HealthCheck, settings

from standfirst.cli.main import run
from standfirst.records.ledger import NO_LEAF, commitment_to, leaf_of
from standfirst.standards.problems import Problem, Unusable
from standfirst.trust import merkle
from standfirst.trust.canonical import canonical_bytes, parse_canonical

FUZZ = settings(
    max_examples=int(os.environ.get("STANDFIRST_FUZZ", "30")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
"""How long to look: STANDFIRST_FUZZ=2000 looks longer. Each example writes over what the one before has left."""

BEGUN = "2026-01-05T09:00:00+00:00"
LATER = "2026-01-06T09:00:00+00:00"
AFTERWARDS = ("--clock", "2026-01-07T09:00:00+00:00")
ADA = ("--actor", "ada", *AFTERWARDS)
OLGA = ("--actor", "olga", *AFTERWARDS)  # of the other organisation

PRODUCT = """\
kind: product
state: concept
title: A processor of 20 qubits
type: device
description: It runs circuits, for customers.
domains: [computing]
tier: 1
role: system-builder
"""
RISK = """\
kind: risk
state: identified
serves: ["6.1.3"]
links:
  about: [{about}]
title: The laser fails
hazard: No calibration for a week
domains: [computing]
stages: [operation]
categories: [technical]
owner: ada
"""
DOCUMENT = """\
---
kind: document
state: draft
serves: ["5.2"]
title: Quality policy
type: policy
owner: ada
effective_from: 2026-01-05
review_by: 2027-01-05
attachments:
  - file: evidence/minutes.txt
---

We keep what we promise.
"""
ENGINEER = """\
kind: person
state: active
name: Grace Hopper
handle: {handle}
roles: [engineer]
"""


@dataclass(frozen=True, slots=True)
class Said:
    """What a command answered: its exit code and both streams."""

    code: int
    out: str
    err: str


Door = Callable[..., Said]
"""Calls the command line in this process: ``door("package", "check", path)``."""


class Refuses(Protocol):
    def __call__(self, *arguments: object, says: tuple[str, ...]) -> Said: ...


def begin(
    folder: Path,
    *,
    organisation: str = "Acme Quantum",
    simulation: bool = True,
    founder: str = "ada",
    engineer: str = "grace",
) -> Path:
    """A sound package: two people, a product, a risk about it, a policy with an attached file; all recorded."""
    begun = ["--simulation", "--clock", BEGUN] if simulation else []
    later = ["--clock", LATER] if simulation else []
    _do("init", folder, "--organisation", organisation, "--by", "Ada Lovelace", "--handle", founder, *begun)
    for template in (folder / "records" / "organisation").iterdir():
        template.unlink()
    write(folder / "evidence" / "minutes.txt", "Agreed on Monday.\n")
    write(folder / "records" / "products" / "qpu.yaml", PRODUCT)
    write(folder / "records" / "risks" / "laser.yaml", RISK.format(about="qpu"))
    write(folder / "records" / "documents" / "policy.md", DOCUMENT)
    write(folder / "records" / "people" / f"{engineer}.yaml", ENGINEER.format(handle=engineer))
    _do("record", folder, "--actor", founder, *later)
    return folder


def _do(verb: str, *arguments: object) -> None:
    assert run(["package", verb, *map(str, arguments)]) == 0


def write(path: Path, text: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder by its name, but the lock."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "lock"
    }


def tree(folder: Path) -> dict[str, str]:
    """All that lies below a folder, links and folders too, each with what it holds."""
    return {path.relative_to(folder).as_posix(): _held(path) for path in sorted(folder.rglob("*"))}


def _held(path: Path) -> str:
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        return f"-> {path.readlink()}"
    if not stat.S_ISREG(mode):
        return f"{stat.S_IFMT(mode):o}"
    size = path.stat().st_size
    return hashlib.sha256(path.read_bytes()).hexdigest() if size < 5_000_000 else f"{size} bytes"


def problems_of(read: Callable[[], object]) -> Sequence[Problem]:
    """What reading is refused with; nothing where it is not."""
    try:
        read()
    except Unusable as refused:
        return refused.problems
    return ()


# --- zips ------------------------------------------------------------------------------------------------------------


def zipped(files: Mapping[str, bytes] | Sequence[tuple[str | zipfile.ZipInfo, bytes]]) -> bytes:
    """A zip of these entries, in this order, whatever their names."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items() if isinstance(files, Mapping) else files:
            archive.writestr(name, data)
    return buffer.getvalue()


def entry(
    name: str, *, mode: int = stat.S_IFREG | 0o644, compress: int = zipfile.ZIP_DEFLATED
) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3  # Unix: then the upper half of external_attr is the mode
    info.external_attr = mode << 16
    info.compress_type = compress
    return info


# --- forged ledgers --------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Row:
    """One line of a ledger, free to be changed: what the entry says and what the content says."""

    entry: dict[str, Any]
    content: Any
    salt: bytes


Forgery = Callable[[list[Row]], object]


def forge(folder: Path, change: Forgery) -> Path:
    """Change a ledger and make it consistent again: hashes, chain, commitments and head all hold afterwards."""
    ledger = folder / "ledger"
    entries = (ledger / "entries.jsonl").read_bytes().splitlines()
    lines = (ledger / "contents.jsonl").read_bytes().splitlines()
    rows: list[Row] = []
    for one, line in zip(entries, lines, strict=True):
        salt, _, content = line.partition(b" ")
        said: Any = parse_canonical(one)
        rows.append(Row(said, parse_canonical(content), bytes.fromhex(salt.decode())))
    change(rows)
    seal(ledger, rows)
    return folder


def seal(ledger: Path, rows: Sequence[Row]) -> None:
    """Write rows as a ledger whose every hash holds."""
    previous = NO_LEAF
    written: list[tuple[bytes, str, bytes]] = []
    for row in rows:
        content = row.content if isinstance(row.content, bytes) else canonical_bytes(row.content)
        value = {**row.entry, "commitment": commitment_to(row.salt, content), "previous": previous}
        data = canonical_bytes(value)
        previous = leaf_of(data)
        written.append((data, previous, row.salt.hex().encode() + b" " + content))
    write(ledger / "entries.jsonl", b"".join(data + b"\n" for data, _, _ in written))
    write(ledger / "leaves.txt", "".join(leaf + "\n" for _, leaf, _ in written))
    write(ledger / "contents.jsonl", b"".join(line + b"\n" for _, _, line in written))
    root = merkle.root_of(bytes.fromhex(leaf) for _, leaf, _ in written).hex()
    write(ledger / "head.json", json.dumps({"size": len(written), "root": root}) + "\n")


def row_of(rows: Sequence[Row], kind: str) -> Row:
    """The last row about a record of this kind."""
    return next(row for row in reversed(rows) if row.entry["kind"] == kind)


def renumbered(folder: Path) -> Path:
    """As if each record had been the seventeenth hundred and first of its kind: numbers that are free elsewhere."""
    forge(folder, lambda rows: [row.entry.update(number=_renumbered(row.entry["number"])) for row in rows])
    for file in (folder / "records").rglob("*.*"):
        lines = file.read_text().replace("[qpu]", "[PRD-1701]").split("\n")
        write(file, "\n".join(_renumbered(line) if line.startswith("number: ") else line for line in lines))
    return folder


def _renumbered(text: str) -> str:
    return text.replace("-00", "-17")
