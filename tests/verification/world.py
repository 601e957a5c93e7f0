"""A small honest world: an accreditation body, a certification body, a log in memory, nine witnesses of three blocs.

A `Tale` says what happened; `told` plays it and gives the parts of a bundle. Every attack is a tale with one lie in it,
or honest parts with one part exchanged.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any

from standfirst.trust import bundle as bundles
from standfirst.trust.bundle import Leaf
from standfirst.trust.canonical import JsonValue, canonical_bytes
from standfirst.trust.checkpoint import Checkpoint
from standfirst.trust.cosignature import NoteSigner, NoteType
from standfirst.trust.digests import Domain, Salt
from standfirst.trust.envelope import Envelope, Signature, seal
from standfirst.trust.keys import Algorithm, PrivateKey
from standfirst.trust.merkle import MerkleTree, leaf_hash
from standfirst.trust.note import Note
from standfirst.trust.policy import Policy
from standfirst.trust.spelling import base64_text
from standfirst.trust.status import Reference
from standfirst.trust.verdict import Verification
from standfirst.trust.verification import verify

ROOT, BODY = "ab.demo.standfirst.example", "cb.demo.standfirst.example"
ROOT_NAME, BODY_NAME = "Thornmere Accreditation (fictional)", "Calder Certification (fictional)"
ORIGIN = "log.demo.standfirst.example/2026"
SCHEME = "qt-qms/2026.1"
BLOCS = ("north", "east", "south")
WITNESSES = tuple(f"{bloc}-{number}" for bloc in BLOCS for number in (1, 2, 3))

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
AS_OF = AT - timedelta(hours=6)
WITNESSED = AT - timedelta(hours=5)
DECIDED = datetime(2026, 6, 1, 14, 30, tzinfo=UTC)
ACCREDITED = datetime(2026, 1, 5, 10, tzinfo=UTC)
SPRING = datetime(2026, 9, 1, 9, tzinfo=UTC)

BOTH_OF_ROOT = (Algorithm.ED25519, Algorithm.ML_DSA_87)
BOTH_OF_BODY = (Algorithm.ED25519, Algorithm.ML_DSA_65)


@lru_cache
def key(name: str, algorithm: Algorithm) -> PrivateKey:
    """The published formula of the demonstration's keys."""
    seed = f"standfirst DEMO key, worthless on purpose: {name}/{algorithm.value}"
    return PrivateKey.from_seed(algorithm, sha256(seed.encode("ascii")).digest())


def root_keys(name: str = ROOT) -> list[PrivateKey]:
    return [key(name, algorithm) for algorithm in BOTH_OF_ROOT]


def body_keys(name: str = BODY) -> list[PrivateKey]:
    return [key(name, algorithm) for algorithm in BOTH_OF_BODY]


@lru_cache
def log_signer(origin: str = ORIGIN, of: str = "") -> NoteSigner:
    return NoteSigner(origin, key(of or origin, Algorithm.ED25519), NoteType.ED25519)


@lru_cache
def witness(name: str) -> NoteSigner:
    full = f"witness-{name}.demo.standfirst.example"
    return NoteSigner(full, key(full, Algorithm.ML_DSA_44), NoteType.ML_DSA_44_COSIGNATURE)


# --- the policy ---


def public_keys(keys: Sequence[PrivateKey]) -> list[dict[str, str]]:
    return [{"algorithm": k.algorithm.value, "public": base64_text(k.public.raw)} for k in keys]


def policy_document() -> dict[str, Any]:
    lines = [f"log {log_signer().key.vkey}"]
    for bloc in BLOCS:
        names = [f"{bloc}-{number}" for number in (1, 2, 3)]
        lines += [f"witness {name} {witness(name).key.vkey}" for name in names]
        lines.append(f"group {bloc} 2 {' '.join(names)}")
    lines += [f"group all-blocs all {' '.join(BLOCS)}", "quorum all-blocs"]
    return {
        "form": "standfirst-policy/1",
        "name": "DEMO trust roots",
        "status": "draft scheme",
        "specimen": True,
        "roots": [
            {
                "id": ROOT,
                "name": ROOT_NAME,
                "keys": public_keys(root_keys()),
                "required": [algorithm.value for algorithm in BOTH_OF_ROOT],
            }
        ],
        "body_required": [algorithm.value for algorithm in BOTH_OF_BODY],
        "schemes": [SCHEME],
        "witnessing": lines,
        "max_age_hours": 168,
        "snapshot_max_age_hours": 168,
    }


def policy(**changes: Any) -> Policy:
    """The demonstration's policy, with members replaced; None takes a member away."""
    document = {**policy_document(), **changes}
    return Policy.read(
        json.dumps({name: value for name, value in document.items() if value is not None}).encode()
    )


@lru_cache
def honest_policy() -> Policy:
    return policy()


# --- what happened ---


@dataclass(frozen=True)
class Happened:
    """An event; ``changes`` are lies in its payload, ``keys`` who signs it."""

    event: str
    on: datetime
    effective: datetime | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)
    keys: Sequence[PrivateKey] | None = None


GRANTED = Happened("granted", DECIDED, datetime(2026, 6, 2, tzinfo=UTC))
RECOGNISED = Happened("granted", ACCREDITED)


@dataclass(frozen=True)
class Tale:
    """What happened, in the order of the log. A change names a member by its path, such as ``body.name``."""

    accreditation: Mapping[str, Any] = field(default_factory=dict)
    certificate: Mapping[str, Any] = field(default_factory=dict)
    recognised: Sequence[Happened] = (RECOGNISED,)
    events: Sequence[Happened] = (GRANTED,)
    out_of_order: bool = False
    """The root's events are all logged before the body's, whenever they were decided."""
    entries_between: int = 0
    """Of others, between the size that the snapshots cover and the snapshots' own places."""
    events_after: Sequence[Happened] = ()
    recognised_after: Sequence[Happened] = ()
    snapshot: Mapping[str, Any] = field(default_factory=dict)
    root_snapshot: Mapping[str, Any] = field(default_factory=dict)
    shown_events: int | None = None
    """How many of the certificate's events the bundle shows; all where nothing is said."""
    log: NoteSigner | None = None
    witnessed: Mapping[str, datetime] = field(default_factory=lambda: dict.fromkeys(WITNESSES, WITNESSED))
    root: Sequence[PrivateKey] | None = None
    body: Sequence[PrivateKey] | None = None
    certificate_keys: Sequence[PrivateKey] | None = None
    snapshot_keys: Sequence[PrivateKey] | None = None


@dataclass(frozen=True)
class Parts:
    """A bundle before it is one, with the log that it is from."""

    certificate: Envelope
    accreditation: Envelope
    certificate_snapshot: Envelope
    accreditation_snapshot: Envelope
    checkpoint: bytes
    leaves: tuple[Leaf, ...]
    tree: MerkleTree
    data: tuple[bytes, ...]

    def but(self, **changes: Any) -> "Parts":
        return replace(self, **changes)

    def bundle(self) -> bytes:
        return bundles.build(
            certificate=self.certificate,
            accreditation=self.accreditation,
            certificate_snapshot=self.certificate_snapshot,
            accreditation_snapshot=self.accreditation_snapshot,
            checkpoint=self.checkpoint,
            leaves=self.leaves,
        )


class Log:
    """A tree in memory with all that was put into it."""

    def __init__(self) -> None:
        self.tree = MerkleTree()
        self.data: list[bytes] = []

    def append(self, data: bytes) -> int:
        self.tree.append(leaf_hash(data))
        self.data.append(data)
        return len(self.data) - 1

    def filled(self, count: int) -> None:
        """Entries of others."""
        for _ in range(count):
            self.append(b"something of somebody else, number %d" % len(self.data))

    def leaf(self, index: int) -> Leaf:
        return Leaf(index, self.data[index], self.tree.inclusion_proof(index))


def told(tale: Tale = Tale()) -> Parts:
    """Plays the tale: documents are sealed, events logged, snapshots taken and logged, the checkpoint cosigned."""
    root, body = tale.root or root_keys(), tale.body or body_keys()
    accreditation = sealed(
        Domain.ACCREDITATION, changed(accreditation_payload(body), tale.accreditation), root
    )
    certificate = sealed(
        Domain.CERTIFICATE,
        changed(certificate_payload(accreditation), tale.certificate),
        tale.certificate_keys or body,
    )
    log = Log()
    log.filled(5)
    of_root = Side("accreditation", ROOT, accreditation.digest, root)
    of_body = Side("certificate", BODY, certificate.digest, body)
    recognised, happened = first_chains(log, tale, of_root, of_body)
    log.filled(3)
    snapshots = [
        sealed(
            Domain.STATUS_SNAPSHOT,
            changed(snapshot_payload(log, about, issuer, subject, indexes), changes),
            keys,
        )
        for about, issuer, subject, indexes, keys, changes in (
            ("certificate", BODY, certificate.digest, happened, tale.snapshot_keys or body, tale.snapshot),
            ("accreditation", ROOT, accreditation.digest, recognised, root, tale.root_snapshot),
        )
    ]
    log.filled(tale.entries_between)
    references = [
        log.append(Reference(issuer, snapshot.digest).leaf)
        for issuer, snapshot in zip((BODY, ROOT), snapshots, strict=True)
    ]
    recognised += chain(log, tale.recognised_after, of_root, before=recognised)
    happened += chain(log, tale.events_after, of_body, before=happened)
    log.filled(2)
    shown = [*recognised, *happened[: tale.shown_events], *references]
    return Parts(
        certificate=certificate,
        accreditation=accreditation,
        certificate_snapshot=snapshots[0],
        accreditation_snapshot=snapshots[1],
        checkpoint=checkpoint(log.tree, tale.witnessed, tale.log or log_signer()),
        leaves=tuple(log.leaf(index) for index in sorted(shown)),
        tree=log.tree,
        data=tuple(log.data),
    )


@dataclass(frozen=True)
class Side:
    """One of the two subjects with who issued it."""

    about: str
    issuer: str
    subject: str
    keys: Sequence[PrivateKey]


def first_chains(log: Log, tale: Tale, of_root: Side, of_body: Side) -> tuple[list[int], list[int]]:
    """Both chains up to the snapshots, logged as they were decided, each in its own order."""
    recognised: list[int] = []
    happened: list[int] = []
    waiting = list(tale.events)
    for each in tale.recognised:
        while waiting and waiting[0].on < each.on and not tale.out_of_order:
            happened += chain(log, [waiting.pop(0)], of_body, before=happened)
        recognised += chain(log, [each], of_root, before=recognised)
    return recognised, happened + chain(log, waiting, of_body, before=happened)


def chain(log: Log, events: Sequence[Happened], of: Side, *, before: Sequence[int] = ()) -> list[int]:
    """The indexes of ``events``, appended one after the other."""
    indexes = list(before)
    for happened in events:
        payload: dict[str, Any] = {
            "form": "standfirst-status-event/1",
            "specimen": True,
            "log": ORIGIN,
            "issuer": of.issuer,
            "about": of.about,
            "subject": of.subject,
            "sequence": len(indexes),
            "event": happened.event,
            "effective": moment(happened.effective or happened.on),
            "decided": moment(happened.on),
            "previous": leaf_hash(log.data[indexes[-1]]).hex() if indexes else None,
        }
        event = sealed(Domain.STATUS_EVENT, changed(payload, happened.changes), happened.keys or of.keys)
        indexes.append(log.append(canonical_bytes(event.as_json())))
    return indexes[len(before) :]


def checkpoint(
    tree: MerkleTree, witnessed: Mapping[str, datetime], log: NoteSigner, size: int | None = None
) -> bytes:
    """The log's note at ``size`` (else whole), with the cosignatures of these witnesses at these times."""
    head = Checkpoint(log.key.name, tree.size if size is None else size, tree.root(size))
    note = Note(head.text, (log.sign_log(head),))
    signatures = [witness(name).cosign(head, int(time.timestamp())) for name, time in witnessed.items()]
    return note.signed_by(*signatures).format()


def sealed(domain: Domain, payload: Mapping[str, Any], keys: Sequence[PrivateKey]) -> Envelope:
    algorithms: list[JsonValue] = [*sorted(k.algorithm.value for k in keys)]
    whole: dict[str, JsonValue] = {"signed_with": algorithms, **payload}
    if whole["signed_with"] == algorithms:
        return seal(domain, whole, keys)
    # A payload that lies about who signs it: honest tools refuse to make one.
    honest = seal(domain, {**whole, "signed_with": algorithms}, keys)
    return replace(honest, payload=canonical_bytes(whole))


# --- documents ---


def accreditation_payload(body: Sequence[PrivateKey]) -> dict[str, Any]:
    return {
        "form": "standfirst-accreditation/1",
        "specimen": True,
        "notice": "SPECIMEN. Issued by a fictional body.",
        "number": "THA-0007",
        "version": 1,
        "accreditation_body": {"id": ROOT, "name": ROOT_NAME, "country": "Norland (fictional)"},
        "body": {"id": BODY, "name": BODY_NAME, "country": "Norland (fictional)"},
        "criteria": "ISO/IEC 17021-1:2015",
        "scope": {"schemes": [SCHEME], "domains": ["computing", "simulation", "communication"]},
        "valid_from": "2026-01-05",
        "valid_until": "2031-01-05",
        "keys": public_keys(body),
        "simulation": True,
    }


def certificate_payload(accreditation: Envelope) -> dict[str, Any]:
    return {
        "form": "standfirst-certificate/1",
        "specimen": True,
        "notice": "SPECIMEN. Draft scheme; not accredited by any real body.",
        "number": "CC-2026-0001",
        "version": 1,
        "certified": "management system",
        "organisation": {
            "name": "Brightwell Quantum (fictional)",
            "country": "Ireland",
            "identifier": "ab" * 32,
        },
        "sites": [{"name": "Clonbarrow, laboratory and office"}, {"name": "Port Ellery, machine hall"}],
        "scope": {
            "statement": "Design and operation of superconducting quantum processors.",
            "domains": ["computing", "simulation"],
            "stages": ["engineering", "operation"],
            "exclusions": [{"what": "Fabrication of chips", "reason": "Done by a supplier."}],
        },
        "requirements": {
            "edition": SCHEME,
            "digest": "cd" * 32,
            "status": "Draft reference requirements of this project.",
        },
        "statement_of_applicability": {
            "date": "2026-05-02",
            "digest": "ef" * 32,
            "not_applicable": ["A.3.4", "A.6.2"],
        },
        "body": {"id": BODY, "name": BODY_NAME, "country": "Norland (fictional)"},
        "accreditation": {"number": "THA-0007", "digest": accreditation.digest},
        "audit": {
            "stage_1": {"from": "2026-04-13", "to": "2026-04-14"},
            "stage_2": {"from": "2026-05-11", "to": "2026-05-14"},
            "audit_days": "6.5",
        },
        "decided_on": "2026-06-01",
        "effective_from": "2026-06-02",
        "expires_on": "2029-06-01",
        "first_certified_on": "2026-06-02",
        "simulation": True,
    }


def snapshot_payload(
    log: Log, about: str, issuer: str, subject: str, indexes: Sequence[int]
) -> dict[str, Any]:
    events = [json.loads(json.loads(log.data[index])["payload"])["event"] for index in indexes]
    last = leaf_hash(log.data[indexes[-1]]).hex() if indexes else ""
    subjects = [{"subject": subject, "state": replayed(events), "event": last}] if indexes else []
    others = [
        {
            "subject": sha256(b"other subject %d" % number).hexdigest(),
            "state": "active",
            "event": sha256(b"other event %d" % number).hexdigest(),
        }
        for number in range(3)
    ]
    return {
        "form": "standfirst-status-snapshot/1",
        "specimen": True,
        "log": ORIGIN,
        "log_size": len(log.data),
        "issuer": issuer,
        "about": about,
        "as_of": moment(AS_OF),
        "subjects": sorted([*subjects, *others], key=lambda line: line["subject"]),
    }


_AFTER = {
    "granted": "active",
    "restored": "active",
    "reduced": "active",
    "extended": "active",
    "renewed": "active",
}


def replayed(events: Sequence[str]) -> str:
    return _AFTER.get(events[-1], events[-1])


def moment(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def changed(document: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A copy with each path of ``changes`` set to its value; `GONE` takes the member away."""
    copy: dict[str, Any] = json.loads(json.dumps(document))
    for path, value in changes.items():
        *steps, last = path.split(".")
        inside: Any = copy
        for step in steps:
            inside = inside[int(step) if step.isdigit() else step]
        if value is GONE:
            del inside[last]
        elif isinstance(inside, list):
            inside[int(last)] = value
        else:
            inside[last] = value
    return copy


GONE = object()

# --- asking ---


@lru_cache
def honest() -> Parts:
    return told()


@lru_cache
def honest_bundle() -> bytes:
    return honest().bundle()


def asked(
    bundle: bytes | Parts, *, at: datetime = AT, now: datetime | None = None, by: Policy | None = None
) -> Verification:
    data = bundle if isinstance(bundle, bytes) else bundle.bundle()
    return verify(data, by or honest_policy(), at, now=now)


def answer(*args: Any, **options: Any) -> tuple[str, str, str]:
    """Status, the step that decided, the reason's code: ``VALID`` has neither of both."""
    found = asked(*args, **options)
    reason = found.reason
    return found.status.value, reason.step.value if reason else "", reason.code if reason else ""


def edited(bundle: bytes, changes: Mapping[str, Any]) -> bytes:
    """The bundle with members changed, canonical and with the right checksum: what an attacker would write."""
    document = changed(json.loads(bundle), changes)
    del document["checksum"]
    return canonical_bytes({**document, "checksum": bundles.checksum(document)})


def resigned(envelope: Envelope, algorithm: Algorithm, by: PrivateKey, domain: Domain) -> Envelope:
    """The envelope with the signature of one algorithm replaced by one of another key, honestly made."""
    message = domain.value.encode() + b"\x00" + envelope.commitment
    context = b"" if by.algorithm is Algorithm.ED25519 else domain.value.encode()
    made = Signature(by.algorithm, by.public.id, by.sign(message, context=context))
    return replace(
        envelope,
        signatures=tuple(made if each.algorithm is algorithm else each for each in envelope.signatures),
    )


FIXED_SALT = Salt(b"\x07" * 32)
