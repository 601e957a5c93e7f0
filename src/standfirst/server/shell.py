"""The frame around every page of an organisation: where one may go from here, and what one may not overlook.

Nothing of it is asked before a template draws it. What depends on the ledger alone is read once for each size that the
ledger has (two queries), and then kept: most pages ask how many notifications are unread and for nothing else.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final, Generic, TypeVar

from django.db.models import OuterRef, Q, Subquery
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from standfirst.management.measurement import MEASUREMENT
from standfirst.management.organisation import ORGANISATION, PERSON, SCOPE
from standfirst.records.kind import Body, Kind, Kinds
from standfirst.records.record import Content as RecordContent
from standfirst.records.sealing import NUMBER
from standfirst.records.view import Family
from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.pages.families import FAMILIES, many
from standfirst.server.sealed.people import RECIPIENTS
from standfirst.server.store.models import Content, Current
from standfirst.server.telling.reading import unread
from standfirst.standards.vocabulary import Stage
from standfirst.words import render


@dataclass(frozen=True, slots=True)
class Way:
    """One line of the navigation. ``current`` is what ``aria-current`` says: the page itself, or one below it."""

    words: str
    url: str
    count: int | None = None
    waits: bool = False
    current: str = ""


@dataclass(frozen=True, slots=True)
class Family_:
    """Kinds that belong together; folded away as a whole."""

    name: str
    words: str
    ways: list[Way]


@dataclass(frozen=True, slots=True)
class Group:
    words: str
    ways: list[Way]
    families: list[Family_]


@dataclass(frozen=True, slots=True)
class Shell:
    """``keys``: which keys lead to a line of the navigation."""

    groups: list[Group]
    chips: list[str]
    keys: list[tuple[str, Way]]


def on_every_page(request: HttpRequest) -> dict[str, object]:
    """A context processor: ``shell`` is None where nobody stands in an organisation."""
    return {"shell": SimpleLazyObject(lambda: _of(request))}


def _of(request: HttpRequest) -> Shell | None:
    place: Place | None = getattr(request, "place", None)
    if place is None:
        return None
    known = _known(place)
    here = _Here(request, place)
    groups = [group for group in _groups(place, known, here) if group.ways or group.families]
    keys = [(keys, way) for keys, name in _KEYS for way in here.way(name, _(_NAMED[name]))]
    return Shell(groups, _chips(known), keys)


# --- where one is -----------------------------------------------------------------------------------------------------


_ABOVE: Final = {"requirement": "readiness", "report": "reports"}
"""Pages whose address does not say below which line of the navigation they stand."""


class _Here:
    """Which line of the navigation is this page, or stands above it."""

    def __init__(self, request: HttpRequest, place: Place) -> None:
        self.path = request.path
        self.slug = place.organisation.slug
        match = request.resolver_match
        parts: Mapping[str, Any] = match.kwargs if match else {}
        self.above = _ABOVE.get(match.url_name or "", "") if match else ""
        self.kind = str(parts.get("kind", "")) or _kind_of(place.store.kinds, str(parts.get("record", "")))

    def way(
        self, name: str, words: str, *, count: int | None = None, waits: bool = False, below: bool = True
    ) -> Iterator[Way]:
        """None where no page has this name."""
        try:
            url = reverse(name, args=[self.slug])
        except NoReverseMatch:
            return
        inside = name == self.above or (below and self.path.startswith(url))
        current = "page" if self.path == url else "true" if inside else ""
        yield Way(words, url, count, waits, current)

    def list_of(self, kind: Kind, counts: Mapping[str, int], words: str = "") -> Way:
        url = reverse("records", args=[self.slug, kind.name])
        current = "page" if self.path == url else "true" if self.kind == kind.name else ""
        return Way(words or many(kind.name), url, counts.get(kind.name, 0), current=current)


def _kind_of(kinds: Kinds, label: str) -> str:
    """Of a record's number; an id does not say it."""
    prefix = label.split("-")[0] if NUMBER.match(label) else ""
    return next((kind.name for kind in kinds if kind.prefix == prefix), "")


# --- the navigation ---------------------------------------------------------------------------------------------------

_APART: Final = frozenset({MEASUREMENT.name, PERSON.name})
"""Kinds that stand in another group than that of their family."""

_WITHOUT: Final = frozenset({Family.OTHERS, Family.KEEPING})

_SHOW: Final = (
    ("files", gettext_noop("Files")),
    ("readiness", gettext_noop("Readiness")),
    ("applicability", gettext_noop("Applicability")),
    ("reports", gettext_noop("Reports")),
)
_OUTSIDE: Final = (
    ("exchange", gettext_noop("Other organisations")),
    ("speak-up-cases", gettext_noop("Speak-up cases")),
    ("speak-up", gettext_noop("Speak up")),
)
_SETTINGS: Final = (
    ("invitations", gettext_noop("Invitations")),
    ("import", gettext_noop("Import")),
    ("feeds", gettext_noop("Calendar feeds")),
    ("webhooks", gettext_noop("Webhooks")),
    ("kinds", gettext_noop("All kinds of record")),
)


_TODAY: Final = (
    ("organisation", gettext_noop("Home")),
    ("inbox", gettext_noop("Inbox")),
    ("calendar", gettext_noop("Calendar")),
)
_NAMED: Final = dict((*_TODAY, *_SHOW, *_OUTSIDE, *_SETTINGS))

_KEYS: Final = (
    ("g h", "organisation"),
    ("g i", "inbox"),
    ("g c", "calendar"),
    ("g r", "readiness"),
    ("g a", "applicability"),
    ("g f", "files"),
    ("g k", "kinds"),
)


def _groups(place: Place, known: "_Known", here: _Here) -> Iterator[Group]:
    waiting = unread(place)
    today = [
        *here.way("organisation", _("Home"), below=False),
        *here.way("inbox", _("Inbox"), count=waiting or None, waits=waiting > 0),
        *here.way("calendar", _("Calendar")),
        *here.way("board", _("Board")),
    ]
    yield Group(_("Today"), today, [])
    yield Group(_("Management system"), [], list(_families(place, known, here)))
    measurements = [here.list_of(MEASUREMENT, known.counts)] if MEASUREMENT.name in place.store.kinds else []
    yield Group(_("Show"), [*measurements, *_ways(here, _SHOW)], [])
    receives = bool(known.roles & RECIPIENTS)
    outside = [each for each in _OUTSIDE if receives or each[0] != "speak-up-cases"]
    yield Group(_("Outside"), _ways(here, outside), [])
    people = here.list_of(PERSON, known.counts, _("People"))
    yield Group(_("Organisation"), [people, *_ways(here, _SETTINGS)], [])


def _ways(here: _Here, named: Iterable[tuple[str, str]]) -> list[Way]:
    """The list of kinds stands above none of its lists: those have lines of their own."""
    return [way for name, words in named for way in here.way(name, _(words), below=name != "kinds")]


def _families(place: Place, known: "_Known", here: _Here) -> Iterator[Family_]:
    """Kinds that people keep by hand. What a body decides for others comes first where there is any."""
    kept = [kind for kind in place.store.kinds if kind.by_hand and kind.name not in _APART]
    for family in sorted(FAMILIES, key=lambda each: each is not Family.CERTIFICATION):
        ways = [here.list_of(kind, known.counts) for kind in kept if kind.view.family is family]
        if ways and family not in _WITHOUT:
            yield Family_(family.value, _(FAMILIES[family]), ways)


# --- what depends on the ledger alone ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Known:
    """``counts`` of records by kind; what the organisation's record and its scope say of what it works in; who asks."""

    counts: Mapping[str, int]
    domains: tuple[str, ...]
    stages: tuple[str, ...]
    tier: int | None
    roles: frozenset[str]


_MOST: Final = 1024
"""Heads, or people at a head, of which a process keeps what it read: some hundred bytes each."""

Read = TypeVar("Read")


class _Kept(Generic[Read]):
    """What was read at a head of a ledger, which is then never anything else. Whoever reads a moment after the head was read
    may find one record more: it is in the next head too.
    """

    def __init__(self) -> None:
        self.found: OrderedDict[tuple[object, ...], Read] = OrderedDict()
        self.guard = Lock()

    def of(self, key: tuple[object, ...], read: Callable[[], Read]) -> Read:
        with self.guard:
            if key in self.found:
                self.found.move_to_end(key)
                return self.found[key]
        fresh = read()
        with self.guard:
            self.found[key] = fresh
            while len(self.found) > _MOST:
                self.found.popitem(last=False)
        return fresh


_counts: Final[_Kept[Mapping[str, int]]] = _Kept()
_bodies: Final[_Kept[Mapping[str, Body]]] = _Kept()


def _known(place: Place) -> _Known:
    head = (place.organisation.pk, bytes(place.head.root))
    counts = _counts.of(head, lambda: reading.counts(place))
    bodies = _bodies.of((*head, place.person), lambda: _read(place))
    own, scope, person = (bodies.get(kind.name, {}) for kind in (ORGANISATION, SCOPE, PERSON))
    return _Known(
        counts,
        tuple(scope.get("domains") or own.get("domains", ())),
        tuple(scope.get("stages") or own.get("stages", ())),
        own.get("tier"),
        frozenset(person.get("roles", ())),
    )


def own_record(place: Place) -> Body:
    """What the record of whoever asks says of them; at most one query, and none at a head that was read before."""
    head = (place.organisation.pk, bytes(place.head.root))
    return _bodies.of((*head, place.person), lambda: _read(place)).get(PERSON.name, {})


def _read(place: Place) -> Mapping[str, Body]:
    """What the newest records of the organisation and of its scope say, and that of whoever asks, in one query."""
    wanted = Q(kind__in=(ORGANISATION.name, SCOPE.name)) | Q(record=place.person)
    said = Content.objects.filter(organisation=place.organisation, sequence=OuterRef("sequence"))
    rows = Current.objects.filter(wanted, organisation=place.organisation, erased=False).order_by("sequence")
    contents = rows.annotate(content=Subquery(said.values("data")[:1])).values_list("kind", "content")
    return {
        kind: reading.body_of(place, RecordContent.from_bytes(bytes(content)))
        for kind, content in contents
        if content is not None
    }


def _chips(known: _Known) -> list[str]:
    """Domains, the first and the last life-cycle stage, and the tier: what decides which requirements are asked."""
    stages = [stage.value for stage in Stage if stage.value in known.stages]
    ends = list(dict.fromkeys([*stages[:1], *stages[-1:]]))
    told = [
        _(", ").join(render.title(domain) for domain in known.domains),
        " → ".join(render.title(stage) for stage in ends),
        _("tier %(tier)s") % {"tier": known.tier} if known.tier is not None else "",
    ]
    return [each for each in told if each]
