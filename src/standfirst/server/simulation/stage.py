"""Where a play takes place: a store in memory whose clock stands where it is put, and deeds in order of their days.

Nobody gives a password or a passkey in a play, so every signature in it is *declared*, and every page that shows one says so.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from standfirst.management.founding import acting
from standfirst.records.kind import Kinds
from standfirst.records.memory import MemoryStore
from standfirst.records.package.door import FolderFiles
from standfirst.records.package.store import PackageStore
from standfirst.records.record import Record
from standfirst.records.workspace import DeedFunction
from standfirst.records.writing import UNSIGNED, Known, Wish, amend, create, move
from standfirst.server.simulation.calendar import moment
from standfirst.standards.library import edition
from standfirst.trust.digests import sha256_hex

DAY: Final = 580
"""Minutes of a day on which something is written."""

PERSON: Final = "person:"
"""What a label begins with that names somebody by handle."""

LONGEST: Final = 11
"""Minutes between two deeds of a day at most."""


class Stage:
    """One organisation in a play. ``keys`` are ids of records by the names that the story gives them."""

    def __init__(self, kinds: Kinds, folder: Path | None = None) -> None:
        """In memory, or in the package of a body that somebody else has begun in this folder."""
        self.at = datetime.min.replace(tzinfo=UTC)
        self.store: MemoryStore = (
            MemoryStore(kinds, clock=self._now)
            if folder is None
            else PackageStore(FolderFiles(folder), kinds, clock=self._now)
        )
        self.keys: dict[str, str] = {}
        self.files: dict[str, bytes] = {}  # evidence, by the name that records give it
        self._digests: dict[str, str] = {}
        self._requirements = edition().by_id

    def _now(self) -> datetime:
        """Where the clock stands; or where somebody else who writes here has put theirs."""
        last = self.store.last_time
        return max(self.at, last) if last else self.at

    # --- looking

    def record(self, label: str) -> Record:
        """By key, number or id. Raises KeyError."""
        identity = self.named(label)
        identity = self.store.numbered([identity]).get(identity, identity)
        return self.store.records([identity])[identity]

    def named(self, label: str) -> str:
        """The id where the story gave the record a name, or names a person; else the label, a number or an id, as it is."""
        if label.startswith(PERSON) and label not in self.keys:
            self.keys[label] = acting(self.store, label.removeprefix(PERSON)).id
        return self.keys.get(label, label)

    def known(self) -> Known:
        return Known(self._requirements, self.at.date(), self._evidence)

    def _evidence(self, names: Any) -> Mapping[str, str]:
        return {name: self._digests[name] for name in names if name in self._digests}

    def keep(self, name: str, data: bytes) -> None:
        """A file that records may attach from now on."""
        self.files[name], self._digests[name] = data, sha256_hex(data)

    # --- doing

    def perform(self, deed: DeedFunction) -> None:
        self.store.perform(deed)

    def create(
        self,
        who: str,
        kind: str,
        *,
        body: Mapping[str, Any],
        why: str,
        serves: Sequence[str] = (),
        links: Mapping[str, Sequence[str]] | None = None,
        key: str = "",
        record: str = "",
    ) -> str:
        """Returns the new record's id. Raises Refused and Unusable, as pages would answer."""
        identity = record or str(uuid4())
        wish = Wish(body=body, serves=tuple(serves), links=self._links(links or {}))
        self.perform(
            create(
                acting=lambda workspace: acting(workspace, who),
                kind=self.store.kinds[kind],
                record=identity,
                wish=wish,
                why=why,
                known=self.known(),
                signed=UNSIGNED,
            )
        )
        if key:
            self.keys[key] = identity
        return identity

    def amend(
        self,
        who: str,
        label: str,
        *,
        why: str,
        values: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        serves: Sequence[str] | None = None,
        links: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """The next version: ``values`` put into what it says, or a whole ``body``."""
        known = self.record(label)
        if body is None:
            content = known.current.content
            now = self.store.kinds[known.kind].upcast(content.body, content.schema)
            body = {name: value for name, value in {**now, **(values or {})}.items() if value is not None}
        wish = Wish(
            body=body,
            serves=None if serves is None else tuple(serves),
            links=None if links is None else self._links(links),
        )
        self.perform(
            amend(
                acting=lambda workspace: acting(workspace, who),
                record=known.id,
                expected=known.current.content.version,
                wish=wish,
                why=why,
                known=self.known(),
                signed=UNSIGNED,
            )
        )

    def move(self, who: str, label: str, to: str, *, why: str) -> None:
        known = self.record(label)
        self.perform(
            move(
                acting=lambda workspace: acting(workspace, who),
                record=known.id,
                expected=known.current.content.version,
                to=to,
                why=why,
                signed=UNSIGNED,
            )
        )

    def _links(self, links: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
        return {relation: tuple(map(self.named, labels)) for relation, labels in links.items()}


@dataclass(frozen=True, slots=True)
class Act:
    """One deed of a play. ``at`` where the minute is told too; else the day's deeds are spread over it. ``first``: before all
    others of its day.
    """

    day: date
    run: Callable[[Stage], None]
    at: datetime | None = None
    first: bool = False


@dataclass(slots=True)
class Script:
    """The deeds of one organisation, as they come from several sources, brought into the order of their days."""

    acts: list[Act] = field(default_factory=list)

    def add(
        self, day: date, run: Callable[[Stage], None], *, at: datetime | None = None, first: bool = False
    ) -> None:
        self.acts.append(Act(day, run, at, first))

    def play(self, stage: Stage, *, until: date | None = None) -> None:
        """``until``: the last day that is played now; what comes later stays in the script."""
        ready = [act for act in self.acts if until is None or act.day <= until]
        self.acts = [act for act in self.acts if until is not None and act.day > until]
        for day, acts in groupby(sorted(ready, key=lambda act: act.day), lambda act: act.day):
            _play_day(day, list(acts), stage)


def _play_day(day: date, acts: Sequence[Act], stage: Stage) -> None:
    """Those that come first, those without a minute of their own, then those with one."""
    todays = sorted(acts, key=lambda act: (not act.first, act.at is not None))
    loose = sum(act.at is None for act in todays)
    step = min(LONGEST, DAY // max(loose, 1)) if loose == len(todays) else 0
    for count, act in enumerate(todays):
        stage.at = max(stage.at, act.at or moment(day, count * step))
        act.run(stage)
