"""Pages of a spreadsheet that is brought in: 1 the file, 2 its columns, 3 what would be recorded or what stands against it."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from standfirst.records.change import Refused
from standfirst.records.kind import Kind
from standfirst.server import reading
from standfirst.server.access import Place, place_of
from standfirst.server.bodies import takes_files
from standfirst.server.clock import now
from standfirst.server.files.receiving import Arrived, Delivery
from standfirst.server.importing.bringing import MOST, Outcome, Rows, bring, laid, looked_at
from standfirst.server.importing.cells import text
from standfirst.server.importing.columns import NUMBER, Target, guessed, targets
from standfirst.server.importing.keeping import (
    keep,
    remember,
    remembered,
    sheet_of,
    taking,
    throw_away,
    waiting,
)
from standfirst.server.importing.models import Sheet
from standfirst.server.importing.tables import COLUMNS, LARGEST, ROWS, Line, Table, Unvalued, table
from standfirst.server.importing.template import template
from standfirst.server.pages.entry import READING, WRITING, page, within
from standfirst.server.pages.families import many
from standfirst.server.pages.showing import Moment
from standfirst.server.pages.spelling import told
from standfirst.standards.problems import Problem, Unusable
from standfirst.standards.reason import Reason
from standfirst.words import render
from standfirst.words.render import advised, hint

SAMPLE: Final = 3
"""Values of a column that are shown beside it."""

SHOWN: Final = 10
"""Rows that are shown before they are recorded."""

TOLD: Final = 500
"""Faults on one page."""

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONG: Final = 80


# --- the file --------------------------------------------------------------------------------------------------------


@takes_files
@csrf_exempt  # asked in _answer, once the body has been read by ourselves
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def sheet(request: HttpRequest, organisation: str, kind: str) -> HttpResponse:
    place = place_of(request, organisation)
    found = reading.kind_of(place, kind)
    reading.require_form(found)
    if request.method != "POST":
        return _ask(request, place, found)
    with closing(Delivery(request, most=LARGEST)) as delivery:
        try:
            delivery.receive()
        except Refused as refused:
            return _ask(request, place, found, faults=[advised(refused.reason)], status=413)
        return _answer(request, place=place, kind=found, arrived=delivery.arrived)


@csrf_protect
def _answer(request: HttpRequest, *, place: Place, kind: Kind, arrived: list[Arrived]) -> HttpResponse:
    """Keeps what can be read as a table, and goes on to its columns."""
    brought = next((one for one in arrived if one.size), None)
    if brought is None:
        return _ask(request, place, kind, faults=[advised(Reason("sheet.none"))], status=422)
    data = brought.path.read_bytes()
    try:
        table(data)
    except Refused as refused:
        return _ask(request, place, kind, faults=[advised(refused.reason)], status=422)
    keep(place, kind, name=brought.name, data=data, now=now())
    return redirect("import-columns", place.organisation.slug, kind.name)


def _ask(
    request: HttpRequest, place: Place, kind: Kind, *, faults: Sequence[str] = (), status: int = 200
) -> HttpResponse:
    found = waiting(place, kind, now())
    context = {
        **_about(kind),
        "faults": faults,
        "waiting": found,
        "since": Moment(found.brought_at) if found else None,
        "most_rows": ROWS,
        "most_columns": COLUMNS,
        "most_bytes": LARGEST,
        "targets": targets(kind),
    }
    return page(request, place, "importing/sheet.html", context, status=status)


def _about(kind: Kind) -> dict[str, Any]:
    return {"kind": kind, "many": many(kind.name), "several": render.kind(kind.name).many}


@within(*READING)
def empty(request: HttpRequest, place: Place, kind: str) -> HttpResponse:  # noqa: ARG001 - whoever belongs here
    """A spreadsheet to fill in."""
    found = reading.kind_of(place, kind)
    reading.require_form(found)
    response = HttpResponse(template(found), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{found.name}.xlsx"'
    return response


# --- its columns -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Column:
    """A column as it is laid: ``key`` of its field, empty where it is left out. ``guessed``: nobody has said so yet."""

    place: int
    name: str
    sample: Sequence[str]
    key: str
    guessed: bool


@within(*WRITING)
def columns(request: HttpRequest, place: Place, kind: str) -> HttpResponse:
    found = reading.kind_of(place, kind)
    reading.require_form(found)
    kept = sheet_of(place, found, now())
    if request.method == "POST" and request.POST.get("do") == "throw-away":
        throw_away(kept)
        messages.success(request, _("The spreadsheet is thrown away; nothing was recorded."))
        return redirect("import", place.organisation.slug, found.name)
    read = table(bytes(kept.data))
    if request.method != "POST":
        return _choose(request, place, found, kept, read, remembered(kept) or None)
    mapping = _chosen(request, read)
    remember(kept, mapping)
    update = "update" in request.POST
    try:
        rows = laid(found, read, mapping, update=update)
    except Unusable as unusable:
        faults = [told(problem.reason) for problem in unusable.problems]
        return _choose(request, place, found, kept, read, mapping, faults=faults, status=422, update=update)
    if request.POST.get("do") == "record":
        return _record(request, place, found, kept, read, mapping, rows)
    outcome = looked_at(place, found, rows, read, mapping, known=reading.known(place))
    return _show(request, place, found, kept, read, mapping, outcome, update=update)


def _chosen(request: HttpRequest, read: Table) -> dict[int, str]:
    said = {at: request.POST.get(f"column.{at}", "") for at in range(len(read.columns))}
    return {at: key for at, key in said.items() if key}


def _choose(  # noqa: PLR0917
    request: HttpRequest,
    place: Place,
    kind: Kind,
    kept: Sheet,
    read: Table,
    mapping: Mapping[int, str] | None,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    laid_ = guessed(kind, read.columns) if mapping is None else mapping
    listed = [
        Column(at, name, _sample(read, at), laid_.get(at, ""), mapping is None and at in laid_)
        for at, name in enumerate(read.columns)
    ]
    named = set(laid_.values())
    context = {
        **_about(kind),
        **_recognised(kept, read),
        "columns": listed,
        "targets": targets(kind),
        "left_out": [one.name for one in listed if not one.key],
        "missing": [one.label for one in targets(kind) if one.required and one.key not in named],
        "has_numbers": NUMBER in named,
        **more,
    }
    return page(request, place, "importing/columns.html", context, status=status)


def _recognised(kept: Sheet, read: Table) -> dict[str, Any]:
    separators = {",": _("comma"), ";": _("semicolon"), "\t": _("tab")}
    return {
        "sheet": kept,
        "table": read,
        "separator": separators.get(read.separator, ""),
        "rows": len(read.lines),
        "others": read.sheets - 1,
    }


def _sample(read: Table, at: int) -> list[str]:
    found = (line.cells[at] for line in read.lines if at < len(line.cells))
    told_ = [one.text if isinstance(one, Unvalued) else text(one) for one in found if one is not None]
    return [one if len(one) <= _LONG else f"{one[: _LONG - 1]}…" for one in dict.fromkeys(told_)][:SAMPLE]


# --- what would be recorded ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wrong:
    """What stands against recording it: in which row and column."""

    row: int
    column: str
    words: str
    hint: str


def _show(  # noqa: PLR0917
    request: HttpRequest,
    place: Place,
    kind: Kind,
    kept: Sheet,
    read: Table,
    mapping: Mapping[int, str],
    outcome: Outcome,
    **more: Any,
) -> HttpResponse:
    by_key = {target.key: target for target in targets(kind)}
    laid_ = {at: by_key[key] for at, key in mapping.items() if key in by_key}
    wrong = [_wrong(one) for one in outcome.problems[:TOLD]]
    lines = _preview(read, laid_, wrong)
    context = {
        **_about(kind),
        **_recognised(kept, read),
        "mapping": sorted(mapping.items()),
        "outcome": outcome,
        "wrong": wrong,
        "more": len(outcome.problems) - TOLD,
        "stopped": len(outcome.problems) >= MOST,
        "faulty_rows": len({one.line for one in outcome.problems if one.line}),
        "head": [one.label for one in laid_.values()],
        "lines": lines,
        "shows_faulty": any(faulty for _number, faulty, _cells in lines),
        "left_out": [name for at, name in enumerate(read.columns) if at not in laid_],
        **more,
    }
    status = 422 if outcome.problems or more.get("why_faults") else 200
    return page(request, place, "importing/checked.html", context, status=status)


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell as it stands in the table; ``faults``: what is wrong with it."""

    words: str
    faults: Sequence[str] = ()


def _wrong(problem: Problem) -> Wrong:
    return Wrong(problem.line, problem.field, told(problem.reason), hint(problem.reason))


def _preview(
    read: Table, laid_: Mapping[int, Target], wrong: Sequence[Wrong]
) -> list[tuple[int, bool, list[Shown]]]:
    """The first rows; where some have faults, the first of those. Each: its number, whether it is faulty, its cells."""
    faults: dict[tuple[int, str], list[str]] = {}
    for one in wrong:
        faults.setdefault((one.row, one.column), []).append(one.words)
    faulty = {one.row for one in wrong}
    chosen = [line for line in read.lines if line.number in faulty] or read.lines
    return [
        (
            line.number,
            line.number in faulty,
            [Shown(_said_in(line, at), faults.get((line.number, read.columns[at]), ())) for at in laid_],
        )
        for line in chosen[:SHOWN]
    ]


def _said_in(line: Line, at: int) -> str:
    cell = line.cells[at] if at < len(line.cells) else None
    words = cell.text if isinstance(cell, Unvalued) else "" if cell is None else text(cell)
    return words if len(words) <= _LONG else f"{words[: _LONG - 1]}…"


def _record(  # noqa: PLR0917
    request: HttpRequest,
    place: Place,
    kind: Kind,
    kept: Sheet,
    read: Table,
    mapping: Mapping[int, str],
    rows: Rows,
) -> HttpResponse:
    """All of it in one change, or nothing: exactly the bytes that were shown."""
    why, update = request.POST.get("why", "").strip(), "update" in request.POST
    known = reading.known(place)

    def again(problems: Sequence[Problem] = (), **more: Any) -> HttpResponse:
        outcome = (
            Outcome(0, 0, 0, problems)
            if problems
            else looked_at(place, kind, rows, read, mapping, known=known)
        )
        return _show(request, place, kind, kept, read, mapping, outcome, update=update, why=why, **more)

    if request.POST.get("digest") != kept.digest:
        return again([Problem("", 0, "", Reason("sheet.other-bytes"))])
    if not 0 < len(why) <= 4_000:
        return again(why_faults=[_("Fill this in.")] if not why else [_("This is too long.")])
    try:
        deed = bring(place, kind, rows, read, mapping, why=why, known=known)
        receipt = place.store.perform(taking(kept, deed))
    except Unusable as unusable:
        return again(unusable.problems)
    except Refused as refused:
        return again([Problem("", 0, "", refused.reason)])
    count = receipt.entries
    words = ngettext("%(count)s record is recorded.", "%(count)s records are recorded.", count)
    messages.success(request, words % {"count": count})
    return redirect("records", place.organisation.slug, kind.name)
