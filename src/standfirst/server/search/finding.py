"""What somebody finds in an organisation's records: hits with the place that matched, and how many there are of each kind.

Titles and states come from the read models of the store, and what is shown from the records themselves: what has been
erased shows nothing, also where the words are a moment behind. The other way round, what was recorded a moment ago is
found by number and title before a worker has come to it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import OuterRef, Q, Subquery

from standfirst.records.kind import Kinds, NewerContent
from standfirst.records.ledger import UNREADABLE
from standfirst.server.access import Place
from standfirst.server.files.models import FileUse
from standfirst.server.reading import Label, known_kind, label_of
from standfirst.server.search.asking import Query, Vocabulary, asked
from standfirst.server.search.folding import folded
from standfirst.server.search.indexing import content_of
from standfirst.server.search.models import Attached, FileText, Outcome
from standfirst.server.search.shelving import Ask, Found, Tier, shelves
from standfirst.server.search.snippets import Part, Snippet, marked, snippet
from standfirst.server.search.texts import Piece, pieces
from standfirst.server.store.models import Content, Current
from standfirst.words import render

COUNTED: Final = 1_000
"""Hits that are counted; of more the page says that there are more."""

FRESH: Final = 200
"""Of the newest entries that no worker has come to yet, how many are looked at."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found. ``snippet``: None where the title alone says it. ``file``: what the file is called, if it says it."""

    label: Label
    title: tuple[Part, ...]
    snippet: Snippet | None = None
    file: str = ""


@dataclass(frozen=True, slots=True)
class Results:
    """``onward``: where the next page begins; empty on the last."""

    query: Query
    hits: Sequence[Hit] = ()
    counts: Sequence[tuple[str, int]] = ()
    onward: str = ""

    @property
    def total(self) -> int:
        return sum(count for _, count in self.counts)

    @property
    def more(self) -> bool:
        return self.total > COUNTED


def search(place: Place, query: str, *, kinds: tuple[str, ...] = (), limit: int = 20) -> list[Hit]:
    """The best hits, without counting them."""
    wanted = understood(place, query)
    return _results(place, wanted, kinds=kinds, after=None, limit=limit)[0]


def results(
    place: Place, query: str, *, kinds: tuple[str, ...] = (), after: str = "", limit: int = 20
) -> Results:
    """A page of hits."""
    wanted = understood(place, query)
    if wanted.is_empty:
        return Results(wanted)
    hits, onward = _results(place, wanted, kinds=kinds, after=_place_in(after), limit=limit)
    counts = shelves().counts(place.organisation.pk, wanted, COUNTED + 1)
    return Results(wanted, hits, counts, onward)


def understood(place: Place, text: str) -> Query:
    """What a text asks of an organisation's records."""
    return asked(text, _vocabulary(place.store.kinds) if ":" in text else Vocabulary())


def _vocabulary(kinds: Kinds) -> Vocabulary:
    """Kinds by name, singular and plural; states by name and as they are said."""
    by_kind: dict[str, str] = {}
    by_state: dict[str, str] = {}
    for kind in kinds:
        noun = render.kind(kind.name)
        by_kind |= {folded(word): kind.name for word in (kind.name, noun.one, noun.many, kind.prefix)}
        for state in kind.lifecycle.states:
            by_state |= {folded(word): state for word in (state, render.state(state))}
    return Vocabulary(by_kind, by_state)


# --- where a page begins ----------------------------------------------------------------------------------------------


def _place_in(after: str) -> tuple[Tier, int] | None:
    """``2-1099511627780``: the tier and the number of the last hit that was seen. Anything else is the beginning."""
    tier, _, number = after.partition("-")
    if (
        len(tier) != 1
        or tier not in "0123"
        or not (number.isdecimal() and number.isascii() and len(number) < 19)
    ):
        return None
    return Tier(int(tier)), int(number)


# --- hits -------------------------------------------------------------------------------------------------------------


def _results(
    place: Place, query: Query, *, kinds: tuple[str, ...], after: tuple[Tier, int] | None, limit: int
) -> tuple[list[Hit], str]:
    if query.is_empty:
        return [], ""
    ask = Ask(query, limit + 1, kinds=kinds, after=after)
    answers = shelves().hits(place.organisation.pk, [ask], fresh=0 if after else FRESH)
    found = answers.found
    onward = f"{found[limit - 1].tier:d}-{found[limit - 1].id}" if len(found) > limit else ""
    found = found[:limit]
    rows = standing(place, [*(one.record for one in found), *answers.fresh], "" if after else query.number)
    ordered = in_order(rows, found, query, kinds=kinds)
    return _shown(place, query, ordered, {one.record: one.tier for one in found}), onward


def standing(place: Place, records: Collection[str], number: str) -> Mapping[str, Current]:
    """Rows as they are now, also of the record whose number it is."""
    wanted = Q(record__in=records) | Q(number=number) if number else Q(record__in=records)
    rows = Current.objects.filter(wanted, organisation=place.organisation, erased=False)
    return {row.record: row for row in rows}


def in_order(
    rows: Mapping[str, Current],
    found: Sequence[Found],
    query: Query,
    *,
    kinds: tuple[str, ...] = (),
    apart: str = "",
) -> list[Current]:
    """First the record whose number it is, then what came last and has it in its title, then the others by rank."""
    known = {one.record for one in found}
    new = [
        row
        for row in rows.values()
        if row.record not in known and (row.number == query.number or _in_title(query, row))
    ]
    new = [row for row in new if (not kinds or row.kind in kinds) and row.kind != apart]
    ranked = [rows[one.record] for one in found if one.record in rows]
    by_rank = [*sorted(new, key=lambda row: -row.sequence), *ranked]
    return sorted(by_rank, key=lambda row: row.number != query.number)


def _in_title(query: Query, row: Current) -> bool:
    head = folded(f"{row.number} {row.title}")
    return (
        all(term.holds(head) for term in query.terms)
        and not any(term.holds(head) for term in query.without)
        and (not query.kinds or row.kind in query.kinds)
        and (not query.states or row.state in query.states)
    )


# --- what a hit shows -------------------------------------------------------------------------------------------------


def _shown(place: Place, query: Query, rows: Sequence[Current], tiers: Mapping[str, Tier]) -> list[Hit]:
    """In one query for what records say, and in two more where files say it."""
    said = _said(place, rows)
    snippets = {row.record: snippet(said.get(row.record, ()), query) for row in rows}
    by_file = [row.record for row in rows if tiers.get(row.record) is Tier.FILES]
    files = _in_files(place, query, by_file)
    return [
        Hit(
            label_of(row),
            marked(row.title, query),
            files[row.record][1] if row.record in files else snippets[row.record],
            files[row.record][0] if row.record in files else "",
        )
        for row in rows
    ]


def _said(place: Place, rows: Sequence[Current]) -> Mapping[str, Sequence[Piece]]:
    at = {row.sequence: row for row in rows}
    contents = Content.objects.filter(organisation=place.organisation, sequence__in=list(at))
    found: dict[str, Sequence[Piece]] = {}
    for sequence, data in contents.exclude(data=None).values_list("sequence", "data"):
        row = at[sequence]
        try:
            content = content_of(bytes(data or b""))
            kind = known_kind(place, row.kind)
            found[row.record] = pieces(
                kind, kind.upcast(content.body, content.schema) if kind else content.body, content
            )
        except (NewerContent, *UNREADABLE):
            continue
    return found


def _in_files(place: Place, query: Query, records: Collection[str]) -> Mapping[str, tuple[str, Snippet]]:
    """The file of each record that says most of what was asked, and where."""
    if not records:
        return {}
    uses = FileUse.objects.filter(organisation=place.organisation, file=OuterRef("digest")).order_by("id")
    attached = Attached.objects.filter(organisation=place.organisation, record__in=records, read=True)
    rows = list(
        attached.annotate(name=Subquery(uses.values("name")[:1])).values_list("record", "digest", "name")
    )
    texts = dict(
        FileText.objects.filter(pk__in={digest for _, digest, _ in rows}, outcome=Outcome.READ).values_list(
            "pk", "text"
        )
    )
    found: dict[str, tuple[str, Snippet]] = {}
    for record, digest, name in rows:
        if name and record not in found and (shown := snippet([Piece("", texts.get(digest, ""))], query)):
            found[record] = (name, shown)
    return found
