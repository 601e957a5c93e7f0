"""The files that an assessment leaves, each for its readers: people on a screen, people with paper, programs."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from standfirst.cli.output import errors
from standfirst.cli.pictures import measured
from standfirst.cli.saving import require_outside, save
from standfirst.conformity import oscal_results, printed, printed_statement, report
from standfirst.conformity.document import to_bytes
from standfirst.paper.typesetting import Printed, Unprinted
from standfirst.pictures.drawing import EXTRA as DRAWING_EXTRA
from standfirst.pictures.drawing import is_available as can_draw
from standfirst.standards.problems import Unusable
from standfirst.words.render import sentence

if TYPE_CHECKING:
    from standfirst.conformity.document import Assessed
    from standfirst.pictures.measured import Measured
    from standfirst.records.package.package import Package

REPORT, PRINTED, RESULT = "report.html", "report.pdf", "result.json"
STATEMENT, PRINTED_STATEMENT = "statement-of-applicability.html", "statement-of-applicability.pdf"
OSCAL = "oscal"


def write(assessed: "Assessed", package: "Package", folder: Path, *, remedies: bool) -> list[Path]:
    """Write what can be written and say on standard error what cannot, and why. The files, in the order to read them.

    Raises Unusable where the folder lies inside the package or cannot be written.
    """
    require_outside(folder, package.path)
    found = measured(package)
    files = dict(_files(assessed, found, folder, remedies=remedies))
    for name, data in files.items():
        save(folder / name, data)
    if any(item.figures for item in found.values()) and not can_draw():
        _say(f"Pictures are given as tables: drawing them needs an extra. {_install(DRAWING_EXTRA)}")
    return [folder / name for name in files]


def _files(
    assessed: "Assessed", found: Mapping[str, "Measured"], folder: Path, *, remedies: bool
) -> Iterator[tuple[str, bytes]]:
    yield REPORT, report.html(assessed, measured=found, remedies=remedies).encode()
    yield from _pdf(PRINTED, folder, lambda: printed.pdf(assessed, measured=found, remedies=remedies))
    yield STATEMENT, printed_statement.html(assessed).encode()
    yield from _pdf(PRINTED_STATEMENT, folder, lambda: printed_statement.pdf(assessed))
    yield RESULT, to_bytes(assessed, remedies=remedies)
    try:
        exports = oscal_results.exports(assessed, remedies=remedies)
    except Unusable as unusable:
        _say(
            f"{OSCAL}/ is not written: {sentence(unusable.problems[0].reason)}{_left_from_before(folder / OSCAL)}"
        )
    else:
        for name, data in exports.items():
            yield f"{OSCAL}/{name}", data


def _pdf(name: str, folder: Path, make: Callable[[], Printed]) -> Iterator[tuple[str, bytes]]:
    """The PDF, or nothing and a word about it."""
    try:
        printed_file = make()
    except Unprinted as unprinted:
        why = _install(unprinted.extra) if unprinted.extra else unprinted.detail
        _say(f"{name} is not written. {why}{_left_from_before(folder / name)}")
        return
    if printed_file.written_out:
        codes = ", ".join(f"U+{ord(character):04X}" for character in printed_file.written_out[:12])
        _say(f"{name}: no font at hand has these characters, so they are written out by their code: {codes}")
    yield name, printed_file.pdf


def _install(extra: str) -> str:
    return f"Install what makes it: pip install 'standfirst[{extra}]'"


def _left_from_before(path: Path) -> str:
    """A file of an earlier run would pass for this one's."""
    return f" What is there now is from before: {path}" if path.exists() else ""


def _say(text: str) -> None:
    errors().print(text, highlight=False, soft_wrap=True)
