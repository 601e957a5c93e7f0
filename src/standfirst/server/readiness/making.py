"""Reports as files: each complete, each naming the head of the ledger that it is of."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from standfirst.conformity import oscal_results, printed, report, workbook
from standfirst.conformity.document import Assessed, to_bytes
from standfirst.pictures.measured import Measured
from standfirst.server.printing import printing
from standfirst.standards.reason import Reason


@dataclass(frozen=True, slots=True)
class File:
    name: str
    media_type: str
    data: bytes


def html(assessed: Assessed, *, remedies: bool, measured: Mapping[str, Measured]) -> bytes:
    return report.html(assessed, measured=measured, remedies=remedies).encode()


def pdf(assessed: Assessed, *, remedies: bool, measured: Mapping[str, Measured]) -> bytes:
    """Raises Refused ``report.no-extra`` or ``report.unprinted``."""
    with printing():
        return printed.pdf(assessed, measured=measured, remedies=remedies).pdf


def oscal(assessed: Assessed, *, remedies: bool) -> bytes:
    """Catalogue, plan, results, and plan of action where something is open, in one folder: they name one another."""
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name, data in oscal_results.exports(assessed, remedies=remedies).items():
            entry = ZipInfo(f"oscal/{name}", (assessed.at.year, assessed.at.month, assessed.at.day, 0, 0, 0))
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, data)
    return made.getvalue()


@dataclass(frozen=True, slots=True)
class Form:
    """How a report is made; ``ending`` of its file. ``slow``: even a short one takes seconds. ``pictured``: it shows
    measurements, which takes seconds where there are some.
    """

    make: Callable[..., bytes]
    ending: str
    media_type: str
    slow: bool = False
    pictured: bool = False


_SHEETS: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMS: Final[Mapping[str, Form]] = {
    "html": Form(html, "html", "text/html", pictured=True),
    "pdf": Form(pdf, "pdf", "application/pdf", slow=True, pictured=True),
    "xlsx": Form(lambda it, *, remedies: workbook.xlsx(it, remedies=remedies), "xlsx", _SHEETS),
    "json": Form(lambda it, *, remedies: to_bytes(it, remedies=remedies), "json", "application/json"),
    "oscal": Form(oscal, "oscal.zip", "application/zip"),
}


def made(
    assessed: Assessed, slug: str, form: str, *, remedies: bool, measured: Mapping[str, Measured] = {}
) -> File:
    """``measured``: by number, for a form that shows them. Raises Refused where a form cannot be made here."""
    how = FORMS[form]
    size = assessed.ledger_head.partition(":")[0]
    reader = "" if remedies else "-for-auditor"
    name = f"{slug}-readiness-{assessed.at.isoformat()}-at-{size}{reader}.{how.ending}"
    shows = {"measured": measured} if how.pictured else {}
    return File(name, how.media_type, how.make(assessed, remedies=remedies, **shows))


def trouble(reason: Reason) -> str:
    return json.dumps(reason.as_json())
