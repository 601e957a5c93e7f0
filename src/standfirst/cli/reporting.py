"""The files that an assessment leaves."""

from pathlib import Path
from typing import TYPE_CHECKING

from standfirst.cli.assessing import measured, pictures
from standfirst.cli.saving import require_outside, save
from standfirst.conformity.document import to_bytes
from standfirst.conformity.report import html

if TYPE_CHECKING:
    from standfirst.conformity.document import Assessed
    from standfirst.records.package.package import Package


def write(assessed: "Assessed", package: "Package", folder: Path, *, remedies: bool) -> None:
    """``report.html`` and ``result.json``. Raises Unusable where the folder lies inside the package or cannot be written."""
    require_outside(folder, package.path)
    save(folder / "result.json", to_bytes(assessed, remedies=remedies))
    save(
        folder / "report.html",
        html(assessed, pictures=pictures(package), checks=measured(package), remedies=remedies).encode(),
    )
