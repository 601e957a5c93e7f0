"""Export control: how records are classified, and the rule by which somebody from outside may read one of them.

No law is reproduced here. A control list is named by its title and its entry; whether a record falls under it, which
countries are free, and whether the law looks at a reader's nationality besides the place is said by the person who
answers for export control, in a classification that somebody else wrote or checked. The rule only carries that out.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, Literal, get_args

from pydantic import Field

from standfirst.management.guards import own_words
from standfirst.management.parties import Country
from standfirst.records.actor import Role
from standfirst.records.body import Body
from standfirst.records.kind import ANY_KIND, Kind, LinkRule
from standfirst.records.kind import Body as JsonBody
from standfirst.records.lifecycle import Attempt, Lifecycle, Transition
from standfirst.records.projection import FIRST_ZONE, LAST_ZONE, moment
from standfirst.records.record import Content
from standfirst.records.view import Family, Section, View, Widget
from standfirst.records.workspace import Workspace
from standfirst.standards.reason import Reason
from standfirst.standards.validation import Strict, Text

NOT_CONTROLLED: Final = "not-controlled"
CLASSIFIES: Final = "classifies"

Outcome = Literal["refused", "on-site", "licence", "no-licence-needed", "not-controlled", "unclassified"]
"""Hardest first: of several laws the hardest outcome is told."""


# --- what is recorded ------------------------------------------------------------------------------------------------


class ClassificationBody(Body):
    title: Text = Field(description="What was classified, in a few words")
    jurisdiction: Text = Field(description="Whose law it is, such as EU, GB or US")
    control_list: Text = Field(description="The list, such as Regulation (EU) 2021/821, Annex I")
    entry: Text = Field(description="The entry, such as 4A906; not-controlled where none applies")
    looks_at: Literal["place", "place-and-nationality"] = Field(
        description="What this law asks of who reads: where they are, or also of which nationality"
    )
    free_to: tuple[Country, ...] = Field(
        default=(), description="Countries that need no licence for this entry, one's own among them"
    )
    reasoning: Text = Field(description="Why this entry, or why none")
    classified_on: date = Field(description="When it was classified")
    review_by: date = Field(description="When it is looked at again at the latest, such as at the next list")


class Licence(Strict):
    """A licence that a grant may use. One has to cover all that is asked for one reading; two are not added up."""

    jurisdiction: Text = Field(description="Under whose law, as the classification names it")
    entry: Text = Field(description="The entry of the control list, as the classification names it")
    authority: Text = Field(description="Who gave it")
    number: Text = Field(description="Its number")
    countries: tuple[Country, ...] = Field(min_length=1, description="For which countries")
    valid_from: date | None = Field(default=None, description="Its first day; empty where that is past")
    valid_until: date = Field(description="The first day on which it no longer holds")


class Site(Strict):
    name: Text = Field(description="Which place, such as building 3, reading room")
    country: Country = Field(description="In which country")


# --- the rule --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether one record may be read in one visit, why, and by which licences."""

    outcome: Outcome
    reason: Reason
    licences: tuple[str, ...] = ()

    @property
    def readable(self) -> bool:
        return self.outcome != "refused"


def decide(grant: Content, classifications: Collection[Content], visit: Content, at: datetime) -> Decision:
    """May this visitor read this record now? ``classifications`` are all that lead to it; ``at`` names its zone.

    1. The grant is active, the visit is one under it and open, and ``at`` lies in the period of both.
    2. Where nobody has confirmed a classification, what the grant says about unclassified records decides.
    3. Every confirmed classification has to allow it, since each speaks for another law. One stays what it is past its
       review date: time passing opens nothing.
    4. Not controlled: readable by whoever came so far. Nobody is asked for anything more, whatever their nationality.
    5. Place, and every nationality where that law looks at it, are free, or one licence covers all that are not.
    6. At a site of the grant the place needs no licence, since nothing leaves it; a nationality that the law looks at
       still does, since who reads there knows afterwards.

    Step 5 is deliberately strict with people of several nationalities: each has to be free or covered. The laws differ
    here: the EU's definition of an export asks for the destination alone (Regulation (EU) 2021/821, Article 2(2)); practice
    under the US Export Administration Regulations is to look at the most recent citizenship or permanent residence
    (confidence low: read in guidance of universities, not in the regulation). Who may go by that licences the others.
    """
    closed = _closed(grant, visit, at)
    if closed is not None:
        return Decision("refused", closed)
    confirmed = [c.body for c in classifications if c.state == "confirmed"]
    if not confirmed:
        if grant.body["unclassified"] == "readable":
            return Decision("unclassified", Reason("reading.unclassified"))
        return Decision("refused", Reason("reading.unclassified-refused"))
    found = [_under(c, grant.body, visit.body, at) for c in confirmed]
    hardest = min(found, key=lambda decision: get_args(Outcome).index(decision.outcome))
    if not hardest.readable:
        return hardest
    used = dict.fromkeys(number for decision in found for number in decision.licences)
    return Decision(hardest.outcome, hardest.reason, tuple(used))


def grant_closed(grant: Content, at: datetime) -> Reason | None:
    """Why a grant opens nothing at this moment, visit or not. Raises ValueError for a time without a zone."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    if grant.state != "active":
        return Reason("reading.grant-not-active", {"state": grant.state})
    if not _within(grant.body, "effective_from", "effective_until", at):
        stated = {name: str(grant.body[name]) for name in ("effective_from", "effective_until")}
        return Reason("reading.outside-period", stated)
    return None


def _closed(grant: Content, visit: Content, at: datetime) -> Reason | None:
    """Step 1."""
    if (reason := grant_closed(grant, at)) is not None:
        return reason
    if grant.record not in visit.links.get("under", ()):
        return Reason("reading.other-grant")
    if visit.state != "open" or not _within(visit.body, "begins_at", "until", at):
        return Reason("reading.visit-over", {"until": str(visit.body["until"])})
    return None


def _within(body: JsonBody, first: str, end: str, at: datetime) -> bool:
    """Half-open: the first moment is in, the last is not."""
    return moment(str(body[first])) <= at < moment(str(body[end]))


def _under(classification: JsonBody, grant: JsonBody, visit: JsonBody, at: datetime) -> Decision:
    """Steps 4 to 6, for one law."""
    entry = classification["entry"]
    if entry == NOT_CONTROLLED:
        return Decision("not-controlled", Reason("reading.not-controlled"))
    free = set(classification.get("free_to", ()))
    by_nationality = classification["looks_at"] == "place-and-nationality"
    people = set(visit["nationalities"]) - free if by_nationality else set()
    asked = people | ({visit["place"]} - free)
    if not asked:
        return Decision("no-licence-needed", Reason("reading.free", {"entry": entry}))
    if (licence := _licence(classification, grant, asked, at)) is not None:
        number = licence["number"]
        return Decision("licence", Reason("reading.licence", {"licence": number, "entry": entry}), (number,))
    if _at_a_site(grant, visit):
        reason = Reason("reading.on-site", {"site": visit["site"], "entry": entry})
        if not people:
            return Decision("on-site", reason)
        if (licence := _licence(classification, grant, people, at)) is not None:
            return Decision("on-site", reason, (licence["number"],))
    return Decision("refused", Reason("reading.not-covered", {"entry": entry}))


def _licence(
    classification: JsonBody, grant: JsonBody, countries: Collection[str], at: datetime
) -> Mapping[str, Any] | None:
    """The first licence of the grant that by itself covers all these countries now.

    Its days are those of the authority that gave it, wherever that is: it has begun once its first day has begun
    everywhere, and no longer holds once its end has come anywhere.
    """
    latest, earliest = ((at.astimezone(UTC) + zone).date() for zone in (FIRST_ZONE, LAST_ZONE))
    for licence in grant.get("licences", ()):
        named = licence["jurisdiction"], licence["entry"]
        begun = licence.get("valid_from") is None or date.fromisoformat(licence["valid_from"]) <= earliest
        if (
            named == (classification["jurisdiction"], classification["entry"])
            and set(countries) <= set(licence["countries"])
            and begun
            and latest < date.fromisoformat(licence["valid_until"])
        ):
            return dict(licence)
    return None


def _at_a_site(grant: JsonBody, visit: JsonBody) -> bool:
    where = (visit.get("site"), visit["place"])
    return where in {(site["name"], site["country"]) for site in grant.get("on_site", ())}


def controlled(workspace: Workspace, record: str) -> tuple[str, ...]:
    """The entries of control lists that a record is confirmed to fall under."""
    return tuple(
        sorted(
            str(found.current.content.body["entry"])
            for found in workspace.records(kinds=(EXPORT_CLASSIFICATION.name,)).values()
            if found.current.content.state == "confirmed"
            and record in found.current.content.links.get(CLASSIFIES, ())
            and found.current.content.body["entry"] != NOT_CONTROLLED
        )
    )


# --- the kind --------------------------------------------------------------------------------------------------------


def classifies_something(attempt: Attempt) -> Reason | None:
    """A classification is of something."""
    there = attempt.workspace.records(attempt.content.links.get(CLASSIFIES, ()))
    return None if there else Reason("classification.of-nothing")


def classified_anew(attempt: Attempt) -> Reason | None:
    """What loses this classification has another under the same law, so that nothing falls open meanwhile."""
    content = attempt.content
    again = {
        target
        for record in attempt.workspace.records(kinds=(content.kind,)).values()
        if record.id != content.record
        and record.current.content.state == "confirmed"
        and record.current.content.body["jurisdiction"] == content.body["jurisdiction"]
        for target in record.current.content.links.get(CLASSIFIES, ())
    }
    bare = attempt.workspace.records(sorted(set(content.links.get(CLASSIFIES, ())) - again)).values()
    if not bare:
        return None
    return Reason("classification.not-replaced", {"records": tuple(sorted(r.number for r in bare))})


EXPORT_CLASSIFICATION = Kind(
    name="export-classification",
    prefix="EXP",
    folder="export-control",
    title="Export classification",
    body=ClassificationBody,
    lifecycle=Lifecycle(
        states=("draft", "confirmed", "superseded"),
        transitions=(
            Transition(
                "confirm",
                ("draft",),
                "confirmed",
                (Role.EXPORT_CONTROL,),
                (own_words, classifies_something),
                signs="classification",
                second_person=True,
            ),
            Transition("supersede", ("confirmed",), "superseded", (Role.EXPORT_CONTROL,), (classified_anew,)),
        ),
        frozen=("confirmed", "superseded"),
    ),
    links=(LinkRule(CLASSIFIES, ANY_KIND),),
    facts=("jurisdiction", "control_list", "entry", "review_by"),
    dated_by=("classified_on",),
    happened=("classified_on",),
    erasable="after-retention",
    view=View(
        Family.OTHERS,
        summary=("jurisdiction", "entry", "review_by"),
        sections=(
            Section("What was classified, by which law", ("title", "jurisdiction", "control_list", "entry")),
            Section("What follows", ("looks_at", "free_to")),
            Section("Why, and until when", ("reasoning", "classified_on", "review_by")),
        ),
        widgets={"reasoning": Widget.PROSE, "free_to": Widget.TAGS},
        columns=("jurisdiction", "control_list", "entry", "review_by"),
        filters=("jurisdiction", "entry"),
        due=("review_by",),
    ),
)
