"""What people say to each other about a record: read below it, said there, and answered."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

from django.contrib import messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from standfirst.management.comments import (
    ABOUT,
    ANSWERS,
    COMMENT,
    MENTIONS,
    SAID,
    handles_in,
    wish_of_comment,
)
from standfirst.records.change import Conflict, Refused
from standfirst.records.ledger import Entry as LedgerEntry
from standfirst.records.record import Content as RecordContent
from standfirst.records.writing import create
from standfirst.server import reading
from standfirst.server.access import AT_A_DOOR, Place
from standfirst.server.pages.about import about
from standfirst.server.pages.acting import who
from standfirst.server.pages.entry import READING, WRITING, identity_of, page, whole, within
from standfirst.server.pages.prose import rendered
from standfirst.server.pages.showing import Moment
from standfirst.server.people import called_like, ids_by_handle
from standfirst.server.reading import Label, Line
from standfirst.server.refusals import wants_part
from standfirst.server.store.models import Content, Current, Entry, Link
from standfirst.standards.problems import Unusable
from standfirst.words.render import advised

SHOWN: Final = 20
"""Comments on a record's page; those before them stand on the page of all."""

PROPOSED: Final = 8
"""People proposed where somebody types @."""

MOST: Final = 4_000
"""Characters of a comment (``CommentBody``)."""

WHY: Final = "Said about the record"


@dataclass(frozen=True, slots=True)
class Comment:
    """``answers``: the one that it answers; ``answered``: those that answer it, the oldest first."""

    id: str
    number: str
    version: int
    by: str
    at: Moment
    html: SafeString | None
    withdrawn: bool
    mine: bool
    answers: str = ""
    answered: list["Comment"] = field(default_factory=list)

    @property
    def initials(self) -> str:
        words = self.by.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@dataclass(frozen=True, slots=True)
class Said:
    """Comments as they were read, before anybody's name is known."""

    rows: Mapping[str, Current]
    lines: Mapping[str, Line]
    before: int | None

    @property
    def people(self) -> Iterator[str]:
        for line in self.lines.values():
            yield line.entry.actor
            if line.content is not None:
                yield from line.content.links.get(MENTIONS, ())


def read(place: Place, record: str, *, before: int | None = None, limit: int = SHOWN) -> Said:
    """The newest of what was said about a record, in one query."""
    if COMMENT.name not in place.store.kinds:
        return Said({}, {}, None)
    chosen = _of(place, record)
    if before is not None:
        chosen = chosen.filter(first__lt=before)
    rows = list(_with_words(place, chosen).order_by("-first")[: limit + 1])
    more = rows[limit - 1].first if len(rows) > limit else None
    some = {row.record: row for row in rows[:limit]}
    return Said(some, {record: _line(row) for record, row in some.items()}, more)


def _with_words(place: Place, chosen: QuerySet[Current]) -> QuerySet[Current]:
    """With the entry that each began with, and what that says."""
    first = {"organisation": place.organisation, "sequence": OuterRef("first")}
    return chosen.annotate(
        said=Subquery(Entry.objects.filter(**first).values("data")[:1]),
        words=Subquery(Content.objects.filter(**first).values("data")[:1]),
    )


def _line(row: Any) -> Line:
    words = RecordContent.from_bytes(bytes(row.words)) if row.words is not None else None
    return Line(LedgerEntry.from_bytes(bytes(row.said)), words, "")


def _of(place: Place, record: str) -> QuerySet[Current]:
    sources = Link.objects.filter(organisation=place.organisation, target=record, relation=ABOUT)
    own = Current.objects.filter(organisation=place.organisation, kind=COMMENT.name, erased=False)
    return own.filter(record__in=sources.values("source"))


def conversation(place: Place, said: Said, named: Mapping[str, Label]) -> list[Comment]:
    """The oldest first, each with its answers; an answer to what is not here stands by itself."""
    found = {
        row.record: _comment(place, row, said.lines[row.record], named)
        for row in reversed([*said.rows.values()])
    }
    top: list[Comment] = []
    for each in found.values():
        to = found.get(each.answers)
        if to is None:
            top.append(each)
        else:
            _root(found, to).answered.append(each)
    return top


def _root(found: Mapping[str, Comment], comment: Comment) -> Comment:
    """The first of the comments that one answer after the other goes back to: answers stand on one level below it."""
    while comment.answers in found:
        comment = found[comment.answers]
    return comment


def _comment(place: Place, row: Current, line: Line, named: Mapping[str, Label]) -> Comment:
    content, entry = line.content, line.entry
    withdrawn = row.state != SAID or content is None
    return Comment(
        id=row.record,
        number=row.number,
        version=row.version,
        by=who(place, entry.actor, named, content),
        at=Moment(entry.recorded_at),
        html=None if withdrawn or content is None else _html(line, named),
        withdrawn=withdrawn,
        mine=entry.actor == place.person,
        answers=next(iter(content.links.get(ANSWERS, ())), "") if content else "",
    )


def _html(line: Line, named: Mapping[str, Label]) -> SafeString:
    """A text names people in the order in which its links do."""
    if line.content is None:
        raise ValueError("an erased comment says nothing")
    text, called = str(line.content.body["text"]), line.content.links.get(MENTIONS, ())
    people = {
        handle: str(named[person])
        for handle, person in zip(handles_in(text), called, strict=False)
        if person in named and not named[person].erased
    }
    return rendered(text, people)


def form(
    place: Place, *, text: str = "", told: Sequence[str] = (), answers: Label | None = None
) -> dict[str, Any]:
    """``token`` is the id that the comment will have: sent twice, it is said once."""
    return {
        "token": str(uuid4()),
        "text": text,
        "told": told,
        "answers": answers,
        "most": MOST,
        "people": reverse("mention", args=[place.organisation.slug]),
    }


# --- the page of all, and what is said -------------------------------------------------------------------------------


@within(*WRITING)
def comments(request: HttpRequest, place: Place, record: str) -> HttpResponse:
    row = reading.row_of(place, record)
    if row.erased or row.kind == COMMENT.name or COMMENT.name not in place.store.kinds:
        raise reading.missing()
    answered = _answered(place, row, request.POST.get("answers") or request.GET.get("answers", ""))
    if request.method != "POST":
        return _page(request, place, row, form(place, answers=answered))
    text = request.POST.get("text", "").replace("\r\n", "\n")
    try:
        number = _say(place, row, text, answered, request.POST.get("token", ""))
    except Unusable as unusable:
        told, status = [advised(one.reason) for one in unusable.problems], 422
    except Refused as refused:
        told, status = [advised(refused.reason)], 403
    else:
        if wants_part(request):
            return _page(request, place, row, form(place), said=number)
        messages.success(request, _("Your comment stands below the record."))
        return redirect(
            f"{reverse('record', args=[place.organisation.slug, row.number])}#{number or 'comments'}"
        )
    again = {**form(place, text=text, told=told, answers=answered), "failed": True}
    return _page(request, place, row, again, status=status)


def _answered(place: Place, row: Current, label: str) -> Label | None:
    """Raises Refused ``record.missing`` for what is no comment on this record."""
    if not label:
        return None
    found = reading.row_of(place, label)
    if not _of(place, row.record).filter(record=found.record).exists():
        raise reading.missing()
    return reading.label_of(found)


def _say(place: Place, row: Current, text: str, answered: Label | None, token: str) -> str:
    """The number of the comment; empty where it was said before. Raises Unusable, Refused."""
    wish = wish_of_comment(
        text,
        about=row.record,
        people=ids_by_handle(place, handles_in(text)),
        answers=answered.id if answered else "",
    )
    identity = identity_of(token)
    deed = create(
        acting=place.actor,
        kind=place.store.kinds[COMMENT.name],
        record=identity,
        wish=wish,
        why=WHY,
        known=reading.known(place),
        signed=AT_A_DOOR,
    )
    try:
        (number,) = place.store.perform(deed).numbers.values()
    except Conflict:
        if reading.row_of(place, identity).kind != COMMENT.name:
            raise
        return ""
    return number


def _page(
    request: HttpRequest,
    place: Place,
    row: Current,
    blank: Mapping[str, Any],
    *,
    said: str = "",
    status: int = 200,
) -> HttpResponse:
    before = whole(request.GET.get("before", ""), otherwise=None)
    found = read(place, row.record, before=before)
    named = reading.labels(place, set(found.people))
    context = {
        **about(place, row, "comments"),
        "conversation": conversation(place, found, named),
        "earlier_said": found.before,
        "comment": blank,
        "said": said,
    }
    return page(request, place, "comments.html", context, fragment="conversation", status=status)


@within(*READING)
def mention(request: HttpRequest, place: Place) -> HttpResponse:
    """Whom somebody may mean who types @ and some letters, for the script that proposes them."""
    asked = request.GET.get("q", "").strip()[:40]
    found = called_like(place, asked, PROPOSED)
    return JsonResponse({"people": [{"handle": handle, "name": name} for handle, name in found]})
