"""An organisation's first page: what needs whoever opens it today, how ready the organisation is, and what has changed.

It never shows more than is due: what is settled, somebody else's, or only possible stands on other pages. Which parts it has
follows from what somebody answers for (``_parts``); every number leads to where it can be looked at one by one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from standfirst.management.documents import DOCUMENT
from standfirst.management.evaluation import MANAGEMENT_REVIEW
from standfirst.management.measurement import MEASUREMENT
from standfirst.management.organisation import MANAGERS, ORGANISATION, names_of
from standfirst.records.actor import Actor, Role
from standfirst.records.kind import Kind
from standfirst.records.view import Family
from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.accounts.models import User
from standfirst.server.desk.reading import drafts, onward
from standfirst.server.due import Asked
from standfirst.server.outline import outline
from standfirst.server.pages.entry import READING, page, within
from standfirst.server.pages.families import many
from standfirst.server.pages.homedays import Day, days
from standfirst.server.pages.homegrants import opened
from standfirst.server.pages.homelead import aims
from standfirst.server.pages.homeready import readiness
from standfirst.server.pages.outlook import move_name
from standfirst.server.pages.shapes import called
from standfirst.server.readiness import standing as ready
from standfirst.server.readiness.asked import is_asked
from standfirst.server.sealed.cases import CaseRead, cases_for
from standfirst.server.sealed.people import RECIPIENTS
from standfirst.server.setup import answers
from standfirst.server.setup.forms import STEPS
from standfirst.server.shell import shows_readiness
from standfirst.server.store import models
from standfirst.server.store.index import as_compared
from standfirst.server.waiting import Queue, Waiting, waiting
from standfirst.words import render
from standfirst.words.language import day

SOON: Final = timedelta(days=14)
"""How far ahead the first page looks."""

SHOWN: Final = 8
"""Lines of one part; more stand on the page that it leads to."""

_LEADING: Final = frozenset({Role.TOP_MANAGEMENT, Role.QUALITY_MANAGER})
_MAKING: Final = frozenset(
    {
        Role.ENGINEER,
        Role.METROLOGY,
        Role.SECURITY_LEAD,
        Role.MIGRATION_LEAD,
    }
)
# --- what needs somebody ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Item:
    """One line: what to do, with which record, why it is this person's, and one click to it. ``tone``: of the badge."""

    badge: str
    tone: str
    words: str
    url: str
    number: str = ""
    title: str = ""
    why: str = ""
    day: date | None = None


@dataclass(slots=True)
class Mine:
    """What needs this person: ``late`` and ``now`` today, ``soon`` within two weeks, ``begun`` whenever they like. ``later`` is
    told only where there is nothing else.
    """

    late: list[Item] = field(default_factory=list)
    now: list[Item] = field(default_factory=list)
    soon: list[Item] = field(default_factory=list)
    begun: list[Item] = field(default_factory=list)
    later: list[Item] = field(default_factory=list)
    cases: Sequence[CaseRead] = ()
    queue: Queue = field(default_factory=Queue)

    @property
    def today(self) -> int:
        return len(self.late) + len(self.now) + sum(self.queue.rest.values())

    @property
    def others(self) -> Sequence[tuple[str, str, str, int]]:
        """What waits besides the lines, as the lists that hold it: kind, state, in words, how many."""
        return [
            (
                kind,
                state,
                _("%(records)s: %(state)s") % {"records": many(kind), "state": render.state(state)},
                count,
            )
            for (kind, state), count in self.queue.rest.items()
        ]

    @property
    def items(self) -> Sequence[Item]:
        return [*self.late, *self.now, *self.soon, *self.begun]

    @property
    def parts(self) -> Sequence[tuple[str, Sequence[Item]]]:
        """Those of today stand by themselves: they are what the page's heading counts."""
        found = (
            ("", [*self.late, *self.now]),
            (_("In the next two weeks"), self.soon),
            (_("Begun, and not recorded yet"), self.begun),
        )
        return [(title, items) for title, items in found if items]


def needs(place: Place, actor: Actor, own: Sequence[Day], today: date) -> Mine:
    """In two queries: what waits, drafts. For who receives speak-up cases in one more, and two where there are any.

    ``own``: the days that they answer for.
    """
    mine = Mine()
    for each in own:
        item = _due(place, each, today)
        if each.day > today + SOON:
            mine.later.append(item)
        else:
            (mine.late if each.day < today else mine.now if each.day == today else mine.soon).append(item)
    mine.queue = waiting(place, actor)
    mine.now += [_asked(place, each, today) for each in mine.queue.first]
    if actor.roles & RECIPIENTS:
        mine.cases = cases_for(place.organisation, place.store, actor)
        unanswered = sum(case.waits_for_answer for case in mine.cases)
        mine.now += [_cases(place, unanswered)] if unanswered else []
    mine.begun += [
        Item(
            _("begun"),
            "plain",
            _("Go on writing"),
            onward(place, each),
            title=each.title or render.kind(each.kind).one,
            why=_("You left it on %(day)s.") % {"day": day(each.saved_at.date())},
        )
        for each in drafts(place)[:SHOWN]
        if each.kind in place.store.kinds
    ]
    return mine


_TO_DO: Final[Mapping[str, str]] = {
    "review_by": gettext_noop("Review"),
    "reevaluate_by": gettext_noop("Evaluate again"),
    "renew_by": gettext_noop("Renew"),
    "action_due": gettext_noop("Carry out the action"),
    "planned_for": gettext_noop("Hold as planned"),
    "due": gettext_noop("Reach the target"),
}
"""What somebody does by such a day; a field that is missing here is told by its own name."""


def _due(place: Place, each: Day, today: date) -> Item:
    late = (today - each.day).days
    if late > 0:
        badge, tone = _("late by %(days)s d") % {"days": late}, "bad"
    elif late == 0:
        badge, tone = _("today"), "warn"
    else:
        badge, tone = _("in %(days)s d") % {"days": -late}, "plain"
    return Item(
        badge,
        tone,
        _(_TO_DO[each.field])
        if each.field in _TO_DO
        else called(reading.known_kind(place, each.kind), each.field),
        reverse("record", args=[place.organisation.slug, each.number]),
        each.number,
        each.title,
        _("You answer for it."),
        each.day,
    )


def _cases(place: Place, unanswered: int) -> Item:
    """Those that this person may read: of others they do not learn that there are any."""
    words = ngettext("Answer a speak-up case", "Answer %(count)s speak-up cases", unanswered) % {
        "count": unanswered
    }
    url = reverse("speak-up-cases", args=[place.organisation.slug])
    return Item(_("waits"), "note", words, url, why=_("You receive them."))


def _asked(place: Place, each: Waiting, today: date) -> Item:
    """To be signed, or to be taken on, by somebody with one of this person's roles."""
    since = each.since.date()
    move = each.move
    meaning = {"meaning": render.title(move.signs) if move.signs else ""}
    if move.signs and move.second_person:
        why = _("Leaves your signature of %(meaning)s; somebody else wrote it.") % meaning
    elif move.signs:
        why = _("Leaves your signature of %(meaning)s.") % meaning
    elif move.second_person:
        why = _("It is for your role; somebody else wrote it.")
    else:
        why = _("It is for your role.")
    if since < today:
        why = " ".join((why, _("Since")))
    return Item(
        _("waits"),
        "note",
        render.joined([move_name(each.kind.name, move) for move in each.moves], "or"),
        reverse("record", args=[place.organisation.slug, each.record.number]),
        each.record.number,
        each.title,
        why,
        since if since < today else None,
    )


# --- parts for some --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A record in a part of the page: what it is called, and a word on it."""

    number: str
    title: str
    said: str
    tone: str = ""


def lately(place: Place, today: date) -> tuple[list[Line], list[Line]]:
    """For who makes and measures: results that do not conform, and documents that were approved lately. Two queries."""
    failing = models.Indexed.objects.filter(
        organisation=place.organisation,
        kind=MEASUREMENT.name,
        field="verdict",
        folded=as_compared("nonconform"),
        number__isnull=True,  # as the index of texts says it, so that it is used
        day__isnull=True,
    )
    own = models.Current.objects.filter(organisation=place.organisation, erased=False).order_by("-sequence")
    bad = own.filter(
        kind=MEASUREMENT.name, state=MEASUREMENT.lifecycle.initial, record__in=failing.values("record")
    )
    new = own.filter(kind=DOCUMENT.name, state="approved", recorded_at__date__gte=today - SOON)
    return (
        [Line(row.number, row.title, _("does not conform"), "bad") for row in bad[:SHOWN]],
        [Line(row.number, row.title, day(row.recorded_at.date())) for row in new[:SHOWN]],
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """Records of a kind that are in one state, with the list that holds them."""

    kind: str
    many: str
    states: Sequence[tuple[str, str, int]]


def work(place: Place) -> list[Counted]:
    """For who certifies or accredits: what nothing has settled yet, by kind and state, in one query."""
    kinds = _of_bodies(place)
    own = models.Current.objects.filter(organisation=place.organisation, erased=False)
    counts: dict[str, dict[str, int]] = {}
    told = own.filter(kind__in=[kind.name for kind in kinds]).values_list("kind", "state")
    for kind, state, count in told.annotate(count=Count("record")).order_by():
        counts.setdefault(kind, {})[state] = count
    return [
        Counted(
            kind.name,
            many(kind.name),
            [
                (state, render.state(state), counts.get(kind.name, {})[state])
                for state in kind.lifecycle.states
                if state in counts.get(kind.name, {}) and state not in kind.settled
            ],
        )
        for kind in kinds
    ]


# --- the page --------------------------------------------------------------------------------------------------------


@within(*READING)
def organisation(request: HttpRequest, place: Place) -> HttpResponse:
    me = outline(place).person
    roles = frozenset(Role(role) for role in me.get("roles", ()))
    actor, today = Actor(place.person, roles), reading.today(place)
    names = names_of(me)
    told = days(place, _asked_days(place, roles, names, today))
    mine = needs(place, actor, told["own"], today)
    known = {as_compared(name) for name in names}
    context: dict[str, Any] = {
        "me": me,
        "roles": [render.title(role.value) for role in roles],
        "today": today,
        "mine": mine,
        "type": render.title(place.organisation.type),
        "late": [each for each in told.get("late", ()) if as_compared(each.owner) not in known],
        "deadline": next(iter(told.get("deadline", ())), None),
        "review": next(iter(told.get("review", ())), None),
        "aims": aims(place)[:SHOWN] if Role.TOP_MANAGEMENT in roles else [],
        **dict(_parts(request, place, roles)),
    }
    return page(request, place, "home.html", context)


def _asked_days(place: Place, roles: frozenset[Role], names: Sequence[str], today: date) -> dict[str, Asked]:
    """What is due to others is told to who leads; what is due of a body's own work to everybody in it."""
    found = {"own": Asked(4 * SHOWN, owners=names, kinds=None if names else ())}
    if roles & _LEADING:
        found["late"] = Asked(4 * SHOWN, before=today)
    elif not is_asked(place.organisation):
        found["late"] = Asked(4 * SHOWN, before=today, kinds=[kind.name for kind in _of_bodies(place)])
    if Role.TOP_MANAGEMENT in roles:
        found["review"] = Asked(1, kinds=(MANAGEMENT_REVIEW.name,), after=today)
    if roles & _LEADING or not roles & _MAKING:
        found["deadline"] = Asked(1, after=today + timedelta(days=1))
    return found


def _of_bodies(place: Place) -> list[Kind]:
    return [kind for kind in place.store.kinds if kind.view.family is Family.CERTIFICATION]


def _parts(request: HttpRequest, place: Place, roles: frozenset[Role]) -> Iterator[tuple[str, Any]]:
    """What the page has besides what needs somebody, by what they answer for."""
    if shows_readiness(place):
        stood = ready.standing(place)
        yield "readiness", readiness(place, stood) if stood.is_asked and stood.is_computed else None
        yield "standing", stood
        if stood.is_asked and stood.profile.id != "as-recorded":
            yield "set_up", _set_up(request, place, roles)
    elif _of_bodies(place):
        yield "work", work(place)
    yield "opened", opened(place)
    if roles & _MAKING and not roles & _LEADING:
        failing, new = lately(place, reading.today(place))
        yield "failing", failing
        yield "failing_title", _("Results that do not conform")
        yield "new_documents", new
        yield "new_title", _("Approved in the last two weeks")


def _set_up(request: HttpRequest, place: Place, roles: frozenset[Role]) -> dict[str, Any] | None:
    """What is left of it, for who may do it."""
    if not (roles & set(MANAGERS)) or outline(place).counts.get(ORGANISATION.name):
        return None
    user = request.user
    given = answers.given(place, user) if isinstance(user, User) else None
    return {"done": len(given.steps) if given else 0, "count": len(STEPS)}
