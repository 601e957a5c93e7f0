"""From the command line: a package that goes on here is found after the work is done, and again after a rebuild."""

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.server.test_commands import EXAMPLE, PASSWORD, done


def test_adopted_worked_off_and_made_anew(tmp_path: Path) -> None:
    data = tmp_path / "data"
    done("init", data=data)
    names = ("--slug", "lab", "--name", "The lab", "--email", "lab@example.org", "--handle", "mira")
    done("organisation", "adopt", EXAMPLE, *names, data=data, answer=PASSWORD)
    assert _found(data, "calibration") == []
    done("work", "--once", data=data)
    found = _found(data, "calibration")
    assert found
    _run(data, "DELETE FROM search_document")
    told = done("organisation", "rebuild", "lab", data=data)
    count = len(_found(data, "all"))
    assert f"{count} of them can be found" in told
    assert _found(data, "calibration") == found


def _found(data: Path, word: str) -> list[tuple[int]]:
    return _run(data, f"SELECT rowid FROM search_words WHERE search_words MATCH '{word}' ORDER BY rowid")  # noqa: S608


def _run(data: Path, statement: str) -> list[tuple[int]]:
    with closing(sqlite3.connect(data / "standfirst.sqlite3", isolation_level=None)) as database:
        return database.execute(statement).fetchall()
