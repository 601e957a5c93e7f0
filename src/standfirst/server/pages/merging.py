"""The next version of a record as a form brings it, and what two people wrote at the same time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from standfirst.records.comparing import Merged, Touched, merge
from standfirst.records.kind import Kind
from standfirst.records.record import Content
from standfirst.records.workspace import DeedFunction
from standfirst.records.writing import amend
from standfirst.server import reading
from standfirst.server.access import AT_A_DOOR, Place
from standfirst.server.pages.acting import who
from standfirst.server.pages.blank import Blank, blanks
from standfirst.server.pages.entry import whole
from standfirst.server.pages.filling import NOT_READ, filled
from standfirst.server.pages.sheet import offered, sheet
from standfirst.server.pages.showing import Moment, Value, value
from standfirst.server.pages.trying import tried
from standfirst.standards.reason import Reason
from standfirst.words import render
from standfirst.words.render import sentence


def values_of(place: Place, content: Content) -> dict[str, Any]:
    """What a version says, by the keys of its form's fields; links by number."""
    ids = {target for targets in content.links.values() for target in targets}
    named = reading.labels(place, ids)
    return {
        **{
            f"body.{name}": part
            for name, part in reading.body_of(place, content).items()
            if part not in (None, "", [])
        },
        **({"serves": list(content.serves)} if content.serves else {}),
        **{
            f"links.{relation}": [named[i].number if i in named else i for i in targets]
            for relation, targets in content.links.items()
            if targets
        },
    }


@dataclass(frozen=True, slots=True)
class Beside:
    """One field in three versions, beside the form's field. ``offered``: somebody has to choose; ``chosen``: what."""

    touched: Touched
    base: Value
    theirs: Value
    mine: Value
    chosen: str = ""

    @property
    def offered(self) -> bool:
        return self.touched is Touched.BOTH

    @property
    def words(self) -> str:
        return _(_TOUCHED[self.touched])


_TOUCHED = {
    Touched.ME: gettext_noop("Only you changed this; it is kept as you wrote it."),
    Touched.OTHERS: gettext_noop("Only the other version changed this; it is taken over."),
    Touched.BOTH: gettext_noop("Both changed this, differently. Choose."),
    Touched.ALIKE: gettext_noop("Both changed this to the same."),
}


class Sent:
    """The form of a next version as it was sent: ``expected`` is the version that it was made for.

    Where somebody else has recorded another one meanwhile, the form comes back with what both wrote beside it, now made
    for that version; ``base`` is the one that both began with.
    """

    def __init__(  # noqa: PLR0917
        self, request: HttpRequest, place: Place, kind: Kind, record: str, number: str, post: QueryDict
    ) -> None:
        self.request, self.place, self.kind, self.record, self.number = request, place, kind, record, number
        self.form = filled(kind, post, offered(place, kind))
        self.expected = whole(request.POST.get("expected", ""), otherwise=0)
        self.base = whole(request.POST.get("base", ""), otherwise=0)
        self.typed = {key: part for key, part in self.form.values.items() if part is not NOT_READ}

    def save(self) -> list[str] | None:
        """What stood against it, None where nothing did. Raises Conflict."""
        if told := self._chosen():
            return told
        return tried(
            self.place, self.form, name=self.number, why=self.request.POST.get("why", ""), deed=self._deed
        )

    def _deed(self, wish: Any, why: str) -> DeedFunction:
        return amend(
            acting=self.place.actor,
            record=self.record,
            expected=self.expected,
            wish=wish,
            why=why,
            known=reading.known(self.place),
            signed=AT_A_DOOR,
        )

    def _chosen(self) -> list[str]:
        """Takes over what was chosen from the other version. Returns a fault for each choice that was not made."""
        offered = self.request.POST.getlist("offered")
        if not offered:
            return []
        theirs = self._of({self.expected})[self.expected]
        told = []
        for blank in self.form.blanks:
            choice = self.request.POST.get(f"choose:{blank.key}", "")
            if blank.key not in offered or choice == "mine":
                continue
            if choice != "theirs":
                told.append(f"{blank.label}: {sentence(Reason('merge.unchosen'))}")
                blank.faults.append(sentence(Reason("merge.unchosen")))
            elif blank.key in theirs:
                self.form.values[blank.key] = theirs[blank.key]
            else:
                self.form.values.pop(blank.key, None)
        return told

    def _of(self, versions: set[int]) -> Mapping[int, Mapping[str, Any]]:
        """What these versions say. Raises Refused where one is not there, or erased."""
        lines = reading.versions(self.place, self.record, versions)
        return {
            number: values_of(self.place, content) if (content := line.content) else {}
            for number, line in lines.items()
        }

    def merging(self, context: Mapping[str, Any]) -> HttpResponse:
        """Both versions beside the one that both began with; what only one changed is in the form already."""
        current = reading.row_of(self.place, self.number).version
        known = self._of({self.expected, current})
        base, theirs = known[self.expected], known[current]
        merged = merge(base, theirs, self.form.values)
        proposed = {one.field: one.proposed for one in merged if one.proposed is not None}
        fields = blanks(self.kind, proposed, offered(self.place, self.kind))
        self._lay_beside(fields, merged)
        more = {
            "expected": current,
            "base": self.expected,
            "meanwhile": self._meanwhile(self.expected, current),
        }
        return self._answer(context, fields, more, status=409)

    def again(self, context: Mapping[str, Any], told: list[str], *, status: int = 422) -> HttpResponse:
        """As it was sent, with what stood against it; in the midst of a merge with both versions beside it."""
        more: dict[str, Any] = {"expected": self.expected, "told": told, "why_faults": self.form.why}
        if self.base:
            known = self._of({self.base, self.expected})
            merged = merge(known[self.base], known[self.expected], self.typed)
            self._lay_beside(self.form.blanks, merged)
            more |= {"base": self.base, "meanwhile": self._meanwhile(self.base, self.expected)}
        return self._answer(context, self.form.blanks, more, status=status)

    def _lay_beside(self, fields: list[Blank], merged: list[Merged]) -> None:
        by_key = {one.field: one for one in merged}
        for blank in fields:
            one = by_key.get(blank.key)
            if one is None or one.touched is Touched.NOBODY:
                continue
            words = bool(blank.options)
            blank.merge = Beside(
                one.touched,
                base=value(one.base, words=words),
                theirs=value(one.theirs, words=words),
                mine=value(one.mine, words=words),
                chosen=self.request.POST.get(f"choose:{blank.key}", ""),
            )

    def _meanwhile(self, base: int, current: int) -> list[dict[str, Any]]:
        lines = reading.history(self.place, self.record, before=current + 1, limit=20)
        newer = [line for line in lines if line.entry.version > base]
        named = reading.labels(self.place, {line.entry.actor for line in newer})
        return [
            {
                "version": line.entry.version,
                "by": who(self.place, line.entry.actor, named, line.content),
                "at": Moment(line.entry.recorded_at),
                "why": line.content.why if line.content else "",
                "state": render.state(line.content.state) if line.content else "",
            }
            for line in newer
        ]

    def _answer(
        self, context: Mapping[str, Any], fields: list[Blank], more: Mapping[str, Any], *, status: int
    ) -> HttpResponse:
        given = {**context, "why": self.request.POST.get("why", ""), **more}
        return sheet(self.request, self.place, self.kind, fields, status=status, **given)
