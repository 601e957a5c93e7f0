"""Fifty at once on one organisation, over HTTP, through one process and through several: nothing is lost or seen late."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from tests.server.store.crowd import Program, answered_by, gunicorn
from tests.server.store.soundness import require_sound
from tests.server.works import RISK, Works, works

PROGRAMS = 50
TURNS = 2
SHARED = 10


@pytest.mark.parametrize("workers", [1, 3])
def test_fifty_at_once(own_database: str, workers: int, tmp_path: Path) -> None:
    there = works()
    shared = [there.create("risk", {**RISK, "controls": ["Begun"]}).id for _ in range(SHARED)]
    tokens = [there.token((there.ada, there.ben)[number % 2]) for number in range(PROGRAMS)]
    log = tmp_path / "answered"

    with gunicorn(own_database, workers=workers, log=log) as port:
        programs = [
            Program(port, there.slug, token, f"program-{number}") for number, token in enumerate(tokens)
        ]
        written = _all_at_once(programs, shared)

    _require_nothing_lost(there, shared, written)
    require_sound(there.firm.workspace)
    processes = answered_by(log)
    assert len(set(processes.values())) == workers
    elsewhere = sum(
        processes[write] != processes[read] for program in programs for write, read in program.pairs
    )
    assert (elsewhere > 0) == (workers > 1)


def _all_at_once(programs: Sequence[Program], shared: Sequence[str]) -> dict[str, str]:
    """Titles by number of what each has created."""
    together = Barrier(len(programs))

    def work(place: int) -> dict[str, str]:
        program, record = programs[place], shared[place % len(shared)]
        numbers: dict[str, str] = {}
        together.wait()
        for turn in range(TURNS):
            line = f"{program.name}, turn {turn}"
            made = program.create("risk", {**RISK, "title": line})
            assert made["number"] not in numbers
            numbers[made["number"]] = line
            program.add(record, "controls", line)
        return numbers

    written: dict[str, str] = {}
    with ThreadPoolExecutor(len(programs)) as pool:
        for numbers in pool.map(work, range(len(programs))):
            assert not written.keys() & numbers.keys(), "a number that was given twice"
            written |= numbers
    return written


def _require_nothing_lost(there: Works, shared: Sequence[str], written: dict[str, str]) -> None:
    records = there.firm.workspace.records(kinds=["risk"])
    created = {r.number: r.current.content.body["title"] for i, r in records.items() if i not in shared}
    assert created == written
    assert len(written) == PROGRAMS * TURNS
    for place, record in enumerate(shared):
        lines = records[record].current.content.body["controls"]
        wanted = [
            f"program-{number}, turn {turn}"
            for number in range(place, PROGRAMS, SHARED)
            for turn in range(TURNS)
        ]
        assert sorted(lines) == sorted(["Begun", *wanted])
        assert len(records[record].versions) == len(lines)
