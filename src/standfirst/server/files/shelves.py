"""Where bytes lie: by their digest, on a disk or in an S3-compatible bucket. Nothing here knows whose they are.

What is on its way in lies in ``incoming``, on this machine's disk in both cases. A file gets its place by digest in one
step, so that no half file ever has one.
"""

import os
import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Protocol

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages

CHUNK: Final = 2**18  # bytes read and sent at once


class Shelf(Protocol):
    @property
    def incoming(self) -> Path: ...

    def carry(self, digest: str, path: Path) -> None:
        """The slow part of putting a file in its place, before any lock is taken."""
        ...

    def settle(self, digest: str, path: Path) -> bool:
        """The quick part, under the lock of the digest's row. False where what was carried has been taken away since."""
        ...

    def size(self, digest: str) -> int | None:
        """None where there is nothing."""
        ...

    def read(self, digest: str, start: int, stop: int) -> Iterator[bytes]:
        """The bytes from ``start`` up to, and without, ``stop``, in pieces."""
        ...

    def drop(self, digest: str) -> None: ...


def place_of(digest: str) -> str:
    return f"sha256/{digest[:2]}/{digest[2:]}"


def shelf() -> Shelf:
    """As ``settings.STORAGES`` says."""
    storage = storages["evidence"]
    if isinstance(storage, FileSystemStorage):
        return FolderShelf(Path(storage.location))
    return BucketShelf(storage, Path(settings.FILES) / "incoming")


class FolderShelf:
    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def incoming(self) -> Path:
        return self.root / "incoming"  # of one file system with the rest, so that a move is one step

    def carry(self, digest: str, path: Path) -> None:
        """Nothing is slow here."""

    def settle(self, digest: str, path: Path) -> bool:
        """Replaces what is there, which is the same bytes unless the disk has damaged them."""
        target = self._place(digest)
        _make(target.parent)
        path.replace(target)
        _sync(target.parent)
        return True

    def size(self, digest: str) -> int | None:
        try:
            return self._place(digest).stat().st_size
        except FileNotFoundError:
            return None

    def read(self, digest: str, start: int, stop: int) -> Iterator[bytes]:
        with self._place(digest).open("rb") as file:
            file.seek(start)
            while start < stop and (piece := file.read(min(CHUNK, stop - start))):
                start += len(piece)
                yield piece

    def drop(self, digest: str) -> None:
        target = self._place(digest)
        target.unlink(missing_ok=True)
        if target.parent.exists():
            _sync(target.parent)

    def _place(self, digest: str) -> Path:
        return self.root / place_of(digest)


class BucketShelf:
    """``storage`` is one of django-storages. Its client is used directly: the storage's own files are read whole."""

    def __init__(self, storage: Any, incoming: Path) -> None:
        self.storage = storage
        self._incoming = incoming

    @property
    def incoming(self) -> Path:
        return self._incoming

    def carry(self, digest: str, path: Path) -> None:
        """Always, also where the bytes are there: how long it takes would tell what others keep."""
        more = dict(self.storage.get_object_parameters(place_of(digest)))
        more.setdefault("ContentType", "application/octet-stream")
        if self.storage.default_acl:
            more.setdefault("ACL", self.storage.default_acl)
        self._client.upload_file(
            Filename=str(path), ExtraArgs=more, Config=self.storage.transfer_config, **self._of(digest)
        )

    def settle(self, digest: str, path: Path) -> bool:
        if self.size(digest) != path.stat().st_size:
            return False
        path.unlink()
        return True

    def size(self, digest: str) -> int | None:
        try:
            return int(self._client.head_object(**self._of(digest))["ContentLength"])
        except self._client.exceptions.ClientError as fault:
            if fault.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return None
            raise

    def read(self, digest: str, start: int, stop: int) -> Iterator[bytes]:
        if start >= stop:
            return
        body = self._client.get_object(Range=f"bytes={start}-{stop - 1}", **self._of(digest))["Body"]
        try:
            yield from body.iter_chunks(CHUNK)
        finally:
            body.close()

    def drop(self, digest: str) -> None:
        self._client.delete_object(**self._of(digest))

    @property
    def _client(self) -> Any:
        return self.storage.connection.meta.client

    def _of(self, digest: str) -> dict[str, str]:
        key = posixpath.join(self.storage.location, place_of(digest))
        return {"Bucket": self.storage.bucket_name, "Key": key}


def _make(folder: Path) -> None:
    """With all above it, each on disk before what lies in it."""
    if folder.is_dir():
        return
    _make(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _sync(folder.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
