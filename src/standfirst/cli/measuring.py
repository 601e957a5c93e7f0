"""A measurement result on the terminal, and on its way into a package."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from standfirst.cli.output import out, say
from standfirst.cli.saving import save
from standfirst.conformity.measured import cell_words, found_words, verdict_words
from standfirst.evidence.collectors import NOT_LOADED, collector_row
from standfirst.evidence.result import MeasurementResult
from standfirst.evidence.showing import checks, element_table
from standfirst.records.package.working import EVIDENCE, RECORDS, machine_file
from standfirst.standards.problems import Unusable, problem
from standfirst.standards.reason import Reason
from standfirst.trust.digests import sha256_hex
from standfirst.words.render import advised, title

if TYPE_CHECKING:
    from standfirst.records.package.package import Package

STYLES = {
    "conform": "green",
    "conform-guarded": "green",
    "indeterminate": "yellow",
    "nonconform": "red",
    "not-measurable": "blue",
}


def summary(result: MeasurementResult) -> None:
    """Verdict first, then each check with its figures, then what speaks against."""
    head = Text(f"{result.subject.name}: ", "bold")
    head.append(title(result.verdict.value), f"bold {STYLES[result.verdict.value]}")
    moment = result.subject.snapshot or result.performed_at
    out().print(head, Text(f"{result.method} {result.method_version}, state of {moment}", "dim"))
    if absent := extra_absent(result):
        say(absent)
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("check", "verdict", "found", "limit"):
        table.add_column(name)
    for check, row in zip(result.checks, checks(result), strict=True):
        style = STYLES[check.verdict.value] if check.verdict else "dim"
        table.add_row(row.check, Text(verdict_words(row), style), found_words(row), row.limit)
    out().print(table)
    _elements(result)
    for offenders in result.examples:
        worst = "; ".join(f"{example.element} at {example.place}" for example in offenders.worst[:3])
        out().print(
            f"  {offenders.check.replace('-', ' ')}, {offenders.total} in all: {worst}",
            highlight=False,
            style="dim",
        )
    out().print(f"result digest {result.result_digest}", highlight=False, soft_wrap=True)


def _elements(result: MeasurementResult) -> None:
    told = element_table(result)
    if told is None:
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in told.columns:
        table.add_column(column)
    for element, *cells in told.rows:
        table.add_row(element, *map(cell_words, cells))
    out().print()
    out().print(table)
    if told.more:
        say(f"... and {told.more} more: --json tells all", style="dim")


def extra_absent(result: MeasurementResult) -> str:
    """Why nothing was measured, if it is for want of an extra: what to install stands beside it."""
    extra = next((p.value for p in result.parameters if p.name == "extra"), None)
    if result.method_version != NOT_LOADED or extra is None:
        return ""
    return _absent(str(extra))


def extra_missing(method: str) -> str:
    """Why this method cannot be measured here, and what to install; empty where it can."""
    row = collector_row(method)
    return "" if row.is_available else _absent(str(row.extra))


def _absent(extra: str) -> str:
    reason = Reason("collector.extra-absent", {"extra": extra})
    return advised(reason, at_command_line=True)


def into_package(
    package: "Package", result: MeasurementResult, source: Path | str, *, about: list[str], serves: list[str]
) -> None:
    """Copy the inputs to ``evidence/`` and write the working file of a measurement. Recording it is another deed.

    Raises Unusable when the product is unknown, nothing was measured, an input has changed since it was measured,
    another file of its name is there, or the package would no longer open.
    """
    known = package.labels()
    if unknown := [label for label in about or ["(none given)"] if label not in known]:
        raise Unusable([problem("--about", "link.unknown-target", target=label) for label in unknown])
    row = collector_row(result.method)
    if not row.is_available:
        raise Unusable([problem("--into", "collector.extra-absent", field=row.name, extra=str(row.extra))])
    inputs = row.load().files(source)
    if {sha256_hex(data) for data in inputs.values()} != {file.sha256 for file in result.inputs}:
        raise Unusable([problem(str(source), "input.changed")])
    if isinstance(source, Path):  # under its name as it is: the package says whether that can be kept
        (data,) = inputs.values()
        inputs = {source.name: data}
    evidence = {f"{EVIDENCE}/{name}": data for name, data in inputs.items()}
    for below, data in evidence.items():
        if below in package.files.names() and package.files.read(below) != data:
            raise Unusable([problem(below, "import.evidence-differs", file=below)])
    state_of = result.subject.snapshot or result.performed_at
    day = (state_of or "")[:10]
    file = f"{RECORDS}/measurements/{_plain(f'{result.method}-{result.subject.name.lower()}-{day}')}.json"
    if file in package.files.names():
        raise Unusable([problem(file, "file.exists")])
    document = {
        "kind": "measurement",
        "state": "recorded",
        "serves": serves,
        "links": {"of": about},
        "title": f"{title(result.method)} of {result.subject.name}, state of {day}",
        "attachments": [{"file": below} for below in evidence],
        "result": result.document(),
        "result_digest": result.result_digest,
        "state_of": state_of,
    }
    written = {**evidence, file: machine_file(document)}
    package.with_files(written)
    for below, content in written.items():
        save(package.path / below, content)
    out().print(
        f"{package.path / file}\nNow: standfirst package record {package.path} --actor WHO",
        highlight=False,
        soft_wrap=True,
    )


@dataclass(frozen=True, slots=True)
class Repeated:
    """A recorded result and the digest that its input gives now; where it gives none, ``why`` not."""

    stored: MeasurementResult
    on_record: str
    now: str | None
    why: Reason | None = None


def again(package: "Package", number: str) -> Repeated:
    """Raises Unusable when the number is no measurement's, an input is not attached or an extra is missing."""
    found = package.store.records(package.store.numbered([number]).values(), kinds=("measurement",))
    if not found:
        raise Unusable([problem("NUMBER", "number.no-measurement", field=number)])
    body = next(iter(found.values())).current.content.body
    stored, on_record = MeasurementResult.model_validate(body["result"]), str(body["result_digest"])
    inputs = attached_inputs(package, body)
    if missing := [file.name for file in stored.inputs if file.sha256 not in inputs]:
        raise Unusable([problem(number, "measurement.input-not-attached", name=name) for name in missing])
    row = collector_row(stored.method)
    if not row.is_available:
        raise Unusable([problem("NUMBER", "collector.extra-absent", field=row.name, extra=str(row.extra))])
    try:
        return Repeated(stored, on_record, row.load().repeat(stored, inputs).result_digest)
    except Unusable as unusable:
        return Repeated(stored, on_record, None, unusable.problems[0].reason)


def attached_inputs(package: "Package", body: Mapping[str, Any]) -> dict[str, bytes]:
    """The attached files of a measurement that are there: SHA-256 -> bytes."""
    here = package.files.names()
    files = [a["file"] for a in body.get("attachments", ()) if a["file"] in here]
    return {sha256_hex(data): data for data in map(package.files.read, files)}


def keep_pictures(result: MeasurementResult, source: Path | str, folder: Path) -> None:
    """One SVG a picture. Raises Unusable where the extra that draws, or the one that measures, is missing."""
    from standfirst.pictures.drawing import Undrawn, svg

    row = collector_row(result.method)
    if not row.is_available:
        raise Unusable(
            [problem("--pictures", "collector.extra-absent", field=row.name, extra=str(row.extra))]
        )
    collector = row.load()
    inputs = {sha256_hex(data): data for data in collector.files(source).values()}
    for figure in collector.figures(result, inputs):
        try:
            drawn = svg(figure)
        except Undrawn as undrawn:
            raise Unusable([problem("--pictures", "picture.undrawn", detail=undrawn.detail)]) from None
        save(folder / f"{figure.name}.svg", drawn.encode())


def _plain(name: str) -> str:
    return "".join(c if c.isalnum() or c in "-_" else "-" for c in name)[:100]
