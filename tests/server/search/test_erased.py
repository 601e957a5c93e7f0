"""What is erased is found no more, from the moment of the erasure on, and its words are nowhere any more."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from tests.server.exchange.filing import attached, filed
from tests.server.exchange.searching import places
from tests.server.exchange.test_erasure import ERASURE
from tests.server.files.cast import files_in
from tests.server.search.cast import found, worked
from tests.server.works import POLICY, RISK, Works, works

from standfirst.records.record import Record
from standfirst.server.clock import now
from standfirst.server.jobs import TOPICS
from standfirst.server.search import indexing
from standfirst.server.search.models import Attached, Document, FileText
from standfirst.server.store.erasing import ERASED
from standfirst.server.store.models import Outbox
from standfirst.server.store.outbox import drain

NAME = "Quarrelsome"
SECRET = "eleventhcomet"  # noqa: S105
FILED = "zeemanslower"


@pytest.fixture
def house(own_database: str, tmp_path: Path) -> Iterator[Works]:  # noqa: ARG001 - it works on it
    with files_in(tmp_path / "files"):
        yield works()


def written(house: Works) -> Record:
    record = house.create("document", {**POLICY, "title": f"About {NAME}", "text": f"Said of {SECRET}"})
    return filed(house, record, attached(house, f"Filed: {FILED}".encode(), "hers.txt"))


def erased(house: Works, *records: str) -> None:
    record = house.create("erasure", ERASURE, links={"erases": records})
    house.move(record, "approved", by=house.ben)
    house.move(record, "carried-out")


def afterwards() -> None:
    passed = drain({ERASED: TOPICS[ERASED]}, clock=now)
    assert passed.failed == 0, list(Outbox.objects.exclude(trouble="").values_list("trouble", flat=True))


def in_index_files(word: str) -> bool:
    """PostgreSQL's own files of the words' table and its indexes, byte by byte; whoever owns the server may."""
    query = """
    SELECT pg_read_binary_file(pg_relation_filepath(c.oid)) FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid
    WHERE i.indrelid = 'search_words'::regclass
    """
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute(query)
        return any(word.encode() in bytes(data) for (data,) in cursor.fetchall())


def test_its_words_are_nowhere_any_more(house: Works) -> None:
    record = written(house)
    for n in range(40):
        house.create("risk", {**RISK, "title": f"Another {n}"})
        if n % 10 == 0:
            worked()
    worked()
    words = [word.lower() for word in (NAME, SECRET, FILED)]
    assert all(places(word) for word in words)
    assert all(found(house, word) == [record.number] for word in words)
    if connection.vendor == "postgresql":
        assert all(in_index_files(word) for word in words)

    erased(house, record.id)
    assert all(found(house, word) == [] for word in words), "also before a worker has come"
    afterwards()

    assert [(word, places(word)) for word in words] == [(word, []) for word in words]
    if connection.vendor == "postgresql":
        assert not any(in_index_files(word) for word in words)
    assert not Document.objects.filter(record=record.id).exists()
    assert not Attached.objects.filter(record=record.id).exists()
    assert not FileText.objects.exists()
    assert len(found(house, "another", limit=50)) == 40


def test_a_worker_that_comes_later_brings_nothing_back(house: Works) -> None:
    record = written(house)
    erased(house, record.id)
    afterwards()
    worked()
    assert not Document.objects.filter(record=record.id).exists()
    indexing.rebuild(house.firm.workspace)
    worked()
    assert found(house, SECRET) == []
    assert places(SECRET) == []


def test_a_new_version_leaves_no_words_of_an_erased_one(house: Works) -> None:
    """What was taken out before for another reason goes with it."""
    record = house.create("document", {**POLICY, "text": SECRET})
    worked()
    house.amend(record, text="Something else")
    worked()
    erased(house, record.id)
    afterwards()
    assert places(SECRET) == []


def test_text_of_a_file_stays_where_others_have_it(house: Works) -> None:
    other = works("Another firm")
    theirs = filed(
        other, other.create("document", POLICY), attached(other, f"Filed: {FILED}".encode(), "x.txt")
    )
    record = written(house)
    worked()
    erased(house, record.id)
    afterwards()
    assert found(house, FILED) == []
    assert found(other, FILED) == [theirs.number]
