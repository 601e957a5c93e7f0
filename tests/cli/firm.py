"""A small firm, made the way anybody makes one: by the commands, with two people and a simulated clock."""

from collections.abc import Sequence
from pathlib import Path

from standfirst.cli.main import run

DATA = Path(__file__).parents[1] / "data" / "calibration"
AT = "2026-06-01"
NAME = "Föhn & Söhne Quantum"

FILES = {
    "records/organisation/organisation.yaml": """\
kind: organisation
state: draft
name: "Föhn & Söhne Quantum"
country: Nowhere
description: It builds small processors.
domains: [computing]
stages: [concept, engineering, operation]
roles: [component-maker]
tier: 1
sites: [Nowhere]
headcount: 7
""",
    "records/documents/policy.md": """\
---
kind: document
state: draft
serves: ["5.2"]
title: Quality policy
type: policy
owner: Ada
audience: public
topics: [safeguard, engage, advance, obligations, improvement]
effective_from: 2026-03-01
review_by: 2027-03-01
---

We measure what we claim.
""",
    "records/products/chip.yaml": """\
kind: product
state: operation
title: Chip
type: system
description: Five qubits, for teaching.
domains: [computing]
tier: 1
role: component-maker
""",
    "records/documents/calibration.yaml": """\
kind: document
state: draft
serves: ["A.1.2"]
links: {about: [chip]}
title: Calibration procedure
type: procedure
owner: Bo
effective_from: 2026-03-01
review_by: 2027-03-01
text: Every morning.
""",
}
BO = """\
kind: person
state: active
name: Bo
handle: bo
roles: [quality-manager, engineer, top-management]
"""


def command(*arguments: str | Path) -> int:
    return run([str(argument) for argument in arguments])


def found(path: Path) -> None:
    """Ada begins it, records what stands in the files; Bo approves, and measures the chip."""
    steps: Sequence[tuple[str | Path, ...]] = (
        ("package", "init", path, "--organisation", NAME, "--by", "Ada", "--handle", "ada", "--fictional", "--simulation",
         "--clock", "2026-03-01T09:00"),
        ("package", "new", path, "person", "bo"),
        ("package", "new", path, "document", "policy"),
        ("package", "new", path, "product", "chip"),
    )  # fmt: skip
    for step in steps:
        assert command(*step) == 0
    (path / "records/organisation/scope.yaml").unlink()
    for name, text in {"records/people/bo.yaml": BO, **FILES}.items():
        (path / name).write_text(text, "utf-8")
    ada = ("--actor", "ada", "--clock", "2026-03-02T09:00")
    bo = ("--actor", "bo", "--clock", "2026-03-03T09:00")
    assert command("package", "record", path, *ada) == 0
    assert command("package", "move", path, "DOC-0001", "DOC-0002", "--to", "approved", *bo) == 0
