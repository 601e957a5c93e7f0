"""The package of a body, opened for writing: deeds one by one, each with its actor, and working files that show them.

The ledger is the truth. The files below ``records/`` are written after it, for people to read; whoever opens the office
next writes those that a killed process could not.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from standfirst.certification.kinds import BODY_KINDS
from standfirst.management.founding import acting, found
from standfirst.management.organisation import PERSON
from standfirst.records.actor import Actor
from standfirst.records.body import Attachment
from standfirst.records.body import Body as BodyModel
from standfirst.records.change import Change
from standfirst.records.kind import Body, Kind
from standfirst.records.package.door import FolderFiles
from standfirst.records.package.stamping import put
from standfirst.records.package.starting import begin
from standfirst.records.package.store import PackageStore
from standfirst.records.package.working import EVIDENCE, RECORDS, machine_file
from standfirst.records.pen import Pen
from standfirst.records.record import Record
from standfirst.records.workspace import Workspace
from standfirst.standards.vocabulary import Assurance
from standfirst.trust.digests import sha256_hex

Clock = Callable[[], datetime]
Links = Mapping[str, Sequence[str]]


class Office:
    """One body's package. ``clock`` is simulated in a play; its ledger says so in its first entry."""

    def __init__(self, path: Path, *, clock: Clock) -> None:
        """Raises :class:`Unusable` where there is no sound package of a body."""
        self.path = path
        self.store = PackageStore(FolderFiles(path), BODY_KINDS, clock=clock)

    @classmethod
    def founded(
        cls,
        path: Path,
        *,
        organisation: str,
        name: str,
        handle: str,
        clock: Clock,
        simulation: bool,
        fictional: bool,
    ) -> "Office":
        """A new package with its first person. Raises :class:`Unusable` where something is there already."""
        begin(path, organisation=organisation)
        office = cls(path, clock=clock)
        office.store.perform(found(name=name, handle=handle, simulation=simulation, fictional=fictional))
        return office

    # --- doing

    def write(
        self,
        who: str,
        kind: Kind,
        body: BodyModel,
        *,
        why: str,
        links: Links | None = None,
        to: str = "",
        record: str = "",
    ) -> str:
        """Create or amend a record, and move it where ``to`` says. Returns its id. Raises Refused."""
        identity = record or str(uuid4())
        wanted = {relation: tuple(targets) for relation, targets in (links or {}).items()}

        def deed(workspace: Workspace) -> Change:
            actor = acting(workspace, who)
            pen = Pen(workspace, actor, kind, identity, workspace.records([identity]).get(identity), why)
            pen.write(body.values(), serves=(), links=wanted)
            if to:
                pen.move_to(to, Assurance.DECLARED)
            return Change(actor, tuple(pen.drafts))

        self.store.perform(deed)
        return identity

    def amend(self, who: str, record: str, *, why: str, to: str = "", **values: object) -> str:
        """The same record with some fields filled in, moved where ``to`` says. Raises Refused."""
        known = self.record(record)
        kind = BODY_KINDS[known.kind]
        body = kind.body.model_validate({**self.body(record), **values})
        return self.write(who, kind, body, why=why, links=known.current.content.links, to=to, record=record)

    def move(self, who: str, record: str, to: str, *, why: str) -> None:
        """Raises Refused."""

        def deed(workspace: Workspace) -> Change:
            actor = acting(workspace, who)
            known = workspace.records([record])[record]
            pen = Pen(workspace, actor, BODY_KINDS[known.kind], record, known, why)
            pen.move_to(to, Assurance.DECLARED)
            return Change(actor, tuple(pen.drafts))

        self.store.perform(deed)

    def perform(self, who: str, deed: Callable[[Workspace, Actor], Change]) -> None:
        """A deed of this room's, by the person of this handle. Raises Refused."""
        self.store.perform(lambda workspace: deed(workspace, acting(workspace, who)))

    def keep(self, name: str, data: bytes) -> Attachment:
        """A file for a record to attach, durable before the record names it."""
        file = f"{EVIDENCE}/{name}"
        target = self.path / file
        target.parent.mkdir(parents=True, exist_ok=True)
        put(target, data)
        return Attachment(file=file, sha256=sha256_hex(data))

    def kept(self, file: str) -> bytes:
        return (self.path / file).read_bytes()

    # --- looking

    def record(self, identity: str) -> Record:
        return self.store.records([identity])[identity]

    def body(self, identity: str) -> Body:
        record = self.record(identity)
        return BODY_KINDS[record.kind].upcast(record.current.content.body, record.current.content.schema)

    def number(self, identity: str) -> str:
        return self.record(identity).number

    def person(self, handle: str) -> str:
        """The id of the person with this handle. Raises KeyError where there is none."""
        for record in self.store.records(kinds=(PERSON.name,)).values():
            if record.current.content.body["handle"] == handle:
                return record.id
        raise KeyError(handle)

    def show(self) -> None:
        """Write the working files that differ from what is recorded."""
        records = self.store.records()
        for record in records.values():
            target = self.path / RECORDS / BODY_KINDS[record.kind].folder / f"{record.number}.json"
            data = machine_file(_fields(record, records))
            if not target.exists() or target.read_bytes() != data:
                target.parent.mkdir(parents=True, exist_ok=True)
                put(target, data)


def _fields(record: Record, records: Mapping[str, Record]) -> dict[str, object]:
    content = record.current.content
    return {
        "kind": content.kind,
        "id": record.id,
        "number": record.number,
        "state": content.state,
        "serves": list(content.serves),
        "links": {
            relation: [records[target].number for target in targets]
            for relation, targets in content.links.items()
        },
        **content.body,
    }
