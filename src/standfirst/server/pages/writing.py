"""Pages that write: a new record, the next version of one, and what two people wrote at the same time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from standfirst.records.change import Conflict, Refused
from standfirst.records.comparing import Merged, Touched, merge
from standfirst.records.kind import Kind
from standfirst.records.record import Content
from standfirst.records.workspace import DeedFunction
from standfirst.records.writing import Signed, amend, create, wish_of
from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.pages.entry import WRITING, page, within
from standfirst.server.pages.filling import NOT_READ, Blank, Filled, blanks, filled
from standfirst.server.pages.looking import about, many
from standfirst.server.pages.showing import Moment, Value, value
from standfirst.standards.problems import Unusable
from standfirst.standards.reason import Reason
from standfirst.standards.vocabulary import Assurance
from standfirst.words import render
from standfirst.words.render import sentence

AT_A_DOOR = Signed(least=Assurance.REAUTHENTICATED)


# --- a new record ----------------------------------------------------------------------------------------------------


@within(*WRITING)
def new(request: HttpRequest, place: Place, kind: str) -> HttpResponse:
    found = reading.kind_of(place, kind)
    reading.require_form(found)
    if request.method != "POST":
        return _form(request, place, found, blanks(found, {}))
    form = filled(found, request.POST)
    identity = str(uuid4())

    def deed(wish: Any, why: str) -> DeedFunction:
        return create(
            acting=place.actor,
            kind=found,
            record=identity,
            wish=wish,
            why=why,
            known=reading.known(place),
            signed=AT_A_DOOR,
        )

    told = _try(request, place, form, found.name, deed)
    if told is not None:
        why = request.POST.get("why", "")
        return _form(request, place, found, form.blanks, status=422, told=told, why=why)
    made = reading.row_of(place, identity)
    messages.success(request, f"{made.number} is recorded.")
    return redirect("record", place.organisation.slug, made.number)


def _try(request: HttpRequest, place: Place, form: Filled, name: str, deed: Any) -> list[str] | None:
    """Does it. Returns what stood against it, None where nothing did; raises Conflict."""
    if not form.readable:
        return []
    try:
        wish = wish_of(form.wish(), name=name)
        place.store.perform(deed(wish, request.POST.get("why", "")))
    except Unusable as unusable:
        return form.tell(unusable.problems)
    except Conflict:
        raise
    except Refused as refused:
        return [sentence(refused.reason)]
    return None


def _form(
    request: HttpRequest, place: Place, kind: Kind, fields: list[Blank], *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "kind": kind,
        "one": render.kind(kind.name).one,
        "many": many(kind.name),
        "fields": fields,
        **more,
    }
    context["faulty"] = [blank for blank in fields if blank.faults]
    context["touched"] = sorted((blank for blank in fields if blank.merge), key=lambda b: not b.merge.offered)
    context["untouched"] = [blank for blank in fields if not blank.merge]
    return page(request, place, "form.html", context, status=status)


# --- the next version ------------------------------------------------------------------------------------------------


@within(*WRITING)
def edit(request: HttpRequest, place: Place, record: str) -> HttpResponse:
    row = reading.row_of(place, record)
    found = reading.standing(place, row.record)
    kind = reading.kind_of(place, row.kind)
    context = {**about(place, row), "row": row}
    if request.method != "POST":
        values = _values(place, found.current.content)
        return _form(
            request, place, kind, blanks(kind, values), **context, expected=found.current.content.version
        )
    sent = _Sent(request, place, kind, row.record, row.number)
    told: list[str] | None
    try:
        told = sent.save()
    except Conflict:
        return sent.merging(context)
    if told is not None:
        return sent.again(context, told)
    after = reading.row_of(place, row.number)
    said = (
        "is recorded"
        if after.version != sent.expected
        else "says what you wrote already; nothing was recorded"
    )
    messages.success(request, f"{row.number}, version {after.version}, {said}.")
    return redirect("record", place.organisation.slug, row.number)


def _values(place: Place, content: Content) -> dict[str, Any]:
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


# --- two people at once ----------------------------------------------------------------------------------------------


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
        return _TOUCHED[self.touched]


_TOUCHED = {
    Touched.ME: "Only you changed this; it is kept as you wrote it.",
    Touched.OTHERS: "Only the other version changed this; it is taken over.",
    Touched.BOTH: "Both changed this, differently. Choose.",
    Touched.ALIKE: "Both changed this to the same.",
}


class _Sent:
    """The form of a next version as it was sent: ``expected`` is the version that it was made for.

    Where somebody else has recorded another one meanwhile, the form comes back with what both wrote beside it, now made
    for that version; ``base`` is the one that both began with.
    """

    def __init__(self, request: HttpRequest, place: Place, kind: Kind, record: str, number: str) -> None:
        self.request, self.place, self.kind, self.record, self.number = request, place, kind, record, number
        self.form = filled(kind, request.POST)
        self.expected = _whole(request.POST.get("expected", ""))
        self.base = _whole(request.POST.get("base", ""))
        self.typed = {key: part for key, part in self.form.values.items() if part is not NOT_READ}

    def save(self) -> list[str] | None:
        """What stood against it, None where nothing did. Raises Conflict."""
        if told := self._chosen():
            return told
        return _try(self.request, self.place, self.form, self.number, self._deed)

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
            number: _values(self.place, content) if (content := line.content) else {}
            for number, line in lines.items()
        }

    def merging(self, context: Mapping[str, Any]) -> HttpResponse:
        """Both versions beside the one that both began with; what only one changed is in the form already."""
        current = reading.row_of(self.place, self.number).version
        known = self._of({self.expected, current})
        base, theirs = known[self.expected], known[current]
        merged = merge(base, theirs, self.form.values)
        proposed = {one.field: one.proposed for one in merged if one.proposed is not None}
        fields = blanks(self.kind, proposed)
        self._lay_beside(fields, merged)
        more = {
            "expected": current,
            "base": self.expected,
            "meanwhile": self._meanwhile(self.expected, current),
        }
        return self._answer(context, fields, more, status=409)

    def again(self, context: Mapping[str, Any], told: list[str]) -> HttpResponse:
        """As it was sent, with what stood against it; in the midst of a merge with both versions beside it."""
        more: dict[str, Any] = {"expected": self.expected, "told": told}
        if self.base:
            known = self._of({self.base, self.expected})
            merged = merge(known[self.base], known[self.expected], self.typed)
            self._lay_beside(self.form.blanks, merged)
            more |= {"base": self.base, "meanwhile": self._meanwhile(self.base, self.expected)}
        return self._answer(context, self.form.blanks, more, status=422)

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
                "by": named.get(line.entry.actor),
                "at": Moment(line.entry.recorded_at),
                "why": line.content.why if line.content else "",
                "state": render.state(line.content.state) if line.content else "",
            }
            for line in newer
        ]

    def _answer(
        self, context: Mapping[str, Any], fields: list[Blank], more: Mapping[str, Any], *, status: int
    ) -> HttpResponse:
        whole = {**context, "why": self.request.POST.get("why", ""), **more}
        return _form(self.request, self.place, self.kind, fields, status=status, **whole)


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
