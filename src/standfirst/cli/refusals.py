"""How a refusal looks: the place, what is wrong, what to do; every problem at once, never a traceback."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from standfirst.cli.output import errors
from standfirst.evidence.errors import EvidenceError, UnusableInput
from standfirst.records.change import Refused
from standfirst.standards.problems import Problem, Unusable
from standfirst.words.render import hint, sentence

SHOWN = 40


def told(error: Exception) -> bool:
    """Show a refusal on standard error. False for anything that is our own fault."""
    if isinstance(error, Unusable):
        _problems(list(_lines(error.problems)))
    elif isinstance(error, UnusableInput):
        _problems([(p.place, p.field, str(p).split(": ", 1)[-1], "") for p in error.problems])
    elif isinstance(error, EvidenceError):
        _problems([("", "", str(error), "")])
    elif isinstance(error, Refused):
        _problems([("", "", sentence(error.reason), hint(error.reason))])
    else:
        return False
    return True


def _lines(problems: Sequence[Problem]) -> Iterator[tuple[str, str, str, str]]:
    for item in problems:
        place = f"{item.file}:{item.line}" if item.line else item.file
        yield place, item.field, sentence(item.reason), hint(item.reason)


def _problems(lines: list[tuple[str, str, str, str]]) -> None:
    console = errors()
    for place, field, what, advice in lines[:SHOWN]:
        text = Text()
        if place:
            text.append(place, "bold")
            text.append(": ")
        if field:
            text.append(field, "cyan")
            text.append(": ")
        text.append(what)
        if advice:
            text.append(f"\n    {advice}", "dim")
        console.print(text, soft_wrap=True, highlight=False)
    if len(lines) > SHOWN:
        console.print(f"... and {len(lines) - SHOWN} more", highlight=False)
    count = "1 problem" if len(lines) == 1 else f"{len(lines)} problems"
    console.print(Text(f"{count}; nothing was changed.", "red"), highlight=False)
