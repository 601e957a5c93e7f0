"""A firm whose writers and workers are killed: what they write, what they tell, and where they die."""

import json
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from threading import Event
from types import FrameType
from typing import Any
from uuid import uuid4

from pydantic import Field
from tests.records.cast import ADA, FIRST, THING, amended, clock_of, doing, draft, found
from tests.server.store.forking import working

from standfirst.log import folder as log_folder
from standfirst.log import journal, tiled
from standfirst.records.body import Body
from standfirst.records.change import Change, Draft
from standfirst.records.kind import Kind, Kinds, LinkRule
from standfirst.records.lifecycle import Lifecycle
from standfirst.records.record import Content
from standfirst.records.workspace import Workspace
from standfirst.server import jobs
from standfirst.server.clock import now
from standfirst.server.store import anchoring, heads, ledger_keys, outbox
from standfirst.server.store.store import DatabaseStore, create


class LetterBody(Body):
    title: str = Field(description="Its own")
    text: str = Field(description="What it says")
    turn: int = Field(description="Whose it is")


LETTER = Kind(
    name="letter",
    prefix="LTR",
    folder="letters",
    title="Letter",
    body=LetterBody,
    lifecycle=Lifecycle(states=("here",), transitions=()),
    links=(LinkRule("counted-by", ("thing",)),),
    unique=("title",),
)
KINDS = Kinds((THING, LETTER))

Letters = dict[str, str]
"""Texts by record."""


@dataclass(frozen=True)
class Firm:
    """``counts`` are records, one a turn, that count some of its letters: such a letter is one change with its count."""

    store: DatabaseStore
    counts: Sequence[str]

    @classmethod
    def begun(cls, turns: int) -> "Firm":
        made = create(uuid4(), slug=f"o{uuid4().hex[:12]}", name="Acme", type="organisation")
        store = DatabaseStore(made.id, KINDS, clock=clock_of(FIRST))
        found(store)
        counts = [draft() for _ in range(turns)]
        store.perform(doing(*counts))
        return cls(store, [each.record for each in counts])

    def write(
        self, letter: str, text: str, turn: int, *, counted: bool, begun: Callable[[], object] = bool
    ) -> None:
        """``begun`` is called under the lock."""
        count = self.counts[turn]

        def deed(workspace: Workspace) -> Change:
            begun()
            body = LetterBody(title=letter, text=text, turn=turn).values()
            written = draft(
                kind="letter", record=letter, body=body, links={"counted-by": (count,)} if counted else {}
            )
            return Change(ADA, (written, *(self._counted(workspace, count) if counted else ())))

        self.store.perform(deed)

    @staticmethod
    def _counted(workspace: Workspace, count: str) -> Sequence[Draft]:
        known = workspace.records([count])[count].current.content.body
        return amended(workspace, count, count=known.get("count", 0) + 1).drafts

    @property
    def letters(self) -> Mapping[str, Content]:
        return {i: r.current.content for i, r in self.store.records(kinds=["letter"]).items()}

    def counted(self) -> list[int]:
        """Letters by turn."""
        found = self.store.records(self.counts)
        return [int(found[count].current.content.body.get("count", 0)) for count in self.counts]


# --- a writer -------------------------------------------------------------------------------------------------------

BEGUN, COMMITTED, ACKNOWLEDGED = "begun", "committed", "acknowledged"


@dataclass(frozen=True)
class Death:
    """Of a writer, at its ``write``-th letter: while it is written, before it is acknowledged, or after."""

    write: int
    when: str


def write_until_killed(firm: Firm, turn: int, death: Death) -> Letters:
    """What a child has acknowledged until then."""
    reading, writing = os.pipe()
    with working(lambda: _write(firm, turn, writing, death)) as child:
        os.close(writing)
        with os.fdopen(reading, encoding="utf-8") as told:
            letters: Letters = {}
            begun = 0
            for line in told:
                said = json.loads(line)
                begun += said == BEGUN
                if said != BEGUN:
                    letters |= said
                if {BEGUN: begun, ACKNOWLEDGED: len(letters), COMMITTED: 0}[death.when] == death.write:
                    child.kill()  # what it has told until then is still read
        assert child.wait() == -signal.SIGKILL
    return letters


def _write(firm: Firm, turn: int, out: int, death: Death) -> None:
    for number in count(1):
        letter = str(uuid4())
        text = f"Letter {number} of {turn}: {letter} " * (number % 30 + 1)
        firm.write(letter, text, turn, counted=number % 4 == 0, begun=lambda: tell(out, BEGUN))
        if (death.write, death.when) == (number, COMMITTED):
            os.kill(os.getpid(), signal.SIGKILL)
        tell(out, {letter: text})


def tell(out: int, said: object) -> None:
    """In one piece, so that nothing is told by half."""
    line = f"{json.dumps(said)}\n".encode()
    assert os.write(out, line) == len(line) <= 4096


# --- a worker -------------------------------------------------------------------------------------------------------


def later(turn: int) -> outbox.Clock:
    """When all that the workers of earlier turns had claimed is due again."""

    def clock() -> datetime:
        return now() + turn * 2 * outbox.LONGEST_DELAY

    return clock


def drained(turn: int) -> outbox.Passed:
    return outbox.drain(jobs.TOPICS, clock=later(turn))


def work_for_ever(turn: int) -> None:
    outbox.run(jobs.TOPICS, clock=later(turn), stop=Event(), pause=0.1)


WORKING = {
    outbox.__file__: {"_claimed", "_with_those_alike", "_done"},
    jobs.__file__: {"sign_and_anchor"},
    heads.__file__: {"sign_head", "sign_alone", "put"},
    ledger_keys.__file__: {"create", "keep", "_fresh", "append_line", "put_file"},
    anchoring.__file__: {"append", "_opened", "_keyring", "anchor"},
    tiled.__file__: {"create", "open", "_begin", "append", "publish", "_write_tiles", "_settle"},
    journal.__file__: {"append", "clear"},
    log_folder.__file__: {"put", "make", "sync"},
}
"""What a worker passes through from its claim to its end, by file."""


def dying(line: int, work: Callable[[], object]) -> Callable[[], object]:
    """The same work, by somebody who dies before the ``line``-th line of what workers pass through."""

    def traced() -> None:
        sys.settrace(_dying(line))
        work()

    return traced


def _dying(line: int) -> Callable[[FrameType, str, Any], Any]:
    passed = 0

    def lines(_frame: FrameType, event: str, _: Any) -> Any:
        nonlocal passed
        passed += event == "line"
        if passed == line:
            os.kill(os.getpid(), signal.SIGKILL)
        return lines

    def calls(frame: FrameType, _event: str, _: Any) -> Any:
        code = frame.f_code
        return lines if code.co_name in WORKING.get(code.co_filename, ()) else None

    return calls
