"""What is kept beside the ledger, against it: whatever an administrator takes away or changes is named."""

from hashlib import sha256
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from tests.server.accounts.cast import NOW, Firm, firm
from tests.server.sealed.cast import MONDAY, House, house

from standfirst.records.change import Refused
from standfirst.server import jobs
from standfirst.server.beside import differing, differing_files
from standfirst.server.clock import now
from standfirst.server.files.shelves import FolderShelf, place_of
from standfirst.server.sealed import batching
from standfirst.server.sealed.models import Case, SealedItem
from standfirst.server.store.models import Organisation, Outbox, SignedHead
from standfirst.standards.reason import Reason

NO = Reason("ledger.newer")

pytestmark = pytest.mark.usefixtures("own_database")


def told(whose: Firm | House) -> list[str]:
    there = whose.firm if isinstance(whose, House) else whose
    return [wrong.reason.code for wrong in differing(there.organisation, there.workspace)]


@pytest.fixture
def home() -> House:
    """Three cases, and the batch that commits to them."""
    home = house()
    for text in ("One", "Two", "Three"):
        home.speak_up(text)
    assert batching.run_all(today=MONDAY).numbers
    assert told(home) == []
    return home


def test_a_sealed_item_that_is_gone_is_named(home: House) -> None:
    item = SealedItem.objects.filter(organisation=home.organisation)[0]
    SealedItem.objects.filter(pk=item.pk).delete()
    (wrong,) = differing(home.organisation, home.firm.workspace)
    assert (wrong.reason.code, wrong.reason.parameters) == (
        "sealed.item-gone",
        {"record": item.batch, "count": 1},
    )


@pytest.mark.parametrize("column", ["content", "salt", "commitment", "batch"])
def test_a_sealed_item_that_was_changed_is_named(home: House, column: str) -> None:
    item = SealedItem.objects.filter(organisation=home.organisation)[0]
    SealedItem.objects.filter(pk=item.pk).update(**{column: "SLB-0099" if column == "batch" else bytes(32)})
    assert "sealed.item-changed" in told(home)


def test_a_case_that_is_gone_is_named(home: House) -> None:
    Case.objects.filter(pk=Case.objects.filter(organisation=home.organisation)[0].pk).delete()
    assert told(home) == ["sealed.case-gone"]


def test_what_one_organisation_refuses_keeps_no_other_from_its_batch(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, run = house(), batching.run

    def no(organisation: Organisation, *args: object, **kwargs: object) -> str:
        if organisation == home.organisation:
            raise Refused(NO)
        return run(organisation, *args, **kwargs)  # type: ignore[arg-type]

    for text in ("Four", "Five", "Six"):
        home.speak_up(text)
        other.speak_up(text)
    monkeypatch.setattr(batching, "run", no)
    made = batching.run_all(today=MONDAY)
    assert list(made.refused.values()) == [NO.code]
    assert list(made.numbers) == [f"{other.organisation.slug} speak-up"]
    assert jobs.daily(MONDAY) == 1


def test_the_order_is_forgotten_later_where_somebody_reads(home: House) -> None:
    """What is owed stands in the outbox until it is done."""
    assert batching.WRITTEN_ANEW in jobs.TOPICS
    owed = Outbox.objects.filter(organisation=home.organisation, topic=batching.WRITTEN_ANEW)
    assert owed.filter(done=False).count() == 1


# --- heads -----------------------------------------------------------------------------------------------------------


def test_an_outbox_that_was_emptied_does_not_put_the_signer_to_sleep() -> None:
    there = firm()
    assert told(there) == []  # a worker was told
    Outbox.objects.filter(organisation=there.organisation).delete()
    assert told(there) == ["head.nobody-signs"]
    assert jobs.daily(NOW.date()) == 0
    assert told(there) == []
    signed = SignedHead.objects.filter(organisation=there.organisation).values_list("size", flat=True)
    assert list(signed) == [there.workspace.head.size]


def test_sessions_that_are_over_go() -> None:
    for key, day in (("over", 1), ("alive", 3000)):
        Session.objects.create(
            session_key=key, session_data="", expire_date=NOW.replace(year=2000 + day // 30)
        )
    jobs.daily(NOW.date())
    assert list(Session.objects.values_list("session_key", flat=True)) == ["alive"]


def test_work_that_was_done_long_ago_goes() -> None:
    Outbox.objects.filter(organisation=firm().organisation).update(done=True, done_at=NOW.replace(year=2000))
    recent = Outbox.objects.filter(organisation=firm().organisation)
    recent.update(done=True, done_at=now())
    kept = recent.count()
    jobs.daily(NOW.date())
    assert Outbox.objects.filter(done=True).count() == kept


# --- files -----------------------------------------------------------------------------------------------------------


def test_every_attached_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = firm()
    sound, changed, gone = sha256(b"sound").hexdigest(), "c" * 64, "d" * 64
    shelf = FolderShelf(tmp_path)
    for digest, data in ((sound, b"sound"), (changed, b"forged")):
        (tmp_path / place_of(digest)).parent.mkdir(parents=True)
        (tmp_path / place_of(digest)).write_bytes(data)
    monkeypatch.setattr("standfirst.server.beside.shelf", lambda: shelf)
    monkeypatch.setattr(
        "standfirst.server.beside.attached", lambda _: dict.fromkeys((sound, changed, gone), 0)
    )
    counted: list[tuple[int, int]] = []
    found = list(differing_files(there.organisation, seen=lambda *some: counted.append(some)))
    assert [(wrong.reason.code, wrong.reason.parameters) for wrong in found] == [
        ("file.bytes-changed", {"record": "PER-0001", "digest": changed}),
        ("file.bytes-gone", {"record": "PER-0001", "digest": gone}),
    ]
    assert counted == [(1, 3), (2, 3), (3, 3)]
