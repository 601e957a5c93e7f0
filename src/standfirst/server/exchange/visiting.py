"""Reading another organisation's records under its grant: what is open now, to whom, and what has to be recorded first.

Nothing here is remembered from one request to the next. Each asks the grant, the visit and the classifications as the
grantor's ledger has them now, so that a revocation holds from the next request on. A record under export control is
opened by a deed that says on what ground; it stays open for the rest of the visit while neither it nor that ground
changes. A visit counts only where the grantor's service wrote it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from django.db.models import Q, QuerySet

from standfirst.management.export_control import (
    CLASSIFIES,
    EXPORT_CLASSIFICATION,
    Decision,
    decide,
    grant_closed,
)
from standfirst.management.sharing import (
    AUDIT,
    EXPORT_DECISION,
    NOT_BY_AUDIT,
    READ_GRANT,
    RECEIVED_GRANT,
    UNDER,
    VISIT,
    VISIT_HOURS,
    ExportDecisionBody,
    VisitBody,
    opens,
)
from standfirst.records.actor import Actor
from standfirst.records.change import Change, Refused
from standfirst.records.pen import Pen
from standfirst.records.projection import moment
from standfirst.records.record import Content, Record
from standfirst.records.workspace import DeedFunction, Workspace
from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.exchange.granting import DURING, GRANTED
from standfirst.server.exchange.service import here, organisation_of, place_in, service
from standfirst.server.reading import missing
from standfirst.server.store.models import Current, Link, Organisation
from standfirst.standards.reason import Reason
from standfirst.standards.vocabulary import Assurance

ABOUT: Final = "about"
OPEN: Final = VISIT.lifecycle.initial

CLOSED: Final = frozenset(
    {
        "reading.grant-not-active",
        "reading.outside-period",
        "reading.other-grant",
        "reading.visit-over",
    }
)
"""Refusals that are about the grant or the visit as a whole, so that no record was asked for."""


# --- what is granted -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Granted:
    """A grant as its reader stands before it: ``received`` is our record of it, ``grant`` the grantor's own.

    ``there`` is for reading alone. ``audit``: the one that is opened, if one is. ``visits``: our own that are open, the
    newest first; that one counts.
    """

    place: Place
    received: Record
    there: Place
    grant: Record
    audit: Record | None
    visits: Sequence[Record]

    @property
    def terms(self) -> Content:
        return self.grant.current.content

    @property
    def visit(self) -> Record | None:
        return self.visits[0] if self.visits else None

    @property
    def audited(self) -> Content | None:
        return self.audit.current.content if self.audit else None

    def closed(self, at: datetime) -> Reason | None:
        """Why nothing is open under it now, visit or not."""
        return grant_closed(self.terms, at)


def granted(place: Place, label: str, at: datetime) -> Granted:
    """In three queries. Raises Refused ``record.missing`` where we received no such grant, or it is not for us."""
    field = "number" if "A" <= label[:1] <= "Z" else "record"
    ours = place.store.chosen(Q(**{field: label}, kind=RECEIVED_GRANT.name))
    received = next(iter(ours.values()), None)
    if received is None:
        raise missing()
    body = received.current.content.body
    grantor = organisation_of(body["grantor"].get("id"))
    if grantor is None:
        raise missing()
    there = place_in(grantor)
    found = _around(there, body["grant"], at)
    grant = found.get(body["grant"])
    if grant is None or not is_for(grant, place.organisation):
        raise missing()
    audits = grant.current.content.links.get(AUDIT, ())
    visits = [
        visit
        for visit in found.values()
        if is_of(visit, grant, place, service(grantor))
        and at < moment(str(visit.current.content.body["until"]))
    ]
    visits.sort(key=lambda visit: -visit.current.entry.sequence)
    return Granted(
        place, received, there, grant, next((found[i] for i in audits if i in found), None), visits
    )


def _around(there: Place, grant: str, at: datetime) -> Mapping[str, Record]:
    """The grant, the audit that it opens, and the visits under it that may be open."""
    links = Link.objects.filter(organisation=there.organisation)
    audit = links.filter(source=grant, relation=AUDIT).values("target")
    visits = links.filter(target=grant, relation=UNDER).values("source")
    lately = at - timedelta(hours=VISIT_HOURS)
    return there.store.chosen(
        Q(record=grant)
        | Q(record__in=audit)
        | Q(record__in=visits, kind=VISIT.name, state=OPEN, recorded_at__gt=lately)
    )


def is_for(grant: Record, reader: Organisation) -> bool:
    """Only the grantor's own record says to whom it grants."""
    return grant.kind == READ_GRANT.name and grant.current.content.body["reader"].get("id") == str(reader.pk)


def is_of(visit: Record, grant: Record, place: Place, by: Actor) -> bool:
    """Whether it is a visit of this person of this organisation under this grant, written by nobody's hand."""
    said = visit.current.content
    return (
        visit.kind == VISIT.name
        and said.body["side"] == GRANTED
        and said.body["reader"] == place.person
        and said.body["organisation"].get("id") == str(place.organisation.pk)
        and grant.id in said.links.get(UNDER, ())
        and visit.entries[0].actor == by.id
    )


# --- what of it may be read now --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """A record that a visitor looks for: what was decided now, and whether that stands recorded in this visit."""

    record: str
    decision: Decision
    recorded: str  # the number of the record of it; empty where there is none

    @property
    def shown(self) -> bool:
        """Nobody has to record that a record is read which nobody has classified."""
        return self.decision.readable and (bool(self.recorded) or self.decision.outcome == "unclassified")

    @property
    def refused(self) -> bool:
        return bool(self.recorded) and not self.decision.readable

    @property
    def leaves(self) -> bool:
        """Whether files may be taken away. What is viewed on site stays there."""
        return self.shown and self.decision.outcome != "on-site"


def rows(granted_: Granted) -> QuerySet[Current]:
    """What the grant is about, as ``sharing.opens`` says, in the order in which it came. Without records erased."""
    own = Current.objects.filter(organisation=granted_.there.organisation, erased=False)
    return own.filter(_about(granted_)).order_by("first")


def _about(granted_: Granted) -> Q:
    kinds = Q(kind__in=granted_.terms.body.get("kinds", ()))
    if granted_.audit is None:
        return kinds
    audit = granted_.audit.id
    links = Link.objects.filter(organisation=granted_.there.organisation)
    tied = Q(record__in=links.filter(source=audit).values("target")) | Q(
        record__in=links.filter(target=audit).values("source")
    )
    return kinds | Q(record=audit) | (tied & ~Q(kind__in=NOT_BY_AUDIT))


def asked(granted_: Granted, targets: Mapping[str, int], at: datetime) -> Mapping[str, Asked]:
    """What may be read of these records, ids with their current versions, in one query."""
    return _judged(granted_, targets, _beside(granted_, Q(target__in=list(targets))), at)


def one(granted_: Granted, label: str, at: datetime) -> tuple[Record, Asked]:
    """A granted record by its number or id, in one query. Raises Refused ``record.missing``."""
    field = "number" if "A" <= label[:1] <= "Z" else "record"
    own = Current.objects.filter(organisation=granted_.there.organisation, **{field: label}).values("record")
    found = _beside(granted_, Q(target__in=own), Q(**{field: label}))
    wanted = next((r for r in found.values() if label in (r.number, r.id)), None)
    if wanted is None or not opens(granted_.terms, wanted.current.content, audit=granted_.audited):
        raise missing()
    version = wanted.current.content.version
    return wanted, _judged(granted_, {wanted.id: version}, found, at)[wanted.id]


def some(
    granted_: Granted, numbers: Collection[str], at: datetime
) -> tuple[Mapping[str, Asked], Mapping[str, Record]]:
    """Those of the numbers that are granted, and all that is recorded about them, and about the grant itself, in this visit;
    in one query.
    """
    own = rows(granted_).filter(number__in=list(numbers)).order_by().values("record")
    leads = Q(target__in=own) | Q(target=granted_.grant.id)
    found = _beside(granted_, leads, Q(record__in=own))
    wanted = [r for r in found.values() if r.number in numbers and _opens(granted_, r)]
    judged = _judged(granted_, {r.id: r.current.content.version for r in wanted}, found, at)
    return {record.number: judged[record.id] for record in wanted}, found


def _opens(granted_: Granted, record: Record) -> bool:
    return opens(granted_.terms, record.current.content, audit=granted_.audited)


def _beside(granted_: Granted, leads: Q, also: Q | None = None) -> Mapping[str, Record]:
    """Classifications that lead to some records, and what was decided about these in this visit."""
    links = Link.objects.filter(organisation=granted_.there.organisation)
    classifying = links.filter(leads, relation=CLASSIFIES).values("source")
    during = links.filter(target=_visit(granted_).id, relation=DURING).values("source")
    about = links.filter(leads, relation=ABOUT).values("source")
    condition = Q(record__in=classifying, kind=EXPORT_CLASSIFICATION.name) | (
        Q(record__in=during, kind=EXPORT_DECISION.name) & Q(record__in=about)
    )
    return granted_.there.store.chosen(condition | also if also is not None else condition)


def _judged(
    granted_: Granted, targets: Mapping[str, int], beside: Mapping[str, Record], at: datetime
) -> Mapping[str, Asked]:
    """Raises Refused where grant or visit are closed, whatever is looked for."""
    judged = {}
    for target, version in targets.items():
        decision = _decision(
            granted_.terms, _visit(granted_).current.content, target, among=beside.values(), at=at
        )
        if decision.reason.code in CLOSED:
            raise Refused(decision.reason)
        done = (r.number for r in beside.values() if _records(r, target, version, decision))
        judged[target] = Asked(target, decision, next(done, ""))
    return judged


def is_open(granted_: Granted, at: datetime) -> bool:
    """Whether this visitor reads anything at all at this moment."""
    visit = granted_.visit
    return visit is not None and not is_closed(granted_.terms, visit.current.content, at)


def is_closed(grant: Content, visit: Content, at: datetime) -> bool:
    return decide(grant, (), visit, at).reason.code in CLOSED


def _decision(
    grant: Content, visit: Content, target: str, *, among: Collection[Record], at: datetime
) -> Decision:
    classifying = [
        record.current.content
        for record in among
        if record.kind == EXPORT_CLASSIFICATION.name
        and target in record.current.content.links.get(CLASSIFIES, ())
    ]
    return decide(grant, classifying, visit, at)


def _records(record: Record, target: str, version: int, decision: Decision) -> bool:
    """Whether a record says that exactly this was decided, of this version."""
    body = record.current.content.body
    return (
        record.kind == EXPORT_DECISION.name
        and (body["record"], body["version"]) == (target, version)
        and (body["outcome"], body["reason"]) == (decision.outcome, decision.reason.code)
        and tuple(body.get("licences", ())) == decision.licences
    )


def _visit(granted_: Granted) -> Record:
    """Raises Refused where there is none."""
    if granted_.visit is None:
        raise Refused(Reason("reading.no-visit"))
    return granted_.visit


def linked(granted_: Granted, record: Record) -> list[tuple[str, bool, Current]]:
    """Relation, whether it leads away from the record, and the record there; granted ones alone, in two queries."""
    links = Link.objects.filter(
        Q(source=record.id) | Q(target=record.id), organisation=granted_.there.organisation
    )
    found = list(
        links.order_by("relation", "id").values_list("relation", "source", "target")[: reading.INCOMING]
    )
    other = [
        (relation, source == record.id, target if source == record.id else source)
        for relation, source, target in found
    ]
    there = {row.record: row for row in rows(granted_).filter(record__in={i for _, _, i in other})}
    return [(relation, away, there[i]) for relation, away, i in other if i in there]


# --- deeds, in the grantor's ledger ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Declared:
    """What a visitor says of themself, and for how many hours they come."""

    name: str
    nationalities: tuple[str, ...]
    place: str
    site: str | None
    hours: int


def begin(granted_: Granted, declared: Declared, at: datetime) -> DeedFunction:
    """A visit begins; those of the same person that are open end. Raises Refused where the grant opens nothing now."""
    reader, actor = granted_.place, service(granted_.there.organisation)
    identity = str(uuid4())

    def deed(workspace: Workspace) -> Change:
        found = workspace.records([granted_.grant.id, *(visit.id for visit in granted_.visits)])
        grant = found[granted_.grant.id].current.content
        if (reason := grant_closed(grant, at)) is not None:
            raise Refused(reason)
        until = min(at + timedelta(hours=declared.hours), moment(str(grant.body["effective_until"])))
        body = VisitBody.model_validate(
            {
                "side": GRANTED,
                "organisation": here(reader.organisation),
                "reader": reader.person,
                "name": declared.name,
                "nationalities": declared.nationalities,
                "place": declared.place,
                "site": declared.site,
                "begins_at": at,
                "until": until,
            }
        )
        pen = Pen(workspace, actor, VISIT, identity, None, f"{declared.name} comes to read")
        pen.write(body.values(), serves=(), links={UNDER: (granted_.grant.id,)})
        ended = [
            _ended(workspace, found[visit.id], actor, "They come anew")
            for visit in granted_.visits
            if visit.id in found
        ]
        return Change(actor, (*(draft for pen_ in ended for draft in pen_.drafts), *pen.drafts))

    return deed


def end(granted_: Granted) -> DeedFunction:
    """The visitor leaves before their time is over."""
    actor = service(granted_.there.organisation)

    def deed(workspace: Workspace) -> Change:
        found = workspace.records([visit.id for visit in granted_.visits])
        pens = [_ended(workspace, visit, actor, "They have left") for visit in found.values()]
        return Change(actor, tuple(draft for pen in pens for draft in pen.drafts))

    return deed


def _ended(workspace: Workspace, visit: Record, actor: Actor, why: str) -> Pen:
    pen = Pen(workspace, actor, VISIT, visit.id, visit, why)
    if pen.state == OPEN:
        pen.move_to("ended", Assurance.DECLARED)
    return pen


def release(granted_: Granted, record: str, at: datetime) -> DeedFunction:
    """What is decided about a record is recorded, once a visit while it stays the same; then the record may be shown.

    Raises Refused where nothing is open to this visitor, and ``record.missing`` for what the grant is not about.
    """
    visit_id = _visit(granted_).id

    def deed(workspace: Workspace) -> Change:
        # 1. All of it anew, under the grantor's lock: grant, visit, audit, record.
        audits = (granted_.audit.id,) if granted_.audit else ()
        found = workspace.records([granted_.grant.id, visit_id, record, *audits])
        wanted, visit = found.get(record), found[visit_id]
        grant = found[granted_.grant.id].current.content
        audit = found[audits[0]].current.content if audits and audits[0] in found else None
        if wanted is None or not opens(grant, wanted.current.content, audit=audit):
            raise missing()
        # 2. The classifications of it, and what was decided before.
        beside = workspace.records(kinds=(EXPORT_CLASSIFICATION.name,)).values()
        decision = _decision(grant, visit.current.content, record, among=beside, at=at)
        if decision.reason.code in CLOSED:
            raise Refused(decision.reason)
        if decision.outcome == "unclassified" or recorded(granted_, wanted, decision):
            return Change(service(granted_.there.organisation), ())
        # 3. It is recorded, whatever it is.
        return written_down(granted_, workspace, wanted, decision, at)

    return deed


def written_down(
    granted_: Granted, workspace: Workspace, wanted: Record, decision: Decision, at: datetime
) -> Change:
    """What was decided about a record in this visit, as a record of the grantor's; its reader gets a copy."""
    actor, entry = service(granted_.there.organisation), wanted.current.entry
    body = ExportDecisionBody(
        side=GRANTED,
        record_number=wanted.number,
        record_kind=wanted.kind,
        record=wanted.id,
        version=entry.version,
        commitment=entry.commitment,
        outcome=decision.outcome,
        licences=decision.licences,
        reason=decision.reason.code,
        decided_at=at,
    )
    pen = Pen(workspace, actor, EXPORT_DECISION, str(uuid4()), None, "Asked for in a visit")
    pen.write(body.values(), serves=(), links={DURING: (_visit(granted_).id,), ABOUT: (wanted.id,)})
    return Change(actor, tuple(pen.drafts))


def recorded(granted_: Granted, wanted: Record, decision: Decision) -> str:
    """The number of the record that says so in this visit, or nothing. Asked under the lock as well, so that a form sent
    twice is recorded once.
    """
    return said_of(wanted, decision, _beside(granted_, Q(target=wanted.id)).values())


def said_of(wanted: Record, decision: Decision, among: Collection[Record]) -> str:
    version = wanted.current.content.version
    return next((r.number for r in among if _records(r, wanted.id, version, decision)), "")
