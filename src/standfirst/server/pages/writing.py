"""Pages that write: a new record, the next version of one, and what two people wrote at the same time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from standfirst.management.sharing import READ_GRANT
from standfirst.records.change import Conflict, Refused
from standfirst.records.comparing import Merged, Touched, merge
from standfirst.records.kind import Kind
from standfirst.records.record import Content
from standfirst.records.workspace import DeedFunction
from standfirst.records.writing import amend, create, wish_of
from standfirst.server import reading
from standfirst.server.access import AT_A_DOOR, Place
from standfirst.server.pages.acting import who
from standfirst.server.pages.entry import WRITING, page, whole, within
from standfirst.server.pages.filling import NOT_READ, Blank, Filled, Offered, add_row, blanks, filled
from standfirst.server.pages.looking import about, many
from standfirst.server.pages.showing import Moment, Value, grouped, value
from standfirst.standards.problems import Unusable
from standfirst.standards.reason import Reason
from standfirst.words import render
from standfirst.words.render import hint, sentence

# --- a new record ----------------------------------------------------------------------------------------------------


@within(*WRITING)
def new(request: HttpRequest, place: Place, kind: str) -> HttpResponse:
    found = reading.kind_of(place, kind)
    reading.require_form(found)
    offered = _offered(place, found)
    identity = _identity(request.POST.get("id", ""))
    if request.method != "POST":
        return _form(request, place, found, blanks(found, {}, offered), id=identity)
    form = filled(found, request.POST, offered)
    if add_row(form, request.POST.get("add", "")):
        return _form(request, place, found, form.blanks, why=request.POST.get("why", ""), id=identity)

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

    try:
        told = _try(request, place, form, found.name, deed)
    except Conflict:  # sent before, and recorded then
        return _sent_before(request, place, found, form, identity)
    if told is not None:
        more = {"told": told, "why": request.POST.get("why", ""), "why_faults": form.why, "id": identity}
        return _form(request, place, found, form.blanks, status=422, **more)
    made = reading.row_of(place, identity)
    messages.success(request, _("%(record)s is recorded.") % {"record": made.number})
    return redirect("record", place.organisation.slug, made.number)


def _identity(text: str) -> str:
    """The id that the form was made with, so that a form sent twice makes one record; else a new one."""
    try:
        asked = UUID(text)
    except ValueError:
        return str(uuid4())
    return str(asked) if asked.version == _OF_CHANCE else str(uuid4())


_OF_CHANCE = 4


def _sent_before(request: HttpRequest, place: Place, kind: Kind, form: Filled, identity: str) -> HttpResponse:
    """To what it recorded then; where it says something else now, back with it, for another record."""
    made, why = reading.row_of(place, identity), request.POST.get("why", "")
    told = {"record": made.number}
    same = amend(
        acting=place.actor,
        record=identity,
        expected=made.version,
        wish=wish_of(form.wish(), name=kind.name),
        why=why,
        known=reading.known(place),
        signed=AT_A_DOOR,
    )
    if not same(place.store).drafts:
        messages.success(request, _("%(record)s is recorded.") % told)
        return redirect("record", place.organisation.slug, made.number)
    again = _("This form was sent before and recorded as %(record)s. Save it again to record another.") % told
    return _form(request, place, kind, form.blanks, status=409, told=[again], why=why, id=str(uuid4()))


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
        return [f"{sentence(refused.reason)} {hint(refused.reason)}".strip()]
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
    context["faulty"] = [blank for blank in fields if blank.faulty]
    context["sections"] = _sections(kind, fields)
    context |= _proposals(place, fields)
    context["touched"] = sorted((blank for blank in fields if blank.merge), key=lambda b: not b.merge.offered)
    context["untouched"] = [blank for blank in fields if not blank.merge]
    return page(request, place, "form.html", context, status=status)


def _sections(kind: Kind, fields: list[Blank]) -> list[tuple[str, list[Blank]]]:
    """Under the titles of the kind's view; what every kind has comes last."""
    titled = grouped(kind.view.sections, [blank for blank in fields if blank.key.startswith("body.")])
    rest = [blank for blank in fields if not blank.key.startswith("body.")]
    return [*titled, (_("How it belongs to others"), rest)]


def _offered(place: Place, kind: Kind) -> Offered:
    """A grant opens kinds that are kept here, which its model does not name."""
    if kind.name != READ_GRANT.name:
        return {}
    return {"kinds": [(one.name, many(one.name)) for one in place.store.kinds]}


def _proposals(place: Place, fields: list[Blank]) -> dict[str, Any]:
    """What the browser proposes while somebody types: people who are active here, and the files that came last."""
    asked = {blank.proposed for top in fields for blank in (top, *top.inner)}
    found: dict[str, Any] = {}
    if "people" in asked:
        found["people"] = reading.people(place)
    if "evidence" in asked:
        found["evidence"] = reading.latest_files(place)
    return found


# --- the next version ------------------------------------------------------------------------------------------------


@within(*WRITING)
def edit(request: HttpRequest, place: Place, record: str) -> HttpResponse:
    row = reading.row_of(place, record)
    found = reading.standing(place, row.record)
    kind = reading.kind_of(place, row.kind)
    context = {**about(place, row), "row": row}
    if request.method != "POST":
        fields = blanks(kind, _values(place, found.current.content), _offered(place, kind))
        return _form(request, place, kind, fields, **context, expected=found.current.content.version)
    sent = _Sent(request, place, kind, row.record, row.number)
    if add_row(sent.form, request.POST.get("add", "")):
        return sent.again(context, [], status=200)
    told: list[str] | None
    try:
        told = sent.save()
    except Conflict:
        return sent.merging(context)
    if told is not None:
        return sent.again(context, told)
    after = reading.row_of(place, row.number)
    said = (
        _("%(record)s, version %(version)s, is recorded.")
        if after.version != sent.expected
        else _("%(record)s, version %(version)s, says what you wrote already; nothing was recorded.")
    )
    messages.success(request, said % {"record": row.number, "version": after.version})
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
        return _(_TOUCHED[self.touched])


_TOUCHED = {
    Touched.ME: gettext_noop("Only you changed this; it is kept as you wrote it."),
    Touched.OTHERS: gettext_noop("Only the other version changed this; it is taken over."),
    Touched.BOTH: gettext_noop("Both changed this, differently. Choose."),
    Touched.ALIKE: gettext_noop("Both changed this to the same."),
}


class _Sent:
    """The form of a next version as it was sent: ``expected`` is the version that it was made for.

    Where somebody else has recorded another one meanwhile, the form comes back with what both wrote beside it, now made
    for that version; ``base`` is the one that both began with.
    """

    def __init__(self, request: HttpRequest, place: Place, kind: Kind, record: str, number: str) -> None:
        self.request, self.place, self.kind, self.record, self.number = request, place, kind, record, number
        self.form = filled(kind, request.POST, _offered(place, kind))
        self.expected = whole(request.POST.get("expected", ""), otherwise=0)
        self.base = whole(request.POST.get("base", ""), otherwise=0)
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
        fields = blanks(self.kind, proposed, _offered(self.place, self.kind))
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
        return _form(self.request, self.place, self.kind, fields, status=status, **given)
