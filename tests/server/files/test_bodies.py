"""What records say of files, and what an erasure does to them."""

import hashlib
import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.server.files.cast import Member, erase_uses, lying_in, member

from standfirst.server.files.bodies import require_files, uses
from standfirst.server.files.destroying import destroy_unreferenced
from standfirst.server.files.keeping import ATTEMPTS
from standfirst.server.files.models import FileUse, StoredFile
from standfirst.server.files.shelves import FolderShelf, place_of
from standfirst.standards.problems import Unusable


def faults(ada: Member, *attachments: dict[str, Any]) -> list[tuple[str, str]]:
    try:
        require_files(ada.organisation, {"attachments": list(attachments)})
    except Unusable as unusable:
        return [(one.field, one.reason.code) for one in unusable.problems]
    return []


def test_a_record_names_files_of_its_own_organisation(ada: Member) -> None:
    own, theirs = (
        ada.kept(b"ours", "a.csv")["attachment"],
        member("ben").kept(b"theirs", "b.csv")["attachment"],
    )
    assert faults(ada) == []
    assert faults(ada, own) == []
    missing = [("attachments[1].file", "evidence.missing")]
    assert faults(ada, own, theirs) == missing
    assert faults(ada, own, {"file": own["file"], "sha256": None}) == missing
    assert faults(ada, own, {"file": "evidence/other.csv", "sha256": own["sha256"]}) == missing
    assert faults(ada, own, {"file": own["file"], "sha256": "0" * 64}) == missing
    require_files(ada.organisation, {"title": "No files at all"})


def test_looking_up_files_is_one_query(ada: Member) -> None:
    kept = [ada.kept(b"%d" % i)["attachment"]["sha256"] for i in range(6)]
    for some in (kept[:2], kept):
        with CaptureQueriesContext(connection) as asked:
            found = uses(ada.organisation, some)
            assert {use.file.size for those in found.values() for use in those if use.file} == {1}
        assert (len(asked), set(found)) == (1, set(some))


# --- erasure ---------------------------------------------------------------------------------------------------------


def test_erased_bytes_go_when_nobody_has_a_use_for_them(ada: Member, folder: Path) -> None:
    ben = member("ben")
    kept, theirs = ada.kept(b"of a person", "cv.pdf", origin="Mila"), ben.kept(b"of a person")
    digest = kept["attachment"]["sha256"]
    erase_uses(ada.organisation, [digest], by="ERA-0001")
    assert lying_in(folder) == [place_of(digest)]
    assert b"".join(ben.client.get(theirs["content"]).streaming_content) == b"of a person"
    assert ada.client.get(kept["content"]).status_code == 404
    assert ada.client.get(ada.api).json()["files"] == [{"id": kept["id"], "erased_by": "ERA-0001"}]
    page = ada.client.get(ada.path()).content.decode()
    assert "erased by ERA-0001" in page
    assert not any(gone in page for gone in ("cv.pdf", "Mila", digest))
    assert faults(ada, kept["attachment"]) == [("attachments[0].file", "evidence.missing")]
    for _ in range(2):  # harmless when repeated
        erase_uses(ben.organisation, [digest], by="ERA-0007")
    assert lying_in(folder) == []
    assert not StoredFile.objects.filter(digest=digest).exists()
    assert FileUse.objects.get(pk=kept["id"]).erased_by == "ERA-0001"


def test_bytes_in_use_are_not_destroyed(ada: Member, folder: Path) -> None:
    digest = ada.kept(b"wanted")["attachment"]["sha256"]
    assert destroy_unreferenced(digest) is False
    assert destroy_unreferenced("0" * 64) is False
    assert lying_in(folder) == [place_of(digest)]


def test_a_row_is_erased_whole_or_not_at_all(ada: Member) -> None:
    use = FileUse.objects.filter(pk=ada.kept(b"x", "name.csv")["id"])
    for half in ({"erased_by": "ERA-0001"}, {"file": None}, {"erased_by": "ERA-0001", "file": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            use.update(**half)


def test_bytes_that_come_again_while_they_are_destroyed_stay(
    ada: Member, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Destroying holds the digest's row until the bytes are gone: an upload of the same waits, and puts them back."""
    data = b"comes and goes"
    digest = hashlib.sha256(data).hexdigest()
    ada.kept(data)
    uploads: list[threading.Thread] = []
    drop = FolderShelf.drop

    def drop_while_uploaded(shelf: FolderShelf, gone: str) -> None:
        arrived = threading.Event()
        monkeypatch.setattr(FolderShelf, "carry", lambda *_: arrived.set())
        uploads.append(threading.Thread(target=lambda: ada.kept(data)))
        uploads[0].start()
        assert arrived.wait(20)
        drop(shelf, gone)

    monkeypatch.setattr(FolderShelf, "drop", drop_while_uploaded)
    erase_uses(ada.organisation, [digest], by="ERA-0001")
    uploads[0].join()
    assert lying_in(folder) == [place_of(digest)]
    assert StoredFile.objects.filter(digest=digest).exists()
    assert destroy_unreferenced(digest) is False


def test_a_place_that_holds_nothing_is_not_filled_for_ever(
    ada: Member, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as a bucket to which somebody else writes."""
    carried: list[str] = []
    monkeypatch.setattr(FolderShelf, "carry", lambda _, digest, __: carried.append(digest))
    monkeypatch.setattr(FolderShelf, "settle", lambda *_: False)
    answer = ada.upload(b"never there")
    assert answer.status_code == 422
    assert [one["code"] for one in answer.json()["problems"]] == ["file.not-kept"]
    assert len(carried) == ATTEMPTS
    assert lying_in(folder) == []
    assert not FileUse.objects.filter(organisation=ada.organisation).exists()
