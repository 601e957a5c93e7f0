"""A version of somebody else's record, proved: its content is what an entry commits to, and the entry is in a ledger.

What is proved: what was recorded, by whom, when, in which ledger (named by its first entry), and whether that ledger's
time is simulated. Not that the record has no later version, and not whose ledger it is: that takes a signed head.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from standfirst.records.ledger import Entry, Head, commitment_to, leaf_of
from standfirst.records.record import Content
from standfirst.trust.merkle import verify_inclusion


@dataclass(frozen=True, slots=True)
class Sent:
    """One record as it arrives: the content, and its entry in the ledger that it comes from."""

    content: Content
    entry: Entry

    @property
    def number(self) -> str:
        return self.entry.number

    @property
    def attached(self) -> Mapping[str, str]:
        """Attached files by name, with the digest that was recorded; empty where none was."""
        attached = self.content.body.get("attachments", ())
        return {a["file"]: a.get("sha256") or "" for a in attached}


def proved(*, entry: str, salt: str, content: str, proof: Sequence[str], head: Head) -> Sent:
    """Raises one of ``ledger.UNREADABLE``."""
    found = proved_entry(entry, proof, head)
    data = content.encode()
    if commitment_to(bytes.fromhex(salt), data) != found.commitment:
        raise ValueError("the entry commits to another content")
    read = Content.from_bytes(data)
    if (read.record, read.kind, read.version) != (found.record, found.kind, found.version):
        raise ValueError("an entry and its content are about different versions")
    return Sent(read, found)


def proved_founding(entry: str, proof: Sequence[str], head: Head) -> Entry:
    """The ledger's first entry: no other ledger has its leaf. Raises one of ``ledger.UNREADABLE``."""
    found = proved_entry(entry, proof, head)
    if found.sequence != 0:
        raise ValueError("a ledger is named by its first entry")
    return found


def proved_entry(text: str, proof: Sequence[str], head: Head) -> Entry:
    """Raises one of ``ledger.UNREADABLE``."""
    data = text.encode()
    entry = Entry.from_bytes(data)
    verify_inclusion(
        leaf=bytes.fromhex(leaf_of(data)),
        index=entry.sequence,
        size=head.size,
        proof=[bytes.fromhex(step) for step in proof],
        root=bytes.fromhex(head.root),
    )
    return entry
