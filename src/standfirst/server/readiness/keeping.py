"""From a ledger to its facts, and from facts to results: entry by entry, and only what a change can touch.

1 facts are made of the records that new entries are about, in small transactions; each notes which requirements can see
the difference. 2 results of those are computed from the facts that they can see, in no transaction, so that nobody waits,
and written only if the facts are still the same. A new day computes everything: evidence ages without anybody's deed.

What makes a fact another one besides a new entry of its record: the erasure of one of its versions, or of a version of a
record of passkeys, against which its signatures are verified (a passkey that is given up later takes nothing from what it
signed); a file that it attaches and that arrives, or is destroyed; another release.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from standfirst.conformity.assess import Result, assess
from standfirst.conformity.sight import EVERYTHING, Everything
from standfirst.records.ledger import Entry as LedgerEntry
from standfirst.server.clock import now
from standfirst.server.files.models import FileUse
from standfirst.server.readiness import asked
from standfirst.server.readiness.asked import AT_ONCE, Asked
from standfirst.server.readiness.models import Change, KeptFact, KeptResult, Progress, RestsOn, Served
from standfirst.server.readiness.plain import digests_of, facts_from, without_evidence
from standfirst.server.readiness.stored import (
    causes,
    fact_bytes,
    fact_of,
    gist,
    profile_text,
    read_facts,
    result_text,
)
from standfirst.server.store.following import FILES, READINESS
from standfirst.server.store.models import Entry, LedgerHead, Organisation, Outbox
from standfirst.server.store.outbox import Task
from standfirst.server.store.store import DatabaseStore
from standfirst.server.store.turn import turn
from standfirst.server.workplace import open_store
from standfirst.standards.facts import Fact, Facts

BATCH: Final = 200
"""Entries that are read at once, while other writers to an SQLite file wait."""

ROWS: Final = 2000
"""Rows fetched or written at once."""

ALL: Final = "*"


def follow(task: Task) -> None:
    """All that a ledger has gained since it was last looked at."""
    keep(Organisation.objects.get(pk=task.organisation))


def look_at_files(task: Task) -> None:
    """A file came or went: what attaches it may count now, or no longer."""
    organisation = Organisation.objects.get(pk=task.organisation)
    if asked.is_asked(organisation):
        sweep(organisation.pk)
    keep(organisation)


def keep(organisation: Organisation) -> None:
    """Facts and results of an organisation, as of its ledger and of today. Harmless when repeated."""
    if not asked.is_asked(organisation):
        return
    store, of = open_store(organisation), asked.current()
    _begin(store, of)
    while _take_in(store, of):
        pass
    while not _compute(store, of):
        pass


def ask(organisation: Organisation, *, size: int) -> bool:
    """Somebody wants results as of now. Whether they are: of a long ledger a worker is told."""
    if size <= AT_ONCE:
        sweep(organisation.pk)
        keep(organisation)
        return True
    with turn():
        Outbox.objects.create(organisation=organisation, topic=READINESS, size=size)
    return False


def rebuild(organisation: Organisation) -> int:
    """Everything made anew from the records. Returns how many facts there are."""
    if not asked.is_asked(organisation):
        return 0
    with turn(), transaction.atomic():
        progress = _locked(organisation.pk)
        _drop(organisation.pk)
        progress.facts, progress.revision, progress.stale = 0, progress.revision + 1, json.dumps([ALL])
        progress.save()
    keep(organisation)
    return KeptFact.objects.filter(organisation=organisation).count()


def remind() -> None:
    """Once a day: what ages, ages without a commit. Leaves a worker its work, so that one organisation's fault is no other's."""
    heads = LedgerHead.objects.order_by("organisation").values_list("organisation", "size")
    with turn():
        Outbox.objects.bulk_create(
            Outbox(organisation_id=organisation, topic=topic, size=size)
            for organisation, size in heads
            for topic in (FILES, READINESS)
        )


# --- how far ----------------------------------------------------------------------------------------------------------


def _locked(organisation: UUID) -> Progress:
    Progress.objects.bulk_create([Progress(organisation_id=organisation)], ignore_conflicts=True)
    return Progress.objects.select_for_update().get(organisation=organisation)


def _begin(store: DatabaseStore, of: Asked) -> None:
    """Where facts were made by another release or for another edition, there are none yet."""
    made_by = asked.made_by(of, store.kinds)
    if Progress.objects.filter(organisation=store.organisation, made_by=made_by).exists():
        return
    with turn(), transaction.atomic():
        progress = _locked(store.organisation)
        if progress.made_by != made_by:
            _drop(store.organisation)
            progress.made_by, progress.facts, progress.stale = made_by, 0, json.dumps([ALL])
            progress.revision += 1
            progress.save()


def _drop(organisation: UUID) -> None:
    for table in (KeptFact, Served, RestsOn):
        table._default_manager.filter(organisation=organisation).delete()  # noqa: SLF001 - Django's name for it


def _noted(progress: Progress, touched: "Iterable[Collection[str] | Everything]") -> None:
    """These requirements have to be computed too."""
    known: set[str] = set(json.loads(progress.stale))
    for those in touched:
        known |= {ALL} if isinstance(those, Everything) else set(those)
    progress.stale = json.dumps([ALL] if ALL in known else sorted(known))


# --- facts ------------------------------------------------------------------------------------------------------------


def _take_in(store: DatabaseStore, of: Asked) -> bool:
    """The next entries of the ledger. Whether there may be more."""
    own = Q(organisation=store.organisation)
    if not _is_short_of(store):
        return False
    with turn(), transaction.atomic():
        progress = _locked(store.organisation)
        size = LedgerHead.objects.values_list("size", flat=True).get(own)
        end = min(progress.facts + BATCH, size)
        if progress.facts >= end:
            return False
        came = Entry.objects.filter(own, sequence__gte=progress.facts, sequence__lt=end)
        entries = [LedgerEntry.from_bytes(bytes(data)) for data in came.values_list("data", flat=True)]
        records = {entry.record for entry in entries} | _erased(store, entries)
        _noted(progress, _make(store, of, records))
        progress.facts, progress.revision = end, progress.revision + 1
        progress.save()
    return end < size


def _is_short_of(store: DatabaseStore) -> bool:
    size = LedgerHead.objects.filter(organisation=store.organisation, size__gt=OuterRef("facts"))
    return Progress.objects.filter(Exists(size), organisation=store.organisation).exists()


def _erased(store: DatabaseStore, entries: Sequence[LedgerEntry]) -> set[str]:
    """Records of which these entries erased a version; and, where that was of a passkey, all whose signatures it verified."""
    sequences = [sequence for entry in entries for sequence in entry.erases]
    if not sequences:
        return set()
    found = Entry.objects.filter(organisation=store.organisation, sequence__in=sequences)
    gone = [LedgerEntry.from_bytes(bytes(data)) for data in found.values_list("data", flat=True)]
    tells_of_keys = {kind.name for kind in store.kinds if kind.signing_keys is not None}
    records = {entry.record for entry in gone}
    if any(entry.kind in tells_of_keys for entry in gone):
        own = KeptFact.objects.filter(organisation=store.organisation)
        records |= {row.record for row in own.iterator(ROWS) if fact_of(row).signatures}
    return records


def _make(store: DatabaseStore, of: Asked, records: Collection[str]) -> "list[Collection[str] | Everything]":
    """These records' facts anew. Returns the requirements that can see a difference, fact by fact."""
    own, wanted = Q(organisation=store.organisation), list(records)
    rows = {row.record: row for row in KeptFact.objects.filter(own, record__in=wanted)}
    before = {i: fact_of(row) for i, row in rows.items()}
    standing = store.records(wanted)
    gone = without_evidence(store, standing)
    after = {fact.id: fact for fact in facts_from(store, standing, gone)}
    attached = {i: digests_of(standing[i]) for i in after}
    for table in (KeptFact, Served, RestsOn):
        table._default_manager.filter(own, record__in=wanted).delete()  # noqa: SLF001 - Django's name for it
    KeptFact.objects.bulk_create(
        KeptFact(
            organisation_id=store.organisation,
            record=i,
            kind=after[i].kind,
            state=after[i].state,
            gone=i in gone,
            data=fact_bytes(after[i]),
        )
        for i in after
    )
    Served.objects.bulk_create(
        Served(organisation_id=store.organisation, record=i, kind=after[i].kind, requirement=name)
        for i in after
        for name in sorted(after[i].serves)
    )
    RestsOn.objects.bulk_create(
        RestsOn(organisation_id=store.organisation, record=i, digest=digest)
        for i in after
        for digest in sorted(attached[i])
    )
    seeing = of.sights
    return [seeing.touched(before.get(i), after.get(i)) for i in wanted]


def sweep(organisation: UUID) -> None:
    """Whose files are here, and whose are not, held against what is kept of it."""
    here = FileUse.objects.filter(organisation=organisation, file=OuterRef("digest"))
    lacking = RestsOn.objects.filter(~Exists(here), organisation=organisation).values("record")
    own = KeptFact.objects.filter(organisation=organisation)
    wrong = own.filter(Q(gone=False, record__in=lacking) | (Q(gone=True) & ~Q(record__in=lacking)))
    found = list(wrong.values_list("record", flat=True))
    if not found:
        return
    store = open_store(Organisation.objects.get(pk=organisation))
    for first in range(0, len(found), BATCH):
        with turn(), transaction.atomic():
            progress = _locked(organisation)
            _noted(progress, _make(store, asked.current(), found[first : first + BATCH]))
            progress.revision += 1
            progress.save()


# --- results ----------------------------------------------------------------------------------------------------------


def _compute(store: DatabaseStore, of: Asked) -> bool:
    """Whether results are those of the facts that are there. False where facts changed meanwhile."""
    head = LedgerHead.objects.get(organisation=store.organisation)
    progress = Progress.objects.get(organisation=store.organisation)
    day, stale = asked.day_of(head), set(json.loads(progress.stale))
    wanted: Collection[str] | Everything = stale
    if progress.day != day or ALL in stale or progress.computed_at is None:
        wanted = EVERYTHING
    if not stale and not isinstance(wanted, Everything) and progress.size == progress.facts:
        return True
    facts = _seen(store.organisation, of, wanted)
    profile = asked.profile_of(facts)
    results = assess(
        of.edition,
        of.method,
        Facts(facts, profile.reach),
        profile,
        day,
        built=of.built,
        only=[requirement.id for requirement in of.edition if requirement.id in wanted],
    )
    with turn(), transaction.atomic():
        locked = _locked(store.organisation)
        if locked.revision != progress.revision:
            return False
        _write(
            store.organisation, of, results, day=day, size=locked.facts, whole=isinstance(wanted, Everything)
        )
        locked.size, locked.day, locked.stale = locked.facts, day, "[]"
        locked.profile, locked.computed_at = profile_text(profile), now()
        locked.save()
    return True


def _seen(organisation: UUID, of: Asked, wanted: "Collection[str] | Everything") -> list[Fact]:
    """The facts that these requirements can see; those that speak against, and those that decide what is asked."""
    seeing = of.sights
    seen = seeing.seen(wanted)
    serving = Served.objects.filter(
        organisation=organisation, record=OuterRef("record"), kind__in=seen.serving
    )
    if not isinstance(wanted, Everything):
        serving = serving.filter(requirement__in=wanted)
    chosen = (
        Q(kind__in=seen.whole | seeing.deciding)
        | Q(kind=seeing.adverse.kind, state__in=seeing.adverse.states)
        | Q(Exists(serving), kind__in=seen.serving)
    )
    return read_facts(KeptFact.objects.filter(chosen, organisation=organisation))


def _write(
    organisation: UUID, of: Asked, results: Sequence[Result], *, day: date, size: int, whole: bool
) -> None:
    own = KeptResult.objects.filter(organisation=organisation)
    before = {row.requirement: row for row in own.defer("data")}
    if whole:
        own.exclude(requirement__in=[result.requirement.id for result in results]).delete()
    at = {requirement.id: position for position, requirement in enumerate(of.edition)}
    rows: list[KeptResult] = []
    moved_on = {
        result.requirement.id: result
        for result in results
        if (row := before.get(result.requirement.id)) is not None and row.status != result.status.value
    }
    said = (
        dict(own.filter(requirement__in=list(moved_on)).values_list("requirement", "data"))
        if moved_on
        else {}
    )
    changes = [
        Change(
            organisation_id=organisation,
            requirement=name,
            before=before[name].status,
            after=result.status.value,
            on=day,
            size=size,
            codes=json.dumps(causes(result, said[name])),
        )
        for name, result in moved_on.items()
    ]
    for result in results:
        name, known = result.requirement.id, before.get(result.requirement.id)
        moved = name in moved_on
        rows.append(
            KeptResult(
                organisation_id=organisation,
                requirement=name,
                position=at[name],
                status=result.status.value,
                until=result.until,
                oldest=result.oldest,
                changed_on=day if moved else known.changed_on if known else None,
                before="" if known is None else known.status if moved else known.before,
                data=result_text(result),
                **gist(result).as_row(),
            )
        )
    KeptResult.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["organisation", "requirement"],
        update_fields=[
            "position",
            "status",
            "until",
            "oldest",
            "changed_on",
            "before",
            "met",
            "criteria",
            "why",
            "data",
        ],
    )
    Change.objects.bulk_create(changes)
