"""Electronic signatures: whether what is kept of one shows it, what it then counts for, and how it is shown.

What a person signs, and what is kept of it with the version that it makes, stands in ``signing``. With a passkey the
assertion is kept, so that anyone can verify it later, without whoever runs the server.

Where the rules stand (21 CFR part 11; EU GMP Annex 11 of 2011, clause 14):

    11.50(a)        printed name, date and time, meaning: `signing.Statement` has them all, and none may be blank
    11.50(b)        part of whatever is shown or printed of a record: `shown`, and `shown_alone` where there is one
                    version of it, which every door asks
    11.70           not to be cut out, copied or moved to another record: `_mismatch`, `_moved_content`, `untimely`
    11.200(a)(1)    two components at each signing: a passkey that verified its holder (the device, and a PIN or
                    biometrics; `trust.passkey`, step 17), or account and secret given anew (`signing.Proof.means`)
    Annex 11, 14    (b) permanently linked: it is in the version's content, to which the ledger commits;
                    (c) time and date: the entry's, which `untimely` holds against the statement's

Left out: 11.100(b), that the organisation knows who somebody is before it lets them sign, and 11.100(c), the letter to
the agency, are theirs to do. 11.200(a)(1)(i), one component within one session, is not used: each signing asks anew.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final

from standfirst.records.kind import Kind
from standfirst.records.ledger import UNREADABLE, Deed, Entry
from standfirst.records.record import Content, Record, Version
from standfirst.records.signing import Proof, Statement
from standfirst.records.workspace import Workspace
from standfirst.standards.reason import Parameter, Reason
from standfirst.standards.vocabulary import Assurance
from standfirst.trust import passkey
from standfirst.trust.errors import Rejected

WINDOW: Final = timedelta(minutes=10)
"""How long after it was shown a statement may be recorded. Before it: never, not by a second. Whoever shows it and
whoever records it ask one clock; where two machines' clocks differ, it is refused before it is recorded."""

GONE: Final = "signature.signed-version-gone"
"""The one flaw that accuses nobody: what was signed has been erased, so that nothing can be compared any more."""


# --- whose keys there are ---


@dataclass(frozen=True, slots=True)
class RegisteredKey:
    """A passkey that a person had, and for which site: from the ledger's entry ``since`` on, and before ``until``.

    ``until`` is None for one that is still theirs.
    """

    person: str
    thumbprint: str
    rp_id: str
    since: int
    until: int | None = None

    def made(self, proof: Proof, sequence: int | None) -> bool:
        """Whether it is the one of this proof, and was its signer's then.

        ``sequence`` is that of the entry that the proof stands in; None asks for now, before there is one.
        """
        if proof.asserted is None or proof.public_key is None:
            return False
        mine = (self.person, self.thumbprint, self.rp_id)
        if mine != (proof.statement.signer, passkey.thumbprint(proof.public_key), proof.asserted.rp_id):
            return False
        if sequence is None:
            return self.until is None
        return self.since < sequence and (self.until is None or sequence < self.until)


def registered(record: Record, *, of: str, active: Collection[str]) -> Iterator[RegisteredKey]:
    """The keys that one record tells of, each while the record was in a state of ``active``.

    Its kind's body has ``public_key`` and ``rp_id``, and it links to its person by the relation ``of``.
    """
    following = {entry.version: after.sequence for entry, after in pairwise(record.entries)}
    for version in record.versions:
        content = version.content
        if content.state not in active:
            continue
        try:
            (person,), site = content.links[of], content.body["rp_id"]
            key = passkey.thumbprint(content.body["public_key"])
        except UNREADABLE:
            continue  # nobody's, or nothing can be verified with it
        until = following.get(version.entry.version)
        yield RegisteredKey(person, key, site, version.entry.sequence, until)


def keys_in(workspace: Workspace) -> tuple[RegisteredKey, ...]:
    """All passkeys that the workspace's people ever had."""
    telling = {kind.name: kind.signing_keys for kind in workspace.kinds if kind.signing_keys is not None}
    if not telling:
        return ()
    found = workspace.records(kinds=tuple(telling)).values()
    return tuple(key for record in found for key in telling[record.kind](record))


@dataclass(frozen=True, slots=True)
class Site:
    """Where assertions may be made now. A site that has moved still has signatures that were made where it was."""

    rp_id: str
    origins: frozenset[str]


@dataclass(frozen=True, slots=True)
class Basis:
    """What signatures are verified against. ``keys`` None: nobody knows whose passkeys these are, and none is asked."""

    ledger: str
    keys: Collection[RegisteredKey] | None
    site: Site | None = None


NOWHERE: Final = Basis("", ())
"""Against which no proof holds: for whoever does not know the ledger."""


# --- verifying ---


@dataclass(frozen=True, slots=True)
class SignatureSeen:
    """One signature of a record: in which version it stands, what its entry claims, and the reason why it does not hold.

    ``statement`` is None for a signature that is only declared. ``unseen``: what could not be looked at.
    """

    version: Version
    statement: Statement | None
    claimed: Assurance
    means: tuple[str, ...] = ()
    flaw: Reason | None = None
    unseen: tuple[Reason, ...] = ()

    @property
    def holds(self) -> bool:
        return self.flaw is None

    @property
    def assurance(self) -> Assurance:
        """What it counts for: a claim that does not hold is worth no more than anybody's word."""
        return self.claimed if self.holds else Assurance.DECLARED

    @property
    def told(self) -> Reason:
        """How surely it is bound to its signer, or why it is not: for the sentence beside it."""
        if self.flaw is not None:
            return self.flaw
        said: dict[str, Parameter] = (
            {"means": self.means} if self.claimed is Assurance.REAUTHENTICATED else {}
        )
        return Reason(_HOLDING[self.claimed], said)


_HOLDING: Final[Mapping[Assurance, str]] = {
    Assurance.DECLARED: "signature.is-declared",
    Assurance.REAUTHENTICATED: "signature.is-reauthenticated",
    Assurance.PASSKEY: "signature.is-by-passkey",
}


def verify(versions: Sequence[Version], basis: Basis, kind: Kind | None = None) -> tuple[SignatureSeen, ...]:
    """Every signature among a record's versions. ``kind`` tells whether content of two schemas is the same content."""
    seen: list[SignatureSeen] = []
    before: Version | None = None
    for version in versions:
        if version.entry.signature is not None or version.content.signature is not None:
            seen.append(_seen(before, version, basis, kind))
        before = version
    return tuple(seen)


def verify_alone(version: Version, ledger: str, keys: Collection[RegisteredKey] = ()) -> SignatureSeen | None:
    """The signature of a version that comes without the record's others, as in a hand-over; None where it has none.

    ``ledger`` is that of the version's entry. ``keys`` are those that came with it: that another is not among them
    says nothing.
    """
    if version.entry.signature is None and version.content.signature is None:
        return None
    seen = _seen(None, version, Basis(ledger, None), None, alone=True)
    if seen.statement is None or not seen.holds:
        return seen
    unseen = [Reason("signature.unseen-version", {"version": seen.statement.version})]
    proof = Proof.from_json(dict(version.content.signature or {}))
    if proof.asserted is not None and not any(key.made(proof, version.entry.sequence) for key in keys):
        unseen.append(Reason("signature.unseen-key", {"name": seen.statement.name}))
    return replace(seen, unseen=tuple(unseen))


def _seen(
    before: Version | None, version: Version, basis: Basis, kind: Kind | None, *, alone: bool = False
) -> SignatureSeen:
    claim, kept = version.entry.signature, version.content.signature
    claimed = Assurance(claim["assurance"]) if claim is not None else Assurance.DECLARED
    proof = Proof.from_json(dict(kept)) if kept is not None else None
    if proof is None:
        flaw = (
            None
            if claimed is Assurance.DECLARED
            else Reason("signature.unproved", {"assurance": claimed.value})
        )
        return SignatureSeen(version, None, claimed, flaw=flaw)
    if claim is None:
        return SignatureSeen(version, proof.statement, claimed, proof.means, Reason("signature.unclaimed"))
    flaw = next(_flaws(proof, before, version, basis=basis, kind=kind, alone=alone), None)
    return SignatureSeen(version, proof.statement, claimed, proof.means, flaw)


def _flaws(
    proof: Proof, before: Version | None, version: Version, *, basis: Basis, kind: Kind | None, alone: bool
) -> Iterator[Reason]:
    """Steps, in this order: 1 what the entry and the statement say of one another; 2 the version signed is the one
    before, by its commitment; 3 the version that carries it says the same; 4 time; 5 the assertion and its key.

    Without the version before, steps 2 and 3 are left out.
    """
    entry, claim, said = version.entry, version.entry.signature or {}, proof.statement
    if claim["assurance"] != proof.assurance.value:
        yield _other("assurance")
    expected = {
        "organisation": basis.ledger,
        "record": entry.record,
        "number": entry.number,
        "kind": entry.kind,
        "version": entry.version - 1,
        "transition": entry.transition,
        "meaning": claim["meaning"],
        "reason": version.content.why,
        "signer": entry.actor,
    }
    if field := _mismatch(said, expected):
        yield _other(field)
    if not alone:
        if before is None or before.entry.version != entry.version - 1:
            yield Reason(GONE, {"version": said.version})
            return
        if said.commitment != before.entry.commitment:
            yield _other("commitment")
        if _moved_content(before.content, version.content, kind):
            yield Reason("signature.content-differs", {"version": said.version})
    if late := untimely(said.at, entry.recorded_at):
        yield late
    if failed := assertion_flaw(proof, basis, entry.sequence):
        yield failed


def _other(field: str) -> Reason:
    return Reason("signature.other-content", {"field": field})


def _mismatch(statement: Statement, expected: Mapping[str, object]) -> str:
    """11.70: the first field in which the statement names something else; empty where it names all of this."""
    return next((name for name, value in expected.items() if getattr(statement, name) != value), "")


def _moved_content(signed: Content, carrier: Content, kind: Kind | None) -> bool:
    """11.70: whether a signature on one content was put under another: a deed that signs changes nothing else."""
    if (dict(signed.links), signed.serves) != (dict(carrier.links), carrier.serves):
        return True
    if signed.schema == carrier.schema or kind is None:
        return signed.body != carrier.body
    try:
        return kind.upcast(signed.body, signed.schema) != kind.upcast(carrier.body, carrier.schema)
    except UNREADABLE:
        return True


def untimely(at: datetime, recorded: datetime) -> Reason | None:
    """11.50(a)(2), Annex 11, 14(c): signed when it is said to be, not beforehand and not on a statement left lying."""
    if at <= recorded <= at + WINDOW:
        return None
    code = "signature.before-it-was-shown" if recorded < at else "signature.too-late"
    minutes = int(WINDOW.total_seconds()) // 60
    return Reason(code, {"at": at.isoformat(), "recorded": recorded.isoformat(), "minutes": minutes})


def assertion_flaw(proof: Proof, basis: Basis, sequence: int | None) -> Reason | None:
    """Whether the passkey signed exactly this statement, and was the signer's then. ``sequence`` as in `RegisteredKey.made`."""
    if proof.asserted is None or proof.public_key is None:
        return None
    made, site = proof.asserted, basis.site
    if not _within(made.origin, made.rp_id) or (
        site is not None and (made.rp_id != site.rp_id or made.origin not in site.origins)
    ):
        return Reason("signature.other-site", {"origin": made.origin})
    try:
        passkey.verify(
            made.assertion,
            proof.public_key,
            challenge=proof.digest,
            origins=(made.origin,),
            rp_id=made.rp_id,
        )
    except Rejected as rejected:
        return Reason(rejected.code.value, rejected.parameters)
    if basis.keys is not None and not any(key.made(proof, sequence) for key in basis.keys):
        return Reason("signature.key-not-registered", {"name": proof.statement.name})
    return None


_ORIGIN: Final = re.compile(r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]+)(?::[0-9]{1,5})?")


def _within(origin: str, rp_id: str) -> bool:
    """WebAuthn 13.4.9: a page of the site or of a part of it; unencrypted on one's own machine only."""
    parts = _ORIGIN.fullmatch(origin)
    if parts is None or not rp_id or (parts["scheme"] == "http" and parts["host"] != "localhost"):
        return False
    return parts["host"] == rp_id or parts["host"].endswith(f".{rp_id}")


def refused_because(
    proof: Proof, basis: Basis, expected: Mapping[str, object], assurance: Assurance
) -> Reason | None:
    """What keeps a proof from being recorded with a deed that is ``expected`` so; its time is asked when it is sealed."""
    if field := "assurance" if proof.assurance is not assurance else _mismatch(proof.statement, expected):
        return Reason("deed.signature-other-content", {"field": field})
    return assertion_flaw(proof, basis, None)


# --- showing ---


def standing(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Of a record's entries (those of erased versions too) the ones that left the signatures on its current content.

    They are those since it was last edited. Where several people sign, those who signed for another move than the one
    that was then taken have signed nothing.
    """
    kept: list[Entry] = []
    waiting: list[Entry] = []
    for entry in entries:
        if not entry.transition:
            kept, waiting = [entry] if entry.signature is not None else [], []
        elif entry.deed is Deed.SIGNED:
            waiting.append(entry)
        else:
            kept += [one for one in waiting if one.transition == entry.transition]
            kept += [entry] if entry.signature is not None else []
            waiting = []
    return (*kept, *waiting)


@dataclass(frozen=True, slots=True)
class ShownSignature:
    """11.50(b): one signature as every screen and every print of its record has it.

    It stands in ``version`` and is on the content of version ``signed``; ``current`` says whether the record still says
    that. ``roles`` are those that the signer had then.
    """

    name: str
    at: datetime
    meaning: str
    reason: str
    roles: tuple[str, ...]
    assurance: Assurance
    told: Reason
    unseen: tuple[Reason, ...]
    version: int
    signed: int
    current: bool
    holds: bool

    @property
    def time(self) -> str:
        """To the second, with its zone."""
        return f"{self.at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def shown(
    record: Record,
    names: Mapping[str, object],
    basis: Basis,
    kind: Kind | None = None,
    *,
    version: int | None = None,
) -> tuple[ShownSignature, ...]:
    """All signatures on a record, those on what it says now before those on what it said before.

    ``names`` of people by id are for those that are only declared. ``version``: as of that version of the record.
    """
    entries = [entry for entry in record.entries if version is None or entry.version <= version]
    standing_now = {entry.version for entry in standing(entries)}
    found = [
        _shown(seen, names, current=seen.version.entry.version in standing_now)
        for seen in verify(record.versions, basis, kind)
        if version is None or seen.version.entry.version <= version
    ]
    return tuple(sorted(found, key=lambda one: not one.current))


def shown_alone(
    version: Version,
    names: Mapping[str, object],
    ledger: str,
    keys: Collection[RegisteredKey] = (),
) -> ShownSignature | None:
    """As ``shown``, of a version that comes without the record's others. Parameters as for ``verify_alone``."""
    seen = verify_alone(version, ledger, keys)
    return None if seen is None else _shown(seen, names, current=True)


def _shown(seen: SignatureSeen, names: Mapping[str, object], *, current: bool) -> ShownSignature:
    entry, content = seen.version.entry, seen.version.content
    claim = entry.signature or {}
    return ShownSignature(
        name=seen.statement.name if seen.statement else str(names.get(entry.actor, entry.actor)),
        at=entry.recorded_at,
        meaning=claim.get("meaning", ""),
        reason=content.why,
        roles=tuple(claim.get("roles", ())),
        assurance=seen.assurance,
        told=seen.told,
        unseen=seen.unseen,
        version=entry.version,
        signed=entry.version - 1,
        current=current,
        holds=seen.holds,
    )
