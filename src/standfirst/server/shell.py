"""The frame around every page of an organisation: where one may go from here, and what one may not overlook.

Nothing of it is asked before a template draws it. Most pages ask how many notifications are unread and for nothing else:
the rest is kept (``outline``), drawn too, and only the line that is this page is marked anew.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from standfirst.management.applicability import STATEMENT_OF_APPLICABILITY
from standfirst.management.controls import IMPLEMENTED_REQUIREMENT
from standfirst.management.measurement import MEASUREMENT
from standfirst.management.organisation import MANAGERS, PERSON
from standfirst.records.kind import Kind, Kinds
from standfirst.records.sealing import NUMBER
from standfirst.records.view import Family
from standfirst.server.access import Place
from standfirst.server.organisations import OrganisationType
from standfirst.server.outline import Kept, Outline, outline
from standfirst.server.pages.families import FAMILIES, many
from standfirst.server.readiness.asked import is_asked
from standfirst.server.sealed.people import RECIPIENTS
from standfirst.server.telling.reading import unread
from standfirst.standards.vocabulary import Stage
from standfirst.words import render


@dataclass(frozen=True, slots=True)
class Way:
    """One line of the navigation. ``name`` is that of the address, or says whose list it is; ``below``: whether
    addresses that begin like this one stand below it.
    """

    name: str
    words: str
    url: str
    count: int | None = None
    waits: bool = False
    below: bool = True


@dataclass(frozen=True, slots=True)
class Shelf:
    """Kinds that belong together; folded away as a whole."""

    name: str
    words: str
    ways: list[Way]


@dataclass(frozen=True, slots=True)
class Group:
    words: str
    ways: list[Way]
    families: list[Shelf]


@dataclass(frozen=True, slots=True)
class Drawn:
    """``side``: the navigation, with no line marked. ``beside``: what scripts show. ``chips``: of the top bar."""

    ways: Mapping[str, Way]
    groups: list[Group]
    side: str
    beside: str
    chips: list[str]


@dataclass(frozen=True, slots=True)
class Shell:
    side: SafeString
    beside: SafeString
    chips: list[str]


def on_every_page(request: HttpRequest) -> dict[str, object]:
    """A context processor: ``shell`` is None where nobody stands in an organisation."""
    return {"shell": SimpleLazyObject(lambda: _of(request))}


def _of(request: HttpRequest) -> Shell | None:
    place: Place | None = getattr(request, "place", None)
    if place is None:
        return None
    found = drawn(place)
    side = _marked(found, request, place)
    return Shell(mark_safe(side), mark_safe(found.beside), found.chips)  # noqa: S308 - drawn by templates


_drawn: Final[Kept[object, Drawn]] = Kept(128)
"""Some ten kilobytes each."""


def drawn(place: Place) -> Drawn:
    """As templates draw it in this language, for whoever sees the same of this organisation."""
    known, waiting = outline(place), unread(place)
    seen = place.organisation
    key = (seen.pk, known.roles, waiting, get_language(), seen.slug, seen.name, seen.type)
    told = (known.counts, known.domains, known.stages, known.tier)
    return _drawn.of(key, told, lambda _: _draw(place, known, waiting))


def _draw(place: Place, known: Outline, waiting: int) -> Drawn:
    lines = _Lines(place.organisation.slug, known)
    groups = [group for group in _groups(place, lines, waiting) if group.ways or group.families]
    named = [(keys, name) for keys, name in _KEYS if is_offered(place, name)]
    keys = [(keys, way) for keys, name in named for way in lines.way(name, _(_NAMED[name]))]
    context = {"organisation": place.organisation, "groups": groups, "keys": keys}
    ways = [*(way for group in groups for way in group.ways)]
    ways += [way for group in groups for family in group.families for way in family.ways]
    return Drawn(
        {way.name: way for way in ways},
        groups,
        render_to_string("shell/side.html", context),
        render_to_string("shell/beside.html", context),
        _chips(known),
    )


# --- where one is -----------------------------------------------------------------------------------------------------

_ABOVE: Final = {
    "requirement": "readiness",
    "report": "reports",
    "received-grant": "exchange",
    "received-record": "exchange",  # whatever its number is: it is none of ours
}
"""Pages whose address does not say below which line of the navigation they stand, or seems to say another."""


def _marked(found: Drawn, request: HttpRequest, place: Place) -> str:
    """The navigation with ``aria-current`` on the line that is this page, or the nearest above it."""
    way = _here(found, request, place)
    if way is None:
        return found.side
    link = f'<a href="{escape(way.url)}"'
    current = "page" if request.path == way.url else "true"
    return found.side.replace(link, f'{link} aria-current="{current}"', 1)


def _here(found: Drawn, request: HttpRequest, place: Place) -> Way | None:
    match = request.resolver_match
    parts: Mapping[str, Any] = match.kwargs if match else {}
    kind = str(parts.get("kind", "")) or _kind_of(place.store.kinds, str(parts.get("record", "")))
    above = _ABOVE.get(match.url_name or "", "") if match else ""
    for name in (above, _list_of(kind)):
        if name in found.ways:
            return found.ways[name]
    near = [
        way
        for way in found.ways.values()
        if request.path == way.url or (way.below and request.path.startswith(way.url))
    ]
    return max(near, key=lambda way: len(way.url), default=None)


def _list_of(kind: str) -> str:
    """Apart from the names of pages: one kind is called as the home is."""
    return f"list of {kind}"


def _kind_of(kinds: Kinds, label: str) -> str:
    """Of a record's number; an id does not say it."""
    prefix = label.partition("-")[0] if NUMBER.match(label) else ""
    return next((kind.name for kind in kinds if kind.prefix == prefix), "")


# --- the navigation ---------------------------------------------------------------------------------------------------


class _Lines:
    def __init__(self, slug: str, known: Outline) -> None:
        self.slug, self.counts = slug, known.counts

    def way(self, name: str, words: str, *, count: int | None = None, below: bool = True) -> Iterator[Way]:
        """None where no page has this name."""
        try:
            url = reverse(name, args=[self.slug])
        except NoReverseMatch:
            return
        yield Way(name, words, url, count, bool(count), below)

    def list_of(self, kind: Kind, words: str = "") -> Way:
        url = reverse("records", args=[self.slug, kind.name])
        return Way(_list_of(kind.name), words or many(kind.name), url, self.counts.get(kind.name, 0))


_APART: Final = frozenset({MEASUREMENT.name, PERSON.name, IMPLEMENTED_REQUIREMENT.name})
"""Kinds that stand in another group than that of their family."""

_WITHOUT: Final = frozenset({Family.OTHERS, Family.KEEPING})

_SHOW: Final = (
    ("files", gettext_noop("Files")),
    ("readiness", gettext_noop("Readiness")),
    ("applicability", gettext_noop("Applicability")),
    ("reports", gettext_noop("Reports")),
)
_OF_EDITION: Final = frozenset({"readiness", "applicability", "reports"})
"""Pages on how an organisation stands against the edition."""

_MANAGED: Final = frozenset({"invitations", "webhooks"})
"""Pages that answer who manages and nobody else."""

_CASES: Final[str] = "speak-up-cases"

_OUTSIDE: Final[Sequence[tuple[str, str]]] = (
    ("exchange", gettext_noop("Other organisations")),
    (_CASES, gettext_noop("Speak-up cases")),
    ("speak-up", gettext_noop("Speak up")),
)
_SETTINGS: Final = (
    ("invitations", gettext_noop("Invitations")),
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


def _groups(place: Place, lines: _Lines, waiting: int) -> Iterator[Group]:
    today = [
        *lines.way("organisation", _("Home"), below=False),
        *lines.way("inbox", _("Inbox"), count=waiting or None),
        *lines.way("calendar", _("Calendar")),
    ]
    yield Group(_("Today"), today, [])
    yield Group(_("Management system"), [], list(_families(place, lines)))
    measurements = [lines.list_of(MEASUREMENT)] if MEASUREMENT.name in place.store.kinds else []
    taken_in = lines.counts.get(IMPLEMENTED_REQUIREMENT.name)
    catalogues = lines.way("catalogues", _("Catalogues")) if taken_in else ()
    yield Group(_("Show"), [*measurements, *_ways(place, lines, _SHOW), *catalogues], [])
    yield Group(_("Outside"), _ways(place, lines, _OUTSIDE), [])
    yield Group(_("Organisation"), [lines.list_of(PERSON, _("People")), *_ways(place, lines, _SETTINGS)], [])


def shows_readiness(place: Place) -> bool:
    """Whether the edition is asked of this organisation, or may be: one that writes standards says so by a statement of
    applicability.
    """
    if OrganisationType(place.organisation.type) is OrganisationType.STANDARDS_BODY:
        return bool(outline(place).counts.get(STATEMENT_OF_APPLICABILITY.name))
    return is_asked(place.organisation)


def _ways(place: Place, lines: _Lines, named: Iterable[tuple[str, str]]) -> list[Way]:
    """The list of kinds stands above none of its lists: those have lines of their own."""
    offered = [(name, words) for name, words in named if is_offered(place, name)]
    return [way for name, words in offered for way in lines.way(name, _(words), below=name != "kinds")]


def is_offered(place: Place, name: str) -> bool:
    """Whether the page of this name has something for who stands here."""
    roles = outline(place).roles
    if name in _OF_EDITION:
        return shows_readiness(place)
    if name in _MANAGED:
        return bool(roles & set(MANAGERS))
    return name != _CASES or bool(roles & RECIPIENTS)


def _families(place: Place, lines: _Lines) -> Iterator[Shelf]:
    """Kinds that people keep by hand. What a body decides for others comes first where there is any."""
    kept = [kind for kind in place.store.kinds if kind.by_hand and kind.name not in _APART]
    for family in sorted(FAMILIES, key=lambda each: each is not Family.CERTIFICATION):
        ways = [lines.list_of(kind) for kind in kept if kind.view.family is family]
        if ways and family not in _WITHOUT:
            yield Shelf(family.value, _(FAMILIES[family]), ways)


def _chips(known: Outline) -> list[str]:
    """Domains, the first and the last life-cycle stage, and the tier: what decides which requirements are asked."""
    stages = [stage.value for stage in Stage if stage.value in known.stages]
    ends = list(dict.fromkeys([*stages[:1], *stages[-1:]]))
    told = [
        _(", ").join(render.title(domain) for domain in known.domains),
        " → ".join(render.title(stage) for stage in ends),
        _("tier %(tier)s") % {"tier": known.tier} if known.tier is not None else "",
    ]
    return [each for each in told if each]
