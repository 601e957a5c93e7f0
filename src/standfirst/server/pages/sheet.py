"""The page of a form: its fields in the sections of their kind, what is proposed while somebody types, and why it asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from standfirst.management.sharing import READ_GRANT
from standfirst.records.kind import Kind
from standfirst.records.sealing import NUMBER
from standfirst.records.view import Widget
from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.desk.models import Draft
from standfirst.server.exchange.known import key, parties
from standfirst.server.pages.blank import BODY, LINKS, PARTY, Blank, Offered
from standfirst.server.pages.entry import page
from standfirst.server.pages.families import many
from standfirst.server.pages.serving import asked_by, asking
from standfirst.server.pages.showing import Moment, grouped
from standfirst.server.store.models import Current
from standfirst.standards.library import edition
from standfirst.words import render

KNOWN: Final = "known:"
"""Before the name of a field that says which organisation is meant, where one that is known was chosen."""


NAMED: Final = 5
"""Requirements that are named beside a field. What more of them ask for is asked of nearly every record of the kind."""


@dataclass(frozen=True, slots=True)
class Part:
    """Fields under one title. ``faulty``: in how many something is to be put right."""

    id: str
    title: str
    fields: Sequence[Blank]

    @property
    def faulty(self) -> int:
        return sum(blank.faulty for blank in self.fields)


def sheet(
    request: HttpRequest, place: Place, kind: Kind, fields: list[Blank], *, status: int = 200, **more: Any
) -> HttpResponse:
    slug = place.organisation.slug
    for blank in fields:
        _dress(kind, slug, blank)
    _name_targets(place, fields)
    touched = sorted((blank for blank in fields if blank.merge), key=lambda b: not b.merge.offered)
    context = {
        "kind": kind,
        "one": render.kind(kind.name).one,
        "many": many(kind.name),
        "fields": fields,
        "faulty": [blank for blank in fields if blank.faulty],
        "sections": _parts(kind, fields),
        "touched": touched,
        "untouched": [blank for blank in fields if not blank.merge],
        "serving": asking(slug, asked_by(kind.name).get("", ())),
        "check": reverse("record-check", args=[slug, kind.name]),
        "choose_url": reverse("choose-records", args=[slug]),
        "prose_url": reverse("prose", args=[slug]),
        "catalogue": edition().groups,
        **_proposals(place, fields),
        **more,
    }
    return page(request, place, "form.html", context, status=status)


def draft_url(place: Place, kind: Kind, record: str) -> str:
    """Where a form is kept while it is written; nowhere for a record whose id is none of ours."""
    try:
        return reverse("draft", args=[place.organisation.slug, kind.name, str(UUID(record))])
    except ValueError:
        return ""


@dataclass(frozen=True, slots=True)
class Begun:
    """A draft as a form offers it. ``behind``: it was begun with another version than the one that stands now."""

    title: str
    at: Moment
    base: int
    behind: bool
    url: str
    onward: str

    @classmethod
    def of(cls, place: Place, kind: Kind, draft: Draft, *, version: int = 0) -> "Begun":
        return cls(
            draft.title,
            Moment(draft.saved_at),
            draft.base,
            bool(draft.base) and draft.base != version,
            draft_url(place, kind, draft.record),
            f"?draft={draft.record}",
        )


def with_party(place: Place, post: QueryDict) -> QueryDict:
    """What a form brought, with the organisation filled in that was chosen by its name where no script did it."""
    chosen = [
        (name.removeprefix(KNOWN), text) for name, text in post.items() if name.startswith(KNOWN) and text
    ]
    if not chosen:
        return post
    known, made = {key(party): party for party in parties(place)}, post.copy()
    for field, text in chosen:
        party = known.get(str(text))
        if party is not None and not any(post.get(f"{field}.{part}") for part in PARTY):
            made[f"{field}.name"], made[f"{field}.id"] = party.name, party.id or ""
            made[f"{field}.address"] = party.address or ""
    return made


def _parts(kind: Kind, fields: list[Blank]) -> list[Part]:
    """Under the titles of the kind's view; what every kind has comes last."""
    titled = grouped(kind.view.sections, [blank for blank in fields if blank.key.startswith(BODY)])
    rest = [blank for blank in fields if not blank.key.startswith(BODY)]
    parts = [*titled, (_("How it belongs to others"), rest)]
    if len(titled) > 1:
        parts = [(title or _("Further"), those) for title, those in parts]
    return [Part(f"part-{place}", title, those) for place, (title, those) in enumerate(parts, 1)]


def _dress(kind: Kind, slug: str, blank: Blank) -> None:
    """What a page shows beside a field."""
    if blank.key.startswith(BODY):
        ids = asked_by(kind.name).get(blank.name, ())
        blank.asked_by = asking(slug, ids) if len(ids) <= NAMED else ()
    for one in (blank, *blank.inner):
        if one.asks is Widget.REQUIREMENTS:
            one.unknown = [each for each in one.lines if each not in edition().by_id]


def _name_targets(place: Place, fields: Sequence[Blank]) -> None:
    """Beside the numbers of a link what those records are called, in one query for all."""
    by_blank = [(blank, _numbers(blank)) for blank in fields if blank.key.startswith(LINKS)]
    wanted = {number for _blank, numbers in by_blank for number in numbers}
    if not wanted:
        return
    rows = Current.objects.filter(organisation=place.organisation, number__in=sorted(wanted), erased=False)
    titles = {row.number: reading.label_of(row).told for row in rows}
    for blank, numbers in by_blank:
        blank.picked = [(number, titles[number]) for number in numbers if number in titles]


def _numbers(blank: Blank) -> list[str]:
    """As many as anybody picks: of a flood of them nothing is looked up."""
    found = [each for each in blank.text.replace(",", " ").split() if NUMBER.match(each)]
    return list(dict.fromkeys(found[: reading.INCOMING]))


def offered(place: Place, kind: Kind) -> Offered:
    """A grant opens kinds that are kept here, which its model does not name."""
    if kind.name != READ_GRANT.name:
        return {}
    return {"kinds": [(one.name, many(one.name)) for one in place.store.kinds]}


def _proposals(place: Place, fields: list[Blank]) -> dict[str, Any]:
    """What the browser proposes while somebody types: people who are active here, and the files that came last."""
    asked = {blank.proposed for top in fields for blank in (top, *top.inner)}
    found: dict[str, Any] = {"catalogue_listed": "requirements" in asked}
    if "people" in asked:
        found["people"] = reading.people(place)
    if "evidence" in asked:
        found["evidence"] = reading.latest_files(place)
    if "parties" in asked:
        found["parties"] = parties(place)
    return found
