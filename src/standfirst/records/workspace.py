"""The one small interface between deeds and stores. Reads are set-valued; none stands in a loop."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from standfirst.records.change import Change
from standfirst.records.kind import Kinds
from standfirst.records.ledger import Head, Sealed
from standfirst.records.record import Erased, Record


class Workspace(Protocol):
    """What a deed may read: one organisation's records, as of the lock that the store holds."""

    @property
    def kinds(self) -> Kinds: ...

    @property
    def founded(self) -> bool: ...

    @property
    def simulation(self) -> bool: ...

    @property
    def fictional(self) -> bool: ...

    def records(
        self, ids: Collection[str] | None = None, *, kinds: Collection[str] | None = None
    ) -> Mapping[str, Record]:
        """Records by id; None means all. Unknown ids are simply absent, and so are those whose content is erased."""
        ...

    def erased(self, ids: Collection[str] | None = None) -> Mapping[str, Erased]:
        """What is left of records that ``records`` no longer has, by id; None means all."""
        ...

    def numbered(self, numbers: Collection[str]) -> Mapping[str, str]:
        """Ids by number, those of erased records too; unknown numbers are simply absent."""
        ...

    def holding(self, kind: str, field: str, value: object) -> Mapping[str, str]:
        """Numbers by id of the kind's records that hold ``value`` in one of its unique fields."""
        ...

    def reached(self, ids: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Where the links of these records lead, and those of the records there, however far: targets by source."""
        ...


DeedFunction: TypeAlias = Callable[[Workspace], Change]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was committed: the numbers given, and the ledger's new head."""

    numbers: Mapping[str, str]
    entries: int
    head: Head
    recorded_at: datetime


class Store(Workspace, Protocol):
    """Takes the ledger lock, lets the deed read, commits all or nothing, gives numbers and times."""

    def perform(self, deed: DeedFunction) -> Receipt:
        """Raises Refused (also Conflict); then nothing has changed."""
        ...

    def ledger(self) -> Sequence[Sealed]: ...

    @property
    def head(self) -> Head: ...
