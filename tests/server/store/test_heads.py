"""Heads are signed by keys apart from the database, one note a size, and only for a history that continues the last."""

import stat
from datetime import UTC, datetime, timedelta

import pytest
from tests.records.cast import doing, draft, found

from standfirst.records.change import Refused
from standfirst.server.store import heads
from standfirst.server.store.heads import head_in, proof_of, sign_head
from standfirst.server.store.ledger_keys import KeyFolder, LedgerKeys, LedgerKeysRejected
from standfirst.server.store.models import LedgerHead, SignedHead
from standfirst.server.store.store import DatabaseStore
from standfirst.trust.cosignature import CosignatureRejected
from standfirst.trust.merkle import verify_inclusion
from standfirst.trust.note import Note

NOW = datetime(2026, 1, 6, tzinfo=UTC)
HOST = "qms.example.org"


def sign(store: DatabaseStore, keys: KeyFolder, now: datetime = NOW) -> Note:
    note = sign_head(store, keys, host=HOST, now=now)
    assert note is not None
    return note


def public(store: DatabaseStore, keys: KeyFolder) -> LedgerKeys:
    known = keys.public(store.organisation)
    assert known is not None
    return known


def refusal(store: DatabaseStore, keys: KeyFolder) -> str:
    with pytest.raises(Refused) as refused:
        sign_head(store, keys, host=HOST, now=NOW)
    return refused.value.reason.code


def test_nothing_is_signed_before_the_ledger_begins(store: DatabaseStore, keys: KeyFolder) -> None:
    assert sign_head(store, keys, host=HOST, now=NOW) is None
    assert keys.public(store.organisation) is None


def test_a_head_is_signed_by_both_keys(store: DatabaseStore, keys: KeyFolder) -> None:
    found(store)
    note = sign(store, keys)
    known = public(store, keys)
    assert known.origin == f"{HOST}/o/{store.organisation}"
    assert head_in(known.verify(note)) == store.head
    assert Note.parse(bytes(SignedHead.objects.get(organisation=store.organisation).note)) == note
    assert LedgerKeys.from_bytes(known.to_bytes()) == known
    for missing in (0, 1):
        lines = [line for number, line in enumerate(note.signatures) if number != missing]
        with pytest.raises(CosignatureRejected):
            known.verify(Note(note.text, tuple(lines)))


def test_nobody_else_may_read_the_keys(store: DatabaseStore, keys: KeyFolder) -> None:
    found(store)
    sign(store, keys)
    assert stat.S_IMODE(keys.root.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in keys.root.glob("*.keyring")} == {0o600}


def test_a_size_is_signed_once(store: DatabaseStore, keys: KeyFolder) -> None:
    found(store)
    first = sign(store, keys)
    assert sign(store, keys, NOW + timedelta(days=1)) == first
    assert keys.heads(store.organisation) == [store.head]


def test_who_is_killed_before_the_row_is_written_writes_the_same_note(
    store: DatabaseStore, keys: KeyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    found(store)
    with monkeypatch.context() as patched:
        patched.setattr(heads, "put", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            sign(store, keys)
    kept = keys.last(store.organisation)
    assert sign(store, keys, NOW + timedelta(days=1)) == kept
    assert SignedHead.objects.filter(organisation=store.organisation).count() == 1
    assert keys.heads(store.organisation) == [store.head]


def test_a_line_that_was_cut_short_is_written_again(store: DatabaseStore, keys: KeyFolder) -> None:
    found(store)
    sign(store, keys)
    before = store.head
    file = keys.root / f"{store.organisation}.heads"
    store.perform(doing(draft()))
    for cut in ("2", "2:", f"{store.head}"):
        file.write_text(f"{before}\n{cut}")
        assert keys.heads(store.organisation) == [before]
        sign(store, keys)
        assert keys.heads(store.organisation) == [before, store.head]


def test_no_history_is_signed_that_does_not_continue_the_last(store: DatabaseStore, keys: KeyFolder) -> None:
    found(store)
    sign(store, keys)
    store.perform(doing(draft()))
    sign(store, keys)
    row = LedgerHead.objects.filter(organisation=store.organisation)
    true = bytes(row.get().root)
    row.update(root=bytes(32))
    assert refusal(store, keys) == "head.other-than-signed"
    row.update(root=true)
    store.perform(doing(draft()))
    row.update(root=bytes(32))
    assert refusal(store, keys) == "head.other-than-signed"
    assert SignedHead.objects.filter(organisation=store.organisation).count() == 2


def test_a_shorter_ledger_is_not_signed(store: DatabaseStore, keys: KeyFolder) -> None:
    """As after an old backup was put back: the keys know better."""
    found(store)
    other = DatabaseStore(store.organisation, store.kinds, clock=store.clock)
    store.perform(doing(draft()))
    sign(store, keys)
    other._locked = LedgerHead(organisation_id=store.organisation, size=1, root=b"\x01" * 32)
    assert refusal(other, keys) == "head.shorter-than-signed"


def test_lost_keys_are_not_made_anew(store: DatabaseStore, keys: KeyFolder) -> None:
    found(store)
    sign(store, keys)
    for file in keys.root.iterdir():
        file.unlink()
    assert refusal(store, keys) == "head.keys-missing"


def test_an_entry_is_proved_to_a_stranger_who_has_the_keys(store: DatabaseStore, keys: KeyFolder) -> None:
    found(store)
    assert proof_of(store, 0) is None
    store.perform(doing(draft(), draft()))
    sign(store, keys)
    store.perform(doing(draft()))
    proof = proof_of(store, 2)
    assert proof is not None
    checkpoint = public(store, keys).verify(proof.note)
    leaf = bytes.fromhex(store.ledger()[2].leaf)
    verify_inclusion(
        leaf=leaf, index=proof.index, size=checkpoint.size, proof=proof.path, root=checkpoint.root
    )
    assert proof_of(store, 3) is None


BAD_KEYS = {
    "nothing": b"",
    "another form": b'{"form":"standfirst-keyring/1","origin":"x","periods":[]}',
    "no period": b'{"form":"standfirst-ledger-keys/1","origin":"x","periods":[]}',
    "no origin": b'{"form":"standfirst-ledger-keys/1","periods":[]}',
}


@pytest.mark.parametrize("data", BAD_KEYS.values(), ids=BAD_KEYS.keys())
def test_a_file_of_keys_is_read_strictly(data: bytes) -> None:
    from standfirst.trust.errors import Rejected  # noqa: PLC0415

    with pytest.raises(Rejected):
        LedgerKeys.from_bytes(data)


def test_keys_are_named_alike_and_begin_with_the_ledger(store: DatabaseStore, keys: KeyFolder) -> None:
    found(store)
    sign(store, keys)
    known = public(store, keys)
    for bad in (
        known.to_bytes().replace(b'"first":0', b'"first":1'),
        known.to_bytes().replace(b'"origin":"qms', b'"origin":"other'),
    ):
        with pytest.raises(LedgerKeysRejected):
            LedgerKeys.from_bytes(bad)
