"""Writers and workers that are killed, at any moment: what was acknowledged is there, and work is done once in effect.

PostgreSQL's server stays up meanwhile: what becomes of it is its own affair.
"""

from collections import Counter
from itertools import count
from pathlib import Path

import pytest
from tests.server.store.forking import working
from tests.server.store.killing import (
    ACKNOWLEDGED,
    BEGUN,
    COMMITTED,
    Death,
    Firm,
    Letters,
    drained,
    dying,
    work_for_ever,
    write_until_killed,
)
from tests.server.store.soundness import require_sound

from standfirst.server import jobs
from standfirst.server.store.checking import Vouched, from_outside
from standfirst.server.store.models import Anchor, Outbox, SignedHead
from standfirst.trust.checkpoint import Checkpoint

WRITES = 1000
DEATHS = [Death(37 + 13 * number, (BEGUN, ACKNOWLEDGED, COMMITTED)[number % 3]) for number in range(10)]


@pytest.fixture
def firm(own_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Firm:  # noqa: ARG001 - first this
    monkeypatch.setattr("django.conf.settings.KEYS", tmp_path / "keys")
    monkeypatch.setattr("django.conf.settings.ANCHOR", tmp_path / "public" / "anchors")
    return Firm.begun(len(DEATHS) + 1)


def test_killed_in_the_middle_of_a_thousand_writes(firm: Firm) -> None:
    acknowledged: Letters = {}
    for turn, death in enumerate(DEATHS):
        with working(lambda turn=turn: work_for_ever(turn)):  # type: ignore[misc]
            acknowledged |= write_until_killed(firm, turn, death)
    rest = WRITES - len(acknowledged)
    assert 0 < rest < WRITES / 2
    acknowledged |= write_until_killed(firm, len(DEATHS), Death(rest, ACKNOWLEDGED))

    _require_written(firm, acknowledged)
    drained(len(DEATHS) + 1)
    _require_done_once(firm)
    require_sound(firm.store, vouched(firm))


def _require_written(firm: Firm, acknowledged: Letters) -> None:
    letters = firm.letters
    assert {letter: letters[letter].body["text"] for letter in acknowledged} == acknowledged
    extra = Counter(said.body["turn"] for letter, said in letters.items() if letter not in acknowledged)
    assert max(extra.values()) == 1, "nobody writes a second letter before the first is acknowledged"
    assert extra.keys() >= {turn for turn, death in enumerate(DEATHS) if death.when == COMMITTED}
    counted = Counter(said.body["turn"] for said in letters.values() if said.links)
    assert firm.counted() == [counted[turn] for turn in range(len(DEATHS) + 1)], "a letter without its count"


def _require_done_once(firm: Firm) -> None:
    """Every commit's work is done; each head was signed once and stands in the log once at most, the newest in any case."""
    own = {"organisation": firm.store.organisation}
    assert not Outbox.objects.filter(**own, done=False).exists()
    signed = {row.size: bytes(row.note) for row in SignedHead.objects.filter(**own)}
    kept = [head.size for head in jobs.key_folder().heads(firm.store.organisation)]
    assert sorted(signed) == kept
    assert kept[-1] == firm.store.head.size
    logged = {}
    for index, note in vouched(firm).anchored:
        size = Checkpoint.parse(note.text).size
        assert size not in logged, "a head that was anchored twice"
        assert note.format() == signed[size]
        logged[size] = index
    noted = dict(Anchor.objects.filter(**own).values_list("size", "index"))
    assert noted.items() <= logged.items(), (
        "who is killed in between leaves an anchor that only the log knows"
    )
    assert firm.store.head.size in noted


def vouched(firm: Firm) -> Vouched:
    """By whoever holds the keys and reads the log."""
    log = jobs.anchor_log()
    assert log is not None
    known = log.key
    return from_outside(
        firm.store.organisation, jobs.key_folder(), log=(log.folder, known) if known is not None else None
    )


STEP = 11


def test_a_worker_killed_anywhere(firm: Firm) -> None:
    """Each dies a few lines later than the one before, and none is waited for before the next commit."""
    for turn in count():
        firm.write(f"letter {turn}", "There is work to do", 0, counted=True)
        with working(dying(1 + STEP * turn, lambda turn=turn: drained(turn))) as child:  # type: ignore[misc]
            lived = child.wait() == 0
        require_sound(firm.store, vouched(firm))
        if lived:
            break
    assert turn > 20
    _require_done_once(firm)
