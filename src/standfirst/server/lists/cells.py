"""The cells of a list: what the index keeps of each record, in the reader's words. One query for all rows of a page."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from standfirst.records.kind import Kind
from standfirst.records.view import Widget
from standfirst.server.access import Place
from standfirst.server.pages.shapes import Shape, Sort, shapes
from standfirst.server.pages.tones import BAD, WARN
from standfirst.server.store.models import Indexed
from standfirst.words import render
from standfirst.words.language import day, number
from standfirst.words.visible import visible

SHOWN = 3
"""Values of a list that a cell names; the others are counted."""

NEAR = 14
"""Days before a day on which it is told how near it is."""


@dataclass(frozen=True, slots=True)
class Cell:
    """``sort``: text, word, code, number or day. ``aside``: how late or near a day is, in this ``tone``."""

    text: str = ""
    sort: str = "text"
    more: int = 0
    aside: str = ""
    tone: str = ""
    iso: str = ""
    whole: str = field(default="", compare=False)

    def __bool__(self) -> bool:
        return bool(self.text)


EMPTY = Cell()


class Cells:
    """The values of some records. ``today`` is the organisation's day."""

    def __init__(
        self, place: Place, kind: Kind, records: Collection[str], fields: Collection[str], today: date
    ) -> None:
        self._kind, self._today = kind, today
        self._shapes: Mapping[str, Shape] = {shape.name: shape for shape in shapes(kind)}
        self._values: dict[tuple[str, str], list[Indexed]] = {}
        self.names: Mapping[str, str] = {}
        """What people are called whose handles are shown; whoever shows a page looks them up once for all of it."""
        wanted = [one for one in fields if one]
        if not records or not wanted:
            return
        found = Indexed.objects.filter(
            organisation=place.organisation, record__in=list(records), field__in=wanted
        ).order_by("record", "field", "position")
        for row in found:
            self._values.setdefault((row.record, row.field), []).append(row)

    @property
    def people(self) -> set[str]:
        """Everybody who is named, as the records name them."""
        named = self._kind.view.people
        return {row.text for (_, name), rows in self._values.items() if name in named for row in rows}

    def of(self, record: str, name: str, state: str = "") -> Cell:
        """``state``: where the record stands, so that a day is told as late only while something is due."""
        rows = [row for row in self._values.get((record, name), ()) if row.text]
        if not rows:
            return EMPTY
        first = rows[0]
        if first.day is not None:
            return self._day(first.day, name, state)
        if first.number is not None:
            return Cell(first.text, "number")
        words = [self._word(name, row.text) for row in rows]
        sort = "code" if self._kind.view.widgets.get(name) is Widget.REQUIREMENTS else "text"
        return Cell(
            _joined(words[:SHOWN]),
            sort,
            max(len(words) - SHOWN, 0),
            whole=_joined(words) if len(words) > SHOWN else "",
        )

    def owner(self, record: str) -> str:
        rows = self._values.get((record, self._kind.view.owner), ())
        return _joined([self._word(self._kind.view.owner, row.text) for row in rows if row.text][:SHOWN])

    def _day(self, value: date, name: str, state: str) -> Cell:
        aside, tone = ("", "")
        if name in self._kind.view.due and state not in self._kind.settled:
            aside, tone = nearness(value, self._today)
        return Cell(day(value), "day", aside=aside, tone=tone, iso=value.isoformat())

    def _word(self, name: str, text: str) -> str:
        if name in self._kind.view.people and text in self.names:
            return visible(self.names[text])
        return word(self._shapes.get(name), text, derived=name in self._kind.derived)


def word(shape: Shape | None, text: str, *, derived: bool = False) -> str:
    """A value by what it is called where it is one of a closed list; else as it was written."""
    closed = shape is not None and (bool(shape.options) or shape.sort is Sort.FLAG)
    spelt = derived and text.replace("-", "").isalnum() and text.islower()
    return render.title(text) if closed or spelt else visible(text)


def nearness(value: date, today: date) -> tuple[str, str]:
    """How late or how near a day is, and in what tone; nothing of one that is far."""
    days = (value - today).days
    if days < 0:
        return _("late %(days)s d") % {"days": number(-days)}, BAD
    if days == 0:
        return _("today"), WARN
    if days <= NEAR:
        return _("in %(days)s d") % {"days": days}, WARN
    return "", ""


def _joined(words: Sequence[str]) -> str:
    return ", ".join(words)
