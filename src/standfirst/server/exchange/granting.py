"""Read grants, visits and decisions, carried over from the grantor's ledger to the reader's."""

import json
from collections.abc import Mapping
from typing import Any, Final

from standfirst.management.parties import Party
from standfirst.management.sharing import (
    AUDIT,
    EXPORT_DECISION,
    RECEIVED_GRANT,
    UNDER,
    VISIT,
    ReceivedGrantBody,
)
from standfirst.records.change import Change, Refused
from standfirst.records.kind import Kind
from standfirst.records.pen import Pen
from standfirst.records.record import Record
from standfirst.records.workspace import Workspace
from standfirst.server.exchange.service import (
    copy_id,
    here,
    ledger_of,
    organisation_of,
    require_organisation,
    service,
)
from standfirst.server.store.models import Organisation
from standfirst.server.store.outbox import Task
from standfirst.server.workplace import open_store
from standfirst.standards.reason import Reason
from standfirst.standards.vocabulary import Assurance

DURING: Final = "during"
GRANTED: Final = "granted"
RECEIVED: Final = "received"


def carry_grant(task: Task) -> None:
    """The reader's organisation learns what it was granted, and that it has ended."""
    grantor, grant = told(task)
    reader = _other(grantor, grant.current.content.body["reader"]) if grant else None
    if grant is None or reader is None:
        return
    begun = next(version for version in grant.versions if version.content.state == "active")
    given, entry = begun.content.body, begun.entry
    body = ReceivedGrantBody.model_validate(
        {
            "title": given["title"],
            "grantor": here(grantor),
            "ledger": ledger_of(grantor),
            "grant": grant.id,
            "grant_number": grant.number,
            "version": entry.version,
            "commitment": entry.commitment,
            "purpose": given["purpose"],
            "kinds": given.get("kinds", ()),
            "audit": _audit(grantor, begun.content.links.get(AUDIT, ())),
            "effective_from": given["effective_from"],
            "effective_until": given["effective_until"],
        }
    )
    _write(
        reader,
        kind=RECEIVED_GRANT,
        record=copy_id(grantor, grant.id, reader),
        body=body.values(),
        links={},
        ended=grant.current.content.state == "revoked",
        why=f"{grantor.name} recorded it as {grant.number}",
    )


def _audit(grantor: Organisation, linked: tuple[str, ...]) -> str | None:
    found = open_store(grantor).records(linked) if linked else {}
    return next((record.number for record in found.values()), None)


def carry_visit(task: Task) -> None:
    """The reader's organisation learns who of its people read elsewhere, and when."""
    grantor, visit = told(task)
    if visit is None or not _by_service(grantor, visit):
        return
    said = visit.current.content
    reader = _other(grantor, said.body["organisation"])
    if said.body["side"] != GRANTED or reader is None:
        return
    under = tuple(copy_id(grantor, grant, reader) for grant in said.links.get(UNDER, ()))
    _write(
        reader,
        kind=VISIT,
        record=copy_id(grantor, visit.id, reader),
        body=_received(said.body, grantor),
        links={UNDER: under},
        ended=said.state == "ended",
        why=f"{grantor.name} recorded it as {visit.number}",
    )


def carry_decision(task: Task) -> None:
    """The reader's organisation learns what its people were refused, and by which licences they read."""
    grantor, decision = told(task)
    if decision is None or not _by_service(grantor, decision):
        return
    said = decision.current.content
    visits = open_store(grantor).records(said.links.get(DURING, ()))
    reader = next((_other(grantor, v.current.content.body["organisation"]) for v in visits.values()), None)
    if said.body["side"] != GRANTED or reader is None:
        return
    _write(
        reader,
        kind=EXPORT_DECISION,
        record=copy_id(grantor, decision.id, reader),
        body={**said.body, "side": RECEIVED},
        links={DURING: tuple(copy_id(grantor, visit, reader) for visit in visits)},
        ended=False,
        why=f"{grantor.name} recorded it as {decision.number}",
    )


def _by_service(grantor: Organisation, record: Record) -> bool:
    """Whether nobody's hand has been on it: only such a record is anything for another's ledger."""
    by = service(grantor).id
    return all(entry.actor == by for entry in record.entries)


def _received(body: Mapping[str, Any], grantor: Organisation) -> Mapping[str, Any]:
    return {
        **body,
        "side": RECEIVED,
        "organisation": here(grantor).model_dump(mode="json", exclude_none=True),
    }


def told(task: Task) -> tuple[Organisation, Record | None]:
    """Whose work it is, and the record that it is about, as it stands now; None where that was erased meanwhile."""
    organisation = require_organisation(task.organisation)
    identity = json.loads(task.payload)["record"]
    return organisation, open_store(organisation).records([identity]).get(identity)


def _other(organisation: Organisation, party: Mapping[str, Any]) -> Organisation | None:
    """The other side, if it is on this installation. An organisation needs no grant to read what is its own."""
    found = organisation_of(Party.model_validate(party).id)
    return None if found is None or found.pk == organisation.pk else found


def _write(
    organisation: Organisation,
    *,
    kind: Kind,
    record: str,
    body: Mapping[str, Any],
    links: Mapping[str, tuple[str, ...]],
    ended: bool,
    why: str,
) -> None:
    """There once, and ended once it has ended, however often this is done. What was erased here stays so.

    Raises Refused ``exchange.not-yet`` where what it links to has not arrived.
    """
    actor = service(organisation)

    def deed(workspace: Workspace) -> Change:
        known = workspace.records([record]).get(record)
        if known is not None and known.kind != kind.name:
            raise Refused(Reason("exchange.id-taken", {"record": known.number}))
        pen = Pen(workspace, actor, kind, record, known, why)
        if known is None and record in workspace.erased([record]):
            return Change(actor, ())
        if known is None:
            _require_there(workspace, links)
            pen.write(body, serves=(), links=links)
        if ended and pen.state != "ended":
            pen.move_to("ended", Assurance.DECLARED)
        return Change(actor, tuple(pen.drafts))

    open_store(organisation).perform(deed)


def _require_there(workspace: Workspace, links: Mapping[str, tuple[str, ...]]) -> None:
    wanted = {target for targets in links.values() for target in targets}
    missing = wanted - workspace.records(wanted).keys() - workspace.erased(wanted).keys()
    if missing:
        raise Refused(Reason("exchange.not-yet"))
