"""Three ways of writing a record and amending it: this project's, the bare driver's, and that of a named peer."""

from importlib.util import find_spec
from typing import Any, Final, Protocol
from uuid import UUID, uuid4

from benchmarks.database import driver
from django.db import connection, models, transaction

from standfirst.management.founding import acting, found
from standfirst.management.risk import RISK
from standfirst.records.writing import UNSIGNED, Wish, amend, create
from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.organisations import OrganisationType, Purpose
from standfirst.server.store.models import Content, Current, Entry, LedgerHead, Organisation, Outbox
from standfirst.server.store.store import create as create_organisation
from standfirst.server.workplace import open_store

FOUNDER: Final = "ada"


class Way(Protocol):
    """One writer."""

    def create(self) -> None: ...
    def amend(self) -> None: ...  # the records that it has created, in turns


def organisation(slug: str) -> Organisation:
    """An organisation whose ledger has begun, with the person who writes."""
    made = create_organisation(uuid4(), slug=slug, name=slug, type=OrganisationType.ORGANISATION.value)
    open_store(made).perform(found(name="Ada Example", handle=FOUNDER, simulation=False))
    return made


def place_in(made: Organisation) -> Place:
    """What a request gets that asks as the founder."""
    store = open_store(made)
    head = LedgerHead.objects.get(organisation=made)
    return Place(made, store, acting(store, FOUNDER).id, head, Purpose.OWN)


def body(title: str) -> dict[str, Any]:
    """A risk as people write it, about 800 bytes."""
    return {
        "title": title,
        "nature": "threat",
        "hazard": "A drift of the read-out that nobody notices makes a week of calibrations worthless. " * 2,
        "causes": ["The reference set-up is checked by one person", "Alarms are set too wide"],
        "domains": ["computing", "sensing"],
        "stages": ["engineering", "operation"],
        "categories": ["technical", "societal"],
        "scenarios": ["drift"],
        "owner": "Ada Example",
        "likelihood": 3,
        "severity": 4,
        "controls": ["Two people check the reference each Monday", "Alarm limits are reviewed each quarter"],
        "assessed_on": "2026-03-02",
    }


class Ours:
    """Deeds as pages and API do them: the actor's roles, every rule and the reading of the record, under the lock."""

    def __init__(self, place: Place) -> None:
        self.place, self.known = place, reading.known(place)
        self.written: list[tuple[str, int]] = []
        self.turn = 0

    def create(self) -> None:
        record = str(uuid4())
        wish = Wish(body=body(f"Risk {record}"))
        deed = create(
            acting=self.place.actor,
            kind=RISK,
            record=record,
            wish=wish,
            why="It was found",
            known=self.known,
            signed=UNSIGNED,
        )
        self.place.store.perform(deed)
        self.written.append((record, 1))

    def amend(self) -> None:
        at = self.turn % len(self.written)
        record, version = self.written[at]
        wish = Wish(body=body(f"Risk {record}, seen {version} times"))
        deed = amend(
            acting=self.place.actor,
            record=record,
            expected=version,
            wish=wish,
            why="It was looked at again",
            known=self.known,
            signed=UNSIGNED,
        )
        self.place.store.perform(deed)
        self.written[at] = record, version + 1
        self.turn += 1


# --- the least ---


class Least:
    """The rows of such a deed, and nothing else: into the same tables, in one transaction, by the driver itself.

    Nothing is read, checked or hashed; all rows are copies of those that a deed has written.
    """

    def __init__(self, like: UUID, own: Organisation) -> None:
        order: dict[driver.Table, str] = {
            Entry: "sequence",
            Content: "sequence",
            Current: "sequence",
            Outbox: "size",
            LedgerHead: "size",
        }
        self.own = {"organisation_id": driver.identity(own.pk)}
        self.rows = {table: driver.last_row(table, like, by) | self.own for table, by in order.items()}
        self.size, self.turn = 1, 0
        self.written: list[tuple[str, int]] = []

    def create(self) -> None:
        record = str(uuid4())
        number = f"RSK-{len(self.written) + 1:04d}"
        driver.begin()
        self._entry(record, 1)
        self._insert(Current, record=record, number=number, version=1, first=self.size, sequence=self.size)
        self._end()
        self.written.append((record, 1))

    def amend(self) -> None:
        at = self.turn % len(self.written)
        record, version = self.written[at]
        driver.begin()
        self._entry(record, version + 1)
        changed = ("version", "state", "title", "erased", "sequence", "recorded_at")
        row = {**self.rows[Current], "version": version + 1, "sequence": self.size}
        driver.update(Current, {name: row[name] for name in changed}, {**self.own, "record": record})
        self._end()
        self.written[at] = record, version + 1
        self.turn += 1

    def _entry(self, record: str, version: int) -> None:
        self._insert(Entry, sequence=self.size, record=record, version=version)
        self._insert(Content, sequence=self.size)

    def _end(self) -> None:
        self.size += 1
        driver.update(LedgerHead, {**self.rows[LedgerHead], "size": self.size}, self.own)
        self._insert(Outbox, size=self.size)
        driver.execute("COMMIT")

    def _insert(self, table: driver.Table, **changed: object) -> None:
        driver.insert(table, {**self.rows[table], **changed})


# --- the peer ---


def peer_model() -> Any:
    """A plain model with history, its tables made; None where the peer is not installed."""
    if find_spec("simple_history") is None:
        return None
    from simple_history.models import HistoricalRecords  # noqa: PLC0415 - only where it is installed

    class PlainRisk(models.Model):
        id = models.UUIDField(primary_key=True)
        organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
        kind = models.CharField(max_length=60)
        state = models.CharField(max_length=60)
        version = models.IntegerField()
        title = models.CharField(max_length=300)
        body = models.JSONField()
        history = HistoricalRecords()

        class Meta:
            app_label = "store"

    with connection.schema_editor() as editor:
        for table in (PlainRisk, PlainRisk.history.model):
            editor.create_model(table)
    return PlainRisk


class Peer:
    """A model's save(), in a transaction together with the row of its history. No rules, numbers, chain or unique ids."""

    def __init__(self, model: Any, own: Organisation) -> None:
        self.model, self.own = model, own
        self.written: list[UUID] = []
        self.turn = 0

    def create(self) -> None:
        record = uuid4()
        title = f"Risk {record}"
        with transaction.atomic():
            made = self.model(id=record, organisation=self.own, kind="risk", state="identified", version=1)
            made.title, made.body = title, body(title)
            made.save(force_insert=True)
        self.written.append(record)

    def amend(self) -> None:
        record = self.written[self.turn % len(self.written)]
        with transaction.atomic():
            known = self.model.objects.select_for_update().get(id=record)
            known.title = f"Risk {record}, seen {known.version} times"
            known.version, known.body = known.version + 1, body(known.title)
            known.save()
        self.turn += 1
