"""Who a document names: a body of the accreditation chain, an organisation."""

from dataclasses import dataclass

from standfirst.trust.members import BODY_ID, DIGEST, Members


@dataclass(frozen=True, slots=True)
class Body:
    """An accreditation or certification body. Two are the same only when all three agree to the letter."""

    id: str
    name: str
    country: str

    @classmethod
    def read(cls, inside: Members, member: str) -> "Body":
        found = inside.child(member, "id", "name", "country")
        return cls(found.coded("id", BODY_ID), found.text("name"), found.text("country"))


@dataclass(frozen=True, slots=True)
class Organisation:
    """Whose management system is certified. ``identifier`` is the first leaf of its ledger: nobody else has it."""

    name: str
    country: str
    identifier: str

    @classmethod
    def read(cls, inside: Members, member: str) -> "Organisation":
        found = inside.child(member, "name", "country", "identifier")
        return cls(found.text("name"), found.text("country"), found.coded("identifier", DIGEST))
