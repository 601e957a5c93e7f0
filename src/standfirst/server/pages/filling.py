"""A form as somebody sends it: what they wrote in each field, and the values that can be read from it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from standfirst.records.kind import Kind
from standfirst.records.view import Widget
from standfirst.server.files.names import EVIDENCE
from standfirst.server.pages.blank import (
    BODY,
    LINKS,
    ROWS,
    SERVES,
    Blank,
    Offered,
    blanks,
    new_row,
    row_of,
)
from standfirst.server.pages.shapes import Sort, label
from standfirst.server.pages.spelling import told
from standfirst.server.refusals import MOST
from standfirst.standards.problems import Problem, Unusable
from standfirst.standards.reason import Reason
from standfirst.standards.yaml_text import read_yaml
from standfirst.words.render import sentence

NOT_READ: Final = object()
"""In place of a value that cannot be read from what was written."""

_INTEGER: Final = re.compile(r"-?[0-9]{1,18}")
"""Longer ones are told as what they are: no whole number that anything here could have."""


@dataclass(slots=True)
class Filled:
    """A form as somebody sends it: its fields as they wrote them, and the values that can be read from them."""

    blanks: list[Blank]
    values: dict[str, Any]
    why: list[str] = field(default_factory=list)

    @property
    def readable(self) -> bool:
        return not any(_holds(value) for value in self.values.values())

    def wish(self) -> dict[str, Any]:
        """All of what the record is to say: what is empty says nothing."""
        body = {k.removeprefix(BODY): v for k, v in self.values.items() if k.startswith(BODY)}
        links = {k.removeprefix(LINKS): v for k, v in self.values.items() if k.startswith(LINKS)}
        return {"body": body, "serves": self.values.get(SERVES, []), "links": links}

    def tell(self, problems: Sequence[Problem]) -> list[str]:
        """Puts each fault beside its field, of a flood the first ones. Returns those that have none."""
        by_key = {blank.key: blank for top in self.blanks for blank in (top, *top.inner)}
        left: list[str] = []
        for problem in problems[:MOST]:
            if problem.field == "why":
                self.why.append(told(problem.reason))
                continue
            place = re.sub(r"\[(\d+)\]", r".\1", problem.field)
            key = next((k for k in sorted(by_key, key=len, reverse=True) if _below(place, k)), "")
            inside = _inside(place.removeprefix(key).lstrip("."))
            said = f"{inside}: {told(problem.reason)}" if key and inside else told(problem.reason)
            (by_key[key].faults if key else left).append(said)
        if (more := len(problems) - MOST) > 0:
            left.append(sentence(Reason("problems.more", {"count": more})))
        return left


def _holds(value: Any) -> bool:
    """Whether something could not be read, however deep within."""
    if isinstance(value, Mapping):
        return any(_holds(part) for part in value.values())
    if isinstance(value, list):
        return any(_holds(part) for part in value)
    return value is NOT_READ


def _below(place: str, key: str) -> bool:
    return place == key or place.startswith(f"{key}.")


def _inside(place: str) -> str:
    """A place within a field, as people count: ``1.name`` is "line 2, name"."""
    steps = [step for step in place.split(".") if step]
    told_ = [
        _("line %(number)s") % {"number": int(s) + 1} if s.isdigit() else label(s).lower() for s in steps
    ]
    return ", ".join(told_)


def filled(kind: Kind, post: QueryDict, offered: Offered | None = None) -> Filled:
    """What was sent, as it is: faults in what was written stand beside their fields, and nothing typed is lost."""
    made = Filled(blanks(kind, {}, offered), {})
    for blank in made.blanks:
        value = _take(blank, post)
        if value not in (None, "", [], {}):
            made.values[blank.key] = value
    return made


def add_row(form: Filled, key: str) -> bool:
    """One more empty row for the list with this key. False where there is none."""
    blank = next((one for top in form.blanks for one in (top, *top.inner) if one.key == key), None)
    if blank is None or blank.sort is not Sort.ENTRIES or len(blank.entries) > ROWS:
        return False
    blank.entries.append(new_row(blank, len(blank.entries)))
    return True


def _take(blank: Blank, post: QueryDict) -> Any:
    if blank.sort is Sort.GROUP:
        return _take_row(blank.entries[0], post)
    if blank.sort is Sort.ENTRIES:
        return _take_rows(blank, post)
    sent = [text.replace("\r\n", "\n") for text in post.getlist(blank.key)]
    if blank.sort is Sort.MOMENT and not sent:
        sent = [_moment(post.get(f"{blank.key}.day", ""), post.get(f"{blank.key}.time", ""))]
    _write(blank, sent)
    return _read(blank, sent)


def _moment(day: str, time: str) -> str:
    """As records keep it. A day alone means its beginning; what is none of both is told by the kind's own rules."""
    if not day and not time:
        return ""
    time = f"0{time}" if time[1:2] == ":" else time
    text = f"{day}T{time or '00:00'}{'' if time.count(':') == 2 else ':00'}Z"
    try:
        return datetime.fromisoformat(text).astimezone(UTC).isoformat().replace("+00:00", "Z")
    except ValueError:
        return text


def _take_rows(blank: Blank, post: QueryDict) -> list[Any]:
    """Rows in which nothing stands are left out, so that the others move up: their faults are told by their new places."""
    values: list[Any] = []
    entries: list[list[Blank]] = []
    for place in _places(blank.key, post):
        row = new_row(blank, place)
        value = _take_row(row, post)
        if value:
            for one in row:
                _move(one, row_of(blank, place), row_of(blank, len(entries)))
            entries.append(row)
            values.append(value)
    blank.entries = [*entries, new_row(blank, len(entries))]
    return values


def _places(key: str, post: QueryDict) -> list[int]:
    """Which rows of a list were sent, in their order."""
    start = f"{key}."
    named = (name[len(start) :].partition(".")[0] for name in post if name.startswith(start))
    return sorted({int(place) for place in named if len(place) <= 4 and _whole(place)})[:ROWS]


def _move(blank: Blank, old: str, new: str) -> None:
    for one in (blank, *blank.inner):
        one.sent = one.sent or one.key
        one.key = new + one.key.removeprefix(old)


def _whole(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _take_row(row: Sequence[Blank], post: QueryDict) -> dict[str, Any]:
    """Empty where nobody wrote anything: a choice that stands from the beginning is nothing that was written."""
    taken = {blank.key.rpartition(".")[2]: _take(blank, post) for blank in row}
    said = {name: value for name, value in taken.items() if value not in (None, "", [], {})}
    standing = {
        blank.key.rpartition(".")[2]: blank.shape.default
        for blank in row
        if blank.shape and blank.sort is Sort.FLAG
    }
    return said if any(standing.get(name) != value for name, value in said.items()) else {}


def _write(blank: Blank, sent: Sequence[str]) -> None:
    """Several of one name come from a script that lets people pick, and stand as if they had been typed."""
    between = ", " if blank.key.startswith(LINKS) else "\n"
    blank.text = between.join(sent) if blank.picks in {"records", "tags"} else sent[0] if sent else ""
    if blank.asks is Widget.REQUIREMENTS:
        blank.lines = _ids(sent)
        blank.text = ", ".join(blank.lines)
    elif blank.widget == "several":
        blank.lines = [line.strip() for text in sent for line in text.split("\n") if line.strip()]
    if blank.options:
        blank.options = [(key, words, key in sent) for key, words, _chosen in blank.options]


def _read(blank: Blank, sent: Sequence[str]) -> Any:
    text = sent[0].strip() if sent else ""
    match blank.sort:
        case Sort.CHOICES:
            return [_kept(blank, key) for key in sent if key]
        case Sort.CHOICE:
            return _kept(blank, text) if text else None
        case Sort.FLAG:
            return {"True": True, "False": False}.get(text)
        case Sort.WHOLE:
            return int(text) if _INTEGER.fullmatch(text) else text
        case _ if blank.asks is Widget.REQUIREMENTS or blank.key.startswith(LINKS):
            return _ids(sent)
        case Sort.LINES:
            return [line.strip() for one in sent for line in one.split("\n") if line.strip()]
        case Sort.FILES:
            return [{"file": f"{EVIDENCE}/{name.removeprefix(f'{EVIDENCE}/')}"} for name in blank.lines]
        case Sort.STRUCTURE:
            return _structure(blank, text) if text else None
        case _:
            return text


def _ids(sent: Sequence[str]) -> list[str]:
    """Each once, however they stand between one another."""
    return list(dict.fromkeys(" ".join(sent).replace(",", " ").split()))


def _kept(blank: Blank, key: str) -> Any:
    """What is kept for an option; what is none is told by the kind's own rules."""
    options = blank.shape.options if blank.shape else ()
    return next((value for value, _words_ in options if str(value) == key), key)


def _structure(blank: Blank, text: str) -> Any:
    try:
        return read_yaml(text.encode("utf-8", "surrogatepass"), file=blank.key).value
    except Unusable as unusable:
        blank.faults += [
            _("line %(number)s: %(fault)s") % {"number": p.line, "fault": sentence(p.reason)}
            for p in unusable.problems
        ]
        return NOT_READ
