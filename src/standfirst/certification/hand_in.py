"""What a client hands to a certification body, and how the body reads it: every record proved, no advice in it.

The client's result is its own word, first party, and travels without what would make a no a yes: a body that held such
advice in its hands would be consulting. The body reads scope and people from the proved records, never from the client's
package; from the result it takes one thing, which requirements the client declares not applicable.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from standfirst.certification.periods import day_of
from standfirst.conformity.document import Assessed, to_bytes
from standfirst.management.applicability import STATEMENT_OF_APPLICABILITY
from standfirst.management.kinds import OWN_KINDS
from standfirst.management.organisation import ORGANISATION, SCOPE
from standfirst.records.kind import Body, Kind
from standfirst.records.package.door import open_files
from standfirst.records.package.package import Package
from standfirst.records.package.transfer import Handover, handover, read_handover
from standfirst.records.proving import Sent
from standfirst.standards.problems import Unusable, problem


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What the body now knows, with the proof of it. ``result`` is the client's own."""

    proved: Handover
    organisation: Body
    scope: Body
    applicable_from: date
    applicability: str
    not_applicable: tuple[str, ...]


def handed_over(client: Package, assessed: Assessed) -> tuple[bytes, bytes]:
    """The client's side: all its records with proofs, and its own result without advice. Raises :class:`Unusable`."""
    numbers = [record.number for record in client.store.records().values()]
    return handover(client, numbers), to_bytes(assessed, remedies=False)


def read_in(archive: Path, result: bytes) -> HandedIn:
    """The body's side. Raises :class:`Unusable` where a record is not proved, one is missing, or advice came along."""
    proved = read_handover(open_files(archive))
    said = _result(result, proved, archive.name)
    statement = _last(proved.sent, STATEMENT_OF_APPLICABILITY, "approved", archive.name)
    return HandedIn(
        proved=proved,
        organisation=_body(_last(proved.sent, ORGANISATION, "confirmed", archive.name)),
        scope=_body(_last(proved.sent, SCOPE, "approved", archive.name)),
        applicable_from=day_of(_body(statement)["effective_from"]),
        applicability=statement.entry.commitment,
        not_applicable=tuple(item["requirement"] for item in said["applicability"] if not item["applies"]),
    )


def _result(data: bytes, proved: Handover, where: str) -> Mapping[str, Any]:
    said: Mapping[str, Any] = json.loads(data)
    if said["organisation"]["id"] != proved.ledger or said["party"] != "first":
        raise Unusable([problem(where, "hand-in.other-result")])
    if _advises(said):
        raise Unusable([problem(where, "hand-in.advice")])
    return said


def _advises(value: object) -> bool:
    if isinstance(value, Mapping):
        return "remedies" in value or any(map(_advises, value.values()))
    return isinstance(value, list) and any(map(_advises, value))


def _last(sent: Sequence[Sent], kind: Kind, state: str, where: str) -> Sent:
    """Of several in force, the one that was recorded last."""
    found = [one for one in sent if one.content.kind == kind.name and one.content.state == state]
    if not found:
        raise Unusable([problem(where, "hand-in.missing", kind=kind.name, state=state)])
    return max(found, key=lambda one: one.entry.sequence)


def _body(one: Sent) -> Body:
    return OWN_KINDS[one.content.kind].upcast(one.content.body, one.content.schema)
