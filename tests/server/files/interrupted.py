"""A process that uploads and is killed: it says what it has done, one word a line, and waits to be killed.

python -m tests.server.files.interrupted <where to stop> <user id> <organisation's slug> <files' folder> <first bytes>
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django

SIZE = 4 * 2**20


def content(first: str) -> bytes:
    return first.encode().ljust(SIZE, b"\x9a")


def wait_to_be_killed(*_: Any) -> bool:
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()
    os._exit(3)  # nobody killed it


def main(where: str, user: str, slug: str, folder: str, first: str) -> None:
    django.setup()
    from tests.server.files import cast  # noqa: PLC0415 - Django is set up by now

    from standfirst.server.accounts.models import User  # noqa: PLC0415
    from standfirst.server.files.models import FileUse  # noqa: PLC0415
    from standfirst.server.files.shelves import FolderShelf  # noqa: PLC0415
    from standfirst.server.store.models import Organisation  # noqa: PLC0415

    settle, create = FolderShelf.settle, FileUse.objects.create

    def settle_and_wait(*args: Any) -> bool:
        settle(*args)
        return wait_to_be_killed()

    def create_and_wait(**fields: Any) -> bool:
        create(**fields)
        return wait_to_be_killed()

    if where == "before-the-move":
        FolderShelf.settle = wait_to_be_killed  # type: ignore[assignment,method-assign]
    if where == "after-the-move":
        FolderShelf.settle = settle_and_wait  # type: ignore[assignment,method-assign]
    if where == "after-the-row":
        FileUse.objects.create = create_and_wait  # type: ignore[assignment,method-assign]
    who = User.objects.get(pk=user)
    member = cast.Member(Organisation.objects.get(slug=slug), who, cast.browser(who))
    before, behind, length = cast.form_around(SIZE)

    def pieces() -> Iterator[bytes]:
        yield before
        yield content(first)[: SIZE // 2]
        if where == "in-the-middle":
            wait_to_be_killed()
        yield content(first)[SIZE // 2 :]
        yield behind

    with cast.files_in(Path(folder)):
        member.stream(pieces(), length)


if __name__ == "__main__":
    main(*sys.argv[1:])
