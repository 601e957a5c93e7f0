"""How a refusal looks: the place, what is wrong, what to do; every problem at once, never a traceback."""

import sys
from collections.abc import Iterator, Sequence

from rich.text import Text

from standfirst.cli.output import errors
from standfirst.records.change import Refused
from standfirst.standards.problems import Problem, Unusable
from standfirst.standards.reason import Reason
from standfirst.trust.errors import Rejected
from standfirst.words.render import hint, sentence
from standfirst.words.visible import visible

SHOWN = 500  # who has more than these begins with these
LONGEST = 300  # characters of a place, a field or a sentence: names come from outside

Line = tuple[str, str, str, str]
"""Place, field, what is wrong, what to do."""


def told(error: Exception) -> bool:
    """Show a refusal on standard error. False for anything that is our own fault."""
    if isinstance(error, Unusable):
        _problems(list(_lines(error.problems)))
    elif isinstance(error, Refused):
        _problems([("", "", sentence(error.reason), hint(error.reason, at_command_line=True))])
    elif isinstance(error, Rejected):
        _problems([("", "", *_of_rejected(error))])
    elif isinstance(error, OSError):  # a disk that is full, a right that is missing
        place, detail = str(error.filename or ""), error.strerror or type(error).__name__
        _problems([(place, "", sentence(Reason("file.stopped", {"detail": detail})), "")], end="")
    elif _is_database_away(error):
        detail = next(iter(str(error).strip().splitlines()), type(error).__name__).removesuffix(".")
        reason = Reason("workplace.database", {"detail": detail})
        _problems([("", "", sentence(reason), hint(reason, at_command_line=True))], end="")
    else:
        return False
    return True


def _is_database_away(error: Exception) -> bool:
    """A server that does not answer, a file that is damaged. A statement that it does not understand is our own fault."""
    if (django := sys.modules.get("django.db")) is None:
        return False
    return type(error) in {django.OperationalError, django.DatabaseError, django.InterfaceError}


def _of_rejected(error: Rejected) -> tuple[str, str]:
    """Its own sentence, where its code has one; else it is about bytes that cannot be kept."""
    reason = Reason(error.code.value, error.parameters)
    try:
        return sentence(reason), hint(reason, at_command_line=True)
    except KeyError:
        return sentence(Reason("record.not-canonical", {"detail": str(error)})), ""


def _lines(problems: Sequence[Problem]) -> Iterator[Line]:
    for item in problems:
        place = f"{item.file}:{item.line}" if item.line else item.file
        yield place, item.field, sentence(item.reason), hint(item.reason, at_command_line=True)


def _problems(lines: list[Line], end: str = "; nothing was changed.") -> None:
    console = errors()
    for place, field, what, advice in lines[:SHOWN]:
        text = Text()
        if place:
            text.append(_one_line(place), "bold")
            text.append(": ")
        if field:
            text.append(_one_line(field), "cyan")
            text.append(": ")
        text.append(_one_line(what))
        if advice:
            text.append(f"\n    {_one_line(advice)}", "dim")
        console.print(text, soft_wrap=True, highlight=False)
    if len(lines) > SHOWN:
        console.print(f"... and {len(lines) - SHOWN} more", highlight=False)
    count = "1 problem" if len(lines) == 1 else f"{len(lines)} problems"
    console.print(Text(f"{count}{end}", "red"), highlight=False)


def _one_line(text: str) -> str:
    """A name with a line end in it must not look like a line of ours."""
    shown = text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
    return visible(shown).replace("\n", "[U+000A]").replace("\t", "[U+0009]")
