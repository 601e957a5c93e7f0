"""How packages and results look on the terminal."""

from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from standfirst.cli.output import out
from standfirst.words.asking import asking
from standfirst.words.render import sentence, title
from standfirst.words.render import status as status_word
from standfirst.words.visible import visible

if TYPE_CHECKING:
    from standfirst.conformity.assess import Result
    from standfirst.conformity.document import Assessed
    from standfirst.conformity.readiness import Tally
    from standfirst.records.package.package import Package

SIGNS = {
    "shown": ("✓", "green"),
    "partly": ("◐", "yellow"),
    "not-shown": ("✗", "red"),
    "needs-judgement": ("?", "magenta"),
    "not-assessable": ("…", "blue"),
    "not-applicable": ("–", "dim"),
}
ORDER = tuple(SIGNS)


def unrecorded(package: "Package", path: Path) -> None:
    """What stands in files and is not recorded. It is shown, and does not count."""
    found = package.unrecorded()
    if not found:
        return
    out().print(Text(f"\nNot recorded, so it does not count ({len(found)}):", "yellow"))
    for item in found[:25]:
        out().print(Text(f"  {visible(sentence(item.reason))}"))
    if len(found) > 25:
        out().print(Text(f"  ... and {len(found) - 25} more"))
    out().print(
        f"Record what you mean: standfirst package record {path} --actor WHO", style="dim", highlight=False
    )


def readiness(assessed: "Assessed") -> None:
    """The summary: whose result, of what, how far, clause by clause."""
    ready = assessed.readiness()
    whole = ready.whole
    marks = ["first party", assessed.profile.id, f"on {assessed.at}"]
    marks += ["fictional organisation"] if assessed.fictional else []
    marks += ["simulation"] if assessed.simulation else []
    out().print(Text(visible(assessed.organisation), "bold"), Text(" · ".join(marks), "dim"))
    out().print(Text(f"{assessed.edition.header.title}. {assessed.edition.header.status}", "dim"))
    out().print()
    line = Text()
    line.append(f"{whole.shown} of {whole.asked} requirements shown", "bold")
    for status in ORDER[1:]:
        if count := _count(whole, status):
            line.append(f" · {count} {status_word(status)}", SIGNS[status][1])
    out().print(line)
    out().print()
    _matrix(assessed)
    _shares(assessed)


def _matrix(assessed: "Assessed") -> None:
    ready = assessed.readiness()
    by_clause = {group.clause: {r.id for r in group.requirements} for group in assessed.edition.groups}
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name, justify in (
        ("clause", "left"),
        ("", "left"),
        ("shown", "right"),
        ("oldest evidence", "left"),
        ("lapses on", "left"),
    ):
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    for tally in ready.clauses:
        signs = Text()
        for result in assessed.results:
            if result.requirement.id in by_clause[tally.key]:
                sign, style = SIGNS[result.status.value]
                signs.append(f"{sign} ", style)
        shown = f"{tally.shown} / {tally.asked}" if tally.asked else "–"
        table.add_row(
            f"{tally.key} {tally.title}", signs, shown, str(tally.oldest or ""), str(tally.until or "")
        )
    out().print(table)
    legend = "  ".join(f"{sign} {status_word(status)}" for status, (sign, _) in SIGNS.items())
    out().print(legend, style="dim", highlight=False)
    out().print()


def _shares(assessed: "Assessed") -> None:
    ready = assessed.readiness()
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("goal", "shown", " ", "aspect", "shown"):
        table.add_column(name, justify="right" if name == "shown" else "left")
    for goal, aspect in zip(ready.goals, ready.aspects, strict=True):
        table.add_row(
            title(goal.key),
            f"{goal.shown} / {goal.asked}",
            "  ",
            title(aspect.key),
            f"{aspect.shown} / {aspect.asked}",
        )
    out().print(table)


def reasons(assessed: "Assessed", *, only_open: bool, remedies: bool = True) -> None:
    """Requirement by requirement: what is shown, what is not and why; with ``remedies`` what would make it a yes."""
    out().print()
    for result in assessed.results:
        if not (only_open and result.status.value in ("shown", "not-applicable")):
            _one(result, remedies=remedies)


def _one(result: "Result", *, remedies: bool) -> None:
    sign, style = SIGNS[result.status.value]
    head = Text(f"{sign} {result.requirement.id} {result.requirement.title}", "bold")
    head.append(f"  {status_word(result.status.value)}", style)
    out().print(head)
    if result.left_out is not None:
        out().print(Text(f"    {visible(sentence(result.left_out))}", "dim"), soft_wrap=True)
    for reason in result.adverse:
        out().print(Text(f"    against: {visible(sentence(reason))}", "red"), soft_wrap=True)
    for criterion, answer in result.answers:
        met = answer.outcome.value
        mark = {"met": "✓", "not-met": "✗", "judgement": "?", "not-assessable": "…"}[met]
        out().print(Text(f"    {mark} {criterion.says}", "" if met != "met" else "dim"), soft_wrap=True)
        if met in {"not-met", "not-assessable"}:
            out().print(
                Text(f"        asked: {asking(criterion, result.requirement.id)}", "dim"), soft_wrap=True
            )
        if met != "met":
            for reason in answer.reasons:
                out().print(Text(f"        {visible(sentence(reason))}", "dim"), soft_wrap=True)
            for remedy in answer.remedies if remedies else ():
                out().print(Text(f"        → {visible(sentence(remedy))}", "cyan"), soft_wrap=True)


def _count(tally: "Tally", status: str) -> int:
    return next((count for name, count in tally.counts.items() if name.value == status), 0)
