"""What the tests of the workplace write: bodies that are really of their kind, since their guards read them.

Acme in NL keeps the records; Notified, a certification body, reads them, and gets envelopes.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from tests.records.cast import ticking

from standfirst.management.comments import CommentBody
from standfirst.management.documents import DOCUMENT, DocumentBody
from standfirst.management.erasure import ErasureBody, HoldBody
from standfirst.management.exchange import EnvelopeBody, SentEnvelopeBody, proofs_in, sealed_for
from standfirst.management.export_control import ClassificationBody
from standfirst.management.founding import acting, found
from standfirst.management.keys import PasskeyBody
from standfirst.management.organisation import PERSON
from standfirst.management.parties import Party
from standfirst.management.sharing import ExportDecisionBody, GrantBody, ReceivedGrantBody, VisitBody
from standfirst.records.body import Body
from standfirst.records.change import Change, Draft
from standfirst.records.kind import Kinds
from standfirst.records.ledger import Deed
from standfirst.records.memory import MemoryStore
from standfirst.records.workspace import Workspace

OURS = "0b8e1c62-6f1b-4b52-9d0e-3a1f1a5d0001"
THEIRS = "0b8e1c62-6f1b-4b52-9d0e-3a1f1a5d0002"
RECORD = "0b8e1c62-6f1b-4b52-9d0e-3a1f1a5d0003"
READER = "0b8e1c62-6f1b-4b52-9d0e-3a1f1a5d0004"
DIGEST = "ab" * 32

POINT = {  # the base point of P-256 (FIPS 186-5; SEC 2): a key, though everybody knows its secret
    "kty": "EC",
    "crv": "P-256",
    "x": "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY",
    "y": "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU",
}

GRANT: Mapping[str, Any] = {
    "title": "Notified reads for the audit of 2026",
    "reader": {"name": "Notified", "id": THEIRS},
    "purpose": "Certification",
    "kinds": ["document", "product"],
    "effective_from": "2026-03-01T00:00:00+01:00",
    "effective_until": "2027-03-01T00:00:00+01:00",
    "unclassified": "readable",
}
VISIT: Mapping[str, Any] = {
    "side": "granted",
    "organisation": {"name": "Notified", "id": THEIRS},
    "reader": READER,
    "name": "Rike Vaart",
    "nationalities": ["DE"],
    "place": "DE",
    "begins_at": "2026-04-01T08:00:00Z",
    "until": "2026-04-01T16:00:00Z",
}
CLASSIFICATION: Mapping[str, Any] = {
    "title": "The processor's control lines",
    "jurisdiction": "EU",
    "control_list": "Regulation (EU) 2021/821, Annex I",
    "entry": "4A906",
    "looks_at": "place-and-nationality",
    "free_to": ["NL", "DE"],
    "reasoning": "Fully controlled physical qubits within the entry's limits",
    "classified_on": "2026-01-05",
    "review_by": "2027-01-05",
}
ERASURE: Mapping[str, Any] = {
    "title": "A product that was recorded twice",
    "basis": "data-subject-request",
    "reason": "Asked for on paper",
    "requested_by": "Case 7 of the data-protection officer",
    "decided_on": "2026-01-05",
}


@cache
def bodies() -> Mapping[str, Mapping[str, Any]]:
    """One sound body for each kind of the workplace, with every field that has no default."""
    sender = Party.model_validate({"name": "Acme", "id": OURS})
    written: dict[str, Body] = {
        "passkey": PasskeyBody.model_validate(
            {
                "title": "The blue key",
                "credential": "AAEC",
                "public_key": POINT,
                "rp_id": "qms.example.org",
                "registered_on": "2026-01-05",
            }
        ),
        "read-grant": GrantBody.model_validate(GRANT),
        "received-grant": ReceivedGrantBody.model_validate(
            {
                "title": "We read Acme's records",
                "grantor": sender,
                "ledger": DIGEST,
                "grant": RECORD,
                "grant_number": "GRT-0001",
                "version": 2,
                "commitment": DIGEST,
                **{name: GRANT[name] for name in ("purpose", "kinds", "effective_from", "effective_until")},
            }
        ),
        "export-classification": ClassificationBody.model_validate(CLASSIFICATION),
        "visit": VisitBody.model_validate(VISIT),
        "export-decision": ExportDecisionBody.model_validate(
            {
                "side": "granted",
                "record": RECORD,
                "record_number": "PRD-0001",
                "record_kind": "product",
                "version": 1,
                "commitment": DIGEST,
                "outcome": "licence",
                "licences": ["NL-1"],
                "reason": "reading.licence",
                "decided_at": "2026-04-01T09:00:00Z",
            }
        ),
        "envelope": envelope(),
        "sent-envelope": SentEnvelopeBody.model_validate(
            {
                "title": "The policy",
                "to": {"name": "Notified", "id": THEIRS},
                "purpose": "Asked for in stage 1",
                "record_number": "DOC-0001",
                "version": 1,
                "commitment": DIGEST,
                "envelope": RECORD,
            }
        ),
        "comment": CommentBody.model_validate({"text": "Who looks at this?"}),
        "legal-hold": HoldBody.model_validate(
            {"title": "A claim", "reason": "A claim", "authority": "A court", "placed_on": "2026-01-05"}
        ),
        "erasure": ErasureBody.model_validate(ERASURE),
    }
    return {name: body.values() for name, body in written.items()}


def sending(
    *, simulation: bool = True, text: str = "We keep what we promise.", attachments: Any = ()
) -> MemoryStore:
    """Acme's ledger: its founder, and a policy. ``attachments`` are written as they are, whatever they are."""
    store = MemoryStore(Kinds((PERSON, DOCUMENT)), clock=ticking())
    store.perform(found(name="Ada", handle="ada", simulation=simulation))

    def writing(workspace: Workspace) -> Change:
        body = DocumentBody.model_validate(
            {
                "title": "Policy",
                "type": "policy",
                "owner": "ada",
                "effective_from": "2026-01-05",
                "review_by": "2027-01-05",
                "text": text,
            }
        )
        said = {**body.values(), **({"attachments": attachments} if attachments else {})}
        draft = Draft(Deed.CREATED, RECORD, "document", 0, "draft", said, "Written")
        return Change(acting(workspace, "ada"), (draft,))

    store.perform(writing)
    return store


def envelope(store: MemoryStore | None = None, **said: Any) -> EnvelopeBody:
    """The policy as Notified gets it."""
    store = store or sending()
    version = store.records([RECORD])[RECORD].current
    proofs = proofs_in(store.ledger(), version.entry.sequence)
    body = sealed_for(version, proofs, title="The policy", sender=Party(name="Acme", id=OURS))
    return body.model_copy(update=said)
