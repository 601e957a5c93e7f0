"""What stands beside an organisation's ledger, against it: who may act, what is kept sealed, the files, the newest head.

``store.checking`` proves the ledger and what is made from it; this is what other rooms keep, and what the ledger names.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Final

from django.db.models import Max

from standfirst.management.access import ACCESS, of, open_in
from standfirst.management.founding import actor_named
from standfirst.management.sealed import Purpose, batches, commitment_of
from standfirst.server.accounts.models import Membership
from standfirst.server.files.shelves import Shelf, shelf
from standfirst.server.sealed.batching import service
from standfirst.server.sealed.models import Case, SealedItem
from standfirst.server.store.checking import Wrong
from standfirst.server.store.heads import is_signing
from standfirst.server.store.models import Content, Current, Entry, Organisation, SignedHead
from standfirst.server.store.store import DatabaseStore
from standfirst.standards.reason import Reason
from standfirst.trust.errors import Rejected

_CHUNK: Final = 500


def differing(organisation: Organisation, store: DatabaseStore) -> Iterator[Wrong]:
    """All that does not agree. Ask it of a ledger that was proved."""
    yield from _unsigned(organisation, store)
    yield from _members(organisation, store)
    for purpose in Purpose:
        yield from _sealed(organisation, store, purpose)


def _unsigned(organisation: Organisation, store: DatabaseStore) -> Iterator[Wrong]:
    """A head that moved and waits for no worker. What is asked first can only have come before what is asked then."""
    size = store.head.size
    if is_signing(organisation.pk):
        return
    signed = SignedHead.objects.filter(organisation=organisation).aggregate(most=Max("size"))["most"] or 0
    if signed < size:
        yield Wrong(Reason("head.nobody-signs", {"signed": signed, "size": size}))


# --- who may act -----------------------------------------------------------------------------------------------------


def _members(organisation: Organisation, store: DatabaseStore) -> Iterator[Wrong]:
    """Rows say who is let in, and access records who may be. A row without its record lets nobody in."""
    access = store.records(kinds=(ACCESS.name,))
    rows = {row.access: row for row in Membership.objects.filter(organisation=organisation)}
    for row in rows.values():
        said = access.get(row.access)
        if said is None:
            continue
        account = str(said.current.content.body["account"])
        if row.person not in of(said) or account != str(row.user_id):
            yield Wrong(Reason("access.other-than-recorded", {"record": said.number}))
    for each in open_in(store):
        acts = any(actor_named(store, person) is not None for person in of(each))
        if acts and each.id not in rows:
            yield Wrong(Reason("access.without-row", {"record": each.number}))


# --- what is kept sealed ---------------------------------------------------------------------------------------------


def _sealed(organisation: Organisation, store: DatabaseStore, purpose: Purpose) -> Iterator[Wrong]:
    """Each item is what its batch commits to, and each commitment's item is there; nothing is told of what it says."""
    made = batches(store, purpose, service(organisation).id)
    number_of = {
        held: number for number, record in made.items() for held in record.current.content.body["commitments"]
    }
    there: set[str] = set()
    subjects: set[str] = set()
    changed: dict[str, int] = {}
    items = SealedItem.objects.filter(organisation=organisation, purpose=purpose.value)
    for item in items.iterator(_CHUNK):
        stated = bytes(item.commitment).hex()
        try:
            holds = commitment_of(bytes(item.salt), bytes(item.content)) == stated
        except Rejected:
            holds = False
        if not holds or (item.batch and number_of.get(stated) != item.batch):
            changed[item.batch] = changed.get(item.batch, 0) + 1
        there.add(stated)
        subjects.add(item.subject)
    gone: dict[str, int] = {}
    for held, number in number_of.items():
        if held not in there:
            gone[number] = gone.get(number, 0) + 1
    for code, found in (("sealed.item-changed", changed), ("sealed.item-gone", gone)):
        for number, count in sorted(found.items()):
            yield Wrong(Reason(code, {"record": number, "count": count}))
    if purpose is Purpose.SPEAK_UP:
        cases = {
            str(pk) for pk in Case.objects.filter(organisation=organisation).values_list("pk", flat=True)
        }
        if lost := len(subjects - cases):
            yield Wrong(Reason("sealed.case-gone", {"count": lost}))


# --- files -----------------------------------------------------------------------------------------------------------


def attached(organisation: Organisation) -> dict[str, int]:
    """The digest of every file that a content names as attached, with the entry that named it last."""
    found: dict[str, int] = {}
    rows = Content.objects.filter(organisation=organisation).exclude(data=None).order_by("sequence")
    for sequence, data in rows.values_list("sequence", "data").iterator(_CHUNK):
        for one in json.loads(bytes(data or b"")).get("body", {}).get("attachments") or ():
            if digest := one.get("sha256"):
                found[digest] = sequence
    return found


def differing_files(organisation: Organisation, *, seen: Callable[[int, int], None]) -> Iterator[Wrong]:
    """Files that are gone, or are not what was attached: each is read to its end. ``seen``: how many, of how many."""
    place, wanted = shelf(), attached(organisation)
    for count, (digest, sequence) in enumerate(sorted(wanted.items()), 1):
        held = _digest(place, digest)
        if held != digest:
            code = "file.bytes-gone" if held is None else "file.bytes-changed"
            yield Wrong(Reason(code, {"record": _number(organisation, sequence), "digest": digest}))
        seen(count, len(wanted))


def _digest(place: Shelf, digest: str) -> str | None:
    """Of the bytes that lie where a file of this digest would; None where nothing does."""
    size = place.size(digest)
    if size is None:
        return None
    found = hashlib.sha256()
    for piece in place.read(digest, 0, size):
        found.update(piece)
    return found.hexdigest()


def _number(organisation: Organisation, sequence: int) -> str:
    record = Entry.objects.filter(organisation=organisation, sequence=sequence).values("record")[:1]
    named = Current.objects.filter(organisation=organisation, record=record)
    return str(named.values_list("number", flat=True).first() or "")
