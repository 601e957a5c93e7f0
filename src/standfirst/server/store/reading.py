"""Versions as they come from the tables: bytes, read only when somebody looks at them."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TypeAlias

from standfirst.records.ledger import Entry
from standfirst.records.record import Content, Record, Version

Bytes: TypeAlias = bytes | memoryview
"""As the two engines give them."""


class StoredVersion(Version):
    """A version whose bytes are read when they are first asked for: a list of records looks at the last one alone."""

    def __init__(self, entry: bytes, content: bytes) -> None:
        self.__dict__["entry_bytes"] = entry
        self.__dict__["content_bytes"] = content

    @cached_property
    def entry(self) -> Entry:
        return Entry.from_bytes(self.__dict__["entry_bytes"])

    @cached_property
    def content(self) -> Content:
        return Content.from_bytes(self.__dict__["content_bytes"])


def grouped(rows: Iterable[tuple[str, Bytes, Bytes | None]]) -> Mapping[str, Record]:
    """Records from (record, entry, content), which come in the order of versions. Of erased versions the entry is left."""
    versions: dict[str, list[StoredVersion]] = {}
    erased: dict[str, list[Entry]] = {}
    for record, entry, content in rows:
        known = versions.setdefault(record, [])
        if content is not None:
            known.append(StoredVersion(bytes(entry), bytes(content)))
        else:
            erased.setdefault(record, []).append(Entry.from_bytes(bytes(entry)))
    return {
        record: Record(tuple(those), tuple(erased.get(record, ())))
        for record, those in versions.items()
        if those
    }
