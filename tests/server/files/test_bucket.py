"""Files in an S3-compatible bucket, over HTTP: a server of the tests' own (moto)."""

import hashlib
import random
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.storage import storages
from django.test import override_settings
from moto.server import ThreadedMotoServer
from tests.server.files.cast import Member, erase_uses, form_around, lying_in

from standfirst.server import settings as ours
from standfirst.server.files.models import FileUse
from standfirst.server.files.shelves import BucketShelf, place_of

MB = 2**20


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture
def bucket(server: str, tmp_path: Path) -> Iterator[Any]:
    name = f"evidence-{uuid4().hex[:8]}"
    keys = "access_key=for-tests&secret_key=for-tests&region_name=us-east-1"
    described = ours.evidence(f"s3://{name}/firm?endpoint_url={server}&{keys}")
    with override_settings(STORAGES={**settings.STORAGES, "evidence": described}, FILES=tmp_path / "files"):
        storage: Any = storages["evidence"]
        storage.bucket.create()
        yield storage


@pytest.fixture
def mila(ada: Member, bucket: Any) -> Member:  # noqa: ARG001 - in this order
    return ada


@pytest.fixture
def trace() -> bytes:
    """Each test's own: rows outlive a test, and buckets do not."""
    return random.randbytes(3 * MB)  # noqa: S311 - any bytes will do


def place(data: bytes) -> str:
    return f"firm/{place_of(digest_of(data))}"


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def keys(bucket: Any) -> list[str]:
    return sorted(one.key for one in bucket.bucket.objects.all())


def body(member: Member, path: str, **headers: str) -> bytes:
    return b"".join(member.client.get(path, headers=headers).streaming_content)


def test_there_and_back(mila: Member, bucket: Any, tmp_path: Path, trace: bytes) -> None:
    path = mila.kept(trace, "trace.dat")["content"]
    mila.kept(trace, "again.dat")
    assert keys(bucket) == [place(trace)]
    assert lying_in(tmp_path / "files") == []
    assert body(mila, path) == trace
    assert body(mila, path, Range="bytes=100-199") == trace[100:200]
    assert mila.client.head(path)["Content-Length"] == str(len(trace))


def test_a_large_file_goes_up_in_parts(
    mila: Member, bucket: Any, monkeypatch: pytest.MonkeyPatch, trace: bytes
) -> None:
    size = 12 * MB
    monkeypatch.setattr(bucket.transfer_config, "multipart_threshold", 6 * MB)
    monkeypatch.setattr(bucket.transfer_config, "multipart_chunksize", 6 * MB)
    before, behind, length = form_around(size)
    pieces = [before, *[trace] * 4, behind]
    (kept,) = mila.stream(iter(pieces), length).json()["files"]
    (stored,) = bucket.bucket.objects.all()
    assert stored.size == size
    assert stored.e_tag.endswith('-2"')  # of two parts
    assert kept["attachment"]["sha256"] == hashlib.sha256(trace * 4).hexdigest()


def test_erased_bytes_go(mila: Member, bucket: Any, trace: bytes) -> None:
    mila.kept(trace)
    erase_uses(mila.organisation, [digest_of(trace)], by="ERA-0001")
    assert keys(bucket) == []


def test_bytes_that_are_destroyed_before_their_row_is_locked_are_carried_again(
    mila: Member, monkeypatch: pytest.MonkeyPatch, trace: bytes
) -> None:
    carried = []
    carry = BucketShelf.carry

    def carry_and_lose(shelf: BucketShelf, digest: str, path: Path) -> None:
        carry(shelf, digest, path)
        carried.append(digest)
        if len(carried) == 1:
            shelf.drop(digest)

    monkeypatch.setattr(BucketShelf, "carry", carry_and_lose)
    path = mila.kept(trace)["content"]
    assert carried == [digest_of(trace), digest_of(trace)]
    assert body(mila, path) == trace
    assert FileUse.objects.filter(organisation=mila.organisation).count() == 1


def test_the_same_bytes_at_once(mila: Member, bucket: Any, trace: bytes) -> None:
    threads = [threading.Thread(target=mila.kept, args=(trace,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert keys(bucket) == [place(trace)]
    assert FileUse.objects.filter(organisation=mila.organisation, file=digest_of(trace)).count() == 2


def test_a_bucket_that_is_away_keeps_nothing(mila: Member, bucket: Any, tmp_path: Path, trace: bytes) -> None:
    mila.client.raise_request_exception = False
    bucket.bucket.delete()
    assert mila.upload(trace).status_code == 500
    assert lying_in(tmp_path / "files") == []
    assert not FileUse.objects.filter(organisation=mila.organisation).exists()
