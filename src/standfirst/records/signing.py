"""What is signed and how it is kept: the statement, its digest, and the proof that stands with the version it makes.

A statement names one version of one record by the commitment of its ledger entry, says what the signature means and why,
and carries the printed name and the time (21 CFR 11.50(a)). Its digest is salted, so that what is signed tells nothing
once the content is erased; with a passkey that digest is the WebAuthn challenge. Nothing is verified here: that is
``signature``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from standfirst.standards.vocabulary import Assurance
from standfirst.trust import passkey
from standfirst.trust.canonical import JsonValue, canonical_bytes
from standfirst.trust.digests import Domain, commitment
from standfirst.trust.members import DIGEST, SLUG, MemberFlaw, Members
from standfirst.trust.passkey import Assertion
from standfirst.trust.spelling import base64url_text, read_base64url

if TYPE_CHECKING:
    from standfirst.records.lifecycle import Transition
    from standfirst.records.record import Record

FORM: Final = "standfirst-signature/1"

MAX_VERSION: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Statement:
    """What is signed. ``organisation`` is the leaf of its ledger's first entry; ``commitment`` that of the version's."""

    organisation: str
    record: str
    number: str
    kind: str
    version: int
    commitment: str
    transition: str
    meaning: str
    reason: str
    signer: str
    name: str
    at: datetime

    def as_json(self) -> dict[str, JsonValue]:
        named: dict[str, JsonValue] = {name: getattr(self, name) for name in _NAMED}
        return {"form": FORM, **named, "at": self.at.isoformat()}

    @classmethod
    def from_json(cls, value: JsonValue) -> "Statement":
        """Raises `DocumentRejected` for any other form, and where one of 11.50(a) is blank."""
        members = Members(value, "$.statement", "form", "at", *_NAMED)
        members.form(FORM)
        for name in ("record", "number", "kind", "transition", "meaning", "reason", "signer", "name"):
            if not members.string(name).strip():
                raise members.flaw(MemberFlaw.EMPTY, name)
        named: dict[str, Any] = {name: members.raw(name) for name in _NAMED}
        members.coded("organisation", DIGEST)
        members.coded("commitment", DIGEST)
        members.integer("version", 1, MAX_VERSION)
        return cls(**named, at=_moment(members))


_NAMED: Final = tuple(name for name in Statement.__slots__ if name != "at")


def _moment(members: Members) -> datetime:
    """11.50(a)(2): with its zone, which is always UTC, and in one spelling."""
    text = members.string("at")
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise members.flaw(MemberFlaw.NOT_AN_INSTANT, "at") from None
    if at.utcoffset() != timedelta(0) or at.isoformat() != text:
        raise members.flaw(MemberFlaw.NOT_AN_INSTANT, "at")
    return at


def statement_for(
    record: "Record",
    transition: "Transition",
    *,
    ledger: str,
    signer: str,
    name: str,
    reason: str,
    at: datetime,
) -> Statement:
    """What somebody is asked to sign who takes this record's current version through ``transition``.

    ``reason`` is the deed's, in NFC. Raises `DocumentRejected` where name or reason is blank.
    """
    entry = record.current.entry
    statement = Statement(
        organisation=ledger,
        record=record.id,
        number=entry.number,
        kind=entry.kind,
        version=entry.version,
        commitment=entry.commitment,
        transition=transition.name,
        meaning=transition.signs,
        reason=reason,
        signer=signer,
        name=name,
        at=at.astimezone(UTC).replace(microsecond=0),
    )
    return Statement.from_json(statement.as_json())


def digest_of(statement: Statement, salt: bytes) -> bytes:
    """The 32 bytes that are signed. Raises `BadCommitment` for a salt of another size."""
    return commitment(Domain.SIGNATURE, salt, canonical_bytes(statement.as_json()))


# --- what is kept ---

_ASSERTED: Final = ("credential", "authenticator_data", "client_data", "signature", "origin", "rp_id")


@dataclass(frozen=True, slots=True)
class Asserted:
    """An assertion as it is kept: with the credential's id, and where the browser said it was made."""

    assertion: Assertion
    credential: bytes
    origin: str
    rp_id: str

    def as_json(self) -> dict[str, JsonValue]:
        given = self.assertion
        return {
            "credential": base64url_text(self.credential),
            "authenticator_data": base64url_text(given.authenticator_data),
            "client_data": base64url_text(given.client_data),
            "signature": base64url_text(given.signature),
            "origin": self.origin,
            "rp_id": self.rp_id,
        }

    @classmethod
    def from_json(cls, members: Members) -> "Asserted":
        credential, *parts = (read_base64url(members.string(name)) for name in _ASSERTED[:4])
        return cls(Assertion(*parts), credential, members.string("origin"), members.string("rp_id"))


@dataclass(frozen=True, slots=True)
class Proof:
    """A statement with what shows that it was signed: an assertion and its public key, or the server's word.

    ``means`` names what was given anew to the server, account apart, such as password and totp.
    """

    statement: Statement
    salt: bytes
    assurance: Assurance
    means: tuple[str, ...] = ()
    asserted: Asserted | None = None
    public_key: Mapping[str, Any] | None = None

    @classmethod
    def by_passkey(
        cls, statement: Statement, salt: bytes, asserted: Asserted, public_key: Mapping[str, Any]
    ) -> "Proof":
        return cls(statement, salt, Assurance.PASSKEY, asserted=asserted, public_key=public_key)

    @classmethod
    def by_reauthentication(cls, statement: Statement, salt: bytes, means: Sequence[str]) -> "Proof":
        """The server's word that it asked the signer again for these."""
        return cls(statement, salt, Assurance.REAUTHENTICATED, means=tuple(means))

    @property
    def digest(self) -> bytes:
        return digest_of(self.statement, self.salt)

    def as_json(self) -> dict[str, JsonValue]:
        value: dict[str, JsonValue] = {
            "statement": self.statement.as_json(),
            "salt": self.salt.hex(),
            "assurance": self.assurance.value,
        }
        if self.asserted is None or self.public_key is None:
            return {**value, "means": list(self.means)}
        return {**value, "assertion": self.asserted.as_json(), "public_key": dict(self.public_key)}

    @classmethod
    def from_json(cls, value: JsonValue) -> "Proof":
        """Raises a `Rejected` for what is not exactly the form of one of the two sorts. What it says is not verified."""
        means = type(value) is dict and "means" in value
        kept = ("means",) if means else ("assertion", "public_key")
        members = Members(value, "$", "statement", "salt", "assurance", *kept)
        statement = Statement.from_json(members.raw("statement"))
        salt = bytes.fromhex(members.coded("salt", DIGEST))
        if means:
            members.only("assurance", Assurance.REAUTHENTICATED)
            return cls.by_reauthentication(statement, salt, members.codes("means", SLUG, least=1, most=6))
        members.only("assurance", Assurance.PASSKEY)
        public_key = members.raw("public_key")
        if type(public_key) is not dict:
            raise members.flaw(MemberFlaw.WRONG_TYPE, "public_key", expected="object")
        passkey.require_key(public_key)
        asserted = Asserted.from_json(members.child("assertion", *_ASSERTED))
        return cls.by_passkey(statement, salt, asserted, public_key)
