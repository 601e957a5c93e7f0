"""Signed heads in a public log: each once, of many organisations, and a log that is gone is not begun anew."""

import stat
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree

import pytest
from tests.records.cast import doing, draft, found

from standfirst.log.flaws import LogRejected
from standfirst.log.folder import Folder
from standfirst.log.monitor import audit_folder
from standfirst.log.tiled import TiledLog
from standfirst.server.store import anchoring
from standfirst.server.store.anchoring import AnchorLog, anchor, anchored
from standfirst.server.store.heads import sign_head
from standfirst.server.store.ledger_keys import KeyFolder
from standfirst.server.store.models import Anchor
from standfirst.server.store.store import DatabaseStore
from standfirst.trust.cosignature import NoteKey
from standfirst.trust.note import Note

HOST = "qms.example.org"
NOW = datetime(2026, 1, 6, tzinfo=UTC)


@pytest.fixture
def log(tmp_path: Path) -> AnchorLog:
    return AnchorLog(tmp_path / "public" / "anchors")


def grow(store: DatabaseStore, keys: KeyFolder) -> Note:
    if not store.founded:
        found(store)
    store.perform(doing(draft()))
    note = sign_head(store, keys, host=HOST, now=NOW)
    assert note is not None
    return note


def put(store: DatabaseStore, note: Note, log: AnchorLog) -> None:
    anchor(store.organisation, note, log, host=HOST)


def key_of(log: AnchorLog) -> NoteKey:
    assert log.key is not None
    return log.key


def in_log(log: AnchorLog, note: Note) -> list[tuple[int, Note]]:
    return list(anchored(log.folder, key_of(log), note.text.partition("\n")[0]))


def test_each_ledger_s_heads_stand_in_one_log(keys: KeyFolder, log: AnchorLog, database: str) -> None:  # noqa: ARG001
    from tests.server.store.conftest import new_store  # noqa: PLC0415

    one, other = new_store(), new_store()
    notes = [grow(one, keys), grow(other, keys), grow(one, keys)]
    for store, note in zip((one, other, one), notes, strict=True):
        put(store, note, log)
    assert key_of(log).name == f"{HOST}/anchors"
    assert in_log(log, notes[0]) == [(0, notes[0]), (2, notes[2])]
    assert in_log(log, notes[1]) == [(1, notes[1])]
    audit_folder(Folder(log.folder), key_of(log))
    rows = Anchor.objects.filter(organisation=one.organisation).order_by("size")
    assert [(row.size, row.origin, row.index) for row in rows] == [
        (2, f"{HOST}/anchors", 0),
        (3, f"{HOST}/anchors", 2),
    ]


def test_a_repeat_changes_nothing(store: DatabaseStore, keys: KeyFolder, log: AnchorLog) -> None:
    note = grow(store, keys)
    for _ in range(3):
        put(store, note, log)
    assert in_log(log, note) == [(0, note)]
    assert Anchor.objects.filter(organisation=store.organisation).count() == 1


def test_the_key_lies_beside_the_log_and_nobody_else_reads_it(
    store: DatabaseStore, keys: KeyFolder, log: AnchorLog
) -> None:
    put(store, grow(store, keys), log)
    secret = log.folder.with_name("anchors.keyring")
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert not list(log.folder.rglob("*keyring*"))


@pytest.mark.parametrize("step", ["_keyring", "append", "put_file"])
def test_who_is_killed_while_the_log_is_begun_begins_it_again(
    store: DatabaseStore, keys: KeyFolder, log: AnchorLog, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = grow(store, keys)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    where = {"_keyring": AnchorLog, "append": TiledLog, "put_file": anchoring}[step]
    with monkeypatch.context() as patched:
        patched.setattr(where, step, killed)
        with pytest.raises(KeyboardInterrupt):
            put(store, note, log)
    put(store, note, log)
    assert in_log(log, note) == [(0, note)]


def test_a_log_that_is_gone_is_not_begun_anew(store: DatabaseStore, keys: KeyFolder, log: AnchorLog) -> None:
    put(store, grow(store, keys), log)
    rmtree(log.folder)
    with pytest.raises(LogRejected) as rejected:
        put(store, grow(store, keys), log)
    assert rejected.value.code.value == "log.not-a-log"


def test_what_is_no_head_is_passed_over(store: DatabaseStore, keys: KeyFolder, log: AnchorLog) -> None:
    note = grow(store, keys)
    put(store, note, log)
    origin = note.text.partition("\n")[0]
    keyring = log._keyring()
    with TiledLog.open(log.folder, f"{HOST}/anchors", keyring.keys[0]) as opened:
        opened.append([f"{origin}\nnot a head".encode(), b"\xff"])
        opened.publish()
    assert in_log(log, note) == [(0, note)]
