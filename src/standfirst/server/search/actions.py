"""What the palette offers besides records: requirements, places to go to, and what may be begun. No query is needed for them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from standfirst.records.actor import Actor
from standfirst.records.kind import Kinds
from standfirst.server.access import Place
from standfirst.server.search.asking import Query
from standfirst.server.search.folding import folded
from standfirst.server.shell import is_offered
from standfirst.standards.library import edition
from standfirst.words import render


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the palette: what it is called, what stands beside it, and where it leads."""

    title: str
    url: str
    number: str = ""
    detail: str = ""


PLACES: Final[Sequence[tuple[str, str, str]]] = (
    ("organisation", gettext_noop("Home"), "overview start today lately"),
    ("inbox", gettext_noop("Inbox"), "notifications unread mentions"),
    ("calendar", gettext_noop("Calendar"), "due dates deadlines late"),
    ("readiness", gettext_noop("Readiness"), "requirements clauses shown gaps"),
    ("applicability", gettext_noop("Applicability"), "statement profile applies"),
    ("reports", gettext_noop("Reports"), "report pdf oscal xlsx export"),
    ("catalogues", gettext_noop("Catalogues"), "controls oscal implemented"),
    ("files", gettext_noop("Files"), "evidence attachments upload"),
    ("exchange", gettext_noop("Other organisations"), "exchange envelopes grants auditors"),
    ("invitations", gettext_noop("Invitations"), "members accounts people"),
    ("speak-up", gettext_noop("Speak up"), "report whistle case concern"),
    ("kinds", gettext_noop("All kinds of record"), "lists records"),
    ("inbox-settings", gettext_noop("Notifications"), "settings e-mail letters digest"),
    ("feeds", gettext_noop("Calendar feeds"), "ical subscribe due"),
    ("webhooks", gettext_noop("Webhooks"), "programs endpoints events"),
)
"""Addresses within an organisation, what they are called, and other words under which people look for them."""


def requirements(query: Query, slug: str, limit: int) -> list[Item]:
    """Those whose id begins so first, then those whose title has the words."""
    if not query.terms or query.kinds or query.states:
        return []
    found = [one for one in _folded() if _holds(query, one[0])]
    found.sort(key=lambda one: not one[0].startswith(query.whole))
    return [
        Item(title, _of_requirement(slug, identity), identity) for _text, identity, title in found[:limit]
    ]


@cache
def _folded() -> Sequence[tuple[str, str, str]]:
    """Each requirement as it is compared, then its id and title."""
    return [(folded(f"{each.id} {each.title}"), each.id, each.title) for each in edition()]


def _of_requirement(slug: str, identity: str) -> str:
    """Its own page where there is one, or else the records that serve it."""
    try:
        return reverse("requirement", args=[slug, identity])
    except NoReverseMatch:
        return f"{reverse('search', args=[slug])}?{urlencode({'q': identity})}"


def actions(query: Query, place: Place, actor: Actor | None, limit: int) -> list[Item]:
    """What the person may begin, and where they may go. Without any words the places."""
    if query.kinds or query.states or query.without:
        return []
    slug, kinds = place.organisation.slug, place.store.kinds
    found = [*_places(place, slug), *_lists(slug, kinds)]
    if query.terms:
        found += _beginnings(slug, kinds, actor)
    offered = [item for item, words in found if _holds(query, f"{folded(item.title)} {words}")]
    # what is called so comes before what is only looked for under it
    offered.sort(key=lambda item: not _holds(query, folded(item.title)))
    return offered[:limit]


def _places(place: Place, slug: str) -> Iterator[tuple[Item, str]]:
    for name, title, words in PLACES:
        if is_offered(place, name):
            yield Item(_(title), reverse(name, args=[slug]), detail=_("Go to")), words


def _lists(slug: str, kinds: Kinds) -> Iterator[tuple[Item, str]]:
    for kind in kinds:
        noun = render.kind(kind.name)
        url = reverse("records", args=[slug, kind.name])
        yield Item(_capital(noun.many), url, detail=_("Go to the list")), folded(f"{noun.one} {kind.prefix}")


def _beginnings(slug: str, kinds: Kinds, actor: Actor | None) -> Iterator[tuple[Item, str]]:
    """A new record of each kind that the person may write, as its pen says."""
    for kind in kinds:
        if actor is None or not kind.by_hand:
            continue
        if kind.authors and not actor.roles & set(kind.authors):
            continue
        title = _("New %(kind)s") % {"kind": render.kind(kind.name).one}
        url = reverse("record-new", args=[slug, kind.name])
        yield Item(title, url, detail=_("Begin")), f"create add {folded(kind.prefix)}"


def _holds(query: Query, text: str) -> bool:
    """All the words, each possibly the beginning of one: a list this short forgives more than the index does."""
    spaced = f" {text}"
    return all(f" {' '.join(term.words)}" in spaced for term in query.terms)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
