"""Databases for tests: Django is set up once a process, and pointed at one database after the other.

Nothing that was recorded can be deleted, so tests share no tables: each takes an organisation of its own, or a whole
database of its own, copied from one that was migrated once.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from uuid import uuid4

from tests.server.postgres import ADDRESS

ENGINES = ("sqlite", "postgres")


@cache
def set_up() -> Path:
    """Django, with a data folder of this process's own. Returns the folder."""
    folder = Path(mkdtemp(prefix="sf-data-"))
    (folder / "static").mkdir()  # WhiteNoise warns where it is missing
    (folder / "secret-key").write_text(f"for tests only: {uuid4()}")
    os.environ["STANDFIRST_DATA"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "standfirst.server.settings"
    import django  # noqa: PLC0415 - only where a test needs it

    django.setup()
    from django.db.backends.signals import connection_created  # noqa: PLC0415

    connection_created.connect(_opened)
    from django.conf import settings  # noqa: PLC0415

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # Argon2 is slow on purpose
    return folder


@contextmanager
def pointed_at(url: str) -> Iterator[None]:
    """Django's default database is this one meanwhile, in every thread."""
    from django.db import connections  # noqa: PLC0415

    from standfirst.server import settings  # noqa: PLC0415

    before = connections.settings
    described = {"default": settings.database(url)}
    _turn_to(connections.configure_settings(described))
    try:
        yield
    finally:
        _turn_to(before)


def _turn_to(described: dict[str, Any]) -> None:
    from django.db import connections  # noqa: PLC0415

    for connection in _OPENED:  # also those of threads that have ended
        connection.inc_thread_sharing()
        connection.close()
    _OPENED.clear()
    connections.settings = described
    with suppress(AttributeError):  # this thread has not connected yet
        del connections["default"]


_OPENED: set[Any] = set()


def _opened(connection: Any, **_: object) -> None:
    _OPENED.add(connection)


@cache
def _template(engine: str) -> str:
    """The address of a database with every table and no row, which nobody writes to: made once a process."""
    set_up()
    url = _new(engine, template="")
    with pointed_at(url):
        from django.core.management import call_command  # noqa: PLC0415

        call_command("migrate", verbosity=0)
    return url


@cache
def migrated(engine: str) -> str:
    """The address of the database that tests share, until ``let_go``: those of one module."""
    return fresh(engine)


def let_go() -> None:
    """Whoever asks next for the one that is shared gets a new one: a worker in a test would else do what all tests before
    have left.
    """
    migrated.cache_clear()


def fresh(engine: str) -> str:
    """The address of a new database, migrated and empty."""
    return _new(engine, template=_template(engine))


def copy_of(engine: str, url: str) -> str:
    """The address of a copy of a database, as a backup of this moment would be."""
    return _new(engine, template=url)


def _new(engine: str, *, template: str) -> str:
    name = f"t{uuid4().hex[:16]}"
    if engine == "sqlite":
        path = set_up() / f"{name}.sqlite3"
        if template:
            _copy_sqlite(Path(template.removeprefix("sqlite:///")), path)
        return f"sqlite:///{path}"
    import psycopg  # noqa: PLC0415
    from psycopg import sql  # noqa: PLC0415

    folder = os.environ[ADDRESS]
    source = sql.Identifier(template.rpartition("/")[2].partition("?")[0] if template else "template0")
    with psycopg.connect(host=folder, user="standfirst", dbname="postgres", autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), source))
    return f"postgres://standfirst@{folder.replace('/', '%2F')}/{name}"


def _copy_sqlite(source: Path, target: Path) -> None:
    """Also what still stands in the write-ahead log."""
    import sqlite3  # noqa: PLC0415

    with sqlite3.connect(source) as old, sqlite3.connect(target) as new:
        old.backup(new)
    old.close()
    new.close()


def available(engine: str) -> bool:
    return engine == "sqlite" or ADDRESS in os.environ


def discard() -> None:
    """At the end of a process."""
    if set_up.cache_info().currsize:
        shutil.rmtree(set_up(), ignore_errors=True)
