"""A record and its versions. Nothing is overwritten: what is current is the last of what was written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from standfirst.records.kind import Body, NewerContent
from standfirst.records.ledger import Entry
from standfirst.records.signing import Proof
from standfirst.trust.canonical import canonical_bytes, parse_canonical

CONTENT, SIGNED_CONTENT = 1, 2  # shapes of the content below; a reader refuses a higher number


@dataclass(frozen=True, slots=True)
class Content:
    """What a version says. Its canonical bytes, as written, are the record; ``why`` stays with them and is erasable.

    ``signature`` is what shows the signature that the version was made by (``signing.Proof``); only then is the shape 2.
    """

    record: str
    kind: str
    schema: int
    version: int
    state: str
    body: Body
    serves: tuple[str, ...]
    links: Mapping[str, tuple[str, ...]]
    why: str
    origin: Mapping[str, Any] | None = None
    signature: Mapping[str, Any] | None = None

    def to_bytes(self) -> bytes:
        value: dict[str, Any] = {
            "content": CONTENT if self.signature is None else SIGNED_CONTENT,
            "record": self.record,
            "kind": self.kind,
            "schema": self.schema,
            "version": self.version,
            "state": self.state,
            "body": dict(self.body),
            "serves": list(self.serves),
            "links": {relation: list(targets) for relation, targets in self.links.items()},
            "why": self.why,
        }
        if self.origin is not None:
            value["origin"] = dict(self.origin)
        if self.signature is not None:
            value["signature"] = dict(self.signature)
        return canonical_bytes(value)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Content":
        """Raises NotCanonical for other bytes, :class:`NewerContent` for a shape this release does not know, and one of
        ``ledger.UNREADABLE`` for any other.
        """
        value: Any = parse_canonical(data)
        if value["content"] > SIGNED_CONTENT:
            raise NewerContent(f"content, shape {value['content']}")
        _require_shape(value)
        return cls(
            record=value["record"],
            kind=value["kind"],
            schema=value["schema"],
            version=value["version"],
            state=value["state"],
            body=value["body"],
            serves=tuple(value["serves"]),
            links={relation: tuple(targets) for relation, targets in value["links"].items()},
            why=value["why"],
            origin=value.get("origin"),
            signature=value.get("signature"),
        )


_FIELDS = {
    "content",
    "record",
    "kind",
    "schema",
    "version",
    "state",
    "body",
    "serves",
    "links",
    "why",
    "origin",
    "signature",
}


def _require_shape(value: Any) -> None:
    lists = (value["serves"], *value["links"].values())
    texts = [value["record"], value["kind"], value["state"], value["why"]]
    if not (
        set(value) <= _FIELDS
        and all(isinstance(many, list) for many in lists)
        and all(isinstance(text, str) for text in (*texts, *(text for many in lists for text in many)))
        and type(value["schema"]) is type(value["version"]) is int
        and isinstance(value["body"], dict)
        and isinstance(value.get("origin", {}), dict)
        and value["content"] == (SIGNED_CONTENT if "signature" in value else CONTENT)
    ):
        raise ValueError("a version's content has another shape")
    if "signature" in value:
        Proof.from_json(value["signature"])


@dataclass(frozen=True, slots=True)
class Version:
    """A version as recorded: its content, and the ledger entry that commits to it."""

    content: Content
    entry: Entry

    @property
    def number(self) -> str:
        return self.entry.number


@dataclass(frozen=True, slots=True)
class Record:
    """``erased`` are the entries of earlier versions whose content was destroyed, and which ``versions`` leaves out."""

    versions: Sequence[Version]
    erased: Sequence[Entry] = ()

    @property
    def entries(self) -> Sequence[Entry]:
        """Those of all versions, in their order."""
        return sorted([*self.erased, *(v.entry for v in self.versions)], key=lambda entry: entry.version)

    @property
    def current(self) -> Version:
        return self.versions[-1]

    @property
    def id(self) -> str:
        return self.current.content.record

    @property
    def kind(self) -> str:
        return self.current.content.kind

    @property
    def number(self) -> str:
        return self.current.number


@dataclass(frozen=True, slots=True)
class Erased:
    """What is left of a record whose content was destroyed: the entries of its versions, and the entry that did it."""

    entries: Sequence[Entry]
    by: Entry

    @property
    def id(self) -> str:
        return self.entries[-1].record

    @property
    def kind(self) -> str:
        return self.entries[-1].kind

    @property
    def number(self) -> str:
        return self.entries[-1].number
