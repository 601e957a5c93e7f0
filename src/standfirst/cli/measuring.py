"""A measurement result on the terminal, and on its way into a package."""

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from standfirst.cli.output import out
from standfirst.cli.saving import save
from standfirst.conformity.report import CheckRow
from standfirst.evidence.result import Check, MeasurementResult
from standfirst.evidence.source import open_source
from standfirst.records.package.working import EVIDENCE, RECORDS, machine_file
from standfirst.standards.problems import Unusable, problem
from standfirst.trust.digests import sha256_hex
from standfirst.words.render import title

if TYPE_CHECKING:
    from standfirst.records.package.package import Package

SHARE = {"elements", "affected", "share", "lower", "upper"}  # the figures of a share with its exact interval
STYLES = {
    "conform": "green",
    "conform-guarded": "green",
    "indeterminate": "yellow",
    "nonconform": "red",
    "not-measurable": "blue",
}


def checks(result: MeasurementResult) -> list[CheckRow]:
    """Every check in words and figures, in the result's order."""
    return [
        CheckRow(
            check=check.name.replace("-", " "),
            verdict=title(check.verdict.value) if check.verdict else "reported",
            found=_found(check),
            limit=f"{check.limit.side.value.replace('-', ' ')} {_with_unit(check.limit.value, check.limit.unit)}"
            if check.limit
            else "",
        )
        for check in result.checks
    ]


def _found(check: Check) -> str:
    """A share with its count and interval, or each figure by its name."""
    figures = {figure.name: figure for figure in check.figures}
    told = [
        f"{f.name.replace('-', ' ')} {_with_unit(f.value, f.unit)}"
        for f in check.figures
        if f.name not in SHARE
    ]
    if set(figures) >= SHARE:
        value, lower, upper = (f"{Decimal(figures[name].value):.4f}" for name in ("share", "lower", "upper"))
        told.insert(
            0,
            f"{figures['affected'].value} of {figures['elements'].value} ({value}; interval {lower} to {upper})",
        )
    return ", ".join(told)


def _with_unit(value: int | str, unit: str) -> str:
    return str(value) if unit == "1" else f"{value} {unit}"


def summary(result: MeasurementResult) -> None:
    """Verdict first, then each check with its figures, then what speaks against."""
    head = Text(f"{result.subject.name}: ", "bold")
    head.append(title(result.verdict.value), f"bold {STYLES[result.verdict.value]}")
    out().print(
        head, Text(f"{result.method} {result.method_version}, state of {result.subject.snapshot}", "dim")
    )
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("check", "verdict", "found", "limit"):
        table.add_column(name)
    for check, row in zip(result.checks, checks(result), strict=True):
        style = STYLES[check.verdict.value] if check.verdict else "dim"
        table.add_row(row.check, Text(row.verdict, style), row.found, row.limit)
    out().print(table)
    for offenders in result.examples:
        worst = "; ".join(f"{example.element} at {example.place}" for example in offenders.worst[:3])
        out().print(
            f"  {offenders.check.replace('-', ' ')}, {offenders.total} in all: {worst}",
            highlight=False,
            style="dim",
        )
    out().print(f"result digest {result.result_digest}", highlight=False, soft_wrap=True)


def into_package(
    package: "Package", result: MeasurementResult, source: Path, *, about: list[str], serves: list[str]
) -> None:
    """Copy the input to ``evidence/`` and write the working file of a measurement. Recording it is another deed.

    Raises Unusable when the product is unknown, the input has changed since it was measured, another file of this name
    is there, or the package would no longer open.
    """
    known = package.labels()
    if unknown := [label for label in about or ["(none given)"] if label not in known]:
        raise Unusable([problem("--about", "link.unknown-target", target=label) for label in unknown])
    data = open_source(source).data
    if sha256_hex(data) != result.inputs[0].sha256:
        raise Unusable([problem(str(source), "input.changed")])
    evidence = f"{EVIDENCE}/{source.name}"
    if evidence in package.files.names() and package.files.read(evidence) != data:
        raise Unusable([problem(evidence, "import.evidence-differs", file=evidence)])
    day = (result.subject.snapshot or result.performed_at or "")[:10]
    name = f"{result.method}-{result.subject.name.lower().replace(' ', '-')}-{day}"
    file = f"{RECORDS}/measurements/{_plain(name)}.json"
    if file in package.files.names():
        raise Unusable([problem(file, "file.exists")])
    document = {
        "kind": "measurement",
        "state": "recorded",
        "serves": serves,
        "links": {"of": about},
        "title": f"{title(result.method)} of {result.subject.name}, state of {day}",
        "attachments": [{"file": evidence}],
        "result": result.document(),
        "result_digest": result.result_digest,
        "state_of": result.subject.snapshot or result.performed_at,
    }
    written = {evidence: data, file: machine_file(document)}
    package.with_files(written)
    for below, content in written.items():
        save(package.path / below, content)
    out().print(
        f"{package.path / file}\nNow: standfirst package record {package.path} --actor WHO",
        highlight=False,
        soft_wrap=True,
    )


def _plain(name: str) -> str:
    return "".join(c if c.isalnum() or c in "-_" else "-" for c in name)[:100]
